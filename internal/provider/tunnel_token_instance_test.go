package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

func TestAccTunnelToken_addedInstanceGetsTheStoredToken(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lines []string
		check func(*tunnelSite) resource.TestCheckFunc
	}{
		"and it is dropped from state": {nil, func(*tunnelSite) resource.TestCheckFunc {
			return resource.TestCheckNoResourceAttr(string(tunnelToken), "token")
		}},
		"and it stays in state where told to": {[]string{"store_token = true"}, (*tunnelSite).stored},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			run(t, site.Estate,
				resource.TestStep{Config: site.config(), Check: site.down()},
				resource.TestStep{
					PreConfig: site.resetLogs,
					Config:    site.delivering(test.lines...),
					ConfigPlanChecks: tunnelToken.plans(plancheck.ResourceActionUpdate, tunnelToken.opens("delivered"),
						tunnelToken.keeps("last_rotated_at", knownvalue.StringExact("2026-01-05T08:00:00Z"))),
					Check: resource.ComposeTestCheckFunc(site.sent(deliverToken), site.connected(), site.hashed(), test.check(site)),
					ConfigStateChecks: []statecheck.StateCheck{
						tunnelToken.has("delivered", knownvalue.Bool(true)), tunnelToken.hasText("cloud_org_name", "Example"),
					},
				})
			verify(t, site.regenerated(1))
		})
	}
}

func TestTunnelToken_plansSayThatTheyDeliver(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.NewManagedResource("atlassian_tunnel_token")
	token.Create(t, acctest.Object{"hostname": tunnelID})
	token.Plan(t, acctest.Object{"hostname": tunnelID, "instance": "jira"}).
		Diagnostics.MustWarn(t, "Tunnel token delivery planned", "delivers the stored token", tunnelID, `"jira"`)
	both := token.Plan(t, acctest.Object{"hostname": tunnelID, "instance": "jira", "rotate_triggers": acctest.Object{"release": "1"}})
	for _, warning := range both.Diagnostics.Warnings() {
		if strings.Contains(warning, "delivers the stored token") {
			t.Errorf("a plan that makes a new token says: %s", warning)
		}
	}
}

func TestAccTunnelToken_removedStoreTokenDropsTheToken(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]string{"left out": nil, "false": {"store_token = false"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			run(t, site.Estate,
				resource.TestStep{Config: site.delivering("store_token = true"), Check: site.stored()},
				resource.TestStep{
					PreConfig:        site.resetLogs,
					Config:           site.delivering(lines...),
					ConfigPlanChecks: plansNoRegeneration(knownvalue.StringExact("2026-01-05T08:00:00Z")),
					Check:            resource.ComposeTestCheckFunc(site.sent(), site.hashed()),
					ConfigStateChecks: append(tunnelToken.hasNull("token"),
						tunnelToken.has("store_token", knownvalue.Bool(false)), tunnelToken.has("delivered", knownvalue.Bool(true))),
				})
			verify(t, site.regenerated(1), site.connected())
		})
	}
}

// A token that was not stored is not known any more, so storing begins with the
// next one.
func TestAccTunnelToken_storingBeginsWithTheNextToken(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate,
		resource.TestStep{Config: site.delivering()},
		resource.TestStep{
			PreConfig:         site.resetLogs,
			Config:            site.delivering("store_token = true"),
			Check:             site.sent(),
			ConfigStateChecks: tunnelToken.hasNull("token"),
		},
		resource.TestStep{
			Config: site.delivering("store_token = true", triggered("1")),
			Check:  resource.ComposeTestCheckFunc(site.stored(), site.connected(), site.regenerated(2)),
		})
}

func TestAccTunnelToken_removedInstanceForgetsTheDelivery(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate,
		resource.TestStep{Config: site.delivering()},
		resource.TestStep{
			PreConfig:         site.resetLogs,
			Config:            site.config(),
			ConfigPlanChecks:  plansNoRegeneration(knownvalue.StringExact("2026-01-05T08:00:00Z")),
			Check:             site.sent(),
			ConfigStateChecks: tunnelToken.hasNull("delivered", "delivered_at", "cloud_org_name", "cloud_page_url", "app_links_url", "token"),
		})
	verify(t, site.connected())
}

// A tunnel moves to another instance with a token that both sides know: the
// stored one, or a new one where none is stored.
func TestAccTunnelToken_anotherInstanceGetsAToken(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lines         []string
		regenerations int
		wants         func(*tunnelSite) []string
	}{
		"the stored one": {[]string{"store_token = true"}, 1, func(*tunnelSite) []string { return []string{deliverToken} }},
		"a new one": {nil, 2, func(site *tunnelSite) []string {
			return []string{askStatus, listInactive, site.regeneration(), deliverToken}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			run(t, site.Estate,
				resource.TestStep{Config: site.twoNames("jira", test.lines...)},
				resource.TestStep{
					PreConfig:         site.resetLogs,
					Config:            site.twoNames("moved", test.lines...),
					ConfigPlanChecks:  tunnelToken.plans(plancheck.ResourceActionUpdate, tunnelToken.opens("delivered")),
					Check:             resource.ComposeTestCheckFunc(site.sent(test.wants(site)...), site.connected()),
					ConfigStateChecks: []statecheck.StateCheck{tunnelToken.has("delivered", knownvalue.Bool(true))},
				})
			verify(t, site.regenerated(test.regenerations))
		})
	}
}

// twoNames returns a configuration that hands the token to instance, which is
// jira by its name or as "moved".
func (s *tunnelSite) twoNames(instance string, lines ...string) string {
	s.Setenv("ATLASSIAN_INSTANCE_MOVED_TOKEN", "jira-token")
	return fmt.Sprintf("provider \"atlassian\" {\n  instances = { jira = { url = %q }, moved = { url = %q } }\n}\n", s.jira.URL(), s.jira.URL()) +
		tunnelBlock("test", tunnelID, append(lines, fmt.Sprintf("instance = %q", instance))...)
}

// Which instance it is turns out during apply.
func TestAccTunnelToken_unknownInstanceRegeneratesOnlyIfItIsAnother(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		instance      string
		regenerations int
	}{
		"the same": {"jira", 1},
		"another":  {"moved", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			config := func(instance string) string {
				chosen := fmt.Sprintf("terraform_data.upstream.id == %q ? %q : %q", "never", "jira", instance)
				return upstream + strings.Replace(site.twoNames("chosen"), `"chosen"`, chosen, 1)
			}
			run(t, site.Estate,
				resource.TestStep{Config: config("jira"), ConfigVariables: input("first"), Check: site.regenerated(1)},
				resource.TestStep{
					Config:           config(test.instance),
					ConfigVariables:  input("second"),
					ConfigPlanChecks: plansRegeneration(),
					Check:            resource.ComposeTestCheckFunc(site.regenerated(test.regenerations), site.connected()),
				})
		})
	}
}
