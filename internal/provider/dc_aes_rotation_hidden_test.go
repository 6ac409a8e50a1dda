// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// hide has every node of jira leave out names.
func hide(jira *simulator.Instance, names ...string) {
	jira.SetNodesMissing(names)
}

// A key that went while others stayed may still be there: a deletion would take it,
// and so the plan names it.
func TestDCAESRotation_keyThatALaggingListLacksIsNamedBeforeItIsDeleted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config acctest.Object
		next   acctest.Object
		says   string
	}{
		"retention":                   {aesConfig(retention("30d")), aesConfig(retention("30d")), "The plan deletes the inactive AES keys"},
		"retention beside a rotation": {aesConfig(retention("0s"), release("1")), aesConfig(retention("0s"), release("2")), "is followed by the deletion of the AES key that it retires"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira, rotation := manageJira(t, test.config)
			estate.Clock.Advance(30 * day)
			hide(jira, "old-key")
			rotation.Refresh(t).MustWarn(t, `Some inactive AES keys of "jira" not listed`, "old-key")
			due := plan(t, rotation, test.next)
			due.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, test.says, "Not listed at present, and deleted with the others where still there: old-key.")
			rotation.Apply(t.Context(), t, due).MustBeQuiet(t)
			verify(t, deleted(jira, 1, 0))
			mustSettle(t, rotation, test.next)
		})
	}
}

func TestDCAESRotation_keyThatALaggingListLacksIsNamedBeforeADestroy(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, acctest.Object{"delete_inactive_keys_on_destroy": true})
	hide(jira, "old-key")
	rotation.Refresh(t)
	rotation.PlanDestroy(t).MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, "Not listed at present", "old-key")
	rotation.Destroy(t).MustBeQuiet(t)
	verify(t, deleted(jira, 1, 0))
}

// The youngest key counts though a list lacks it: a deletion would take it with the
// old ones.
func TestDCAESRotation_retentionCountsForAKeyThatALaggingListLacks(t *testing.T) {
	t.Parallel()
	config := aesConfig(retention("30d"))
	estate, jira, rotation := manageJira(t, config)
	estate.Clock.Advance(29 * day)
	young := jira.Rotate()
	apply(t, rotation, config)
	hide(jira, young)
	estate.Clock.Advance(2 * day)
	mustSettle(t, rotation, config)
	rotation.Refresh(t)
	mustSettle(t, rotation, config)
	estate.Clock.Advance(28 * day)
	due := plan(t, rotation, config)
	due.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, young)
	rotation.Apply(t.Context(), t, due).MustBeQuiet(t)
	verify(t, deleted(jira, 1, 0))
}

// What comes back is listed again, and what is deleted is named no longer.
func TestDCAESRotation_keyIsNoLongerHiddenOnceItIsListedOrDeleted(t *testing.T) {
	t.Parallel()
	config := aesConfig(retention("0s"), release("1"))
	for name, show := range map[string]func(*simulator.Instance){
		"listed":  func(*simulator.Instance) {},
		"deleted": func(jira *simulator.Instance) { jira.RestoreKeys() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, jira, rotation := manageJira(t, aesConfig(release("1")))
			hide(jira, "old-key")
			rotation.Refresh(t)
			jira.SetNodesMissing()
			show(jira)
			rotation.Refresh(t)
			apply(t, rotation, config)
			next := plan(t, rotation, aesConfig(retention("0s"), release("2")))
			mustNotWarn(t, next.Diagnostics, "Not listed at present")
		})
	}
}

// A key that was first seen after an import that could not look is saved like any
// other: else its retention would begin anew each night behind an empty plan.
func TestDCAESRotation_keysFirstSeenAfterABlindImportAreSaved(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	block := func(tolerance string) acctest.Object {
		return acctest.Object{"unreachable_instances": tolerance, "instances": acctest.Object{"jira": acctest.Object{"url": jira.URL()}}}
	}
	estate.SetProviderBlock(block("warn"))
	rotation := estate.NewManagedResource(aesRotationType)
	jira.Inject(simulator.Fault{Path: inactivePath, Kind: simulator.Status, Status: 503})
	rotation.Import(t, "jira").MustWarn(t, `Instance "jira" not read`)
	config := aesConfig(retention("30d"), release("1"))
	apply(t, rotation, config)
	jira.ClearFaults()
	nightly(t, estate, rotation, config, 3)
	seen := plan(t, rotation, config)
	seen.Diagnostics.MustWarn(t, `Inactive AES keys of "jira" listed for the first time`, "count as inactive from now on")
	if got := seen.ChangedAttributes(t); len(got) != 1 || got[0] != "drift_acknowledged" {
		t.Errorf("the plan changes %q", got)
	}
	rotation.Apply(t.Context(), t, seen).MustBeQuiet(t)
	mustSettle(t, rotation, config)
	verify(t, asked(jira, 0, 0))
}

// What an error of a change begins with is what the change was for.
func TestDCAESRotation_errorsBeginWithWhatWasToBeDone(t *testing.T) {
	t.Parallel()
	down := simulator.Fault{Path: inactivePath, Kind: simulator.Status, Status: 503}
	t.Run("adoption", func(t *testing.T) {
		t.Parallel()
		estate, jira := newJira(t)
		rotation := estate.NewManagedResource(aesRotationType)
		adopted := plan(t, rotation, aesConfig(acctest.Object{"rotate_on_create": false}))
		jira.Inject(down)
		rotation.Apply(t.Context(), t, adopted).MustFail(t, `Inactive AES keys of "jira" not listed: 503`)
	})
	t.Run("retention", func(t *testing.T) {
		t.Parallel()
		estate, jira, rotation := manageJira(t, retention("30d"))
		estate.Clock.Advance(30 * day)
		due := plan(t, rotation, aesConfig(retention("30d")))
		jira.Inject(down)
		rotation.Apply(t.Context(), t, due).MustFail(t, `Inactive AES keys of "jira" not deleted: 503`, "Nothing was changed")
	})
	t.Run("destroy", func(t *testing.T) {
		t.Parallel()
		_, jira, rotation := manageJira(t, acctest.Object{"delete_inactive_keys_on_destroy": true})
		jira.Inject(down)
		rotation.Destroy(t).MustFail(t, `Inactive AES keys of "jira" not deleted: 503`, "To forget the instance without deleting its keys")
		rotation.Refresh(t).MustFail(t, "run terraform destroy -refresh=false")
	})
}

// Of several keys that joined, the own rotation has retired one.
func TestDCAESRotation_ownKeyThatJoinsLateIsNotToldAsRotatedElsewhere(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, release("1"))
	jira.SetListLag(simulator.ListLag{Duration: day})
	apply(t, rotation, aesConfig(release("2")))
	jira.Rotate()
	estate.Clock.Advance(2 * day)
	plan(t, rotation, aesConfig(release("2"))).Diagnostics.MustWarn(t, `AES key of "jira" rotated outside of Terraform`, "One of them is the key that the rotation of 2026-01-05T08:00:00Z by this resource has retired.")
}
