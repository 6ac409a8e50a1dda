// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// A key is adopted, imported, moved, replaced and revoked; one that is removed
// from the configuration without being destroyed is left alone.
func TestAccOrgAPIKey_lifecycle(t *testing.T) {
	t.Parallel()
	scoped := labelled("ci-1")
	scoped.Scopes = []string{"read:keys:admin", "delete:keys:admin"}
	estate, organization := newKeyOwner(t, scoped, labelled("ci-2"), labelled("left"))
	imports := func(id string, kind resource.ImportStateKind) resource.TestStep {
		return resource.TestStep{
			ResourceName: apiKeyAddress, ImportState: true, ImportStateKind: kind,
			ImportStateId: id, ImportStateVerify: kind == resource.ImportCommandWithID,
		}
	}
	left := apiKeyBlock("left", label("left"))
	renamed := apiKeyType + ".renamed"
	run(t, estate,
		resource.TestStep{
			Config: apiKeyConfig(label("ci-1")) + left,
			ConfigPlanChecks: keyPlans(plancheck.ResourceActionCreate,
				plancheck.ExpectKnownValue(apiKeyAddress, tfjsonpath.New("id"), knownvalue.StringExact("ci-1-id")),
				plancheck.ExpectKnownValue(apiKeyAddress, tfjsonpath.New("expires_at"), knownvalue.StringExact("2027-01-05T08:00:00Z")),
				plancheck.ExpectUnknownValue(apiKeyAddress, tfjsonpath.New("last_active_at"))),
			Check: revoked(estate, organization),
			ConfigStateChecks: []statecheck.StateCheck{
				keyHasText("id", "ci-1-id"),
				keyHasText("key_id", "ci-1-id"),
				keyHasText("label", "ci-1"),
				keyHasText("organization_id", organization.ID()),
				keyHasText("status", "active"),
				keyHas("drift_acknowledged", knownvalue.Bool(true)),
				keyHasText("created_at", "2026-01-05T08:00:00Z"),
				keyHasText("expires_at", "2027-01-05T08:00:00Z"),
				keyHas("last_active_at", knownvalue.Null()),
				keyHas("expires_soon", knownvalue.Bool(false)),
				keyHas("expiry_critical", knownvalue.Bool(false)),
				keyHas("scopes", knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("read:keys:admin"), knownvalue.StringExact("delete:keys:admin")})),
				keyHasText("resource", "ari:cloud:platform::org/"+organization.ID()),
				keyHas("system_account_id", knownvalue.NotNull()),
				keyHas("created_by", knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id": knownvalue.StringExact("557058:ann"), "name": knownvalue.StringExact("Ann"), "email": knownvalue.StringExact("Ann@example.com"),
				})),
				keyHasText("warn_before_expiry", "14d"),
				keyHas("revoke_on_destroy", knownvalue.Bool(true)),
			},
		},
		imports("ci-1-id", resource.ImportCommandWithID),
		imports(organization.ID()+"/ci-1-id", resource.ImportBlockWithID),
		resource.TestStep{
			Config: apiKeyBlock("renamed", label("ci-1")) + "moved {\n  from = " + apiKeyAddress + "\n  to = " + renamed + "\n}\n" +
				"removed {\n  from = " + apiKeyType + ".left\n  lifecycle {\n    destroy = false\n  }\n}\n",
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(renamed, plancheck.ResourceActionNoop),
			}},
			Check: revoked(estate, organization),
		},
		resource.TestStep{
			Config: apiKeyBlock("renamed", label("ci-2")),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(renamed, plancheck.ResourceActionDestroyBeforeCreate),
			}},
			Check: revoked(estate, organization, "ci-1-id"),
		})
	verify(t, revoked(estate, organization, "ci-1-id", "ci-2-id"))
}

// What only a CLI shows: which private state a deletion gets, what a plan that was
// saved is held to, and with which code a plan ends.
func TestAccOrgAPIKey_replacementsOfARealCLI(t *testing.T) {
	t.Parallel()
	for name, lifecycle := range map[string]string{"old key first": "", "new key first": "lifecycle {\n  create_before_destroy = true\n}\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newLastingKeyOwner(t, "a", "b", "c")
			workspace := estate.NewWorkspace(t)
			configure := func(name string) {
				workspace.MustConfigure("provider \"atlassian\" {}\n" + apiKeyConfig(label(name)+lifecycle))
			}
			configure("a")
			workspace.MustRun(0, "apply", "-auto-approve")
			workspace.MustRun(0, "taint", apiKeyAddress)
			workspace.MustRun(0, "apply", "-auto-approve", "-refresh=false")
			workspace.MustRun(0, "apply", "-auto-approve", "-replace="+apiKeyAddress)
			workspace.MustRun(0, "plan", "-detailed-exitcode")
			verify(t, revoked(estate, organization))

			configure("b")
			workspace.MustRun(0, "plan", "-out=saved.plan")
			organization.RevokeAPIKey("b-id")
			workspace.MustRun(1, "apply", "saved.plan")
			verify(t, revokedKeys(organization, "b-id"))
			if sent := revocations(estate); sent != 0 {
				t.Errorf("%d revocations were sent", sent)
			}
			configure("c")
			workspace.MustRun(0, "apply", "-auto-approve")
			verify(t, revokedKeys(organization, "a-id", "b-id"))
			workspace.MustRun(0, "destroy", "-auto-approve")
			verify(t, revokedKeys(organization, "a-id", "b-id", "c-id"))
		})
	}
}

// A key in use ends neither plan with 2; one that was revoked elsewhere both, until
// that is applied.
func TestAccOrgAPIKey_exitCodesTellOfDrift(t *testing.T) {
	t.Parallel()
	estate, organization := newLastingKeyOwner(t, "ci")
	workspace := estate.NewWorkspace(t)
	workspace.MustConfigure("provider \"atlassian\" {}\n" +
		apiKeyBlock("own", label("terraform")+"revoke_on_destroy = false") + apiKeyBlock("ci", label("ci")))
	workspace.MustRun(0, "apply", "-auto-approve")
	estate.Clock.Advance(day)
	workspace.MustRun(0, "plan", "-refresh-only", "-detailed-exitcode")
	workspace.MustRun(0, "plan", "-detailed-exitcode")
	organization.RevokeAPIKey("ci-id")
	for range 2 {
		workspace.MustRun(2, "plan", "-refresh-only", "-detailed-exitcode")
		workspace.MustRun(2, "plan", "-detailed-exitcode")
	}
	workspace.MustRun(0, "apply", "-auto-approve")
	workspace.MustRun(0, "plan", "-detailed-exitcode")
	workspace.MustRun(0, "plan", "-refresh-only", "-detailed-exitcode")
	if sent := revocations(estate); sent != 0 {
		t.Errorf("%d revocations were sent", sent)
	}
}

func TestOrgAPIKey_adoptsByID(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"), simulator.APIKey{ID: "twin-id", Label: "ci"})
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"key_id": "twin-id"})
	key.MustHold(t, map[string]string{"id": "twin-id", "label": "ci", "scopes": "[]"})
	key.Destroy(t).MustBeQuiet(t)
	verify(t, revoked(estate, organization, "twin-id"))
}

func TestOrgAPIKey_settingsChangeInPlaceWithoutARequest(t *testing.T) {
	t.Parallel()
	estate, _ := newKeyOwner(t, labelled("ci"))
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"label": "ci"})
	config := acctest.Object{
		"label": "ci", "warn_before_expiry": "400d", "fail_before_expiry": "1w", "revoke_on_destroy": false,
		"timeouts": acctest.Object{"create": nil, "read": "1m", "delete": nil},
	}
	plan := key.Plan(t, config)
	if plan.MustHold(t, map[string]string{"id": "ci-id"}); !plan.Changes() || plan.Replaces() {
		t.Fatal("the plan changes nothing in place")
	}
	estate.Simulator.Cloud().ResetLog()
	key.Apply(t.Context(), t, plan).MustBeQuiet(t)
	if sent := len(estate.Simulator.Cloud().Requests()); sent != 0 {
		t.Errorf("%d requests were sent", sent)
	}
	key.MustHold(t, map[string]string{"expires_soon": "true", "expiry_critical": "false"})
	config["warn_before_expiry"], config["fail_before_expiry"] = "9600h", "7d"
	key.Plan(t, config).MustBeEmpty(t)
}

// A changed window is judged by the apply that changes it, and its error by the
// next refresh.
func TestOrgAPIKey_changedWindowIsJudgedByTheNextRefresh(t *testing.T) {
	t.Parallel()
	estate, _ := newKeyOwner(t, labelled("ci"))
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"label": "ci"})
	wide := acctest.Object{"label": "ci", "fail_before_expiry": "52w"}
	plan := key.Plan(t, wide)
	plan.Diagnostics.MustBeQuiet(t)
	key.Apply(t.Context(), t, plan).MustBeQuiet(t)
	key.MustHold(t, map[string]string{"expiry_critical": "false"})
	estate.Clock.Advance(2 * day)
	for _, config := range []acctest.Object{wide, {"key_id": "ci-id", "fail_before_expiry": "52w"}} {
		key.Plan(t, config).Diagnostics.MustFail(t, `API key "ci" (ci-id) expires too soon`)
	}
	narrow := key.Plan(t, acctest.Object{"label": "ci", "fail_before_expiry": "1w"})
	narrow.Diagnostics.MustNotFail(t)
	key.Apply(t.Context(), t, narrow).MustBeQuiet(t)
	key.MustHold(t, map[string]string{"expiry_critical": "false"})
}

func TestOrgAPIKey_configurationIsChecked(t *testing.T) {
	t.Parallel()
	estate, _ := newKeyOwner(t, labelled("ci"))
	for name, test := range map[string]struct {
		config acctest.Object
		want   string
	}{
		"neither label nor key_id":  {acctest.Object{}, "Exactly one of these attributes must be configured: [label,key_id]"},
		"both label and key_id":     {acctest.Object{"label": "ci", "key_id": "ci-id"}, "Exactly one of these attributes must be configured: [label,key_id]"},
		"no duration to warn":       {acctest.Object{"label": "ci", "warn_before_expiry": "soon"}, "Not a duration"},
		"no duration to fail":       {acctest.Object{"label": "ci", "fail_before_expiry": "14"}, "Not a duration"},
		"no duration for a timeout": {acctest.Object{"label": "ci", "timeouts": acctest.Object{"create": nil, "read": "long", "delete": nil}}, "Invalid Attribute Value Time Duration"},
		"computed attribute set":    {acctest.Object{"label": "ci", "status": "active"}, "read-only"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate.NewManagedResource(apiKeyType).Validate(t, test.config).MustFail(t, test.want)
		})
	}
	t.Cleanup(func() {
		if sent := len(estate.Simulator.Cloud().Requests()); sent != 0 {
			t.Errorf("%d requests were sent", sent)
		}
	})
}
