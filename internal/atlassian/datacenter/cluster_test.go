// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"slices"
	"testing"
	"testing/synctest"
)

func TestAskCluster_readsWhatEachProductTells(t *testing.T) {
	t.Parallel()
	told := map[string]reply{
		jiraStatePath: answers(200, `{"state":"MIXED"}`),
		jiraNodesPath: answers(200, `[{"nodeId":"one","nodeVersion":"10.3.1","state":"PASSIVE","alive":true},{"nodeId":"gone","alive":false},{"nodeId":"off","state":"OFFLINE"}]`),
		clusterPath:   answers(200, `{"state":"STABLE","upgradeModeEnabled":true,"nodes":[{"id":7,"version":"9.2.1","state":"ACTIVE","ipAddress":"192.0.2.1"},{"id":"two"},{"id":"gone","state":"OFFLINE"}]}`),
	}
	zdu := Cluster{Nodes: []Node{{"7", "9.2.1", "ACTIVE"}, {ID: "two"}}, UpgradeState: Stable}
	for product, want := range map[string]Cluster{
		Jira:       {Nodes: []Node{{"one", "10.3.1", "PASSIVE"}}, UpgradeState: "MIXED"},
		Confluence: zdu,
		Bitbucket:  zdu,
		Crowd:      {},
		Bamboo:     {},
	} {
		synctest.Test(t, func(t *testing.T) {
			instance, script := newScripted(t, told)
			var got Cluster
			for _, answer := range instance.askCluster(t.Context(), product) {
				if answer.err != nil {
					t.Error(answer.err)
				}
				got.add(answer.told)
			}
			if got.UpgradeState != want.UpgradeState || !slices.Equal(got.Nodes, want.Nodes) || (got.Nodes == nil) != (want.Nodes == nil) {
				t.Errorf("%s: got %+v, want %+v", product, got, want)
			}
			if len(script.asked) != len(clusterQuestionsFor(product)) {
				t.Errorf("%s: asked %q", product, script.asked)
			}
		})
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
