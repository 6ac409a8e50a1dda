// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

func TestDCAESRotation_changedTriggerRotatesOnceInPlace(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, release("1"))
	estate.Clock.Advance(day)
	jira.ResetLog()
	changed := plan(t, rotation, aesConfig(release("2")))
	if changed.Replaces() {
		t.Error("the plan replaces it")
	}
	changed.MustHold(t, map[string]string{"last_rotated_at": "(known after apply)", "rotation_reason": "triggers", "rotation_origin": "terraform"})
	rotation.Apply(t.Context(), t, changed).MustBeQuiet(t)
	verify(t, sent(jira, append(append([]string{listInactive}, preflightOfJira()...), rotateKey, listInactive)...))
	rotation.MustHold(t, map[string]string{"last_rotated_at": "2026-01-06T08:00:00Z", "rotation_origin": "terraform", "rotation_reason": "triggers"})
	mustSettle(t, rotation, aesConfig(release("2")))

	apply(t, rotation, aesConfig()).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"rotate_triggers": ""})
	verify(t, happened(jira, 3))
}

// upstream is a resource whose output is known only during apply once input
// changes.
const upstream = `
variable "input" { type = string }

resource "terraform_data" "upstream" {
  input            = "same"
  triggers_replace = var.input
}
`

func TestDCAESRotation_unknownTriggersRotateOnlyIfTheyDiffer(t *testing.T) {
	t.Parallel()
	for name, unknown := range map[string]acctest.Object{
		"a value":   {"rotate_triggers": acctest.Object{"release": acctest.Unknown{}}},
		"the whole": {"rotate_triggers": acctest.Unknown{}},
	} {
		for turnsOut, rotations := range map[string]int{"1": 1, "2": 2} {
			t.Run(fmt.Sprintf("%s is %s", name, turnsOut), func(t *testing.T) {
				t.Parallel()
				_, jira, rotation := manageJira(t, release("1"))
				possible := plan(t, rotation, aesConfig(unknown))
				possible.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" possible`, "if they turn out to differ")
				possible.MustHold(t, map[string]string{"last_rotated_at": "(known after apply)", "rotation_reason": "(known after apply)"})
				rotation.Apply(t.Context(), t, possible.Know(aesConfig(release(turnsOut)))).MustBeQuiet(t)
				verify(t, rotated(jira, rotations))
				mustSettle(t, rotation, aesConfig(release(turnsOut)))
			})
		}
	}
}

// What rotates in any case does so for another reason where its triggers turn out
// to differ: the plan leaves that open.
func TestDCAESRotation_unknownTriggersLeaveOnlyTheReasonOfADueRotationOpen(t *testing.T) {
	t.Parallel()
	for turnsOut, reason := range map[string]string{"1": "schedule", "2": "triggers"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			estate, jira, rotation := manageJira(t, weekly(), release("1"))
			estate.Clock.Advance(7 * day)
			due := plan(t, rotation, aesConfig(weekly(), acctest.Object{"rotate_triggers": acctest.Object{"release": acctest.Unknown{}}}))
			due.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" planned`, "rotation due since 2026-01-12T08:00:00Z")
			due.MustHold(t, map[string]string{"rotation_reason": "(known after apply)", "rotation_origin": "terraform"})
			rotation.Apply(t.Context(), t, due.Know(aesConfig(weekly(), release(turnsOut)))).MustBeQuiet(t)
			verify(t, rotated(jira, 2))
			rotation.MustHold(t, map[string]string{"rotation_reason": reason})
		})
	}
}

// Whether a creation rotates may be known only during apply.
func TestDCAESRotation_unknownRotateOnCreateRotatesOnlyIfItTurnsOutTrue(t *testing.T) {
	t.Parallel()
	for turnsOut, rotations := range map[bool]int{true: 1, false: 0} {
		t.Run(fmt.Sprint(turnsOut), func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			rotation := estate.NewManagedResource(aesRotationType)
			config := func(value any) acctest.Object { return aesConfig(acctest.Object{"rotate_on_create": value}) }
			possible := plan(t, rotation, config(acctest.Unknown{}))
			possible.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" possible`, "rotate_on_create is not known before apply")
			rotation.Apply(t.Context(), t, possible.Know(config(turnsOut))).MustBeQuiet(t)
			verify(t, rotated(jira, rotations))
			mustSettle(t, rotation, config(turnsOut))
		})
	}
}

func TestDCAESRotation_plansSayWhyTheyRotate(t *testing.T) {
	t.Parallel()
	estate, _ := newJira(t)
	rotation := estate.NewManagedResource(aesRotationType)
	created := plan(t, rotation, aesConfig(weekly()))
	created.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" planned: creation`, "rotate_on_create = true")
	rotation.Apply(t.Context(), t, created).MustBeQuiet(t)

	unchanged := plan(t, rotation, aesConfig(weekly()))
	unchanged.Diagnostics.MustBeQuiet(t)
	unchanged.MustBeEmpty(t)

	triggered := plan(t, rotation, aesConfig(weekly(), release("1")))
	triggered.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" planned: triggers`, "rotates", "rotate_triggers changed")

	estate.Clock.Advance(8 * day)
	due := plan(t, rotation, aesConfig(weekly()))
	due.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" planned: schedule`, "rotation due since 2026-01-12T08:00:00Z")
}

// Timeouts and switches bound what is sent; changing them sends nothing.
func TestDCAESRotation_changedSettingsSendNothing(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, weekly())
	for _, settings := range []acctest.Object{
		{"timeouts": acctest.Object{"create": "30m", "update": "30m"}},
		{"preflight": false},
		{"rotate_on_create": false},
		{"delete_inactive_keys_on_destroy": true},
		{"inactive_key_retention": "365d"},
		{"early_rotation_window": "1d"},
		{"first_rotation_at": "2026-02-01T00:00:00Z"},
		{"rotation_window": acctest.Object{"schedule": "0 2 * * SUN", "duration": "4h"}},
		{"rotation_paused": true},
	} {
		jira.ResetLog()
		config := aesConfig(weekly(), settings)
		changed := plan(t, rotation, config)
		if !changed.Changes() || changed.Replaces() {
			t.Errorf("%v: the plan is no update in place", settings)
		}
		changed.MustHold(t, map[string]string{"last_rotated_at": "2026-01-05T08:00:00Z"})
		rotation.Apply(t.Context(), t, changed).MustBeQuiet(t)
		verify(t, sent(jira, listInactive))
		mustSettle(t, rotation, config)
	}
}
