// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// managed answers, through handle, a request about an account that the
// organization manages:
// https://developer.atlassian.com/cloud/admin/user-management/rest/intro/.
func managed(handle func(*Organization, cloudCall, User) reply) func(*Organization, cloudCall) reply {
	return func(o *Organization, c cloudCall) reply {
		id := c.PathValue("account_id")
		if user, ok := o.user(id); ok {
			return handle(o, c, user)
		}
		for _, other := range o.cloud.organizations {
			if _, ok := other.user(id); ok {
				return userManagementError(http.StatusForbidden, "forbidden")
			}
		}
		return userManagementError(http.StatusNotFound, "accountNotFound")
	}
}

// listTokensOfUser answers GET /users/{account_id}/manage/api-tokens with a
// bare array:
// https://developer.atlassian.com/cloud/admin/user-management/rest/api-group-api-tokens/.
func (o *Organization) listTokensOfUser(_ cloudCall, user User) reply {
	tokens := []object{}
	for _, token := range o.tokens {
		if token.UserID == user.ID {
			tokens = append(tokens, o.renderTokenOfUser(token))
		}
	}
	return jsonReply(http.StatusOK, tokens)
}

func (o *Organization) renderTokenOfUser(t UserAPIToken) object {
	rendered := object{
		"id":        t.ID,
		"label":     t.Label,
		"createdAt": o.time(t.CreatedAt),
		"expiry":    o.time(t.ExpiresAt),
	}
	if !t.LastActiveAt.IsZero() {
		rendered["lastAccess"] = o.time(t.LastActiveAt)
	}
	return rendered
}

// deleteTokenOfUser answers DELETE
// /users/{account_id}/manage/api-tokens/{tokenId}.
func (o *Organization) deleteTokenOfUser(c cloudCall, user User) reply {
	if user.TokensProtected {
		return jsonReply(http.StatusForbidden, object{"key": "forbidden.action", "context": notAllowed()})
	}
	index := slices.IndexFunc(o.tokens, func(t UserAPIToken) bool {
		return t.UserID == user.ID && t.ID == c.PathValue("tokenId")
	})
	if index < 0 {
		return userManagementError(http.StatusNotFound, "notFound")
	}
	o.tokens = slices.Delete(o.tokens, index, index+1)
	return emptyReply(http.StatusNoContent)
}

// listPrivileges answers GET /users/{account_id}/manage, which tells what the
// administrator may do with the account:
// https://developer.atlassian.com/cloud/admin/user-management/rest/api-group-manage/.
// The privileges may be repeated parameters, as documented, or separated by
// commas, as a public client sends them.
func (o *Organization) listPrivileges(c cloudCall, user User) reply {
	asked := splitAll(c.URL.Query()["privileges"])
	if len(asked) == 0 {
		asked = privileges()
	}
	rules := object{}
	for _, name := range asked {
		if !slices.Contains(privileges(), name) {
			return fieldViolation("privileges")
		}
		rules[name] = ruleOf(name, user)
	}
	return jsonReply(http.StatusOK, rules)
}

// splitAll splits each text at its commas.
func splitAll(texts []string) []string {
	var parts []string
	for _, text := range texts {
		parts = append(parts, strings.Split(text, ",")...)
	}
	return parts
}

func privileges() []string {
	return []string{
		"profile", "profile.write", "profile.read", "email.set", "lifecycle.enablement",
		"lifecycle.delete", "apiToken.read", "apiToken.delete",
	}
}

// ruleOf tells whether the user lets a privilege be used. Those of the profile
// have a rule for each field.
func ruleOf(privilege string, user User) object {
	switch {
	case privilege == "profile" || privilege == "profile.write":
		return object{"name": allowed(), "nickname": allowed(), "zoneinfo": allowed(), "locale": allowed()}
	case privilege == "apiToken.delete" && user.TokensProtected:
		return notAllowed()
	default:
		return allowed()
	}
}

func allowed() object {
	return object{"allowed": true}
}

func notAllowed() object {
	return object{"allowed": false, "reason": object{"key": "managedAccount"}}
}
