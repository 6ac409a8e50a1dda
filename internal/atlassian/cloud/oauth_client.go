// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"net/http"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// OAuthClient is an OAuth 2.0 client of a service account, without its secret.
type OAuthClient struct {
	// ID is the client ID.
	ID transport.Name `json:"clientId"`
	// Name is for people, and Status is ACTIVE or another word that Atlassian does
	// not document.
	Name   lenient.Text `json:"name"`
	Status lenient.Text `json:"status"`
	// CreatedAt and UpdatedAt are when it was made and last changed.
	CreatedAt Timestamp `json:"createdAt"`
	UpdatedAt Timestamp `json:"updatedAt"`
}

func (c OAuthClient) entryID() string {
	return string(c.ID)
}

// OAuthClients returns all OAuth 2.0 clients of the service accounts of the
// organization.
//
// GET /admin/api-access/v1/orgs/{orgId}/oauth-clients, scope
// read:service-accounts-tokens:admin,
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-oauth-client/.
func (o *Organization) OAuthClients(ctx context.Context) ([]OAuthClient, error) {
	clients, err := listAll[OAuthClient](ctx, o.client, "OAuth clients", o.path(accessAPI, "oauth-clients"))
	return clients, listingOAuthClients.failed(err)
}

// DeleteOAuthClient deletes a client, for good. It is no error that the client is
// gone: where the answer does not settle that, the list does.
//
// DELETE /admin/api-access/v1/orgs/{orgId}/oauth-clients/{clientId}, scope
// delete:service-accounts-tokens:admin, same page, which shows neither the code
// of success nor any error.
func (o *Organization) DeleteOAuthClient(ctx context.Context, id string) error {
	_, err := o.client.Do(ctx, transport.Request{Method: http.MethodDelete, Path: o.path(accessAPI, "oauth-clients", id), Repeatable: true})
	if err == nil || !mayBeDone(err) {
		return deletingOAuthClients.failed(err)
	}
	clients, listErr := o.OAuthClients(ctx)
	if listErr != nil || contains(clients, id, func(OAuthClient) bool { return true }) {
		return deletingOAuthClients.failed(err)
	}
	return nil
}
