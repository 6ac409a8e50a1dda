// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// newInventory starts an estate with an expired, a revoked and two active keys
// besides the provider's own.
func newInventory(t *testing.T) (*acctest.Estate, *simulator.Organization) {
	t.Helper()
	soon := labelled("soon")
	soon.ExpiresAt = inDays(10)
	return newKeyOwner(t, labelled("ci"), soon,
		simulator.APIKey{ID: "old-id", Label: "old", RevokedAt: inDays(-1), ExpiresAt: inDays(1)},
		simulator.APIKey{ID: "late-id", Label: "late", CreatedAt: inDays(-10), ExpiresAt: inDays(-3)})
}

func TestOrgAPIKeyList_findsWhatCanBeImported(t *testing.T) {
	t.Parallel()
	estate, organization := newInventory(t)
	for name, test := range map[string]struct {
		limit  int64
		config acctest.Object
		want   []string
	}{
		"all":                 {0, acctest.Object{}, []string{"late (expired)", "soon (active)", "ci (active)", "terraform (active)"}},
		"no more than wanted": {2, acctest.Object{}, []string{"late (expired)", "soon (active)"}},
		"more than there are": {100, acctest.Object{"label_regex": "^ci$"}, []string{"ci (active)"}},
		"expired":             {0, acctest.Object{"status": "expired"}, []string{"late (expired)"}},
		"expiring":            {0, acctest.Object{"expires_within": "14d"}, []string{"soon (active)"}},
		"by its creator":      {0, acctest.Object{"created_by_email": "ann@example.com", "unused_for": "0s", "organization_id": organization.ID()}, []string{"soon (active)", "ci (active)"}},
		"by scope":            {0, acctest.Object{"scopes_include": []string{"read:keys:admin"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results, diagnostics := estate.List(t, apiKeyType, test.limit, test.config)
			diagnostics.MustBeQuiet(t)
			var got []string
			for _, result := range results {
				got = append(got, result.DisplayName)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Configuration that is generated from a result is valid, imports the key and
// changes nothing.
func TestOrgAPIKeyList_resultsAreConfigurationOfAnImport(t *testing.T) {
	t.Parallel()
	estate, organization := newInventory(t)
	results, diagnostics := estate.List(t, apiKeyType, 0, acctest.Object{"label_regex": "^ci$"})
	diagnostics.MustBeQuiet(t)
	if len(results) != 1 {
		t.Fatalf("%d results", len(results))
	}
	identity, attributes := results[0].Identity, results[0].Resource
	mustBe(t, identity["key_id"], "ci-id")
	mustBe(t, identity["organization_id"], organization.ID())
	mustBe(t, attributes["key_id"], "ci-id")
	mustBe(t, attributes["status"], "active")
	mustBe(t, attributes["warn_before_expiry"], "14d")
	for _, attribute := range []string{"label", "fail_before_expiry", "timeouts"} {
		if !attributes[attribute].IsNull() {
			t.Errorf("%s is %s", attribute, attributes[attribute])
		}
	}
	key := estate.NewManagedResource(apiKeyType)
	key.Import(t, organization.ID()+"/ci-id").MustBeQuiet(t)
	plan := key.Plan(t, acctest.Object{"key_id": "ci-id", "organization_id": organization.ID(), "warn_before_expiry": "14d", "revoke_on_destroy": true})
	if plan.Diagnostics.MustBeQuiet(t); plan.Changes() {
		t.Error("the import changes something")
	}
}

func mustBe(t *testing.T, value tftypes.Value, want string) {
	t.Helper()
	var got string
	if err := value.As(&got); err != nil || got != want {
		t.Errorf("got %s, %v; want %q", value, err, want)
	}
}

func TestOrgAPIKeyList_badInputIsAnError(t *testing.T) {
	t.Parallel()
	estate, _ := newInventory(t)
	for name, test := range map[string]struct {
		config acctest.Object
		want   string
	}{
		"regex that does not compile": {acctest.Object{"label_regex": "("}, "Not a regular expression"},
		"revoked keys":                {acctest.Object{"status": "revoked"}, `must be one of: ["active" "expired"]`},
		"no duration":                 {acctest.Object{"unused_for": "long"}, "Not a duration"},
		"another organization":        {acctest.Object{"organization_id": "nowhere"}, `API keys of the organization "nowhere" not listed`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results, diagnostics := estate.List(t, apiKeyType, 0, test.config)
			if diagnostics.MustFail(t, test.want); len(results) > 0 {
				t.Errorf("%d results", len(results))
			}
		})
	}
}

func TestOrgAPIKeyList_missingOrganizationIsAnError(t *testing.T) {
	t.Parallel()
	estate, _ := newInventory(t)
	estate.Setenv("ATLASSIAN_ORGANIZATION_ID", "")
	_, diagnostics := estate.List(t, apiKeyType, 0, acctest.Object{})
	diagnostics.MustFail(t, "Organization missing")
}

func TestAccOrgAPIKeyList_query(t *testing.T) {
	t.Parallel()
	estate, organization := newInventory(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: estate.ProviderFactories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{{
			// This stays beside the query and says where the provider comes from.
			Config: "provider \"atlassian\" {}\n",
		}, {
			Query:  true,
			Config: fmt.Sprintf("list %q \"test\" {\n  provider = atlassian\n  config {\n    label_regex = \"^ci$\"\n  }\n}\n", apiKeyType),
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength(apiKeyType+".test", 1),
				querycheck.ExpectIdentity(apiKeyType+".test", map[string]knownvalue.Check{
					"organization_id": knownvalue.StringExact(organization.ID()), "key_id": knownvalue.StringExact("ci-id"),
				}),
			},
		}},
	})
}
