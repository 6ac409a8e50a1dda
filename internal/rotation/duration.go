// SPDX-License-Identifier: MPL-2.0

// Package rotation decides when to rotate a key and whether a rotation
// happened. It is made of pure functions: no I/O and no clock of its own.
package rotation

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// units lists the units of a duration, longest first.
func units() []unit {
	return []unit{
		{"w", week},
		{"d", day},
		{"h", time.Hour},
		{"m", time.Minute},
		{"s", time.Second},
	}
}

type unit struct {
	symbol string
	length time.Duration
}

var (
	errDurationSyntax = errors.New(`a duration is written as whole numbers with a unit each, longest first: "90d", "36h", "1w2d" (w, d, h, m, s)`)
	errDurationRange  = errors.New("a duration is at most 292 years")
)

// ParseDuration reads a duration such as "90d", "36h" or "1w2d": whole numbers,
// each with one of the units w (7 days), d (24 hours), h, m and s, every unit
// at most once and longer units first. "0s" is zero. Anything else is an error
// that says what a duration looks like.
func ParseDuration(text string) (time.Duration, error) {
	if text == "" {
		return 0, errDurationSyntax
	}
	var total time.Duration
	rest, shortest := text, time.Duration(math.MaxInt64)
	for rest != "" {
		part, length, tail, err := leadingPart(rest)
		if err != nil {
			return 0, fmt.Errorf("%q: %w", text, err)
		}
		if length >= shortest {
			return 0, fmt.Errorf("%q: %w", text, errDurationSyntax)
		}
		if part > math.MaxInt64-total {
			return 0, fmt.Errorf("%q: %w", text, errDurationRange)
		}
		total, rest, shortest = total+part, tail, length
	}
	return total, nil
}

// leadingPart splits one number and its unit off the front of text.
func leadingPart(text string) (part, length time.Duration, tail string, err error) {
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	if digits == 0 || digits == len(text) {
		return 0, 0, "", errDurationSyntax
	}
	for _, u := range units() {
		if text[digits:digits+1] != u.symbol {
			continue
		}
		count, err := strconv.ParseInt(text[:digits], 10, 64)
		if err != nil || count > math.MaxInt64/int64(u.length) {
			return 0, 0, "", errDurationRange
		}
		return time.Duration(count) * u.length, u.length, text[digits+1:], nil
	}
	return 0, 0, "", errDurationSyntax
}

// FormatDuration writes d, cut to whole seconds, the way ParseDuration reads
// it, without weeks: days are what people count in.
func FormatDuration(d time.Duration) string {
	d = d.Truncate(time.Second)
	if d <= 0 {
		return "0s"
	}
	var text strings.Builder
	for _, u := range units()[1:] {
		if count := d / u.length; count > 0 {
			fmt.Fprintf(&text, "%d%s", count, u.symbol)
			d %= u.length
		}
	}
	return text.String()
}
