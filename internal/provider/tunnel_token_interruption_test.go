package provider_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

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
			token := site.NewManagedResource("atlassian_tunnel_token")
			plan := token.Plan(t, acctest.Object{"hostname": tunnelID, "instance": "jira"})
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
	token := site.NewManagedResource("atlassian_tunnel_token")
	plan := token.Plan(t, acctest.Object{"hostname": tunnelID, "instance": "jira"})
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
	token := site.NewManagedResource("atlassian_tunnel_token")
	plan := token.Plan(t, acctest.Object{"hostname": tunnelID, "instance": "jira"})
	token.Apply(ctx, t, plan).MustFail(t, "not delivered", "waiting for its token")
	if got := site.jira.Count(http.MethodPut, deliverPath); got != 5 {
		t.Errorf("%d deliveries, want one request and its four repetitions", got)
	}
}

// The time-out bounds the regeneration, its repetitions and the delivery together.
func TestTunnelToken_timeoutLeavesTheOutcomeOpenAndSaysSo(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.lose(simulator.Fault{Kind: simulator.Delay}, 0)
	token := site.NewManagedResource("atlassian_tunnel_token")
	config := acctest.Object{"hostname": tunnelID, "instance": "jira", "timeouts": acctest.Object{"create": "1s"}}
	token.Apply(t.Context(), t, token.Plan(t, config)).MustFail(t, "Outcome of the regeneration", "did not answer in time", "`timeouts` bound the wait")
	if got := token.String(t, "rotation_attempted_at"); got != "2026-01-05T08:00:00Z" {
		t.Errorf("rotation_attempted_at is %q", got)
	}
}
