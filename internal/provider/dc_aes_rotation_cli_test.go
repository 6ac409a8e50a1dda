// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// What a real CLI makes of the resource, once for each of its commands. All else
// is tested over the protocol.

// plansRotation checks that the plan updates in place and leaves the time of the
// rotation open.
func plansRotation() resource.ConfigPlanChecks {
	return aesRotation.plans(plancheck.ResourceActionUpdate, aesRotation.rotates())
}

func TestAccDCAESRotation_isCreatedChangedAndDestroyed(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate,
		resource.TestStep{
			Config:           aesRotationConfig(estate, triggered("1")),
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionCreate, aesRotation.rotates(), aesRotation.keeps("rotation_reason", knownvalue.StringExact("creation"))),
			Check:            rotated(jira, 1),
			ConfigStateChecks: []statecheck.StateCheck{
				aesRotation.hasText("id", "jira"),
				aesRotation.hasText("last_rotated_at", "2026-01-05T08:00:00Z"),
				aesRotation.has("drift_acknowledged", knownvalue.Bool(true)),
			},
		},
		resource.TestStep{
			Config:           aesRotationConfig(estate, triggered("2")),
			ConfigPlanChecks: plansRotation(),
			Check:            rotated(jira, 2),
		},
		resource.TestStep{
			PreConfig: jira.ResetLog,
			Config:    estate.ProviderBlock(),
			Check:     sent(jira, listInactive),
		})
}

func TestAccDCAESRotation_rotatesAndDeletesWhenDue(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, "rotation_interval = \"7d\"\ninactive_key_retention = \"7d\"")
	run(t, estate,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:          func() { estate.Clock.Advance(7 * day) },
			RefreshState:       true,
			ExpectNonEmptyPlan: true,
			Check: resource.ComposeTestCheckFunc(rotated(jira, 1), deleted(jira, 0, 2),
				aesRotation.shows("rotation_due", "true"), aesRotation.shows("deletion_due", "true")),
		},
		resource.TestStep{
			Config:            config,
			ConfigPlanChecks:  plansRotation(),
			Check:             resource.ComposeTestCheckFunc(rotated(jira, 2), deleted(jira, 1, 1)),
			ConfigStateChecks: []statecheck.StateCheck{aesRotation.hasText("next_rotation_at", "2026-01-19T08:00:00Z"), aesRotation.hasText("rotation_reason", "schedule")},
		})
}

// Values that depend on something that is being created.
func TestAccDCAESRotation_unknownTriggersRotateOnlyIfTheyDiffer(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := upstream + aesRotationConfig(estate, `rotate_triggers = { upstream = terraform_data.upstream.output }`)
	run(t, estate,
		resource.TestStep{Config: config, ConfigVariables: input("first"), Check: rotated(jira, 1)},
		resource.TestStep{Config: config, ConfigVariables: input("second"), ConfigPlanChecks: plansRotation(), Check: rotated(jira, 1)},
		resource.TestStep{
			Config:          strings.Replace(config, "upstream.output", "upstream.id", 1),
			ConfigVariables: input("third"),
			Check:           rotated(jira, 2),
		})
}

func TestAccDCAESRotation_importBlockLeavesAnEmptyPlan(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate, resource.TestStep{
		Config:           "import {\n  to = atlassian_dc_aes_rotation.test\n  id = \"jira\"\n}\n" + aesRotationConfig(estate, ""),
		ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
		Check:            sent(jira, listInactive),
	})
}

// What a CLI says of bad configurations, once: in validate and plan, before
// anything is changed.
func TestAccDCAESRotation_refusesBadConfigurationsBeforeAnythingIsChanged(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	refused := func(config string, parts ...string) resource.TestStep {
		return resource.TestStep{Config: config, PlanOnly: true, ExpectError: says(parts...)}
	}
	run(t, estate,
		refused(aesRotationConfig(estate, "rotate_triggers = { release = [] }"), `Inappropriate value for attribute "rotate_triggers"`),
		refused(estate.ProviderBlock()+aesRotationBlock("test", "wiki", ""), `Unknown instance "wiki"`, `configures the instances "jira"`),
		refused(estate.ProviderBlock()+aesRotationBlock("test", "jira", "")+aesRotationBlock("second", "jira", "preflight = false"), "Two resources manage the AES keys of the instance at http://127.0.0.1"),
	)
	// The first of the two resources was planned.
	verify(t, sent(jira, listInactive))
}

// Pipelines that watch for drift live on these exit codes: 2 for what changed
// elsewhere until it is saved, 0 as long as nothing does.
func TestAccDCAESRotation_driftShowsInTheExitCodes(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	workspace := estate.NewWorkspace(t)
	workspace.MustConfigure(aesRotationConfig(estate, "rotation_interval = \"90d\"\ninactive_key_retention = \"365d\"\n"+triggered("1")))
	workspace.MustRun(0, "apply", "-auto-approve")
	refreshOnly := []string{"plan", "-refresh-only", "-detailed-exitcode"}
	workspace.MustRun(0, refreshOnly...)
	workspace.MustRun(0, "plan", "-detailed-exitcode")

	jira.Rotate()
	seen := workspace.MustRun(2, refreshOnly...)
	for _, wanted := range []string{`AES key of "jira" rotated outside of Terraform`, `rotation_origin`, `"external"`} {
		if !strings.Contains(seen.Stdout, wanted) {
			t.Errorf("the plan does not say %s:\n%s", wanted, seen.Stdout)
		}
	}
	workspace.MustRun(2, "plan", "-detailed-exitcode")
	workspace.MustRun(2, "plan", "-detailed-exitcode")
	workspace.MustRun(0, "apply", "-auto-approve")
	workspace.MustRun(0, refreshOnly...)
	workspace.MustRun(0, "plan", "-detailed-exitcode")
	verify(t, asked(jira, 1, 2))
}

// A saved plan, a forced replacement whose configuration ignore_changes holds
// back in part, and another instance, which replaces: no single resource is taken
// for two, and the last one says all that follows.
func TestAccDCAESRotation_savedPlansReplaceASingleResource(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	wiki := estate.AddInstance(simulator.InstanceConfig{Name: "wiki", Product: simulator.Confluence, Token: "wiki-token"})
	workspace := estate.NewWorkspace(t)
	ignoring := "preflight = false\nlifecycle {\n  ignore_changes = [rotate_triggers]\n}\n"
	block := func(instance, version string) string {
		return estate.ProviderBlock() + aesRotationBlock("test", instance, ignoring+triggered(version))
	}
	workspace.MustConfigure(block("jira", "1"))
	workspace.MustRun(0, "apply", "-auto-approve")
	workspace.MustConfigure(block("jira", "2"))
	workspace.MustRun(0, "plan", "-detailed-exitcode")
	saved := filepath.Join(t.TempDir(), "saved.tfplan")
	workspace.MustRun(0, "plan", "-replace="+string(aesRotation), "-out="+saved)
	verify(t, rotated(jira, 1))
	workspace.MustRun(0, "apply", saved)
	verify(t, rotated(jira, 2))

	workspace.MustConfigure(block("wiki", "2"))
	moved := workspace.MustRun(0, "apply", "-auto-approve")
	if wanted := `Rotation of the AES key of "wiki" planned: creation`; !strings.Contains(moved.Stdout, wanted) {
		t.Errorf("the plan does not say %s:\n%s", wanted, moved.Stdout)
	}
	verify(t, rotated(jira, 2), rotated(wiki, 1))
	workspace.MustRun(0, "destroy", "-auto-approve")
}

// One apply rotates a whole fleet, each instance once, and one refresh asks each
// instance once.
func TestAccDCAESRotation_oneApplyRotatesAFleet(t *testing.T) {
	t.Parallel()
	const size = 60
	estate := acctest.NewEstate(t, simulator.WithDelay(100*time.Millisecond), simulator.WithSleep(clock.System{}.Sleep))
	fleet := make([]*simulator.Instance, size)
	for i := range fleet {
		fleet[i] = estate.AddInstance(simulator.InstanceConfig{Name: fmt.Sprintf("jira-%d", i), Product: simulator.Jira, Token: "jira-token"})
	}
	config := estate.ProviderBlock() + fmt.Sprintf(`
resource "atlassian_dc_aes_rotation" "fleet" {
  for_each = toset([for i in range(%d) : "jira-${i}"])
  instance = each.key
}
`, size)
	workspace := estate.NewWorkspace(t)
	workspace.MustConfigure(config)
	workspace.MustRun(0, "apply", "-auto-approve", "-parallelism=30")
	for _, instance := range fleet {
		verify(t, rotated(instance, 1))
		instance.ResetLog()
	}
	workspace.MustRun(0, "plan", "-detailed-exitcode")
	for _, instance := range fleet {
		verify(t, sent(instance, listInactive))
	}
}
