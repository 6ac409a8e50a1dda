// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// rotateElsewhere has somebody rotate jira, and an hour pass.
func rotateElsewhere(estate *acctest.Estate, jira *simulator.Instance, author string) {
	jira.Rotate()
	if author != "" {
		jira.RecordAuditEvent(simulator.AuditEvent{Author: author, Action: "AES key rotated"})
	}
	estate.Clock.Advance(time.Hour)
}

func TestDCAESRotation_externalRotationIsDatedAndAttributedByTheAuditLog(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	jira := estate.AddInstance(simulator.InstanceConfig{
		Name: "jira", Product: simulator.Jira, Token: "jira-token", Guesses: simulator.Guesses{SilentAudit: true},
	})
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	config := acctest.Object{"instance": "jira", "rotation_interval": "7d"}
	rotation.Create(t, config)
	if got := rotation.String(t, "last_rotated_by"); got != "" {
		t.Errorf("after a rotation of its own, last_rotated_by is %q", got)
	}
	estate.Clock.Advance(day)
	rotateElsewhere(estate, jira, "ada")

	rotation.Refresh(t).MustWarn(t, `AES key of "jira" rotated outside of Terraform`, "a rotation by ada at 2026-01-06T08:00:00Z")
	for attribute, want := range map[string]string{
		"last_rotated_by": "ada", "last_rotated_at": "2026-01-06T08:00:00Z", "next_rotation_at": "2026-01-13T08:00:00Z", "rotation_origin": "external",
	} {
		if got := rotation.String(t, attribute); got != want {
			t.Errorf("%s is %q, want %q", attribute, got, want)
		}
	}

	config["rotate_triggers"] = acctest.Object{"release": "2"}
	apply(t, rotation, config).MustBeQuiet(t)
	if got := rotation.String(t, "last_rotated_by"); got != "" {
		t.Errorf("after another rotation of its own, last_rotated_by is %q", got)
	}
}

func TestDCAESRotation_refreshAsksTheAuditLogOnlyForAnExternalRotation(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	rotation.Create(t, acctest.Object{"instance": "jira"})
	jira.ResetLog()
	rotation.Refresh(t).MustBeQuiet(t)
	rotateElsewhere(estate, jira, "")
	rotation.Refresh(t).MustWarn(t, `AES key of "jira" rotated outside of Terraform`)
	rotation.Refresh(t).MustBeQuiet(t)
	verify(t, sent(jira, listInactive, listInactive, "GET "+auditPath, "GET "+auditPath, listInactive))
}

func TestDCAESRotation_externalRotationStaysUnattributedWhereTheLogDoesNotAnswer(t *testing.T) {
	t.Parallel()
	for name, disturb := range map[string]func(jira *simulator.Instance){
		"forbidden": func(jira *simulator.Instance) {
			jira.Inject(simulator.Fault{Path: auditPath, Kind: simulator.Status, Status: http.StatusForbidden})
		},
		"absent": func(jira *simulator.Instance) {
			jira.Inject(simulator.Fault{Path: auditPath, Kind: simulator.Status, Status: http.StatusNotFound})
		},
		"a login page": func(jira *simulator.Instance) { jira.Inject(simulator.Fault{Path: auditPath, Kind: simulator.HTML}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
			rotation.Create(t, acctest.Object{"instance": "jira"})
			disturb(jira)
			rotateElsewhere(estate, jira, "ada")
			rotation.Refresh(t).MustWarn(t, `AES key of "jira" rotated outside of Terraform`, "It is dated by this refresh")
			if got := rotation.String(t, "last_rotated_by"); got != "" {
				t.Errorf("last_rotated_by is %q", got)
			}
			if got := rotation.String(t, "last_rotated_at"); got != "2026-01-05T09:00:00Z" {
				t.Errorf("last_rotated_at is %q", got)
			}
		})
	}
}

// The log dates a rotation by its end and may name no key: the own one is none
// elsewhere.
func TestDCAESRotation_externalRotationIsNotDatedByTheOwnOne(t *testing.T) {
	t.Parallel()
	for name, parts := range map[string]acctest.Object{"rotated": weekly(), "adopted": {"rotate_on_create": false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newInstance(t, simulator.InstanceConfig{
				Product: simulator.Jira, Token: "jira-token", Guesses: simulator.Guesses{SilentAudit: true, AuditDelay: -1},
			})
			jira.Inject(onRotate(simulator.Fault{Kind: simulator.Delay, Delay: 3 * time.Minute}))
			rotation := estate.NewManagedResource(aesRotationType)
			jira.RecordAuditEvent(simulator.AuditEvent{Author: "earlier", Action: "AES key rotated"})
			estate.Clock.Advance(time.Hour)
			rotation.Create(t, aesConfig(parts))
			jira.RecordAuditEvent(simulator.AuditEvent{Author: "robot", Action: "AES key rotated"})
			estate.Clock.Advance(10 * day)
			at := estate.Clock.Now().Format(time.RFC3339)
			jira.Rotate()
			plan(t, rotation, aesConfig(parts)).Diagnostics.MustWarn(t, `AES key of "jira" rotated outside of Terraform`, "It is dated by this refresh")
			rotation.Refresh(t)
			rotation.MustHold(t, map[string]string{"last_rotated_at": at, "last_rotated_by": ""})
		})
	}
}

// Who rotated last stays known where unknown triggers turn out to be the same.
func TestDCAESRotation_attributionOutlivesTriggersThatTurnOutEqual(t *testing.T) {
	t.Parallel()
	estate, jira := newInstance(t, simulator.InstanceConfig{Product: simulator.Jira, Token: "jira-token", Guesses: simulator.Guesses{SilentAudit: true}})
	rotation := estate.NewManagedResource(aesRotationType)
	rotation.Create(t, aesConfig(release("1")))
	estate.Clock.Advance(day)
	rotateElsewhere(estate, jira, "ada")
	apply(t, rotation, aesConfig(release("1"))).MustBeQuiet(t)
	possible := plan(t, rotation, aesConfig(acctest.Object{"rotate_triggers": acctest.Unknown{}}))
	rotation.Apply(t.Context(), t, possible.Know(aesConfig(release("1")))).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"last_rotated_by": "ada", "rotation_origin": "external", "rotation_reason": "external"})
	mustSettle(t, rotation, aesConfig(release("1")))
}
