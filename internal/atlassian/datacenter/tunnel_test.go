// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const putToken = "PUT " + tunnelTokenPath

// simulateTunnel runs a test against an instance that lacks the security key of
// its tunnel.
func simulateTunnel(t *testing.T, test func(t *testing.T, at *site, tunnel *simulator.Tunnel)) {
	t.Helper()
	at := newSite(t, jira())
	organization := at.estate.AddOrganization(simulator.OrganizationConfig{Name: "Example"})
	tunnel := organization.AddTunnel(simulator.TunnelConfig{Name: "tunnel1", Instance: at.Instance, Disconnected: true})
	synctest.Test(t, func(t *testing.T) { test(t, at, tunnel) })
}

func TestDeliverTunnelToken_connectsTheTunnel(t *testing.T) {
	t.Parallel()
	simulateTunnel(t, func(t *testing.T, at *site, tunnel *simulator.Tunnel) {
		end, err := at.client.DeliverTunnelToken(t.Context(), tunnel.Token())
		if err != nil || !tunnel.Connected() {
			t.Fatalf("error %v, connected %t", err, tunnel.Connected())
		}
		if end.Name != "tunnel1" || end.CloudOrgName != "Example" || end.CloudPageURL == "" || end.AppLinksURL == "" {
			t.Errorf("got %+v", end)
		}
		at.expectSent(t, putToken)
	})
}

func TestDeliverTunnelToken_takesA2xxWhateverItsBody(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"nothing":           {Status: http.StatusOK},
		"204":               {Status: http.StatusNoContent},
		"no JSON":           {Status: http.StatusOK, Body: `{"name":"t","cloudPageUrl", "x",}`},
		"an array":          {Status: http.StatusOK, Body: `["name"]`},
		"other types":       {Status: http.StatusOK, Body: `{"name":1,"cloudOrgName":"Example"}`},
		"a byte order mark": {Status: http.StatusOK, Body: "\ufeff{}"},
		"cut short":         {Kind: simulator.TruncatedBody},
		"too large":         {Kind: simulator.HugeBody},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulateTunnel(t, func(t *testing.T, at *site, tunnel *simulator.Tunnel) {
				fault.After = true
				at.Inject(fault)
				end, err := at.client.DeliverTunnelToken(t.Context(), tunnel.Token())
				if err != nil || end != (TunnelEnd{}) || !tunnel.Connected() {
					t.Errorf("got %+v and error %v, connected %t", end, err, tunnel.Connected())
				}
				at.expectSent(t, putToken)
			})
		})
	}
}

func TestDeliverTunnelToken_doesNotRepeatTheTokenThatAnAnswerEchoes(t *testing.T) {
	t.Parallel()
	const foreign = "canary-tunnel-token"
	for _, body := range []string{foreign, `{"name":"` + foreign + `","cloudOrgName":"of ` + foreign + `"}`} {
		simulateTunnel(t, func(t *testing.T, at *site, _ *simulator.Tunnel) {
			at.Inject(simulator.Fault{Status: http.StatusOK, Body: body})
			end, err := at.client.DeliverTunnelToken(t.Context(), foreign)
			if said := fmt.Sprintf("%+v", end); err != nil || strings.Contains(said, foreign) {
				t.Errorf("got %s and error %v", said, err)
			}
		})
	}
}

func TestDeliverTunnelToken_takesTheAnswerThatAtlassianPrints(t *testing.T) {
	t.Parallel()
	config := jira()
	config.Guesses.SampleTunnelAnswer = true
	at := newSite(t, config)
	tunnel := at.estate.AddOrganization(simulator.OrganizationConfig{}).AddTunnel(simulator.TunnelConfig{Instance: at.Instance, Disconnected: true})
	synctest.Test(t, func(t *testing.T) {
		end, err := at.client.DeliverTunnelToken(t.Context(), tunnel.Token())
		if err != nil || end != (TunnelEnd{}) || !tunnel.Connected() {
			t.Errorf("got %+v and error %v, connected %t", end, err, tunnel.Connected())
		}
	})
}

func TestDeliverTunnelToken_repeatsUntilItArrived(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"500":    {},
		"504":    {Status: 504, After: true},
		"reset":  {Kind: simulator.ResetAfter},
		"429":    {Kind: simulator.RateLimited},
		"a page": {Kind: simulator.HTML},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulateTunnel(t, func(t *testing.T, at *site, tunnel *simulator.Tunnel) {
				fault.Times = 2
				at.Inject(fault)
				end, err := at.client.DeliverTunnelToken(t.Context(), tunnel.Token())
				if err != nil || end.Name != "tunnel1" || !tunnel.Connected() {
					t.Errorf("got %+v and error %v, connected %t", end, err, tunnel.Connected())
				}
				at.expectSent(t, putToken, putToken, putToken)
			})
		})
	}
}

func TestDeliverTunnelToken_failsWithoutGivingTheTokenAway(t *testing.T) {
	t.Parallel()
	const foreign = "canary-tunnel-token"
	for name, prepare := range map[string]func(*site){
		"foreign token": func(*site) {},
		"not installed": func(at *site) { at.SetTunnelApp(false) },
		"refused": func(at *site) {
			at.Inject(simulator.Fault{Status: 403, Body: `{"message":"bad token ` + foreign + `"}`})
		},
		"always fails":    func(at *site) { at.Inject(simulator.Fault{Status: 500, Body: `{"message":"` + foreign + `"}`}) },
		"answers a page":  func(at *site) { at.Inject(simulator.Fault{Kind: simulator.HTML}) },
		"nobody is there": func(at *site) { at.wire.before(unreachable) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulateTunnel(t, func(t *testing.T, at *site, tunnel *simulator.Tunnel) {
				prepare(at)
				_, err := at.client.DeliverTunnelToken(t.Context(), foreign)
				if _, typed := errors.AsType[*transport.Error](err); !typed || tunnel.Connected() {
					t.Fatalf("error %v, connected %t", err, tunnel.Connected())
				}
				explanation := at.client.Explain(err)
				for _, text := range []string{err.Error(), explanation.Cause, explanation.Remedy} {
					if strings.Contains(text, foreign) {
						t.Errorf("%q gives the token away", text)
					}
				}
			})
		})
	}
}

func TestCheckCredentials_refusesOnlyWhatTheInstanceRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config simulator.InstanceConfig
		fault  simulator.Fault
		// status is that of the error; zero for none.
		status int
	}{
		"accepted":            {jira(), simulator.Fault{Path: "/none"}, 0},
		"no key API":          {jira(), simulator.Fault{Path: inactivePath, Status: 404}, 0},
		"Bamboo":              {simulator.InstanceConfig{Product: simulator.Bamboo, Token: token}, simulator.Fault{Path: "/none"}, 0},
		"401":                 {jira(), simulator.Fault{Status: 401}, http.StatusUnauthorized},
		"403":                 {jira(), simulator.Fault{Status: 403}, http.StatusForbidden},
		"500":                 {jira(), simulator.Fault{Status: 500}, http.StatusInternalServerError},
		"token for Bitbucket": {simulator.InstanceConfig{Product: simulator.Bitbucket, Token: token}, simulator.Fault{Path: "/none"}, http.StatusUnauthorized},
		"an older Bitbucket":  {simulator.InstanceConfig{Product: simulator.Bitbucket, Token: token}, simulator.Fault{Path: inactivePath, Status: 404}, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, test.config, func(t *testing.T, at *site) {
				at.Inject(test.fault)
				err := at.client.CheckCredentials(t.Context())
				failure, failed := errors.AsType[*transport.Error](err)
				if failed != (test.status != 0) || failed && failure.Status != test.status {
					t.Errorf("error %v, want the status %d", err, test.status)
				}
			})
		})
	}
}
