// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const takenTwice = `API key "ci" (ci-id) taken under management twice`

// spellings are configurations that all mean the key ci.
func spellings(organization *simulator.Organization) map[string]acctest.Object {
	return map[string]acctest.Object{
		"label":                        {"label": "ci"},
		"key_id":                       {"key_id": "ci-id"},
		"organization in another case": {"label": "ci", "organization_id": strings.ToUpper(organization.ID())},
	}
}

// One plan that creates two resources for a key is refused, however it is named.
func TestOrgAPIKey_twoNewResourcesForOneKeyAreRefused(t *testing.T) {
	t.Parallel()
	for name := range spellings(&simulator.Organization{}) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwner(t, labelled("ci"), labelled("other"))
			process := estate.StartProcess(t)
			first, second, third := estate.NewManagedResource(apiKeyType), estate.NewManagedResource(apiKeyType), estate.NewManagedResource(apiKeyType)
			first.PlanIn(t, process, acctest.Object{"label": "ci"}).Diagnostics.MustBeQuiet(t)
			third.PlanIn(t, process, acctest.Object{"label": "other"}).Diagnostics.MustBeQuiet(t)
			second.PlanIn(t, process, spellings(organization)[name]).Diagnostics.MustFail(t, takenTwice, "Keep one of the two.", "Nothing was changed.")
		})
	}
}

// Of two by one configuration nobody can tell whether they are one that terraform
// test plans again.
func TestOrgAPIKey_creationPlannedTwiceByOneConfigurationIsWarnedOf(t *testing.T) {
	t.Parallel()
	estate, _ := newKeyOwner(t, labelled("ci"))
	estate.SetTerraformVersion("1.14.3")
	process := estate.StartProcess(t)
	config := acctest.Object{"label": "ci"}
	estate.NewManagedResource(apiKeyType).PlanIn(t, process, config).Diagnostics.MustBeQuiet(t)
	said := estate.NewManagedResource(apiKeyType).PlanIn(t, process, config).Diagnostics
	said.MustNotFail(t)
	said.MustWarn(t, `API key "ci" (ci-id) may be under management twice`, "terraform test", "keep one of them")
}

// So is a second one for a key that is in state, whichever of the two is planned
// first, whether it is spelled the same or not, and whether or not destroying
// revokes it.
func TestOrgAPIKey_secondResourceForAKeyInStateIsRefused(t *testing.T) {
	t.Parallel()
	for name := range spellings(&simulator.Organization{}) {
		for _, revokes := range []bool{true, false} {
			for _, stateFirst := range []bool{true, false} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					estate, organization := newKeyOwner(t, labelled("ci"))
					inState, added := estate.NewManagedResource(apiKeyType), estate.NewManagedResource(apiKeyType)
					kept := acctest.Object{"label": "ci", "revoke_on_destroy": revokes}
					inState.Create(t, kept)
					more := spellings(organization)[name]
					more["revoke_on_destroy"] = revokes
					process := estate.StartProcess(t)
					if stateFirst {
						inState.PlanIn(t, process, kept).Diagnostics.MustBeQuiet(t)
						added.PlanIn(t, process, more).Diagnostics.MustFail(t, takenTwice)
					} else {
						added.PlanIn(t, process, more).Diagnostics.MustBeQuiet(t)
						inState.PlanIn(t, process, kept).Diagnostics.MustFail(t, takenTwice)
					}
				})
			}
		}
	}
}

// managedTwice is a key that two resources have in state: no plan sees both where
// each is created by a run of its own, as with -target.
func managedTwice(t *testing.T, revokes bool) (estate *acctest.Estate, organization *simulator.Organization, one, two *acctest.ManagedResource) {
	t.Helper()
	estate, organization = newKeyOwner(t, labelled("ci"))
	one, two = estate.NewManagedResource(apiKeyType), estate.NewManagedResource(apiKeyType)
	one.Create(t, acctest.Object{"label": "ci", "revoke_on_destroy": revokes})
	two.Create(t, acctest.Object{"key_id": "ci-id", "revoke_on_destroy": revokes})
	return estate, organization, one, two
}

func TestOrgAPIKey_twoResourcesInStateAreWarnedOf(t *testing.T) {
	t.Parallel()
	estate, _, one, two := managedTwice(t, true)
	process := estate.StartProcess(t)
	one.PlanIn(t, process, acctest.Object{"label": "ci"}).Diagnostics.MustBeQuiet(t)
	plan := two.PlanIn(t, process, acctest.Object{"key_id": "ci-id"})
	plan.Diagnostics.MustWarn(t, `API key "ci" (ci-id) under management twice`, "removed block with destroy = false")
	plan.MustBeEmpty(t)
}

// Removing one of two would revoke the key of the other: refused, and what the
// error says works.
func TestOrgAPIKey_removingOneOfTwoIsRefused(t *testing.T) {
	t.Parallel()
	for _, removedFirst := range []bool{true, false} {
		estate, organization, one, two := managedTwice(t, true)
		process := estate.StartProcess(t)
		kept := acctest.Object{"key_id": "ci-id"}
		var said acctest.Diagnostics
		if removedFirst {
			one.PlanDestroyIn(t, process).MustNotFail(t)
			said = two.PlanIn(t, process, kept).Diagnostics
		} else {
			two.PlanIn(t, process, kept).Diagnostics.MustNotFail(t)
			said = one.PlanDestroyIn(t, process)
		}
		said.MustFail(t, takenTwice, "revoke_on_destroy = false", "removed block with destroy = false", "moved block")

		applied(t, one, one.Plan(t, acctest.Object{"label": "ci", "revoke_on_destroy": false})).MustBeQuiet(t)
		process = estate.StartProcess(t)
		two.PlanIn(t, process, kept).Diagnostics.MustNotFail(t)
		one.PlanDestroyIn(t, process).MustWarn(t, "only forgotten")
		one.Destroy(t).MustBeQuiet(t)
		verify(t, revoked(estate, organization))
		two.Plan(t, kept).MustBeEmpty(t)
	}
}

// Destroying both is no contradiction, and the second revocation does no harm.
func TestOrgAPIKey_bothOfTwoAreDestroyed(t *testing.T) {
	t.Parallel()
	estate, organization, one, two := managedTwice(t, true)
	process := estate.StartProcess(t)
	one.PlanDestroyIn(t, process).MustNotFail(t)
	two.PlanDestroyIn(t, process).MustNotFail(t)
	one.Destroy(t).MustBeQuiet(t)
	two.Destroy(t).MustBeQuiet(t)
	verify(t, revokedKeys(organization, "ci-id"))
}

// A resource that was renamed without a moved block, and two that swap their keys,
// would revoke what they adopt.
func TestOrgAPIKey_neverRevokesTheKeyItAdopts(t *testing.T) {
	t.Parallel()
	t.Run("renamed", func(t *testing.T) {
		t.Parallel()
		for _, createdFirst := range []bool{true, false} {
			estate, _ := newKeyOwner(t, labelled("ci"))
			old, renamed := estate.NewManagedResource(apiKeyType), estate.NewManagedResource(apiKeyType)
			config := acctest.Object{"label": "ci"}
			old.Create(t, config)
			process := estate.StartProcess(t)
			var said acctest.Diagnostics
			if createdFirst {
				renamed.PlanIn(t, process, config).Diagnostics.MustNotFail(t)
				said = old.PlanDestroyIn(t, process)
			} else {
				old.PlanDestroyIn(t, process).MustNotFail(t)
				said = renamed.PlanIn(t, process, config).Diagnostics
			}
			said.MustFail(t, takenTwice, "write a moved block", "terraform destroy -refresh=false")
		}
	})
	t.Run("swapped", func(t *testing.T) {
		t.Parallel()
		estate, _ := newKeyOwner(t, labelled("ci"), labelled("other"))
		one, two := estate.NewManagedResource(apiKeyType), estate.NewManagedResource(apiKeyType)
		one.Create(t, acctest.Object{"label": "ci"})
		two.Create(t, acctest.Object{"label": "other"})
		process := estate.StartProcess(t)
		one.PlanIn(t, process, acctest.Object{"label": "other"}).Diagnostics.MustNotFail(t)
		two.PlanIn(t, process, acctest.Object{"label": "ci"}).Diagnostics.MustFail(t, "taken under management twice")
	})
}
