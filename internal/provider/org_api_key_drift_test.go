// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// lostKey is a key under management that stops to work.
type lostKey struct {
	guesses simulator.CloudGuesses
	// lose makes the key stop to work.
	lose   func(*acctest.Estate, *simulator.Organization)
	status string
	// warning is the summary of what a refresh says about it.
	warning string
}

// lostKeys are the ways in which a key stops to work.
func lostKeys() map[string]lostKey {
	revoke := func(_ *acctest.Estate, organization *simulator.Organization) { organization.RevokeAPIKey("ci-id") }
	return map[string]lostKey{
		"revoked": {lose: revoke, status: "revoked", warning: `API key "ci" (ci-id) revoked`},
		"missing": {guesses: simulator.CloudGuesses{HideRevokedKeys: true}, lose: revoke, status: "missing", warning: `API key "ci" (ci-id) missing`},
		"expired": {
			lose:   func(estate *acctest.Estate, _ *simulator.Organization) { estate.Clock.Advance(30 * day) },
			status: "expired", warning: "API key has expired",
		},
	}
}

// manage takes the key ci, which expires in 30 days, under management.
func (k lostKey) manage(t *testing.T, config acctest.Object) (*acctest.Estate, *acctest.ManagedResource, *simulator.Organization) {
	t.Helper()
	short := labelled("ci")
	short.ExpiresAt = inDays(30)
	estate, organization := newKeyOwnerLike(t, simulator.OrganizationConfig{Guesses: k.guesses}, short, labelled("other"))
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, config)
	return estate, key, organization
}

// Every plan shows what has become of a key until one is applied, and none after.
func TestOrgAPIKey_lossIsKeptAndAcknowledgedOnce(t *testing.T) {
	t.Parallel()
	for name, test := range lostKeys() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := acctest.Object{"label": "ci"}
			estate, key, organization := test.manage(t, config)
			test.lose(estate, organization)
			for range 3 {
				plan := key.Plan(t, config)
				plan.Diagnostics.MustWarn(t, test.warning)
				plan.MustHold(t, map[string]string{"status": test.status, "drift_acknowledged": "true", "id": "ci-id"})
				if changed := plan.ChangedAttributes(t); len(changed) != 1 || changed[0] != "drift_acknowledged" || plan.Replaces() {
					t.Fatalf("the plan changes %q", changed)
				}
				if changed, _ := key.RefreshOnlyPlan(t); !changed {
					t.Error("a refresh-only plan shows no drift")
				}
			}
			applied(t, key, key.Plan(t, config)).MustBeQuiet(t)
			if sent := revocations(estate); sent != 0 {
				t.Errorf("%d revocations were sent", sent)
			}
			key.MustHold(t, map[string]string{"status": test.status, "drift_acknowledged": "true", "label": "ci", "expires_at": "2026-02-04T08:00:00Z"})
			again := key.Plan(t, config)
			again.MustBeEmpty(t)
			again.Diagnostics.MustWarn(t, test.warning)
			if changed, _ := key.RefreshOnlyPlan(t); changed {
				t.Error("a refresh-only plan shows the same drift again")
			}
		})
	}
}

// apply -refresh-only saves what was seen, and the plan after it still shows it.
func TestOrgAPIKey_refreshOnlyAcknowledgesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range lostKeys() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := acctest.Object{"label": "ci"}
			estate, key, organization := test.manage(t, config)
			test.lose(estate, organization)
			key.Refresh(t).MustWarn(t, test.warning)
			key.MustHold(t, map[string]string{"status": test.status, "drift_acknowledged": "false"})
			plan := key.Plan(t, config)
			if !plan.Changes() {
				t.Fatal("the plan hides what was seen")
			}
			key.Apply(t.Context(), t, plan).MustBeQuiet(t)
			key.Plan(t, config).MustBeEmpty(t)
		})
	}
}

// A list that lacked a key for a while is told of both times.
func TestOrgAPIKey_keyThatIsBackIsNews(t *testing.T) {
	t.Parallel()
	config := acctest.Object{"label": "ci"}
	estate, organization := newKeyOwner(t, labelled("ci"))
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, config)
	estate.Simulator.Cloud().Inject(simulator.Fault{Path: "/api-keys", Status: 200, Body: `{"data":[],"links":{}}`})
	key.Refresh(t).MustWarn(t, `API key "ci" (ci-id) missing`, "no longer lists", organization.ID())
	key.MustHold(t, map[string]string{"status": "missing", "drift_acknowledged": "false"})
	estate.Simulator.Cloud().ClearFaults()
	plan := key.Plan(t, config)
	plan.Diagnostics.MustBeQuiet(t)
	key.Apply(t.Context(), t, plan).MustBeQuiet(t)
	key.MustHold(t, map[string]string{"status": "active", "drift_acknowledged": "true"})
	key.Plan(t, config).MustBeEmpty(t)
}

func TestOrgAPIKey_refreshSaysWhoRevokedAKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ loss, want string }{
		"stays listed": {"revoked", "was revoked at 2026-01-05T08:00:00Z"},
		"vanishes":     {"missing", "no longer lists"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loss := lostKeys()[test.loss]
			estate, key, organization := loss.manage(t, acctest.Object{"label": "ci"})
			loss.lose(estate, organization)
			key.Refresh(t).MustWarn(t, loss.warning, test.want, organization.ID(),
				"The audit log says that Other Administrator did it, at 2026-01-05T08:00:00Z.", "destroying it sends nothing")
			estate.Simulator.Cloud().ResetLog()
			key.Refresh(t).MustWarn(t, loss.warning)
			if asked := estate.Simulator.Cloud().Count(http.MethodGet, ""); asked != 1 {
				t.Errorf("%d requests for what is known", asked)
			}
		})
	}
}

// What happened to the label of a dead key: an active one takes its place, and
// nothing is sent for the dead one.
func TestOrgAPIKey_successorOfALostKeyIsAdopted(t *testing.T) {
	t.Parallel()
	for name, test := range lostKeys() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := acctest.Object{"label": "ci"}
			estate, key, organization := test.manage(t, config)
			test.lose(estate, organization)
			organization.AddAPIKey(simulator.APIKey{ID: "next-id", Label: "ci"})
			plan := key.Plan(t, config)
			plan.Diagnostics.MustWarn(t, `API key "ci" (ci-id) only forgotten`, "sends nothing: it is "+test.status)
			if plan.MustHold(t, map[string]string{"id": "next-id"}); !plan.Replaces() {
				t.Fatal("the plan adopts no successor")
			}
			key.Apply(t.Context(), t, plan).MustBeQuiet(t)
			key.MustHold(t, map[string]string{"id": "next-id", "status": "active", "drift_acknowledged": "true"})
			if sent := revocations(estate); sent != 0 {
				t.Errorf("%d revocations were sent", sent)
			}
			key.Plan(t, config).MustBeEmpty(t)
		})
	}
}

// Which of two successors is meant cannot be told, and by its ID no key has one.
func TestOrgAPIKey_lostKeyWithoutOneSuccessorIsKept(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]acctest.Object{"two successors": {"label": "ci"}, "named by its ID": {"key_id": "ci-id"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loss := lostKeys()["revoked"]
			estate, key, organization := loss.manage(t, config)
			loss.lose(estate, organization)
			for _, id := range []string{"next-1-id", "next-2-id"} {
				organization.AddAPIKey(simulator.APIKey{ID: id, Label: "ci"})
			}
			plan := key.Plan(t, config)
			plan.Diagnostics.MustWarn(t, loss.warning)
			if plan.MustHold(t, map[string]string{"id": "ci-id"}); plan.Replaces() {
				t.Error("the plan replaces the key")
			}
		})
	}
}

// A key in use is no drift; when it was used is recorded with another change.
func TestOrgAPIKey_useIsNoDrift(t *testing.T) {
	t.Parallel()
	config := acctest.Object{"key_id": ownKeyID, "revoke_on_destroy": false}
	estate, _ := newKeyOwner(t)
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, config)
	first := key.String(t, "last_active_at")
	for range 3 {
		estate.Clock.Advance(day)
		changed, diagnostics := key.RefreshOnlyPlan(t)
		if diagnostics.MustBeQuiet(t); changed {
			t.Error("a key in use is drift")
		}
		key.Plan(t, config).MustBeEmpty(t)
	}
	if got := key.String(t, "last_active_at"); got != first || got == "" {
		t.Errorf("last_active_at went from %q to %q", first, got)
	}
	// The key comes within warn_before_expiry, which is a change.
	estate.Clock.Advance(355 * day)
	key.Refresh(t).MustWarn(t, "API key expires soon")
	key.MustHold(t, map[string]string{"expires_soon": "true", "last_active_at": "2026-12-29T08:00:00Z"})
}

// A list with something in it that nobody can read lacks nothing for certain.
func TestOrgAPIKey_listThatIsNotUnderstoodAsAWholeDecidesNothing(t *testing.T) {
	t.Parallel()
	for name, entry := range map[string]string{
		"a list within": `[{"id":"ci-id","label":"ci"}]`,
		"a text":        `"ci-id"`,
		"without an ID": `{"label":"ci"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, _ := newKeyOwner(t, labelled("ci"))
			key := estate.NewManagedResource(apiKeyType)
			key.Create(t, acctest.Object{"label": "ci"})
			estate.Simulator.Cloud().Inject(simulator.Fault{Path: "/api-keys", Status: 200, Body: `{"data":[` + entry + `],"links":{}}`})
			key.Refresh(t).MustFail(t, "answer not readable", "Nothing was changed")
			key.MustHold(t, map[string]string{"status": "active"})
		})
	}
}
