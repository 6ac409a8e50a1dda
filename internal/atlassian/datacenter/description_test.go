package datacenter

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

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
		"confluence without an upgrade state": {
			config: simulator.InstanceConfig{Product: simulator.Confluence, Version: "10.2.7", Token: token, Nodes: nodes},
			want:   Description{State: Running, Product: Product{Name: Confluence, Version: "10.2.7"}, AESKeyAPI: Offered, TunnelClient: Offered},
			nodes:  2,
		},
		"bitbucket": {
			config: simulator.InstanceConfig{Product: simulator.Bitbucket, Version: "10.2.8", Password: password, ContextPath: "/bitbucket"},
			want: Description{
				State: Running, Product: Product{Name: Bitbucket, Version: "10.2.8"},
				Cluster: Cluster{UpgradeState: Stable}, AESKeyAPI: Offered, TunnelClient: Offered,
			},
			nodes: 1,
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

func TestInstance_Describe_failsWhereItsAnswersCannotBeTrusted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		want  error
	}{
		"a login page answers":      {fault: simulator.Fault{Kind: simulator.HTML, Path: "/status"}},
		"the manifest is cut short": {fault: simulator.Fault{Kind: simulator.TruncatedBody, Path: "/manifest"}},
		"the nodes are unreadable":  {fault: simulator.Fault{Kind: simulator.Status, Status: http.StatusOK, Body: "{", Path: "/cluster/nodes"}},
		"nothing is found":          {fault: simulator.Fault{Kind: simulator.Status, Status: http.StatusNotFound}, want: errNoProduct},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(test.fault)
				got, err := at.client.Describe(t.Context())
				if err == nil {
					t.Fatalf("no error, but %+v", got)
				}
				if test.want != nil && !errors.Is(err, test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
			})
		})
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
