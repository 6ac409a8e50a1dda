// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// deleted checks how many deletions the instance was sent in all, and how
// many inactive keys are left.
func deleted(instance *simulator.Instance, times, left int) resource.TestCheckFunc {
	return resource.ComposeTestCheckFunc(
		func(*terraform.State) error {
			return equal("deletions", instance.Count(http.MethodDelete, inactivePath), times)
		},
		equalKeys(instance, left),
	)
}

// equalKeys checks how many inactive keys are left.
func equalKeys(instance *simulator.Instance, left int) resource.TestCheckFunc {
	return func(*terraform.State) error { return equal("inactive keys", len(instance.InactiveKeys()), left) }
}

// retention deletes inactive keys after a time.
func retention(duration string) acctest.Object {
	return acctest.Object{"inactive_key_retention": duration}
}

// unknownDeletion is what is said of a deletion that was sent and not seen.
const unknownDeletion = `Outcome of the deletion of inactive AES keys of "jira" unknown`

func onDelete(fault simulator.Fault) simulator.Fault {
	fault.Method, fault.Path = http.MethodDelete, inactivePath
	return fault
}

func TestDCAESRotation_withoutRetentionNothingIsDeleted(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t)
	estate.Clock.Advance(1000 * day)
	mustSettle(t, rotation, aesConfig())
	verify(t, deleted(jira, 0, 2))
}

// What was inactive before a creation no plan has named: the next one does.
func TestDCAESRotation_retentionOfZeroDeletesRightAfterEachRotationWhatPlansNamed(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource(aesRotationType)
	config := func(version string) acctest.Object {
		return aesConfig(retention("0s"), release(version), acctest.Object{"preflight": false})
	}
	former := jira.ActiveKey()
	created := plan(t, rotation, config("1"))
	created.Diagnostics.MustWarn(t, `Inactive AES keys of "jira" kept at first`, "has the inactive AES key old-key already", "The next plan names them")
	created.MustHold(t, map[string]string{"deletion_due": "(known after apply)"})
	rotation.Apply(t.Context(), t, created).MustWarn(t, "No inactive key was deleted: no plan has announced that of old-key")
	verify(t, sent(jira, tried(listInactive, rotateKey, listInactive)...), deleted(jira, 0, 2))
	rotation.MustHold(t, map[string]string{"deletion_due": "true"})

	named := plan(t, rotation, config("1"))
	named.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, "old-key, "+former, "a rotation has taken place since")
	named.MustHold(t, map[string]string{"last_rotated_at": "2026-01-05T08:00:00Z"})
	rotation.Apply(t.Context(), t, named).MustBeQuiet(t)
	verify(t, rotated(jira, 1), deleted(jira, 1, 0))
	mustSettle(t, rotation, config("1"))

	jira.ResetLog()
	apply(t, rotation, config("2")).MustBeQuiet(t)
	verify(t, sent(jira, listInactive, listInactive, rotateKey, listInactive, deleteInactive), deleted(jira, 1, 0))
	rotation.MustHold(t, map[string]string{"inactive_keys": "[]", "deletion_due": "false"})
	mustSettle(t, rotation, config("2"))

	// A key that somebody else's rotation has left is deleted as well.
	estate.Clock.Advance(day)
	external := jira.Rotate()
	seen := plan(t, rotation, config("2"))
	seen.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, external)
	rotation.Apply(t.Context(), t, seen).MustBeQuiet(t)
	verify(t, deleted(jira, 2, 0))
	mustSettle(t, rotation, config("2"))
}

// The plan of a rotation names the keys that go with the one it retires, also
// where those were due before.
func TestDCAESRotation_retentionOfZeroNamesEveryKeyThatGoesWithARotation(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, retention("0s"), release("1"))
	former := jira.InactiveKeys()[1]
	both := plan(t, rotation, aesConfig(retention("0s"), release("2")))
	both.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, "the AES key that it retires", "old-key, "+former)
	rotation.Apply(t.Context(), t, both).MustBeQuiet(t)
	verify(t, rotated(jira, 2), deleted(jira, 1, 0))

	unknown := plan(t, rotation, aesConfig(acctest.Object{"inactive_key_retention": acctest.Unknown{}}, release("3")))
	unknown.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, "may be followed by the deletion of the AES key that it retires")
	rotation.Apply(t.Context(), t, unknown.Know(aesConfig(release("3")))).MustBeQuiet(t)
	verify(t, rotated(jira, 3), deleted(jira, 1, 1))
}

func TestDCAESRotation_retentionCountsForTheYoungestKey(t *testing.T) {
	t.Parallel()
	config := aesConfig(retention("30d"))
	estate, jira, rotation := manageJira(t, config)
	estate.Clock.Advance(29 * day)
	jira.Rotate()
	apply(t, rotation, config)
	estate.Clock.Advance(29 * day)
	mustSettle(t, rotation, config)
	verify(t, deleted(jira, 0, 3))
	estate.Clock.Advance(day)
	due := plan(t, rotation, config)
	due.MustHold(t, map[string]string{"last_rotated_at": "2026-02-03T08:00:00Z", "inactive_keys": "(known after apply)", "deletion_due": "false"})
	rotation.Apply(t.Context(), t, due).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"inactive_keys": "[]", "inactive_since": "{}"})
	estate.Clock.Advance(100 * day)
	mustSettle(t, rotation, config)
	verify(t, asked(jira, 1, 2), deleted(jira, 1, 0))
}

// Both fall due at once: the old keys go before the rotation adds a young one.
func TestDCAESRotation_deletesOldKeysBeforeItRotates(t *testing.T) {
	t.Parallel()
	config := aesConfig(retention("7d"), weekly(), acctest.Object{"preflight": false})
	estate, jira, rotation := manageJira(t, config)
	estate.Clock.Advance(7 * day)
	jira.ResetLog()
	apply(t, rotation, config).MustBeQuiet(t)
	verify(t, sent(jira, listInactive, listInactive, deleteInactive, rotateKey, listInactive), deleted(jira, 1, 1))
	mustSettle(t, rotation, config)
}

// A retention that changes while a deletion is due is judged anew first.
func TestDCAESRotation_changedRetentionTakesADueDeletionBack(t *testing.T) {
	t.Parallel()
	unknown := acctest.Object{"inactive_key_retention": acctest.Unknown{}}
	for name, test := range map[string]struct {
		planned, known acctest.Object
		deletions      int
	}{
		"longer":                      {retention("90d"), retention("90d"), 0},
		"none":                        {nil, nil, 0},
		"longer, known only in apply": {unknown, retention("90d"), 0},
		"the same after all":          {unknown, retention("30d"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira, rotation := manageJira(t, retention("30d"))
			estate.Clock.Advance(31 * day)
			changed := plan(t, rotation, aesConfig(test.planned))
			if len(test.planned) > 0 && test.planned["inactive_key_retention"] == unknown["inactive_key_retention"] {
				changed.Diagnostics.MustWarn(t, "The plan may delete", "old-key", "unless it turns out to change")
			}
			rotation.Apply(t.Context(), t, changed.Know(aesConfig(test.known))).MustBeQuiet(t)
			verify(t, deleted(jira, test.deletions, 2-2*test.deletions))
			mustSettle(t, rotation, aesConfig(test.known))
		})
	}
}

func TestDCAESRotation_deletionWarnsAndSparesKeysThatJoinedSinceThePlan(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, retention("30d"))
	former := jira.InactiveKeys()[1]
	estate.Clock.Advance(30 * day)
	due := plan(t, rotation, aesConfig(retention("30d")))
	due.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, "old-key, "+former, "cannot be undone")
	news := jira.Rotate()
	rotation.Apply(t.Context(), t, due).MustWarn(t, "No inactive key was deleted", news)
	verify(t, deleted(jira, 0, 3))
	plan(t, rotation, aesConfig(retention("30d"))).Diagnostics.MustWarn(t, `AES key of "jira" rotated outside of Terraform`, news)
}

func TestDCAESRotation_warnsOfARetentionThatNoKeyReaches(t *testing.T) {
	t.Parallel()
	estate, _ := newJira(t)
	rotation := estate.NewManagedResource(aesRotationType)
	config := func(duration string) acctest.Object {
		return aesConfig(acctest.Object{"rotation_interval": "30d", "early_rotation_window": "1d"}, retention(duration))
	}
	rotation.Validate(t, config("30d")).MustWarn(t, "Inactive keys may never be deleted", "at most 29d")
	rotation.Validate(t, config("29d")).MustBeQuiet(t)
	rotation.Validate(t, config("-1d")).MustFail(t, "Not a duration")
}

// A deletion that fails after the rotation is made up for without another one.
func TestDCAESRotation_failedDeletionIsRepeatedWithoutRotating(t *testing.T) {
	t.Parallel()
	estate, jira := newInstance(t, simulator.InstanceConfig{Product: simulator.Jira, Token: "jira-token"})
	rotation := estate.NewManagedResource(aesRotationType)
	config := func(version string) acctest.Object { return aesConfig(retention("0s"), release(version)) }
	failure := onDelete(simulator.Fault{Kind: simulator.Status, Status: http.StatusInternalServerError})

	// Terraform would replace what failed to be created, so this only warns.
	jira.Inject(failure)
	rotation.Apply(t.Context(), t, plan(t, rotation, config("1"))).MustWarn(t, unknownDeletion, "failed with 500")
	rotation.MustHold(t, map[string]string{"deletion_due": "true"})
	verify(t, rotated(jira, 1), deleted(jira, 1, 1))
	jira.ClearFaults()
	apply(t, rotation, config("1")).MustBeQuiet(t)
	verify(t, rotated(jira, 1), deleted(jira, 2, 0))

	jira.Inject(failure)
	rotation.Apply(t.Context(), t, plan(t, rotation, config("2"))).MustFail(t, unknownDeletion, "failed with 500", "The AES key was rotated.")
	jira.ClearFaults()
	apply(t, rotation, config("2")).MustBeQuiet(t)
	verify(t, rotated(jira, 2), deleted(jira, 4, 0))
	mustSettle(t, rotation, config("2"))
}
