// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// bambooTokenRoutes are the personal access tokens of Bamboo:
// https://developer.atlassian.com/server/bamboo/rest/.
func bambooTokenRoutes() routes[dataCenterEndpoint] {
	endpoint := func(handle func(*Instance, call, string) reply, access access, takesBody bool, query ...string) dataCenterEndpoint {
		return dataCenterEndpoint{
			handle: ofBambooUser(handle), access: access, problem: restProblem, takesBody: takesBody, query: query,
			deadLink: true, offered: (*Instance).offersTokens,
		}
	}
	const (
		own   = "/rest/api/latest/access-token"
		admin = "/rest/api/latest/admin/users/{name}/access-token"
	)
	return routes[dataCenterEndpoint]{
		{http.MethodPost, own, endpoint((*Instance).createBambooToken, anyUser, true)},
		{http.MethodGet, own, endpoint((*Instance).listBambooTokens, anyUser, false, "start", "limit")},
		{http.MethodDelete, own + "/{tokenId}", endpoint((*Instance).deleteBambooToken, anyUser, false)},
		{http.MethodGet, admin, endpoint((*Instance).listBambooTokens, administrator, false, "start", "limit")},
		{http.MethodDelete, admin + "/{tokenId}", endpoint((*Instance).deleteBambooToken, administrator, false)},
	}
}

// ofBambooUser finds the user whose tokens the path is about.
func ofBambooUser(handle func(*Instance, call, string) reply) func(*Instance, call) reply {
	return func(i *Instance, c call) reply {
		owner := c.PathValue("name")
		if owner == "" {
			return handle(i, c, c.user.name)
		}
		if _, ok := i.account(owner); !ok {
			return restProblem(http.StatusNotFound, "There is no such user")
		}
		return handle(i, c, owner)
	}
}

// bambooExpirySince is the version whose tokens can expire.
func bambooExpirySince() version {
	return version{9, 4, 0}
}

// createBambooToken answers POST /rest/api/latest/access-token. Which
// permissions a token has that names none is a [guess].
func (i *Instance) createBambooToken(c call, owner string) reply {
	if c.user.token != nil && !i.config.Guesses.Tokens.BambooTokensCreate {
		return restProblem(http.StatusUnauthorized, "Client must be authenticated by a password.")
	}
	var payload struct {
		Name            string   `json:"name"`
		Permissions     []string `json:"permissions"`
		DaysUntilExpiry *int     `json:"daysUntilExpiry"`
	}
	if err := i.decode(c.body, &payload); err != nil || payload.Name == "" {
		return restProblem(http.StatusBadRequest, "A name is required")
	}
	if payload.DaysUntilExpiry != nil && i.version.before(bambooExpirySince()) {
		if !i.config.Guesses.Tokens.BambooIgnoresExpiry {
			return restProblem(http.StatusBadRequest, "Unrecognized field daysUntilExpiry")
		}
		payload.DaysUntilExpiry = nil
	}
	if len(payload.Permissions) == 0 {
		payload.Permissions = []string{"READ"}
	}
	scope := tokenScope{owner: owner}
	expires, err := i.expiry(payload.DaysUntilExpiry)
	switch {
	case err != nil:
		return restProblem(http.StatusBadRequest, err.Error())
	case slices.ContainsFunc(payload.Permissions, unknownBambooPermission):
		return restProblem(http.StatusBadRequest, "Unknown permission")
	case i.tokenLimitReached(scope):
		return restProblem(http.StatusBadRequest, "The token count limit is exceeded")
	case i.hasTokenNamed(scope, payload.Name):
		return restProblem(http.StatusBadRequest, "A token of the same name already exists")
	}
	token := i.addToken(AccessToken{Name: payload.Name, Owner: owner, Permissions: payload.Permissions, ExpiresAt: expires})
	rendered := i.renderBambooToken(token)
	rendered["rawToken"] = token.Secret
	return jsonReply(http.StatusOK, rendered)
}

func unknownBambooPermission(permission string) bool {
	return !slices.Contains([]string{"READ", "TRIGGER", "USER"}, permission)
}

func (i *Instance) listBambooTokens(c call, owner string) reply {
	tokens := i.tokensOf(tokenScope{owner: owner})
	start, limit, err := pageWindow(c.URL.Query(), len(tokens))
	if err != nil {
		return restProblem(http.StatusBadRequest, err.Error())
	}
	end := min(start+limit, len(tokens))
	results := []object{}
	for _, token := range tokens[start:end] {
		results = append(results, i.renderBambooToken(token))
	}
	link := func(start int) string {
		return fmt.Sprintf("%s%s?start=%d&limit=%d", i.baseURL(), c.URL.EscapedPath(), start, limit)
	}
	page := object{"start": start, "limit": limit, "results": results, "self": link(start)}
	if end < len(tokens) {
		page["next"] = link(end)
	}
	if start > 0 {
		page["prev"] = link(max(0, start-limit))
	}
	return jsonReply(http.StatusOK, page)
}

// deleteBambooToken answers 400 where the token is not the user's, which an
// unknown one is taken to be as well.
func (i *Instance) deleteBambooToken(c call, owner string) reply {
	token := i.tokenOf(tokenScope{owner: owner}, c.PathValue("tokenId"))
	if token == nil {
		return restProblem(http.StatusBadRequest, "The user does not own the token")
	}
	i.revokeToken(token)
	return emptyReply(http.StatusNoContent)
}

// renderBambooToken has no date of expiry: Bamboo tells days.
func (i *Instance) renderBambooToken(token *AccessToken) object {
	permissions := token.Permissions
	if permissions == nil {
		permissions = []string{"USER"}
	}
	rendered := object{
		"tokenId": token.ID, "name": token.Name, "permissions": permissions,
		"creationDate": token.CreatedAt.UTC().Format(personalTokenTime),
		"self":         i.config.CanonicalURL + "/rest/api/latest/access-token/" + token.ID,
	}
	if !token.ExpiresAt.IsZero() {
		from := token.CreatedAt
		if i.config.Guesses.Tokens.BambooCountsDown {
			from = i.now()
		}
		rendered["daysUntilExpiry"] = max(0, int((token.ExpiresAt.Sub(from)+day-time.Nanosecond)/day))
	}
	return rendered
}
