package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestAccOrgAPIKey_adoptsByLabelAndRevokesOnDestroy(t *testing.T) {
	t.Parallel()
	key := labelled("ci")
	key.Scopes = []string{"read:keys:admin", "delete:keys:admin"}
	estate, organization := newKeyOwner(t, key, labelled("other"))
	run(t, estate, resource.TestStep{
		Config: apiKeyConfig(label("ci")),
		ConfigPlanChecks: keyPlans(plancheck.ResourceActionCreate,
			plancheck.ExpectKnownValue(apiKeyAddress, tfjsonpath.New("id"), knownvalue.StringExact("ci-id")),
			plancheck.ExpectKnownValue(apiKeyAddress, tfjsonpath.New("expires_at"), knownvalue.StringExact("2027-01-05T08:00:00Z")),
			plancheck.ExpectUnknownValue(apiKeyAddress, tfjsonpath.New("last_active_at"))),
		Check: revoked(estate, organization),
		ConfigStateChecks: []statecheck.StateCheck{
			keyHasText("id", "ci-id"),
			keyHasText("key_id", "ci-id"),
			keyHasText("label", "ci"),
			keyHasText("organization_id", organization.ID()),
			keyHasText("status", "active"),
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
	})
	verify(t, revoked(estate, organization, "ci-id"))
}

func TestAccOrgAPIKey_adoptsByID(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"), simulator.APIKey{ID: "twin-id", Label: "ci"})
	run(t, estate, resource.TestStep{
		Config:            apiKeyConfig(`key_id = "twin-id"`),
		ConfigStateChecks: []statecheck.StateCheck{keyHasText("id", "twin-id"), keyHasText("label", "ci"), keyHas("scopes", knownvalue.SetSizeExact(0))},
	})
	verify(t, revoked(estate, organization, "twin-id"))
}

// A successor that the plan has found takes over, and the old key is revoked by
// the same apply.
func TestAccOrgAPIKey_otherLabelReplaces(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lines  string
		action plancheck.ResourceActionType
	}{
		"old key first": {"", plancheck.ResourceActionDestroyBeforeCreate},
		"new key first": {"lifecycle { create_before_destroy = true }", plancheck.ResourceActionCreateBeforeDestroy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwner(t, labelled("ci-1"), labelled("ci-2"))
			run(t, estate,
				resource.TestStep{Config: apiKeyConfig(label("ci-1") + test.lines)},
				resource.TestStep{
					Config: apiKeyConfig(label("ci-2") + test.lines),
					ConfigPlanChecks: keyPlans(test.action,
						plancheck.ExpectKnownValue(apiKeyAddress, tfjsonpath.New("id"), knownvalue.StringExact("ci-2-id"))),
					Check:             revoked(estate, organization, "ci-1-id"),
					ConfigStateChecks: []statecheck.StateCheck{keyHasText("id", "ci-2-id"), keyHasText("key_id", "ci-2-id"), keyHasText("label", "ci-2")},
				})
			verify(t, revoked(estate, organization, "ci-1-id", "ci-2-id"))
		})
	}
}

func TestAccOrgAPIKey_missingSuccessorFailsThePlanAndRevokesNothing(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string]string{"old key first": "", "new key first": "lifecycle { create_before_destroy = true }"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwner(t, labelled("ci-1"))
			run(t, estate,
				resource.TestStep{Config: apiKeyConfig(label("ci-1") + lines)},
				resource.TestStep{
					Config:      apiKeyConfig(label("ci-2") + lines),
					ExpectError: regexp.MustCompile(`No API key is labelled "ci-2"`),
				},
				resource.TestStep{
					Config:           apiKeyConfig(label("ci-1") + lines),
					ConfigPlanChecks: keyPlans(plancheck.ResourceActionNoop),
					Check:            revoked(estate, organization),
				})
		})
	}
}

// The two ways to name a key are the same to a key that is under management.
func TestAccOrgAPIKey_namedTheOtherWayItStaysTheSame(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"))
	unchanged := resource.TestStep{
		Config:           apiKeyConfig(`key_id = "ci-id"`),
		ConfigPlanChecks: keyPlans(plancheck.ResourceActionNoop),
	}
	run(t, estate, resource.TestStep{Config: apiKeyConfig(label("ci"))}, unchanged,
		resource.TestStep{Config: apiKeyConfig(label("ci")), ConfigPlanChecks: keyPlans(plancheck.ResourceActionNoop), Check: revoked(estate, organization)})
}

func TestAccOrgAPIKey_settingsChangeInPlaceWithoutARequest(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"))
	run(t, estate,
		resource.TestStep{Config: apiKeyConfig(label("ci"))},
		resource.TestStep{
			Config:            apiKeyConfig(label("ci") + "warn_before_expiry = \"400d\"\nfail_before_expiry = \"1w\"\nrevoke_on_destroy = false\ntimeouts = { read = \"1m\" }"),
			ConfigPlanChecks:  keyPlans(plancheck.ResourceActionUpdate, plancheck.ExpectKnownValue(apiKeyAddress, tfjsonpath.New("id"), knownvalue.StringExact("ci-id"))),
			ConfigStateChecks: []statecheck.StateCheck{keyHas("expires_soon", knownvalue.Bool(true)), keyHas("expiry_critical", knownvalue.Bool(false))},
		},
		resource.TestStep{
			Config:           apiKeyConfig(label("ci") + "warn_before_expiry = \"9600h\"\nfail_before_expiry = \"7d\"\nrevoke_on_destroy = false\ntimeouts = { read = \"1m\" }"),
			ConfigPlanChecks: keyPlans(plancheck.ResourceActionNoop),
		})
	verify(t, revoked(estate, organization))
}

func TestAccOrgAPIKey_configurationIsChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ lines, want string }{
		"neither label nor key_id":  {"", `Exactly one of these attributes must be configured: \[label,key_id\]`},
		"both label and key_id":     {`label = "ci"` + "\n" + `key_id = "ci-id"`, `Exactly one of these attributes must be configured: \[label,key_id\]`},
		"no duration to warn":       {label("ci") + `warn_before_expiry = "soon"`, "Not a duration"},
		"no duration to fail":       {label("ci") + `fail_before_expiry = "14"`, "Not a duration"},
		"no duration for a timeout": {label("ci") + `timeouts = { read = "long" }`, "Invalid Attribute Value Time Duration"},
		"computed attribute set":    {label("ci") + `status = "active"`, `(?i)read-only|invalid configuration`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, _ := newKeyOwner(t, labelled("ci"))
			run(t, estate, resource.TestStep{Config: apiKeyConfig(test.lines), ExpectError: regexp.MustCompile(test.want)})
			verify(t, func(*terraform.State) error { return equal("requests", len(estate.Simulator.Cloud().Requests()), 0) })
		})
	}
}
