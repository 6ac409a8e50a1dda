// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

func TestTunnelToken_addedInstanceGetsTheStoredToken(t *testing.T) {
	t.Parallel()
	for name, keeps := range map[string]bool{"and it is dropped from state": false, "and it stays in state where told to": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token, config := site.token(), handedOver()
			if keeps {
				config["store_token"] = true
			}
			token.Create(t, stored())
			verify(t, site.down())
			site.resetLogs()
			plan := token.Plan(t, config)
			plan.MustHold(t, map[string]string{"delivered": knownLater, "last_rotated_at": startTime, "rotation_reason": "creation"})
			token.Apply(t.Context(), t, plan).MustBeQuiet(t)
			verify(t, site.sent(deliverToken), site.connected(), site.regenerated(1))
			token.MustHold(t, map[string]string{"delivered": "true", "cloud_org_name": "Example", "rotation_reason": "creation"})
			site.mustHash(t, token)
			if got := token.String(t, "token") != ""; got != keeps {
				t.Errorf("the token is in state: %t, want %t", got, keeps)
			}
			token.Plan(t, config).MustBeEmpty(t)
		})
	}
}

func TestTunnelToken_plansSayThatTheyDeliver(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, stored())
	token.Plan(t, handedOver()).Diagnostics.MustWarn(t, "Delivery of the token of the tunnel", tunnelID, "planned", "delivers the stored token", `"jira"`)
	mustNotWarn(t, token.Plan(t, handedOver(released("1"))).Diagnostics, "delivers the stored token")
}

func TestTunnelToken_removedStoreTokenDropsTheToken(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]acctest.Object{"left out": handedOver(), "false": handedOver(acctest.Object{"store_token": false})} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token := site.token()
			token.Create(t, handedOver(acctest.Object{"store_token": true}))
			site.resetLogs()
			plan := token.Plan(t, config)
			plan.Diagnostics.MustBeQuiet(t)
			plan.MustHold(t, map[string]string{"last_rotated_at": startTime, "token": "", "delivered": "true"})
			token.Apply(t.Context(), t, plan).MustBeQuiet(t)
			token.MustHold(t, map[string]string{"token": "", "store_token": "false", "delivered": "true"})
			site.mustHash(t, token)
			verify(t, site.sent(), site.regenerated(1), site.connected())
		})
	}
}

// A token that was not stored is not known any more, so storing begins with the
// next one.
func TestTunnelToken_storingBeginsWithTheNextToken(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token, storing := site.token(), acctest.Object{"store_token": true}
	token.Create(t, handedOver())
	site.resetLogs()
	applyTunnel(t, token, handedOver(storing)).MustBeQuiet(t)
	token.MustHold(t, map[string]string{"token": "", "store_token": "true"})
	verify(t, site.sent())
	applyTunnel(t, token, handedOver(storing, released("1"))).MustBeQuiet(t)
	site.mustStore(t, token)
	verify(t, site.connected(), site.regenerated(2))
}

func TestTunnelToken_removedInstanceForgetsTheDelivery(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, handedOver())
	site.resetLogs()
	plan := token.Plan(t, stored())
	plan.Diagnostics.MustBeQuiet(t)
	plan.MustHold(t, map[string]string{"last_rotated_at": startTime})
	token.Apply(t.Context(), t, plan).MustBeQuiet(t)
	token.MustHold(t, map[string]string{"delivered": "", "delivered_at": "", "cloud_org_name": "", "cloud_page_url": "", "app_links_url": "", "token": ""})
	verify(t, site.sent(), site.connected())
}

// twoNames has jira configured a second time, as "moved".
func (s *tunnelSite) twoNames() {
	s.Setenv("ATLASSIAN_INSTANCE_MOVED_TOKEN", "jira-token")
	s.SetProviderBlock(acctest.Object{"instances": acctest.Object{
		"jira": acctest.Object{"url": s.jira.URL()}, "moved": acctest.Object{"url": s.jira.URL()},
	}})
}

// A tunnel moves to another instance with a token that both sides know: the
// stored one, or a new one where none is stored.
func TestTunnelToken_anotherInstanceGetsAToken(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		more          acctest.Object
		regenerations int
		reason        string
		wants         func(*tunnelSite) []string
	}{
		"the stored one": {acctest.Object{"store_token": true}, 1, "creation", func(*tunnelSite) []string { return []string{deliverToken} }},
		"a new one":      {nil, 2, "repair", (*tunnelSite).rotation},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.twoNames()
			token := site.token()
			token.Create(t, handedOver(test.more))
			site.resetLogs()
			plan := token.Plan(t, handedOver(test.more, acctest.Object{"instance": "moved"}))
			plan.MustHold(t, map[string]string{"delivered": knownLater, "rotation_reason": test.reason})
			token.Apply(t.Context(), t, plan).MustBeQuiet(t)
			token.MustHold(t, map[string]string{"delivered": "true", "rotation_reason": test.reason})
			verify(t, site.sent(test.wants(site)...), site.connected(), site.regenerated(test.regenerations))
		})
	}
}

// Which instance it is turns out during apply.
func TestTunnelToken_unknownInstanceRegeneratesOnlyIfItIsAnother(t *testing.T) {
	t.Parallel()
	for instance, regenerations := range map[string]int{"jira": 1, "moved": 2} {
		t.Run(instance, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.twoNames()
			token := site.token()
			token.Create(t, handedOver())
			plan := token.Plan(t, handedOver(acctest.Object{"instance": acctest.Unknown{}}))
			plan.Diagnostics.MustWarn(t, "Rotation of the security key of the tunnel", "possible", "instance is not known before apply")
			plan.MustHold(t, map[string]string{"last_rotated_at": knownLater, "rotation_reason": knownLater})
			token.Apply(t.Context(), t, plan.Know(handedOver(acctest.Object{"instance": instance}))).MustNotFail(t)
			verify(t, site.regenerated(regenerations), site.connected())
		})
	}
}
