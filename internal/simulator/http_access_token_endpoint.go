// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const maxTokenPage = 1000

// httpAccessTokenRoutes are the HTTP access tokens of Bitbucket's users,
// projects and repositories:
// https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-authentication.
// It documents 401, and never 403, for a lack of permission.
func httpAccessTokenRoutes() routes[dataCenterEndpoint] {
	endpoint := func(handle func(*Instance, call, tokenScope) reply, takesBody bool, query ...string) dataCenterEndpoint {
		return dataCenterEndpoint{
			handle: inTokenScope(handle), access: anyUser, problem: bitbucketProblem, takesBody: takesBody, query: query,
			deadLink: true, offered: (*Instance).offersTokens,
		}
	}
	var all routes[dataCenterEndpoint]
	for _, revision := range []string{"latest", "1.0"} {
		for _, scope := range []string{"/users/{userSlug}", "/projects/{projectKey}", "/projects/{projectKey}/repos/{repositorySlug}"} {
			base := "/rest/access-tokens/" + revision + scope
			all = append(all, routes[dataCenterEndpoint]{
				{http.MethodGet, base, endpoint((*Instance).listHTTPAccessTokens, false, "start", "limit")},
				{http.MethodPut, base, endpoint((*Instance).createHTTPAccessToken, true)},
				{http.MethodGet, base + "/{tokenId}", endpoint(onHTTPAccessToken((*Instance).getHTTPAccessToken), false)},
				{http.MethodPost, base + "/{tokenId}", endpoint(onHTTPAccessToken((*Instance).updateHTTPAccessToken), true)},
				{http.MethodDelete, base + "/{tokenId}", endpoint(onHTTPAccessToken((*Instance).deleteHTTPAccessToken), false)},
			}...)
		}
	}
	return all
}

// inTokenScope refuses who may not see or change the tokens that the path is
// about. Administrators may edit and revoke the tokens of other users, and make
// none for them. A token makes and changes none.
func inTokenScope(handle func(*Instance, call, tokenScope) reply) func(*Instance, call) reply {
	return func(i *Instance, c call) reply {
		scope := tokenScope{c.PathValue("userSlug"), c.PathValue("projectKey"), c.PathValue("repositorySlug")}
		own := scope.owner == c.user.name && scope.owner != ""
		byToken := c.user.token != nil && c.Method != http.MethodGet
		foreign := c.Method == http.MethodPut && scope.owner != "" && !own
		switch {
		case byToken, foreign, !own && !c.user.administrator:
			return bitbucketProblem(http.StatusUnauthorized, "You are not permitted to access this resource")
		case !i.hasTokenScope(scope):
			return bitbucketProblem(http.StatusNotFound, "The user, project or repository does not exist")
		default:
			return handle(i, c, scope)
		}
	}
}

// hasTokenScope reports whether what tokens would belong to exists.
func (i *Instance) hasTokenScope(scope tokenScope) bool {
	if scope.owner != "" {
		_, ok := i.account(scope.owner)
		return ok
	}
	repositories, ok := i.config.Projects[scope.project]
	return ok && (scope.repository == "" || slices.Contains(repositories, scope.repository))
}

// onHTTPAccessToken looks the token up that the path names.
func onHTTPAccessToken(handle func(*Instance, call, *AccessToken) reply) func(*Instance, call, tokenScope) reply {
	return func(i *Instance, c call, scope tokenScope) reply {
		token := i.tokenOf(scope, c.PathValue("tokenId"))
		if token == nil {
			return bitbucketProblem(http.StatusNotFound, "The access token does not exist")
		}
		return handle(i, c, token)
	}
}

// httpAccessTokenPayload is the body of a creation and of an update.
type httpAccessTokenPayload struct {
	Name        string   `json:"name"`
	Permissions []string `json:"permissions"`
	ExpiryDays  *int     `json:"expiryDays"`
}

func (i *Instance) createHTTPAccessToken(c call, scope tokenScope) reply {
	var payload httpAccessTokenPayload
	if err := i.decode(c.body, &payload); err != nil || payload.Name == "" {
		return bitbucketProblem(http.StatusBadRequest, "A name is required")
	}
	if len(payload.Permissions) == 0 {
		return bitbucketProblem(http.StatusBadRequest, "At least one permission is required")
	}
	if problem := permissionProblem(scope, payload.Permissions); problem != "" {
		return bitbucketProblem(http.StatusBadRequest, problem)
	}
	expires, err := i.expiry(payload.ExpiryDays)
	switch {
	case err != nil:
		return bitbucketProblem(http.StatusBadRequest, err.Error())
	case i.tokenLimitReached(scope):
		return bitbucketProblem(http.StatusBadRequest, "The maximum number of access tokens is reached")
	case i.config.Guesses.Tokens.UniqueNames && i.hasTokenNamed(scope, payload.Name):
		return bitbucketProblem(http.StatusBadRequest, "The name is taken")
	}
	token := i.addToken(AccessToken{
		Name: payload.Name, Owner: scope.owner, Project: scope.project, Repository: scope.repository,
		Permissions: i.grantedPermissions(payload.Permissions), ExpiresAt: expires,
	})
	rendered := i.renderHTTPAccessToken(token)
	rendered["token"] = token.Secret
	return jsonReply(http.StatusOK, rendered)
}

func (i *Instance) listHTTPAccessTokens(c call, scope tokenScope) reply {
	tokens := i.tokensOf(scope)
	start, startErr := intParameter(c.URL.Query(), "start", 0, 0, maxInt32)
	limit, limitErr := intParameter(c.URL.Query(), "limit", defaultPageLimit, 1, maxInt32)
	if startErr != nil || limitErr != nil {
		return bitbucketProblem(http.StatusBadRequest, "start and limit must be numbers")
	}
	start, limit = min(start, len(tokens)), min(limit, maxTokenPage)
	end := min(start+limit, len(tokens))
	values := []object{}
	for _, token := range tokens[start:end] {
		values = append(values, i.renderHTTPAccessToken(token))
	}
	page := object{
		"size": len(values), "limit": limit, "start": start, "isLastPage": end == len(tokens), "values": values,
		"nextPageStart": nil,
	}
	if end < len(tokens) {
		page["nextPageStart"] = end
	}
	return jsonReply(http.StatusOK, page)
}

func (i *Instance) getHTTPAccessToken(_ call, token *AccessToken) reply {
	return jsonReply(http.StatusOK, i.renderHTTPAccessToken(token))
}

// updateHTTPAccessToken changes what the body names. An expiry cannot be
// changed.
func (i *Instance) updateHTTPAccessToken(c call, token *AccessToken) reply {
	var payload httpAccessTokenPayload
	if err := i.decode(c.body, &payload); err != nil {
		return bitbucketProblem(http.StatusBadRequest, "Invalid request body")
	}
	if problem := permissionProblem(token.scope(), payload.Permissions); problem != "" {
		return bitbucketProblem(http.StatusBadRequest, problem)
	}
	if payload.Name != "" {
		token.Name = payload.Name
	}
	if len(payload.Permissions) > 0 {
		token.Permissions = i.grantedPermissions(payload.Permissions)
	}
	return jsonReply(http.StatusOK, i.renderHTTPAccessToken(token))
}

func (i *Instance) deleteHTTPAccessToken(_ call, token *AccessToken) reply {
	i.revokeToken(token)
	return emptyReply(http.StatusNoContent)
}

// permissionProblem says what is wrong with the permissions of a token. The
// permission on repositories is at least that on projects.
func permissionProblem(scope tokenScope, permissions []string) string {
	highest := map[string]int{}
	for _, permission := range permissions {
		family, level, _ := strings.Cut(permission, "_")
		rank := slices.Index([]string{"READ", "WRITE", "ADMIN"}, level) + 1
		switch {
		case family != "REPO" && family != "PROJECT" || rank == 0:
			return permission + " is not a valid permission"
		case family == "PROJECT" && scope.repository != "":
			return "Permissions for REPOSITORY scope must be one of REPO_READ, REPO_WRITE, REPO_ADMIN"
		}
		highest[family] = max(highest[family], rank)
	}
	if highest["REPO"] > 0 && highest["REPO"] < highest["PROJECT"] {
		return "The repository permission must be at least the project permission"
	}
	return ""
}

func (i *Instance) grantedPermissions(asked []string) []string {
	granted := slices.Compact(slices.Sorted(slices.Values(asked)))
	if !i.config.Guesses.Tokens.WidenPermissions {
		return granted
	}
	for _, permission := range granted {
		if level, ok := strings.CutPrefix(permission, "PROJECT_"); ok && !slices.Contains(granted, "REPO_"+level) {
			granted = append(granted, "REPO_"+level)
		}
	}
	return granted
}

func (i *Instance) renderHTTPAccessToken(token *AccessToken) object {
	rendered := object{
		"id": token.ID, "name": token.Name, "createdDate": token.CreatedAt.UnixMilli(),
		"permissions": names(token.Permissions),
	}
	if i.config.Guesses.Tokens.TextDates {
		rendered["createdDate"] = token.CreatedAt.UTC().Format(rfc3339Millis)
	}
	for name, at := range map[string]time.Time{"expiryDate": token.ExpiresAt, "lastAuthenticated": token.LastUsedAt} {
		if !at.IsZero() {
			rendered[name] = at.UnixMilli()
		}
	}
	if token.Owner != "" {
		rendered["user"] = i.renderBitbucketUser(token.Owner)
	}
	return rendered
}

func (i *Instance) renderBitbucketUser(name string) object {
	id, _ := strconv.Atoi(auditAuthorID(name))
	return object{
		"name": name, "emailAddress": name + "@example.com", "id": id, "displayName": name, "active": true,
		"slug": name, "type": "NORMAL",
		"links": object{"self": []object{{"href": i.config.CanonicalURL + "/users/" + url.PathEscape(name)}}},
	}
}
