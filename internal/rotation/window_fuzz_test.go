// SPDX-License-Identifier: MPL-2.0

package rotation

import (
	"testing"
	"time"
)

// A window that is accepted opens, in this or a later moment, and is open then,
// whatever the clocks of its zone do.
func FuzzWindow(f *testing.F) {
	for _, line := range []string{
		"0 2 * * SUN", "30 2 29 2 *", "0 0 31 2 *", "*/7 * * * *", "@daily", "TZ=UTC 0 2 * * *", "0 2 * *", "60 2 * * *", "0 2 * * 7", "", "0 0 30 2 1", "0-59/59 23 31 12 ?", "\x00 * * * *",
	} {
		f.Add(line, uint16(4), "Europe/Berlin", int64(1774746000))
		f.Add(line, uint16(1), "Australia/Lord_Howe", int64(1759590000))
		f.Add(line, uint16(9000), "", int64(0))
	}
	f.Fuzz(func(t *testing.T, line string, hours uint16, zone string, seconds int64) {
		window, err := NewWindow(line, time.Duration(hours)*time.Hour, zone)
		if err != nil {
			return
		}
		// Up to the year 2100.
		now := time.Unix(seconds&0xffffffff, 0)
		opening := window.Opening(now)
		if opening.Before(now) || !window.OpenAt(opening) {
			t.Errorf("%q in %q: after %s it opens at %s", line, zone, now, opening)
		}
	})
}
