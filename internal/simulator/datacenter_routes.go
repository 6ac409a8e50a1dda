// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
)

// dataCenterRoutes is every endpoint that a product can have.
func dataCenterRoutes(product Product) routes[dataCenterEndpoint] {
	all := keyRoutes(moduleProblem(product))
	all = append(all, tunnelRoutes(moduleProblem(product))...)
	all = append(all, auditRoutes(moduleProblem(product))...)
	if product != Crowd {
		all = append(all, manifestRoutes()...)
	}
	switch product {
	case Jira:
		return slices.Concat(all, jiraRoutes(), personalAccessTokenRoutes())
	case Confluence:
		return slices.Concat(all, confluenceRoutes(), personalAccessTokenRoutes())
	case Bitbucket:
		return slices.Concat(all, bitbucketRoutes(), httpAccessTokenRoutes())
	case Crowd:
		return append(all, crowdRoutes()...)
	default:
		return slices.Concat(all, bambooRoutes(), bambooTokenRoutes())
	}
}

// keyRoutes is the AES key management API. Only its version 1.0 is documented.
func keyRoutes(problem problemShape) routes[dataCenterEndpoint] {
	endpoint := func(handle func(*Instance, call) reply) dataCenterEndpoint {
		return dataCenterEndpoint{
			handle: handle, access: administrator, problem: problem, webSudo: true,
			denied:  http.StatusUnauthorized,
			offered: func(i *Instance) bool { return i.keyAPI },
		}
	}
	const base = "/rest/secrets/1.0/keys"
	return routes[dataCenterEndpoint]{
		{http.MethodPost, base + "/rotate", endpoint((*Instance).rotateKey)},
		{http.MethodGet, base + "/inactive", endpoint((*Instance).listInactiveKeys)},
		{http.MethodDelete, base + "/inactive", endpoint((*Instance).deleteInactiveKeys)},
	}
}

func tunnelRoutes(problem problemShape) routes[dataCenterEndpoint] {
	return routes[dataCenterEndpoint]{
		{http.MethodPut, "/rest/secure-tunneling/latest/tunnel/token", dataCenterEndpoint{
			handle: (*Instance).installTunnelToken, access: administrator, problem: problem,
			webSudo: true, takesBody: true,
			offered: func(i *Instance) bool { return i.tunnelApp },
		}},
	}
}

func auditRoutes(problem problemShape) routes[dataCenterEndpoint] {
	return routes[dataCenterEndpoint]{
		{http.MethodGet, "/rest/auditing/1.0/events", dataCenterEndpoint{
			handle: (*Instance).listAuditEvents, access: administrator, problem: problem,
			query: []string{
				"from", "to", "offset", "pageCursor", "limit", "userIds", "categories",
				"actions", "affectedObject", "search", "scanLimit", "outputFormat",
			},
			offered: func(i *Instance) bool { return i.facts.auditing },
		}},
	}
}

func manifestRoutes() routes[dataCenterEndpoint] {
	endpoint := dataCenterEndpoint{
		handle: (*Instance).answerManifest, problem: restProblem, negotiates: true,
	}
	return routes[dataCenterEndpoint]{
		{http.MethodGet, "/rest/applinks/1.0/manifest", endpoint},
		{http.MethodGet, "/rest/applinks/latest/manifest", endpoint},
	}
}

func jiraRoutes() routes[dataCenterEndpoint] {
	return routes[dataCenterEndpoint]{
		{http.MethodGet, "/rest/api/2/serverInfo", dataCenterEndpoint{
			handle: (*Instance).jiraServerInfo, problem: jiraProblem,
		}},
		{http.MethodGet, "/rest/api/2/myself", dataCenterEndpoint{
			handle: (*Instance).jiraMyself, access: anyUser, problem: jiraProblem,
		}},
		{http.MethodGet, "/rest/api/2/cluster/nodes", dataCenterEndpoint{
			handle: (*Instance).jiraNodes, access: administrator, problem: jiraProblem,
		}},
		{http.MethodGet, "/rest/api/2/cluster/zdu/state", dataCenterEndpoint{
			handle: (*Instance).jiraUpgradeState, access: administrator, problem: jiraProblem,
		}},
	}
}

func confluenceRoutes() routes[dataCenterEndpoint] {
	since := func(first version) func(*Instance) bool {
		return func(i *Instance) bool { return !i.version.before(first) }
	}
	return routes[dataCenterEndpoint]{
		{http.MethodGet, "/rest/api/server-information", dataCenterEndpoint{
			handle: (*Instance).confluenceServerInformation, access: anyUser,
			problem: confluenceProblem, offered: since(version{9, 1, 0}),
		}},
		{http.MethodGet, "/rest/api/user/current", dataCenterEndpoint{
			handle: (*Instance).confluenceCurrentUser, access: anyUser, problem: confluenceProblem,
		}},
		{http.MethodGet, "/rest/api/cluster/nodes", dataCenterEndpoint{
			handle: (*Instance).confluenceNodes, access: administrator, problem: confluenceProblem,
			query: []string{"start", "limit"}, offered: since(version{9, 5, 0}),
		}},
		clusterRoute(confluenceProblem),
	}
}

// clusterRoute is where Confluence and Bitbucket tell of a rolling upgrade.
func clusterRoute(problem problemShape) route[dataCenterEndpoint] {
	return route[dataCenterEndpoint]{http.MethodGet, "/rest/zdu/cluster", dataCenterEndpoint{
		handle: (*Instance).upgradeCluster, access: administrator, problem: problem,
	}}
}

func bitbucketRoutes() routes[dataCenterEndpoint] {
	properties := dataCenterEndpoint{
		handle: (*Instance).bitbucketProperties, problem: bitbucketProblem,
	}
	return routes[dataCenterEndpoint]{
		{http.MethodGet, "/rest/api/1.0/application-properties", properties},
		{http.MethodGet, "/rest/api/latest/application-properties", properties},
		{http.MethodGet, "/rest/api/latest/projects", dataCenterEndpoint{
			handle: (*Instance).bitbucketProjects, access: anyUser, problem: bitbucketProblem,
			query: []string{"start", "limit"},
		}},
		{http.MethodGet, "/rest/api/latest/admin/cluster", dataCenterEndpoint{
			handle: (*Instance).bitbucketCluster, access: administrator, problem: bitbucketProblem,
			denied: http.StatusUnauthorized,
		}},
		clusterRoute(bitbucketProblem),
		{http.MethodGet, "/rest/zdu/state", dataCenterEndpoint{
			handle: (*Instance).bitbucketUpgradeState, access: administrator, problem: bitbucketProblem,
		}},
	}
}

func crowdRoutes() routes[dataCenterEndpoint] {
	return routes[dataCenterEndpoint]{
		{http.MethodGet, "/rest/admin/1.0/server-info", dataCenterEndpoint{
			handle: (*Instance).crowdServerInfo, access: administrator, problem: restProblem,
		}},
	}
}

func bambooRoutes() routes[dataCenterEndpoint] {
	return routes[dataCenterEndpoint]{
		{http.MethodGet, "/rest/api/latest/info", dataCenterEndpoint{
			handle: (*Instance).bambooInfo, problem: restProblem,
		}},
		{http.MethodGet, "/rest/api/latest/currentUser", dataCenterEndpoint{
			handle: (*Instance).bambooCurrentUser, access: anyUser, problem: restProblem,
		}},
		{http.MethodGet, "/rest/api/latest/server", dataCenterEndpoint{
			handle: (*Instance).bambooServer, problem: restProblem,
		}},
	}
}
