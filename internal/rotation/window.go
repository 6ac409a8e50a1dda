// SPDX-License-Identifier: MPL-2.0

package rotation

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// shortestWindow is how long a window stays open at least.
const shortestWindow = time.Hour

// searchedYears is how far the cron parser looks for the next opening.
const searchedYears = 5

var (
	errCronFields = errors.New(`a schedule is a cron line of five fields (minute, hour, day of month, month, day of week; a week begins with Sunday, 0), such as "0 2 * * SUN"`)
	errNeverOpens = errors.New("a date that the schedule asks for is in no calendar: the window never opens")
	errWindowTime = errors.New("a window stays open for at least 1h")
	errTimeZone   = errors.New(`a time zone is an IANA name, such as "Europe/Berlin" or "UTC"`)
)

// A WindowError says which part of a window is wrong.
type WindowError struct {
	// Part is what [NewWindow] refused: "schedule", "duration" or "time_zone".
	Part string
	err  error
}

func (e *WindowError) Error() string { return e.Part + ": " + e.err.Error() }

// Unwrap returns what is wrong with the part.
func (e *WindowError) Unwrap() error { return e.err }

// Window is a maintenance window that comes again and again: it opens whenever
// a clock on the wall reads what a cron line says, and stays open for a while.
// [NewWindow] makes it.
//
// A window that would open in the hour that daylight saving time skips opens as
// the clock is put forward; one in the hour that comes twice opens once, the
// first time. It stays open for its full duration in either case.
type Window struct {
	openings cron.Schedule
	duration time.Duration
	zone     *time.Location
}

// NewWindow returns the window that opens by schedule, a cron line of five
// fields (minute, hour, day of month, month, day of week) without @ names and
// without a zone of its own, on the clocks of zone, an IANA name, where "" is
// UTC. It stays open for duration, at least an hour. Windows may overlap.
//
// The error names every part that is wrong, each in a [WindowError].
func NewWindow(schedule string, duration time.Duration, zone string) (Window, error) {
	openings, scheduleErr := parseOpenings(schedule)
	location, zoneErr := loadZone(zone)
	var durationErr error
	if duration < shortestWindow {
		durationErr = fmt.Errorf("%s: %w", FormatDuration(duration), errWindowTime)
	}
	err := errors.Join(partly("schedule", scheduleErr), partly("duration", durationErr), partly("time_zone", zoneErr))
	if err != nil {
		return Window{}, err
	}
	return Window{openings: openings, duration: duration, zone: location}, nil
}

func partly(part string, err error) error {
	if err == nil {
		return nil
	}
	return &WindowError{part, err}
}

func parseOpenings(line string) (cron.Schedule, error) {
	if strings.Contains(line, "=") || strings.Contains(line, "@") {
		return nil, fmt.Errorf("%q: %w", line, errCronFields)
	}
	openings, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(line)
	if err != nil {
		return nil, fmt.Errorf("%q: %w: %w", line, err, errCronFields)
	}
	// The year 2000 has every date that there is.
	if openings.Next(time.Date(1999, time.December, 31, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, fmt.Errorf("%q: %w", line, errNeverOpens)
	}
	return openings, nil
}

func loadZone(name string) (*time.Location, error) {
	// What "Local" means depends on the machine that runs the plan.
	if name == "Local" {
		return nil, fmt.Errorf("%q: %w", name, errTimeZone)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", name, errTimeZone)
	}
	return zone, nil
}

// OpenAt reports whether a window is open at t: from the moment that it opens
// until the moment before it closes.
func (w Window) OpenAt(t time.Time) bool {
	return w.Opening(t).Equal(t)
}

// Opening returns t where a window is open at t, and when the next one opens
// where none is.
func (w Window) Opening(t time.Time) time.Time {
	// A window is open at t where it opened in the last duration. All stay open
	// equally long, and so the first that opened since then decides.
	first := w.openingAfter(t.Add(-w.duration))
	if first.After(t) {
		return first
	}
	return t
}

// openingAfter returns when the first window after t opens.
func (w Window) openingAfter(t time.Time) time.Time {
	reading := readingOf(t.In(w.zone))
	for {
		reading = w.nextReading(reading)
		if opening := momentOf(reading, w.zone); opening.After(t) {
			return opening
		}
	}
}

// nextReading returns what the clock on the wall reads when the next window
// after reading opens. Up to eight years lie between two 29ths of February, more
// than the parser searches at once.
func (w Window) nextReading(reading time.Time) time.Time {
	for {
		next := w.openings.Next(reading)
		if !next.IsZero() {
			return next
		}
		reading = reading.AddDate(searchedYears, 0, 0)
	}
}

// readingOf returns what a clock on the wall reads at t, written as if it were
// UTC: so every reading can be calculated with, including those that daylight
// saving time skips.
func readingOf(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// momentOf returns when clocks in zone first show reading, or are put forward
// past it.
func momentOf(reading time.Time, zone *time.Location) time.Time {
	year, month, day := reading.Date()
	hour, minute, second := reading.Clock()
	// Where clocks never or twice show the reading, Go chooses either offset.
	moment := time.Date(year, month, day, hour, minute, second, reading.Nanosecond(), zone)
	start, end := moment.ZoneBounds()
	switch shown := readingOf(moment); {
	case shown.After(reading):
		return start
	case shown.Before(reading):
		return end
	case start.IsZero():
		return moment
	}
	_, before := start.Add(-1).Zone()
	if earlier := reading.Add(-time.Duration(before) * time.Second).In(zone); earlier.Before(start) {
		return earlier
	}
	return moment
}
