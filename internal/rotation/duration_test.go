// SPDX-License-Identifier: MPL-2.0

package rotation

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestParseDuration_reads(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"0s":            0,
		"0w0d0h0m0s":    0,
		"1s":            time.Second,
		"90s":           90 * time.Second,
		"5m":            5 * time.Minute,
		"36h":           36 * time.Hour,
		"90d":           90 * 24 * time.Hour,
		"2w":            14 * 24 * time.Hour,
		"1w2d":          9 * 24 * time.Hour,
		"1w2d3h4m5s":    9*24*time.Hour + 3*time.Hour + 4*time.Minute + 5*time.Second,
		"1d1s":          24*time.Hour + time.Second,
		"007d":          7 * 24 * time.Hour,
		"15250w":        15250 * 7 * 24 * time.Hour,
		"106751d":       106751 * 24 * time.Hour,
		"9223372036s":   9223372036 * time.Second,
		"106751d85636s": 9223372036 * time.Second,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := ParseDuration(text)
			if err != nil || got != want {
				t.Errorf("got %s and error %v, want %s", got, err, want)
			}
		})
	}
}

func TestParseDuration_refuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"":                            errDurationSyntax,
		" ":                           errDurationSyntax,
		"7":                           errDurationSyntax,
		"d":                           errDurationSyntax,
		"7 d":                         errDurationSyntax,
		" 7d":                         errDurationSyntax,
		"7d ":                         errDurationSyntax,
		"7d\n":                        errDurationSyntax,
		"7D":                          errDurationSyntax,
		"-7d":                         errDurationSyntax,
		"+7d":                         errDurationSyntax,
		"1.5d":                        errDurationSyntax,
		"1e3s":                        errDurationSyntax,
		"0x1d":                        errDurationSyntax,
		"1_000s":                      errDurationSyntax,
		"500ms":                       errDurationSyntax,
		"1y":                          errDurationSyntax,
		"1M":                          errDurationSyntax,
		"7d7":                         errDurationSyntax,
		"2d1w":                        errDurationSyntax,
		"1m1h":                        errDurationSyntax,
		"1d1d":                        errDurationSyntax,
		"P7D":                         errDurationSyntax,
		"7 days":                      errDurationSyntax,
		"٧d":                          errDurationSyntax,
		"7ｄ":                          errDurationSyntax,
		"7\x00d":                      errDurationSyntax,
		"9223372037s":                 errDurationRange,
		"106752d":                     errDurationRange,
		"15251w":                      errDurationRange,
		"15250w2d":                    errDurationRange,
		"106751d85637s":               errDurationRange,
		"9223372036854775807s":        errDurationRange,
		"9223372036854775808w":        errDurationRange,
		strings.Repeat("9", 99) + "d": errDurationRange,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if got, err := ParseDuration(text); !errors.Is(err, want) || got != 0 {
				t.Errorf("got %s and error %v, want zero and %v", got, err, want)
			}
		})
	}
}

func TestParseDuration_errorShowsInputAndForm(t *testing.T) {
	t.Parallel()
	_, err := ParseDuration("three months")
	for _, want := range []string{`"three months"`, `"90d"`, `"1w2d"`, "w, d, h, m, s"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not say %s", err, want)
		}
	}
}

func TestFormatDuration_writes(t *testing.T) {
	t.Parallel()
	for want, durations := range map[string][]time.Duration{
		"0s":               {0, -1, -time.Hour, math.MinInt64, 999 * time.Millisecond},
		"1s":               {time.Second, 1999 * time.Millisecond},
		"1m":               {time.Minute},
		"1m30s":            {90 * time.Second},
		"1h":               {time.Hour},
		"7d":               {7 * 24 * time.Hour},
		"1d12h":            {36 * time.Hour},
		"1d1s":             {24*time.Hour + time.Second},
		"106751d23h47m16s": {math.MaxInt64},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			for _, d := range durations {
				if got := FormatDuration(d); got != want {
					t.Errorf("%s is written %s", d, got)
				}
			}
		})
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"", "0s", "1w2d3h4m5s", "36h", "2d1w", "1d1d", "-1d", "9223372036s", "15251w", "7ｄ", "99999999999999999999s"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			if d != 0 {
				t.Errorf("%q is %s in spite of error %v", text, d, err)
			}
			return
		}
		if d < 0 || d%time.Second != 0 {
			t.Fatalf("%q is %s", text, d)
		}
		if again, err := ParseDuration(FormatDuration(d)); err != nil || again != d {
			t.Errorf("%q is %s, written %s, which is %s (%v)", text, d, FormatDuration(d), again, err)
		}
	})
}

func FuzzFormatDuration(f *testing.F) {
	for _, seed := range []int64{0, 1, -1, int64(time.Second), int64(90 * 24 * time.Hour), math.MaxInt64, math.MinInt64} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, nanoseconds int64) {
		d := time.Duration(nanoseconds)
		want := max(d.Truncate(time.Second), 0)
		if got, err := ParseDuration(FormatDuration(d)); err != nil || got != want {
			t.Errorf("%s is written %s, which is %s (%v)", d, FormatDuration(d), got, err)
		}
	})
}
