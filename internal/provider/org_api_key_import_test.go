// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// Whatever a key is imported by, the state is whole and the next plan empty.
func TestOrgAPIKey_importIsComplete(t *testing.T) {
	t.Parallel()
	for name, imported := range map[string]func(acctest.T, *acctest.ManagedResource, string) acctest.Diagnostics{
		"key_id": func(t acctest.T, key *acctest.ManagedResource, _ string) acctest.Diagnostics {
			return key.Import(t, "ci-id")
		},
		"organization_id/key_id": func(t acctest.T, key *acctest.ManagedResource, organization string) acctest.Diagnostics {
			return key.Import(t, organization+"/ci-id")
		},
		"identity": func(t acctest.T, key *acctest.ManagedResource, _ string) acctest.Diagnostics {
			return key.ImportByIdentity(t, acctest.Object{"key_id": "ci-id"})
		},
		"whole identity": func(t acctest.T, key *acctest.ManagedResource, organization string) acctest.Diagnostics {
			return key.ImportByIdentity(t, acctest.Object{"organization_id": organization, "key_id": "ci-id"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwner(t, labelled("ci"))
			key := estate.NewManagedResource(apiKeyType)
			imported(t, key, organization.ID()).MustBeQuiet(t)
			key.MustHold(t, map[string]string{
				"id": "ci-id", "key_id": "ci-id", "label": "ci", "organization_id": organization.ID(), "status": "active",
				"drift_acknowledged": "true", "warn_before_expiry": "14d", "revoke_on_destroy": "true", "expires_at": "2027-01-05T08:00:00Z",
			})
			for _, config := range []acctest.Object{{"label": "ci"}, {"key_id": "ci-id"}} {
				key.Plan(t, config).MustBeEmpty(t)
			}
			// It is told from a second resource like one that was created.
			applied(t, key, key.PlanReplacement(t, acctest.Object{"label": "ci"})).MustWarn(t, "replaced by itself")
			verify(t, revoked(estate, organization))
		})
	}
}

func TestOrgAPIKey_importRefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"), simulator.APIKey{ID: "old-id", Label: "old", RevokedAt: inDays(-1)})
	for name, test := range map[string]struct{ id, want string }{
		"unknown key":          {"nobody", `No API key with the ID "nobody"`},
		"label as ID":          {"ci", "set label instead of key_id"},
		"revoked key":          {"old-id", `API key "old-id" is revoked`},
		"no key":               {organization.ID() + "/", "Not an API key"},
		"unknown organization": {"nowhere/ci-id", `API keys of the organization "nowhere" not listed`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := estate.NewManagedResource(apiKeyType)
			if key.Import(t, test.id).MustFail(t, test.want); key.Exists() {
				t.Error("something was imported")
			}
		})
	}
}

// An expired key can be imported, and that it is expired is no news then.
func TestOrgAPIKey_importsAnExpiredKey(t *testing.T) {
	t.Parallel()
	estate, _ := newKeyOwner(t, simulator.APIKey{ID: "late-id", Label: "late", CreatedAt: inDays(-10), ExpiresAt: inDays(-3)})
	key := estate.NewManagedResource(apiKeyType)
	key.Import(t, "late-id").MustWarn(t, "API key has expired")
	key.MustHold(t, map[string]string{"status": "expired", "drift_acknowledged": "true", "expires_soon": "true"})
	key.Plan(t, acctest.Object{"key_id": "late-id"}).MustBeEmpty(t)
}
