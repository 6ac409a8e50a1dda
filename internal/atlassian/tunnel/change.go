// SPDX-License-Identifier: MPL-2.0

// Package tunnel changes the security key of an application tunnel, which takes
// both halves: Atlassian Cloud makes the key, and a Data Center instance gets it.
package tunnel

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// Change is what is to be done to the security key of a tunnel. The steps run
// in the order of the fields, and the first that fails ends them.
type Change struct {
	// Organization owns the tunnel, and Hostname names it: its UUID.
	Organization *cloud.Organization
	Hostname     string
	// Instance gets the token; nil for nobody.
	Instance *datacenter.Instance
	// Clock tells the time and waits.
	Clock clock.Clock

	// Preflight checks the instance before anything is changed.
	Preflight bool
	// Regenerate makes a new token in Cloud; otherwise Token is delivered.
	Regenerate bool
	Token      string
	// MaxRetries is how often a regeneration of unknown outcome is repeated.
	MaxRetries int
	// AbandonedAt is when an earlier request was sent that nobody waited for to its
	// end; zero for none. If it is still carried out, a regeneration supersedes a
	// token that was made meanwhile, and a delivery replaces it by a former one.
	AbandonedAt time.Time
	// Progress hears what is being done, in a few words; nil for nobody.
	Progress func(message string)
}

// Report says what was done, also where a step failed.
type Report struct {
	// Tunnel is what Cloud said with the new token.
	Tunnel cloud.Tunnel
	// RegeneratedAt is zero where there is no new token.
	RegeneratedAt time.Time
	// AttemptedAt is when a token was asked for that never arrived, or that may
	// still supersede the one that did; zero for neither.
	AttemptedAt time.Time
	// AbandonedAt is when the last request was sent that may still be carried out
	// and do harm then; zero for none.
	AbandonedAt time.Time
	// End is what the instance said, DeliveredAt when; zero where it got nothing.
	End         datacenter.TunnelEnd
	DeliveredAt time.Time
	// Undelivered is true where a delivery was tried and not confirmed.
	Undelivered bool
	// Warnings says what a person should know, a sentence each.
	Warnings []string
}

// Changed reports whether anything was changed, or may have been.
func (r Report) Changed() bool {
	return !r.RegeneratedAt.IsZero() || !r.AttemptedAt.IsZero() || !r.DeliveredAt.IsZero()
}

// Step is a step of a [Change].
type Step int

// The steps.
const (
	StepQueue Step = iota
	StepCheck
	StepRegenerate
	StepDeliver
)

// Error is a failure of one step.
type Error struct {
	Step Step
	// Unsettled is true where nobody knows whether the step took effect.
	Unsettled bool
	Err       error
}

func (e *Error) Error() string {
	return e.Err.Error()
}

// Unwrap returns what the step failed with.
func (e *Error) Unwrap() error {
	return e.Err
}

// Run carries the change out, never two of one tunnel at a time. Once Cloud was
// asked for a token it goes on even if the context is cancelled: the tunnel is
// down until the instance has it. Every error is an [*Error]; the report holds
// whatever happened before it.
func (c Change) Run(ctx context.Context) (Report, error) {
	work := work{Change: c}
	release, err := c.turn(ctx)
	if err != nil {
		return work.report, &Error{Step: StepQueue, Err: err}
	}
	defer release()

	err = work.run(ctx)
	return work.report, err
}

// turn waits for the turn of the tunnel and, before the tunnel has to wait for
// its token, for that of the instance. It returns what ends both.
func (c Change) turn(ctx context.Context) (release func(), err error) {
	releaseTunnel, err := c.Organization.TunnelTurn(ctx, c.Hostname)
	if err != nil || c.Instance == nil {
		return releaseTunnel, err
	}
	releaseInstance, err := c.Instance.DeliveryTurn(ctx)
	if err != nil {
		releaseTunnel()
		return nil, err
	}
	return func() { releaseInstance(); releaseTunnel() }, nil
}

// work is a change on its way.
type work struct {
	Change
	report Report
}

func (w *work) run(ctx context.Context) error {
	token := w.Token
	if w.Regenerate {
		if err := w.replace(ctx); err != nil {
			return err
		}
		token = w.report.Tunnel.Token
	}
	if w.Instance == nil {
		return nil
	}
	return w.deliver(ctx, token)
}

// replace makes a new token where an earlier regeneration has ended, as far as
// there is time for that, and the instance is ready for one.
func (w *work) replace(ctx context.Context) error {
	w.report.AbandonedAt = w.AbandonedAt
	if err := w.waitOut(ctx); err != nil {
		return &Error{Step: StepRegenerate, Err: err}
	}
	if err := w.check(ctx); err != nil {
		return &Error{Step: StepCheck, Err: err}
	}
	return w.regenerate(ctx)
}

// check makes sure, before the old token is given up, that the instance can
// take a new one.
func (w *work) check(ctx context.Context) error {
	if w.Instance == nil || !w.Preflight {
		return nil
	}
	w.progress("checking that the instance is ready")
	warnings, err := w.Instance.CheckDelivery(ctx)
	w.report.Warnings = append(w.report.Warnings, warnings...)
	if err != nil {
		return err
	}
	return ctx.Err()
}

// regenerate makes a new token. A token whose answer was lost is lost with it,
// and the tunnel is down: as each supersedes the last, another one is made. One
// that Cloud may still be working on is waited out first, as far as there is
// time; where there is not, the report says so.
func (w *work) regenerate(ctx context.Context) error {
	w.progress("regenerating the security key in Atlassian Cloud")
	if err := ctx.Err(); err != nil {
		return &Error{Step: StepRegenerate, Err: err}
	}
	ctx, cancel := clock.Uninterrupted(ctx)
	defer cancel()

	open := false
	for attempts := 0; ; attempts++ {
		at := w.Clock.Now()
		tunnel, err := w.Organization.RegenerateTunnelToken(ctx, w.Hostname, regenerationTimeout(ctx))
		if err == nil {
			w.regenerated(tunnel, at)
			return nil
		}
		failure, ok := errors.AsType[*transport.Error](err)
		refused := ok && failure.Unchanged()
		if !refused {
			open = true
			w.report.AttemptedAt = at
		}
		if ok && failure.MayStillRun() {
			w.report.AbandonedAt = at
		}
		if refused || attempts >= w.MaxRetries || !repeatable(err) || !w.pause(ctx, attempts) {
			return &Error{Step: StepRegenerate, Unsettled: open, Err: err}
		}
	}
}

// repeatable reports whether another regeneration may help after one that failed
// with err. A page in place of an answer may have swallowed one.
func repeatable(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return ok && (failure.MayPass() || failure.Kind == transport.Redirected && failure.Status < http.StatusMultipleChoices)
}

// waitOut gives a request that may still be carried out the time to end, but no more than half of what is left: a new token has to be made and
// delivered.
func (w *work) waitOut(ctx context.Context) error {
	left := w.stillRunning()
	if remaining, ok := clock.Remaining(ctx); ok {
		left = min(left, remaining/2)
	}
	if left <= 0 {
		return nil
	}
	w.progress("waiting for an earlier request to end")
	return w.Clock.Sleep(ctx, left)
}

// stillRunning returns how long an abandoned request may still run.
func (w *work) stillRunning() time.Duration {
	if w.report.AbandonedAt.IsZero() {
		return 0
	}
	return max(w.report.AbandonedAt.Add(transport.AbandonedTime).Sub(w.Clock.Now()), 0)
}

const (
	firstWait   = time.Second
	longestWait = 30 * time.Second
)

// pause waits before the next regeneration, also for the last one to end, and
// reports whether there is time for one.
func (w *work) pause(ctx context.Context, attempts int) bool {
	wait := min(firstWait<<min(attempts, 5), longestWait)
	if remaining, ok := clock.Remaining(ctx); ok && remaining < 2*wait {
		return false
	}
	return w.Clock.Sleep(ctx, wait) == nil && w.waitOut(ctx) == nil
}

// regenerated takes the new token over. It stays in doubt as long as an earlier
// request may supersede it.
func (w *work) regenerated(tunnel cloud.Tunnel, at time.Time) {
	w.report.Tunnel, w.report.RegeneratedAt = tunnel, at
	w.report.AttemptedAt = w.report.AbandonedAt
	if w.stillRunning() == 0 {
		w.report.AttemptedAt, w.report.AbandonedAt = time.Time{}, time.Time{}
	}
	w.compareURLs()
}

// regenerationTimeout leaves a regeneration all the time there is but what the
// delivery needs.
func regenerationTimeout(ctx context.Context) time.Duration {
	remaining, ok := clock.Remaining(ctx)
	if !ok {
		return transport.Unbounded
	}
	return remaining - min(time.Minute, remaining/4)
}

// compareURLs notes where Cloud leads the tunnel to another instance than the
// one that gets the token.
func (w *work) compareURLs() {
	told := w.report.Tunnel.OnPremiseURL
	if w.Instance == nil || told == "" || sameURL(told, w.Instance.URL()) {
		return
	}
	w.report.Warnings = append(w.report.Warnings, fmt.Sprintf("Atlassian Cloud says that the tunnel leads to %s, while the instance %q is configured with %s. "+
		"Check that instance names the right one.", told, w.Instance.Name(), w.Instance.URL()))
}

// sameURL reports whether two base URLs lead to the same place, however they are
// written.
func sameURL(a, b string) bool {
	first, firstErr := url.Parse(a)
	second, secondErr := url.Parse(b)
	if firstErr != nil || secondErr != nil {
		return a == b
	}
	return first.Scheme == second.Scheme && strings.EqualFold(first.Hostname(), second.Hostname()) && portOf(first) == portOf(second) &&
		strings.TrimRight(first.Path, "/") == strings.TrimRight(second.Path, "/")
}

func portOf(address *url.URL) string {
	if address.Port() == "" {
		return map[string]string{"http": "80", "https": "443"}[address.Scheme]
	}
	return address.Port()
}

// deliver hands the token to the instance, and goes on trying while what fails
// may pass and there is time.
func (w *work) deliver(ctx context.Context, token string) error {
	w.progress("delivering the token to the instance")
	detached, cancel := clock.Uninterrupted(ctx)
	defer cancel()

	deadline := w.Clock.Now()
	if remaining, ok := clock.Remaining(ctx); ok {
		deadline = deadline.Add(remaining)
	}
	open, abandoned := false, false
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		end, err := w.Instance.DeliverTunnelToken(detached, token)
		if err == nil {
			w.report.End, w.report.DeliveredAt = end, w.Clock.Now()
			return nil
		}
		failure, ok := errors.AsType[*transport.Error](err)
		open = open || !ok || !failure.Unchanged()
		abandoned = abandoned || ok && failure.MayStillRun()
		if !w.mayPass(err) || w.Clock.Now().Add(wait).After(deadline) || w.Clock.Sleep(ctx, wait) != nil {
			w.report.Undelivered = true
			if abandoned {
				w.report.AbandonedAt = w.Clock.Now()
			}
			return &Error{Step: StepDeliver, Unsettled: open, Err: err}
		}
	}
}

// mayPass reports whether a delivery that failed with err may soon succeed
// without anybody changing anything.
func (w *work) mayPass(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return false
	}
	if failure.Kind == transport.RateLimited {
		return failure.RetryAt.Sub(w.Clock.Now()) <= longestWait
	}
	return failure.MayPass()
}

func (w *work) progress(message string) {
	if w.Progress != nil {
		w.Progress(message)
	}
}
