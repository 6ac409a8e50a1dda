// SPDX-License-Identifier: MPL-2.0

// Package acctest is the glue of the acceptance tests: the provider with a
// clock and an environment that the test holds, in front of a simulator.
package acctest

import (
	"context"
	"sync"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

var _ clock.Clock = (*Clock)(nil)

// Clock stands still unless it is moved. Sleeping moves it, so that a test
// waits for nothing.
type Clock struct {
	mutex sync.Mutex
	now   time.Time
}

// NewClock returns a clock that stands at now.
func NewClock(now time.Time) *Clock {
	return &Clock{now: now}
}

// Now returns where the clock stands.
func (c *Clock) Now() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.now
}

// Advance moves the clock forward.
func (c *Clock) Advance(d time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.now = c.now.Add(d)
}

// Sleep moves the clock forward by d and returns at once.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.Advance(max(d, 0))
	return nil
}
