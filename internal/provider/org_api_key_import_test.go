package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestAccOrgAPIKey_importIsComplete(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"))
	imports := func(id string, kind resource.ImportStateKind) resource.TestStep {
		return resource.TestStep{
			ResourceName: apiKeyAddress, ImportState: true, ImportStateKind: kind,
			ImportStateId: id, ImportStateVerify: kind == resource.ImportCommandWithID,
		}
	}
	run(t, estate,
		resource.TestStep{Config: apiKeyConfig(label("ci"))},
		imports("ci-id", resource.ImportCommandWithID),
		imports(organization.ID()+"/ci-id", resource.ImportCommandWithID),
		imports("ci-id", resource.ImportBlockWithID),
		resource.TestStep{Config: apiKeyConfig(`key_id = "ci-id"`), ConfigPlanChecks: keyPlans(plancheck.ResourceActionNoop)},
		imports("ci-id", resource.ImportBlockWithID),
	)
}

func TestAccOrgAPIKey_importByIdentity(t *testing.T) {
	t.Parallel()
	estate, _ := newKeyOwner(t, labelled("ci"))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: estate.ProviderFactories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		Steps: []resource.TestStep{
			{Config: apiKeyConfig(label("ci"))},
			{ResourceName: apiKeyAddress, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

func TestAccOrgAPIKey_importRefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"), simulator.APIKey{ID: "old-id", Label: "old", RevokedAt: inDays(-1)})
	for name, test := range map[string]struct{ id, want string }{
		"unknown key":          {"nobody", `No API key with the ID "nobody"`},
		"label as ID":          {"ci", `set label\s+instead of key_id`},
		"revoked key":          {"old-id", `API key "old-id" is revoked`},
		"no key":               {organization.ID() + "/", "Not an API key"},
		"unknown organization": {"nowhere/ci-id", `API keys of the organization "nowhere" not listed`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, estate,
				resource.TestStep{Config: apiKeyConfig(label("ci") + "revoke_on_destroy = false")},
				resource.TestStep{
					ResourceName: apiKeyAddress, ImportState: true, ImportStateId: test.id, ExpectError: regexp.MustCompile(test.want),
				})
		})
	}
}

// What is not known in a plan is looked up in the apply; and a key that is under
// management is never replaced for one that no plan has found.
func TestAccOrgAPIKey_labelKnownOnlyDuringApply(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci-1"), labelled("ci-2"))
	config := func(name string) string {
		return "resource \"terraform_data\" \"name\" {\n  input = \"" + name + "\"\n}\n" + apiKeyConfig("label = terraform_data.name.output")
	}
	run(t, estate,
		resource.TestStep{
			PreConfig:        func() { estate.Simulator.Cloud().ResetLog() },
			Config:           config("ci-1"),
			ConfigPlanChecks: keyPlans(plancheck.ResourceActionCreate),
			Check:            resource.TestCheckResourceAttr(apiKeyAddress, "id", "ci-1-id"),
		},
		resource.TestStep{Config: config("ci-2"), ExpectError: regexp.MustCompile("inconsistent final plan")},
		resource.TestStep{
			Config:           config("ci-2"),
			ConfigPlanChecks: keyPlans(plancheck.ResourceActionDestroyBeforeCreate),
			Check: resource.ComposeTestCheckFunc(
				resource.TestCheckResourceAttr(apiKeyAddress, "id", "ci-2-id"),
				revoked(estate, organization, "ci-1-id"),
				func(*terraform.State) error { return equal("revocations", revocations(estate), 1) },
			),
		})
}
