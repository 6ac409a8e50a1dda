package provider_test

import (
	"net/http"
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
		"500":                     {simulator.Fault{}, false},
		"500 after the change":    {simulator.Fault{After: true}, true},
		"502 page":                {simulator.Fault{Status: http.StatusBadGateway, Body: "<html>", ContentType: "text/html", After: true}, true},
		"503":                     {simulator.Fault{Status: http.StatusServiceUnavailable, After: true}, true},
		"late 504":                {simulator.Fault{Kind: simulator.Delay, Delay: time.Minute, Status: http.StatusGatewayTimeout, LateChange: true}, true},
		"reset":                   {simulator.Fault{Kind: simulator.ResetBefore}, false},
		"reset after the change":  {simulator.Fault{Kind: simulator.ResetAfter}, true},
		"never answered":          {simulator.Fault{Kind: simulator.Delay}, true},
		"cut short":               {simulator.Fault{Kind: simulator.TruncatedBody}, true},
		"200 login page":          {simulator.Fault{Kind: simulator.HTML, After: true}, true},
		"200 without body":        {simulator.Fault{Status: http.StatusOK, After: true}, true},
		"200 that is no JSON":     {simulator.Fault{Status: http.StatusOK, Body: "token", After: true}, true},
		"200 with null":           {simulator.Fault{Status: http.StatusOK, Body: "null", After: true}, true},
		"200 without token":       {simulator.Fault{Status: http.StatusOK, Body: `{"status":"CONNECTED"}`, After: true}, true},
		"200 with an empty token": {simulator.Fault{Status: http.StatusOK, Body: `{"token":""}`, After: true}, true},
		"200 with another type":   {simulator.Fault{Status: http.StatusOK, Body: `{"token":1}`, After: true}, true},
	}
}

// lose makes Cloud answer the next regenerations with fault.
func (s *tunnelSite) lose(fault simulator.Fault, times int) {
	fault.Method, fault.Path, fault.Times = http.MethodPut, "/token", times
	s.Simulator.Cloud().Inject(fault)
}

func TestAccTunnelToken_lostTokenIsRegeneratedAgainAndDelivered(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"500 after the change", "reset after the change", "never answered", "200 without token"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.lose(lostTokens()[name].fault, 1)
			run(t, site.Estate, resource.TestStep{
				// Deadlines run on the machine's clock.
				Config: site.ProviderBlock(`request_timeout = "1s"`) + tunnelBlock("test", tunnelID, `instance = "jira"`),
				Check: resource.ComposeTestCheckFunc(site.connected(), site.hashed(), site.regenerated(2),
					site.sent(askStatus, listInactive, site.regeneration(), site.regeneration(), deliverToken)),
				ConfigStateChecks: []statecheck.StateCheck{tunnelToken.has("delivered", knownvalue.Bool(true))},
			})
		})
	}
}

func TestTunnelToken_lostTokenIsRegeneratedAgainHoweverItWasLost(t *testing.T) {
	t.Parallel()
	for name, test := range lostTokens() {
		if name == "never answered" {
			// The time-out of a request is longer than a test may take.
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.lose(test.fault, 2)
			regenerations := 1
			if test.changes {
				regenerations = 3
			}
			site.NewManagedResource("atlassian_tunnel_token").Create(t, acctest.Object{"hostname": tunnelID, "instance": "jira"})
			verify(t, site.connected(), site.regenerated(regenerations),
				site.sent(askStatus, listInactive, site.regeneration(), site.regeneration(), site.regeneration(), deliverToken))
		})
	}
}

// The retries are bounded; what is left open is made good by the next apply.
func TestAccTunnelToken_unsettledRegenerationIsRepairedByTheNextApply(t *testing.T) {
	t.Parallel()
	outcomeUnknown := says("Outcome of the regeneration of the token of the tunnel", "unknown", "never arrived", "The next apply regenerates the token again")
	for name, test := range map[string]struct {
		exists bool
		action plancheck.ResourceActionType
	}{
		"update": {true, plancheck.ResourceActionUpdate},
		"create": {false, plancheck.ResourceActionDestroyBeforeCreate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			bounded := func(release string) string {
				return site.ProviderBlock("max_retries = 2") + tunnelBlock("test", tunnelID, triggered(release), `instance = "jira"`)
			}
			var steps []resource.TestStep
			if test.exists {
				steps = append(steps, resource.TestStep{Config: bounded("1")})
			}
			run(t, site.Estate, append(steps,
				resource.TestStep{
					PreConfig:   func() { site.resetLogs(); site.lose(simulator.Fault{After: true}, 0) },
					Config:      bounded("2"),
					ExpectError: outcomeUnknown,
				},
				resource.TestStep{
					PreConfig:          site.clearFaults,
					RefreshState:       true,
					ExpectNonEmptyPlan: true,
					Check: resource.ComposeTestCheckFunc(site.down(),
						site.sent(askStatus, listInactive, site.regeneration(), site.regeneration(), site.regeneration()),
						resource.TestCheckResourceAttr(string(tunnelToken), "rotation_attempted_at", "2026-01-05T08:00:00Z"),
						resource.TestCheckResourceAttr(string(tunnelToken), "rotation_due", "true")),
				},
				resource.TestStep{
					PreConfig:         site.resetLogs,
					Config:            bounded("2"),
					ConfigPlanChecks:  tunnelToken.plans(test.action, tunnelToken.opens("last_rotated_at")),
					Check:             resource.ComposeTestCheckFunc(site.connected(), site.sent(askStatus, listInactive, site.regeneration(), deliverToken)),
					ConfigStateChecks: tunnelToken.hasNull("rotation_attempted_at"),
				})...)
		})
	}
}

// A refusal that follows a lost answer does not tell what became of the token.
func TestTunnelToken_refusalAfterALostTokenIsUnsettled(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.lose(simulator.Fault{After: true}, 1)
	site.lose(simulator.Fault{Status: http.StatusForbidden}, 1)
	token := site.NewManagedResource("atlassian_tunnel_token")
	token.Apply(t.Context(), t, token.Plan(t, acctest.Object{"hostname": tunnelID, "instance": "jira"})).
		MustFailAt(t, "hostname", "Outcome of the regeneration", "unknown", "403")
	verify(t, site.regenerated(1), site.down())
}
