// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"slices"
	"time"
)

// ServiceAccount is an account that belongs to no person:
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-service-account/.
type ServiceAccount struct {
	// ID names the account; empty is a random UUID.
	ID string
	// DisplayName, Email and Description are for people.
	DisplayName, Email, Description string
	// Status is ACTIVE unless it is given, which is a [guess].
	Status string
	// UpdatedAt is when it was last changed; zero is now.
	UpdatedAt time.Time
	// Tokens are its API tokens, whose UserID is the account's ID.
	Tokens []UserAPIToken
}

// AddServiceAccount adds an account, as an administrator does on the
// administration page, and returns it with what was left empty filled in.
func (o *Organization) AddServiceAccount(account ServiceAccount) ServiceAccount {
	return locked(o.cloud.simulator, func() ServiceAccount { return o.addServiceAccount(account) })
}

func (o *Organization) addServiceAccount(account ServiceAccount) ServiceAccount {
	account.ID = o.cloud.simulator.uuidOr(account.ID)
	account.Status = cmp.Or(account.Status, "ACTIVE")
	account.UpdatedAt = timeOr(account.UpdatedAt, o.cloud.now())
	account.Tokens = slices.Clone(account.Tokens)
	for n, token := range account.Tokens {
		token.UserID = account.ID
		account.Tokens[n] = o.completeToken(token)
	}
	o.accounts = append(o.accounts, account)
	return account
}

// ServiceAccounts returns all accounts with the tokens that have not been
// revoked.
func (o *Organization) ServiceAccounts() []ServiceAccount {
	return locked(o.cloud.simulator, func() []ServiceAccount { return slices.Clone(o.accounts) })
}

// OAuthClient is an OAuth 2.0 client of a service account:
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-oauth-client/.
type OAuthClient struct {
	// ID is the client ID; empty is a random one.
	ID string
	// Name is for people.
	Name string
	// Status is ACTIVE unless it is given.
	Status string
	// CreatedAt is when it was made; zero is now. UpdatedAt is when it was last
	// changed; zero is CreatedAt.
	CreatedAt, UpdatedAt time.Time
}

// AddOAuthClient adds a client, as an administrator does on the administration
// page, and returns it with what was left empty filled in.
func (o *Organization) AddOAuthClient(client OAuthClient) OAuthClient {
	return locked(o.cloud.simulator, func() OAuthClient { return o.addOAuthClient(client) })
}

func (o *Organization) addOAuthClient(client OAuthClient) OAuthClient {
	client.ID = o.cloud.simulator.uuidOr(client.ID)
	client.Status = cmp.Or(client.Status, "ACTIVE")
	client.CreatedAt = timeOr(client.CreatedAt, o.cloud.now())
	client.UpdatedAt = timeOr(client.UpdatedAt, client.CreatedAt)
	o.clients = append(o.clients, client)
	return client
}

// OAuthClients returns all clients that have not been deleted.
func (o *Organization) OAuthClients() []OAuthClient {
	return locked(o.cloud.simulator, func() []OAuthClient { return slices.Clone(o.clients) })
}
