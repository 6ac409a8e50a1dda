package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

// importTunnel returns an import block for the tunnel token.
func importTunnel(by string) string {
	return fmt.Sprintf("import {\n  to = %s\n  %s\n}\n", tunnelToken, by)
}

// imported checks what is in state after an import: nothing but what the tunnel
// is called.
func (s *tunnelSite) imported() []statecheck.StateCheck {
	return append(tunnelToken.hasNull("token", "token_sha256", "status", "delivered", "last_rotated_at", "rotation_origin"),
		tunnelToken.hasText("id", tunnelID),
		tunnelToken.hasText("organization_id", s.organization.ID()),
		tunnelToken.has("store_token", knownvalue.Bool(true)),
		tunnelToken.has("rotation_due", knownvalue.Bool(false)))
}

func TestAccTunnelToken_importSendsNothingAndPlansNothing(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]func(organization string) string{
		"hostname":                  func(string) string { return tunnelID },
		"host name with domain":     func(string) string { return tunnelID + ".atlassian.com" },
		"URL":                       func(string) string { return "http://" + tunnelID + ".atlassian.com" },
		"organization and hostname": func(organization string) string { return organization + "/" + tunnelID },
		"organization and URL":      func(organization string) string { return organization + "/https://" + tunnelID + ".atlassian.com/" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			run(t, site.Estate, resource.TestStep{
				Config:            importTunnel(fmt.Sprintf("id = %q", id(site.organization.ID()))) + site.config(),
				ConfigPlanChecks:  tunnelToken.plans(plancheck.ResourceActionNoop),
				ConfigStateChecks: site.imported(),
			})
			verify(t, site.sent())
		})
	}
}

func TestAccTunnelToken_importCommandSendsNothingAndPlansNothing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	config := site.ProviderBlock() + tunnelBlock("test", "http://"+tunnelID+".atlassian.com")
	run(t, site.Estate,
		resource.TestStep{Config: config, PlanOnly: true, ExpectNonEmptyPlan: true},
		resource.TestStep{ResourceName: string(tunnelToken), ImportState: true, ImportStateId: tunnelID, ImportStatePersist: true},
		resource.TestStep{Config: config, ConfigPlanChecks: tunnelToken.plans(plancheck.ResourceActionNoop), ConfigStateChecks: site.imported()})
	verify(t, site.sent())
}

func TestAccTunnelToken_importByIdentitySendsNothingAndPlansNothing(t *testing.T) {
	t.Parallel()
	for name, organization := range map[string]func(id string) string{
		"of the provider": func(string) string { return "" },
		"of its own":      func(id string) string { return fmt.Sprintf("organization_id = %q, ", id) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: site.ProviderFactories(),
				TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
				Steps: []resource.TestStep{{
					Config:           importTunnel(fmt.Sprintf("identity = { %shostname = %q }", organization(site.organization.ID()), tunnelID)) + site.config(),
					ConfigPlanChecks: tunnelToken.plans(plancheck.ResourceActionNoop),
					ConfigStateChecks: append(site.imported(), statecheck.ExpectIdentity(string(tunnelToken), map[string]knownvalue.Check{
						"organization_id": knownvalue.StringExact(site.organization.ID()), "hostname": knownvalue.StringExact(tunnelID),
					})),
				}},
			})
			verify(t, site.sent())
		})
	}
}

// An import cannot know triggers, schedule and instance: the first apply records
// them and sends nothing, and the next change of the triggers regenerates.
func TestAccTunnelToken_importRecordsWhatItCannotKnow(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate,
		resource.TestStep{
			Config:           importTunnel(fmt.Sprintf("id = %q", tunnelID)) + site.delivering(triggered("1"), `rotation_interval = "30d"`),
			ConfigPlanChecks: plansNoRegeneration(knownvalue.Null()),
			Check:            site.sent(),
			ConfigStateChecks: append(tunnelToken.hasNull("delivered", "last_rotated_at"),
				tunnelToken.has("store_token", knownvalue.Bool(false)), tunnelToken.hasText("next_rotation_at", "2026-02-04T08:00:00Z")),
		},
		resource.TestStep{
			Config:           site.delivering(triggered("2"), `rotation_interval = "30d"`),
			ConfigPlanChecks: plansRegeneration(),
			Check:            resource.ComposeTestCheckFunc(site.regenerated(1), site.connected()),
		})
}

func TestAccTunnelToken_importReportsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		id           string
		organization string
		says         []string
	}{
		"no tunnel":                       {"jira.example.com", "org", []string{"Not a tunnel", `"jira.example.com" names no tunnel`, "organization_id/hostname"}},
		"no tunnel of an organization":    {"org/jira", "org", []string{"Not a tunnel", `"jira" names no tunnel`}},
		"nothing after the organization":  {"org/", "org", []string{"Not a tunnel"}},
		"nothing before the hostname":     {"/" + tunnelID, "org", []string{"Organization missing"}},
		"organization in no place at all": {tunnelID, "", []string{"Organization missing", "ATLASSIAN_ORGANIZATION_ID"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.Setenv("ATLASSIAN_ORGANIZATION_ID", test.organization)
			run(t, site.Estate, resource.TestStep{
				Config:      importTunnel(fmt.Sprintf("id = %q", test.id)) + site.config(`organization_id = "org"`),
				ExpectError: says(test.says...),
			})
			verify(t, site.sent())
		})
	}
}

func TestTunnelToken_firstTriggersAfterAnImportAreRecordedAndWarnedOf(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.NewManagedResource("atlassian_tunnel_token")
	token.Import(t, tunnelID).MustBeQuiet(t)
	plan := token.Plan(t, acctest.Object{"hostname": tunnelID, "rotate_triggers": acctest.Object{"release": "1"}})
	plan.Diagnostics.MustWarn(t, "rotate_triggers recorded without a rotation", "imported")
	token.Apply(t.Context(), t, plan).MustBeQuiet(t)
	verify(t, site.sent())
}

// What newer CLIs do holds whatever the CLI of this machine.
func TestTunnelToken_importByIdentityTakesEveryForm(t *testing.T) {
	t.Parallel()
	for _, hostname := range []string{tunnelID, tunnelID + ".atlassian.com", "http://" + tunnelID + ".atlassian.com"} {
		for name, identity := range map[string]func(organization string) acctest.Object{
			"organization of the provider": func(string) acctest.Object { return acctest.Object{"hostname": hostname} },
			"organization of its own": func(organization string) acctest.Object {
				return acctest.Object{"hostname": hostname, "organization_id": organization}
			},
		} {
			t.Run(hostname+"/"+name, func(t *testing.T) {
				t.Parallel()
				site := newTunnelSite(t)
				token := site.NewManagedResource("atlassian_tunnel_token")
				token.ImportByIdentity(t, identity(site.organization.ID())).MustBeQuiet(t)
				if plan := token.Plan(t, acctest.Object{"hostname": tunnelID}); plan.Changes() {
					t.Error("the plan after the import is not empty")
				}
				if id, organization := token.String(t, "id"), token.String(t, "organization_id"); id != tunnelID || organization != site.organization.ID() {
					t.Errorf("imported %s of %s", id, organization)
				}
				verify(t, site.sent())
			})
		}
	}
}

func TestTunnelToken_importByIdentityReportsWhatIsWrong(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.NewManagedResource("atlassian_tunnel_token").ImportByIdentity(t, acctest.Object{"hostname": "jira"}).MustFailAt(t, "hostname", "Not a tunnel")
	site.Setenv("ATLASSIAN_ORGANIZATION_ID", "")
	site.NewManagedResource("atlassian_tunnel_token").ImportByIdentity(t, acctest.Object{"hostname": tunnelID}).MustFailAt(t, "organization_id", "Organization missing")
}
