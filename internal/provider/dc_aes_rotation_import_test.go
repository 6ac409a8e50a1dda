// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// imports are the ways to take jira into state.
func imports() map[string]func(*acctest.ManagedResource, *testing.T) acctest.Diagnostics {
	return map[string]func(*acctest.ManagedResource, *testing.T) acctest.Diagnostics{
		"by id": func(rotation *acctest.ManagedResource, t *testing.T) acctest.Diagnostics {
			t.Helper()
			return rotation.Import(t, "jira")
		},
		"by identity": func(rotation *acctest.ManagedResource, t *testing.T) acctest.Diagnostics {
			t.Helper()
			return rotation.ImportByIdentity(t, acctest.Object{"instance": "jira"})
		},
	}
}

func TestDCAESRotation_importLeavesAnEmptyPlan(t *testing.T) {
	t.Parallel()
	for name, take := range imports() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			rotation := estate.NewManagedResource(aesRotationType)
			take(rotation, t).MustBeQuiet(t)
			mustSettle(t, rotation, aesConfig())
			verify(t, sent(jira, listInactive, listInactive))
			rotation.MustHold(t, map[string]string{
				"id": "jira", "inactive_keys": "[old-key]", "last_rotated_at": "", "rotation_origin": "", "rotation_reason": "", "rotation_due": "false",
				"rotation_paused": "false", "drift_acknowledged": "true",
			})
		})
	}
}

// Everything that can be read after a creation is there after an import as well.
func TestDCAESRotation_importFindsWhatACreationLeft(t *testing.T) {
	t.Parallel()
	estate, _, created := manageJira(t)
	imported := estate.NewManagedResource(aesRotationType)
	imported.Import(t, "jira").MustBeQuiet(t)
	for _, attribute := range []string{"id", "instance", "inactive_keys", "inactive_since", "deletion_due", "rotate_on_create", "preflight", "delete_inactive_keys_on_destroy"} {
		if got, want := imported.String(t, attribute), created.String(t, attribute); got != want {
			t.Errorf("%s is %q, was %q", attribute, got, want)
		}
	}
}

// Nothing tells triggers that were there at the import from those that came
// later, so the first ones are recorded, and the plan says that they do not rotate.
func TestDCAESRotation_importNeverRotatesWhateverTheTriggers(t *testing.T) {
	t.Parallel()
	for name, take := range imports() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			rotation := estate.NewManagedResource(aesRotationType)
			take(rotation, t).MustBeQuiet(t)
			first := plan(t, rotation, aesConfig(weekly(), release("1")))
			first.Diagnostics.MustWarn(t, "rotate_triggers recorded without a rotation", "imported")
			first.MustHold(t, map[string]string{"last_rotated_at": "", "rotation_reason": ""})
			rotation.Apply(t.Context(), t, first).MustBeQuiet(t)
			verify(t, rotated(jira, 0))
			rotation.MustHold(t, map[string]string{"next_rotation_at": "2026-01-12T08:00:00Z"})
			mustSettle(t, rotation, aesConfig(weekly(), release("1")))

			apply(t, rotation, aesConfig(weekly(), release("2"))).MustBeQuiet(t)
			verify(t, rotated(jira, 1))
		})
	}
}

// The first look after an import is no news, whatever it finds; the second is.
func TestDCAESRotation_importTakesTheKeysAsTheyAre(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource(aesRotationType)
	rotation.Import(t, "jira").MustBeQuiet(t)
	jira.Rotate()
	seen := plan(t, rotation, aesConfig(release("1")))
	seen.Diagnostics.MustWarn(t, `AES key of "jira" rotated outside of Terraform`)
	rotation.Apply(t.Context(), t, seen).MustBeQuiet(t)
	verify(t, asked(jira, 0, 1))
	mustSettle(t, rotation, aesConfig(release("1")))
}

func TestDCAESRotation_importReportsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		id      string
		prepare func(jira *simulator.Instance)
		says    []string
	}{
		"unknown instance": {id: "wiki", prepare: func(*simulator.Instance) {}, says: []string{`Unknown instance "wiki"`, `the instances "jira"`}},
		"instance is down": {
			id:      "jira",
			prepare: func(jira *simulator.Instance) { jira.Stop() },
			says:    []string{`Inactive AES keys of "jira" not listed`, "could not be reached"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			rotation := estate.NewManagedResource(aesRotationType)
			test.prepare(jira)
			rotation.Import(t, test.id).MustFail(t, test.says...)
			if rotation.Exists() {
				t.Error("it is in state")
			}
			verify(t, sent(jira))
		})
	}
}
