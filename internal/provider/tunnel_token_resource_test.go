// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// The life of a tunnel token with the real CLI: created, called by another name,
// rotated by triggers, refreshed and forgotten.
func TestAccTunnelToken_lifecycle(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	regenerates := func(reason string) []plancheck.PlanCheck {
		return []plancheck.PlanCheck{tunnelToken.rotates(), tunnelToken.keeps("rotation_reason", knownvalue.StringExact(reason))}
	}
	run(t, site.Estate,
		resource.TestStep{
			Config:            site.delivering(triggered("1")),
			ConfigPlanChecks:  tunnelToken.plans(plancheck.ResourceActionCreate, regenerates("creation")...),
			Check:             resource.ComposeTestCheckFunc(site.connected(), site.regenerated(1), site.sent(site.creation()...)),
			ConfigStateChecks: []statecheck.StateCheck{tunnelToken.has("delivered", knownvalue.Bool(true))},
		},
		resource.TestStep{
			Config:           site.ProviderBlock() + tunnelBlock("test", "http://"+tunnelID+".atlassian.com", `instance = "jira"`, triggered("1")),
			ConfigPlanChecks: tunnelToken.plans(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			PreConfig:        func() { site.Clock.Advance(day); site.resetLogs() },
			Config:           site.delivering(triggered("2")),
			ConfigPlanChecks: tunnelToken.plans(plancheck.ResourceActionUpdate, regenerates("triggers")...),
			Check:            resource.ComposeTestCheckFunc(site.connected(), site.regenerated(2), site.sent(site.rotation()...)),
			ConfigStateChecks: []statecheck.StateCheck{
				tunnelToken.hasText("last_rotated_at", "2026-01-06T08:00:00Z"), tunnelToken.hasText("rotation_reason", "triggers"),
			},
		},
		resource.TestStep{PreConfig: site.resetLogs, RefreshState: true, Check: site.sent()},
		resource.TestStep{Config: site.ProviderBlock(), Check: site.sent()})
	verify(t, site.connected())
}

func TestTunnelToken_createChecksRegeneratesAndDelivers(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	plan := token.Plan(t, handedOver())
	plan.MustHold(t, map[string]string{
		"id": tunnelID, "hostname": tunnelID, "organization_id": site.organization.ID(), "store_token": "false", "token": "",
		"rotation_reason": "creation", "rotation_due": "false", "next_rotation_at": "",
		"last_rotated_at": knownLater, "rotation_origin": knownLater, "rotation_attempted_at": knownLater, "delivered": knownLater, "status": knownLater,
	})
	token.Apply(t.Context(), t, plan).MustBeQuiet(t)
	verify(t, site.regenerated(1), site.connected(), site.sent(site.creation()...))
	site.mustHash(t, token)
	token.MustHold(t, map[string]string{
		"token": "", "next_rotation_at": "", "rotation_attempted_at": "", "id": tunnelID, "hostname": tunnelID,
		"organization_id": site.organization.ID(),
		"store_token":     "false",
		"name":            "tunnel1",
		"status":          "CONNECTED",
		"on_premise_url":  site.jira.URL(), "upstream_dns_url": "http://" + tunnelID + ".self-hosted.atlassian.com",
		"delivered": "true", "delivered_at": startTime,
		"cloud_org_name":  "Example",
		"cloud_page_url":  "https://admin.atlassian.com/o/" + site.organization.ID() + "/tunnels",
		"app_links_url":   "https://example.atlassian.net/plugins/servlet/applinks/listApplicationLinks",
		"last_rotated_at": startTime, "rotation_due": "false", "rotation_origin": "terraform", "rotation_reason": "creation",
	})
	token.Plan(t, handedOver()).MustBeEmpty(t)
}

func TestTunnelToken_createWithoutPreflightRegeneratesAndDelivers(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.token().Create(t, handedOver(acctest.Object{"preflight": false}))
	verify(t, site.connected(), site.sent(site.regeneration(), deliverToken))
}

func TestTunnelToken_createWithoutInstanceStoresTheToken(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, stored())
	verify(t, site.sent(site.regeneration()), site.down())
	site.mustStore(t, token)
	token.MustHold(t, map[string]string{"store_token": "true", "status": "CONNECTED", "delivered": "", "delivered_at": "", "cloud_org_name": "", "cloud_page_url": "", "app_links_url": ""})
	token.Plan(t, stored()).MustBeEmpty(t)
}

// Nobody gets the token by himself: the tunnel is down until somebody hands it
// over, and each plan that makes one says so.
func TestTunnelToken_rotationWithoutInstanceSaysThatTheTunnelIsDown(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	words := []string{"New token of the tunnel", tunnelID, "No instance gets the new token", "kept in the state", "the tunnel is down until somebody gives it to the Data Center instance"}
	created := token.Plan(t, stored(released("1")))
	created.Diagnostics.MustWarn(t, words...)
	token.Apply(t.Context(), t, created).MustBeQuiet(t)
	token.Plan(t, stored(released("2"))).Diagnostics.MustWarn(t, words...)
	token.Plan(t, stored(acctest.Object{"rotate_triggers": acctest.Object{"release": acctest.Unknown{}}})).Diagnostics.MustWarn(t, words...)
	token.Plan(t, stored(released("1"))).Diagnostics.MustBeQuiet(t)
	mustNotWarn(t, token.Plan(t, handedOver(released("2"))).Diagnostics, "No instance gets")
	mustNotWarn(t, site.token().Plan(t, stored(acctest.Object{"rotate_on_create": false})).Diagnostics, "No instance gets")
}

func TestTunnelToken_createWithInstanceStoresTheTokenWhereToldTo(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, handedOver(acctest.Object{"store_token": true}))
	verify(t, site.connected())
	site.mustStore(t, token)
}

func TestTunnelToken_createWithoutRotatingSendsNothing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token, config := site.token(), handedOver(acctest.Object{"rotate_on_create": false, "rotation_interval": "30d"})
	plan := token.Plan(t, config)
	plan.Diagnostics.MustBeQuiet(t)
	nothing := map[string]string{"last_rotated_at": "", "rotation_origin": "", "rotation_reason": "", "token": "", "token_sha256": "", "status": "", "delivered": ""}
	plan.MustHold(t, nothing)
	token.Apply(t.Context(), t, plan).MustBeQuiet(t)
	verify(t, site.sent())
	token.MustHold(t, nothing)
	token.MustHold(t, map[string]string{"id": tunnelID, "next_rotation_at": "2026-02-04T08:00:00Z"})

	site.Clock.Advance(30 * day)
	due := token.Plan(t, config)
	due.MustHold(t, map[string]string{"rotation_reason": "schedule", "last_rotated_at": knownLater})
	token.Apply(t.Context(), t, due).MustBeQuiet(t)
	verify(t, site.regenerated(1), site.connected())
}

// Atlassian has no endpoint that reads a tunnel or deletes one.
func TestTunnelToken_refreshAndDestroySendNothing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, handedOver())
	site.resetLogs()
	if changed, said := token.RefreshOnlyPlan(t); changed || len(said) > 0 {
		t.Errorf("a refresh changes the state: %t, and says %v", changed, said)
	}
	token.PlanDestroy(t).MustWarn(t, "only forgotten", tunnelID, "changes nothing in Atlassian Cloud or on the instance", "its token goes on working")
	mustNotWarn(t, token.PlanDestroy(t), "State holds")
	token.Destroy(t).MustBeQuiet(t)
	verify(t, site.sent(), site.connected())
}

// No endpoint tells a token again that nobody but the state has.
func TestTunnelToken_destroySaysThatStateHoldsTheOnlyCopy(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, stored())
	token.PlanDestroy(t).MustWarn(t, "only forgotten", "State holds that token, and no endpoint tells it again")
	token.Plan(t, stored(acctest.Object{"hostname": "11111111-2222-4333-8444-555555555555"})).Diagnostics.MustWarn(t, "State holds that token")
}

// Whatever the user calls the tunnel, the state keeps what it was called first
// and the plan is empty.
func TestTunnelToken_writingTheHostnameDifferentlyChangesNothing(t *testing.T) {
	t.Parallel()
	forms := []string{"http://" + tunnelID + ".atlassian.com", tunnelID, tunnelID + ".atlassian.com", "E5E9E8F0-D429-4CB9-80BC-2F02CB91F587"}
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, stored(acctest.Object{"hostname": forms[0]}))
	for _, form := range forms {
		plan := token.Plan(t, stored(acctest.Object{"hostname": form}))
		plan.MustBeEmpty(t)
		plan.MustHold(t, map[string]string{"hostname": forms[0], "id": tunnelID})
	}
	verify(t, site.regenerated(1))
}

// A replacement would rotate.
func TestTunnelToken_writingTheOrganizationDifferentlyChangesNothing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, stored())
	for _, spelled := range []string{site.organization.ID(), strings.ToUpper(site.organization.ID())} {
		plan := token.Plan(t, stored(acctest.Object{"organization_id": spelled}))
		plan.MustBeEmpty(t)
		plan.MustHold(t, map[string]string{"organization_id": site.organization.ID()})
	}
}

func TestTunnelToken_anotherTunnelReplaces(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	other := site.organization.AddTunnel(simulator.TunnelConfig{})
	token := site.token()
	token.Create(t, stored())
	plan := token.Plan(t, stored(acctest.Object{"hostname": other.ID()}))
	if !plan.Replaces() {
		t.Error("the plan does not replace the resource")
	}
	token.Apply(t.Context(), t, plan).MustNotFail(t)
	token.MustHold(t, map[string]string{"id": other.ID(), "rotation_reason": "creation"})
	verify(t, site.regenerated(1))
	if got := other.Regenerations(); got != 1 {
		t.Errorf("%d regenerations of the other tunnel, want 1", got)
	}
}

func TestTunnelToken_anotherOrganizationReplaces(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, stored(acctest.Object{"rotate_on_create": false, "organization_id": "former"}))
	plan := token.Plan(t, stored(acctest.Object{"organization_id": site.organization.ID()}))
	if !plan.Replaces() {
		t.Error("the plan does not replace the resource")
	}
	token.Apply(t.Context(), t, plan).MustNotFail(t)
	token.MustHold(t, map[string]string{"organization_id": site.organization.ID()})
	verify(t, site.regenerated(1))
}

// What a plan does not know it neither invents nor fails for.
func TestTunnelToken_planOfAnUnknownTunnelSaysSo(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	plan := token.Plan(t, handedOver(acctest.Object{"hostname": acctest.Unknown{}}))
	plan.Diagnostics.MustWarn(t, "Rotation of the security key of a tunnel that is not known yet planned: creation")
	plan.MustHold(t, map[string]string{"id": knownLater, "hostname": knownLater, "rotation_reason": "creation"})
	token.Apply(t.Context(), t, plan.Know(handedOver())).MustBeQuiet(t)
	verify(t, site.connected(), site.regenerated(1))
}
