// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// pace lets so many requests pass in a period, and holds the next one back
// until the period since the first of them is over. Who goes away while held
// back takes nobody's place.
type pace struct {
	clock    clock.Clock
	requests int
	period   time.Duration

	turn   *semaphore.Weighted
	passed []time.Time
}

func newPace(clock clock.Clock, requests int, period time.Duration) *pace {
	return &pace{clock: clock, requests: requests, period: period, turn: semaphore.NewWeighted(1)}
}

// wait returns when the next request may be sent.
func (p *pace) wait(ctx context.Context) error {
	if err := p.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer p.turn.Release(1)
	if len(p.passed) == p.requests {
		if err := p.clock.Sleep(ctx, p.passed[0].Add(p.period).Sub(p.clock.Now())); err != nil {
			return err
		}
		p.passed = p.passed[1:]
	}
	p.passed = append(p.passed, p.clock.Now())
	return nil
}

// try reports whether a request may be sent right now, and counts it if so.
func (p *pace) try() bool {
	if !p.turn.TryAcquire(1) {
		return false
	}
	defer p.turn.Release(1)
	if len(p.passed) == p.requests {
		if p.passed[0].Add(p.period).After(p.clock.Now()) {
			return false
		}
		p.passed = p.passed[1:]
	}
	p.passed = append(p.passed, p.clock.Now())
	return true
}
