// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"slices"
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

// openDeliveries are those of them whose outcome nobody knows.
func openDeliveries() []string {
	return []string{"fails all along", "unreachable", "login page"}
}

// What became of a delivery: the words for it, and for what the instance has.
func deliveryWords(name string) []string {
	if slices.Contains(openDeliveries(), name) {
		return []string{`perhaps not delivered to the instance "jira"`, `the instance "jira" may have it or not`}
	}
	return []string{` not delivered to the instance "jira"`, `the instance "jira" does not have it: the tunnel is down and waiting for its token`}
}

func TestTunnelToken_undeliveredUpdateIsRepairedByTheNextApply(t *testing.T) {
	t.Parallel()
	for name, fault := range failedDeliveries() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token, config := site.token(), handedOver(released("2"))
			token.Create(t, handedOver(released("1")))
			site.jira.Inject(fault)
			applyTunnel(t, token, config).MustFailAt(t, "instance", append(deliveryWords(name), "New token of the tunnel", tunnelID, "The next apply repairs it")...)
			verify(t, site.regenerated(2), site.down())
			// What Cloud said of the tunnel was true before its token was changed.
			token.MustHold(t, map[string]string{"delivered": "false", "status": "", "name": "tunnel1", "token": "", "rotation_reason": "triggers", "rotation_attempted_at": ""})
			site.mustHash(t, token)

			site.clearFaults()
			site.Clock.Advance(2 * time.Hour)
			site.resetLogs()
			repair := token.Plan(t, config)
			repair.Diagnostics.MustWarn(t, "planned: repair", "waits for a token that its instance never got")
			repair.MustHold(t, map[string]string{"rotation_reason": "repair", "delivered": knownLater, "last_rotated_at": knownLater})
			token.Apply(t.Context(), t, repair).MustBeQuiet(t)
			verify(t, site.regenerated(3), site.connected(), site.sent(site.rotation()...))
			token.MustHold(t, map[string]string{"delivered": "true", "status": "DISCONNECTED", "rotation_reason": "repair"})
			token.Plan(t, config).MustBeEmpty(t)
		})
	}
}

func TestTunnelToken_undeliveredStoredTokenIsDeliveredByTheNextApply(t *testing.T) {
	t.Parallel()
	for name, fault := range failedDeliveries() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token, storing := site.token(), acctest.Object{"store_token": true}
			config := handedOver(storing, released("2"))
			token.Create(t, handedOver(storing, released("1")))
			site.jira.Inject(fault)
			applyTunnel(t, token, config).MustFail(t, append(deliveryWords(name), "New token of the tunnel")...)
			applyTunnel(t, token, config).MustFail(t, append(deliveryWords(name)[:1], "Stored token of the tunnel", "stays in state", "The next apply delivers it again")...)
			token.MustHold(t, map[string]string{"delivered": "false", "status": ""})
			site.clearFaults()
			site.Clock.Advance(2 * time.Hour)
			site.resetLogs()
			plan := token.Plan(t, config)
			plan.MustHold(t, map[string]string{"delivered": knownLater, "last_rotated_at": token.String(t, "last_rotated_at"), "rotation_reason": "triggers"})
			token.Apply(t.Context(), t, plan).MustBeQuiet(t)
			verify(t, site.sent(deliverToken), site.connected(), site.regenerated(2))
			site.mustStore(t, token)
			token.Plan(t, config).MustBeEmpty(t)
		})
	}
}

// Terraform taints what was created with an error, and replaces it.
func TestTunnelToken_undeliveredCreationIsRepairedByTheNextApply(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]acctest.Object{"not stored": nil, "stored": {"store_token": true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token := site.token()
			site.jira.Inject(failedDeliveries()["refused"])
			applyTunnel(t, token, handedOver(more)).MustFail(t, append(deliveryWords("refused"), "New token of the tunnel", "The next apply repairs it")...)
			token.MustHold(t, map[string]string{"delivered": "false", "status": "", "rotation_reason": "creation"})
			site.clearFaults()
			plan := token.Plan(t, handedOver(more))
			if !plan.Replaces() {
				t.Error("the plan does not replace the resource")
			}
			token.Apply(t.Context(), t, plan).MustNotFail(t)
			token.MustHold(t, map[string]string{"delivered": "true"})
			verify(t, site.connected(), site.regenerated(2))
			token.Plan(t, handedOver(more)).MustBeEmpty(t)
		})
	}
}

func TestAccTunnelToken_undeliveredCreationIsReplaced(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate,
		resource.TestStep{
			PreConfig:   func() { site.jira.Inject(failedDeliveries()["refused"]) },
			Config:      site.delivering(),
			ExpectError: says("New token of the tunnel", "not delivered", "waiting for its token", "The next apply repairs it"),
		},
		resource.TestStep{
			PreConfig:         site.clearFaults,
			Config:            site.delivering(),
			ConfigPlanChecks:  tunnelToken.plans(plancheck.ResourceActionDestroyBeforeCreate),
			Check:             site.connected(),
			ConfigStateChecks: []statecheck.StateCheck{tunnelToken.has("delivered", knownvalue.Bool(true))},
		})
	verify(t, site.regenerated(2))
}

// A 2xx is a delivery, whatever its body: Atlassian's own sample is no JSON.
func TestTunnelToken_deliveryCountsWhateverTheBodyOfItsAnswer(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"the documented commas": `{"name":"t","cloudPageUrl", "x",}`,
		"an array":              `[]`,
		"other types":           `{"name":1}`,
		"a byte order mark":     "\ufeff{}",
		"nothing":               "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token := site.token()
			site.jira.Inject(simulator.Fault{Method: http.MethodPut, Path: deliverPath, Status: http.StatusOK, Body: body, After: true})
			applyTunnel(t, token, handedOver()).MustBeQuiet(t)
			token.MustHold(t, map[string]string{"delivered": "true", "delivered_at": startTime, "cloud_org_name": "", "cloud_page_url": "", "app_links_url": ""})
			token.Plan(t, handedOver()).MustBeEmpty(t)
			verify(t, site.connected(), site.sent(site.creation()...))
		})
	}
}

// Who takes the instance away while the tunnel waits has to hand over a token
// that nobody knows: there is a new one.
func TestTunnelToken_waitingTunnelWithoutInstanceGetsAStoredToken(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, handedOver(released("1")))
	site.jira.Inject(failedDeliveries()["refused"])
	applyTunnel(t, token, handedOver(released("2"))).MustFail(t, "not delivered")
	plan := token.Plan(t, stored(released("2")))
	plan.MustHold(t, map[string]string{"rotation_reason": "repair", "delivered": ""})
	token.Apply(t.Context(), t, plan).MustBeQuiet(t)
	token.MustHold(t, map[string]string{"delivered": ""})
	site.mustStore(t, token)
	verify(t, site.regenerated(3))
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
			site.token().Create(t, handedOver())
			verify(t, site.regenerated(1), site.connected())
			if got := site.jira.Count(http.MethodPut, deliverPath); got != 31 {
				t.Errorf("%d deliveries, want the 31st to succeed", got)
			}
		})
	}
}

func TestTunnelToken_failingPreflightChangesNothing(t *testing.T) {
	t.Parallel()
	wrongToken := func(s *tunnelSite) { s.Setenv("ATLASSIAN_INSTANCE_JIRA_TOKEN", "another-token") }
	for name, test := range map[string]struct {
		breaks func(*tunnelSite)
		says   string
	}{
		"stopped":              {func(s *tunnelSite) { s.jira.Stop(); t.Cleanup(s.jira.Start) }, "could not be reached"},
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
			applyTunnel(t, site.token(), handedOver()).
				MustFailAt(t, "instance", "Token of the tunnel", tunnelID, "not regenerated", test.says, "Nothing was changed, in Atlassian Cloud or on the instance: the tunnel is as it was")
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
	site.token().Create(t, handedOver())
	verify(t, site.connected())
}

func TestTunnelToken_destroyWarnsWhileTheTunnelWaits(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, handedOver(released("1")))
	site.jira.Inject(failedDeliveries()["refused"])
	applyTunnel(t, token, handedOver(released("2"))).MustFail(t, "not delivered")
	token.PlanDestroy(t).MustWarn(t, "Tunnel", tunnelID, "forgotten without its token", "The tunnel may be down", "Destroying this resource only forgets it", "Apply first")
	token.DestroyAll(t, handedOver(released("2"))).MustNotFail(t)
}
