package simulator

import (
	"net/http"
	"slices"
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
		if token.UserID != user.ID {
			continue
		}
		rendered := object{
			"id":        token.ID,
			"label":     token.Label,
			"createdAt": timeOrNull(token.CreatedAt),
			"expiry":    timeOrNull(token.ExpiresAt),
		}
		if !token.LastActiveAt.IsZero() {
			rendered["lastAccess"] = timeOrNull(token.LastActiveAt)
		}
		tokens = append(tokens, rendered)
	}
	return jsonReply(http.StatusOK, tokens)
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
func (o *Organization) listPrivileges(c cloudCall, user User) reply {
	known := []string{
		"profile.read", "email.set", "lifecycle.enablement", "lifecycle.delete",
		"apiToken.read", "apiToken.delete",
	}
	asked := c.URL.Query()["privileges"]
	if len(asked) == 0 {
		asked = known
	}
	privileges := object{}
	for _, name := range asked {
		if !slices.Contains(known, name) {
			return fieldViolation("privileges")
		}
		privileges[name] = object{"allowed": true}
		if name == "apiToken.delete" && user.TokensProtected {
			privileges[name] = notAllowed()
		}
	}
	return jsonReply(http.StatusOK, privileges)
}

func notAllowed() object {
	return object{"allowed": false, "reason": object{"key": "managedAccount"}}
}
