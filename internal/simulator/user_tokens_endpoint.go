// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
	"time"
)

// listUserTokens answers GET /admin/api-access/v1/orgs/{orgId}/api-tokens:
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-api-token/.
func (o *Organization) listUserTokens(c cloudCall) reply {
	query, err := parseSearch(c.URL.Query(), userTokenDates(), o.cloud.now())
	if err != nil {
		return o.cloud.applicationError(errInternal)
	}
	return answerPage(o, c, sorted(query, o.searchTokens(query), o.searchableToken), o.renderToken)
}

// countUserTokens answers GET .../api-tokens/count with a bare number.
func (o *Organization) countUserTokens(c cloudCall) reply {
	query, err := parseSearch(c.URL.Query(), userTokenDates(), o.cloud.now())
	if err != nil {
		return o.cloud.applicationError(errInternal)
	}
	return jsonReply(http.StatusOK, len(o.searchTokens(query)))
}

// revokeUserTokens answers DELETE .../api-tokens, which revokes all API tokens
// of all managed accounts. The documentation shows no code.
func (o *Organization) revokeUserTokens(cloudCall) reply {
	o.tokens = nil
	return emptyReply(o.config.Guesses.DoneStatus)
}

// userTokenDates are the fields of a token that a search may bound, with
// whether they lie in the future.
func userTokenDates() map[string]bool {
	return map[string]bool{"createdAt": false, "lastActiveAt": false}
}

func (o *Organization) searchTokens(query searchQuery) []UserAPIToken {
	return slices.DeleteFunc(slices.Clone(o.tokens), func(t UserAPIToken) bool {
		return !query.matches(o.searchableToken(t))
	})
}

func (o *Organization) searchableToken(t UserAPIToken) searchable {
	user, _ := o.user(t.UserID)
	return searchable{
		label:  t.Label,
		status: t.Status,
		user:   user,
		times: map[string]time.Time{
			"createdAt": t.CreatedAt, "expiresAt": t.ExpiresAt, "lastActiveAt": t.LastActiveAt,
		},
	}
}

func (o *Organization) renderToken(t UserAPIToken) object {
	user, _ := o.user(t.UserID)
	rendered := renderUser(user)
	rendered["id"] = t.UserID
	rendered["orgId"] = o.config.ID
	return object{
		"id":           t.ID,
		"label":        t.Label,
		"status":       t.Status,
		"createdAt":    o.time(t.CreatedAt),
		"expiresAt":    o.time(t.ExpiresAt),
		"lastActiveAt": o.time(t.LastActiveAt),
		"user":         rendered,
		"scopes":       names(t.Scopes),
	}
}
