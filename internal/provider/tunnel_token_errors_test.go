package provider_test

import (
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// What can be known without asking anybody is refused by the plan.
func TestAccTunnelToken_planRefusesBadInput(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		block string
		says  []string
	}{
		"hostname that is no tunnel": {tunnelBlock("test", "jira.example.com"), []string{"Not a tunnel", "hostname = ", `"jira.example.com" names no tunnel`}},
		"empty hostname":             {tunnelBlock("test", ""), []string{"Not a tunnel", "hostname = "}},
		"nobody gets the token":      {tunnelBlock("test", tunnelID, "store_token = false"), []string{"Nobody would get the token", "store_token = false"}},
		"unknown instance":           {tunnelBlock("test", tunnelID, `instance = "wiki"`), []string{`Unknown instance "wiki"`, `instance = "wiki"`, `the instances "jira"`}},
		"empty organization":         {tunnelBlock("test", tunnelID, `organization_id = ""`), []string{"organization_id", "at least 1"}},
		"interval too short":         {tunnelBlock("test", tunnelID, `rotation_interval = "30m"`), []string{"Duration too short"}},
		"window without interval":    {tunnelBlock("test", tunnelID, `early_rotation_window = "1d"`), []string{"early_rotation_window without rotation_interval"}},
		"no duration":                {tunnelBlock("test", tunnelID, `rotation_interval = "soon"`), []string{"Not a duration"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			run(t, site.Estate, resource.TestStep{Config: site.ProviderBlock() + test.block, PlanOnly: true, ExpectError: says(test.says...)})
			verify(t, site.sent())
		})
	}
}

func TestAccTunnelToken_planSaysWhichHalfOfTheProviderIsMissing(t *testing.T) {
	t.Parallel()
	for variable, words := range map[string]string{
		"ATLASSIAN_API_KEY":         "Set api_key in the provider block, or the environment variable ATLASSIAN_API_KEY",
		"ATLASSIAN_ORGANIZATION_ID": "Set organization_id here or in the provider block, or the environment variable ATLASSIAN_ORGANIZATION_ID",
	} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.Setenv(variable, "")
			run(t, site.Estate, resource.TestStep{Config: site.delivering(), PlanOnly: true, ExpectError: says(words)})
			verify(t, site.sent())
		})
	}
}

// Who gets the token may turn out to be nobody only during apply.
func TestAccTunnelToken_applyRefusesATokenThatNobodyGets(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate, resource.TestStep{
		Config:          upstream + site.config(`store_token = terraform_data.upstream.id == "never"`),
		ConfigVariables: input("first"),
		ExpectError:     says("Nobody would get the token"),
	})
	verify(t, site.sent())
}

// refusal is what Cloud answers to who may not, or asks for what is not there.
type refusal struct {
	prepare func(*tunnelSite)
	lines   []string
	says    *regexp.Regexp
}

func refusals() map[string]refusal {
	const foreign = "11111111-2222-4333-8444-555555555555"
	key := func(key simulator.APIKey) func(*tunnelSite) {
		return func(s *tunnelSite) { s.Setenv("ATLASSIAN_API_KEY", s.organization.AddAPIKey(key).Secret) }
	}
	limited := func(fault simulator.Fault) func(*tunnelSite) {
		fault.Kind = simulator.RateLimited
		return func(s *tunnelSite) { s.Simulator.Cloud().Inject(fault) }
	}
	return map[string]refusal{
		"401 wrong key":   {func(s *tunnelSite) { s.Setenv("ATLASSIAN_API_KEY", "wrong-key") }, nil, says("401: it does not accept this API key", "Nothing was changed")},
		"401 revoked key": {func(s *tunnelSite) { s.organization.RevokeAPIKey(s.organization.APIKeys()[0].ID) }, nil, says("revoked or expired")},
		"401 expired key": {key(simulator.APIKey{ExpiresAt: acctest.Start()}), nil, says("revoked or expired")},
		"403 scoped key": {key(simulator.APIKey{Scopes: []string{"read:keys:admin"}}), nil,
			says("403: this API key may not do this", "User has no permission to access resource.", "by an organization admin and without scopes", "Nothing was changed")},
		"403 other organization": {func(s *tunnelSite) {
			other := s.Simulator.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Secret: "other-key"}}})
			s.Setenv("ATLASSIAN_API_KEY", other.APIKeys()[0].Secret)
		}, nil, says("403: this API key may not do this", "an API key of the organization")},
		"404 organization": {func(*tunnelSite) {}, []string{`organization_id = "` + foreign + `"`},
			says("404 Not Found", "ADMIN-404-2", `There is no organization "`+foreign+`"`)},
		"404 tunnel": {func(s *tunnelSite) {
			s.lose(simulator.Fault{Status: 404, Body: `{"errors":[{"id":"x","status":"404","code":"ADMIN-404-1","title":"Unknown resource","detail":"none"}]}`}, 0)
		}, nil,
			says("404 Not Found", "has no such tunnel", "View application link URL")},
		"404 of something": {func(s *tunnelSite) { s.lose(simulator.Fault{Status: 404}, 0) }, nil,
			says("Either the organization", "or the tunnel does not exist")},
		"429 seconds": {limited(simulator.Fault{Form: simulator.RetryAfterSeconds, Wait: time.Hour}), nil, says("limits the rate of requests", "2026-01-05T09:00:00Z")},
		"429 reset":   {limited(simulator.Fault{Form: simulator.RateLimitReset, Wait: time.Hour}), nil, says("limits the rate of requests", "2026-01-05T09:00:00Z")},
		"429 minutes": {limited(simulator.Fault{Form: simulator.RateLimitResetMinutes, Wait: time.Hour}), nil, says("limits the rate of requests", "2026-01-05T09:01:00Z")},
		"400":         {func(s *tunnelSite) { s.lose(simulator.Fault{Status: 400}, 0) }, nil, says("refused the request with 400 Bad Request")},
	}
}

func TestAccTunnelToken_refusalByCloudChangesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range refusals() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			test.prepare(site)
			run(t, site.Estate, resource.TestStep{Config: site.delivering(test.lines...), ExpectError: test.says})
			verify(t, site.regenerated(0), site.connected())
			if got := site.jira.Count(http.MethodPut, deliverPath); got != 0 {
				t.Errorf("%d deliveries, want none", got)
			}
		})
	}
}

// A refused update leaves the state as it was, so that the next plan asks again.
func TestAccTunnelToken_refusedUpdateIsPlannedAgain(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate,
		resource.TestStep{Config: site.delivering(triggered("1"))},
		resource.TestStep{
			PreConfig:   func() { site.lose(simulator.Fault{Status: http.StatusForbidden}, 0) },
			Config:      site.delivering(triggered("2")),
			ExpectError: says("Nothing was changed"),
		},
		resource.TestStep{
			PreConfig:        site.clearFaults,
			Config:           site.delivering(triggered("2")),
			ConfigPlanChecks: plansRegeneration(),
			Check:            resource.ComposeTestCheckFunc(site.regenerated(2), site.connected()),
		})
}

func TestTunnelToken_refusalsNameTheAttribute(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"401 wrong key": "organization_id", "403 scoped key": "organization_id", "403 other organization": "organization_id",
		"404 organization": "organization_id", "404 tunnel": "hostname", "404 of something": "hostname", "429 seconds": "hostname", "400": "hostname",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			test := refusals()[name]
			test.prepare(site)
			config := acctest.Object{"hostname": tunnelID, "instance": "jira"}
			if len(test.lines) > 0 {
				config["organization_id"] = "11111111-2222-4333-8444-555555555555"
			}
			token := site.NewManagedResource("atlassian_tunnel_token")
			token.Apply(t.Context(), t, token.Plan(t, config)).MustFailAt(t, want, "not regenerated")
		})
	}
}

// A short rate limit is waited for.
func TestAccTunnelToken_waitsForTheRateLimit(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.Simulator.Cloud().Inject(simulator.Fault{Kind: simulator.RateLimited, Form: simulator.RateLimitResetMinutes, Wait: 2 * time.Minute, Times: 1})
	run(t, site.Estate, resource.TestStep{Config: site.delivering(), Check: resource.ComposeTestCheckFunc(site.connected(), site.regenerated(1))})
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
			token := site.NewManagedResource("atlassian_tunnel_token")
			diagnostics := token.Apply(t.Context(), t, token.Plan(t, acctest.Object{"hostname": tunnel.ID(), "instance": "jira"}))
			if test.warns {
				diagnostics.MustWarn(t, "Tunnel and instance do not match", test.onPremise(site.jira.URL()), site.jira.URL())
			} else {
				diagnostics.MustBeQuiet(t)
			}
			if !tunnel.Connected() {
				t.Error("the tunnel is not connected")
			}
		})
	}
}

func TestAccTunnelToken_cliShowsWhereTheTunnelLeads(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	tunnel := site.organization.AddTunnel(simulator.TunnelConfig{Instance: site.jira, OnPremiseURL: "https://wiki.example.com"})
	workspace := site.NewWorkspace(t)
	workspace.MustConfigure(site.ProviderBlock() + tunnelBlock("test", tunnel.ID(), `instance = "jira"`))
	said := workspace.MustRun(0, "apply", "-auto-approve", "-no-color").Stdout
	if !says("Warning: Tunnel and instance do not match", "https://wiki.example.com").MatchString(said) {
		t.Errorf("the CLI does not warn:\n%s", said)
	}
}
