// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// maxCountedAccounts is how many service accounts one request may count tokens
// of.
const maxCountedAccounts = 100

// listServiceAccounts answers GET
// /admin/api-access/v1/orgs/{orgId}/service-accounts:
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-service-account/.
// Unlike the other lists its entries stand in items. Its links lead to other
// pages, but no parameters are documented: that they are those of the other
// lists is a [guess].
func (o *Organization) listServiceAccounts(c cloudCall) reply {
	return answerAccessPage(o, c, o.accounts, o.renderServiceAccount, func(p page) reply {
		return p.envelope("items", object{
			"links": p.around(object{}, o.config.Paging.lead(p)), "total": p.total,
		})
	})
}

func (o *Organization) renderServiceAccount(a ServiceAccount) object {
	return object{
		"atlassianId": a.ID,
		"id":          a.ID,
		"email":       a.Email,
		"displayName": a.DisplayName,
		"picture":     "https://avatar.example/" + a.ID,
		"container":   "ari:cloud:platform::org/" + o.config.ID,
		"updatedAt":   a.UpdatedAt.UnixMilli(),
		"status":      a.Status,
		"createdById": otherAdministrator,
		"description": a.Description,
	}
}

// countServiceAccountTokens answers POST .../service-accounts/count, whose body
// lists service accounts. That the answer is an object with a number for each
// is a [guess].
func (o *Organization) countServiceAccountTokens(c cloudCall) reply {
	var ids []string
	if json.Unmarshal(c.body, &ids) != nil || len(ids) > maxCountedAccounts {
		return o.cloud.applicationError(errRequestBody)
	}
	counts := object{}
	for _, id := range ids {
		if account := o.serviceAccount(id); account != nil {
			counts[id] = len(account.Tokens)
		}
	}
	return jsonReply(http.StatusOK, counts)
}

// listServiceAccountTokens answers GET .../service-accounts/api-tokens and GET
// .../service-accounts/{serviceAccountId}/api-tokens. That tokens look like
// those of users is a [guess].
func (o *Organization) listServiceAccountTokens(c cloudCall) reply {
	id := c.PathValue("serviceAccountId")
	if id != "" && o.serviceAccount(id) == nil {
		return o.cloud.applicationError(errUnknownResource)
	}
	label := strings.ToLower(c.URL.Query().Get("tokenLabel"))
	var tokens []UserAPIToken
	for _, account := range o.accounts {
		for _, token := range account.Tokens {
			if (id == "" || id == account.ID) && strings.Contains(strings.ToLower(token.Label), label) {
				tokens = append(tokens, token)
			}
		}
	}
	return answerPage(o, c, tokens, o.renderServiceAccountToken)
}

func (o *Organization) renderServiceAccountToken(t UserAPIToken) object {
	rendered := o.renderToken(t)
	if account := o.serviceAccount(t.UserID); account != nil {
		rendered["user"] = object{
			"id": account.ID, "orgId": o.config.ID, "name": account.DisplayName, "email": account.Email,
		}
	}
	return rendered
}

// revokeServiceAccountTokens answers DELETE
// .../service-accounts/{serviceAccountId}/api-tokens, which revokes all API
// tokens of the account. The documentation shows neither a code nor errors.
func (o *Organization) revokeServiceAccountTokens(c cloudCall) reply {
	account := o.serviceAccount(c.PathValue("serviceAccountId"))
	if account == nil {
		return o.cloud.applicationError(errUnknownResource)
	}
	account.Tokens = nil
	return emptyReply(o.config.Guesses.DoneStatus)
}

func (o *Organization) serviceAccount(id string) *ServiceAccount {
	index := slices.IndexFunc(o.accounts, func(a ServiceAccount) bool { return a.ID == id })
	if index < 0 {
		return nil
	}
	return &o.accounts[index]
}
