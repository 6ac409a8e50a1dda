// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const tunnelPath = "/rest/secure-tunneling/latest/tunnel/token"

// newTunnel links an organization with a Jira.
func newTunnel(t *testing.T, adjust ...func(*simulator.OrganizationConfig)) (*simulator.Tunnel, *simulator.Instance, *simulator.Simulator) {
	t.Helper()
	organization, s, _ := newOrganization(t, nil, adjust...)
	jira := s.AddInstance(simulator.InstanceConfig{
		Product: simulator.Jira, Token: adminToken, UnprivilegedToken: userToken,
	})
	tunnel := organization.AddTunnel(simulator.TunnelConfig{Name: "tunnel1", Instance: jira})
	return tunnel, jira, s
}

type regenerated struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	Token          string `json:"token"`
	Status         string `json:"status"`
	OnPremiseURL   string `json:"onPremiseUrl"`
	UpstreamDNSURL string `json:"upstreamDnsUrl"`
}

// regenerate asks the cloud for a new security key.
func regenerate(s *simulator.Simulator, hostname string) message {
	return askCloud(s, http.MethodPut, "/admin/v1/orgs/{org}/tunnels/"+hostname+"/token")
}

// deliver hands the instance a security key.
func deliver(i *simulator.Instance, token string) message {
	return ask(http.MethodPut, i.URL()+tunnelPath).bearer(adminToken).sending(`{"token":"` + token + `"}`)
}

func TestTunnel_isConnectedWhileTheInstanceHoldsThePresentKey(t *testing.T) {
	t.Parallel()
	tunnel, jira, s := newTunnel(t)
	wantEqual(t, "connected at first", tunnel.Connected(), true)
	wantEqual(t, "key of the instance", jira.TunnelToken(), tunnel.Token())

	got := decode[regenerated](t, regenerate(s, tunnel.ID()).send(t).wantStatus(t, http.StatusOK))
	wantEqual(t, "answer", got, regenerated{
		ID: tunnel.ID(), Name: "tunnel1", Token: tunnel.Token(), Status: "CONNECTED",
		OnPremiseURL: jira.URL(), UpstreamDNSURL: "http://" + tunnel.ID() + ".self-hosted.atlassian.com",
	})
	wantEqual(t, "length of the key", len(got.Token), 88)
	wantEqual(t, "connected with the old key", tunnel.Connected(), false)
	again := decode[regenerated](t, regenerate(s, tunnel.ID()).send(t))
	wantEqual(t, "status in between", again.Status, "DISCONNECTED")
	wantEqual(t, "regenerations", tunnel.Regenerations(), 2)

	delivered := deliver(jira, again.Token).send(t).wantStatus(t, http.StatusOK)
	want := map[string]string{
		"name": "tunnel1", "cloudOrgName": "Acme",
		"cloudPageUrl": "https://admin.atlassian.com/o/" + orgID + "/tunnels",
		"appLinksUrl":  "https://example.atlassian.net/plugins/servlet/applinks/listApplicationLinks",
	}
	if diff := cmp.Diff(want, decode[map[string]string](t, delivered)); diff != "" {
		t.Error(diff)
	}
	wantEqual(t, "connected with the new key", tunnel.Connected(), true)
	deliver(jira, again.Token).send(t).wantStatus(t, http.StatusOK)
}

func TestTunnel_regenerationIsRefused(t *testing.T) {
	t.Parallel()
	tunnel, _, s := newTunnel(t)
	token := tunnel.Token()
	for _, hostname := range []string{"nonsense", tunnel.ID() + ".example.com", "http:%2F%2F" + tunnel.ID() + ".atlassian.com"} {
		got := regenerate(s, hostname).send(t).wantStatus(t, http.StatusNotFound)
		wantEqual(t, "code", errorCode(t, got), "ADMIN-404-1")
	}
	regenerate(s, tunnel.ID()).sending(`{"token":"mine"}`).send(t).wantStatus(t, http.StatusBadRequest)
	regenerate(s, tunnel.ID()).bearer(scoped).send(t).wantStatus(t, http.StatusForbidden)
	wantEqual(t, "token", tunnel.Token(), token)
	wantEqual(t, "regenerations", tunnel.Regenerations(), 0)
}

func TestTunnel_hasSeveralHostNames(t *testing.T) {
	t.Parallel()
	tunnel, _, s := newTunnel(t)
	names := []string{tunnel.ID(), tunnel.ID() + ".atlassian.com", strings.ToUpper(tunnel.ID() + ".atlassian.com")}
	for _, hostname := range names {
		regenerate(s, hostname).send(t).wantStatus(t, http.StatusOK)
	}
	wantEqual(t, "regenerations", tunnel.Regenerations(), len(names))

	tunnel, _, s = newTunnel(t, func(c *simulator.OrganizationConfig) { c.Guesses.TunnelWantsUUID = true })
	for _, hostname := range names[1:] {
		regenerate(s, hostname).send(t).wantStatus(t, http.StatusNotFound)
	}
	regenerate(s, tunnel.ID()).send(t).wantStatus(t, http.StatusOK)
}

func TestTunnel_guessesAreSwitchable(t *testing.T) {
	t.Parallel()
	tunnel, _, s := newTunnel(t, func(c *simulator.OrganizationConfig) {
		c.Guesses = simulator.CloudGuesses{TunnelTakesScopes: true, DisconnectedStatus: "NOT_CONNECTED"}
	})
	regenerate(s, tunnel.ID()).bearer(scoped).send(t).wantStatus(t, http.StatusOK)
	got := decode[regenerated](t, regenerate(s, tunnel.ID()).bearer(scoped).send(t))
	wantEqual(t, "status", got.Status, "NOT_CONNECTED")
}

func TestTunnelDelivery_isRefused(t *testing.T) {
	t.Parallel()
	tunnel, jira, s := newTunnel(t)
	organization := s.AddOrganization(simulator.OrganizationConfig{})
	confluence := s.AddInstance(simulator.InstanceConfig{Product: simulator.Confluence})
	foreign := organization.AddTunnel(simulator.TunnelConfig{Instance: confluence})
	superseded := tunnel.Token()
	regenerate(s, tunnel.ID()).send(t).wantStatus(t, http.StatusOK)
	for name, test := range map[string]struct {
		request message
		want    int
	}{
		"unknown key":       {deliver(jira, "nonsense"), 400},
		"superseded key":    {deliver(jira, superseded), 400},
		"another's key":     {deliver(jira, foreign.Token()), 400},
		"empty key":         {deliver(jira, ""), 400},
		"no body":           {deliver(jira, "").sending(""), 400},
		"no JSON":           {deliver(jira, "").sending("token=x"), 400},
		"undocumented body": {deliver(jira, "").sending(`{"token":"x","name":"y"}`), 400},
		"nobody":            {deliver(jira, tunnel.Token()).without("Authorization"), 401},
		"user":              {deliver(jira, tunnel.Token()).bearer(userToken), 403},
		"form":              {deliver(jira, tunnel.Token()).with("Content-Type", "application/x-www-form-urlencoded"), 415},
	} {
		wantEqual(t, "status for "+name, test.request.send(t).status, test.want)
	}
	wantEqual(t, "key of the instance", jira.TunnelToken(), superseded)
	wantEqual(t, "connected", tunnel.Connected(), false)
	wantEqual(t, "foreign tunnel connected", foreign.Connected(), true)
}

func TestTunnelDelivery_canTakeAnySecurityKey(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil)
	careless := s.AddInstance(simulator.InstanceConfig{
		Name: "careless", Product: simulator.Jira, Token: adminToken,
		Guesses: simulator.Guesses{AcceptForeignTokens: true},
	})
	unknown := deliver(careless, "x").send(t).wantStatus(t, http.StatusOK)
	wantEqual(t, "body", unknown.body, `{"appLinksUrl":null,"cloudOrgName":null,"cloudPageUrl":null,"name":null}`)
	own := organization.AddTunnel(simulator.TunnelConfig{Name: "second", Instance: careless})
	superseded := own.Token()
	regenerate(s, own.ID()).send(t).wantStatus(t, http.StatusOK)
	got := deliver(careless, superseded).send(t).wantStatus(t, http.StatusOK)
	wantEqual(t, "name", decode[map[string]string](t, got)["name"], "second")
	wantEqual(t, "connected", own.Connected(), false)
	deliver(careless, own.Token()).send(t).wantStatus(t, http.StatusOK)
	wantEqual(t, "connected in the end", own.Connected(), true)
}

func TestTunnelDelivery_answersThePrintedSampleWhereItIsAskedTo(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil)
	to := s.AddInstance(simulator.InstanceConfig{
		Name: "sample", Product: simulator.Jira, Token: adminToken, Guesses: simulator.Guesses{SampleTunnelAnswer: true},
	})
	own := organization.AddTunnel(simulator.TunnelConfig{Instance: to})
	regenerate(s, own.ID()).send(t)
	got := deliver(to, own.Token()).send(t).wantStatus(t, http.StatusOK)
	if json.Valid([]byte(got.body)) || !strings.Contains(got.body, `"name", "tunnel1"`) {
		t.Errorf("unexpected body %s", got.body)
	}
	wantEqual(t, "connected", own.Connected(), true)
}

func TestTunnelDelivery_needsTheApp(t *testing.T) {
	t.Parallel()
	tunnel, jira, s := newTunnel(t)
	jira.SetTunnelApp(false)
	deliver(jira, tunnel.Token()).send(t).wantStatus(t, http.StatusFound)
	crowd := s.AddInstance(simulator.InstanceConfig{Product: simulator.Crowd, Password: password})
	deliver(crowd, tunnel.Token()).basic("admin", password).send(t).wantStatus(t, http.StatusNotFound)
}

func TestTunnelDelivery_withoutACloudThereIsNoTunnel(t *testing.T) {
	t.Parallel()
	jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.Guesses.ForeignTokenStatus = 409 })
	deliver(jira, "nonsense").send(t).wantStatus(t, http.StatusConflict)
}

func TestTunnel_isTakenByTheFirstInstanceThatIsGivenItsKey(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil)
	tunnel := organization.AddTunnel(simulator.TunnelConfig{ID: "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587"})
	wantEqual(t, "connected to nothing", tunnel.Connected(), false)
	first := s.AddInstance(simulator.InstanceConfig{Product: simulator.Bitbucket, Password: password})
	second := s.AddInstance(simulator.InstanceConfig{Product: simulator.Bamboo, Password: password})
	deliver(first, tunnel.Token()).basic("admin", password).send(t).wantStatus(t, http.StatusOK)
	deliver(second, tunnel.Token()).basic("admin", password).send(t).wantStatus(t, http.StatusBadRequest)
	wantEqual(t, "connected", tunnel.Connected(), true)
}

func TestTunnel_canBeginDisconnectedAndAtAnotherURL(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil)
	jira := s.AddInstance(simulator.InstanceConfig{Product: simulator.Jira})
	tunnel := organization.AddTunnel(simulator.TunnelConfig{
		Instance: jira, Disconnected: true, OnPremiseURL: "https://old.example",
	})
	wantEqual(t, "connected", tunnel.Connected(), false)
	got := decode[regenerated](t, regenerate(s, tunnel.ID()).send(t))
	wantEqual(t, "URL", got.OnPremiseURL, "https://old.example")
}
