// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const rotateTunnelTokenAction = "atlassian_rotate_tunnel_token"

// newActionTunnel starts an estate with a tunnel from an organization to jira.
func newActionTunnel(t *testing.T) (*acctest.Estate, *simulator.Instance, *simulator.Tunnel) {
	t.Helper()
	estate, jira := newJira(t)
	tunnel := estate.AddOrganization(simulator.OrganizationConfig{}).AddTunnel(simulator.TunnelConfig{Instance: jira, OnPremiseURL: jira.URL()})
	return estate, jira, tunnel
}

func TestRotateTunnelTokenAction_regeneratesAndDelivers(t *testing.T) {
	t.Parallel()
	for name, hostname := range map[string]func(id string) string{
		"uuid": func(id string) string { return id },
		"link": func(id string) string { return "http://" + strings.ToUpper(id) + ".atlassian.com" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, _, tunnel := newActionTunnel(t)
			invocation := estate.InvokeAction(t, rotateTunnelTokenAction, acctest.Object{"hostname": hostname(tunnel.ID()), "instance": "jira"})
			invocation.Diagnostics.MustBeQuiet(t)
			if tunnel.Regenerations() != 1 || !tunnel.Connected() {
				t.Errorf("%d regenerations, connected %t", tunnel.Regenerations(), tunnel.Connected())
			}
			mustSay(t, invocation.Progress, "checking that the instance is ready", "regenerating the security key in Atlassian Cloud",
				"delivering the token to the instance", "has a new security key, and the instance \"jira\" holds it")
			if strings.Contains(strings.Join(invocation.Progress, "\n"), tunnel.Token()) {
				t.Error("the progress shows the key")
			}
		})
	}
}

func TestRotateTunnelTokenAction_keepsTheTunnelWhereItCannotSucceed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		disturb func(estate *acctest.Estate, jira *simulator.Instance)
		config  func(id string) acctest.Object
		words   []string
	}{
		"no tunnel of that name": {
			config: func(string) acctest.Object { return acctest.Object{"hostname": "example.com", "instance": "jira"} },
			words:  []string{"Not a tunnel"},
		},
		"unknown instance": {
			config: func(id string) acctest.Object { return acctest.Object{"hostname": id, "instance": "wiki"} },
			words:  []string{`Unknown instance "wiki"`},
		},
		"nobody to deliver to": {
			config: func(id string) acctest.Object { return acctest.Object{"hostname": id} },
			words:  []string{"instance"},
		},
		"not running": {
			disturb: func(_ *acctest.Estate, jira *simulator.Instance) { jira.SetState("MAINTENANCE") },
			words:   []string{"not regenerated", "MAINTENANCE", "the tunnel is as it was"},
		},
		"not allowed": {
			disturb: func(estate *acctest.Estate, _ *simulator.Instance) {
				estate.Simulator.Cloud().Inject(simulator.Fault{Kind: simulator.Status, Status: http.StatusForbidden})
			},
			words: []string{"not regenerated", "403", "the tunnel is as it was"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira, tunnel := newActionTunnel(t)
			if test.disturb != nil {
				test.disturb(estate, jira)
			}
			config := acctest.Object{"hostname": tunnel.ID(), "instance": "jira"}
			if test.config != nil {
				config = test.config(tunnel.ID())
			}
			estate.InvokeAction(t, rotateTunnelTokenAction, config).Diagnostics.MustFail(t, test.words...)
			if tunnel.Regenerations() != 0 || !tunnel.Connected() {
				t.Errorf("%d regenerations, connected %t", tunnel.Regenerations(), tunnel.Connected())
			}
		})
	}
}

func TestRotateTunnelTokenAction_saysThatAnotherInvocationRepairs(t *testing.T) {
	t.Parallel()
	estate, jira, tunnel := newActionTunnel(t)
	config := acctest.Object{"hostname": tunnel.ID(), "instance": "jira"}
	jira.Inject(simulator.Fault{Method: http.MethodPut, Kind: simulator.Status, Status: http.StatusBadRequest})
	estate.InvokeAction(t, rotateTunnelTokenAction, config).Diagnostics.
		MustFail(t, "New token of the tunnel", tunnel.ID(), " not delivered to the instance \"jira\": 400 Bad Request", "does not have it: the tunnel is down", "Invoke the action again")
	jira.ClearFaults()
	estate.InvokeAction(t, rotateTunnelTokenAction, config).Diagnostics.MustBeQuiet(t)
	if tunnel.Regenerations() != 2 || !tunnel.Connected() {
		t.Errorf("%d regenerations, connected %t", tunnel.Regenerations(), tunnel.Connected())
	}
}

func TestRotateTunnelTokenAction_saysThatTheKeyMayBeLost(t *testing.T) {
	t.Parallel()
	estate, _, tunnel := newActionTunnel(t)
	estate.Simulator.Cloud().Inject(simulator.Fault{Method: http.MethodPut, Kind: simulator.ResetAfter})
	estate.InvokeAction(t, rotateTunnelTokenAction, acctest.Object{"hostname": tunnel.ID(), "instance": "jira"}).Diagnostics.
		MustFail(t, "Outcome of the regeneration of the token of the tunnel", tunnel.ID(), "unknown", "never arrived", "Invoke the action again")
	if got := estate.Simulator.Cloud().Count(http.MethodPut, "/token"); got != 5 {
		t.Errorf("%d regenerations, want one and its four repetitions", got)
	}
}

// No plan follows an action.
func TestRotateTunnelTokenAction_saysThatTheKeyMayBeSuperseded(t *testing.T) {
	t.Parallel()
	estate, _, tunnel := newActionTunnel(t)
	estate.Simulator.Cloud().Inject(simulator.Fault{Method: http.MethodPut, Kind: simulator.ChangeLater, Status: http.StatusGatewayTimeout, Times: 1})
	invocation := estate.InvokeAction(t, rotateTunnelTokenAction, acctest.Object{"hostname": tunnel.ID(), "instance": "jira"})
	invocation.Diagnostics.MustWarn(t, "may be superseded", "Invoke the action again in a quarter of an hour")
	mustNotWarn(t, invocation.Diagnostics, "next plan")
	mustSay(t, invocation.Progress, "waiting for an earlier request to end")
	if !tunnel.Connected() {
		t.Error("the tunnel is not connected")
	}
}

func TestRotateTunnelTokenAction_saysThatADeliveryIsOpen(t *testing.T) {
	t.Parallel()
	estate, jira, tunnel := newActionTunnel(t)
	jira.Inject(simulator.Fault{Method: http.MethodPut, Kind: simulator.HTML})
	estate.InvokeAction(t, rotateTunnelTokenAction, acctest.Object{"hostname": tunnel.ID(), "instance": "jira"}).Diagnostics.
		MustFail(t, "perhaps not delivered to the instance \"jira\"", "may have it or not", "Invoke the action again")
}

func TestRotateTunnelTokenAction_needsAnOrganization(t *testing.T) {
	t.Parallel()
	estate, _ := newJira(t)
	estate.InvokeAction(t, rotateTunnelTokenAction, acctest.Object{"hostname": "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587", "instance": "jira"}).Diagnostics.
		MustFail(t, "Organization missing")
}

func TestAccRotateTunnelTokenAction_isTriggered(t *testing.T) {
	t.Parallel()
	estate, _, tunnel := newActionTunnel(t)
	runAction(t, estate, resource.TestStep{
		Config: estate.ProviderBlock() + triggeredBy(rotateTunnelTokenAction, "instance = \"jira\"\nhostname = \""+tunnel.ID()+"\""),
		PostApplyFunc: func() {
			if tunnel.Regenerations() != 1 || !tunnel.Connected() {
				t.Errorf("%d regenerations, connected %t", tunnel.Regenerations(), tunnel.Connected())
			}
		},
	})
}
