// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"net/http"
	"slices"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Stable is the upgrade state of a cluster that is not in a rolling upgrade.
const Stable = "STABLE"

// upgradeStates are the documented states of a cluster that is in one.
var upgradeStates = []string{"READY_TO_UPGRADE", "MIXED", "READY_TO_RUN_UPGRADE_TASKS", "RUNNING_UPGRADE_TASKS", "UPGRADE_TASKS_FAILED"}

// Node is one node of a cluster; a field is empty where the product does not
// tell.
type Node struct {
	ID      string
	Version string
	State   string
}

// Cluster is what an instance tells of its nodes.
type Cluster struct {
	// Nodes are those that are alive; nil where the product tells nothing.
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
	for _, node := range c.Nodes {
		if node.Version != "" && !slices.Contains(versions, node.Version) {
			versions = append(versions, node.Version)
		}
	}
	return versions
}

// add takes over what other tells; an upgrade that one of them sees counts.
func (c *Cluster) add(other Cluster) {
	if other.Nodes != nil {
		c.Nodes = other.Nodes
	}
	if other.UpgradeState != "" && (c.UpgradeState == "" || c.UpgradeState == Stable) {
		c.UpgradeState = other.UpgradeState
	}
}

// clusterQuestion is an endpoint that tells of a cluster.
type clusterQuestion struct {
	path string
	// products offer it.
	products []string
	// state is true where it tells an upgrade state.
	state bool
	// standalone is the status that it answers where there is no cluster; 0 for
	// none of its own.
	standalone int
	read       func(*transport.Response) (Cluster, error)
}

// clusterQuestions are all of them. Confluence is not in Atlassian's pages, but
// in its own performance toolkit, as are the answers of Bitbucket. That the 403
// of Bitbucket means what that of Confluence does is an inference: who is asked
// for the cluster has been shown the AES keys, so that it is no want of
// permission.
// https://developer.atlassian.com/server/jira/platform/rest/,
// https://developer.atlassian.com/server/bitbucket/reference/zdu-rest/,
// https://github.com/atlassian/dc-app-performance-toolkit.
var clusterQuestions = []clusterQuestion{
	{path: "/rest/api/2/cluster/zdu/state", products: []string{Jira}, state: true, read: readUpgradeState},
	{path: "/rest/api/2/cluster/nodes", products: []string{Jira}, standalone: http.StatusMethodNotAllowed, read: readNodes},
	{path: "/rest/zdu/cluster", products: []string{Confluence, Bitbucket}, state: true, standalone: http.StatusForbidden, read: readCluster},
}

// clusterQuestionsFor returns the questions that product offers; where nobody
// knows what the instance is, as guesses those that may tell of an upgrade.
func clusterQuestionsFor(product string) []clusterQuestion {
	var questions []clusterQuestion
	for _, question := range clusterQuestions {
		if slices.Contains(question.products, product) || !isKnown(product) && question.state {
			questions = append(questions, question)
		}
	}
	return questions
}

// clusterAnswer is what came of a question.
type clusterAnswer struct {
	told Cluster
	// standalone is true where the answer says that there is no cluster.
	standalone bool
	err        error
}

// askCluster asks all that product offers, side by side.
func (i *Instance) askCluster(ctx context.Context, product string) []clusterAnswer {
	questions := clusterQuestionsFor(product)
	answers := make([]clusterAnswer, len(questions))
	asks := make([]func(), 0, len(questions))
	for n, question := range questions {
		asks = append(asks, func() { answers[n] = i.ask(ctx, question) })
	}
	sideBySide(asks...)
	return answers
}

func (i *Instance) ask(ctx context.Context, question clusterQuestion) clusterAnswer {
	var told Cluster
	_, err := i.client.Do(ctx, transport.Request{
		Method: http.MethodGet,
		Path:   question.path,
		Check: func(response *transport.Response) (err error) {
			told, err = question.read(response)
			return err
		},
	})
	if question.standalone != 0 && hasStatus(err, question.standalone) && !isPage(err) {
		return clusterAnswer{standalone: true}
	}
	return clusterAnswer{told: told, err: err}
}

func readUpgradeState(response *transport.Response) (Cluster, error) {
	var answer struct {
		State string `json:"state"`
	}
	err := response.Decode(&answer)
	return Cluster{UpgradeState: answer.State}, err
}

// clusterNode is a node as Jira, Confluence and Bitbucket write it.
type clusterNode struct {
	ID          lenient.Text `json:"id"`
	JiraID      lenient.Text `json:"nodeId"`
	Version     lenient.Text `json:"version"`
	JiraVersion lenient.Text `json:"nodeVersion"`
	State       lenient.Text `json:"state"`
	Alive       *bool        `json:"alive"`
}

func readNodes(response *transport.Response) (Cluster, error) {
	var answer []clusterNode
	if err := response.Decode(&answer); err != nil {
		return Cluster{}, err
	}
	return Cluster{Nodes: living(answer)}, nil
}

func readCluster(response *transport.Response) (Cluster, error) {
	var answer struct {
		State string        `json:"state"`
		Nodes []clusterNode `json:"nodes"`
	}
	if err := response.Decode(&answer); err != nil {
		return Cluster{}, err
	}
	cluster := Cluster{UpgradeState: answer.State}
	if answer.Nodes != nil {
		cluster.Nodes = living(answer.Nodes)
	}
	return cluster, nil
}

// living returns the nodes that run: one that is gone stays listed with the
// version that it had last.
func living(listed []clusterNode) []Node {
	nodes := make([]Node, 0, len(listed))
	for _, node := range listed {
		if node.Alive != nil && !*node.Alive || node.State == "OFFLINE" {
			continue
		}
		nodes = append(nodes, Node{ID: string(node.ID + node.JiraID), Version: string(node.Version + node.JiraVersion), State: string(node.State)})
	}
	return nodes
}
