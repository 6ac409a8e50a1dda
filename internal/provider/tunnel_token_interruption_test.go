// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// held is how long a request takes that a test holds: for ever.
const held = time.Hour

// interrupting cancels a context when a held request arrives, as Ctrl+C would,
// and holds it no longer.
func interrupting(t *testing.T) (context.Context, simulator.Option) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, simulator.WithSleep(func(_ context.Context, d time.Duration) error {
		if d == held {
			cancel()
		}
		return nil
	})
}

// Once Cloud was asked, the tunnel is down until the instance has its token.
func TestTunnelToken_interruptionDoesNotKeepTheTokenFromTheInstance(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"while Cloud regenerates": "/" + tunnelID + "/token", "while the instance is told": deliverPath} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, option := interrupting(t)
			site := newTunnelSite(t, option)
			fault := simulator.Fault{Kind: simulator.Delay, Method: http.MethodPut, Path: path, Delay: held, LateChange: true}
			site.jira.Inject(fault)
			site.Simulator.Cloud().Inject(fault)
			token := site.token()
			plan := token.Plan(t, handedOver())
			token.Apply(ctx, t, plan).MustBeQuiet(t)
			verify(t, site.regenerated(1), site.connected())
			if ctx.Err() == nil {
				t.Error("nothing interrupted the apply")
			}
		})
	}
}

func TestTunnelToken_interruptionBeforeTheRegenerationChangesNothing(t *testing.T) {
	t.Parallel()
	ctx, option := interrupting(t)
	site := newTunnelSite(t, option)
	site.jira.Inject(simulator.Fault{Kind: simulator.Delay, Method: http.MethodGet, Path: inactivePath, Delay: held})
	token := site.token()
	plan := token.Plan(t, handedOver())
	token.Apply(ctx, t, plan).MustFail(t, "not regenerated", "Nothing was changed")
	verify(t, site.regenerated(0), site.connected())
}

// An instance that stays away is not waited for after an interruption.
func TestTunnelToken_interruptionEndsTheWaitForTheInstance(t *testing.T) {
	t.Parallel()
	ctx, option := interrupting(t)
	site := newTunnelSite(t, option)
	site.jira.Inject(simulator.Fault{Kind: simulator.Delay, Method: http.MethodPut, Path: deliverPath, Status: http.StatusServiceUnavailable, Delay: held, Times: 1, LateChange: true})
	site.jira.Inject(failedDeliveries()["unreachable"])
	token := site.token()
	plan := token.Plan(t, handedOver())
	token.Apply(ctx, t, plan).MustFail(t, "perhaps not delivered", "may have it or not")
	if got := site.jira.Count(http.MethodPut, deliverPath); got != 5 {
		t.Errorf("%d deliveries, want one request and its four repetitions", got)
	}
}

// The time-out bounds the regeneration, its repetitions and the delivery together.
func TestTunnelToken_timeoutLeavesTheOutcomeOpenAndSaysSo(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.lose(simulator.Fault{Kind: simulator.Delay}, 0)
	token := site.token()
	config := handedOver(acctest.Object{"timeouts": acctest.Object{"create": "2s"}})
	applyTunnel(t, token, config).MustWarn(t, "Outcome of the regeneration", "no answer in time", "did not answer in time", "`timeouts` bound the wait")
	token.MustHold(t, map[string]string{"rotation_attempted_at": startTime, "delivered": "", "rotation_reason": "creation"})
	token.Plan(t, config).MustHold(t, map[string]string{"rotation_reason": "retry"})
}

// Ctrl-C before a retry has begun leaves what is open as it was.
func TestTunnelToken_interruptedRetryChangesNothing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	site.abandon()
	applyTunnel(t, token, handedOver()).MustWarn(t, supersededWords)
	site.resetLogs()
	plan := token.Plan(t, handedOver())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	token.Apply(ctx, t, plan).MustFail(t, "not regenerated", "Nothing was changed")
	verify(t, site.sent())
	token.Plan(t, handedOver()).MustHold(t, map[string]string{"rotation_reason": "retry"})
}
