// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const sameKeysTwice = "Two resources manage the AES keys of the instance at http://127.0.0.1:"

// newTwins returns two resources of one instance, which is called jira and
// tracker.
func newTwins(t *testing.T) (estate *acctest.Estate, jira *simulator.Instance, first, second *acctest.ManagedResource) {
	t.Helper()
	estate, jira = newJira(t)
	estate.SetProviderBlock(acctest.Object{"instances": acctest.Object{
		"jira":    acctest.Object{"url": jira.URL()},
		"tracker": acctest.Object{"url": jira.URL() + "/", "token": "jira-token"},
	}})
	return estate, jira, estate.NewManagedResource(aesRotationType), estate.NewManagedResource(aesRotationType)
}

func TestDCAESRotation_secondCreationForOneInstanceIsRefusedByThePlan(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]acctest.Object{
		"the same":             aesConfig(),
		"another schedule":     aesConfig(weekly()),
		"the other name of it": {"instance": "tracker"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira, one, two := newTwins(t)
			run := estate.StartProcess(t)
			one.PlanIn(t, run, aesConfig()).Diagnostics.MustNotFail(t)
			two.PlanIn(t, run, second).Diagnostics.MustFail(t, sameKeysTwice, "Keep one of them", "Nothing was changed")
			// That was the first one's plan.
			verify(t, sent(jira, listInactive))
		})
	}
}

// terraform test plans and applies in one process, from 1.14 on: a creation that is
// planned again by the same configuration may be another resource, or may not.
func TestDCAESRotation_creationPlannedTwiceByOneConfigurationIsWarnedOf(t *testing.T) {
	t.Parallel()
	estate, jira, one, two := newTwins(t)
	estate.SetTerraformVersion("1.14.3")
	run := estate.StartProcess(t)
	one.PlanIn(t, run, aesConfig()).Diagnostics.MustNotFail(t)
	said := two.PlanIn(t, run, aesConfig()).Diagnostics
	said.MustNotFail(t)
	said.MustWarn(t, "Two resources may manage the AES keys of the instance at http://127.0.0.1:", "terraform test", "Keep one of them")
	verify(t, sent(jira, listInactive))
}

func TestDCAESRotation_oneProcessMayPlanAndApplySeveralTimes(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	estate.SetTerraformVersion("1.14.3")
	rotation, run := estate.NewManagedResource(aesRotationType), estate.StartProcess(t)
	created := rotation.PlanIn(t, run, aesConfig(release("1")))
	created.Diagnostics.MustNotFail(t)
	rotation.ApplyIn(t.Context(), t, run, created).MustNotFail(t)
	changed := rotation.PlanIn(t, run, aesConfig(release("2")))
	changed.Diagnostics.MustNotFail(t)
	rotation.ApplyIn(t.Context(), t, run, changed).MustNotFail(t)
	verify(t, rotated(jira, 2))
	// Another configuration of the same instance is another resource all the same.
	estate.NewManagedResource(aesRotationType).PlanIn(t, run, aesConfig(weekly())).Diagnostics.MustFail(t, sameKeysTwice)
}

func TestDCAESRotation_resourceBesideOneInStateIsRefusedByThePlan(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]acctest.Object{"the same": aesConfig(), "another schedule": aesConfig(weekly()), "the other name of it": {"instance": "tracker"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira, one, two := newTwins(t)
			one.Create(t, aesConfig())
			for order, plans := range map[string]func(*acctest.Process) acctest.Diagnostics{
				"the new one last": func(run *acctest.Process) acctest.Diagnostics {
					one.PlanIn(t, run, aesConfig()).Diagnostics.MustBeQuiet(t)
					return two.PlanIn(t, run, second).Diagnostics
				},
				"the new one first": func(run *acctest.Process) acctest.Diagnostics {
					two.PlanIn(t, run, second).Diagnostics.MustNotFail(t)
					return one.PlanIn(t, run, aesConfig()).Diagnostics
				},
			} {
				t.Log(order)
				plans(estate.StartProcess(t)).MustFail(t, sameKeysTwice)
			}
			verify(t, rotated(jira, 1))
		})
	}
}

func TestDCAESRotation_twoInStateAreWarnedOfAndEachDecisionGetsItsRotation(t *testing.T) {
	t.Parallel()
	estate, jira, one, two := newTwins(t)
	one.Create(t, aesConfig(release("1")))
	two.Create(t, acctest.Object{"instance": "tracker"})
	run := estate.StartProcess(t)
	changed := one.PlanIn(t, run, aesConfig(release("2")))
	other := two.PlanIn(t, run, acctest.Object{"instance": "tracker", "rotate_triggers": acctest.Object{"release": "2"}})
	other.Diagnostics.MustWarn(t, sameKeysTwice, "Both are in state", "removed block")
	applying := estate.StartProcess(t)
	one.ApplyIn(t.Context(), t, applying, changed).MustNotFail(t)
	two.ApplyIn(t.Context(), t, applying, other).MustWarn(t, "became inactive since the last refresh: somebody else has rotated")
	verify(t, rotated(jira, 4))
}

// A single resource is never refused, whatever becomes of it.
func TestDCAESRotation_singleResourceIsNeverRefused(t *testing.T) {
	t.Parallel()
	kept, changed := aesConfig(release("1")), aesConfig(release("2"), weekly())
	for name, planned := range map[string]func(*testing.T, *acctest.Estate, *acctest.ManagedResource) *acctest.Plan{
		"replaced": func(t *testing.T, _ *acctest.Estate, rotation *acctest.ManagedResource) *acctest.Plan {
			t.Helper()
			return rotation.PlanReplacement(t, kept)
		},
		"replaced, with another configuration": func(t *testing.T, _ *acctest.Estate, rotation *acctest.ManagedResource) *acctest.Plan {
			t.Helper()
			return rotation.PlanReplacement(t, changed)
		},
		"replaced, with ignore_changes": func(t *testing.T, estate *acctest.Estate, rotation *acctest.ManagedResource) *acctest.Plan {
			t.Helper()
			return rotation.PlanReplacementIn(t, estate.StartProcess(t), kept, changed)
		},
		"replaced, create_before_destroy": func(t *testing.T, _ *acctest.Estate, rotation *acctest.ManagedResource) *acctest.Plan {
			t.Helper()
			rotation.CreateBeforeDestroy = true
			return rotation.PlanReplacement(t, kept)
		},
		"tainted": func(t *testing.T, _ *acctest.Estate, rotation *acctest.ManagedResource) *acctest.Plan {
			t.Helper()
			rotation.Taint()
			return rotation.Plan(t, changed)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira, rotation := manageJira(t, kept)
			replacement := planned(t, estate, rotation)
			replacement.Diagnostics.MustNotFail(t)
			if !replacement.Replaces() {
				t.Error("the plan replaces nothing")
			}
			replacement.MustHold(t, map[string]string{"rotation_reason": "creation"})
			rotation.Apply(t.Context(), t, replacement).MustNotFail(t)
			verify(t, rotated(jira, 2))
		})
	}
	for name, take := range imports() {
		t.Run("imported "+name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			rotation := estate.NewManagedResource(aesRotationType)
			take(rotation, t).MustBeQuiet(t)
			apply(t, rotation, changed)
			rotation.Apply(t.Context(), t, rotation.PlanReplacement(t, changed)).MustNotFail(t)
			verify(t, rotated(jira, 1))
		})
	}
}

// One of two in state is replaced while the other one changes: what the plan let
// pass is not destroyed and then refused.
func TestDCAESRotation_replacementThatWasPlannedIsNotRefusedByItsApply(t *testing.T) {
	t.Parallel()
	estate, jira, one, two := newTwins(t)
	one.Create(t, aesConfig(release("1")))
	two.Create(t, acctest.Object{"instance": "tracker"})
	run := estate.StartProcess(t)
	replacement := one.PlanReplacementIn(t, run, aesConfig(release("1")), aesConfig(release("1")))
	replacement.Diagnostics.MustNotFail(t)
	other := two.PlanIn(t, run, acctest.Object{"instance": "tracker", "rotation_interval": "7d"})
	other.Diagnostics.MustWarn(t, sameKeysTwice)
	applying := estate.StartProcess(t)
	two.ApplyIn(t.Context(), t, applying, other).MustNotFail(t)
	one.ApplyIn(t.Context(), t, applying, replacement).MustNotFail(t)
	verify(t, happened(jira, 3))
}

// What is not known yet is taken for nothing in particular.
func TestDCAESRotation_unknownInstanceIsNotTakenForTwo(t *testing.T) {
	t.Parallel()
	estate, jira, one, two := newTwins(t)
	run := estate.StartProcess(t)
	unknown := acctest.Object{"instance": acctest.Unknown{}}
	possible := one.PlanIn(t, run, unknown)
	possible.Diagnostics.MustNotFail(t)
	two.PlanIn(t, run, unknown).Diagnostics.MustNotFail(t)
	one.Apply(t.Context(), t, possible.Know(aesConfig())).MustNotFail(t)
	verify(t, rotated(jira, 1))
}

// Two instances that swap their resources are two all along.
func TestDCAESRotation_instancesMaySwapTheirResources(t *testing.T) {
	t.Parallel()
	estate, _, jira := manageJira(t)
	estate.AddInstance(simulator.InstanceConfig{Name: "wiki", Product: simulator.Confluence, Token: "wiki-token"})
	wiki := estate.NewManagedResource(aesRotationType)
	wiki.Create(t, acctest.Object{"instance": "wiki"})
	run := estate.StartProcess(t)
	for resource, instance := range map[*acctest.ManagedResource]string{jira: "wiki", wiki: "jira"} {
		swapped := resource.PlanIn(t, run, acctest.Object{"instance": instance})
		swapped.Diagnostics.MustNotFail(t)
		if !swapped.Replaces() {
			t.Error("the plan replaces nothing")
		}
	}
}
