// SPDX-License-Identifier: MPL-2.0

package lenient_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
)

// read decodes over an older value, of which nothing may be left.
func read(t *testing.T, text string) lenient.Time {
	t.Helper()
	got := lenient.Time{Time: time.Unix(1, 0), Given: true}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return got
}

func TestTime_readsEveryFormOfOneMoment(t *testing.T) {
	t.Parallel()
	moment := time.Date(2026, time.March, 1, 8, 0, 0, 0, time.UTC)
	for text, after := range map[string]time.Duration{
		`"2026-03-01T08:00:00Z"`:                       0,
		`"2026-03-01T08:00:00.123Z"`:                   123 * time.Millisecond,
		`"2026-03-01T08:00:00.123456789Z"`:             123456789,
		`"2026-03-01T08:00:00+00:00"`:                  0,
		`"2026-03-01T08:00:00+0000"`:                   0,
		`"2026-03-01T08:00:00.000+0000"`:               0,
		`"2026-03-01T10:00:00+02:00"`:                  0,
		`"2026-03-01T10:00:00+0200"`:                   0,
		`"2026-03-01T10:00:00+02"`:                     0,
		`"2026-03-01T09:00:00+01:00[Europe/Berlin]"`:   0,
		`"2026-03-01T08:00Z"`:                          0,
		`"2026-03-01T09:00+0100"`:                      0,
		`"2026-03-01t08:00:00z"`:                       0,
		`"2026-03-01 08:00:00"`:                        0,
		`" 2026-03-01T08:00:00Z "`:                     0,
		`"2026-03-01T08:00:00"`:                        0,
		`"2026-03-01T08:00:00.5"`:                      500 * time.Millisecond,
		`"2026-03-01T07:59:60Z"`:                       0,
		`"2026-03-01T08:00:60Z"`:                       time.Minute,
		`1772352000000`:                                0,
		`1772352000123`:                                123 * time.Millisecond,
		`1772352000`:                                   0,
		`1772352000.5`:                                 500 * time.Millisecond,
		`1.772352E9`:                                   0,
		`"1772352000000"`:                              0,
		`{"epochSecond":1772352000,"nano":0}`:          0,
		`{"epochSecond":1772352000,"nano":7}`:          7,
		`{"epochSecond":1772352000}`:                   0,
		` {"nano":0,"epochSecond":1772352000,"x":[]} `: 0,
	} {
		if got, want := read(t, text), moment.Add(after); !got.Given || !got.Time.Equal(want) || got.Time.Location() != time.UTC || got.Unreadable() {
			t.Errorf("%s: got %+v, want %s", text, got, want)
		}
	}
}

func TestTime_tellsNoneFromUnreadable(t *testing.T) {
	t.Parallel()
	for text, given := range map[string]bool{
		`null`:                     false,
		`""`:                       false,
		`"  "`:                     false,
		`"never"`:                  false,
		`"9999-12-31T23:59:59Z"`:   false,
		`"+10000-01-01T00:00:00Z"`: false,
		`"+1000000000-12-31T23:59:59.999999999Z"`:    false,
		`253402300799000`:                            false,
		`9223372036854775807`:                        false,
		`{"epochSecond":31556889864403199,"nano":1}`: false,
		`0`:                           false,
		`"0001-01-01T00:00:00Z"`:      false,
		`"19 March 2025"`:             true,
		`"2025-03-19"`:                true,
		`"2026-13-01T08:00:00Z"`:      true,
		`"2026-03-01T25:00:00Z"`:      true,
		`"NaN"`:                       true,
		`-5`:                          true,
		`true`:                        true,
		`[]`:                          true,
		`["2026-03-01T08:00:00Z"]`:    true,
		`{}`:                          true,
		`{"seconds":1}`:               true,
		`{"epochSecond":"soon"}`:      true,
		`{"epochSecond":null}`:        true,
		`{"epochSecond":1.5}`:         true,
		`{"epochSecond":1,"nano":""}`: true,
	} {
		if got := read(t, text); !got.Time.IsZero() || got.Given != given || got.Unreadable() != given {
			t.Errorf("%s: got %+v, want given %t", text, got, given)
		}
	}
}

func FuzzTime(f *testing.F) {
	for _, seed := range []string{`"2026-03-01T08:00:60Z"`, `1772352000`, `{"epochSecond":1,"nano":2}`, `"never"`, `[]`, `1e400`, `"+0001"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got lenient.Time
		if err := got.UnmarshalJSON([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if !got.Time.IsZero() && (!got.Given || got.Time.Year() >= 9999) {
			t.Errorf("%q is read as %+v", text, got)
		}
	})
}
