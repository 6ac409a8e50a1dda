package provider_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

const day = 24 * time.Hour

func TestAccDCAESRotation_rotatesWhenTheIntervalHasPassed(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, `rotation_interval = "7d"`)
	run(t, estate,
		resource.TestStep{
			Config: config,
			ConfigStateChecks: []statecheck.StateCheck{
				aesRotation.hasText("next_rotation_at", "2026-01-12T08:00:00Z"),
				aesRotation.has("rotation_due", knownvalue.Bool(false)),
			},
		},
		resource.TestStep{
			PreConfig:        func() { estate.Clock.Advance(7*day - time.Second) },
			Config:           config,
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
			Check:            rotated(jira, 1),
		},
		resource.TestStep{
			PreConfig:          func() { estate.Clock.Advance(time.Second) },
			RefreshState:       true,
			ExpectNonEmptyPlan: true,
			Check:              resource.ComposeTestCheckFunc(rotated(jira, 1), aesRotation.shows("rotation_due", "true")),
		},
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: plansRotation(),
			Check:            rotated(jira, 2),
			ConfigStateChecks: []statecheck.StateCheck{
				aesRotation.hasText("last_rotated_at", "2026-01-12T08:00:00Z"),
				aesRotation.hasText("next_rotation_at", "2026-01-19T08:00:00Z"),
				aesRotation.has("rotation_due", knownvalue.Bool(false)),
			},
		})
}

func TestAccDCAESRotation_rotatesEarlyWithinTheWindow(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, "rotation_interval = \"7d\"\nearly_rotation_window = \"1d\"")
	run(t, estate,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        func() { estate.Clock.Advance(6*day - time.Second) },
			Config:           config,
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
			Check:            rotated(jira, 1),
		},
		resource.TestStep{
			PreConfig:        func() { estate.Clock.Advance(time.Second) },
			Config:           config,
			ConfigPlanChecks: plansRotation(),
			Check:            rotated(jira, 2),
			ConfigStateChecks: []statecheck.StateCheck{
				aesRotation.hasText("last_rotated_at", "2026-01-11T08:00:00Z"),
				aesRotation.hasText("next_rotation_at", "2026-01-18T08:00:00Z"),
			},
		})
}

// Each change of the schedule recomputes the date and leaves the key alone.
func TestAccDCAESRotation_changedScheduleOnlyMovesTheDate(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	change := func(lines string, next knownvalue.Check) resource.TestStep {
		return resource.TestStep{
			Config:            aesRotationConfig(estate, lines),
			ConfigPlanChecks:  plansQuietUpdate(knownvalue.StringExact("2026-01-05T08:00:00Z")),
			Check:             rotated(jira, 1),
			ConfigStateChecks: []statecheck.StateCheck{aesRotation.has("next_rotation_at", next), aesRotation.has("rotation_due", knownvalue.Bool(false))},
		}
	}
	run(t, estate,
		resource.TestStep{Config: aesRotationConfig(estate, `rotation_interval = "7d"`)},
		resource.TestStep{
			Config:           aesRotationConfig(estate, `rotation_interval = "168h"`),
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
		},
		change("rotation_interval = \"30d\"\nearly_rotation_window = \"1d\"", knownvalue.StringExact("2026-02-04T08:00:00Z")),
		change(`rotation_interval = "30d"`, knownvalue.StringExact("2026-02-04T08:00:00Z")),
		change("", knownvalue.Null()),
		change(`rotation_interval = "1w2d"`, knownvalue.StringExact("2026-01-14T08:00:00Z")),
	)
}

// A shorter interval that has already passed rotates, but only in the plan after
// the one that records it.
func TestAccDCAESRotation_shortenedIntervalRotatesAfterTheNextRefresh(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	shorter := aesRotationConfig(estate, `rotation_interval = "7d"`)
	run(t, estate,
		resource.TestStep{Config: aesRotationConfig(estate, `rotation_interval = "90d"`)},
		resource.TestStep{
			PreConfig:          func() { estate.Clock.Advance(10 * day) },
			Config:             shorter,
			ConfigPlanChecks:   plansQuietUpdate(knownvalue.StringExact("2026-01-05T08:00:00Z")),
			Check:              rotated(jira, 1),
			ConfigStateChecks:  []statecheck.StateCheck{aesRotation.hasText("next_rotation_at", "2026-01-12T08:00:00Z")},
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{Config: shorter, ConfigPlanChecks: plansRotation(), Check: rotated(jira, 2)})
}

// An interval that a due rotation is lengthened to takes the rotation back.
func TestAccDCAESRotation_lengthenedIntervalPostponesADueRotation(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate,
		resource.TestStep{Config: aesRotationConfig(estate, `rotation_interval = "7d"`)},
		resource.TestStep{
			PreConfig:         func() { estate.Clock.Advance(10 * day) },
			Config:            aesRotationConfig(estate, `rotation_interval = "30d"`),
			ConfigPlanChecks:  plansQuietUpdate(knownvalue.StringExact("2026-01-05T08:00:00Z")),
			Check:             rotated(jira, 1),
			ConfigStateChecks: []statecheck.StateCheck{aesRotation.has("rotation_due", knownvalue.Bool(false))},
		})
}

func TestAccDCAESRotation_adoptedKeyRotatesOneIntervalAfterItsAdoption(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, "rotate_on_create = false\nrotation_interval = \"7d\"")
	run(t, estate,
		resource.TestStep{
			Config:            config,
			Check:             rotated(jira, 0),
			ConfigStateChecks: []statecheck.StateCheck{aesRotation.hasText("next_rotation_at", "2026-01-12T08:00:00Z")},
		},
		resource.TestStep{
			PreConfig:        func() { estate.Clock.Advance(7 * day) },
			Config:           config,
			ConfigPlanChecks: plansRotation(),
			Check:            rotated(jira, 1),
			ConfigStateChecks: []statecheck.StateCheck{
				aesRotation.hasText("last_rotated_at", "2026-01-12T08:00:00Z"),
				aesRotation.hasText("rotation_origin", "terraform"),
			},
		})
}

// A schedule that depends on something that is being created is not known to
// have changed until apply.
func TestAccDCAESRotation_unknownIntervalRotatesOnlyIfItStillIsDue(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		interval  string
		rotations int
	}{
		"it turns out the same": {`terraform_data.upstream.output == "same" ? "7d" : "30d"`, 2},
		"it turns out longer":   {`terraform_data.upstream.output == "same" && var.input == "first" ? "7d" : "30d"`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			config := upstream + aesRotationConfig(estate, "rotation_interval = "+test.interval)
			run(t, estate,
				resource.TestStep{Config: config, ConfigVariables: input("first"), Check: rotated(jira, 1)},
				resource.TestStep{
					PreConfig:       func() { estate.Clock.Advance(8 * day) },
					Config:          config,
					ConfigVariables: input("second"),
					Check:           rotated(jira, test.rotations),
				})
		})
	}
}

// What a plan said is what its apply does, however late that comes.
func TestDCAESRotation_savedPlanDoesWhatItSaid(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		plannedAfter time.Duration
		timeouts     string
		rotations    int
		next         string
	}{
		"it said to rotate":               {7 * day, "20m", 2, "2026-01-20T08:00:00Z"},
		"it said nothing of rotation":     {6*day + 12*time.Hour, "30m", 1, "2026-01-12T08:00:00Z"},
		"it said so, with another change": {7 * day, "30m", 2, "2026-01-20T08:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
			config := func(timeout string) acctest.Object {
				return acctest.Object{"instance": "jira", "rotation_interval": "7d", "timeouts": acctest.Object{"update": timeout}}
			}
			rotation.Create(t, config("20m"))
			estate.Clock.Advance(test.plannedAfter)
			saved := rotation.Plan(t, config(test.timeouts))
			estate.Clock.Advance(day)
			rotation.Apply(t.Context(), t, saved).MustBeQuiet(t)
			verify(t, rotated(jira, test.rotations))
			if got := rotation.String(t, "next_rotation_at"); got != test.next {
				t.Errorf("the next rotation is due at %q, want %q", got, test.next)
			}
		})
	}
}
