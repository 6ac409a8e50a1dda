// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// listAPIKeys answers GET /admin/api-access/v1/orgs/{orgId}/api-keys:
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-api-key/.
func (o *Organization) listAPIKeys(c cloudCall) reply {
	query, err := parseSearch(c.URL.Query(), apiKeyDates(), o.cloud.now())
	if err != nil {
		return o.cloud.applicationError(errInternal)
	}
	return answerPage(o, c, sorted(query, o.searchKeys(query), searchableKey), o.renderKey)
}

// countAPIKeys answers GET .../api-keys/count with a bare number.
func (o *Organization) countAPIKeys(c cloudCall) reply {
	query, err := parseSearch(c.URL.Query(), apiKeyDates(), o.cloud.now())
	if err != nil {
		return o.cloud.applicationError(errInternal)
	}
	return jsonReply(http.StatusOK, len(o.searchKeys(query)))
}

// revokeAPIKey answers PATCH .../api-keys/revoke/{apiKeyId}. The documentation
// shows neither a code nor a body.
func (o *Organization) revokeAPIKey(c cloudCall) reply {
	key := o.key(c.PathValue("apiKeyId"))
	switch {
	case key == nil:
		return o.cloud.applicationError(errUnknownResource)
	case key.revoked() && o.config.Guesses.RevokeAgainStatus == http.StatusNotFound:
		return o.cloud.applicationError(errUnknownResource)
	case key.revoked():
		return emptyReply(o.config.Guesses.RevokeAgainStatus)
	}
	o.revoke(key, c.key.actor())
	return emptyReply(o.config.Guesses.DoneStatus)
}

// actor is who acts when the key is used.
func (k *apiKey) actor() User {
	return User{ID: k.systemAccountID, Name: k.Label}
}

// apiKeyDates are the fields of a key that a search may bound, with whether
// they lie in the future.
func apiKeyDates() map[string]bool {
	return map[string]bool{"expiresAt": true, "lastActiveAt": false}
}

func (o *Organization) searchKeys(query searchQuery) []*apiKey {
	return slices.DeleteFunc(slices.Clone(o.keys), func(k *apiKey) bool {
		hidden := k.revoked() && o.config.Guesses.HideRevokedKeys
		return hidden || !query.matches(searchableKey(k))
	})
}

func searchableKey(k *apiKey) searchable {
	return searchable{
		label: k.Label,
		user:  k.CreatedBy,
		times: map[string]time.Time{
			"createdAt": k.CreatedAt, "expiresAt": k.ExpiresAt, "lastActiveAt": k.LastActiveAt,
		},
	}
}

// renderKey is a key in a list. The secret is never told again: token is null.
func (o *Organization) renderKey(k *apiKey) object {
	var revokedBy any
	if k.revokedBy != nil {
		revokedBy = renderUser(*k.revokedBy)
	}
	return object{
		"id":              k.ID,
		"label":           k.Label,
		"token":           nil,
		"createdAt":       o.time(k.CreatedAt),
		"expiresAt":       o.time(k.ExpiresAt),
		"lastActiveAt":    o.time(k.LastActiveAt),
		"revocationDate":  o.time(k.RevokedAt),
		"systemAccountId": k.systemAccountID,
		"resource":        "ari:cloud:platform::org/" + o.config.ID,
		"orgId":           o.config.ID,
		"createdBy":       renderUser(k.CreatedBy),
		"revokedBy":       revokedBy,
		"scopes":          names(k.Scopes),
	}
}

func renderUser(u User) object {
	return object{"id": u.ID, "name": u.Name, "email": u.Email}
}

// intOrZero reads a number that may be missing.
func intOrZero(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	return strconv.Atoi(text)
}
