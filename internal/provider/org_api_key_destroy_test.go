// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// Terraform plans normally before it destroys. What an earlier destroy has
// revoked, it then plans to create: no reason to stop.
func TestAccOrgAPIKey_destroyThatFailedHalfWayIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	estate, organization := newLastingKeyOwner(t, "a", "b", "c")
	workspace := estate.NewWorkspace(t)
	workspace.MustConfigure("provider \"atlassian\" {\n  max_retries = 0\n}\n" +
		apiKeyBlock("a", label("a")) + apiKeyBlock("b", label("b")) + apiKeyBlock("c", label("c")))
	workspace.MustRun(0, "apply", "-auto-approve")
	organization.RevokeAPIKey("c-id")
	estate.Simulator.Cloud().Inject(simulator.Fault{Method: http.MethodPatch, Path: "b-id", Status: 503, Times: 1})
	failed := workspace.MustRun(1, "destroy", "-auto-approve", "-no-color")
	mustHoldAll(t, failed.Stderr, `Revocation of the API key "b-id" not confirmed`)
	verify(t, revokedKeys(organization, "a-id", "c-id"))
	workspace.MustRun(0, "destroy", "-auto-approve")
	verify(t, revokedKeys(organization, "a-id", "b-id", "c-id"))
	if sent := revocations(estate); sent != 3 {
		t.Errorf("%d revocations were sent, want that of a and two of b", sent)
	}
}

// Where an error of the plan before it holds up a destroy, it says how to get past,
// and that works.
func TestAccOrgAPIKey_destroyGetsThroughAsTheErrorSays(t *testing.T) {
	t.Parallel()
	estate, organization := newLastingKeyOwner(t, "ci")
	workspace := estate.NewWorkspace(t)
	apply := func(config string) {
		workspace.MustConfigure("provider \"atlassian\" {}\n" + config)
		workspace.MustRun(0, "apply", "-auto-approve")
	}
	mustBlock := func(words ...string) {
		blocked := workspace.MustRun(1, "destroy", "-auto-approve", "-no-color")
		mustHoldAll(t, strings.Join(strings.Fields(blocked.Stderr), " "), append(words, "run terraform destroy -refresh=false.")...)
		verify(t, revoked(estate, organization))
	}
	apply(apiKeyConfig(label("ci")))
	workspace.MustConfigure("provider \"atlassian\" {}\n" + apiKeyBlock("renamed", label("ci")))
	mustBlock("taken under management twice", "write a moved block")
	apply(apiKeyConfig(label("ci") + `fail_before_expiry = "6000w"`))
	mustBlock("expires too soon")
	workspace.MustRun(0, "destroy", "-auto-approve", "-refresh=false")
	verify(t, revoked(estate, organization, "ci-id"))
}

// A key that does not work any more is destroyed without a request, after a plan
// that has no errors.
func TestOrgAPIKey_destroysALostKeyWithoutARequest(t *testing.T) {
	t.Parallel()
	for name, test := range lostKeys() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := acctest.Object{"label": "ci"}
			estate, key, organization := test.manage(t, config)
			test.lose(estate, organization)
			key.DestroyAll(t, config).MustWarn(t, `API key "ci" (ci-id) only forgotten`, "sends nothing: it is "+test.status)
			if sent := revocations(estate); sent != 0 || key.Exists() {
				t.Errorf("%d revocations were sent", sent)
			}
		})
	}
}

// Where nobody has looked since it stopped to work, its revocation is sent: a key
// that is gone is what was wanted.
func TestOrgAPIKey_destroysWhatIsRevokedAlready(t *testing.T) {
	t.Parallel()
	for name, guesses := range map[string]simulator.CloudGuesses{
		"answers 404":           {},
		"answers 409":           {RevokeAgainStatus: 409},
		"answers 204":           {RevokeAgainStatus: 204},
		"vanished, answers 404": {HideRevokedKeys: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwnerLike(t, simulator.OrganizationConfig{Guesses: guesses}, labelled("ci"))
			key := estate.NewManagedResource(apiKeyType)
			key.Create(t, acctest.Object{"label": "ci"})
			organization.RevokeAPIKey("ci-id")
			key.Destroy(t).MustBeQuiet(t)
			if sent := revocations(estate); sent != 1 {
				t.Errorf("%d revocations were sent", sent)
			}
		})
	}
}

// fail_before_expiry fails the plan of a key that expires too soon, that does not
// work any more, and whose expiry nobody can read. The destruction gets through.
func TestOrgAPIKey_failsBeforeExpiryAndSaysHowToDestroy(t *testing.T) {
	t.Parallel()
	config := acctest.Object{"label": "ci", "fail_before_expiry": "7d"}
	soon := lostKey{lose: func(estate *acctest.Estate, _ *simulator.Organization) { estate.Clock.Advance(23 * day) }}
	unreadable := lostKey{lose: func(estate *acctest.Estate, _ *simulator.Organization) {
		estate.Simulator.Cloud().Inject(simulator.Fault{Path: "/api-keys", Status: 200, Body: `{"data":[{"id":"ci-id","label":"ci","expiresAt":"Feb 4th"}],"links":{}}`})
	}}
	losses := lostKeys()
	for name, test := range map[string]struct {
		lostKey
		want string
		sent int
	}{
		"within it":         {soon, `expires at 2026-02-04T08:00:00Z, and fail_before_expiry is "7d"`, 1},
		"expired":           {losses["expired"], "is expired, and fail_before_expiry is set", 0},
		"revoked":           {losses["revoked"], "is revoked, and fail_before_expiry is set", 0},
		"missing":           {losses["missing"], "is missing, and fail_before_expiry is set", 0},
		"unreadable expiry": {unreadable, "has an expiry that cannot be read, and fail_before_expiry is set", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, key, organization := test.manage(t, config)
			key.Plan(t, config).MustBeEmpty(t)
			test.lose(estate, organization)
			key.Plan(t, config).Diagnostics.MustFailAt(t, "fail_before_expiry",
				`API key "ci" (ci-id) expires too soon`, test.want, "Create a successor", "terraform destroy -refresh=false")
			key.DestroyAll(t, config).MustFail(t, "terraform destroy -refresh=false")
			key.Plan(t, acctest.Object{"label": "ci"}).Diagnostics.MustNotFail(t)
			key.Refresh(t)
			key.PlanDestroy(t).MustNotFail(t)
			key.Destroy(t).MustBeQuiet(t)
			if sent := revocations(estate); sent != test.sent {
				t.Errorf("%d revocations were sent, want %d", sent, test.sent)
			}
		})
	}
}

// A key that cannot be adopted any more is no error before its creation: Terraform
// plans so before it finishes a destroy. Applying it is one.
func TestOrgAPIKey_deadKeyIsNotAdopted(t *testing.T) {
	t.Parallel()
	for _, loss := range []string{"revoked", "expired"} {
		for _, selector := range []acctest.Object{{"label": "dead"}, {"key_id": "dead-id"}} {
			t.Run(fmt.Sprint(loss, selector), func(t *testing.T) {
				t.Parallel()
				dead := simulator.APIKey{ID: "dead-id", Label: "dead", CreatedAt: inDays(-10), ExpiresAt: inDays(-3)}
				if loss == "revoked" {
					dead = simulator.APIKey{ID: "dead-id", Label: "dead", RevokedAt: inDays(-1)}
				}
				estate, _ := newKeyOwner(t, dead, labelled("ci"))
				key := estate.NewManagedResource(apiKeyType)
				selector["fail_before_expiry"] = "7d"
				plan := key.Plan(t, selector)
				plan.Diagnostics.MustWarn(t, loss, "dead-id", `"ci" (ci-id)`, "Applying the creation of this resource fails")
				key.Apply(t.Context(), t, plan).MustFail(t, loss, "dead-id", "Nothing was changed.")
				if key.Exists() {
					t.Error("the key is under management")
				}
			})
		}
	}
}

// Whatever becomes of the answer, a revocation that happened is one and one that
// did not is an error.
func TestOrgAPIKey_revocationIsEstablished(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		fails []string
	}{
		"reset after it":           {simulator.Fault{Kind: simulator.ResetAfter, Times: 1}, nil},
		"reset before it":          {simulator.Fault{Kind: simulator.ResetBefore, Times: 2}, nil},
		"500 after it":             {simulator.Fault{Status: 500, After: true}, nil},
		"login page after it":      {simulator.Fault{Kind: simulator.HTML, After: true}, nil},
		"429 for a while":          {simulator.Fault{Kind: simulator.RateLimited, Times: 1}, nil},
		"500 and nothing happened": {simulator.Fault{Status: 500}, []string{"Revocation of the API key \"ci-id\" not confirmed", "to revoke it again does no harm"}},
		"404 and nothing happened": {simulator.Fault{Status: 404}, []string{"API key \"ci-id\" not revoked", "The key still works."}},
		"401":                      {simulator.Fault{Status: 401}, []string{"API key \"ci-id\" not revoked", "401"}},
		"403":                      {simulator.Fault{Status: 403}, []string{"API key \"ci-id\" not revoked", "delete:keys:admin"}},
		"login page":               {simulator.Fault{Kind: simulator.HTML}, []string{"login page"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwner(t, labelled("ci"))
			key := estate.NewManagedResource(apiKeyType)
			key.Create(t, acctest.Object{"label": "ci"})
			test.fault.Method = http.MethodPatch
			estate.Simulator.Cloud().Inject(test.fault)
			diagnostics := key.Destroy(t)
			if test.fails == nil {
				diagnostics.MustBeQuiet(t)
			} else {
				diagnostics.MustFail(t, test.fails...)
			}
			if gone := !organization.APIKeys()[1].RevokedAt.IsZero(); gone != (test.fails == nil) || key.Exists() == gone {
				t.Errorf("revoked: %t, in state: %t", gone, key.Exists())
			}
			estate.Simulator.Cloud().ClearFaults()
			if key.Exists() {
				key.Destroy(t).MustBeQuiet(t)
			}
			verify(t, revokedKeys(organization, "ci-id"))
		})
	}
}

func TestOrgAPIKey_destroyForgetsWhereToldTo(t *testing.T) {
	t.Parallel()
	config := acctest.Object{"label": "ci", "revoke_on_destroy": false}
	estate, organization := newKeyOwner(t, labelled("ci"))
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, config)
	key.DestroyAll(t, config).MustWarn(t, `API key "ci" (ci-id) only forgotten`, "revoke_on_destroy is false")
	verify(t, revoked(estate, organization))
}
