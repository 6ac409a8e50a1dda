// SPDX-License-Identifier: MPL-2.0

package rotation

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// noon is when the tests take place.
func noon() time.Time {
	return time.Date(2026, time.January, 5, 12, 0, 0, 0, time.UTC)
}

func TestSchedule_nextIsOneIntervalAfterTheLast(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		schedule Schedule
		last     time.Time
		want     time.Time
	}{
		"a week":                      {Schedule{Interval: week}, noon(), noon().Add(week)},
		"window moves nothing":        {Schedule{Interval: week, EarlyWindow: day}, noon(), noon().Add(week)},
		"across a leap day":           {Schedule{Interval: 2 * day}, time.Date(2028, time.February, 28, 1, 0, 0, 0, time.UTC), time.Date(2028, time.March, 1, 1, 0, 0, 0, time.UTC)},
		"longest interval":            {Schedule{Interval: math.MaxInt64}, noon(), noon().Add(math.MaxInt64)},
		"no interval":                 {Schedule{}, noon(), time.Time{}},
		"no interval but a window":    {Schedule{EarlyWindow: day}, noon(), time.Time{}},
		"negative interval":           {Schedule{Interval: -week}, noon(), time.Time{}},
		"no last rotation":            {Schedule{Interval: week}, time.Time{}, time.Time{}},
		"neither interval nor a last": {Schedule{}, time.Time{}, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := test.schedule.Next(test.last)
			if !got.Equal(test.want) || ok == test.want.IsZero() {
				t.Errorf("next is %s (%t), want %s", got, ok, test.want)
			}
		})
	}
}

func TestSchedule_isDueFromTheOpeningOfTheWindow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		window time.Duration
		next   time.Time
		want   bool
	}{
		"long past":                       {0, noon().Add(-week), true},
		"this moment":                     {0, noon(), true},
		"the next moment":                 {0, noon().Add(1), false},
		"tomorrow":                        {0, noon().Add(day), false},
		"in the window":                   {day, noon().Add(time.Hour), true},
		"as the window opens":             {day, noon().Add(day), true},
		"a moment before the window":      {day, noon().Add(day + 1), false},
		"past, with a window":             {day, noon().Add(-week), true},
		"no date":                         {0, time.Time{}, false},
		"no date, with a window":          {day, time.Time{}, false},
		"due in another zone":             {0, noon().In(time.FixedZone("", 9*60*60)), true},
		"not yet due in another zone":     {0, noon().Add(time.Hour).In(time.FixedZone("", -9*60*60)), false},
		"the longest window there can be": {math.MaxInt64, noon().Add(200 * 365 * day), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			schedule := Schedule{Interval: week, EarlyWindow: test.window}
			if got := schedule.Due(test.next, noon()); got != test.want {
				t.Errorf("due at %s, window %s: %t", test.next, test.window, got)
			}
		})
	}
}

func TestSchedule_newRotationIsNeverDueAtOnce(t *testing.T) {
	t.Parallel()
	for _, schedule := range []Schedule{
		{Interval: time.Hour},
		{Interval: time.Hour, EarlyWindow: time.Hour - time.Second},
		{Interval: 90 * day, EarlyWindow: 89 * day},
	} {
		next, ok := schedule.Next(noon())
		if !ok || schedule.Due(next, noon()) || !schedule.Due(next, noon().Add(schedule.Interval)) {
			t.Errorf("%+v: rotated at noon, next at %s", schedule, next)
		}
	}
}

// sundays is a window of four hours in the night to Sunday; noon is a Monday.
func sundays(t *testing.T) *Window {
	t.Helper()
	window := newTestWindow(t, "0 2 * * SUN", 4*time.Hour, "UTC")
	return &window
}

func TestSchedule_nextLiesInAWindow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ last, want string }{
		"moved to the next opening": {"2026-01-05T12:00:00Z", "2026-01-18T02:00:00Z"},
		"in a window as it is":      {"2026-01-04T03:00:00Z", "2026-01-11T03:00:00Z"},
		"as the window opens":       {"2026-01-04T02:00:00Z", "2026-01-11T02:00:00Z"},
		"as the window closes":      {"2026-01-04T06:00:00Z", "2026-01-18T02:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			schedule := Schedule{Interval: week, Window: sundays(t)}
			got, ok := schedule.Next(at(t, test.last))
			if !ok || !got.Equal(at(t, test.want)) {
				t.Errorf("next is %s (%t), want %s", got, ok, test.want)
			}
		})
	}
}

func TestSchedule_firstIsWhereItIsPut(t *testing.T) {
	t.Parallel()
	first := noon().Add(3 * day)
	for name, test := range map[string]struct {
		schedule Schedule
		since    time.Time
		want     time.Time
	}{
		"one interval after the start":      {Schedule{Interval: week}, noon(), noon().Add(week)},
		"the date given":                    {Schedule{Interval: week, FirstAt: first}, noon(), first},
		"the date given, whatever start":    {Schedule{Interval: week, FirstAt: first}, time.Time{}, first},
		"a date that has passed":            {Schedule{Interval: week, FirstAt: noon().Add(-day)}, noon(), noon().Add(-day)},
		"the date given, moved to a window": {Schedule{Interval: week, FirstAt: first, Window: sundays(t)}, noon(), at(t, "2026-01-11T02:00:00Z")},
		"the start, moved to a window":      {Schedule{Interval: week, Window: sundays(t)}, noon(), at(t, "2026-01-18T02:00:00Z")},
		"no interval":                       {Schedule{FirstAt: first}, noon(), time.Time{}},
		"neither date nor start":            {Schedule{Interval: week}, time.Time{}, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := test.schedule.First(test.since)
			if !got.Equal(test.want) || ok == test.want.IsZero() {
				t.Errorf("first is %s (%t), want %s", got, ok, test.want)
			}
		})
	}
}

func TestSchedule_isDueOnlyWhileAWindowIsOpen(t *testing.T) {
	t.Parallel()
	const next = "2026-01-11T02:00:00Z"
	for name, test := range map[string]struct {
		early  time.Duration
		paused bool
		now    string
		want   bool
	}{
		"as the window opens":                 {0, false, "2026-01-11T02:00:00Z", true},
		"before the window opens":             {0, false, "2026-01-11T01:59:59Z", false},
		"the last moment":                     {0, false, "2026-01-11T05:59:59Z", true},
		"as the window closes":                {0, false, "2026-01-11T06:00:00Z", false},
		"in the next window":                  {0, false, "2026-01-18T02:00:00Z", true},
		"in the window before":                {0, false, "2026-01-04T03:00:00Z", false},
		"early, in the window before":         {week, false, "2026-01-04T03:00:00Z", true},
		"early, but not in a window":          {week, false, "2026-01-07T03:00:00Z", false},
		"too early, in the window before":     {day, false, "2026-01-04T03:00:00Z", false},
		"paused in an open window":            {0, true, "2026-01-11T03:00:00Z", false},
		"paused in an open window, and early": {week, true, "2026-01-04T03:00:00Z", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			schedule := Schedule{Interval: 2 * week, EarlyWindow: test.early, Window: sundays(t), Paused: test.paused}
			if got := schedule.Due(at(t, next), at(t, test.now)); got != test.want {
				t.Errorf("due: %t", got)
			}
		})
	}
}

func TestSchedule_isNeverDueWhilePausedWithoutAWindow(t *testing.T) {
	t.Parallel()
	if (Schedule{Interval: week, Paused: true}).Due(noon().Add(-day), noon()) {
		t.Error("a paused schedule is due")
	}
}

func TestSchedule_postponesWhatMissedItsWindow(t *testing.T) {
	t.Parallel()
	const next = "2026-01-11T02:00:00Z"
	for name, test := range map[string]struct {
		always, paused bool
		now, want      string
	}{
		"not yet due":            {false, false, "2026-01-10T00:00:00Z", next},
		"as the window opens":    {false, false, next, next},
		"while it is open":       {false, false, "2026-01-11T05:59:59Z", next},
		"as it closes":           {false, false, "2026-01-11T06:00:00Z", "2026-01-18T02:00:00Z"},
		"two windows later":      {false, false, "2026-01-20T00:00:00Z", "2026-01-25T02:00:00Z"},
		"in a later window":      {false, false, "2026-01-25T03:00:00Z", next},
		"paused":                 {false, true, "2026-01-20T00:00:00Z", next},
		"without a window":       {true, false, "2026-01-20T00:00:00Z", next},
		"paused without windows": {true, true, "2026-01-20T00:00:00Z", next},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			schedule := Schedule{Interval: week, Paused: test.paused}
			if !test.always {
				schedule.Window = sundays(t)
			}
			if got := schedule.Postponed(at(t, next), at(t, test.now)); !got.Equal(at(t, test.want)) {
				t.Errorf("postponed to %s, want %s", got, test.want)
			}
		})
	}
	if got := (Schedule{Window: sundays(t)}).Postponed(time.Time{}, noon()); !got.IsZero() {
		t.Errorf("no date became %s", got)
	}
}

// TestSchedule_whatItSaysIsWhatWillHappen follows schedules through their
// rotations: each is due at the date announced, never before it in the absence
// of an early window, and never while no window is open.
func TestSchedule_whatItSaysIsWhatWillHappen(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		window := newTestWindow(t, randomLine(random), time.Hour+time.Duration(random.IntN(300))*time.Minute, "America/New_York")
		schedule := Schedule{Interval: time.Hour + time.Duration(random.IntN(2000))*time.Hour, Window: &window}
		now := noon().Add(time.Duration(random.Int64N(int64(300 * day))))
		for range 5 {
			next, ok := schedule.Next(now)
			if !ok || next.Before(now.Add(schedule.Interval)) {
				t.Fatalf("%+v: rotated at %s, next at %s (%t)", schedule, now, next, ok)
			}
			if schedule.Due(next, next.Add(-1)) || !schedule.Due(next, next) {
				t.Fatalf("%+v: not due just from %s on", schedule, next)
			}
			// Nobody plans for a while.
			late := next.Add(time.Duration(random.Int64N(int64(20 * day))))
			said := schedule.Postponed(next, late)
			if schedule.Due(next, late) != !said.After(late) || said.After(late) && !schedule.Due(said, said) {
				t.Fatalf("%+v: at %s said to happen at %s", schedule, late, said)
			}
			now = said
			if now.Before(late) {
				now = late
			}
		}
	}
}

func TestAllOlderThan_wantsEveryTimeToBeOldEnough(t *testing.T) {
	t.Parallel()
	before := func(d time.Duration) time.Time { return noon().Add(-d) }
	for name, test := range map[string]struct {
		times []time.Time
		age   time.Duration
		want  bool
	}{
		"none":                    {nil, 0, false},
		"none, of any age":        {nil, -day, false},
		"one old enough":          {[]time.Time{before(week)}, day, true},
		"one just old enough":     {[]time.Time{before(day)}, day, true},
		"one a moment too young":  {[]time.Time{before(day - 1)}, day, false},
		"first too young":         {[]time.Time{before(0), before(week)}, day, false},
		"last too young":          {[]time.Time{before(week), before(0)}, day, false},
		"all old enough":          {[]time.Time{before(week), before(day), before(2 * day)}, day, true},
		"age zero, this moment":   {[]time.Time{noon()}, 0, true},
		"age zero, in the future": {[]time.Time{noon().Add(1)}, 0, false},
		"unknown since when":      {[]time.Time{{}}, day, false},
		"one unknown since when":  {[]time.Time{before(week), {}}, day, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := AllOlderThan(test.times, test.age, noon()); got != test.want {
				t.Errorf("%v older than %s: %t", test.times, test.age, got)
			}
		})
	}
}
