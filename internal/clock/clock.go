// SPDX-License-Identifier: MPL-2.0

// Package clock is where the provider learns the time and where it waits.
// Nothing else calls time.Now or starts a timer, so that a test can hand in a
// clock of its own and move it.
package clock

import (
	"context"
	"time"
)

// Clock tells the time and waits.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
	// Sleep returns nil after d, or ctx.Err() as soon as ctx is done. A d of
	// zero or less returns at once.
	Sleep(ctx context.Context, d time.Duration) error
}

// System is the clock of the machine.
type System struct{}

var _ Clock = System{}

// Now returns the machine's time in UTC.
func (System) Now() time.Time {
	return time.Now().UTC()
}

// Sleep waits on a timer of the machine.
func (System) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Remaining returns how long ctx still has, and false where ctx has no
// deadline. Deadlines of contexts live on the machine's clock, whatever clock
// the provider was handed.
func Remaining(ctx context.Context) (time.Duration, bool) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return 0, false
	}
	return time.Until(deadline), true
}

// Uninterrupted returns a context with the deadline of ctx that is not cancelled
// with it: for what has to be seen to its end once it has begun.
func Uninterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	detached := context.WithoutCancel(ctx)
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(detached, deadline)
	}
	return context.WithCancel(detached)
}
