// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

func TestDCAESRotation_externalRotationIsSeenDatedAndSavedByOneApplyThatSendsNothing(t *testing.T) {
	t.Parallel()
	config := aesConfig(weekly(), release("1"))
	estate, jira, rotation := manageJira(t, config)
	mustSettle(t, rotation, config)
	estate.Clock.Advance(3 * day)
	news := jira.Rotate()
	jira.ResetLog()
	seen := plan(t, rotation, config)
	seen.Diagnostics.MustWarn(t, `AES key of "jira" rotated outside of Terraform`, news)
	seen.MustHold(t, map[string]string{"drift_acknowledged": "true", "rotation_origin": "external", "rotation_reason": "external", "last_rotated_at": "2026-01-08T08:00:00Z"})
	if got := seen.ChangedAttributes(t); len(got) != 1 || got[0] != "drift_acknowledged" {
		t.Errorf("the plan changes %q", got)
	}
	verify(t, sent(jira, listInactive, "GET "+auditPath, "GET "+auditPath))
	jira.ResetLog()
	rotation.Apply(t.Context(), t, seen).MustBeQuiet(t)
	verify(t, sent(jira))
	rotation.MustHold(t, map[string]string{
		"rotation_origin": "external", "rotation_reason": "external", "last_rotated_at": "2026-01-08T08:00:00Z", "next_rotation_at": "2026-01-15T08:00:00Z",
		"rotation_status": "", "rotation_message": "", "drift_acknowledged": "true",
	})
	// A week after the creation, but not after the rotation elsewhere.
	estate.Clock.Advance(4 * day)
	after := plan(t, rotation, config)
	after.MustBeEmpty(t)
	after.Diagnostics.MustBeQuiet(t)

	apply(t, rotation, aesConfig(weekly(), release("2"))).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"rotation_origin": "terraform", "rotation_reason": "triggers", "last_rotated_at": "2026-01-12T08:00:00Z"})
	verify(t, happened(jira, 3))
}

// Saved by apply -refresh-only, an observation is still acknowledged once.
func TestDCAESRotation_externalRotationSavedByARefreshIsWarnedOfOnce(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t)
	rotation.Refresh(t).MustBeQuiet(t)
	first, second := jira.Rotate(), jira.Rotate()
	rotation.Refresh(t).MustWarn(t, `AES key of "jira" rotated outside of Terraform`, `"jira"`, first, second)
	rotation.Refresh(t).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"drift_acknowledged": "false"})
	apply(t, rotation, aesConfig()).MustBeQuiet(t)
	mustSettle(t, rotation, aesConfig())
}

// Keys that somebody deleted are no rotation, but news.
func TestDCAESRotation_externalDeletionIsNoRotation(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t)
	gone := jira.InactiveKeys()[1]
	estate.Clock.Advance(day)
	jira.DeleteInactiveKeys()
	seen := plan(t, rotation, aesConfig())
	seen.Diagnostics.MustWarn(t, `Inactive AES keys of "jira" deleted outside of Terraform`, "old-key, "+gone)
	if !seen.Changes() {
		t.Error("the plan is empty, and what it saw is lost")
	}
	rotation.Apply(t.Context(), t, seen).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"rotation_origin": "terraform", "last_rotated_at": "2026-01-05T08:00:00Z", "inactive_keys": "[]"})
	mustSettle(t, rotation, aesConfig())
}

// What else is to be applied is applied together with what was seen.
func TestDCAESRotation_externalRotationGoesWithAnotherChange(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, weekly(), release("1"))
	estate.Clock.Advance(8 * day)
	jira.Rotate()
	changed := plan(t, rotation, aesConfig(acctest.Object{"rotation_interval": "30d"}, release("2")))
	changed.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" planned: triggers`)
	rotation.Apply(t.Context(), t, changed).MustBeQuiet(t)
	verify(t, asked(jira, 2, 3))
	rotation.MustHold(t, map[string]string{"drift_acknowledged": "true", "rotation_reason": "triggers", "next_rotation_at": "2026-02-12T08:00:00Z"})
	mustSettle(t, rotation, aesConfig(acctest.Object{"rotation_interval": "30d"}, release("2")))
}

// A failed update saves what was seen, and does not acknowledge it.
func TestDCAESRotation_externalRotationOutlivesAFailedUpdate(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, release("1"))
	jira.Rotate()
	changed := plan(t, rotation, aesConfig(release("2")))
	jira.SetRotating(true)
	rotation.Apply(t.Context(), t, changed).MustFail(t, `AES key of "jira" not rotated`)
	rotation.MustHold(t, map[string]string{"drift_acknowledged": "false", "rotation_origin": "external", "rotate_triggers": "{release=1}"})
	apply(t, rotation, aesConfig(release("1"))).MustBeQuiet(t)
	mustSettle(t, rotation, aesConfig(release("1")))
}
