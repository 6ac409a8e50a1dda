// SPDX-License-Identifier: MPL-2.0

package rotation

import "time"

// Schedule says when a key is to be rotated.
type Schedule struct {
	// Interval is the time between two rotations; zero for no schedule.
	Interval time.Duration
	// EarlyWindow is how long before it is due a rotation may take place.
	EarlyWindow time.Duration
	// Window is when scheduled rotations may take place; nil for always.
	Window *Window
	// FirstAt is when the first rotation is due while none is known; zero for one
	// interval after the key came under management.
	FirstAt time.Time
	// Paused is true while no scheduled rotation falls due.
	Paused bool
}

// Next returns when the rotation after last is due: one interval later, moved to
// the next opening where no window is open then. It is false where there is no
// schedule or no last rotation to count from.
func (s Schedule) Next(last time.Time) (time.Time, bool) {
	if s.Interval <= 0 || last.IsZero() {
		return time.Time{}, false
	}
	return s.opening(last.Add(s.Interval)), true
}

// First returns when the first rotation of a key is due of which no rotation is
// known and which came under management at since: at FirstAt, else one interval
// after since, moved as by [Schedule.Next]. It is false where there is no
// schedule or neither time.
func (s Schedule) First(since time.Time) (time.Time, bool) {
	if s.Interval <= 0 || s.FirstAt.IsZero() {
		return s.Next(since)
	}
	return s.opening(s.FirstAt), true
}

// Due reports whether at now a rotation that falls to next may take place.
func (s Schedule) Due(next, now time.Time) bool {
	if s.Paused || next.IsZero() || now.Before(next.Add(-s.EarlyWindow)) {
		return false
	}
	return s.Window == nil || s.Window.OpenAt(now)
}

// Postponed returns when a rotation that fell to next takes place, seen from
// now: at next, unless that has passed and no window is open any more; then as
// the next one opens. While the schedule is paused dates stay as they are.
func (s Schedule) Postponed(next, now time.Time) time.Time {
	if s.Paused || next.IsZero() || next.After(now) {
		return next
	}
	if opening := s.opening(now); opening.After(now) {
		return opening
	}
	return next
}

// opening returns t, moved to the next opening where no window is open then.
func (s Schedule) opening(t time.Time) time.Time {
	if s.Window == nil {
		return t
	}
	return s.Window.Opening(t)
}

// AllOlderThan reports whether every one of times lies at least age before now.
// It is false for no times at all, because there is nothing that could be old,
// and for a zero time among them, because nobody knows how old that is.
func AllOlderThan(times []time.Time, age time.Duration, now time.Time) bool {
	for _, t := range times {
		if t.IsZero() || now.Sub(t) < age {
			return false
		}
	}
	return len(times) > 0
}
