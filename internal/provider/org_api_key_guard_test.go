package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// The key that the provider works with is under management, and nothing revokes it.
func TestAccOrgAPIKey_ownKeyIsNeverRevoked(t *testing.T) {
	t.Parallel()
	guarded := regexp.MustCompile(`The provider does not revoke its own API key`)
	for _, id := range []string{ownKeyID, " OWN-ID\n"} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwner(t, labelled("next"))
			estate.Setenv("ATLASSIAN_API_KEY_ID", id)
			own := apiKeyConfig(label("terraform"))
			run(t, estate,
				resource.TestStep{Config: own},
				resource.TestStep{Config: own, Destroy: true, ExpectError: guarded},
				resource.TestStep{Config: apiKeyConfig(label("next")), ExpectError: guarded},
				resource.TestStep{Config: apiKeyConfig(label("next") + "revoke_on_destroy = false"), ExpectError: guarded},
				resource.TestStep{Config: apiKeyConfig(label("terraform") + "revoke_on_destroy = false")},
				resource.TestStep{Config: apiKeyConfig(label("next") + "revoke_on_destroy = false"), Check: revoked(estate, organization)},
			)
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
	key.Create(t, acctest.Object{"label": "terraform", "revoke_on_destroy": true, "warn_before_expiry": "14d"})
	estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
	key.PlanDestroy(t).MustFail(t, "does not revoke its own API key", "set it as api_key")
	key.Destroy(t).MustFail(t, "does not revoke its own API key")
	verify(t, revoked(estate, organization))
}

func TestOrgAPIKey_planSaysWhatItRevokes(t *testing.T) {
	t.Parallel()
	used := labelled("ci")
	used.LastActiveAt = inDays(-1)
	estate, _ := newKeyOwner(t, used)
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"label": "ci", "revoke_on_destroy": true, "warn_before_expiry": "14d"})
	key.PlanDestroy(t).MustWarn(t, "API key revocation planned", `"ci" (ci-id)`, "last used at 2026-01-04T08:00:00Z")
}

func TestAccOrgAPIKey_keepsTheKeyWhereToldTo(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"))
	run(t, estate, resource.TestStep{Config: apiKeyConfig(label("ci") + "revoke_on_destroy = false")})
	verify(t, revoked(estate, organization))
}

// A key that is gone when it is revoked is what was wanted.
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
			key.Create(t, acctest.Object{"label": "ci", "revoke_on_destroy": true})
			organization.RevokeAPIKey("ci-id")
			key.Destroy(t).MustBeQuiet(t)
		})
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
			key.Create(t, acctest.Object{"label": "ci", "revoke_on_destroy": true})
			test.fault.Method = "PATCH"
			estate.Simulator.Cloud().Inject(test.fault)
			diagnostics := key.Destroy(t)
			if test.fails == nil {
				diagnostics.MustBeQuiet(t)
			} else {
				diagnostics.MustFail(t, test.fails...)
			}
			if gone := !organization.APIKeys()[1].RevokedAt.IsZero(); gone != (test.fails == nil) {
				t.Errorf("revoked: %t", gone)
			}
		})
	}
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
			plan := key.Plan(t, acctest.Object{"label": "ci", "revoke_on_destroy": true})
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

// Plans that would revoke the key that they adopt.
func TestAccOrgAPIKey_neverRevokesTheKeyItAdopts(t *testing.T) {
	t.Parallel()
	twice := regexp.MustCompile(`API key taken under management twice`)
	for name, step := range map[string]resource.TestStep{
		"renamed without moved": {Config: apiKeyBlock("renamed", label("ci")), ExpectError: twice},
		"tainted":               {Config: apiKeyConfig(label("ci")), Taint: []string{apiKeyAddress}, ExpectError: twice},
		"swapped with another": {
			Config:      apiKeyConfig(label("other")) + apiKeyBlock("other", label("ci")),
			ExpectError: twice,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwner(t, labelled("ci"), labelled("other"))
			run(t, estate,
				resource.TestStep{Config: apiKeyConfig(label("ci")) + apiKeyBlock("other", label("other"))},
				step)
			if now := organization.APIKeys()[1].RevokedAt; now.IsZero() {
				t.Error("the last destroy did not revoke the key")
			}
			if sent := revocations(estate); sent != 2 {
				t.Errorf("%d revocations were sent, want those of the last destroy", sent)
			}
		})
	}
}

func TestAccOrgAPIKey_movedAndForgottenKeysAreLeftAlone(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"))
	run(t, estate,
		resource.TestStep{Config: apiKeyConfig(label("ci"))},
		resource.TestStep{
			Config: apiKeyBlock("renamed", label("ci")) + "moved {\n  from = " + apiKeyAddress + "\n  to = " + apiKeyType + ".renamed\n}\n",
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(apiKeyType+".renamed", plancheck.ResourceActionNoop),
			}},
		},
		resource.TestStep{
			Config: "removed {\n  from = " + apiKeyType + ".renamed\n  lifecycle {\n    destroy = false\n  }\n}\n",
		})
	verify(t, revoked(estate, organization))
}

// -replace says to destroy and create the same again, which would revoke it.
func TestOrgAPIKey_forcedReplacementOfTheSameKeyIsRefused(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"), labelled("next"))
	workspace := estate.NewWorkspace(t)
	configure := func(name string) { workspace.MustConfigure("provider \"atlassian\" {}\n" + apiKeyConfig(label(name))) }
	configure("ci")
	workspace.MustRun(0, "apply", "-auto-approve")
	for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
		refused := workspace.MustRun(1, "apply", "-auto-approve", refresh, "-replace="+apiKeyAddress)
		mustHoldAll(t, refused.Stderr, "API key taken under management twice")
	}
	verify(t, revoked(estate, organization))
	configure("next")
	workspace.MustRun(0, "apply", "-auto-approve", "-replace="+apiKeyAddress)
	verify(t, revoked(estate, organization, "ci-id"))
}
