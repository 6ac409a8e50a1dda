// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// bothOrders runs a test for a replacement that destroys first and for one that
// creates first.
func bothOrders(t *testing.T, test func(t *testing.T, createBeforeDestroy bool)) {
	t.Helper()
	for name, createBeforeDestroy := range map[string]bool{"old key first": false, "new key first": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, createBeforeDestroy)
		})
	}
}

// newReplaceable is a key a under management, and a key b that may take its place.
func newReplaceable(t *testing.T, createBeforeDestroy bool) (*acctest.Estate, *acctest.ManagedResource, *simulator.Organization) {
	t.Helper()
	estate, organization := newKeyOwner(t, labelled("a"), labelled("b"))
	key := estate.NewManagedResource(apiKeyType)
	key.CreateBeforeDestroy = createBeforeDestroy
	key.Create(t, acctest.Object{"label": "a"})
	return estate, key, organization
}

// A successor that the plan has found takes over, and the old key is revoked by
// the same apply.
func TestOrgAPIKey_otherKeyReplaces(t *testing.T) {
	t.Parallel()
	bothOrders(t, func(t *testing.T, createBeforeDestroy bool) {
		for _, config := range []acctest.Object{{"label": "b"}, {"key_id": "b-id"}} {
			estate, key, organization := newReplaceable(t, createBeforeDestroy)
			plan := key.Plan(t, config)
			plan.MustHold(t, map[string]string{"id": "b-id", "key_id": "b-id", "label": "b", "expires_at": "2027-01-05T08:00:00Z"})
			if !plan.Replaces() {
				t.Fatal("the plan replaces nothing")
			}
			key.Apply(t.Context(), t, plan).MustBeQuiet(t)
			verify(t, revoked(estate, organization, "a-id"))
			key.MustHold(t, map[string]string{"id": "b-id", "key_id": "b-id", "label": "b", "status": "active"})
			key.Plan(t, config).MustBeEmpty(t)
		}
	})
}

// People change their names while a plan waits to be approved: what a plan of a
// creation says for sure Terraform holds against what the apply finds.
func TestOrgAPIKey_plansLeaveOpenWhatPeopleChange(t *testing.T) {
	t.Parallel()
	_, key, _ := newReplaceable(t, false)
	if got := key.Plan(t, acctest.Object{"label": "b"}).String(t, "created_by"); strings.Count(got, "(known after apply)") != 2 {
		t.Errorf("the plan says created_by = %s", got)
	}
}

func TestOrgAPIKey_missingSuccessorFailsThePlanAndRevokesNothing(t *testing.T) {
	t.Parallel()
	estate, key, organization := newReplaceable(t, false)
	dead := organization.AddAPIKey(simulator.APIKey{ID: "dead-id", Label: "dead", RevokedAt: inDays(-1)})
	for _, test := range []struct {
		config acctest.Object
		want   string
	}{
		{acctest.Object{"label": "c"}, `No API key is labelled "c"`},
		{acctest.Object{"key_id": "c-id"}, `No API key with the ID "c-id"`},
		{acctest.Object{"label": dead.Label}, `No active API key is labelled "dead"`},
		{acctest.Object{"key_id": dead.ID}, `API key "dead-id" is revoked`},
	} {
		key.Plan(t, test.config).Diagnostics.MustFail(t, test.want, "Nothing was changed.", "terraform destroy -refresh=false")
	}
	key.Plan(t, acctest.Object{"label": "a"}).MustBeEmpty(t)
	if sent := revocations(estate); sent != 0 {
		t.Errorf("%d revocations were sent", sent)
	}
}

// Between a saved plan and its apply the successor may have gone.
func TestOrgAPIKey_savedReplacementRevokesNothingForASuccessorThatIsGone(t *testing.T) {
	t.Parallel()
	for name, guesses := range map[string]simulator.CloudGuesses{"revoked": {}, "missing": {HideRevokedKeys: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwnerLike(t, simulator.OrganizationConfig{Guesses: guesses}, labelled("a"), labelled("b"))
			key := estate.NewManagedResource(apiKeyType)
			key.Create(t, acctest.Object{"label": "a"})
			saved := key.Plan(t, acctest.Object{"label": "b"})
			organization.RevokeAPIKey("b-id")
			key.Apply(t.Context(), t, saved).MustFail(t, `API key "a" (a-id) not revoked: its successor does not work`, `"b-id"`, "Make a new plan.")
			if sent := revocations(estate); sent != 0 || !key.Exists() {
				t.Fatalf("%d revocations were sent", sent)
			}
			key.MustHold(t, map[string]string{"id": "a-id", "status": "active"})
			// What failed leaves nothing behind that a later destroy would trip over.
			key.Plan(t, acctest.Object{"label": "a"}).MustBeEmpty(t)
			key.DestroyAll(t, acctest.Object{"label": "a"}).MustNotFail(t)
			if sent := revocations(estate); sent != 1 {
				t.Errorf("%d revocations were sent", sent)
			}
		})
	}
}

// Once a replacement has begun to destroy, a successor that comes within
// fail_before_expiry is adopted all the same.
func TestOrgAPIKey_successorIsJudgedAgainAfterTheDeletion(t *testing.T) {
	t.Parallel()
	soon := labelled("b")
	soon.ExpiresAt = inDays(30)
	estate, organization := newKeyOwner(t, labelled("a"), soon)
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"label": "a"})
	saved := key.Plan(t, acctest.Object{"label": "b", "fail_before_expiry": "7d"})
	saved.Diagnostics.MustNotFail(t)
	estate.Clock.Advance(25 * day)
	key.Apply(t.Context(), t, saved).MustNotFail(t)
	key.MustHold(t, map[string]string{"id": "b-id", "expiry_critical": "true"})
	verify(t, revoked(estate, organization, "a-id"))
}

// Replacing a resource by the key that it has revokes nothing: a revocation is for
// good, and the key is adopted again.
func TestOrgAPIKey_replacedByItselfIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, plan := range map[string]func(acctest.T, *acctest.ManagedResource, acctest.Object) *acctest.Plan{
		"-replace": func(t acctest.T, key *acctest.ManagedResource, config acctest.Object) *acctest.Plan {
			return key.PlanReplacement(t, config)
		},
		"taint": func(t acctest.T, key *acctest.ManagedResource, config acctest.Object) *acctest.Plan {
			key.Taint()
			return key.Plan(t, config)
		},
		"taint, without a refresh": func(t acctest.T, key *acctest.ManagedResource, config acctest.Object) *acctest.Plan {
			key.Taint()
			return key.PlanWithoutRefresh(t, config)
		},
	} {
		for _, revokes := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				bothOrders(t, func(t *testing.T, createBeforeDestroy bool) {
					estate, key, organization := newReplaceable(t, createBeforeDestroy)
					config := acctest.Object{"label": "a", "revoke_on_destroy": revokes}
					applied(t, key, key.Plan(t, config)).MustBeQuiet(t)
					forced := plan(t, key, config)
					if forced.Diagnostics.MustNotFail(t); !forced.Replaces() {
						t.Fatal("the plan replaces nothing")
					}
					said := key.Apply(t.Context(), t, forced)
					if revokes {
						said.MustWarn(t, `API key "a" (a-id) replaced by itself`, "nothing was sent", "create its successor")
					} else {
						said.MustBeQuiet(t)
					}
					verify(t, revoked(estate, organization))
					key.Plan(t, config).MustBeEmpty(t)
					key.DestroyAll(t, config).MustNotFail(t)
				})
			})
		}
	}
}

// -replace together with another label is an ordinary replacement.
func TestOrgAPIKey_forcedReplacementByAnotherKeyRevokes(t *testing.T) {
	t.Parallel()
	estate, key, organization := newReplaceable(t, false)
	applied(t, key, key.PlanReplacement(t, acctest.Object{"label": "b"})).MustBeQuiet(t)
	verify(t, revoked(estate, organization, "a-id"))
}

// The two ways to name a key are the same to a key that is under management.
func TestOrgAPIKey_namedTheOtherWayItStaysTheSame(t *testing.T) {
	t.Parallel()
	estate, key, organization := newReplaceable(t, false)
	for _, config := range []acctest.Object{{"key_id": "a-id"}, {"label": "a"}} {
		key.Plan(t, config).MustBeEmpty(t)
	}
	verify(t, revoked(estate, organization))
}

// A label that is not known before apply replaces nothing that no plan has found.
func TestOrgAPIKey_labelThatIsNotKnownReplacesNothing(t *testing.T) {
	t.Parallel()
	estate, key, organization := newReplaceable(t, false)
	open := key.Plan(t, acctest.Object{"label": acctest.Unknown{}})
	open.Diagnostics.MustWarn(t, "API key not known before apply", `"a" (a-id)`, "inconsistent plan")
	if open.Replaces() {
		t.Error("the plan replaces the key")
	}
	created := estate.NewManagedResource(apiKeyType)
	plan := created.Plan(t, acctest.Object{"label": acctest.Unknown{}})
	plan.Diagnostics.MustBeQuiet(t)
	plan.MustHold(t, map[string]string{"id": "(known after apply)"})
	created.Apply(t.Context(), t, plan.Know(acctest.Object{"label": "b"})).MustBeQuiet(t)
	created.MustHold(t, map[string]string{"id": "b-id"})
	verify(t, revoked(estate, organization))
}

// The same organization, spelled another way, is the same key: replaced without a
// revocation, because an identity does not change in place.
func TestOrgAPIKey_otherSpellingOfTheOrganizationRevokesNothing(t *testing.T) {
	t.Parallel()
	bothOrders(t, func(t *testing.T, createBeforeDestroy bool) {
		estate, key, organization := newReplaceable(t, createBeforeDestroy)
		config := acctest.Object{"label": "a", "organization_id": strings.ToUpper(organization.ID())}
		plan := key.Plan(t, config)
		if plan.Diagnostics.MustBeQuiet(t); !plan.Replaces() {
			t.Fatal("the plan changes an identity in place")
		}
		key.Apply(t.Context(), t, plan).MustWarn(t, `API key "a" (a-id) replaced by itself`)
		verify(t, revoked(estate, organization))
		key.Plan(t, config).MustBeEmpty(t)
	})
}

// The provider's own key is no obstacle to what leaves it alone.
func TestOrgAPIKey_ownKeyIsReplacedByItself(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t)
	estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
	key := estate.NewManagedResource(apiKeyType)
	config := acctest.Object{"label": "terraform"}
	key.Create(t, config)
	applied(t, key, key.PlanReplacement(t, config)).MustWarn(t, "replaced by itself")
	verify(t, revoked(estate, organization))
}
