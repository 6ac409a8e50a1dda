package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

// Whatever keeps a creation from rotating, nothing is in state, and once it is
// over the next apply finishes the job with one rotation in all.
func TestDCAESRotation_refusedCreationIsMadeUpForOnce(t *testing.T) {
	t.Parallel()
	for _, troubles := range []map[string]trouble{credentialTroubles(), stateTroubles(), answerTroubles()} {
		for name, test := range troubles {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				estate, instance := newInstance(t, test.config)
				rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
				config := acctest.Object{"instance": "jira"}
				test.begin(t, estate, instance)
				rotation.Apply(t.Context(), t, rotation.Plan(t, config)).
					MustFail(t, `AES key of the instance "jira" not rotated`, test.cause, "Nothing was changed on the instance.", test.remedy)
				verify(t, happened(instance, 0))
				if rotation.Exists() {
					t.Error("the failed creation is in state")
				}
				test.end(t, estate, instance)
				rotation.Create(t, config)
				verify(t, happened(instance, 1))
			})
		}
	}
}

// The same in the words of a CLI.
func TestAccDCAESRotation_refusedCreationIsMadeUpForOnce(t *testing.T) {
	t.Parallel()
	credentials, states, answers := credentialTroubles(), stateTroubles(), answerTroubles()
	for name, test := range map[string]trouble{
		"instance is down":   states["instance is down"],
		"wrong credentials":  credentials["wrong token"],
		"product is too old": states["product is too old"],
		"406":                states["another rotation under way"],
		"500":                answers["list fails"],
		"501":                states["rotation not supported"],
		"login page":         answers["login page"],
		"answer cut short":   answers["answer cut short"],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, instance := newInstance(t, test.config)
			config := aesRotationConfig(estate, "")
			run(t, estate,
				resource.TestStep{
					PreConfig: func() { test.begin(t, estate, instance) },
					Config:    config,
					ExpectError: says(`AES key of the instance "jira" not rotated`,
						test.cause, "Nothing was changed on the instance.", test.remedy),
				},
				resource.TestStep{
					PreConfig: func() {
						verify(t, happened(instance, 0))
						test.end(t, estate, instance)
					},
					Config:           config,
					ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionCreate),
					Check:            happened(instance, 1),
				})
		})
	}
}

// A refused update leaves the former inputs in state, so that the same plan
// comes again.
func TestAccDCAESRotation_refusedUpdateIsMadeUpForOnce(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	one, two := aesRotationConfig(estate, `rotation_interval = "7d"`+"\n"+triggered("1")), aesRotationConfig(estate, `rotation_interval = "7d"`+"\n"+triggered("2"))
	refused := func(config string) resource.TestStep {
		return resource.TestStep{
			PreConfig:   func() { jira.SetRotating(true) },
			Config:      config,
			ExpectError: says(`AES key of the instance "jira" not rotated`, "answered 406", "Nothing was changed on the instance."),
		}
	}
	repaired := func(config string, rotations int) resource.TestStep {
		return resource.TestStep{
			PreConfig:        func() { verify(t, happened(jira, rotations-1)); jira.SetRotating(false) },
			Config:           config,
			ConfigPlanChecks: plansRotation(),
			Check:            happened(jira, rotations),
		}
	}
	overdue := refused(two)
	overdue.PreConfig = func() { estate.Clock.Advance(8 * day); jira.SetRotating(true) }
	run(t, estate,
		resource.TestStep{Config: one},
		refused(two),
		resource.TestStep{
			RefreshState:       true,
			ExpectNonEmptyPlan: true,
			Check: resource.ComposeTestCheckFunc(
				aesRotation.shows("rotate_triggers.release", "1"),
				aesRotation.shows("last_rotated_at", "2026-01-05T08:00:00Z"),
				aesRotation.lacks("rotation_attempted_at"),
			),
		},
		repaired(two, 2),
		overdue,
		repaired(two, 3),
	)
}

// A refresh that fails leaves the state as it was.
func TestAccDCAESRotation_failedRefreshKeepsTheState(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, "")
	run(t, estate,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:   jira.Stop,
			Config:      config,
			ExpectError: says(`Inactive AES keys of the instance "jira" not listed`, "could not be reached", "Nothing was changed on the instance."),
		},
		resource.TestStep{
			PreConfig:   func() { jira.Start(); jira.SetKeyAPI(false) },
			Config:      config,
			ExpectError: says(`Inactive AES keys of the instance "jira" not listed`, "answered 404"),
		},
		resource.TestStep{
			PreConfig:        func() { jira.SetKeyAPI(true) },
			Config:           config,
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
			Check:            rotated(jira, 1),
		})
}
