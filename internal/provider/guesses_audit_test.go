// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	auditEventsType = "atlassian_dc_audit_events"

	// somebodyElse is who rotates behind the back of the provider.
	somebodyElse = "other.administrator"
)

// auditGuesses are those about the audit log.
func auditGuesses() map[string]guess[simulator.InstanceConfig] {
	guesses := map[string]guess[simulator.InstanceConfig]{
		"audit entries appear at once": {
			func(c *simulator.InstanceConfig) { c.Guesses.AuditDelay = -1 }, rotationElsewhereIsAttributed,
		},
		"audit entries appear after hours": {
			func(c *simulator.InstanceConfig) { c.Guesses.AuditDelay = 6 * time.Hour }, rotationElsewhereStaysUnattributed,
		},
		"rotations write no audit entries": {
			func(c *simulator.InstanceConfig) { c.Guesses.SilentAudit = true }, rotationElsewhereStaysUnattributed,
		},
		"the audit category has another name": {
			func(c *simulator.InstanceConfig) { c.Guesses.AuditCategory = "Sicherheit" }, eventsTell("category", "Sicherheit", "Sicherheit"),
		},
		"a rotation has another name in the audit log": {
			func(c *simulator.InstanceConfig) { c.Guesses.AuditActionRotated = "AES-Schlüssel ersetzt" },
			eventsTell("action", "Inactive AES keys deleted", "AES-Schlüssel ersetzt"),
		},
		"a deletion has another name in the audit log": {
			func(c *simulator.InstanceConfig) { c.Guesses.AuditActionDeleted = "Inaktive Schlüssel gelöscht" },
			eventsTell("action", "Inaktive Schlüssel gelöscht", "AES key rotated"),
		},
		"pages of the audit log say nothing of pages": {
			func(c *simulator.InstanceConfig) { c.Guesses.AuditWithoutPaging = true }, rotationElsewhereIsAttributed,
		},
	}
	for _, form := range simulator.AuditTimeForms() {
		if form == simulator.AuditMilliseconds {
			continue
		}
		holds := rotationElsewhereIsAttributed
		if isUnreadable(form) {
			holds = eventsWithoutATimeAreCounted
		}
		guesses[fmt.Sprintf("audit times are written as %v", form)] = guess[simulator.InstanceConfig]{
			func(c *simulator.InstanceConfig) { c.Guesses.AuditTimes = form }, holds,
		}
	}
	return guesses
}

// isUnreadable reports whether nobody can tell a time from how it is written.
func isUnreadable(form simulator.AuditTimeForm) bool {
	return slices.Contains([]simulator.AuditTimeForm{
		simulator.AuditYear9999, simulator.AuditEmptyTime, simulator.AuditNullTime, simulator.AuditAbsentTime, simulator.AuditNeverTime, simulator.AuditListTime,
	}, form)
}

// seenElsewhere has somebody else rotate jira after a week, and the provider see
// it an hour later, when it is quiet again.
func seenElsewhere(t *testing.T, turn turnInstance) (*acctest.Estate, *acctest.ManagedResource, acctest.Diagnostics) {
	t.Helper()
	estate, jira := newInstance(t, with(withToken(), turn))
	rotation := estate.NewManagedResource(aesRotationType)
	rotation.Create(t, aesConfig())
	estate.Clock.Advance(7 * day)
	rotateElsewhere(estate, jira, "")
	said := rotation.Refresh(t)
	verify(t, asked(jira, 1, 2))
	rotation.MustHold(t, map[string]string{"rotation_origin": "external"})
	apply(t, rotation, aesConfig()).MustBeQuiet(t)
	mustSettle(t, rotation, aesConfig())
	return estate, rotation, said
}

func rotationElsewhereIsAttributed(t *testing.T, turn turnInstance) {
	t.Helper()
	estate, rotation, said := seenElsewhere(t, turn)
	rotation.MustHold(t, map[string]string{"last_rotated_by": somebodyElse})
	at, err := time.Parse(time.RFC3339, rotation.String(t, "last_rotated_at"))
	if happened := acctest.Start().Add(7 * day); err != nil || at.Before(happened) || at.After(happened.Add(time.Minute)) {
		t.Errorf("last_rotated_at is %q", rotation.String(t, "last_rotated_at"))
	}
	said.MustWarn(t, `AES key of "jira" rotated outside of Terraform`, "a rotation by "+somebodyElse+" at 2026-01-12T08:0")
	events, said := readEvents(t, estate)
	said.MustBeQuiet(t)
	if got := textOf(t, events[0], "time"); got != rotation.String(t, "last_rotated_at") {
		t.Errorf("the newest rotation was at %q", got)
	}
}

func rotationElsewhereStaysUnattributed(t *testing.T, turn turnInstance) {
	t.Helper()
	_, rotation, said := seenElsewhere(t, turn)
	said.MustWarn(t, `AES key of "jira" rotated outside of Terraform`, "The schedule counts from now on.")
	rotation.MustHold(t, map[string]string{"last_rotated_by": "", "last_rotated_at": "2026-01-12T09:00:00Z"})
}

func eventsWithoutATimeAreCounted(t *testing.T, turn turnInstance) {
	t.Helper()
	rotationElsewhereStaysUnattributed(t, turn)
	estate, _, _ := seenElsewhere(t, turn)
	events, said := readEvents(t, estate)
	said.MustWarn(t, "Times of events not readable", "have no time, or one in a form that cannot be read")
	for _, event := range events {
		if got := textOf(t, event, "time"); got != "" {
			t.Errorf("an event was at %q", got)
		}
	}
}

// readEvents returns the entries about keys, the newest first.
func readEvents(t *testing.T, estate *acctest.Estate) ([]map[string]tftypes.Value, acctest.Diagnostics) {
	t.Helper()
	read, said := estate.Read(t, auditEventsType, acctest.Object{"instance": "jira", "actions_regex": "secrets[.]audit"})
	said.MustNotFail(t)
	events := entriesOf(t, read["events"])
	if len(events) < 2 {
		t.Fatalf("%d events were read", len(events))
	}
	return events, said
}

// eventsTell returns a check of an attribute of the newest two events, which are
// about a deletion and the rotation before it, and that the rotation is attributed.
func eventsTell(attribute string, newest, before string) func(*testing.T, turnInstance) {
	return func(t *testing.T, turn turnInstance) {
		t.Helper()
		rotationElsewhereIsAttributed(t, turn)
		estate, jira := newInstance(t, with(withToken(), turn))
		jira.Rotate()
		estate.Clock.Advance(time.Hour)
		jira.DeleteInactiveKeys()
		estate.Clock.Advance(time.Hour)
		events, said := readEvents(t, estate)
		said.MustBeQuiet(t)
		if got := []string{textOf(t, events[0], attribute), textOf(t, events[1], attribute)}; !slices.Equal(got, []string{newest, before}) {
			t.Errorf("%s is %q", attribute, got)
		}
	}
}
