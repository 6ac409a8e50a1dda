// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// abandon has a gateway give up the next regeneration, which Cloud carries out
// when told to.
func (s *tunnelSite) abandon() {
	s.lose(simulator.Fault{Kind: simulator.ChangeLater, Status: http.StatusGatewayTimeout}, 1)
}

// supersededWords are in the warning of a token that an earlier request may
// supersede.
const supersededWords = "may be superseded"

// The first PUT is carried out after its time-out and after the answer to its
// repetition: the tunnel is down, and state, plan and a warning say so until it
// is settled.
func TestTunnelToken_regenerationCarriedOutLateIsNeverSilent(t *testing.T) {
	t.Parallel()
	for name, exists := range map[string]bool{"create": false, "update": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token, config := site.token(), handedOver(released("2"))
			if exists {
				token.Create(t, handedOver(released("1")))
			}
			site.abandon()
			applyTunnel(t, token, config).MustWarn(t, "Token of the tunnel", tunnelID, supersededWords, "the tunnel is down", "The next plan shows another rotation", "a quarter of an hour")
			verify(t, site.connected())
			if at := token.String(t, "rotation_attempted_at"); at == "" || token.Tainted() {
				t.Errorf("attempted at %q, tainted: %t", at, token.Tainted())
			}
			site.Simulator.Cloud().CompletePending()
			verify(t, site.down())

			site.Clock.Advance(15 * time.Minute)
			plan := token.Plan(t, config)
			plan.Diagnostics.MustWarn(t, "planned: retry")
			plan.MustHold(t, map[string]string{"rotation_reason": "retry", "delivered": knownLater})
			token.Apply(t.Context(), t, plan).MustBeQuiet(t)
			verify(t, site.connected())
			token.MustHold(t, map[string]string{"rotation_attempted_at": "", "delivered": "true"})
			token.Plan(t, config).MustBeEmpty(t)
		})
	}
}

// Whenever Cloud carries the first request out, and however often somebody
// applies before: an empty plan means that the tunnel is up.
func TestTunnelToken_emptyPlanMeansThatTheTunnelIsUp(t *testing.T) {
	t.Parallel()
	for _, late := range []time.Duration{time.Minute, 5 * time.Minute, 10 * time.Minute} {
		t.Run(late.String(), func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token := site.token()
			site.abandon()
			applyTunnel(t, token, handedOver())
			carriedOut := false
			for range 20 {
				if site.Clock.Now().Sub(acctest.Start()) >= late && !carriedOut {
					site.Simulator.Cloud().CompletePending()
					carriedOut = true
				}
				plan := token.Plan(t, handedOver())
				if !plan.Changes() {
					break
				}
				token.Apply(t.Context(), t, plan).MustNotFail(t)
				site.Clock.Advance(time.Minute)
			}
			site.Simulator.Cloud().CompletePending()
			token.Plan(t, handedOver()).MustBeEmpty(t)
			verify(t, site.connected())
		})
	}
}

// Where timeouts allow it, the request is waited out, and nothing is left open.
func TestTunnelToken_abandonedRegenerationIsWaitedOutWhereThereIsTime(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token, config := site.token(), handedOver(acctest.Object{"timeouts": acctest.Object{"create": "1h"}})
	site.abandon()
	applyTunnel(t, token, config).MustBeQuiet(t)
	if took := site.Clock.Now().Sub(acctest.Start()); took < 15*time.Minute {
		t.Errorf("the apply took %s", took)
	}
	token.MustHold(t, map[string]string{"rotation_attempted_at": ""})
	token.Plan(t, config).MustBeEmpty(t)
	verify(t, site.connected())
}

// Terraform replaces what was created with an error: the replacement would know
// nothing of the request that may still run.
func TestTunnelToken_undeliveredCreationIsNotReplacedWhileARegenerationIsOpen(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	site.abandon()
	site.jira.Inject(failedDeliveries()["refused"])
	applyTunnel(t, token, handedOver()).MustWarn(t, "New token of the tunnel", "not delivered to the instance")
	if token.Tainted() {
		t.Error("the creation is tainted")
	}
	token.MustHold(t, map[string]string{"delivered": "false", "status": ""})
	site.clearFaults()
	site.Clock.Advance(time.Minute)
	applyTunnel(t, token, handedOver()).MustWarn(t, supersededWords)
	site.Simulator.Cloud().CompletePending()
	verify(t, site.down())
	site.Clock.Advance(15 * time.Minute)
	applyTunnel(t, token, handedOver()).MustBeQuiet(t)
	verify(t, site.connected())
	token.Plan(t, handedOver()).MustBeEmpty(t)
}

// A change that sends nothing to Cloud forgets no request that may still run.
func TestTunnelToken_openRegenerationOutlastsRefusedRetries(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	site.abandon()
	applyTunnel(t, token, handedOver()).MustWarn(t, supersededWords)
	site.lose(simulator.Fault{Status: http.StatusForbidden}, 1)
	site.jira.SetState("MAINTENANCE")
	applyTunnel(t, token, handedOver()).MustFail(t, "not regenerated", "MAINTENANCE", "the tunnel is as it was")
	site.jira.SetState("RUNNING")
	applyTunnel(t, token, handedOver()).MustFail(t, "not regenerated", "403", "the tunnel is as it was")
	plan := token.Plan(t, handedOver())
	plan.MustHold(t, map[string]string{"rotation_reason": "retry"})
}

func TestTunnelToken_destroyWarnsWhileARegenerationIsOpen(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	site.abandon()
	applyTunnel(t, token, handedOver()).MustWarn(t, supersededWords)
	token.PlanDestroy(t).MustWarn(t, "forgotten without its token", "may be down", "Apply first")
	token.DestroyAll(t, handedOver()).MustNotFail(t)
	if token.Exists() {
		t.Error("the resource is still in state")
	}
}

// A delivery that nobody saw the end of may give the instance a former token
// after it got another one: it is waited out like a regeneration, and told of.
func TestTunnelToken_deliveryThatMayStillRunIsNeverSilent(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]acctest.Object{"not stored": nil, "stored": {"store_token": true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token := site.token()
			token.Create(t, handedOver(more, released("1")))
			site.jira.Inject(simulator.Fault{Kind: simulator.ChangeLater, Method: http.MethodPut, Path: deliverPath, Status: http.StatusGatewayTimeout})
			applyTunnel(t, token, handedOver(more, released("2"))).MustFail(t, "perhaps not delivered")
			if more != nil {
				applyTunnel(t, token, handedOver(more, released("2"))).MustFail(t, "Stored token", "perhaps not delivered")
			}
			site.clearFaults()
			applyTunnel(t, token, handedOver(more, released("3"))).MustWarn(t, supersededWords, "nobody saw the end of")
			verify(t, site.connected())
			site.Clock.Advance(15 * time.Minute)
			plan := token.Plan(t, handedOver(more, released("3")))
			plan.MustHold(t, map[string]string{"rotation_reason": "retry"})
			token.Apply(t.Context(), t, plan).MustBeQuiet(t)
			verify(t, site.connected())
			token.Plan(t, handedOver(more, released("3"))).MustBeEmpty(t)
		})
	}
}
