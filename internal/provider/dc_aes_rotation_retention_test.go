package provider_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// deleted checks how many deletions the instance was sent in all, and how
// many inactive keys are left.
func deleted(instance *simulator.Instance, times, left int) resource.TestCheckFunc {
	return resource.ComposeTestCheckFunc(
		func(*terraform.State) error {
			return equal("deletions", instance.Count(http.MethodDelete, inactivePath), times)
		},
		func(*terraform.State) error { return equal("inactive keys", len(instance.InactiveKeys()), left) },
	)
}

// plansDeletion checks that the plan updates in place to delete keys, and does
// not rotate.
func plansDeletion(lastRotatedAt string) resource.ConfigPlanChecks {
	checks := plansQuietUpdate(knownvalue.StringExact(lastRotatedAt))
	checks.PreApply = append(checks.PreApply, aesRotation.opens("inactive_keys"))
	return checks
}

func TestAccDCAESRotation_withoutRetentionNothingIsDeleted(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, "")
	run(t, estate,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        func() { estate.Clock.Advance(1000 * day) },
			Config:           config,
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
			Check:            deleted(jira, 0, 2),
		})
}

func TestAccDCAESRotation_retentionOfZeroDeletesRightAfterEachRotation(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := func(trigger string) string {
		return aesRotationConfig(estate, `inactive_key_retention = "0s"`+"\npreflight = false\n"+triggered(trigger))
	}
	run(t, estate,
		resource.TestStep{
			Config: config("1"),
			Check: resource.ComposeTestCheckFunc(
				sent(jira, listInactive, rotateKey, listInactive, deleteInactive), deleted(jira, 1, 0)),
			ConfigStateChecks: []statecheck.StateCheck{aesRotation.has("inactive_keys", knownvalue.ListSizeExact(0)), aesRotation.has("deletion_due", knownvalue.Bool(false))},
		},
		resource.TestStep{
			PreConfig:        jira.ResetLog,
			Config:           config("2"),
			ConfigPlanChecks: plansRotation(),
			Check:            sent(jira, listInactive, listInactive, rotateKey, listInactive, deleteInactive),
		},
		resource.TestStep{
			// A key that somebody else's rotation has left is deleted as well.
			PreConfig:        func() { estate.Clock.Advance(day); jira.ResetLog(); jira.Rotate() },
			Config:           config("2"),
			ConfigPlanChecks: plansDeletion("2026-01-06T08:00:00Z"),
			Check:            deleted(jira, 1, 0),
		})
}

func TestAccDCAESRotation_retentionDeletesOnceAfterAllKeysAreOldEnough(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, `inactive_key_retention = "30d"`)
	run(t, estate,
		resource.TestStep{Config: config, Check: deleted(jira, 0, 2)},
		resource.TestStep{
			PreConfig: func() { estate.Clock.Advance(29 * day); jira.Rotate() },
			Config:    config,
			Check:     deleted(jira, 0, 3),
		},
		resource.TestStep{
			PreConfig:        func() { estate.Clock.Advance(29 * day) },
			Config:           config,
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
			Check:            deleted(jira, 0, 3),
		},
		resource.TestStep{
			PreConfig:          func() { estate.Clock.Advance(day) },
			RefreshState:       true,
			ExpectNonEmptyPlan: true,
			Check:              aesRotation.shows("deletion_due", "true"),
		},
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: plansDeletion("2026-02-03T08:00:00Z"),
			Check:            resource.ComposeTestCheckFunc(deleted(jira, 1, 0), aesRotation.shows("inactive_keys.#", "0")),
		},
		resource.TestStep{
			PreConfig:        func() { estate.Clock.Advance(100 * day) },
			Config:           config,
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
			Check:            deleted(jira, 1, 0),
		})
}

// Both fall due at once: the old keys go before the rotation adds a young one.
func TestAccDCAESRotation_deletesOldKeysBeforeItRotates(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, "inactive_key_retention = \"7d\"\nrotation_interval = \"7d\"\npreflight = false")
	run(t, estate,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        func() { estate.Clock.Advance(7 * day); jira.ResetLog() },
			Config:           config,
			ConfigPlanChecks: plansRotation(),
			Check: resource.ComposeTestCheckFunc(
				sent(jira, listInactive, listInactive, deleteInactive, rotateKey, listInactive), deleted(jira, 1, 1)),
		})
}

// A retention that changes while a deletion is due is judged anew first.
func TestAccDCAESRotation_changedRetentionTakesADueDeletionBack(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string]string{
		"longer":                      `inactive_key_retention = "90d"`,
		"none":                        "",
		"longer, known only in apply": `inactive_key_retention = terraform_data.upstream.output == "same" ? "90d" : "30d"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			run(t, estate,
				resource.TestStep{Config: aesRotationConfig(estate, `inactive_key_retention = "30d"`)},
				resource.TestStep{
					PreConfig:       func() { estate.Clock.Advance(31 * day) },
					Config:          upstream + aesRotationConfig(estate, lines),
					ConfigVariables: input("first"),
					Check:           deleted(jira, 0, 2),
				})
		})
	}
}

func TestDCAESRotation_deletionWarnsAndSparesKeysThatJoinedSinceThePlan(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	config := acctest.Object{"instance": "jira", "inactive_key_retention": "30d"}
	rotation.Create(t, config)
	estate.Clock.Advance(30 * day)
	plan := rotation.Plan(t, config)
	plan.Diagnostics.MustWarn(t, "Deletion of inactive AES keys planned", "all 2 inactive AES keys", "cannot be undone")
	news := jira.Rotate()
	rotation.Apply(t.Context(), t, plan).MustWarn(t, "Nothing was deleted", news)
	verify(t, deleted(jira, 0, 3))
	rotation.Plan(t, config).Diagnostics.MustWarn(t, "AES key rotated outside of Terraform", news)
}

func TestDCAESRotation_warnsOfARetentionThatNoKeyReaches(t *testing.T) {
	t.Parallel()
	estate, _ := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	config := func(retention string) acctest.Object {
		return acctest.Object{
			"instance": "jira", "rotation_interval": "30d", "early_rotation_window": "1d", "inactive_key_retention": retention,
		}
	}
	rotation.Validate(t, config("30d")).MustWarn(t, "Inactive keys may never be deleted", "at most 29d")
	rotation.Validate(t, config("29d")).MustBeQuiet(t)
	rotation.Validate(t, config("-1d")).MustFail(t, "Not a duration")
}

// A deletion that fails after the rotation is made up for without another one.
func TestAccDCAESRotation_failedDeletionIsRepeatedWithoutRotating(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := func(trigger string) string {
		return aesRotationConfig(estate, `inactive_key_retention = "0s"`+"\n"+triggered(trigger))
	}
	failing := func() {
		jira.Inject(simulator.Fault{Method: http.MethodDelete, Kind: simulator.Status, Status: http.StatusInternalServerError})
	}
	run(t, estate,
		// Terraform would replace what failed to be created, so this only warns.
		resource.TestStep{
			PreConfig:          failing,
			Config:             config("1"),
			Check:              resource.ComposeTestCheckFunc(rotated(jira, 1), deleted(jira, 1, 2)),
			ConfigStateChecks:  []statecheck.StateCheck{aesRotation.has("deletion_due", knownvalue.Bool(true))},
			ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			PreConfig: jira.ClearFaults,
			Config:    config("1"),
			Check:     resource.ComposeTestCheckFunc(rotated(jira, 1), deleted(jira, 2, 0)),
		},
		resource.TestStep{
			PreConfig:   failing,
			Config:      config("2"),
			ExpectError: says(`Inactive AES keys of the instance "jira" not deleted`, "The instance failed with 500"),
		},
		resource.TestStep{
			PreConfig: jira.ClearFaults,
			Config:    config("2"),
			Check:     resource.ComposeTestCheckFunc(rotated(jira, 2), deleted(jira, 4, 0)),
		})
}

// A deletion whose answer is lost is looked up like a rotation.
func TestDCAESRotation_deletionWithoutAnswerIsLookedUp(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	jira.Inject(simulator.Fault{Method: http.MethodDelete, Kind: simulator.ResetAfter})
	plan := rotation.Plan(t, acctest.Object{"instance": "jira", "inactive_key_retention": "0s"})
	rotation.Apply(t.Context(), t, plan).MustWarn(t, "the list of inactive keys shows that it happened")
	verify(t, rotated(jira, 1), deleted(jira, 1, 0))
}
