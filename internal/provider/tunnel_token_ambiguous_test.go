// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// lostTokens are answers to a regeneration that leave open whether there is a
// new token, and hold none. Changes tells whether each made one.
func lostTokens() map[string]struct {
	fault   simulator.Fault
	changes bool
} {
	return map[string]struct {
		fault   simulator.Fault
		changes bool
	}{
		"500":                    {simulator.Fault{}, false},
		"500 after the change":   {simulator.Fault{After: true}, true},
		"502 page":               {simulator.Fault{Status: http.StatusBadGateway, Body: "<html>", ContentType: "text/html", After: true}, true},
		"503":                    {simulator.Fault{Status: http.StatusServiceUnavailable, After: true}, true},
		"reset":                  {simulator.Fault{Kind: simulator.ResetBefore}, false},
		"reset after the change": {simulator.Fault{Kind: simulator.ResetAfter}, true},
		"cut short":              {simulator.Fault{Kind: simulator.TruncatedBody}, true},
		"200 login page":         {simulator.Fault{Kind: simulator.HTML, After: true}, true},
		"200 without body":       {simulator.Fault{Status: http.StatusOK, After: true}, true},
		"200 without token":      {simulator.Fault{Status: http.StatusOK, Body: `{"status":"CONNECTED"}`, After: true}, true},
		"200 with a list":        {simulator.Fault{Status: http.StatusOK, Body: `[{"token":"x"}]`, After: true}, true},
	}
}

func TestTunnelToken_lostTokenIsRegeneratedAgainAndDelivered(t *testing.T) {
	t.Parallel()
	for name, test := range lostTokens() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.lose(test.fault, 2)
			regenerations := 1
			if test.changes {
				regenerations = 3
			}
			token := site.token()
			token.Create(t, handedOver())
			verify(t, site.connected(), site.regenerated(regenerations),
				site.sent(listInactive, listInactive, askStatus, site.regeneration(), site.regeneration(), site.regeneration(), deliverToken))
			token.MustHold(t, map[string]string{"delivered": "true", "rotation_attempted_at": "", "rotation_due": "false"})
			token.Plan(t, handedOver()).MustBeEmpty(t)
		})
	}
}

// bounded has each regeneration repeated no more often than twice.
func (s *tunnelSite) bounded() {
	s.SetProviderBlock(acctest.Object{"max_retries": 2, "instances": acctest.Object{"jira": acctest.Object{"url": s.jira.URL()}}})
}

// A creation that asked for a token and never got one is no failure: Terraform
// would taint it, and its replacement would know nothing. The object is whole and
// says that an attempt is open; the next plan updates it in place.
func TestTunnelToken_creationOfUnknownOutcomeIsRetriedInPlace(t *testing.T) {
	t.Parallel()
	for name, test := range lostTokens() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.bounded()
			site.lose(test.fault, 0)
			token := site.token()
			applyTunnel(t, token, handedOver(acctest.Object{"rotation_interval": "7d"})).
				MustWarn(t, "Outcome of the regeneration of the token of the tunnel", tunnelID, "unknown", "never arrived", "The next apply regenerates the token again")
			verify(t, site.sent(listInactive, listInactive, askStatus, site.regeneration(), site.regeneration(), site.regeneration()))
			if token.Tainted() {
				t.Error("the creation is tainted")
			}
			token.MustHold(t, map[string]string{
				"id": tunnelID, "rotation_reason": "creation", "last_rotated_at": "", "rotation_origin": "", "rotation_due": "false",
				"next_rotation_at": "2026-01-12T08:00:03Z", "delivered": "", "delivered_at": "", "status": "", "name": "", "token": "", "token_sha256": "",
			})
			if at := token.String(t, "rotation_attempted_at"); !strings.HasPrefix(at, "2026-01-05T08:00:0") {
				t.Errorf("rotation_attempted_at is %q", at)
			}
			if changed, _ := token.RefreshOnlyPlan(t); !changed {
				t.Error("a refresh does not find a rotation due")
			}

			site.clearFaults()
			site.resetLogs()
			plan := token.Plan(t, handedOver(acctest.Object{"rotation_interval": "7d"}))
			plan.Diagnostics.MustWarn(t, "planned: retry", "has not been seen to happen")
			plan.MustHold(t, map[string]string{"rotation_reason": "retry", "rotation_origin": "terraform", "last_rotated_at": knownLater, "rotation_attempted_at": knownLater})
			if plan.Replaces() {
				t.Error("the plan replaces the resource")
			}
			token.Apply(t.Context(), t, plan).MustBeQuiet(t)
			verify(t, site.connected(), site.sent(site.rotation()...))
			token.MustHold(t, map[string]string{"rotation_reason": "retry", "rotation_attempted_at": "", "delivered": "true"})
			token.Plan(t, handedOver(acctest.Object{"rotation_interval": "7d"})).MustBeEmpty(t)
		})
	}
}

func TestAccTunnelToken_creationOfUnknownOutcomeIsRetriedInPlace(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	bounded := site.ProviderBlock("max_retries = 2") + tunnelBlock("test", tunnelID, `instance = "jira"`)
	run(t, site.Estate,
		resource.TestStep{
			PreConfig:          func() { site.lose(simulator.Fault{After: true}, 0) },
			Config:             bounded,
			Check:              site.down(),
			ConfigStateChecks:  []statecheck.StateCheck{tunnelToken.hasText("rotation_reason", "creation")},
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			PreConfig: site.clearFaults,
			Config:    bounded,
			ConfigPlanChecks: tunnelToken.plans(plancheck.ResourceActionUpdate,
				tunnelToken.rotates(), tunnelToken.keeps("rotation_reason", knownvalue.StringExact("retry"))),
			Check:             site.connected(),
			ConfigStateChecks: tunnelToken.hasNull("rotation_attempted_at"),
		})
}

// An update fails: Terraform shows the error and keeps what was saved.
func TestTunnelToken_updateOfUnknownOutcomeIsRetried(t *testing.T) {
	t.Parallel()
	for name, test := range lostTokens() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.bounded()
			token := site.token()
			token.Create(t, handedOver(released("1")))
			site.lose(test.fault, 0)
			applyTunnel(t, token, handedOver(released("2"))).MustFailAt(t, "hostname", "Outcome of the regeneration", "unknown", "never arrived")
			token.MustHold(t, map[string]string{"last_rotated_at": startTime, "rotation_reason": "triggers", "rotate_triggers": "{release=2}"})
			site.clearFaults()
			site.resetLogs()
			plan := token.Plan(t, handedOver(released("2")))
			plan.MustHold(t, map[string]string{"rotation_reason": "retry"})
			token.Apply(t.Context(), t, plan).MustBeQuiet(t)
			verify(t, site.connected(), site.sent(site.rotation()...))
			token.Plan(t, handedOver(released("2"))).MustBeEmpty(t)
		})
	}
}

// A retry that fails again leaves the attempt open, whatever it meets.
func TestTunnelToken_openAttemptStaysOpenUntilATokenArrives(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		words []string
	}{
		"refused":          {simulator.Fault{Status: http.StatusForbidden}, []string{"not regenerated: 403 Forbidden", "Nothing was changed: the tunnel is as it was"}},
		"limited for long": {simulator.Fault{Kind: simulator.RateLimited, Wait: time.Hour}, []string{"not regenerated: rate limit reached", "Nothing was changed"}},
		"lost again":       {simulator.Fault{After: true}, []string{"Outcome of the regeneration", "unknown"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token := site.token()
			site.lose(simulator.Fault{After: true}, 0)
			applyTunnel(t, token, handedOver()).MustWarn(t, "Outcome of the regeneration")
			site.clearFaults()
			site.lose(test.fault, 0)
			applyTunnel(t, token, handedOver()).MustFail(t, test.words...)
			site.clearFaults()
			plan := token.Plan(t, handedOver())
			plan.MustHold(t, map[string]string{"rotation_reason": "retry"})
			if name == "limited for long" {
				site.Clock.Advance(2 * time.Hour)
			}
			token.Apply(t.Context(), t, plan).MustBeQuiet(t)
			verify(t, site.connected())
			token.Plan(t, handedOver()).MustBeEmpty(t)
		})
	}
}

// A refusal that follows a lost answer does not tell what became of the token.
func TestTunnelToken_refusalAfterALostTokenIsOpen(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.lose(simulator.Fault{After: true}, 1)
	site.lose(simulator.Fault{Status: http.StatusForbidden}, 1)
	token := site.token()
	applyTunnel(t, token, handedOver()).MustWarn(t, "Outcome of the regeneration", "unknown", "403")
	verify(t, site.regenerated(1), site.down())
	token.Plan(t, handedOver()).MustHold(t, map[string]string{"rotation_reason": "retry"})
}
