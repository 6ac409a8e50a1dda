// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/paging"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// UserAPIToken is an API token that a managed account made for itself, without
// its secret. Two APIs list them; what one does not tell is empty.
type UserAPIToken struct {
	// ID names the token.
	ID string `json:"-"`
	// Label is the name that the user gave it.
	Label string `json:"label"`
	// Status is ALLOWED or another word that Atlassian does not document. The
	// User management API does not tell it.
	Status    string    `json:"status"`
	CreatedAt Timestamp `json:"createdAt"`
	ExpiresAt Timestamp `json:"expiresAt"`
	// LastActiveAt is not given for a token that was never used.
	LastActiveAt Timestamp `json:"lastActiveAt"`
	// User is whose token it is. The User management API tells its ID alone.
	User User `json:"user"`
	// Scopes is nil where the API does not tell them, and empty for a token
	// without scopes.
	Scopes []string `json:"scopes"`
}

// UnmarshalJSON takes a token, and an ID of any form.
func (t *UserAPIToken) UnmarshalJSON(text []byte) error {
	type plain UserAPIToken
	return unmarshalEntry(text, (*plain)(t), &t.ID)
}

func (t UserAPIToken) entryID() string {
	return t.ID
}

// UnusedSince returns the time of the last use, or of the creation where there
// was no use; zero where the one that counts cannot be read.
func UnusedSince(lastActive, created Timestamp) time.Time {
	if lastActive.Given {
		return lastActive.Time
	}
	return created.Time
}

// UserAPITokens returns the API tokens of all managed accounts of the
// organization. Every page is read once and shared by all who ask. The slice
// must not be changed.
//
// GET /admin/api-access/v1/orgs/{orgId}/api-tokens, scope read:tokens:admin,
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-api-token/.
func (o *Organization) UserAPITokens(ctx context.Context) ([]UserAPIToken, error) {
	tokens, err := o.userAPITokens.Get(ctx, func(ctx context.Context) ([]UserAPIToken, error) {
		return listAll[UserAPIToken](ctx, o.client, "API tokens", o.path(accessAPI, "api-tokens"))
	})
	return tokens, listingUserTokens.failed(err)
}

// accountAPIToken is a token as the User management API writes it.
type accountAPIToken struct {
	ID         transport.Name `json:"id"`
	Label      string         `json:"label"`
	CreatedAt  Timestamp      `json:"createdAt"`
	LastAccess Timestamp      `json:"lastAccess"`
	Expiry     Timestamp      `json:"expiry"`
}

func (t accountAPIToken) entryID() string {
	return string(t.ID)
}

// AccountAPITokens returns the API tokens of one managed account. It takes an
// API key without scopes.
//
// GET /users/{account_id}/manage/api-tokens,
// https://developer.atlassian.com/cloud/admin/user-management/rest/api-group-api-tokens/.
func (c *Cloud) AccountAPITokens(ctx context.Context, accountID string) ([]UserAPIToken, error) {
	request := transport.Request{Method: http.MethodGet, Path: accountTokensPath(accountID)}
	listed, _, err := paging.Fetch(ctx, c.client, request, "", func(tokens []accountAPIToken, _ json.RawMessage) error {
		return checkIDs(tokens)
	})
	if err != nil {
		return nil, listingAccountTokens.failed(err)
	}
	tokens := make([]UserAPIToken, 0, len(listed))
	for _, token := range listed {
		tokens = append(tokens, UserAPIToken{
			ID: token.entryID(), Label: token.Label,
			CreatedAt: token.CreatedAt, ExpiresAt: token.Expiry, LastActiveAt: token.LastAccess,
			User: User{ID: accountID},
		})
	}
	return tokens, nil
}

// RevokeAccountAPIToken deletes one API token of a managed account, for good. It
// takes an API key without scopes. Where the answer does not settle whether the
// token is gone, the list does. The lists of all organizations are read again
// from here on: whose account it is, nobody told.
//
// DELETE /users/{account_id}/manage/api-tokens/{tokenId},
// https://developer.atlassian.com/cloud/admin/user-management/rest/api-group-api-tokens/.
func (c *Cloud) RevokeAccountAPIToken(ctx context.Context, accountID, tokenID string) error {
	_, err := c.client.Do(ctx, transport.Request{
		Method:     http.MethodDelete,
		Path:       accountTokensPath(accountID) + "/" + url.PathEscape(tokenID),
		Repeatable: true,
	})
	c.forgetUserAPITokens()
	if err == nil || !mayBeDone(err) {
		return revokingTokens.failed(err)
	}
	tokens, listErr := c.AccountAPITokens(ctx, accountID)
	if listErr != nil || contains(tokens, tokenID, func(UserAPIToken) bool { return true }) {
		return revokingTokens.failed(err)
	}
	return nil
}

// forgetUserAPITokens makes every organization list its user API tokens anew.
func (c *Cloud) forgetUserAPITokens() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for _, organization := range c.organizations {
		organization.userAPITokens.Invalidate()
	}
}

func accountTokensPath(accountID string) string {
	return "/users/" + url.PathEscape(accountID) + "/manage/api-tokens"
}
