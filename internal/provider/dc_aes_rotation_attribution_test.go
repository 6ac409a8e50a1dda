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

	rotation.Refresh(t).MustWarn(t, "AES key rotated outside of Terraform", "a rotation by ada at 2026-01-06T08:00:00Z")
	for attribute, want := range map[string]string{
		"last_rotated_by": "ada", "last_rotated_at": "2026-01-06T08:00:00Z", "next_rotation_at": "2026-01-13T08:00:00Z", "rotation_origin": "external",
	} {
		if got := rotation.String(t, attribute); got != want {
			t.Errorf("%s is %q, want %q", attribute, got, want)
		}
	}

	config["rotate_triggers"] = acctest.Object{"release": "2"}
	rotation.Create(t, config)
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
	rotation.Refresh(t).MustWarn(t, "AES key rotated outside of Terraform")
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
			rotation.Refresh(t).MustWarn(t, "AES key rotated outside of Terraform", "The schedule counts from now on.")
			if got := rotation.String(t, "last_rotated_by"); got != "" {
				t.Errorf("last_rotated_by is %q", got)
			}
			if got := rotation.String(t, "last_rotated_at"); got != "2026-01-05T09:00:00Z" {
				t.Errorf("last_rotated_at is %q", got)
			}
		})
	}
}
