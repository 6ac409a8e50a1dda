// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// What can be known without asking anybody is refused by validation or the plan.
func TestTunnelToken_planRefusesBadInput(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config acctest.Object
		at     string
		says   []string
	}{
		"hostname that is no tunnel": {acctest.Object{"hostname": "jira.example.com"}, "hostname", []string{"Not a tunnel", `"jira.example.com" names no tunnel`}},
		"empty hostname":             {acctest.Object{"hostname": ""}, "hostname", []string{"Not a tunnel"}},
		"nobody gets the token":      {stored(acctest.Object{"store_token": false}), "store_token", []string{"Nobody would get the token"}},
		"unknown instance":           {stored(acctest.Object{"instance": "wiki"}), "instance", []string{`Unknown instance "wiki"`, `the instances "jira"`}},
		"empty organization":         {stored(acctest.Object{"organization_id": ""}), "organization_id", []string{"at least 1"}},
		"interval too short":         {stored(acctest.Object{"rotation_interval": "30m"}), "rotation_interval", []string{"Duration too short"}},
		"window without interval":    {stored(acctest.Object{"early_rotation_window": "1d"}), "early_rotation_window", []string{"early_rotation_window without rotation_interval"}},
		"no duration":                {stored(acctest.Object{"rotation_interval": "soon"}), "rotation_interval", []string{"Not a duration"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token := site.token()
			said := token.Validate(t, test.config)
			if len(said.Errors()) == 0 {
				said = token.Plan(t, test.config).Diagnostics
			}
			said.MustFailAt(t, test.at, test.says...)
			verify(t, site.sent())
		})
	}
}

func TestTunnelToken_planSaysWhichHalfOfTheProviderIsMissing(t *testing.T) {
	t.Parallel()
	for variable, words := range map[string]string{
		"ATLASSIAN_API_KEY":         "Set api_key in the provider block, or the environment variable ATLASSIAN_API_KEY",
		"ATLASSIAN_ORGANIZATION_ID": "Set organization_id here or in the provider block, or the environment variable ATLASSIAN_ORGANIZATION_ID",
	} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.Setenv(variable, "")
			site.token().Plan(t, handedOver()).Diagnostics.MustFailAt(t, "organization_id", words)
			verify(t, site.sent())
		})
	}
}

// A delivery waits for its turn among all that work on the tunnel, and a plan
// says what that takes.
func TestTunnelToken_planOfADeliverySaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, stored())
	site.Setenv("ATLASSIAN_API_KEY", "")
	token.Plan(t, stored()).Diagnostics.MustBeQuiet(t)
	token.Plan(t, handedOver()).Diagnostics.MustFailAt(t, "organization_id", "API key missing", "ATLASSIAN_API_KEY")
}

// Who gets the token may turn out to be nobody only during apply.
func TestTunnelToken_applyRefusesATokenThatNobodyGets(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	plan := token.Plan(t, stored(acctest.Object{"store_token": acctest.Unknown{}}))
	plan.Diagnostics.MustNotFail(t)
	token.Apply(t.Context(), t, plan.Know(stored(acctest.Object{"store_token": false}))).MustFailAt(t, "store_token", "Nobody would get the token")
	verify(t, site.sent())
}

// refusal is what Cloud answers to who may not, or asks for what is not there.
type refusal struct {
	prepare      func(*tunnelSite)
	organization string
	at           string
	says         []string
}

func refusals() map[string]refusal {
	const foreign = "11111111-2222-4333-8444-555555555555"
	withKey := func(key simulator.APIKey) func(*tunnelSite) {
		return func(s *tunnelSite) { s.Setenv("ATLASSIAN_API_KEY", s.organization.AddAPIKey(key).Secret) }
	}
	answering := func(fault simulator.Fault) func(*tunnelSite) { return func(s *tunnelSite) { s.lose(fault, 0) } }
	limited := func(form simulator.RateLimitForm) func(*tunnelSite) {
		return answering(simulator.Fault{Kind: simulator.RateLimited, Form: form, Wait: time.Hour})
	}
	return map[string]refusal{
		"401 wrong key":   {func(s *tunnelSite) { s.Setenv("ATLASSIAN_API_KEY", "wrong-key") }, "", "organization_id", []string{"401: it does not accept this API key"}},
		"401 revoked key": {func(s *tunnelSite) { s.organization.RevokeAPIKey(s.organization.APIKeys()[0].ID) }, "", "organization_id", []string{"revoked or expired"}},
		"401 expired key": {withKey(simulator.APIKey{ExpiresAt: acctest.Start()}), "", "organization_id", []string{"revoked or expired"}},
		"403 scoped key": {withKey(simulator.APIKey{Scopes: []string{"read:keys:admin"}}), "", "organization_id",
			[]string{"403: this API key may not do this", "User has no permission to access resource.", "by an organization admin and without scopes"}},
		"403 other organization": {func(s *tunnelSite) {
			s.Simulator.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Secret: "other-key"}}})
			s.Setenv("ATLASSIAN_API_KEY", "other-key")
		}, "", "organization_id", []string{"403: this API key may not do this", "an API key of the organization"}},
		"404 organization": {func(*tunnelSite) {}, foreign, "organization_id", []string{"404 Not Found", "ADMIN-404-2", `There is no organization "` + foreign + `"`}},
		"404 tunnel": {answering(simulator.Fault{Status: 404, Body: `{"errors":[{"id":"x","status":"404","code":"ADMIN-404-1","title":"Unknown resource","detail":"none"}]}`}),
			"", "hostname", []string{"404 Not Found", "has no such tunnel", "View application link URL"}},
		"404 of something": {answering(simulator.Fault{Status: 404}), "", "hostname", []string{"Either the organization", "or the tunnel does not exist"}},
		"429 seconds":      {limited(simulator.RetryAfterSeconds), "", "hostname", []string{"limits the rate of requests", "2026-01-05T09:00:00Z"}},
		"429 reset":        {limited(simulator.RateLimitReset), "", "hostname", []string{"limits the rate of requests", "2026-01-05T09:00:00Z"}},
		"429 minutes":      {limited(simulator.RateLimitResetMinutes), "", "hostname", []string{"limits the rate of requests", "2026-01-05T09:01:00Z"}},
		"400":              {answering(simulator.Fault{Status: 400}), "", "hostname", []string{"refused the request with 400 Bad Request"}},
	}
}

func TestTunnelToken_refusalByCloudNamesTheAttribute(t *testing.T) {
	t.Parallel()
	for name, test := range refusals() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			test.prepare(site)
			config := handedOver()
			if test.organization != "" {
				config["organization_id"] = test.organization
			}
			token := site.token()
			applyTunnel(t, token, config).MustFailAt(t, test.at, append(test.says, "Token of the tunnel", tunnelID, "not regenerated", "Nothing was changed: the tunnel is as it was")...)
			if token.Exists() {
				t.Error("there is something in state")
			}
			verify(t, site.regenerated(0), site.connected())
			if got := site.jira.Count(http.MethodPut, deliverPath); got != 0 {
				t.Errorf("%d deliveries, want none", got)
			}
		})
	}
}

// A refused update leaves the state as it was, so that the next plan asks again.
func TestTunnelToken_refusedUpdateIsPlannedAgain(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, handedOver(released("1")))
	site.lose(simulator.Fault{Status: http.StatusForbidden}, 0)
	applyTunnel(t, token, handedOver(released("2"))).MustFail(t, "not regenerated: 403 Forbidden", "Nothing was changed: the tunnel is as it was")
	token.MustHold(t, map[string]string{"rotate_triggers": "{release=1}", "rotation_reason": "creation", "rotation_attempted_at": "", "delivered": "true"})
	site.clearFaults()
	plan := token.Plan(t, handedOver(released("2")))
	plan.MustHold(t, map[string]string{"rotation_reason": "triggers"})
	token.Apply(t.Context(), t, plan).MustBeQuiet(t)
	verify(t, site.regenerated(2), site.connected())
}

// A short rate limit is waited for.
func TestTunnelToken_waitsForTheRateLimit(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.Simulator.Cloud().Inject(simulator.Fault{Kind: simulator.RateLimited, Form: simulator.RateLimitResetMinutes, Wait: 2 * time.Minute, Times: 1})
	site.token().Create(t, handedOver())
	verify(t, site.connected(), site.regenerated(1))
}

func TestTunnelToken_warnsWhereTheTunnelLeadsElsewhere(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		onPremise func(jira string) string
		warns     bool
	}{
		"the same":             {func(jira string) string { return jira }, false},
		"with a slash":         {func(jira string) string { return jira + "/" }, false},
		"another host":         {func(string) string { return "https://wiki.example.com" }, true},
		"another context path": {func(jira string) string { return jira + "/jira" }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			tunnel := site.organization.AddTunnel(simulator.TunnelConfig{Instance: site.jira, OnPremiseURL: test.onPremise(site.jira.URL())})
			diagnostics := applyTunnel(t, site.token(), handedOver(acctest.Object{"hostname": tunnel.ID()}))
			if test.warns {
				diagnostics.MustWarn(t, "Unexpected while rotating the token of the tunnel", tunnel.ID(), "Atlassian Cloud says that the tunnel leads to", test.onPremise(site.jira.URL()), site.jira.URL())
			} else {
				diagnostics.MustBeQuiet(t)
			}
			if !tunnel.Connected() {
				t.Error("the tunnel is not connected")
			}
		})
	}
}
