package provider

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// tunnelChange is what is to be done to the security key of a tunnel. The steps
// run in the order of the fields, and the first that fails ends them.
type tunnelChange struct {
	organization *cloud.Organization
	hostname     string
	// instance gets the token; nil for nobody.
	instance *datacenter.Instance
	clock    clock.Clock

	// preflight checks the instance before anything is changed.
	preflight bool
	// regenerate makes a new token in Cloud; otherwise token is delivered.
	regenerate bool
	token      string
	// progress hears what is being done, in a few words; nil for nobody.
	progress func(message string)
}

// tunnelReport says what was done, also where a step failed.
type tunnelReport struct {
	// tunnel is what Cloud said with the new token.
	tunnel cloud.Tunnel
	// regeneratedAt is zero where there is no new token.
	regeneratedAt time.Time
	// attemptedAt is when a token was asked for that never arrived.
	attemptedAt time.Time
	// end is what the instance said, deliveredAt when; zero where it got nothing.
	end         datacenter.TunnelEnd
	deliveredAt time.Time
	// undelivered is true where a delivery was tried and failed.
	undelivered bool
	warnings    []string
}

func (r tunnelReport) changed() bool {
	return !r.regeneratedAt.IsZero() || !r.attemptedAt.IsZero() || !r.deliveredAt.IsZero()
}

// tunnelStep is a step of a tunnelChange.
type tunnelStep int

const (
	tunnelStepQueue tunnelStep = iota
	tunnelStepCheck
	tunnelStepRegenerate
	tunnelStepDeliver
)

// tunnelError is a failure of one step.
type tunnelError struct {
	step tunnelStep
	// unsettled is true where Cloud may have a new token that nobody got.
	unsettled bool
	err       error
}

func (e *tunnelError) Error() string {
	return e.err.Error()
}

func (e *tunnelError) Unwrap() error {
	return e.err
}

// run carries the change out, never two of one tunnel at a time. Once Cloud was
// asked for a token it goes on even if the context is cancelled: the tunnel is
// down until the instance has it. Every error is a *tunnelError.
func (c tunnelChange) run(ctx context.Context) (tunnelReport, error) {
	var report tunnelReport
	release, err := c.turn(ctx)
	if err != nil {
		return report, &tunnelError{step: tunnelStepQueue, err: err}
	}
	defer release()

	if err := c.check(ctx); err != nil {
		return report, &tunnelError{step: tunnelStepCheck, err: err}
	}
	token := c.token
	if c.regenerate {
		if err := c.regenerateInto(ctx, &report); err != nil {
			return report, err
		}
		token = report.tunnel.Token
	}
	if c.instance == nil {
		return report, nil
	}
	return report, c.deliver(ctx, token, &report)
}

// turn waits for the turn of the tunnel and, before the tunnel has to wait for
// its token, for that of the instance. It returns what ends both.
func (c tunnelChange) turn(ctx context.Context) (release func(), err error) {
	releaseTunnel, err := c.organization.TunnelTurn(ctx, c.hostname)
	if err != nil || c.instance == nil {
		return releaseTunnel, err
	}
	releaseInstance, err := c.instance.DeliveryTurn(ctx)
	if err != nil {
		releaseTunnel()
		return nil, err
	}
	return func() { releaseInstance(); releaseTunnel() }, nil
}

// check makes sure, before the old token is given up, that the instance can
// take a new one.
func (c tunnelChange) check(ctx context.Context) error {
	if c.instance == nil || !c.preflight || !c.regenerate {
		return nil
	}
	c.report("checking that the instance is ready")
	if err := c.instance.CheckRunning(ctx); err != nil {
		return err
	}
	if err := c.instance.CheckCredentials(ctx); err != nil {
		return err
	}
	return ctx.Err()
}

func (c tunnelChange) regenerateInto(ctx context.Context, report *tunnelReport) error {
	c.report("regenerating the security key in Atlassian Cloud")
	ctx, cancel := clock.Uninterrupted(ctx)
	defer cancel()

	at := c.clock.Now()
	tunnel, err := c.organization.RegenerateTunnelToken(ctx, c.hostname)
	if err == nil {
		report.tunnel, report.regeneratedAt = tunnel, at
		c.compareURLs(report)
		return nil
	}
	failure, ok := errors.AsType[*transport.Error](err)
	if ok && failure.Unchanged() {
		return &tunnelError{step: tunnelStepRegenerate, err: err}
	}
	report.attemptedAt = at
	return &tunnelError{step: tunnelStepRegenerate, unsettled: true, err: err}
}

// compareURLs warns where Cloud leads the tunnel to another instance than the
// one that gets the token.
func (c tunnelChange) compareURLs(report *tunnelReport) {
	if c.instance == nil || report.tunnel.OnPremiseURL == "" || sameURL(report.tunnel.OnPremiseURL, c.instance.URL()) {
		return
	}
	report.warnings = append(report.warnings, fmt.Sprintf("Atlassian Cloud says that the tunnel leads to %s, while the instance %q is configured with %s. "+
		"Check that instance names the right one.", report.tunnel.OnPremiseURL, c.instance.Name(), c.instance.URL()))
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

const (
	firstDeliveryWait   = time.Second
	longestDeliveryWait = 30 * time.Second
)

// deliver hands the token to the instance, and goes on trying while what fails
// may pass and there is time.
func (c tunnelChange) deliver(ctx context.Context, token string, report *tunnelReport) error {
	c.report("delivering the token to the instance")
	detached, cancel := clock.Uninterrupted(ctx)
	defer cancel()

	deadline := c.clock.Now()
	if remaining, ok := clock.Remaining(ctx); ok {
		deadline = deadline.Add(remaining)
	}
	for wait := firstDeliveryWait; ; wait = min(2*wait, longestDeliveryWait) {
		end, err := c.instance.DeliverTunnelToken(detached, token)
		if err == nil {
			report.end, report.deliveredAt = end, c.clock.Now()
			return nil
		}
		if !c.mayPass(err) || ctx.Err() != nil || c.clock.Now().Add(wait).After(deadline) || c.clock.Sleep(ctx, wait) != nil {
			report.undelivered = true
			return &tunnelError{step: tunnelStepDeliver, err: err}
		}
	}
}

// mayPass reports whether a delivery that failed with err may soon succeed
// without anybody changing anything.
func (c tunnelChange) mayPass(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return false
	}
	if failure.Kind == transport.RateLimited {
		return failure.RetryAt.Sub(c.clock.Now()) <= longestDeliveryWait
	}
	return failure.MayPass()
}

func (c tunnelChange) report(message string) {
	if c.progress != nil {
		c.progress(message)
	}
}
