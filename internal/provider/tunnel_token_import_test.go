// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

// mustBeImported fails unless the state holds nothing but what the tunnel is
// called, and the plan is empty.
func (s *tunnelSite) mustBeImported(t *testing.T, token *acctest.ManagedResource) {
	t.Helper()
	token.MustHold(t, map[string]string{
		"token": "", "token_sha256": "", "status": "", "delivered": "", "last_rotated_at": "", "next_rotation_at": "",
		"rotation_origin": "", "rotation_reason": "", "rotation_attempted_at": "",
		"id": tunnelID, "hostname": tunnelID, "organization_id": s.organization.ID(),
		"store_token": "true", "preflight": "true", "rotate_on_create": "true", "rotation_paused": "false", "rotation_due": "false",
	})
	token.Plan(t, stored()).MustBeEmpty(t)
	verify(t, s.sent())
}

func TestTunnelToken_importSendsNothingAndPlansNothing(t *testing.T) {
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
			token := site.token()
			token.Import(t, id(site.organization.ID())).MustBeQuiet(t)
			site.mustBeImported(t, token)
		})
	}
}

func TestAccTunnelToken_importBlockSendsNothingAndPlansNothing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate, resource.TestStep{
		Config:           fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", tunnelToken, tunnelID) + site.config(),
		ConfigPlanChecks: tunnelToken.plans(plancheck.ResourceActionNoop),
	})
	verify(t, site.sent())
}

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
				token := site.token()
				token.ImportByIdentity(t, identity(site.organization.ID())).MustBeQuiet(t)
				site.mustBeImported(t, token)
			})
		}
	}
}

// An import cannot know triggers, schedule and instance: the first apply records
// them and sends nothing, and the next change of the triggers regenerates.
func TestTunnelToken_importRecordsWhatItCannotKnow(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token, scheduled := site.token(), acctest.Object{"rotation_interval": "30d"}
	token.Import(t, tunnelID).MustBeQuiet(t)
	first := token.Plan(t, handedOver(scheduled, released("1")))
	first.Diagnostics.MustWarn(t, "rotate_triggers recorded without a rotation", "an import never rotates")
	first.MustHold(t, map[string]string{"last_rotated_at": "", "rotation_reason": ""})
	token.Apply(t.Context(), t, first).MustBeQuiet(t)
	verify(t, site.sent())
	token.MustHold(t, map[string]string{"delivered": "", "last_rotated_at": "", "rotation_reason": "", "store_token": "false", "next_rotation_at": "2026-02-04T08:00:00Z"})

	second := token.Plan(t, handedOver(scheduled, released("2")))
	second.MustHold(t, map[string]string{"rotation_reason": "triggers"})
	token.Apply(t.Context(), t, second).MustBeQuiet(t)
	verify(t, site.regenerated(1), site.connected())
}

func TestTunnelToken_importReportsWhatIsWrong(t *testing.T) {
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
			token := site.token()
			token.Import(t, test.id).MustFail(t, test.says...)
			if token.Exists() {
				t.Error("there is something in state")
			}
			verify(t, site.sent())
		})
	}
}

func TestTunnelToken_importByIdentityReportsWhatIsWrong(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.token().ImportByIdentity(t, acctest.Object{"hostname": "jira"}).MustFailAt(t, "hostname", "Not a tunnel")
	site.Setenv("ATLASSIAN_ORGANIZATION_ID", "")
	site.token().ImportByIdentity(t, acctest.Object{"hostname": tunnelID}).MustFailAt(t, "organization_id", "Organization missing")
}
