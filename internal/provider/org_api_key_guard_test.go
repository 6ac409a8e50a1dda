// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// The key that the provider works with is under management, and nothing revokes it.
func TestOrgAPIKey_ownKeyIsNeverRevoked(t *testing.T) {
	t.Parallel()
	const guarded = "The provider does not revoke its own API key"
	for _, id := range []string{ownKeyID, " OWN-ID\n"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwner(t, labelled("next"))
			estate.Setenv("ATLASSIAN_API_KEY_ID", id)
			key := estate.NewManagedResource(apiKeyType)
			own := acctest.Object{"label": "terraform"}
			key.Create(t, own)
			key.DestroyAll(t, own).MustFail(t, guarded, "set it as api_key", "revoke_on_destroy = false")
			key.Plan(t, acctest.Object{"label": "next"}).Diagnostics.MustFail(t, guarded)
			key.Plan(t, acctest.Object{"label": "next", "revoke_on_destroy": false}).Diagnostics.MustFail(t, guarded)
			for _, kept := range []string{"terraform", "next"} {
				plan := key.Plan(t, acctest.Object{"label": kept, "revoke_on_destroy": false})
				plan.Diagnostics.MustNotFail(t)
				key.Apply(t.Context(), t, plan).MustNotFail(t)
			}
			if got := key.String(t, "label"); got != "next" {
				t.Errorf("the label is %q", got)
			}
			verify(t, revoked(estate, organization))
		})
	}
}

// A plan that was made before anybody named the provider's own key is stopped
// by the deletion itself.
func TestOrgAPIKey_deletionItselfKeepsTheOwnKey(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t)
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"label": "terraform"})
	estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
	key.PlanDestroy(t).MustFail(t, "does not revoke its own API key", "set it as api_key")
	key.Destroy(t).MustFail(t, "does not revoke its own API key")
	if !key.Exists() {
		t.Error("the key left the state")
	}
	verify(t, revoked(estate, organization))
}

// Until it is known which key is the provider's own, any may be it.
func TestOrgAPIKey_unknownOwnKeyRevokesNothing(t *testing.T) {
	t.Parallel()
	config := acctest.Object{"label": "ci"}
	estate, organization := newKeyOwner(t, labelled("ci"), labelled("next"))
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, config)
	estate.SetProviderBlock(acctest.Object{"api_key_id": acctest.Unknown{}})
	key.PlanDestroy(t).MustNotFail(t)
	key.Destroy(t).MustFail(t, "does not revoke its own API key", "Nothing was changed.")
	replacement := key.Plan(t, acctest.Object{"label": "next"})
	replacement.Diagnostics.MustNotFail(t)
	key.Apply(t.Context(), t, replacement).MustFail(t, "does not revoke its own API key")
	verify(t, revoked(estate, organization))
	estate.SetProviderBlock(acctest.Object{"api_key_id": ownKeyID})
	key.Destroy(t).MustBeQuiet(t)
	verify(t, revoked(estate, organization, "ci-id"))
}

// Every plan that revokes says which key, when it was used, and whether anything
// keeps the provider from locking itself out.
func TestOrgAPIKey_planSaysWhatItRevokes(t *testing.T) {
	t.Parallel()
	const notNamed = "api_key_id of the provider block is not set"
	used := labelled("ci")
	used.LastActiveAt = inDays(-1)
	for name, plan := range map[string]func(acctest.T, *acctest.ManagedResource) acctest.Diagnostics{
		"destroy": func(t acctest.T, key *acctest.ManagedResource) acctest.Diagnostics { return key.PlanDestroy(t) },
		"replacement": func(t acctest.T, key *acctest.ManagedResource) acctest.Diagnostics {
			return key.Plan(t, acctest.Object{"label": "next"}).Diagnostics
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwner(t, used, labelled("next"))
			key := estate.NewManagedResource(apiKeyType)
			key.Create(t, acctest.Object{"label": "ci"})
			words := []string{`Revocation of the API key "ci" (ci-id) planned`, "for good", "last used at 2026-01-04T08:00:00Z", "revoke_on_destroy = false"}
			plan(t, key).MustWarn(t, append(words, notNamed)...)
			estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
			named := plan(t, key)
			named.MustWarn(t, words...)
			for _, warning := range named.Warnings() {
				mustNotHold(t, warning, notNamed)
			}
			verify(t, revoked(estate, organization))
		})
	}
}

func TestOrgAPIKey_planSaysThatAKeyWasNeverUsed(t *testing.T) {
	t.Parallel()
	estate, _ := newKeyOwner(t, labelled("ci"))
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"label": "ci"})
	key.PlanDestroy(t).MustWarn(t, "never used, as far as state tells")
}

// A scoped key can do as much as its scopes say.
func TestOrgAPIKey_scopedKeys(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scopes          []string
		lists, destroys bool
	}{
		"all it takes":  {[]string{"read:keys:admin", "delete:keys:admin"}, true, true},
		"read only":     {[]string{"read:keys:admin"}, true, false},
		"tokens' scope": {[]string{"read:tokens:admin"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := acctest.NewEstate(t)
			estate.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Label: "terraform", Scopes: test.scopes}, labelled("ci")}})
			key := estate.NewManagedResource(apiKeyType)
			plan := key.Plan(t, acctest.Object{"label": "ci"})
			if !test.lists {
				plan.Diagnostics.MustFail(t, "403", "read:keys:admin", "February 2026")
				return
			}
			key.Apply(t.Context(), t, plan).MustNotFail(t)
			if test.destroys {
				key.Destroy(t).MustBeQuiet(t)
			} else {
				key.Destroy(t).MustFail(t, "403", "delete:keys:admin", "The key still works.")
			}
		})
	}
}
