// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func twoNodes() []simulator.Node {
	return []simulator.Node{{ID: "a"}, {ID: "b", Version: "10.3.2", Offline: true}}
}

func TestCluster_jiraListsItsNodes(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	request := ask(http.MethodGet, jira.URL()+"/rest/api/2/cluster/nodes").bearer(adminToken)
	request.send(t).wantStatus(t, http.StatusMethodNotAllowed)
	request.bearer(userToken).send(t).wantStatus(t, http.StatusForbidden)

	jira.SetNodes(twoNodes())
	type node struct {
		NodeID      string `json:"nodeId"`
		NodeVersion string `json:"nodeVersion"`
		BuildNumber int    `json:"nodeBuildNumber"`
		State       string `json:"state"`
		Alive       bool   `json:"alive"`
	}
	want := []node{
		{"a", "10.3.12", 10030012, "ACTIVE", true},
		{"b", "10.3.2", 10030002, "OFFLINE", false},
	}
	if diff := cmp.Diff(want, decode[[]node](t, request.send(t).wantStatus(t, 200))); diff != "" {
		t.Error(diff)
	}
}

func TestCluster_jiraAndBitbucketTellTheUpgradeState(t *testing.T) {
	t.Parallel()
	for product, path := range map[simulator.Product]string{
		simulator.Jira:      "/rest/api/2/cluster/zdu/state",
		simulator.Bitbucket: "/rest/zdu/state",
	} {
		instance, _ := newInstance(t, product)
		request := ask(http.MethodGet, instance.URL()+path)
		request.send(t).wantStatus(t, http.StatusUnauthorized)
		for _, state := range []string{"STABLE", "RUNNING_UPGRADE_TASKS"} {
			instance.SetUpgradeState(state)
			got := decode[map[string]any](t, request.basic("admin", password).send(t).wantStatus(t, 200))
			wantEqual(t, "state", got["state"], any(state))
		}
	}
}

func TestCluster_confluencePagesItsNodes(t *testing.T) {
	t.Parallel()
	confluence, _ := newInstance(t, simulator.Confluence)
	confluence.SetNodes(twoNodes())
	request := func(query string) message {
		return ask(http.MethodGet, confluence.URL()+"/rest/api/cluster/nodes"+query).bearer(adminToken)
	}
	got := decode[map[string]any](t, request("?start=1&limit=1").send(t).wantStatus(t, 200))
	want := []any{map[string]any{
		"nodeId": 2.0, "jvmStats": map[string]any{}, "props": map[string]any{}, "buildStats": map[string]any{},
	}}
	if diff := cmp.Diff(want, got["results"]); diff != "" {
		t.Error(diff)
	}
	wantEqual(t, "total", got["totalCount"], any(2.0))
	wantEqual(t, "size", got["size"], any(1.0))
	for _, query := range []string{"?start=-1", "?start=3", "?limit=0", "?limit=x"} {
		request(query).send(t).wantStatus(t, http.StatusBadRequest)
	}
}

func TestCluster_confluenceOffersNodesLaterAndItsUpgradeStateNowhere(t *testing.T) {
	t.Parallel()
	old, _ := newInstance(t, simulator.Confluence, func(c *simulator.InstanceConfig) { c.Version = "9.4.0" })
	ask(http.MethodGet, old.URL()+"/rest/api/cluster/nodes").bearer(adminToken).send(t).wantStatus(t, 404)
	ask(http.MethodGet, old.URL()+"/rest/zdu/state").bearer(adminToken).send(t).wantStatus(t, 404)
}

func TestCluster_confluenceAndBitbucketTellOfARollingUpgrade(t *testing.T) {
	t.Parallel()
	type upgrade struct {
		State           string `json:"state"`
		UpgradeMode     bool   `json:"upgradeModeEnabled"`
		OriginalVersion string `json:"originalVersion"`
		Nodes           []struct {
			ID      string `json:"id"`
			IP      string `json:"ipAddress"`
			Version string `json:"version"`
			State   string `json:"state"`
		} `json:"nodes"`
	}
	for _, product := range []simulator.Product{simulator.Confluence, simulator.Bitbucket} {
		instance, _ := newInstance(t, product, func(c *simulator.InstanceConfig) { c.Version = "10.2.7" })
		request := ask(http.MethodGet, instance.URL()+"/rest/zdu/cluster")
		request.basic("admin", password).send(t).wantStatus(t, http.StatusForbidden)

		instance.SetNodes(twoNodes())
		request.send(t).wantStatus(t, http.StatusUnauthorized)
		request.bearer(userToken).send(t).wantStatus(t, http.StatusForbidden)
		for _, state := range simulator.UpgradeStates() {
			instance.SetUpgradeState(state)
			got := decode[upgrade](t, request.basic("admin", password).send(t).wantStatus(t, 200))
			wantEqual(t, "state", got.State, state)
			wantEqual(t, "upgrade mode", got.UpgradeMode, state != "STABLE")
			wantEqual(t, "original version", got.OriginalVersion, "10.2.7")
			wantEqual(t, "living node", got.Nodes[0].Version+got.Nodes[0].State+got.Nodes[0].IP, "10.2.7ACTIVE10.0.0.1")
			wantEqual(t, "dead node", got.Nodes[1].Version+got.Nodes[1].State, "10.3.2OFFLINE")
		}
	}
}

func TestCluster_bitbucketKnowsItsNodes(t *testing.T) {
	t.Parallel()
	bitbucket, _ := newInstance(t, simulator.Bitbucket)
	request := ask(http.MethodGet, bitbucket.URL()+"/rest/api/latest/admin/cluster")
	type cluster struct {
		LocalNode struct {
			ID           string `json:"id"`
			BuildVersion string `json:"buildVersion"`
			Local        bool   `json:"local"`
		} `json:"localNode"`
		Nodes   []map[string]any `json:"nodes"`
		Running bool             `json:"running"`
	}
	single := decode[cluster](t, request.basic("admin", password).send(t).wantStatus(t, 200))
	wantEqual(t, "nodes without a cluster", len(single.Nodes), 1)

	bitbucket.SetNodes(twoNodes())
	got := decode[cluster](t, request.basic("admin", password).send(t).wantStatus(t, 200))
	wantEqual(t, "nodes", len(got.Nodes), 2)
	wantEqual(t, "local node", got.LocalNode.ID, "a")
	wantEqual(t, "local", got.LocalNode.Local, true)
	wantEqual(t, "running", got.Running, true)
	request.bearer(adminToken).send(t).wantStatus(t, http.StatusUnauthorized)
}
