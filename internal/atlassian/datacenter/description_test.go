// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestInstance_Describe_tellsWhatEachProductTells(t *testing.T) {
	t.Parallel()
	nodes := []simulator.Node{{ID: "node-1"}, {ID: "node-2"}}
	for name, test := range map[string]struct {
		config simulator.InstanceConfig
		want   Description
		nodes  int
	}{
		"jira": {
			config: simulator.InstanceConfig{Product: simulator.Jira, Version: "10.3.12", Token: token, Nodes: nodes},
			want: Description{
				State: Running, Product: Product{Name: Jira, Version: "10.3.12"},
				Cluster: Cluster{UpgradeState: Stable}, AESKeyAPI: Offered, TunnelClient: Offered,
			},
			nodes: 2,
		},
		"bamboo, which has no AES key API": {
			config: simulator.InstanceConfig{Product: simulator.Bamboo, Version: "12.1.1", Token: token},
			want:   Description{State: Running, Product: Product{Name: Bamboo, Version: "12.1.1"}, AESKeyAPI: NotOffered, TunnelClient: Offered},
		},
		"crowd": {
			config: simulator.InstanceConfig{Product: simulator.Crowd, Version: "7.1.4", Password: password, ContextPath: "/crowd"},
			want:   Description{State: Running, Product: Product{Name: Crowd, Version: "7.1.4"}, AESKeyAPI: Offered, TunnelClient: NotOffered},
		},
		"jira from before the AES key API": {
			config: simulator.InstanceConfig{Product: simulator.Jira, Version: "9.12.0", Token: token},
			want: Description{
				State: Running, Product: Product{Name: Jira, Version: "9.12.0"},
				Cluster: Cluster{UpgradeState: Stable}, AESKeyAPI: NotOffered, TunnelClient: Offered,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := newSite(t, test.config)
			got, err := at.client.Describe(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got.State != test.want.State || got.Product.Name != test.want.Product.Name || got.Product.Version != test.want.Product.Version ||
				got.Cluster.UpgradeState != test.want.Cluster.UpgradeState || got.AESKeyAPI != test.want.AESKeyAPI || got.TunnelClient != test.want.TunnelClient {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if len(got.Cluster.Nodes) != test.nodes {
				t.Errorf("nodes %+v, want %d", got.Cluster.Nodes, test.nodes)
			}
			if writes := writesTo(at); len(writes) > 0 {
				t.Errorf("describing sent %q", writes)
			}
		})
	}
}

func writesTo(at *site) []string {
	return slices.DeleteFunc(at.sent(), func(request string) bool { return strings.HasPrefix(request, http.MethodGet) })
}

func TestInstance_Describe_seesThatTheTunnelClientIsNotInstalled(t *testing.T) {
	t.Parallel()
	at := newSite(t, jira())
	at.SetTunnelApp(false)
	got, err := at.client.Describe(t.Context())
	if err != nil || got.TunnelClient != NotOffered {
		t.Errorf("got %d, %v, want %d", got.TunnelClient, err, NotOffered)
	}
}

func TestInstance_Describe_leavesOpenWhatTheseCredentialsMayNotKnow(t *testing.T) {
	t.Parallel()
	at := newSite(t, jira())
	for path, status := range map[string]int{
		inactivePath: http.StatusUnauthorized, tunnelTokenPath: http.StatusForbidden, "/cluster/nodes": http.StatusUnauthorized,
	} {
		at.Inject(simulator.Fault{Kind: simulator.Status, Status: status, Path: path})
	}
	got, err := at.client.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.State != Running || got.Product.Name != Jira || got.AESKeyAPI != OfferUnknown || got.TunnelClient != OfferUnknown || got.Cluster.Nodes != nil {
		t.Errorf("got %+v", got)
	}
}

func TestInstance_Describe_asksNothingElseWithCredentialsThatAreRefused(t *testing.T) {
	t.Parallel()
	captcha := func(request *http.Request) (*http.Response, error) {
		response, err := answers(403, `{}`)(request)
		response.Header.Set("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=https://jira.example.com/login.jsp")
		return response, err
	}
	for name, answer := range map[string]reply{
		"401": answers(401, `{}`), "CAPTCHA": captcha,
		"CAPTCHA of Bitbucket": answers(403, `{"errors":[{"exceptionName":"com.atlassian.bitbucket.auth.CaptchaRequiredAuthenticationException"}]}`),
	} {
		instance, script := newScripted(t, with(healthyJira(), inactivePath, answer))
		if got, err := instance.Describe(t.Context()); err != nil || got.AESKeyAPI != OfferUnknown {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
		script.expectAsked(t, "GET /status", "GET "+manifestPath, getKeys)
	}
}

func TestInstance_Describe_takesAnInstanceThatIsDownForAResult(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		disturb func(at *site)
		state   string
	}{
		"in maintenance":     {func(at *site) { at.SetState("MAINTENANCE") }, "MAINTENANCE"},
		"starting":           {func(at *site) { at.SetState("STARTING") }, "STARTING"},
		"connection refused": {func(at *site) { at.wire.before(unreachable) }, Unreachable},
		"gateway timeout": {func(at *site) {
			at.Inject(simulator.Fault{Kind: simulator.Status, Status: http.StatusGatewayTimeout})
		}, Unreachable},
		"maintenance page of a proxy": {func(at *site) {
			at.Inject(simulator.Fault{Kind: simulator.HTML, Status: http.StatusServiceUnavailable})
		}, Unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				test.disturb(at)
				got, err := at.client.Describe(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if got.State != test.state || got.Product != (Product{}) || got.AESKeyAPI != OfferUnknown {
					t.Errorf("got %+v, want nothing but the state %s", got, test.state)
				}
				if (got.StateError != nil) != (test.state == Unreachable) {
					t.Errorf("the reason is %v", got.StateError)
				}
			})
		})
	}
}

func TestInstance_Describe_readsTheClusterOfConfluenceAndBitbucket(t *testing.T) {
	t.Parallel()
	for _, product := range []string{Confluence, Bitbucket} {
		instance, script := newScripted(t, healthy(product))
		got, err := instance.Describe(t.Context())
		if err != nil || got.Product.Name != product || got.Cluster.UpgradeState != Stable || len(got.Cluster.Nodes) != 1 || len(got.Warnings) > 0 {
			t.Errorf("%s: got %+v, %v", product, got, err)
		}
		script.expectAsked(t, "GET /status", "GET "+manifestPath, getKeys, "GET "+clusterPath+" as admin", "GET "+tunnelTokenPath+" as admin")
	}
}

func TestInstance_Describe_leavesEmptyWhatAnOddAnswerDoesNotTell(t *testing.T) {
	t.Parallel()
	page, broken := showsPage(200), answers(200, `{`)
	jira := Product{Name: Jira}
	for name, test := range map[string]struct {
		path   string
		answer reply
		want   Description
		warns  int
	}{
		"a login page for the status":   {"/status", toLogin, Description{Product: jira, AESKeyAPI: Offered, TunnelClient: NotOffered}, 0},
		"a login page for the manifest": {manifestPath, toLogin, Description{State: Running, AESKeyAPI: Offered, TunnelClient: NotOffered}, 0},
		"half a manifest":               {manifestPath, broken, Description{State: Running, AESKeyAPI: Offered, TunnelClient: NotOffered}, 1},
		"a manifest that fails":         {manifestPath, answers(503, ``), Description{State: Running, AESKeyAPI: Offered, TunnelClient: NotOffered}, 1},
		"a redirect for the keys":       {inactivePath, toLogin, Description{State: Running, Product: jira, AESKeyAPI: NotOffered, TunnelClient: NotOffered}, 0},
		"a page for the keys":           {inactivePath, page, Description{State: Running, Product: jira, AESKeyAPI: NotOffered, TunnelClient: NotOffered}, 0},
		"keys that fail":                {inactivePath, answers(500, ``), Description{State: Running, Product: jira, TunnelClient: NotOffered}, 1},
		"half a cluster":                {jiraNodesPath, broken, Description{State: Running, Product: jira, AESKeyAPI: Offered, TunnelClient: NotOffered}, 1},
		"a tunnel client":               {tunnelTokenPath, answers(405, ``), Description{State: Running, Product: jira, AESKeyAPI: Offered, TunnelClient: Offered}, 0},
		"a gateway for the tunnel":      {tunnelTokenPath, showsPage(405), Description{State: Running, Product: jira, AESKeyAPI: Offered, TunnelClient: NotOffered}, 0},
		"a tunnel client that fails":    {tunnelTokenPath, answers(500, ``), Description{State: Running, Product: jira, AESKeyAPI: Offered}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				instance, _ := newScripted(t, with(healthyJira(), test.path, test.answer))
				got, err := instance.Describe(t.Context())
				if err != nil || len(got.Warnings) != test.warns {
					t.Fatalf("warnings %q, %v", got.Warnings, err)
				}
				if got.State != test.want.State || got.Product.Name != test.want.Product.Name || got.AESKeyAPI != test.want.AESKeyAPI || got.TunnelClient != test.want.TunnelClient {
					t.Errorf("got %+v, want %+v", got, test.want)
				}
			})
		})
	}
}

func TestInstance_Describe_showsRefusedCredentialsNoMore(t *testing.T) {
	t.Parallel()
	instance, script := newScripted(t, with(healthyJira(), inactivePath, answers(401, `{}`)))
	got, err := instance.Describe(t.Context())
	if err != nil || got.Product.Name != Jira || got.AESKeyAPI != OfferUnknown || got.TunnelClient != OfferUnknown {
		t.Errorf("got %+v, %v", got, err)
	}
	script.expectAsked(t, "GET /status", "GET "+manifestPath, getKeys)
}

func TestInstance_Describe_failsWhereNoProductAnswers(t *testing.T) {
	t.Parallel()
	everywhere := func(answer reply) map[string]reply {
		replies := map[string]reply{}
		for _, path := range []string{"/status", "/rest/api/latest/status", "/rest/api/latest/server", manifestPath, inactivePath, crowdPath, "/rest/api/latest/info"} {
			replies[path] = answer
		}
		return replies
	}
	for name, test := range map[string]struct {
		replies map[string]reply
		want    string
	}{
		"nothing is found": {nil, "no Atlassian product answers there"},
		"a login page":     {everywhere(showsPage(200)), "login page or proxy"},
		"a redirect":       {everywhere(toLogin), "login page or proxy"},
	} {
		instance, _ := newScripted(t, test.replies)
		if got, err := instance.Describe(t.Context()); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

func TestInstance_State_asksBambooWhereItTells(t *testing.T) {
	t.Parallel()
	at := newSite(t, simulator.InstanceConfig{Product: simulator.Bamboo, Token: token})
	at.SetState("PAUSED")
	state, err := at.client.State(t.Context())
	if err != nil || state != "PAUSED" {
		t.Errorf("got %q, %v", state, err)
	}
	if want := []string{"GET /status", "GET /rest/api/latest/status"}; !slices.Equal(at.sent(), want) {
		t.Errorf("sent %q, want %q", at.sent(), want)
	}
}

func TestInstance_Product_findsBambooWithoutItsManifest(t *testing.T) {
	t.Parallel()
	at := newSite(t, simulator.InstanceConfig{Product: simulator.Bamboo, Version: "12.1.1", Token: token})
	at.Inject(simulator.Fault{Kind: simulator.Status, Status: http.StatusNotFound, Path: "/manifest"})
	product, err := at.client.Product(t.Context())
	if want := (Product{Name: Bamboo, Version: "12.1.1"}); err != nil || product != want {
		t.Errorf("got %+v, %v, want %+v", product, err, want)
	}
}
