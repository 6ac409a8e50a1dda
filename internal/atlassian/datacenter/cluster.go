package datacenter

import (
	"context"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Stable is the upgrade state of a cluster that is not in a rolling upgrade.
const Stable = "STABLE"

// Node is one node of a cluster; a field is empty where the product does not
// tell.
type Node struct {
	ID      string
	Version string
	State   string
}

// Cluster is what an instance tells of its nodes.
type Cluster struct {
	// Nodes is nil where the product tells nothing.
	Nodes []Node
	// UpgradeState is STABLE, READY_TO_UPGRADE, MIXED,
	// READY_TO_RUN_UPGRADE_TASKS, RUNNING_UPGRADE_TASKS or UPGRADE_TASKS_FAILED;
	// empty where the product tells nothing.
	UpgradeState string
}

// Versions returns the versions that the nodes run, each once, in the order of
// the nodes.
func (c Cluster) Versions() []string {
	var versions []string
	seen := map[string]bool{}
	for _, node := range c.Nodes {
		if node.Version != "" && !seen[node.Version] {
			seen[node.Version] = true
			versions = append(versions, node.Version)
		}
	}
	return versions
}

// Cluster asks for nodes and upgrade state, as far as the product offers them;
// what it does not offer to these credentials is left empty.
//
// Jira: GET /rest/api/2/cluster/nodes and /rest/api/2/cluster/zdu/state,
// https://developer.atlassian.com/server/jira/platform/rest/; Confluence: GET
// /rest/api/cluster/nodes; Bitbucket: GET /rest/api/latest/admin/cluster and
// /rest/zdu/state, https://developer.atlassian.com/server/bitbucket/reference/zdu-rest/.
func (i *Instance) Cluster(ctx context.Context, product string) (Cluster, error) {
	var cluster Cluster
	nodes, upgrade := i.clusterEndpoints(product)
	if nodes == nil {
		return cluster, nil
	}
	var err error
	if cluster.UpgradeState, err = i.upgradeState(ctx, upgrade); err != nil && !notOffered(err) {
		return cluster, err
	}
	if cluster.Nodes, err = nodes(ctx); err != nil && !notOffered(err) {
		return cluster, err
	}
	return cluster, nil
}

// clusterEndpoints returns how product lists its nodes and where it tells its
// upgrade state; nil for a product that does neither.
func (i *Instance) clusterEndpoints(product string) (nodes func(context.Context) ([]Node, error), upgradePath string) {
	switch product {
	case Jira:
		return i.jiraNodes, "/rest/api/2/cluster/zdu/state"
	case Confluence:
		// Where Confluence tells its upgrade state is not documented; this is
		// where Bitbucket does, and an instance without it answers 404.
		return i.confluenceNodes, "/rest/zdu/state"
	case Bitbucket:
		return i.bitbucketNodes, "/rest/zdu/state"
	default:
		return nil, ""
	}
}

func (i *Instance) upgradeState(ctx context.Context, path string) (string, error) {
	var answer struct {
		State string `json:"state"`
	}
	err := i.get(ctx, path, &answer)
	return answer.State, err
}

func (i *Instance) jiraNodes(ctx context.Context) ([]Node, error) {
	var answer []struct {
		ID      string `json:"nodeId"`
		Version string `json:"nodeVersion"`
		State   string `json:"state"`
		Alive   *bool  `json:"alive"`
	}
	if err := i.get(ctx, "/rest/api/2/cluster/nodes", &answer); err != nil {
		return nil, err
	}
	nodes := make([]Node, 0, len(answer))
	for _, node := range answer {
		if node.Alive != nil && !*node.Alive {
			// A node that is gone stays listed with the version it last had.
			continue
		}
		nodes = append(nodes, Node{ID: node.ID, Version: node.Version, State: node.State})
	}
	return nodes, nil
}

func (i *Instance) confluenceNodes(ctx context.Context) ([]Node, error) {
	var answer struct {
		Results []struct {
			ID transport.Name `json:"nodeId"`
		} `json:"results"`
	}
	if err := i.get(ctx, "/rest/api/cluster/nodes", &answer); err != nil {
		return nil, err
	}
	nodes := make([]Node, 0, len(answer.Results))
	for _, node := range answer.Results {
		nodes = append(nodes, Node{ID: string(node.ID)})
	}
	return nodes, nil
}

func (i *Instance) bitbucketNodes(ctx context.Context) ([]Node, error) {
	var answer struct {
		Nodes []struct {
			ID      string `json:"id"`
			Version string `json:"buildVersion"`
		} `json:"nodes"`
	}
	if err := i.get(ctx, "/rest/api/latest/admin/cluster", &answer); err != nil {
		return nil, err
	}
	nodes := make([]Node, 0, len(answer.Nodes))
	for _, node := range answer.Nodes {
		nodes = append(nodes, Node{ID: node.ID, Version: node.Version})
	}
	return nodes, nil
}
