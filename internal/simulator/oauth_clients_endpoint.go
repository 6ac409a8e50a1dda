// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
)

// listOAuthClients answers GET /admin/api-access/v1/orgs/{orgId}/oauth-clients:
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-oauth-client/.
func (o *Organization) listOAuthClients(c cloudCall) reply {
	return answerPage(o, c, o.clients, renderOAuthClient)
}

// countOAuthClients answers POST .../oauth-clients/count. That the answer is a
// bare number, as of other counts, is a [guess].
func (o *Organization) countOAuthClients(cloudCall) reply {
	return jsonReply(http.StatusOK, len(o.clients))
}

// getOAuthClient answers GET .../oauth-clients/{clientId}. That it is what the
// list has is a [guess].
func (o *Organization) getOAuthClient(c cloudCall) reply {
	index := o.oauthClient(c)
	if index < 0 {
		return o.cloud.applicationError(errUnknownResource)
	}
	return jsonReply(http.StatusOK, renderOAuthClient(o.clients[index]))
}

// deleteOAuthClient answers DELETE .../oauth-clients/{clientId}. The
// documentation shows neither a code nor errors.
func (o *Organization) deleteOAuthClient(c cloudCall) reply {
	index := o.oauthClient(c)
	if index < 0 {
		return o.cloud.applicationError(errUnknownResource)
	}
	o.clients = slices.Delete(o.clients, index, index+1)
	return emptyReply(o.config.Guesses.DoneStatus)
}

func (o *Organization) oauthClient(c cloudCall) int {
	return slices.IndexFunc(o.clients, func(client OAuthClient) bool { return client.ID == c.PathValue("clientId") })
}

func renderOAuthClient(client OAuthClient) object {
	return object{
		"clientId":  client.ID,
		"name":      client.Name,
		"createdAt": client.CreatedAt.UnixMilli(),
		"updatedAt": client.UpdatedAt.UnixMilli(),
		"status":    client.Status,
	}
}
