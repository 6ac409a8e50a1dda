// SPDX-License-Identifier: MPL-2.0

// Package lenient reads what Atlassian's servers write in more forms than their
// pages name, so that one odd value costs that value and nothing around it.
package lenient

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Time is a moment as servers write it: RFC 3339, with or without seconds, zone
// or the colon in the zone; seconds or milliseconds since 1970; or the
// {epochSecond, nano} of a Java instant. Whatever else comes in its place is
// taken for a time that nobody can read, and is no error.
type Time struct {
	// Time is in UTC; zero where there is none, and where it cannot be read.
	Time time.Time
	// Given tells whether there is a moment, readable or not. Null, an empty
	// text, "never" and the years from 9999 on, which stand for never, are none.
	Given bool
}

// Unreadable reports whether there is a moment and nobody knows which.
func (t Time) Unreadable() bool {
	return t.Given && t.Time.IsZero()
}

// UnmarshalJSON never fails.
func (t *Time) UnmarshalJSON(data []byte) error {
	*t = parse(data)
	return nil
}

// never is the year from which on a date stands for none.
const never = 9999

func parse(data []byte) Time {
	data = bytes.TrimSpace(data)
	var text string
	var instant struct {
		Second *json.Number `json:"epochSecond"`
		Nano   int64        `json:"nano"`
	}
	switch {
	case len(data) == 0, bytes.Equal(data, []byte("null")):
		return Time{}
	case json.Unmarshal(data, &text) == nil:
		return parseText(strings.ToUpper(strings.TrimSpace(text)))
	case data[0] == '{' && json.Unmarshal(data, &instant) == nil && instant.Second != nil:
		return parseInstant(instant.Second.String(), instant.Nano)
	default:
		return parseEpoch(string(data))
	}
}

// moment is a readable time, or none where it stands for none.
func moment(at time.Time) Time {
	at = at.UTC()
	if at.Year() >= never || at.IsZero() {
		return Time{}
	}
	return Time{Time: at, Given: true}
}

// zoneName is what Java puts after an offset, such as [Europe/Berlin].
var zoneName = regexp.MustCompile(`\[[^\]]*\]$`)

// leapSecond is the 61st second of a minute, which Go's clock does not have.
var leapSecond = regexp.MustCompile(`^(.{10}T\d\d:\d\d:)60`)

// farFuture is a year of more than four digits, as Java writes it.
var farFuture = regexp.MustCompile(`^\+?\d{5,}-\d\d-\d\dT`)

func parseText(text string) Time {
	if text == "" || text == "NEVER" || farFuture.MatchString(text) {
		return Time{}
	}
	text = zoneName.ReplaceAllString(text, "")
	if len(text) > 10 && text[10] == ' ' {
		text = text[:10] + "T" + text[11:]
	}
	var leap time.Duration
	if leapSecond.MatchString(text) {
		text, leap = leapSecond.ReplaceAllString(text, "${1}59"), time.Second
	}
	for _, clock := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		for _, zone := range []string{"Z07:00", "Z0700", "Z07", ""} {
			if at, err := time.Parse(clock+zone, text); err == nil {
				return moment(at.Add(leap))
			}
		}
	}
	return parseEpoch(text)
}

// parseInstant reads seconds since 1970 and the nanoseconds after them.
func parseInstant(second string, nano int64) Time {
	whole, err := strconv.ParseInt(second, 10, 64)
	if err != nil || whole <= 0 {
		return Time{Given: true}
	}
	if whole > maxSeconds {
		return Time{}
	}
	return moment(time.Unix(whole, nano))
}

// A count of seconds since 1970 is below maxSeconds until the year 5138; what is
// above is a count of milliseconds.
const maxSeconds = 1e11

// parseEpoch reads a count of seconds or milliseconds since 1970, in decimals.
// Zero is what an unset field holds.
func parseEpoch(text string) Time {
	count, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || count < 0 || math.IsNaN(count):
		return Time{Given: true}
	case count == 0:
		return Time{}
	case count < maxSeconds:
		count *= 1000
	}
	if count >= maxSeconds*1000 {
		return Time{}
	}
	return moment(time.UnixMilli(int64(math.Round(count))))
}
