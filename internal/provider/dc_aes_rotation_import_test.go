package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// importByID returns steps that plan the configuration, which creates nothing,
// and import the rotation in it.
func importByID(config, id string) []resource.TestStep {
	return []resource.TestStep{
		{Config: config, PlanOnly: true, ExpectNonEmptyPlan: true},
		{ResourceName: string(aesRotation), ImportState: true, ImportStateId: id, ImportStatePersist: true},
	}
}

const (
	importBlock         = "import {\n  to = atlassian_dc_aes_rotation.test\n  id = \"jira\"\n}\n"
	importIdentityBlock = "import {\n  to = atlassian_dc_aes_rotation.test\n  identity = { instance = \"jira\" }\n}\n"
)

func TestAccDCAESRotation_importByIDLeavesAnEmptyPlan(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, "")
	run(t, estate, append(importByID(config, "jira"), resource.TestStep{
		Config:           config,
		ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
		Check:            rotated(jira, 0),
		ConfigStateChecks: []statecheck.StateCheck{
			aesRotation.hasText("id", "jira"),
			aesRotation.has("inactive_keys", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("old-key")})),
			aesRotation.has("last_rotated_at", knownvalue.Null()),
			aesRotation.has("rotation_origin", knownvalue.Null()),
		},
	})...)
}

// Everything that can be read after a creation is there after an import as well.
func TestAccDCAESRotation_importFindsWhatACreationLeft(t *testing.T) {
	t.Parallel()
	estate, _ := newJira(t)
	config := aesRotationConfig(estate, "")
	run(t, estate,
		resource.TestStep{Config: config},
		resource.TestStep{
			ResourceName: string(aesRotation), ImportState: true, ImportStateId: "jira", ImportStateVerify: true,
			// An instance does not tell when and how it was rotated.
			ImportStateVerifyIgnore: []string{
				"last_rotated_at", "rotation_origin", "rotation_status", "rotation_message", "product", "version",
			},
		})
}

func TestAccDCAESRotation_importBlockLeavesAnEmptyPlan(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate, resource.TestStep{
		Config:           importBlock + aesRotationConfig(estate, ""),
		ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
		Check:            sent(jira, listInactive),
	})
}

func TestAccDCAESRotation_importByIdentityLeavesAnEmptyPlan(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: estate.ProviderFactories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{{
			Config:           importIdentityBlock + aesRotationConfig(estate, ""),
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
			Check:            sent(jira, listInactive),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectIdentity(string(aesRotation), map[string]knownvalue.Check{"instance": knownvalue.StringExact("jira")}),
			},
		}},
	})
}

func TestAccDCAESRotation_importNeverRotatesWhateverTheTriggers(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string]func(config string) []resource.TestStep{
		"by block": func(config string) []resource.TestStep {
			return []resource.TestStep{{Config: importBlock + config, ConfigPlanChecks: plansQuietUpdate(knownvalue.Null())}}
		},
		"by id": func(config string) []resource.TestStep {
			return append(importByID(config, "jira"), resource.TestStep{Config: config, ConfigPlanChecks: plansQuietUpdate(knownvalue.Null())})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			lines := "rotation_interval = \"7d\"\n"
			imported := steps(aesRotationConfig(estate, lines+triggered("1")))
			last := &imported[len(imported)-1]
			last.Check = rotated(jira, 0)
			last.ConfigStateChecks = []statecheck.StateCheck{aesRotation.hasText("next_rotation_at", "2026-01-12T08:00:00Z")}
			run(t, estate, append(imported, resource.TestStep{
				Config:           aesRotationConfig(estate, lines+triggered("2")),
				ConfigPlanChecks: plansRotation(),
				Check:            rotated(jira, 1),
			})...)
		})
	}
}

// Nothing tells triggers that were there at the import from those that came
// later, so the first ones are recorded, and the plan says that they do not rotate.
func TestDCAESRotation_firstTriggersAfterAnImportAreRecordedAndWarnedOf(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	rotation.Import(t, "jira").MustBeQuiet(t)
	rotation.Plan(t, acctest.Object{"instance": "jira"}).Diagnostics.MustBeQuiet(t)

	config := func(release string) acctest.Object {
		return acctest.Object{"instance": "jira", "rotate_triggers": acctest.Object{"release": release}}
	}
	plan := rotation.Plan(t, config("1"))
	plan.Diagnostics.MustWarn(t, "rotate_triggers recorded without a rotation", "imported")
	rotation.Apply(t.Context(), t, plan).MustBeQuiet(t)
	verify(t, rotated(jira, 0))

	rotation.Apply(t.Context(), t, rotation.Plan(t, config("2"))).MustBeQuiet(t)
	verify(t, rotated(jira, 1))
}

func TestAccDCAESRotation_importReportsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		id      string
		prepare func(jira *simulator.Instance)
		says    []string
	}{
		"unknown instance": {id: "wiki", prepare: func(*simulator.Instance) {}, says: []string{`Unknown instance "wiki"`, `the instances "jira"`}},
		"instance is down": {
			id:      "jira",
			prepare: func(jira *simulator.Instance) { jira.Stop() },
			says:    []string{`Inactive AES keys of the instance "jira" not listed`, "could not be reached"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			steps := importByID(aesRotationConfig(estate, ""), test.id)
			steps[1].PreConfig = func() { test.prepare(jira) }
			steps[1].ExpectError = says(test.says...)
			run(t, estate, steps...)
			verify(t, sent(jira))
		})
	}
}
