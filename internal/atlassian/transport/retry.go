// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"net/http"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

const (
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 30 * time.Second
)

// admit waits until no rate limit holds the host back. It fails if that takes
// longer than allowed, or if ctx is done first; last is the attempt before, if any.
func (c *Client) admit(ctx context.Context, call *call, last *failure, attempts int) *Error {
	for {
		if err := ctx.Err(); err != nil {
			return call.notAdmitted(NotSent, err, last, attempts)
		}
		until := c.config.Pauses.end(c.host)
		wait := until.Sub(c.config.Clock.Now())
		if wait <= 0 {
			return nil
		}
		if !c.allows(ctx, wait) {
			refused := call.notAdmitted(RateLimited, nil, last, attempts)
			refused.RetryAt = until
			return refused
		}
		if err := c.config.Clock.Sleep(ctx, wait); err != nil {
			return call.notAdmitted(NotSent, err, last, attempts)
		}
	}
}

// notAdmitted returns the failure of a call that no further attempt of is made.
// What the last attempt met says more than that there was not another one.
func (c *call) notAdmitted(kind Kind, cause error, last *failure, attempts int) *Error {
	if last != nil && (kind == NotSent || last.Kind == RateLimited) {
		return last.Error
	}
	refused := c.failed(kind, cause)
	refused.Attempts = attempts
	refused.inherit(last)
	return refused
}

// repeat decides whether the call is attempted again, and waits for it to be
// time. A 429 holds back all requests to the host, whether this one goes on or
// not; admit then waits for it.
func (c *Client) repeat(ctx context.Context, call *call, failed *failure) bool {
	now := c.config.Clock.Now()
	wait := c.waitAfter(failed, now)
	if failed.Kind == RateLimited {
		failed.RetryAt = now.Add(wait)
		c.config.Pauses.extend(c.host, failed.RetryAt)
	}
	if failed.Attempts > c.config.MaxRetries || !failed.repeatable(call) || ctx.Err() != nil {
		return false
	}
	if !c.allows(ctx, wait) {
		failed.RetryAt = now.Add(wait)
		return false
	}
	return failed.Kind == RateLimited || c.config.Clock.Sleep(ctx, wait) == nil
}

// allows reports whether a wait is neither longer than the configuration
// permits nor than the context lasts.
func (c *Client) allows(ctx context.Context, wait time.Duration) bool {
	if wait > c.config.MaxRetryWait {
		return false
	}
	remaining, bounded := clock.Remaining(ctx)
	return !bounded || wait < remaining
}

// waitAfter returns how long to wait after a failure: what the server asks for,
// else the client's own back-off, which is never longer than permitted.
func (c *Client) waitAfter(failed *failure, now time.Time) time.Duration {
	if failed.Status == http.StatusTooManyRequests || failed.Status == http.StatusServiceUnavailable {
		if wait, ok := requestedWait(failed.header, now); ok {
			return wait
		}
	}
	return min(c.backoff(failed.Attempts), c.config.MaxRetryWait)
}

// backoff returns a random time between half and all of 0.5 s, 1 s, 2 s and so
// on up to 30 s, for the first, second, third repetition.
func (c *Client) backoff(attempts int) time.Duration {
	ceiling := firstBackoff
	for i := 1; i < attempts && ceiling < maxBackoff; i++ {
		ceiling *= 2
	}
	half := min(ceiling, maxBackoff) / 2
	return half + time.Duration(c.random()*float64(half))
}
