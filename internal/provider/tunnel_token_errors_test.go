package provider_test

import (
	"fmt"
	"net/http"
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

// A delivery waits for its turn among all that work on the tunnel, and a plan
// says what that takes.
func TestTunnelToken_planOfADeliverySaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.NewManagedResource("atlassian_tunnel_token")
	token.Create(t, acctest.Object{"hostname": tunnelID})
	site.Setenv("ATLASSIAN_API_KEY", "")
	token.Plan(t, acctest.Object{"hostname": tunnelID}).Diagnostics.MustBeQuiet(t)
	token.Plan(t, acctest.Object{"hostname": tunnelID, "instance": "jira"}).Diagnostics.MustFailAt(t, "organization_id", "API key missing", "ATLASSIAN_API_KEY")
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
	prepare      func(*tunnelSite)
	organization string
	at           string
	says         []string
}

// lines configures the organization, where it is not the one of the provider.
func (r refusal) lines() []string {
	if r.organization == "" {
		return nil
	}
	return []string{fmt.Sprintf("organization_id = %q", r.organization)}
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

func TestAccTunnelToken_refusalByCloudChangesNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"401 wrong key", "403 scoped key", "404 organization", "404 tunnel", "429 minutes"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			test := refusals()[name]
			test.prepare(site)
			run(t, site.Estate, resource.TestStep{Config: site.delivering(test.lines()...), ExpectError: says(test.says...)})
			verify(t, site.regenerated(0), site.connected())
		})
	}
}

func TestTunnelToken_refusalByCloudNamesTheAttribute(t *testing.T) {
	t.Parallel()
	for name, test := range refusals() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			test.prepare(site)
			config := acctest.Object{"hostname": tunnelID, "instance": "jira"}
			if test.organization != "" {
				config["organization_id"] = test.organization
			}
			token := site.NewManagedResource("atlassian_tunnel_token")
			token.Apply(t.Context(), t, token.Plan(t, config)).MustFailAt(t, test.at, append(test.says, "not regenerated", "Nothing was changed")...)
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
