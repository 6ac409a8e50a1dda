// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"
	"time"
)

func TestWarnOfTimelessEvents_countsThemInOneWarning(t *testing.T) {
	t.Parallel()
	now := time.Unix(1, 0)
	for want, times := range map[string][]time.Time{
		"":          {now, now},
		"1 event ":  {now, {}},
		"2 events ": {{}, now, {}},
	} {
		diags := warnOfTimelessEvents(countTimeless(times, func(at time.Time) time.Time { return at }), "the log")
		if diags.HasError() || len(diags) > 1 || (len(diags) == 0) != (want == "") {
			t.Errorf("%q: %v", want, diags)
		}
		for _, warning := range diags {
			if !strings.HasPrefix(warning.Detail(), want) || !strings.Contains(warning.Detail(), "the log") {
				t.Errorf("%q: %s", want, warning.Detail())
			}
		}
	}
}
