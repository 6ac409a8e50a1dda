// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
)

// cloudRoutes is every operation that the simulator knows. There is none that
// makes or rotates an API key or an API token: Atlassian documents none.
func cloudRoutes() routes[cloudEndpoint] {
	return slices.Concat(organizationRoutes(), keyAndTokenRoutes(), serviceAccountRoutes(),
		userManagementRoutes(), policyRoutes())
}

// Operation is a method with a path, whose variable segments stand in braces.
type Operation struct {
	Method, Path string
}

// CloudOperations returns every operation that the simulator knows.
func CloudOperations() []Operation {
	var operations []Operation
	for _, known := range cloudRoutes() {
		operations = append(operations, Operation{known.method, known.pattern})
	}
	return operations
}

func organizationRoutes() routes[cloudEndpoint] {
	endpoint := func(scope string, handle func(*Organization, cloudCall) reply, query ...string) cloudEndpoint {
		return cloudEndpoint{api: organizationsAPI, scope: scope, handle: handle, query: query}
	}
	const (
		base   = "/admin/v1/orgs"
		events = "read:events:admin"
	)
	return routes[cloudEndpoint]{
		{http.MethodGet, base, endpoint("read:orgs:admin", (*Organization).listOrganizations, "cursor")},
		{http.MethodGet, base + "/{orgId}", endpoint("read:orgs:admin", (*Organization).getOrganization)},
		{http.MethodGet, base + "/{orgId}/users", endpoint("read:accounts:admin", (*Organization).listUsers, "cursor")},
		{http.MethodGet, base + "/{orgId}/event-actions", endpoint(events, (*Organization).listEventActions)},
		{http.MethodGet, base + "/{orgId}/events/{eventId}", endpoint(events, (*Organization).getEvent).until(removalOfGetEvent())},
		{http.MethodGet, base + "/{orgId}/events", endpoint(events, (*Organization).listEvents,
			"cursor", "q", "from", "to", "action", "actor", "ip", "product", "location", "limit").hidingOrganizations()},
		{http.MethodGet, base + "/{orgId}/events-stream", endpoint(events, (*Organization).streamEvents,
			"cursor", "from", "to", "limit", "sortOrder").hidingOrganizations()},
		{http.MethodPut, base + "/{orgId}/tunnels/{hostname}/token", cloudEndpoint{
			api:        organizationsAPI,
			handle:     (*Organization).regenerateTunnelToken,
			scopesOpen: func(o *Organization) bool { return o.config.Guesses.TunnelTakesScopes },
		}},
	}
}

func keyAndTokenRoutes() routes[cloudEndpoint] {
	endpoint := func(scope string, handle func(*Organization, cloudCall) reply, query ...string) cloudEndpoint {
		return cloudEndpoint{api: accessAPI, scope: scope, handle: handle, query: query}
	}
	keyFilters := slices.Concat([]string{"q", "keyType"}, boundParameters("expiresAt"), boundParameters("lastActiveAt"))
	tokenFilters := slices.Concat([]string{"q", "status"}, boundParameters("createdAt"), boundParameters("lastActiveAt"))
	paged := func(filters []string) []string {
		return append(slices.Clone(filters), "sort", "pageSize", "cursor")
	}
	const (
		keys   = "/admin/api-access/v1/orgs/{orgId}/api-keys"
		tokens = "/admin/api-access/v1/orgs/{orgId}/api-tokens"
	)
	return routes[cloudEndpoint]{
		{http.MethodGet, keys, endpoint("read:keys:admin", (*Organization).listAPIKeys, paged(keyFilters)...)},
		{http.MethodGet, keys + "/count", endpoint("read:keys:admin", (*Organization).countAPIKeys, keyFilters...)},
		{http.MethodPatch, keys + "/revoke/{apiKeyId}", endpoint("delete:keys:admin", (*Organization).revokeAPIKey)},
		{http.MethodGet, tokens, endpoint("read:tokens:admin", (*Organization).listUserTokens, paged(tokenFilters)...)},
		{http.MethodGet, tokens + "/count", endpoint("read:tokens:admin", (*Organization).countUserTokens, tokenFilters...)},
		{http.MethodDelete, tokens, endpoint("delete:tokens:admin", (*Organization).revokeUserTokens)},
	}
}

func serviceAccountRoutes() routes[cloudEndpoint] {
	endpoint := func(scope string, handle func(*Organization, cloudCall) reply, query ...string) cloudEndpoint {
		return cloudEndpoint{api: accessAPI, scope: scope, handle: handle, query: query}
	}
	counting := func(e cloudEndpoint) cloudEndpoint {
		e.takesBody = true
		return e
	}
	const (
		base       = "/admin/api-access/v1/orgs/{orgId}"
		accounts   = base + "/service-accounts"
		clients    = base + "/oauth-clients"
		read       = "read:service-accounts:admin"
		readTokens = "read:service-accounts-tokens:admin"
		revoke     = "delete:service-accounts-tokens:admin"
	)
	return routes[cloudEndpoint]{
		{http.MethodGet, accounts, endpoint(read, (*Organization).listServiceAccounts, "pageSize", "cursor")},
		{http.MethodPost, accounts + "/count", counting(endpoint(readTokens, (*Organization).countServiceAccountTokens))},
		{http.MethodGet, accounts + "/api-tokens", endpoint(readTokens, (*Organization).listServiceAccountTokens, "tokenLabel", "pageSize", "cursor")},
		{http.MethodGet, accounts + "/{serviceAccountId}/api-tokens", endpoint(readTokens, (*Organization).listServiceAccountTokens, "tokenLabel", "pageSize", "cursor")},
		{http.MethodDelete, accounts + "/{serviceAccountId}/api-tokens", endpoint(revoke, (*Organization).revokeServiceAccountTokens)},
		{http.MethodGet, clients, endpoint(readTokens, (*Organization).listOAuthClients, "pageSize", "cursor")},
		{http.MethodPost, clients + "/count", endpoint(readTokens, (*Organization).countOAuthClients)},
		{http.MethodGet, clients + "/{clientId}", endpoint(readTokens, (*Organization).getOAuthClient)},
		{http.MethodDelete, clients + "/{clientId}", endpoint(revoke, (*Organization).deleteOAuthClient)},
	}
}

// userManagementRoutes want a key without scopes: the scope that they name is
// none that a key can have.
func userManagementRoutes() routes[cloudEndpoint] {
	endpoint := func(handle func(*Organization, cloudCall, User) reply, query ...string) cloudEndpoint {
		return cloudEndpoint{api: userManagementAPI, handle: managed(handle), query: query}
	}
	const base = "/users/{account_id}/manage"
	return routes[cloudEndpoint]{
		{http.MethodGet, base, endpoint((*Organization).listPrivileges, "privileges")},
		{http.MethodGet, base + "/api-tokens", endpoint((*Organization).listTokensOfUser)},
		{http.MethodDelete, base + "/api-tokens/{tokenId}", endpoint((*Organization).deleteTokenOfUser)},
	}
}

func policyRoutes() routes[cloudEndpoint] {
	const base = "/admin/control/v1/orgs/{orgId}/auth-policy"
	return routes[cloudEndpoint]{
		{http.MethodPost, base + "/{policyId}/add-users", cloudEndpoint{
			api: controlAPI, scope: "write:policies:admin", handle: (*Organization).addPolicyUsers, takesBody: true,
		}},
		{http.MethodGet, base + "/task/{taskId}", cloudEndpoint{
			api: controlAPI, scope: "write:policies:admin", handle: (*Organization).getPolicyTask,
		}},
	}
}
