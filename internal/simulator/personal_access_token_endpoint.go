// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	personalTokenTime = "2006-01-02T15:04:05.000-0700"
	rfc3339Millis     = "2006-01-02T15:04:05.000Z07:00"
	tokenSearchLimit  = 100
)

// personalAccessTokenRoutes are the personal access tokens of Jira and
// Confluence. Only the making of one is documented:
// https://developer.atlassian.com/server/jira/platform/personal-access-token.
// The rest was observed by public clients. Nothing reads, changes or extends a
// single token.
func personalAccessTokenRoutes() routes[dataCenterEndpoint] {
	endpoint := func(handle func(*Instance, call) reply, access access, takesBody bool) dataCenterEndpoint {
		return dataCenterEndpoint{
			handle: handle, access: access, problem: restProblem, takesBody: takesBody, xsrf: true, deadLink: true,
			offered: (*Instance).offersTokens,
		}
	}
	var all routes[dataCenterEndpoint]
	for _, revision := range []string{"latest", "1.0"} {
		base := "/rest/pat/" + revision + "/tokens"
		all = append(all, routes[dataCenterEndpoint]{
			{http.MethodGet, base, endpoint((*Instance).listPersonalAccessTokens, anyUser, false)},
			{http.MethodPost, base, endpoint((*Instance).createPersonalAccessToken, anyUser, true)},
			{http.MethodDelete, base + "/{tokenId}", endpoint((*Instance).revokePersonalAccessToken, anyUser, false)},
			{http.MethodPost, base + "/search", endpoint((*Instance).searchPersonalAccessTokens, administrator, true)},
		}...)
	}
	return all
}

// offersTokens reports whether the product has tokens in this version and
// nobody switched them off.
func (i *Instance) offersTokens() bool {
	return i.tokens.enabled && i.facts.tokensSince != version{} && !i.version.before(i.facts.tokensSince)
}

// createPersonalAccessToken answers POST /rest/pat/latest/tokens. The words of
// refusals are a [guess].
func (i *Instance) createPersonalAccessToken(c call) reply {
	var payload struct {
		Name               string `json:"name"`
		ExpirationDuration *int   `json:"expirationDuration"`
	}
	if err := i.decode(c.body, &payload); err != nil || payload.Name == "" {
		return restProblem(http.StatusBadRequest, "A name is required")
	}
	scope := tokenScope{owner: c.user.name}
	switch {
	case i.tokenLimitReached(scope):
		return restProblem(cmp.Or(i.config.Guesses.Tokens.LimitStatus, http.StatusBadRequest), "The maximum number of tokens is reached")
	case i.config.Guesses.Tokens.UniqueNames && i.hasTokenNamed(scope, payload.Name):
		return restProblem(http.StatusBadRequest, "The name is taken")
	}
	expires, err := i.expiry(payload.ExpirationDuration)
	if err != nil {
		return restProblem(http.StatusBadRequest, err.Error())
	}
	token := i.addToken(AccessToken{Name: payload.Name, Owner: c.user.name, ExpiresAt: expires})
	i.auditToken(token)
	rendered := i.renderPersonalAccessToken(token)
	rendered["rawToken"] = token.Secret
	return jsonReply(cmp.Or(i.config.Guesses.Tokens.CreatedStatus, http.StatusCreated), rendered)
}

// auditToken writes what recorded audit logs have of a new token.
func (i *Instance) auditToken(token *AccessToken) {
	i.writeAudit(AuditEvent{
		Author:      token.Owner,
		CategoryKey: "personal.access.tokens.audit.log.category",
		Category:    "Security",
		ActionKey:   "personal.access.tokens.audit.log.summary.token.created",
		Action:      "Personal access token created",
		Attributes:  map[string]string{"Token Name": token.Name},
	})
}

func (i *Instance) listPersonalAccessTokens(c call) reply {
	rendered := []object{}
	for _, token := range i.tokensOf(tokenScope{owner: c.user.name}) {
		entry := i.renderPersonalAccessToken(token)
		if i.config.Guesses.Tokens.TellLastUse {
			entry["lastAccessedAt"] = i.personalTokenTime(token.LastUsedAt)
		}
		rendered = append(rendered, entry)
	}
	return jsonReply(http.StatusOK, rendered)
}

// revokePersonalAccessToken answers DELETE /rest/pat/latest/tokens/{tokenId},
// for one's own tokens.
func (i *Instance) revokePersonalAccessToken(c call) reply {
	token := i.tokenOf(tokenScope{owner: c.user.name}, c.PathValue("tokenId"))
	if token == nil {
		return restProblem(http.StatusNotFound, "There is no such token")
	}
	i.revokeToken(token)
	return emptyReply(http.StatusNoContent)
}

// searchPersonalAccessTokens answers POST /rest/pat/latest/tokens/search, as
// one client of Jira uses it; it shows no ID.
func (i *Instance) searchPersonalAccessTokens(c call) reply {
	payload := struct {
		Page     int      `json:"page"`
		Limit    int      `json:"limit"`
		Name     string   `json:"name"`
		UserKeys []string `json:"userKeys"`
	}{Limit: tokenSearchLimit}
	if err := i.decode(c.body, &payload); err != nil || payload.Page < 0 || payload.Limit < 1 {
		return restProblem(http.StatusBadRequest, "Invalid search")
	}
	values := []object{}
	for _, token := range i.tokens.tokens {
		if strings.Contains(token.Name, payload.Name) && (len(payload.UserKeys) == 0 || slices.Contains(payload.UserKeys, token.Owner)) {
			entry := i.renderPersonalAccessToken(token)
			delete(entry, "id")
			entry["lastAccessedAt"] = i.personalTokenTime(token.LastUsedAt)
			entry["userProfileResource"] = object{"username": token.Owner}
			values = append(values, entry)
		}
	}
	start := min(payload.Page*payload.Limit, len(values))
	return jsonReply(http.StatusOK, object{"values": values[start:min(start+payload.Limit, len(values))]})
}

func (i *Instance) renderPersonalAccessToken(token *AccessToken) object {
	expires := i.personalTokenTime(token.ExpiresAt)
	if expires == nil && i.config.Guesses.Tokens.NeverIsYear9999 {
		expires = i.personalTokenTime(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC))
	}
	return object{
		"id": tokenNumber(token.ID), "name": token.Name,
		"createdAt": i.personalTokenTime(token.CreatedAt), "expiringAt": expires,
	}
}

// tokenNumber is the ID as the number that it is.
func tokenNumber(id string) any {
	number, err := strconv.Atoi(id)
	if err != nil {
		return id
	}
	return number
}

// personalTokenTime is null where there is no time.
func (i *Instance) personalTokenTime(t time.Time) any {
	switch {
	case t.IsZero():
		return nil
	case i.config.Guesses.Tokens.RFC3339Times:
		return t.UTC().Format(rfc3339Millis)
	default:
		return t.UTC().Format(personalTokenTime)
	}
}
