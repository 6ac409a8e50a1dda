package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

func TestAccDCAESRotation_changedTriggerRotatesOnceInPlace(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate,
		resource.TestStep{Config: aesRotationConfig(estate, triggered("1")), Check: rotated(jira, 1)},
		resource.TestStep{
			PreConfig:        func() { estate.Clock.Advance(day); jira.ResetLog() },
			Config:           aesRotationConfig(estate, triggered("2")),
			ConfigPlanChecks: plansRotation(),
			Check: sent(jira,
				listInactive,
				"GET /status",
				"GET /rest/applinks/1.0/manifest",
				listInactive,
				"GET /rest/api/2/cluster/zdu/state",
				"GET /rest/api/2/cluster/nodes",
				rotateKey,
				listInactive,
			),
			ConfigStateChecks: []statecheck.StateCheck{
				aesRotation.hasText("last_rotated_at", "2026-01-06T08:00:00Z"),
				aesRotation.hasText("rotation_origin", "terraform"),
				aesRotation.has("inactive_keys", knownvalue.ListSizeExact(3)),
			},
		},
		resource.TestStep{
			PreConfig:        jira.ResetLog,
			Config:           aesRotationConfig(estate, ""),
			ConfigPlanChecks: plansRotation(),
			Check:            aesRotation.lacks("rotate_triggers.release"),
		})
	if got := jira.Rotations(); got != 3 {
		t.Errorf("%d rotations happened, want one for the creation and one for each change", got)
	}
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

func TestAccDCAESRotation_unknownTriggersRotateOnlyIfTheyDiffer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reference string
		rotations int
	}{
		// The output of a replaced terraform_data is unknown until it is there.
		"they turn out equal":     {"terraform_data.upstream.output", 1},
		"they turn out to differ": {"terraform_data.upstream.id", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			config := upstream + aesRotationConfig(estate, "rotate_triggers = { upstream = "+test.reference+" }")
			run(t, estate,
				resource.TestStep{Config: config, ConfigVariables: input("first"), Check: rotated(jira, 1)},
				resource.TestStep{
					Config:           config,
					ConfigVariables:  input("second"),
					ConfigPlanChecks: plansRotation(),
					Check:            rotated(jira, test.rotations),
				})
		})
	}
}

// Whether a creation rotates may be known only during apply.
func TestAccDCAESRotation_unknownRotateOnCreateRotatesOnlyIfItTurnsOutTrue(t *testing.T) {
	t.Parallel()
	for value, rotations := range map[string]int{"same": 1, "other": 0} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			run(t, estate, resource.TestStep{
				Config:           upstream + aesRotationConfig(estate, fmt.Sprintf("rotate_on_create = terraform_data.upstream.output == %q", value)),
				ConfigVariables:  input("first"),
				ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionCreate, aesRotation.opens("last_rotated_at")),
				Check:            rotated(jira, rotations),
			})
		})
	}
}

func TestDCAESRotation_plansSayWhyTheyRotate(t *testing.T) {
	t.Parallel()
	estate, _ := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	config := acctest.Object{"instance": "jira", "rotation_interval": "7d"}
	created := rotation.Plan(t, config)
	created.Diagnostics.MustWarn(t, "AES key rotation planned", "rotate_on_create = true")
	rotation.Apply(t.Context(), t, created).MustBeQuiet(t)

	unchanged := rotation.Plan(t, config)
	unchanged.Diagnostics.MustBeQuiet(t)
	if unchanged.Changes() {
		t.Error("the plan after a rotation is not empty")
	}

	withTrigger := acctest.Object{"instance": "jira", "rotation_interval": "7d", "rotate_triggers": acctest.Object{"release": "1"}}
	rotation.Plan(t, withTrigger).Diagnostics.MustWarn(t, "AES key rotation planned", "rotates", "rotate_triggers changed")

	estate.Clock.Advance(8 * day)
	rotation.Plan(t, config).Diagnostics.MustWarn(t, "AES key rotation planned", "rotation due since 2026-01-12T08:00:00Z")
}

func TestAccDCAESRotation_refusesTriggersThatAreNoMapOfStrings(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate, resource.TestStep{
		Config:      aesRotationConfig(estate, "rotate_triggers = { release = [] }"),
		PlanOnly:    true,
		ExpectError: says(`Inappropriate value for attribute "rotate_triggers"`),
	})
	verify(t, sent(jira))
}

// Timeouts bound what is sent; changing them sends nothing.
func TestAccDCAESRotation_changedTimeoutsSendNothing(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate,
		resource.TestStep{Config: aesRotationConfig(estate, "")},
		resource.TestStep{
			PreConfig:        jira.ResetLog,
			Config:           aesRotationConfig(estate, `timeouts = { create = "30m", update = "30m" }`),
			ConfigPlanChecks: plansQuietUpdate(knownvalue.StringExact("2026-01-05T08:00:00Z")),
			Check:            sent(jira, listInactive),
		},
		resource.TestStep{
			PreConfig:        jira.ResetLog,
			Config:           aesRotationConfig(estate, "preflight = false\nrotate_on_create = false\ndelete_inactive_keys_on_destroy = true"),
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionUpdate),
			Check:            sent(jira, listInactive),
		})
}
