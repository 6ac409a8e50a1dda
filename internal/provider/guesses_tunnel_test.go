// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// turnOrganization turns a switch of an organization.
type turnOrganization = func(*simulator.OrganizationConfig)

// deliveryGuesses are those about how an instance takes the key of its tunnel.
func deliveryGuesses() map[string]guess[simulator.InstanceConfig] {
	guesses := map[string]guess[simulator.InstanceConfig]{
		"an instance takes the key of any tunnel": {
			func(c *simulator.InstanceConfig) { c.Guesses.AcceptForeignTokens = true }, takenForeignKeyIsWarnedOf,
		},
		"a delivery is answered as the page prints it": {
			func(c *simulator.InstanceConfig) { c.Guesses.SampleTunnelAnswer = true }, unreadableDeliveryIsOne,
		},
	}
	for _, status := range []int{
		http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusInternalServerError,
	} {
		guesses[fmt.Sprintf("a foreign key is refused with %d", status)] = guess[simulator.InstanceConfig]{
			func(c *simulator.InstanceConfig) { c.Guesses.ForeignTokenStatus = status }, foreignKeyIsRefused(status),
		}
	}
	return guesses
}

// tunnelGuesses are those about how Cloud makes the key of a tunnel.
func tunnelGuesses() map[string]guess[simulator.OrganizationConfig] {
	return map[string]guess[simulator.OrganizationConfig]{
		"a scoped key regenerates the key of a tunnel": {
			func(c *simulator.OrganizationConfig) { c.Guesses.TunnelTakesScopes = true }, scopedKeyRotates,
		},
		"a tunnel that is down has another status": {
			func(c *simulator.OrganizationConfig) { c.Guesses.DisconnectedStatus = "NOT_CONNECTED" }, statusIsRecorded,
		},
		"a tunnel is found by its UUID alone": {
			func(c *simulator.OrganizationConfig) { c.Guesses.TunnelWantsUUID = true }, anySpellingNamesTheTunnel,
		},
	}
}

// newTurnedTunnel is a tunnel whose both ends are special.
func newTurnedTunnel(t *testing.T, instance simulator.InstanceConfig, organization simulator.OrganizationConfig) *tunnelSite {
	t.Helper()
	estate := acctest.NewEstate(t)
	instance.Name = "jira"
	site := &tunnelSite{Estate: estate, jira: estate.AddInstance(instance), organization: estate.AddOrganization(organization)}
	site.tunnel = site.organization.AddTunnel(simulator.TunnelConfig{ID: tunnelID, Name: "tunnel1", Instance: site.jira})
	return site
}

// newTunnelOf is a tunnel of an organization with the switch turned.
func newTunnelOf(t *testing.T, config simulator.OrganizationConfig, turn turnOrganization) *tunnelSite {
	t.Helper()
	turn(&config)
	return newTurnedTunnel(t, withToken(), config)
}

// newTokensAreDelivered has a tunnel token made and delivered three times.
func newTokensAreDelivered(t *testing.T, turn turnInstance) {
	t.Helper()
	newTurnedTunnel(t, with(withToken(), turn), simulator.OrganizationConfig{}).mustRotate(t, tunnelID)
}

// mustRotate has the token of the tunnel made by a creation, by triggers and by
// an action, whatever the tunnel is called.
func (s *tunnelSite) mustRotate(t *testing.T, hostname string) *acctest.ManagedResource {
	t.Helper()
	token := s.token()
	named := acctest.Object{"hostname": hostname}
	for n, version := range []string{"1", "2"} {
		applyTunnel(t, token, handedOver(named, released(version))).MustBeQuiet(t)
		verify(t, s.regenerated(n+1), s.connected())
		token.Plan(t, handedOver(named, released(version))).MustBeEmpty(t)
	}
	s.InvokeAction(t, rotateTunnelTokenAction, acctest.Object{"hostname": hostname, "instance": "jira"}).Diagnostics.MustBeQuiet(t)
	verify(t, s.regenerated(3), s.connected())
	return token
}

func unreadableDeliveryIsOne(t *testing.T, turn turnInstance) {
	t.Helper()
	site := newTurnedTunnel(t, with(withToken(), turn), simulator.OrganizationConfig{})
	site.mustRotate(t, tunnelID).MustHold(t, map[string]string{"delivered": "true", "cloud_org_name": "", "cloud_page_url": "", "app_links_url": ""})
}

// newMixUp is a tunnel to wiki whose token the configuration hands to jira.
func newMixUp(t *testing.T, turn turnInstance) (site *tunnelSite, wiki *simulator.Instance) {
	t.Helper()
	site = newTurnedTunnel(t, with(withToken(), turn), simulator.OrganizationConfig{})
	wiki = site.AddInstance(simulator.InstanceConfig{Name: "wiki", Product: simulator.Confluence, Token: "wiki-token"})
	site.tunnel = site.organization.AddTunnel(simulator.TunnelConfig{Instance: wiki})
	return site, wiki
}

func takenForeignKeyIsWarnedOf(t *testing.T, turn turnInstance) {
	t.Helper()
	newTokensAreDelivered(t, turn)
	site, wiki := newMixUp(t, turn)
	applyTunnel(t, site.token(), handedOver(acctest.Object{"hostname": site.tunnel.ID()})).
		MustWarn(t, "Atlassian Cloud says that the tunnel leads to", wiki.URL(), site.jira.URL())
}

// foreignKeyIsRefused returns a check of the error, and that the next apply, with
// the right instance, repairs the tunnel.
func foreignKeyIsRefused(status int) func(*testing.T, turnInstance) {
	return func(t *testing.T, turn turnInstance) {
		t.Helper()
		site, wiki := newMixUp(t, turn)
		token := site.token()
		said := applyTunnel(t, token, handedOver(acctest.Object{"hostname": site.tunnel.ID()}))
		said.MustFail(t, fmt.Sprintf("New token of the tunnel %q", site.tunnel.ID()), `delivered to the instance "jira"`, fmt.Sprint(status), "The next apply repairs it")
		repaired := acctest.Object{"hostname": site.tunnel.ID(), "instance": "wiki"}
		applyTunnel(t, token, repaired).MustNotFail(t)
		if !site.tunnel.Connected() || wiki.TunnelToken() != site.tunnel.Token() {
			t.Error("the tunnel is not connected")
		}
		token.Plan(t, repaired).MustBeEmpty(t)
	}
}

func scopedKeyRotates(t *testing.T, turn turnOrganization) {
	t.Helper()
	scoped := simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Label: "terraform", Scopes: []string{"read:keys:admin"}}}}
	newTunnelOf(t, scoped, turn).mustRotate(t, tunnelID)
}

// statusIsRecorded regenerates the token of a tunnel that waits for one.
func statusIsRecorded(t *testing.T, turn turnOrganization) {
	t.Helper()
	site := newTunnelOf(t, simulator.OrganizationConfig{}, turn)
	token := site.token()
	token.Create(t, stored(released("1")))
	token.MustHold(t, map[string]string{"status": "CONNECTED"})
	applyTunnel(t, token, stored(released("2"))).MustBeQuiet(t)
	token.MustHold(t, map[string]string{"status": "NOT_CONNECTED"})
	token.Plan(t, stored(released("2"))).MustBeEmpty(t)
	applyTunnel(t, token, handedOver(released("2"))).MustBeQuiet(t)
	verify(t, site.regenerated(2), site.connected())
}

func anySpellingNamesTheTunnel(t *testing.T, turn turnOrganization) {
	t.Helper()
	for _, hostname := range []string{tunnelID, "http://" + tunnelID + ".atlassian.com", "E5E9E8F0-D429-4CB9-80BC-2F02CB91F587"} {
		newTunnelOf(t, simulator.OrganizationConfig{}, turn).mustRotate(t, hostname)
	}
}
