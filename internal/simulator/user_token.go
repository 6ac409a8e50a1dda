// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"slices"
	"time"
)

// UserAPIToken is an API token that a managed account made for itself:
// https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account.
type UserAPIToken struct {
	// ID names the token; empty is a random UUID.
	ID string
	// Label is the name that the user gave.
	Label string
	// UserID is the account that the token belongs to.
	UserID string
	// Status is ALLOWED, the default, or BLOCKED.
	Status string
	// CreatedAt is when the token was made; zero is now.
	CreatedAt time.Time
	// ExpiresAt is when the token stops working; zero is a year after it was
	// made.
	ExpiresAt time.Time
	// LastActiveAt is when the token was last used; zero is never.
	LastActiveAt time.Time
	// Scopes are the token's scopes; none is a token without.
	Scopes []string
}

// AddUserAPIToken adds a token, as its user does in the account settings, and
// returns it with what was left empty filled in.
func (o *Organization) AddUserAPIToken(token UserAPIToken) UserAPIToken {
	return locked(o.cloud.simulator, func() UserAPIToken { return o.addUserAPIToken(token) })
}

func (o *Organization) addUserAPIToken(token UserAPIToken) UserAPIToken {
	token = o.completeToken(token)
	o.tokens = append(o.tokens, token)
	return token
}

// completeToken fills in what is empty.
func (o *Organization) completeToken(token UserAPIToken) UserAPIToken {
	token.ID = o.cloud.simulator.uuidOr(token.ID)
	token.Status = cmp.Or(token.Status, "ALLOWED")
	token.CreatedAt = timeOr(token.CreatedAt, o.cloud.now())
	token.ExpiresAt = timeOr(token.ExpiresAt, token.CreatedAt.Add(year))
	return token
}

// UserAPITokens returns all tokens that have not been revoked, in the order in
// which they were added.
func (o *Organization) UserAPITokens() []UserAPIToken {
	return locked(o.cloud.simulator, func() []UserAPIToken { return slices.Clone(o.tokens) })
}
