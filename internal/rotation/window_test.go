// SPDX-License-Identifier: MPL-2.0

package rotation

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func newTestWindow(t *testing.T, schedule string, duration time.Duration, zone string) Window {
	t.Helper()
	window, err := NewWindow(schedule, duration, zone)
	if err != nil {
		t.Fatal(err)
	}
	return window
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

func TestWindow_opensByTheClockOfItsZone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		schedule string
		duration time.Duration
		zone     string
		now      string
		// opening is now where a window is open.
		opening string
	}{
		"a moment before it opens":            {"0 2 * * SUN", 4 * time.Hour, "", "2026-01-11T01:59:59Z", "2026-01-11T02:00:00Z"},
		"as it opens":                         {"0 2 * * SUN", 4 * time.Hour, "", "2026-01-11T02:00:00Z", "2026-01-11T02:00:00Z"},
		"the last moment":                     {"0 2 * * SUN", 4 * time.Hour, "", "2026-01-11T05:59:59Z", "2026-01-11T05:59:59Z"},
		"as it closes":                        {"0 2 * * SUN", 4 * time.Hour, "", "2026-01-11T06:00:00Z", "2026-01-18T02:00:00Z"},
		"winter in Berlin":                    {"0 2 * * *", time.Hour, "Europe/Berlin", "2026-01-11T00:00:00Z", "2026-01-11T01:00:00Z"},
		"summer in Berlin":                    {"0 2 * * *", time.Hour, "Europe/Berlin", "2026-07-11T00:00:00Z", "2026-07-11T00:00:00Z"},
		"the day begins earlier in the east":  {"0 2 * * SUN", time.Hour, "Asia/Kathmandu", "2026-01-10T20:00:00Z", "2026-01-10T20:15:00Z"},
		"asked in another zone":               {"0 2 * * *", time.Hour, "UTC", "2026-01-11T05:30:00+03:00", "2026-01-11T02:30:00Z"},
		"over midnight, before":               {"0 22 * * SAT", 8 * time.Hour, "", "2026-01-10T23:00:00Z", "2026-01-10T23:00:00Z"},
		"over midnight, after":                {"0 22 * * SAT", 8 * time.Hour, "", "2026-01-11T05:59:00Z", "2026-01-11T05:59:00Z"},
		"over midnight, closed":               {"0 22 * * SAT", 8 * time.Hour, "", "2026-01-11T06:00:00Z", "2026-01-17T22:00:00Z"},
		"over the end of the year":            {"0 22 31 12 *", 8 * time.Hour, "", "2026-01-01T03:00:00Z", "2026-01-01T03:00:00Z"},
		"each day for 30 hours is always":     {"0 2 * * *", 30 * time.Hour, "", "2026-01-11T01:00:00Z", "2026-01-11T01:00:00Z"},
		"overlapping, the first half":         {"0 2,4 * * MON", 3 * time.Hour, "", "2026-01-12T03:00:00Z", "2026-01-12T03:00:00Z"},
		"overlapping, the second half":        {"0 2,4 * * MON", 3 * time.Hour, "", "2026-01-12T06:59:00Z", "2026-01-12T06:59:00Z"},
		"overlapping, closed":                 {"0 2,4 * * MON", 3 * time.Hour, "", "2026-01-12T07:00:00Z", "2026-01-19T02:00:00Z"},
		"adjoining windows have no gap":       {"0 * * * *", time.Hour, "", "2026-01-12T07:00:00Z", "2026-01-12T07:00:00Z"},
		"longer than a lifetime":              {"0 2 1 1 *", 100 * 365 * day, "", "2026-01-12T07:00:00Z", "2026-01-12T07:00:00Z"},
		"day of month or day of week":         {"0 2 13 * FRI", time.Hour, "", "2026-01-10T00:00:00Z", "2026-01-13T02:00:00Z"},
		"29th of February":                    {"0 2 29 2 *", time.Hour, "", "2026-01-10T00:00:00Z", "2028-02-29T02:00:00Z"},
		"29th of February around 2100":        {"0 2 29 2 *", time.Hour, "", "2096-03-01T00:00:00Z", "2104-02-29T02:00:00Z"},
		"skipped hour, before":                {"30 2 * * *", time.Hour, "Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"},
		"skipped hour, open":                  {"30 2 * * *", time.Hour, "Europe/Berlin", "2026-03-29T01:59:59Z", "2026-03-29T01:59:59Z"},
		"skipped hour, closed":                {"30 2 * * *", time.Hour, "Europe/Berlin", "2026-03-29T02:00:00Z", "2026-03-30T00:30:00Z"},
		"weekly in the skipped hour":          {"0 2 * * SUN", 4 * time.Hour, "Europe/Berlin", "2026-03-25T00:00:00Z", "2026-03-29T01:00:00Z"},
		"open while clocks are put forward":   {"0 1 * * *", 4 * time.Hour, "Europe/Berlin", "2026-03-29T03:59:59Z", "2026-03-29T03:59:59Z"},
		"closed after clocks are put forward": {"0 1 * * *", 4 * time.Hour, "Europe/Berlin", "2026-03-29T04:00:00Z", "2026-03-29T23:00:00Z"},
		"repeated hour, the first time":       {"30 2 * * *", time.Hour, "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"},
		"repeated hour, still open":           {"30 2 * * *", time.Hour, "Europe/Berlin", "2026-10-25T01:29:59Z", "2026-10-25T01:29:59Z"},
		"repeated hour, not the second time":  {"30 2 * * *", time.Hour, "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"},
		"half an hour is skipped":             {"15 2 * * *", time.Hour, "Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z"},
		"midnight is skipped":                 {"0 0 * * SUN", 2 * time.Hour, "America/Santiago", "2026-09-05T12:00:00Z", "2026-09-06T04:00:00Z"},
		"a whole day is skipped":              {"0 2 30 12 *", time.Hour, "Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-30T10:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			window, now, want := newTestWindow(t, test.schedule, test.duration, test.zone), at(t, test.now), at(t, test.opening)
			if got := window.Opening(now); !got.Equal(want) {
				t.Errorf("opens at %s, want %s", got.UTC(), want.UTC())
			}
			if got := window.OpenAt(now); got != want.Equal(now) {
				t.Errorf("open: %t", got)
			}
		})
	}
}

func TestNewWindow_refusesWhatNeverOpensOrNobodyCanRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		schedule string
		duration time.Duration
		zone     string
		part     string
		why      error
	}{
		"empty schedule":           {"", time.Hour, "", "schedule", errCronFields},
		"blank schedule":           {"  ", time.Hour, "", "schedule", errCronFields},
		"four fields":              {"0 2 * *", time.Hour, "", "schedule", errCronFields},
		"six fields, with seconds": {"0 0 2 * * SUN", time.Hour, "", "schedule", errCronFields},
		"every":                    {"@every 24h", time.Hour, "", "schedule", errCronFields},
		"name":                     {"@weekly", time.Hour, "", "schedule", errCronFields},
		"zone of its own":          {"TZ=UTC 0 2 * * SUN", time.Hour, "", "schedule", errCronFields},
		"cron zone of its own":     {"CRON_TZ=UTC 0 2 * * SUN", time.Hour, "", "schedule", errCronFields},
		"zone and nothing else":    {"TZ=0", time.Hour, "", "schedule", errCronFields},
		"minute 60":                {"60 2 * * *", time.Hour, "", "schedule", errCronFields},
		"hour 24":                  {"0 24 * * *", time.Hour, "", "schedule", errCronFields},
		"day 32":                   {"0 2 32 * *", time.Hour, "", "schedule", errCronFields},
		"month 13":                 {"0 2 * 13 *", time.Hour, "", "schedule", errCronFields},
		"weekday 7":                {"0 2 * * 7", time.Hour, "", "schedule", errCronFields},
		"unknown weekday":          {"0 2 * * SONNTAG", time.Hour, "", "schedule", errCronFields},
		"range the wrong way":      {"0 5-2 * * *", time.Hour, "", "schedule", errCronFields},
		"step of zero":             {"*/0 2 * * *", time.Hour, "", "schedule", errCronFields},
		"31st of February":         {"0 0 31 2 *", time.Hour, "", "schedule", errNeverOpens},
		"30th of February":         {"0 0 30 2 *", time.Hour, "", "schedule", errNeverOpens},
		"31st of short months":     {"0 0 31 4,6,9,11 *", time.Hour, "", "schedule", errNeverOpens},
		"no day at all":            {"0 0 , * *", time.Hour, "", "schedule", errNeverOpens},
		"too short":                {"0 2 * * *", time.Hour - 1, "", "duration", errWindowTime},
		"no time at all":           {"0 2 * * *", 0, "", "duration", errWindowTime},
		"negative":                 {"0 2 * * *", -time.Hour, "", "duration", errWindowTime},
		"unknown zone":             {"0 2 * * *", time.Hour, "Europe/Bonn", "time_zone", errTimeZone},
		"offset as zone":           {"0 2 * * *", time.Hour, "+02:00", "time_zone", errTimeZone},
		"zone of the machine":      {"0 2 * * *", time.Hour, "Local", "time_zone", errTimeZone},
		"path as zone":             {"0 2 * * *", time.Hour, "../../etc/passwd", "time_zone", errTimeZone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := NewWindow(test.schedule, test.duration, test.zone)
			var refused *WindowError
			if !errors.As(err, &refused) || refused.Part != test.part || !errors.Is(err, test.why) {
				t.Errorf("error %v, want one of %s: %v", err, test.part, test.why)
			}
		})
	}
}

func TestNewWindow_namesEveryPartThatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := NewWindow("never", time.Minute, "Nowhere")
	for _, why := range []error{errCronFields, errWindowTime, errTimeZone} {
		if !errors.Is(err, why) {
			t.Errorf("error %v lacks: %v", err, why)
		}
	}
}

// TestWindow_agreesWithAClockThatIsWatched compares with somebody who watches a
// clock on the wall minute by minute: a window opens when the hands reach or
// jump past a reading of the schedule for the first time.
func TestWindow_agreesWithAClockThatIsWatched(t *testing.T) {
	t.Parallel()
	for name, watch := range map[string]struct{ zone, from string }{
		"no daylight saving":        {"UTC", "2026-01-10T00:00:00Z"},
		"put forward in Berlin":     {"Europe/Berlin", "2026-03-27T00:00:00Z"},
		"put back in Berlin":        {"Europe/Berlin", "2026-10-23T00:00:00Z"},
		"put forward in New York":   {"America/New_York", "2026-03-06T00:00:00Z"},
		"put back in New York":      {"America/New_York", "2026-10-30T00:00:00Z"},
		"half an hour forward":      {"Australia/Lord_Howe", "2026-10-01T00:00:00Z"},
		"half an hour back":         {"Australia/Lord_Howe", "2026-04-02T00:00:00Z"},
		"midnight skipped":          {"America/Santiago", "2026-09-04T00:00:00Z"},
		"midnight repeated":         {"America/Santiago", "2026-04-03T00:00:00Z"},
		"a day skipped":             {"Pacific/Apia", "2011-12-28T00:00:00Z"},
		"a day repeated":            {"Pacific/Kwajalein", "1969-09-29T00:00:00Z"},
		"east of Greenwich by 5:45": {"Asia/Kathmandu", "2026-01-10T00:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 2))
			for range 5 {
				window := newTestWindow(t, randomLine(random), time.Hour+time.Duration(random.IntN(3000))*time.Minute, watch.zone)
				compareWithWatcher(t, window, at(t, watch.from))
			}
		})
	}
}

func randomLine(random *rand.Rand) string {
	pick := func(choices ...string) string { return choices[random.IntN(len(choices))] }
	number := func(below int) string { return fmt.Sprint(random.IntN(below)) }
	return pick(number(60), "*/20", "0", "*") + " " + pick(number(24), number(4), "*/6", "0-3", "*") + " * * " + pick("*", "*", number(7), "THU-SAT")
}

func compareWithWatcher(t *testing.T, window Window, from time.Time) {
	t.Helper()
	const watched = 4 * 24 * 60
	var opened []time.Time
	hands := readingOf(from.Add(-window.duration - time.Minute).In(window.zone))
	for minute := -int(window.duration / time.Minute); minute < watched; minute++ {
		now := from.Add(time.Duration(minute) * time.Minute)
		if reading := readingOf(now.In(window.zone)); reading.After(hands) {
			if !window.openings.Next(hands).After(reading) {
				opened = append(opened, now)
			}
			hands = reading
		}
		for len(opened) > 0 && !opened[0].Add(window.duration).After(now) {
			opened = opened[1:]
		}
		if minute < 0 {
			continue
		}
		if got, want := window.OpenAt(now), len(opened) > 0; got != want {
			t.Fatalf("%+v: open at %s: %t, want %t", window, now, got, want)
		}
	}
}

func TestWindow_isOpenAtEveryOpeningAndAtNoTimeBefore(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		window := newTestWindow(t, randomLine(random), time.Hour+time.Duration(random.IntN(300))*time.Minute, "Europe/Berlin")
		now := noon().Add(time.Duration(random.Int64N(int64(600 * day))))
		opening := window.Opening(now)
		if opening.Before(now) || !window.OpenAt(opening) {
			t.Fatalf("%+v: at %s the next is %s", window, now, opening)
		}
		if opening.After(now) && (window.OpenAt(opening.Add(-1)) || !window.Opening(opening.Add(-1)).Equal(opening)) {
			t.Fatalf("%+v: open before %s", window, opening)
		}
	}
}
