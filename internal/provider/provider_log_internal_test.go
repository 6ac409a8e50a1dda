// SPDX-License-Identifier: MPL-2.0

package provider

import "testing"

// Which variables ask for logs is tested beside process.LogsAsked.
func TestProvider_logsOnlyWhereTheEnvironmentAsksForIt(t *testing.T) {
	t.Parallel()
	for level, want := range map[string]bool{"": false, "off": false, "DEBUG": true} {
		lookup := func(name string) (string, bool) { return level, name == "TF_LOG" }
		configured := &atlassianProvider{environment: environment{lookup: lookup}}
		if got := configured.log() != nil; got != want {
			t.Errorf("with TF_LOG=%q it logs: %t", level, got)
		}
	}
}
