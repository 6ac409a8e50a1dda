// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/paging"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// ServiceAccount is an account of an organization that belongs to no person. The
// group of endpoints is experimental: what is not told is empty.
type ServiceAccount struct {
	// ID names the account.
	ID string
	// DisplayName, Email and Description are for people.
	DisplayName, Email, Description string
	// Status is ACTIVE or another word that Atlassian does not document.
	Status string
	// UpdatedAt is when it was last changed.
	UpdatedAt Timestamp
	// CreatedByID is the account ID of whoever made it.
	CreatedByID string
}

// serviceAccount is an account as the list writes it.
type serviceAccount struct {
	ID          transport.Name `json:"id"`
	AtlassianID transport.Name `json:"atlassianId"`
	DisplayName lenient.Text   `json:"displayName"`
	Email       lenient.Text   `json:"email"`
	Description lenient.Text   `json:"description"`
	Status      lenient.Text   `json:"status"`
	UpdatedAt   Timestamp      `json:"updatedAt"`
	CreatedByID lenient.Text   `json:"createdById"`
}

func (a serviceAccount) entryID() string {
	if a.ID == "" {
		return string(a.AtlassianID)
	}
	return string(a.ID)
}

func (a serviceAccount) account() ServiceAccount {
	return ServiceAccount{
		ID: a.entryID(), DisplayName: string(a.DisplayName), Email: string(a.Email), Description: string(a.Description),
		Status: string(a.Status), UpdatedAt: a.UpdatedAt, CreatedByID: string(a.CreatedByID),
	}
}

// ServiceAccounts returns all service accounts of the organization. The page
// documents no parameters: the first request has none, and the cursor of the
// others is that of the links [guess].
//
// GET /admin/api-access/v1/orgs/{orgId}/service-accounts, scope
// read:service-accounts:admin,
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-service-account/.
func (o *Organization) ServiceAccounts(ctx context.Context) ([]ServiceAccount, error) {
	list := paging.List[serviceAccount]{Name: "service accounts", Read: func(ctx context.Context, cursor string) (paging.Page[serviceAccount], error) {
		request := transport.Request{Method: http.MethodGet, Path: o.path(accessAPI, "service-accounts")}
		if cursor != "" {
			request.Query = url.Values{cursorParameter: {cursor}}
		}
		entries, end, err := paging.FetchReadable(ctx, o.client, request, "items", func(entries []serviceAccount, end pageEnd) error {
			_, err := end.next()
			return errors.Join(checkIDs(entries), err)
		})
		if err != nil {
			return paging.Page[serviceAccount]{}, err
		}
		next, err := end.next()
		return paging.Page[serviceAccount]{Entries: entries, Next: next}, err
	}}
	listed, _, err := list.All(ctx)
	if err != nil {
		return nil, listingServiceAccounts.failed(err)
	}
	accounts := make([]ServiceAccount, 0, len(listed))
	for _, account := range listed {
		accounts = append(accounts, account.account())
	}
	return accounts, nil
}

// ServiceAccountTokens returns the API tokens of one service account. Nobody has
// published what they look like: as those of users do [guess]. A token without
// an ID is listed all the same.
//
// GET /admin/api-access/v1/orgs/{orgId}/service-accounts/{serviceAccountId}/api-tokens,
// scope read:service-accounts-tokens:admin, same page.
func (o *Organization) ServiceAccountTokens(ctx context.Context, accountID string) ([]UserAPIToken, error) {
	list := paging.List[UserAPIToken]{Name: "API tokens of a service account", Read: func(ctx context.Context, cursor string) (paging.Page[UserAPIToken], error) {
		request := transport.Request{Method: http.MethodGet, Path: o.serviceAccountTokensPath(accountID)}
		if cursor != "" {
			request.Query = url.Values{cursorParameter: {cursor}}
		}
		entries, end, err := paging.Fetch[UserAPIToken, pageEnd](ctx, o.client, request, "data", nil)
		if err != nil {
			return paging.Page[UserAPIToken]{}, err
		}
		next, err := end.next()
		return paging.Page[UserAPIToken]{Entries: entries, Next: next}, err
	}}
	tokens, _, err := list.All(ctx)
	return tokens, listingServiceTokens.failed(err)
}

// RevokeServiceAccountTokens revokes all API tokens of a service account, for
// good: there is no endpoint that revokes one. To revoke twice does no harm.
//
// DELETE /admin/api-access/v1/orgs/{orgId}/service-accounts/{serviceAccountId}/api-tokens,
// scope delete:service-accounts-tokens:admin, same page, which shows neither the
// code of success nor any error.
func (o *Organization) RevokeServiceAccountTokens(ctx context.Context, accountID string) error {
	_, err := o.client.Do(ctx, transport.Request{Method: http.MethodDelete, Path: o.serviceAccountTokensPath(accountID), Repeatable: true})
	return revokingServiceTokens.failed(err)
}

func (o *Organization) serviceAccountTokensPath(accountID string) string {
	return o.path(accessAPI, "service-accounts", accountID, "api-tokens")
}
