// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

const (
	apiKeysType    = "atlassian_org_api_keys"
	apiKeysAddress = "data.atlassian_org_api_keys.test"
)

func apiKeysConfig(lines string) string {
	return "data \"atlassian_org_api_keys\" \"test\" {\n" + lines + "\n}\n"
}

func TestAccOrgAPIKeys_returnsFullObjects(t *testing.T) {
	t.Parallel()
	key := labelled("ci")
	key.Scopes = []string{"read:keys:admin"}
	key.ExpiresAt, key.LastActiveAt, key.RevokedAt = inDays(10), inDays(-2), inDays(-1)
	estate, organization := newKeyOwner(t, key, labelled("other"))
	run(t, estate, resource.TestStep{
		Config: apiKeysConfig(`label_regex = "^ci$"`),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(apiKeysAddress, tfjsonpath.New("id"), knownvalue.StringExact(organization.ID())),
			statecheck.ExpectKnownValue(apiKeysAddress, tfjsonpath.New("organization_id"), knownvalue.StringExact(organization.ID())),
			statecheck.ExpectKnownValue(apiKeysAddress, tfjsonpath.New("api_keys"), knownvalue.ListExact([]knownvalue.Check{
				knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id":                knownvalue.StringExact("ci-id"),
					"label":             knownvalue.StringExact("ci"),
					"status":            knownvalue.StringExact("revoked"),
					"created_at":        knownvalue.StringExact("2026-01-05T08:00:00Z"),
					"expires_at":        knownvalue.StringExact("2026-01-15T08:00:00Z"),
					"last_active_at":    knownvalue.StringExact("2026-01-03T08:00:00Z"),
					"revoked_at":        knownvalue.StringExact("2026-01-04T08:00:00Z"),
					"scopes":            knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("read:keys:admin")}),
					"resource":          knownvalue.StringExact("ari:cloud:platform::org/" + organization.ID()),
					"system_account_id": knownvalue.NotNull(),
					"created_by": knownvalue.ObjectExact(map[string]knownvalue.Check{
						"id": knownvalue.StringExact("557058:ann"), "name": knownvalue.StringExact("Ann"), "email": knownvalue.StringExact("Ann@example.com"),
					}),
				}),
			})),
		},
	})
}

// A pipeline learns from a check block and fails for a postcondition.
func TestAccOrgAPIKeys_tellsAPipelineWhatExpires(t *testing.T) {
	t.Parallel()
	soon := labelled("soon")
	soon.ExpiresAt = inDays(10)
	estate, _ := newKeyOwner(t, soon, labelled("later"))
	guard := func(window string) string {
		return apiKeysConfig(`expires_within = "` + window + `"
lifecycle {
  postcondition {
    condition     = length(self.api_keys) == 0
    error_message = "Expiring: ${join(", ", self.api_keys[*].label)}"
  }
}`)
	}
	run(t, estate,
		resource.TestStep{Config: guard("9d")},
		resource.TestStep{Config: guard("14d"), ExpectError: regexp.MustCompile("Expiring: soon")})
}

func TestOrgAPIKeys_emptyListIsAnEmptyList(t *testing.T) {
	t.Parallel()
	estate, _ := newKeyOwner(t)
	estate.MustRead(t, apiKeysType, acctest.Object{"status": "expired"}, map[string]string{"api_keys": "[]"})
}

// Only a CLI sees an attribute that there is not.
func TestAccOrgAPIKeys_refusesAnUnknownFilter(t *testing.T) {
	t.Parallel()
	estate, _ := newKeyOwner(t)
	run(t, estate, resource.TestStep{Config: apiKeysConfig(`label = "x"`), ExpectError: says("Unsupported argument")})
}

func TestOrgAPIKeys_badInputIsAnErrorOnTheAttribute(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config acctest.Object
		path   string
		words  []string
	}{
		"regex that does not compile": {acctest.Object{"label_regex": "("}, "label_regex", []string{"Not a regular expression", "missing closing"}},
		"unknown status":              {acctest.Object{"status": "dead"}, "status", []string{"status value must be one of", "active", "expired", "revoked", "dead"}},
		"no duration":                 {acctest.Object{"expires_within": "soon"}, "expires_within", []string{"Not a duration"}},
		"duration without unit":       {acctest.Object{"unused_for": "90"}, "unused_for", []string{"Not a duration"}},
		"other organization":          {acctest.Object{"organization_id": "nowhere"}, "organization_id", []string{`API keys of the organization "nowhere" not listed`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, _ := newKeyOwner(t)
			_, said := estate.Read(t, apiKeysType, test.config)
			said.MustFailAt(t, test.path, test.words...)
		})
	}
}
