// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"strconv"
)

// Node is a node of a Data Center cluster.
type Node struct {
	// ID names the node.
	ID string
	// Version is what the node runs; empty is the instance's version.
	Version string
	// State is the product's word for the node's state; empty is ACTIVE, or
	// OFFLINE for a node that is offline.
	State string
	// Offline tells that the node is not alive.
	Offline bool
}

// clusterNodes returns the nodes with their defaults filled in.
func (i *Instance) clusterNodes() []Node {
	nodes := make([]Node, 0, len(i.nodes))
	for _, node := range i.nodes {
		if node.Version == "" {
			node.Version = i.config.Version
		}
		if node.State == "" && node.Offline {
			node.State = "OFFLINE"
		}
		if node.State == "" {
			node.State = "ACTIVE"
		}
		nodes = append(nodes, node)
	}
	return nodes
}

// standaloneNodes is the cluster, or the one node that there is without.
func (i *Instance) standaloneNodes() []Node {
	if nodes := i.clusterNodes(); len(nodes) > 0 {
		return nodes
	}
	return []Node{{ID: i.config.Name, Version: i.config.Version, State: "ACTIVE"}}
}

// mixedVersions reports whether living nodes run different versions.
func (i *Instance) mixedVersions() bool {
	versions := map[string]struct{}{}
	for _, node := range i.clusterNodes() {
		if !node.Offline {
			versions[node.Version] = struct{}{}
		}
	}
	return len(versions) > 1
}

func (n Node) buildNumber() int {
	number, err := parseVersion(n.Version)
	if err != nil {
		return 0
	}
	return number.buildNumber()
}

// jiraNodes answers GET /rest/api/2/cluster/nodes:
// https://developer.atlassian.com/server/jira-servicedesk/rest/v1004/api-group-cluster.
// It answers 405 where Jira is not clustered.
func (i *Instance) jiraNodes(call) reply {
	if len(i.nodes) == 0 {
		return jiraProblem(http.StatusMethodNotAllowed, "This Jira instance is not clustered.")
	}
	nodes := []object{}
	for n, node := range i.clusterNodes() {
		nodes = append(nodes, object{
			"nodeId":                   node.ID,
			"nodeVersion":              node.Version,
			"nodeBuildNumber":          node.buildNumber(),
			"ip":                       "10.0.0." + strconv.Itoa(n+1),
			"cacheListenerPort":        40001,
			"lastStateChangeTimestamp": i.now().UnixMilli(),
			"state":                    node.State,
			"alive":                    !node.Offline,
		})
	}
	return jsonReply(http.StatusOK, nodes)
}

// jiraUpgradeState answers GET /rest/api/2/cluster/zdu/state:
// https://developer.atlassian.com/server/jira-servicedesk/rest/v1004/api-group-cluster.
func (i *Instance) jiraUpgradeState(call) reply {
	return jsonReply(http.StatusOK, object{
		"state": i.upgradeState,
		"build": object{"version": i.config.Version, "buildNumber": i.version.buildNumber()},
	})
}

// confluenceNodes answers GET /rest/api/cluster/nodes, since 9.5:
// https://developer.atlassian.com/server/confluence/rest/v1000/api-group-cluster-information.
// The documentation shows a number as the node's identifier and no version.
func (i *Instance) confluenceNodes(c call) reply {
	nodes := i.clusterNodes()
	start, limit, err := pageWindow(c.URL.Query(), len(nodes))
	if err != nil {
		return confluenceProblem(http.StatusBadRequest, err.Error())
	}
	results := []object{}
	for n := range nodes[start:min(start+limit, len(nodes))] {
		results = append(results, object{
			"nodeId": start + n + 1, "jvmStats": object{}, "props": object{}, "buildStats": object{},
		})
	}
	return jsonReply(http.StatusOK, object{
		"results":    results,
		"start":      start,
		"limit":      limit,
		"size":       len(results),
		"totalCount": len(nodes),
		"_links":     object{"base": i.config.CanonicalURL, "context": i.config.ContextPath},
	})
}

// upgradeCluster answers GET /rest/zdu/cluster of Confluence and Bitbucket:
// https://developer.atlassian.com/server/bitbucket/reference/zdu-rest/. It
// answers 403 where the product is not clustered.
func (i *Instance) upgradeCluster(call) reply {
	if len(i.nodes) == 0 {
		return moduleProblem(i.config.Product)(http.StatusForbidden, "This instance is not clustered.")
	}
	nodes := []object{}
	for n, node := range i.clusterNodes() {
		nodes = append(nodes, node.buildInfo(n))
	}
	return jsonReply(http.StatusOK, object{
		"state":              i.upgradeState,
		"upgradeModeEnabled": i.upgradeState != upgradeStable,
		"originalVersion":    i.config.Version,
		"nodes":              nodes,
	})
}

// buildInfo is how a rolling upgrade sees the nth node.
func (n Node) buildInfo(index int) object {
	return object{
		"id": n.ID, "name": n.ID, "ipAddress": "10.0.0." + strconv.Itoa(index+1), "state": n.State,
		"buildNumber": strconv.Itoa(n.buildNumber()), "version": n.Version,
		"local": index == 0, "portNumber": 7990, "links": []object{},
	}
}

// bitbucketCluster answers GET /rest/api/latest/admin/cluster:
// https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-system-maintenance.
func (i *Instance) bitbucketCluster(call) reply {
	nodes := []object{}
	for n, node := range i.standaloneNodes() {
		nodes = append(nodes, object{
			"id":           node.ID,
			"name":         node.ID,
			"local":        n == 0,
			"buildVersion": node.Version,
			"address":      object{"address": "10.0.0." + strconv.Itoa(n+1), "port": 5701},
		})
	}
	return jsonReply(http.StatusOK, object{
		"localNode": nodes[0], "nodes": nodes, "running": i.state == stateRunning,
	})
}

// bitbucketUpgradeState answers GET /rest/zdu/state:
// https://developer.atlassian.com/server/bitbucket/reference/zdu-rest/.
func (i *Instance) bitbucketUpgradeState(call) reply {
	return jsonReply(http.StatusOK, object{
		"state": i.upgradeState, "buildInfo": i.standaloneNodes()[0].buildInfo(0),
	})
}
