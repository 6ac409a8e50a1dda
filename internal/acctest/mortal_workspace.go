// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// MortalWorkspace is a workspace whose provider can be killed. It needs a
// POSIX shell.
type MortalWorkspace struct {
	*Workspace

	processes string
}

// NewMortalWorkspace returns a workspace whose provider is the built one.
func (e *Estate) NewMortalWorkspace(t testing.TB) *MortalWorkspace {
	t.Helper()
	directory := t.TempDir()
	script, processes := filepath.Join(directory, filepath.Base(mustBuild(t))), filepath.Join(directory, "processes")
	text := fmt.Sprintf("#!/bin/sh\necho $$ >>'%s'\nexec '%s' \"$@\"\n", processes, mustBuild(t))
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return &MortalWorkspace{Workspace: newWorkspace(t, script, e.Environment()), processes: processes}
}

// KillProvider kills the provider that was started last.
func (w *MortalWorkspace) KillProvider() error {
	text, err := os.ReadFile(w.processes)
	if err != nil {
		return err
	}
	lines := strings.Fields(string(text))
	number, err := strconv.Atoi(lines[len(lines)-1])
	if err != nil {
		return err
	}
	process, err := os.FindProcess(number)
	if err != nil {
		return err
	}
	return process.Kill()
}
