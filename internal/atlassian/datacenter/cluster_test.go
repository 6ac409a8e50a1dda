package datacenter

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestCluster_tellsWhatEachProductOffers(t *testing.T) {
	t.Parallel()
	nodes := []simulator.Node{{ID: "one", Version: "10.3.1"}, {ID: "two", Version: "10.3.1", State: "PASSIVE"}, {ID: "gone", Offline: true}}
	for name, test := range map[string]struct {
		config simulator.InstanceConfig
		want   Cluster
		sent   []string
	}{
		"Jira": {
			simulator.InstanceConfig{Product: simulator.Jira, Nodes: nodes},
			Cluster{[]Node{{"one", "10.3.1", "ACTIVE"}, {"two", "10.3.1", "PASSIVE"}}, Stable},
			[]string{"GET /rest/api/2/cluster/zdu/state", "GET /rest/api/2/cluster/nodes"},
		},
		"Jira on a single node": {
			simulator.InstanceConfig{Product: simulator.Jira},
			Cluster{nil, Stable},
			[]string{"GET /rest/api/2/cluster/zdu/state", "GET /rest/api/2/cluster/nodes"},
		},
		"Confluence": {
			simulator.InstanceConfig{Product: simulator.Confluence, Nodes: nodes[:2]},
			Cluster{[]Node{{ID: "1"}, {ID: "2"}}, ""},
			[]string{"GET /rest/zdu/state", "GET /rest/api/cluster/nodes"},
		},
		"Confluence that tells its upgrade state": {
			simulator.InstanceConfig{Product: simulator.Confluence, Guesses: simulator.Guesses{ConfluenceUpgradeState: true}},
			Cluster{[]Node{}, Stable},
			[]string{"GET /rest/zdu/state", "GET /rest/api/cluster/nodes"},
		},
		"Confluence before 9.5": {
			simulator.InstanceConfig{Product: simulator.Confluence, Version: "9.3.1"},
			Cluster{},
			[]string{"GET /rest/zdu/state", "GET /rest/api/cluster/nodes"},
		},
		"Bitbucket": {
			simulator.InstanceConfig{Product: simulator.Bitbucket, Nodes: nodes[:2]},
			Cluster{[]Node{{ID: "one", Version: "10.3.1"}, {ID: "two", Version: "10.3.1"}}, Stable},
			[]string{"GET /rest/zdu/state", "GET /rest/api/latest/admin/cluster"},
		},
		"Crowd":  {simulator.InstanceConfig{Product: simulator.Crowd}, Cluster{}, nil},
		"Bamboo": {simulator.InstanceConfig{Product: simulator.Bamboo}, Cluster{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.config.Password = password
			simulate(t, test.config, func(t *testing.T, at *site) {
				got, err := at.client.Cluster(t.Context(), string(test.config.Product))
				if err != nil || got.UpgradeState != test.want.UpgradeState || !slices.Equal(got.Nodes, test.want.Nodes) || (got.Nodes == nil) != (test.want.Nodes == nil) {
					t.Errorf("got %+v and error %v, want %+v", got, err, test.want)
				}
				at.expectSent(t, test.sent...)
			})
		})
	}
}

func TestCluster_ofAnUnknownProductIsNotAskedFor(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		for _, product := range []string{"", "fecru", "JIRA"} {
			if got, err := at.client.Cluster(t.Context(), product); err != nil || got.Nodes != nil || got.UpgradeState != "" {
				t.Errorf("%q: got %+v and error %v", product, got, err)
			}
		}
		at.expectSent(t)
	})
}

func TestCluster_leavesOutWhatIsRefused(t *testing.T) {
	t.Parallel()
	config := simulator.InstanceConfig{Product: simulator.Jira, Token: token, Nodes: []simulator.Node{{ID: "one", Version: "10.3.1"}}}
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed} {
		for path, test := range map[string]struct {
			upgrade string
			nodes   int
		}{
			"/zdu/state": {"", 1},
			"/nodes":     {Stable, 0},
		} {
			t.Run(http.StatusText(status)+path, func(t *testing.T) {
				t.Parallel()
				simulate(t, config, func(t *testing.T, at *site) {
					at.Inject(simulator.Fault{Path: path, Status: status})
					got, err := at.client.Cluster(t.Context(), Jira)
					if err != nil || got.UpgradeState != test.upgrade || len(got.Nodes) != test.nodes {
						t.Errorf("got %+v and error %v", got, err)
					}
				})
			})
		}
	}
}

func TestCluster_failsWhereItCannotBeRead(t *testing.T) {
	t.Parallel()
	for product, paths := range map[simulator.Product][]string{
		simulator.Jira:       {"/cluster/zdu/state", "/cluster/nodes"},
		simulator.Confluence: {"/zdu/state", "/cluster/nodes"},
		simulator.Bitbucket:  {"/zdu/state", "/admin/cluster"},
	} {
		for name, fault := range map[string]simulator.Fault{
			"500":         {},
			"login page":  {Kind: simulator.HTML},
			"redirect":    {Kind: simulator.Redirect},
			"plain words": {Status: 200, Body: "STABLE"},
			"null":        {Status: 200, Body: "null"},
			"wrong type":  {Status: 200, Body: `"STABLE"`},
		} {
			for _, path := range paths {
				t.Run(string(product)+path+" "+name, func(t *testing.T) {
					t.Parallel()
					simulate(t, simulator.InstanceConfig{Product: product, Password: password}, func(t *testing.T, at *site) {
						at.treat(http.MethodGet, path, treatment{fault: &fault})
						_, err := at.client.Cluster(t.Context(), string(product))
						if _, typed := errors.AsType[*transport.Error](err); !typed {
							t.Errorf("error %v", err)
						}
					})
				})
			}
		}
	}
}

func TestVersions_listsEachOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		nodes []Node
		want  []string
	}{
		"no nodes":     {nil, nil},
		"nobody tells": {[]Node{{ID: "a"}, {ID: "b"}}, nil},
		"one tells":    {[]Node{{ID: "a"}, {ID: "b", Version: "1"}}, []string{"1"}},
		"all the same": {[]Node{{Version: "1"}, {Version: "1"}}, []string{"1"}},
		"in order":     {[]Node{{Version: "2"}, {Version: "1"}, {Version: "2"}, {Version: "3"}}, []string{"2", "1", "3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := (Cluster{Nodes: test.nodes}).Versions(); !slices.Equal(got, test.want) {
				t.Errorf("versions %q, want %q", got, test.want)
			}
		})
	}
}
