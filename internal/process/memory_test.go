// SPDX-License-Identifier: MPL-2.0

package process_test

import (
	"runtime/debug"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/process"
)

// It changes what the whole test process does, and so runs alone.
func TestTuneMemory_leavesWhatTheEnvironmentSays(t *testing.T) { //nolint:paralleltest // it changes settings of the process
	percent, limit := debug.SetGCPercent(123), debug.SetMemoryLimit(1<<40)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	set := map[string]bool{"GOGC": true, "GOMEMLIMIT": true}
	lookup := func(name string) (string, bool) { return "", set[name] }

	process.TuneMemory(lookup)
	if got, limit := currentPercent(), debug.SetMemoryLimit(-1); got != 123 || limit != 1<<40 {
		t.Errorf("what was set became %d %% and %d bytes", got, limit)
	}
	set = nil
	process.TuneMemory(lookup)
	if got, limit := currentPercent(), debug.SetMemoryLimit(-1); got != 300 || limit != 512<<20 {
		t.Errorf("what was not set became %d %% and %d bytes", got, limit)
	}
}

func currentPercent() int {
	percent := debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	return percent
}
