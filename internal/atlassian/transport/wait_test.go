// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"net/http"
	"testing"
	"time"
)

func TestParseWait_refusesWhatIsNoWait(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, value := range []string{
		"", " ", "0", "-1", "-9223372036854775808", "-99999999999999999999", "1.5", "1e3", "0x10", "7 seconds", "٣",
		"2026-01-01", "2026-01-01T00:00Z", "2025-12-31T23:59:59Z", "2026-13-01T00:00Z", "Wed, 31 Dec 2025 00:00:00 GMT",
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			if wait, ok := parseWait(value, now); ok || wait != 0 {
				t.Errorf("wait is %s, %t", wait, ok)
			}
		})
	}
}

func FuzzRequestedWait(f *testing.F) {
	for _, value := range []string{
		"0", "1", "-1", "9223372036854775807", "9223372036854775808", "9223372037", "Sat, 01 Jan 2000 00:01:00 GMT",
		"2026-01-01T00:02Z", "2026-01-01T00:02:03.4+02:00", "0001-01-01T00:00Z", "9999-12-31T23:59:59Z", "soon",
	} {
		f.Add(value, "", int64(1767225600))
		f.Add("", value, int64(-62135596800))
	}
	f.Fuzz(func(t *testing.T, retryAfter, reset string, now int64) {
		header := http.Header{"Retry-After": {retryAfter}, "X-Ratelimit-Reset": {reset}}
		wait, ok := requestedWait(header, time.Unix(now%253402300800, 0))
		if wait < 0 || ok != (wait > 0) {
			t.Errorf("wait is %s, %t", wait, ok)
		}
	})
}
