package provider_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestAccTunnelToken_createChecksRegeneratesAndDelivers(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate, resource.TestStep{
		Config:           site.delivering(),
		ConfigPlanChecks: tunnelToken.plans(plancheck.ResourceActionCreate, tunnelToken.opens("last_rotated_at")),
		Check: resource.ComposeTestCheckFunc(
			site.regenerated(1), site.connected(), site.hashed(),
			site.sent(askStatus, listInactive, site.regeneration(), deliverToken),
		),
		ConfigStateChecks: append(tunnelToken.hasNull("token", "next_rotation_at", "rotation_attempted_at"),
			tunnelToken.hasText("id", tunnelID),
			tunnelToken.hasText("hostname", tunnelID),
			tunnelToken.hasText("organization_id", site.organization.ID()),
			tunnelToken.has("store_token", knownvalue.Bool(false)),
			tunnelToken.hasText("name", "tunnel1"),
			tunnelToken.hasText("status", "CONNECTED"),
			tunnelToken.hasText("on_premise_url", site.jira.URL()),
			tunnelToken.hasText("upstream_dns_url", "http://"+tunnelID+".self-hosted.atlassian.com"),
			tunnelToken.has("delivered", knownvalue.Bool(true)),
			tunnelToken.hasText("delivered_at", "2026-01-05T08:00:00Z"),
			tunnelToken.hasText("cloud_org_name", "Example"),
			tunnelToken.hasText("cloud_page_url", "https://admin.atlassian.com/o/"+site.organization.ID()+"/tunnels"),
			tunnelToken.hasText("app_links_url", "https://example.atlassian.net/plugins/servlet/applinks/listApplicationLinks"),
			tunnelToken.hasText("last_rotated_at", "2026-01-05T08:00:00Z"),
			tunnelToken.has("rotation_due", knownvalue.Bool(false)),
			tunnelToken.hasText("rotation_origin", "terraform"),
		),
	})
}

// hashed checks that the hash in state is that of the present token.
func (s *tunnelSite) hashed() resource.TestCheckFunc {
	return resource.TestCheckResourceAttrWith(string(tunnelToken), "token_sha256", func(digest string) error {
		want := sha256.Sum256([]byte(s.tunnel.Token()))
		if digest != hex.EncodeToString(want[:]) {
			return errors.New("token_sha256 is not the hash of the present token")
		}
		return nil
	})
}

func TestAccTunnelToken_createWithoutPreflightRegeneratesAndDelivers(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate, resource.TestStep{
		Config: site.delivering("preflight = false"),
		Check:  resource.ComposeTestCheckFunc(site.connected(), site.sent(site.regeneration(), deliverToken)),
	})
}

func TestAccTunnelToken_createWithoutInstanceStoresTheToken(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate, resource.TestStep{
		Config: site.config(),
		Check:  resource.ComposeTestCheckFunc(site.sent(site.regeneration()), site.stored(), site.hashed(), site.down()),
		ConfigStateChecks: append(tunnelToken.hasNull("delivered", "delivered_at", "cloud_org_name", "cloud_page_url", "app_links_url"),
			tunnelToken.has("store_token", knownvalue.Bool(true))),
	})
}

func TestAccTunnelToken_createWithInstanceStoresTheTokenWhereToldTo(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate, resource.TestStep{
		Config: site.delivering("store_token = true"),
		Check:  resource.ComposeTestCheckFunc(site.connected(), site.stored()),
	})
}

func TestAccTunnelToken_createWithoutRotatingSendsNothing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate,
		resource.TestStep{
			Config: site.delivering("rotate_on_create = false", `rotation_interval = "30d"`),
			ConfigPlanChecks: tunnelToken.plans(plancheck.ResourceActionCreate,
				tunnelToken.keeps("last_rotated_at", knownvalue.Null()), tunnelToken.keeps("token_sha256", knownvalue.Null())),
			Check: site.sent(),
			ConfigStateChecks: append(tunnelToken.hasNull("token", "token_sha256", "status", "delivered", "last_rotated_at", "rotation_origin"),
				tunnelToken.hasText("id", tunnelID), tunnelToken.hasText("next_rotation_at", "2026-02-04T08:00:00Z")),
		},
		resource.TestStep{
			PreConfig:        func() { site.Clock.Advance(30 * day) },
			Config:           site.delivering("rotate_on_create = false", `rotation_interval = "30d"`),
			ConfigPlanChecks: plansRegeneration(),
			Check:            resource.ComposeTestCheckFunc(site.regenerated(1), site.connected()),
		})
}

// Atlassian has no endpoint that reads a tunnel or deletes one.
func TestAccTunnelToken_refreshAndDestroySendNothing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate,
		resource.TestStep{Config: site.delivering()},
		resource.TestStep{PreConfig: site.resetLogs, RefreshState: true, Check: site.sent()},
		resource.TestStep{Config: site.ProviderBlock(), Check: site.sent()})
	verify(t, site.connected())
}

// Whatever the user calls the tunnel, the state keeps what it was called first
// and the plan is empty.
func TestAccTunnelToken_writingTheHostnameDifferentlyChangesNothing(t *testing.T) {
	t.Parallel()
	forms := []string{"http://" + tunnelID + ".atlassian.com", tunnelID, tunnelID + ".atlassian.com", "E5E9E8F0-D429-4CB9-80BC-2F02CB91F587"}
	site := newTunnelSite(t)
	steps := []resource.TestStep{{Config: site.ProviderBlock() + tunnelBlock("test", forms[0])}}
	for _, form := range forms {
		steps = append(steps, resource.TestStep{
			Config:            site.ProviderBlock() + tunnelBlock("test", form),
			ConfigPlanChecks:  tunnelToken.plans(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{tunnelToken.hasText("hostname", forms[0]), tunnelToken.hasText("id", tunnelID)},
		})
	}
	run(t, site.Estate, steps...)
	verify(t, site.regenerated(1))
}

func TestAccTunnelToken_anotherTunnelReplaces(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	other := site.organization.AddTunnel(simulator.TunnelConfig{})
	run(t, site.Estate,
		resource.TestStep{Config: site.config()},
		resource.TestStep{
			Config:            site.ProviderBlock() + tunnelBlock("test", other.ID()),
			ConfigPlanChecks:  tunnelToken.plans(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{tunnelToken.hasText("id", other.ID())},
		})
	verify(t, site.regenerated(1))
	if got := other.Regenerations(); got != 1 {
		t.Errorf("%d regenerations of the other tunnel, want 1", got)
	}
}

func TestAccTunnelToken_anotherOrganizationReplaces(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate,
		resource.TestStep{Config: site.config("rotate_on_create = false", `organization_id = "former"`)},
		resource.TestStep{
			Config:            site.config(`organization_id = "` + site.organization.ID() + `"`),
			ConfigPlanChecks:  tunnelToken.plans(plancheck.ResourceActionDestroyBeforeCreate),
			ConfigStateChecks: []statecheck.StateCheck{tunnelToken.hasText("organization_id", site.organization.ID())},
		})
	verify(t, site.regenerated(1))
}
