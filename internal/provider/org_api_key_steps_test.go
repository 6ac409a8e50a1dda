// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	apiKeyType    = "atlassian_org_api_key"
	apiKeyAddress = apiKeyType + ".test"
	ownKeyID      = "own-id"
)

// newKeyOwner starts an estate with an organization that has the given keys
// besides the one that the provider works with, which is the first.
func newKeyOwner(t *testing.T, keys ...simulator.APIKey) (*acctest.Estate, *simulator.Organization) {
	t.Helper()
	return newKeyOwnerLike(t, simulator.OrganizationConfig{}, keys...)
}

// newKeyOwnerLike is newKeyOwner for an organization that is special.
func newKeyOwnerLike(t *testing.T, config simulator.OrganizationConfig, keys ...simulator.APIKey) (*acctest.Estate, *simulator.Organization) {
	t.Helper()
	estate := acctest.NewEstate(t)
	config.APIKeys = append([]simulator.APIKey{{ID: ownKeyID, Label: "terraform"}}, keys...)
	return estate, estate.AddOrganization(config)
}

// newLastingKeyOwner is newKeyOwner with keys that are active for a century: the
// provider that a CLI starts tells the time by the clock of the machine.
func newLastingKeyOwner(t *testing.T, labels ...string) (*acctest.Estate, *simulator.Organization) {
	t.Helper()
	estate := acctest.NewEstate(t)
	keys := []simulator.APIKey{{ID: ownKeyID, Label: "terraform", ExpiresAt: inDays(36500), Scopes: []string{"read:keys:admin", "delete:keys:admin"}}}
	for _, label := range labels {
		keys = append(keys, lasting(label))
	}
	return estate, estate.AddOrganization(simulator.OrganizationConfig{APIKeys: keys})
}

// lasting is labelled for a century.
func lasting(label string) simulator.APIKey {
	key := labelled(label)
	key.ExpiresAt = inDays(36500)
	return key
}

// labelled is an active key whose ID is its label with "-id" behind it.
func labelled(label string) simulator.APIKey {
	return simulator.APIKey{ID: label + "-id", Label: label, CreatedBy: simulator.User{ID: "557058:ann", Name: "Ann", Email: "Ann@example.com"}}
}

// apiKeyConfig is a configuration with one key and the given lines in it.
func apiKeyConfig(lines string) string {
	return apiKeyBlock("test", lines)
}

func apiKeyBlock(name, lines string) string {
	return fmt.Sprintf("resource %q %q {\n%s\n}\n", apiKeyType, name, lines)
}

// label returns the line that names a key by its label.
func label(text string) string {
	return fmt.Sprintf("label = %q\n", text)
}

func keyHas(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(apiKeyAddress, tfjsonpath.New(attribute), value)
}

func keyHasText(attribute, value string) statecheck.StateCheck {
	return keyHas(attribute, knownvalue.StringExact(value))
}

func keyPlans(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append(more, plancheck.ExpectResourceAction(apiKeyAddress, action))}
}

// applied applies a plan that has no errors, and returns what that says.
func applied(t *testing.T, key *acctest.ManagedResource, plan *acctest.Plan) acctest.Diagnostics {
	t.Helper()
	plan.Diagnostics.MustNotFail(t)
	return key.Apply(t.Context(), t, plan)
}

// revoked checks which keys of the organization are revoked, by their IDs in
// the order of their making, and that no other revocation was sent.
func revoked(estate *acctest.Estate, organization *simulator.Organization, want ...string) resource.TestCheckFunc {
	return resource.ComposeTestCheckFunc(revokedKeys(organization, want...),
		func(*terraform.State) error { return equal("revocations sent", revocations(estate), len(want)) })
}

// revokedKeys checks which keys of the organization are revoked.
func revokedKeys(organization *simulator.Organization, want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		var got []string
		for _, key := range organization.APIKeys() {
			if !key.RevokedAt.IsZero() {
				got = append(got, key.ID)
			}
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("revoked are %q, want %q", got, want)
		}
		return nil
	}
}

func revocations(estate *acctest.Estate) int {
	return estate.Simulator.Cloud().Count(http.MethodPatch, "")
}

// listings is how many pages of API keys were asked for since the last reset.
func listings(estate *acctest.Estate) int {
	return estate.Simulator.Cloud().Count(http.MethodGet, "/api-keys")
}

// inDays is the time that many days after the estate was started.
func inDays(days int) time.Time {
	return acctest.Start().Add(time.Duration(days) * day)
}

// manyKeys are so many active keys, labelled key-0000 onwards.
func manyKeys(count int) []simulator.APIKey {
	keys := make([]simulator.APIKey, 0, count)
	for i := range count {
		keys = append(keys, labelled(fmt.Sprintf("key-%04d", i)))
	}
	return keys
}

// mustHoldAll fails the test unless text holds all of words.
func mustHoldAll(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q is missing in:\n%s", word, text)
		}
	}
}

// mustNotHold fails the test where text holds words.
func mustNotHold(t *testing.T, text, words string) {
	t.Helper()
	if strings.Contains(text, words) {
		t.Errorf("%q stands in:\n%s", words, text)
	}
}
