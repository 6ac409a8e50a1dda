package rotation

import "time"

// Schedule says how often a key is to be rotated.
type Schedule struct {
	// Interval is the time between two rotations; zero for no schedule.
	Interval time.Duration
	// EarlyWindow is how long before it is due a rotation may take place.
	EarlyWindow time.Duration
}

// Next returns when the rotation after last is due, and false where there is no
// schedule or no last rotation to count from.
func (s Schedule) Next(last time.Time) (time.Time, bool) {
	if s.Interval <= 0 || last.IsZero() {
		return time.Time{}, false
	}
	return last.Add(s.Interval), true
}

// Due reports whether at now a rotation that falls to next may take place.
func (s Schedule) Due(next, now time.Time) bool {
	return !next.IsZero() && !now.Before(next.Add(-s.EarlyWindow))
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
