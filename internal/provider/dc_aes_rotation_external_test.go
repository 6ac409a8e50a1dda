package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

func TestAccDCAESRotation_externalRotationIsSeenByRefreshOnly(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	lines := "rotation_interval = \"7d\"\n"
	run(t, estate,
		resource.TestStep{Config: aesRotationConfig(estate, lines+triggered("1"))},
		resource.TestStep{
			PreConfig:    func() { estate.Clock.Advance(3 * day); jira.ResetLog(); jira.Rotate() },
			RefreshState: true,
			Check: resource.ComposeTestCheckFunc(
				sent(jira, listInactive, "GET /rest/auditing/1.0/events", "GET /rest/auditing/1.0/events"),
				aesRotation.shows("rotation_origin", "external"),
				aesRotation.shows("last_rotated_at", "2026-01-08T08:00:00Z"),
				aesRotation.shows("next_rotation_at", "2026-01-15T08:00:00Z"),
				aesRotation.shows("inactive_keys.#", "3"),
				aesRotation.lacks("rotation_status"),
			),
		},
		resource.TestStep{
			// A week after the creation, but not after the rotation elsewhere.
			PreConfig:        func() { estate.Clock.Advance(4 * day) },
			Config:           aesRotationConfig(estate, lines+triggered("1")),
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			Config:           aesRotationConfig(estate, lines+triggered("2")),
			ConfigPlanChecks: plansRotation(),
			ConfigStateChecks: []statecheck.StateCheck{
				aesRotation.hasText("rotation_origin", "terraform"),
				aesRotation.hasText("last_rotated_at", "2026-01-12T08:00:00Z"),
				aesRotation.has("inactive_keys", knownvalue.ListSizeExact(4)),
			},
		})
	if got := jira.Rotations(); got != 3 {
		t.Errorf("%d rotations happened, want one of the creation, one elsewhere and one by the trigger", got)
	}
}

func TestDCAESRotation_externalRotationWarnsOnce(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	rotation.Create(t, acctest.Object{"instance": "jira"})
	rotation.Refresh(t).MustBeQuiet(t)
	first, second := jira.Rotate(), jira.Rotate()
	rotation.Refresh(t).MustWarn(t, "AES key rotated outside of Terraform", `"jira"`, first, second)
	rotation.Refresh(t).MustBeQuiet(t)
}

// Keys that somebody deleted are no rotation.
func TestDCAESRotation_externalDeletionIsNoRotation(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	rotation.Create(t, acctest.Object{"instance": "jira"})
	estate.Clock.Advance(day)
	jira.DeleteInactiveKeys()
	rotation.Refresh(t).MustBeQuiet(t)
	for attribute, want := range map[string]string{"rotation_origin": "terraform", "last_rotated_at": "2026-01-05T08:00:00Z"} {
		if got := rotation.String(t, attribute); got != want {
			t.Errorf("%s is %q, want %q", attribute, got, want)
		}
	}
}

// What one resource rotates is a rotation elsewhere for another one of the same
// instance.
func TestAccDCAESRotation_resourcesOfOneInstanceTakeTurns(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate, resource.TestStep{
		Config: estate.ProviderBlock() + aesRotationBlock("test", "jira", "preflight = false") + aesRotationBlock("second", "jira", "preflight = false"),
		Check:  sent(jira, listInactive, rotateKey, listInactive, listInactive, rotateKey, listInactive),
	})
	verify(t, rotated(jira, 2))
}
