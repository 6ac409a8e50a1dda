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

// failedDeliveries are ways in which the instance never takes the token.
func failedDeliveries() map[string]simulator.Fault {
	faults := map[string]simulator.Fault{
		"refused":           {Status: http.StatusBadRequest},
		"not authenticated": {Status: http.StatusUnauthorized},
		"no such endpoint":  {Status: http.StatusNotFound},
		"fails all along":   {Status: http.StatusInternalServerError},
		"unreachable":       {Kind: simulator.ResetBefore},
		"login page":        {Kind: simulator.HTML},
		"limited for long":  {Kind: simulator.RateLimited, Wait: time.Hour},
	}
	for name, fault := range faults {
		fault.Method, fault.Path = http.MethodPut, deliverPath
		faults[name] = fault
	}
	return faults
}

func TestAccTunnelToken_undeliveredUpdateIsRepairedByTheNextApply(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	config := site.delivering(triggered("2"))
	run(t, site.Estate,
		resource.TestStep{Config: site.delivering(triggered("1"))},
		resource.TestStep{
			PreConfig:   func() { site.jira.Inject(failedDeliveries()["unreachable"]) },
			Config:      config,
			ExpectError: says("New token of the tunnel", "not delivered", "waiting for its token", "The next apply repairs it"),
		},
		resource.TestStep{
			PreConfig:          site.clearFaults,
			RefreshState:       true,
			ExpectNonEmptyPlan: true,
			Check: resource.ComposeTestCheckFunc(site.regenerated(2), site.down(),
				resource.TestCheckResourceAttr(string(tunnelToken), "delivered", "false"),
				resource.TestCheckNoResourceAttr(string(tunnelToken), "token")),
		},
		resource.TestStep{
			PreConfig:        site.resetLogs,
			Config:           config,
			ConfigPlanChecks: plansRegeneration(),
			Check: resource.ComposeTestCheckFunc(site.connected(),
				site.sent(askStatus, listInactive, site.regeneration(), deliverToken)),
			ConfigStateChecks: []statecheck.StateCheck{tunnelToken.has("delivered", knownvalue.Bool(true))},
		})
	verify(t, site.regenerated(3))
}

func TestTunnelToken_undeliveredUpdateIsRepairedHoweverItFailed(t *testing.T) {
	t.Parallel()
	for name, fault := range failedDeliveries() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token := site.NewManagedResource("atlassian_tunnel_token")
			token.Create(t, acctest.Object{"hostname": tunnelID, "instance": "jira"})
			site.jira.Inject(fault)
			config := acctest.Object{"hostname": tunnelID, "instance": "jira", "rotate_triggers": acctest.Object{"release": "1"}}
			token.Apply(t.Context(), t, token.Plan(t, config)).MustFailAt(t, "instance", "New token of the tunnel", "not delivered", "waiting for its token")
			verify(t, site.regenerated(2), site.down())

			site.clearFaults()
			repair := token.Plan(t, config)
			repair.Diagnostics.MustWarn(t, "Tunnel token rotation planned", "waits for a token that its instance never got")
			token.Apply(t.Context(), t, repair).MustBeQuiet(t)
			verify(t, site.regenerated(3), site.connected())
		})
	}
}

func TestAccTunnelToken_undeliveredStoredTokenIsDeliveredByTheNextApply(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	config := site.delivering("store_token = true", triggered("2"))
	run(t, site.Estate,
		resource.TestStep{Config: site.delivering("store_token = true", triggered("1"))},
		resource.TestStep{
			PreConfig:   func() { site.jira.Inject(failedDeliveries()["refused"]) },
			Config:      config,
			ExpectError: says("New token of the tunnel", "not delivered"),
		},
		resource.TestStep{Config: config, ExpectError: says("Stored token of the tunnel", "not delivered", "stays in state")},
		resource.TestStep{
			PreConfig: func() { site.clearFaults(); site.resetLogs() },
			Config:    config,
			ConfigPlanChecks: tunnelToken.plans(plancheck.ResourceActionUpdate, tunnelToken.opens("delivered"),
				tunnelToken.keeps("last_rotated_at", knownvalue.StringExact("2026-01-05T08:00:00Z"))),
			Check: resource.ComposeTestCheckFunc(site.sent(deliverToken), site.connected(), site.stored()),
		})
	verify(t, site.regenerated(2))
}

// Terraform taints what was created with an error, and replaces it.
func TestAccTunnelToken_undeliveredCreationIsRepairedByTheNextApply(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{"not stored": nil, "stored": {"store_token = true"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			run(t, site.Estate,
				resource.TestStep{
					PreConfig:   func() { site.jira.Inject(failedDeliveries()["refused"]) },
					Config:      site.delivering(lines...),
					ExpectError: says("New token of the tunnel", "not delivered", "waiting for its token", "The next apply repairs it"),
				},
				resource.TestStep{
					PreConfig:          site.clearFaults,
					RefreshState:       true,
					ExpectNonEmptyPlan: true,
					Check: resource.ComposeTestCheckFunc(site.regenerated(1), site.down(),
						resource.TestCheckResourceAttr(string(tunnelToken), "delivered", "false")),
				},
				resource.TestStep{
					Config:            site.delivering(lines...),
					ConfigPlanChecks:  tunnelToken.plans(plancheck.ResourceActionDestroyBeforeCreate),
					Check:             site.connected(),
					ConfigStateChecks: []statecheck.StateCheck{tunnelToken.has("delivered", knownvalue.Bool(true))},
				})
			verify(t, site.regenerated(2))
		})
	}
}

// Who takes the instance away while the tunnel waits has to hand over a token
// that nobody knows: there is a new one.
func TestAccTunnelToken_waitingTunnelWithoutInstanceGetsAStoredToken(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate,
		resource.TestStep{Config: site.delivering(triggered("1"))},
		resource.TestStep{
			PreConfig:   func() { site.jira.Inject(failedDeliveries()["refused"]) },
			Config:      site.delivering(triggered("2")),
			ExpectError: says("not delivered"),
		},
		resource.TestStep{
			Config:            site.config(triggered("2")),
			ConfigPlanChecks:  plansRegeneration(),
			Check:             resource.ComposeTestCheckFunc(site.regenerated(3), site.stored()),
			ConfigStateChecks: tunnelToken.hasNull("delivered"),
		})
}

// A delivery is tried again until the time-out, not just as often as a request.
func TestTunnelToken_deliveryOutlastsAnInstanceThatComesBack(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"fails":       {Status: http.StatusServiceUnavailable, Times: 30},
		"unreachable": {Kind: simulator.ResetBefore, Times: 30},
		"limited":     {Kind: simulator.RateLimited, Times: 30},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			fault.Method, fault.Path = http.MethodPut, deliverPath
			site.jira.Inject(fault)
			site.NewManagedResource("atlassian_tunnel_token").Create(t, acctest.Object{"hostname": tunnelID, "instance": "jira"})
			verify(t, site.regenerated(1), site.connected())
			if got := site.jira.Count(http.MethodPut, deliverPath); got != 31 {
				t.Errorf("%d deliveries, want the 31st to succeed", got)
			}
		})
	}
}

func TestAccTunnelToken_failingPreflightChangesNothing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.jira.Stop()
	run(t, site.Estate, resource.TestStep{
		Config:      site.delivering(),
		ExpectError: says("Token of the tunnel", "not regenerated", "could not be reached", "Nothing was changed"),
	})
	site.jira.Start()
	verify(t, site.sent(), site.connected())
}

func TestTunnelToken_failingPreflightChangesNothingHoweverItFails(t *testing.T) {
	t.Parallel()
	wrongToken := func(s *tunnelSite) { s.Setenv("ATLASSIAN_INSTANCE_JIRA_TOKEN", "another-token") }
	for name, test := range map[string]struct {
		breaks func(*tunnelSite)
		says   string
	}{
		"starting":             {func(s *tunnelSite) { s.jira.SetState("STARTING") }, `is not running: its status is "STARTING"`},
		"in maintenance":       {func(s *tunnelSite) { s.jira.SetState("MAINTENANCE") }, `is not running: its status is "MAINTENANCE"`},
		"wrong token":          {wrongToken, "does not accept this `token`"},
		"too old for AES keys": {func(s *tunnelSite) { s.jira.SetKeyAPI(false); wrongToken(s) }, "does not accept this `token`"},
		"behind a gateway":     {func(s *tunnelSite) { s.jira.Inject(simulator.Fault{Status: http.StatusBadGateway, Path: inactivePath}) }, "502 Bad Gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			test.breaks(site)
			token := site.NewManagedResource("atlassian_tunnel_token")
			token.Apply(t.Context(), t, token.Plan(t, acctest.Object{"hostname": tunnelID, "instance": "jira"})).
				MustFailAt(t, "instance", "not regenerated", test.says, "Nothing was changed")
			if got := site.Simulator.Cloud().Requests(); len(got) != 0 {
				t.Errorf("Cloud has seen %v, want nothing", got)
			}
			verify(t, site.connected())
		})
	}
}

func TestTunnelToken_preflightPassesWithoutTheAESKeyAPI(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.jira.SetKeyAPI(false)
	site.NewManagedResource("atlassian_tunnel_token").Create(t, acctest.Object{"hostname": tunnelID, "instance": "jira"})
	verify(t, site.connected())
}

func TestTunnelToken_destroyWarnsWhileTheTunnelWaits(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.NewManagedResource("atlassian_tunnel_token")
	token.Create(t, acctest.Object{"hostname": tunnelID, "instance": "jira"})
	site.jira.Inject(failedDeliveries()["refused"])
	config := acctest.Object{"hostname": tunnelID, "instance": "jira", "rotate_triggers": acctest.Object{"release": "1"}}
	token.Apply(t.Context(), t, token.Plan(t, config)).MustFail(t, "not delivered")
	diagnostics := token.PlanDestroy(t)
	diagnostics.MustWarn(t, "A tunnel without its token will be forgotten", tunnelID)
	if got := strings.Join(token.Destroy(t).Errors(), "\n"); got != "" {
		t.Errorf("destroying fails: %s", got)
	}
}
