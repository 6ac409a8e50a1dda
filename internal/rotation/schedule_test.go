package rotation

import (
	"math"
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
