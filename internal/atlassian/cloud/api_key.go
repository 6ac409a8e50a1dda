// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// What [APIKey.Status] returns.
const (
	APIKeyActive  = "active"
	APIKeyExpired = "expired"
	APIKeyRevoked = "revoked"
)

// APIKey is an API key of an organization, without its secret, as
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-api-key/
// lists it.
type APIKey struct {
	// ID names the key for good.
	ID string `json:"-"`
	// Label is the name that an administrator gave it; several keys may share it.
	Label     string    `json:"label"`
	CreatedAt Timestamp `json:"createdAt"`
	// ExpiresAt is at most a year after CreatedAt.
	ExpiresAt Timestamp `json:"expiresAt"`
	// LastActiveAt is not given for a key that was never used.
	LastActiveAt Timestamp `json:"lastActiveAt"`
	// RevokedAt is given for a revoked key. The page does not mention it;
	// clients have seen it [guess].
	RevokedAt Timestamp `json:"revocationDate"`
	// SystemAccountID names the account that acts when the key is used.
	SystemAccountID string `json:"systemAccountId"`
	// Resource is the ARI of what the key opens.
	Resource string `json:"resource"`
	// Scopes is empty for a key without scopes, which may do everything.
	Scopes    []string `json:"scopes"`
	CreatedBy User     `json:"createdBy"`
}

// User is an account as lists of keys and tokens tell of it. Any field may be
// empty.
type User struct {
	ID    string `json:"-"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// UnmarshalJSON takes a user, and an ID of any form.
func (u *User) UnmarshalJSON(text []byte) error {
	type plain User
	return unmarshalEntry(text, (*plain)(u), &u.ID)
}

// UnmarshalJSON takes a key, and an ID of any form.
func (k *APIKey) UnmarshalJSON(text []byte) error {
	type plain APIKey
	return unmarshalEntry(text, (*plain)(k), &k.ID)
}

func (k APIKey) entryID() string {
	return k.ID
}

// Revoked reports whether the key was revoked; revoked keys can stay in the list.
func (k APIKey) Revoked() bool {
	return k.RevokedAt.Given
}

// Expired reports whether the key had expired at now.
func (k APIKey) Expired(now time.Time) bool {
	return !k.ExpiresAt.Time.IsZero() && !now.Before(k.ExpiresAt.Time)
}

// ExpiresWithin reports whether the key will have expired when window has passed
// after now. An expiry that nobody can read counts as soon, because an alarm has to
// include what it cannot judge. A revoked key does not expire any more.
func (k APIKey) ExpiresWithin(window time.Duration, now time.Time) bool {
	return !k.Revoked() && (k.ExpiresAt.Unreadable() || k.Expired(now.Add(window)))
}

// Status returns [APIKeyActive], [APIKeyExpired] or [APIKeyRevoked], as of now.
func (k APIKey) Status(now time.Time) string {
	switch {
	case k.Revoked():
		return APIKeyRevoked
	case k.Expired(now):
		return APIKeyExpired
	default:
		return APIKeyActive
	}
}

// APIKeys returns all API keys of the organization, revoked ones too as far as
// Atlassian keeps them. Every page is read once and shared by all who ask. What
// was revoked since stands there as revoked. The slice must not be changed.
//
// GET /admin/api-access/v1/orgs/{orgId}/api-keys, scope read:keys:admin,
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-api-key/.
func (o *Organization) APIKeys(ctx context.Context) ([]APIKey, error) {
	keys, err := o.apiKeys.Get(ctx, func(ctx context.Context) ([]APIKey, error) {
		return listAll[APIKey](ctx, o.client, "API keys", o.path(accessAPI, "api-keys"))
	})
	return keys, listingAPIKeys.failed(err)
}

// RevokeAPIKey revokes the key with the given ID, for good. It is no error that
// the key is revoked already or gone from the list. Where the answer does not
// settle that, the list does: to revoke twice does no harm.
//
// PATCH /admin/api-access/v1/orgs/{orgId}/api-keys/revoke/{apiKeyId}, scope
// delete:keys:admin,
// https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-api-key/.
// The page names neither the code of success nor any error.
func (o *Organization) RevokeAPIKey(ctx context.Context, id string) error {
	_, err := o.client.Do(ctx, transport.Request{
		Method:     http.MethodPatch,
		Path:       o.path(accessAPI, "api-keys", "revoke", id),
		Repeatable: true,
	})
	if err == nil {
		o.apiKeys.Update(func(keys []APIKey) []APIKey { return revoked(keys, id) })
		return nil
	}
	o.apiKeys.Invalidate()
	if !mayBeDone(err) {
		return revokingAPIKeys.failed(err)
	}
	keys, listErr := o.APIKeys(ctx)
	if listErr != nil || contains(keys, id, func(k APIKey) bool { return !k.Revoked() }) {
		return revokingAPIKeys.failed(err)
	}
	return nil
}

// revoked returns keys with that of the given ID revoked, nobody knows to the
// second when.
func revoked(keys []APIKey, id string) []APIKey {
	known := slices.Clone(keys)
	for i := range known {
		if known[i].ID == id {
			known[i].RevokedAt.Given = true
		}
	}
	return known
}

// contains reports whether the entry with the given ID is among entries and
// still in force.
func contains[T identified](entries []T, id string, inForce func(T) bool) bool {
	for _, entry := range entries {
		if entry.entryID() == id && inForce(entry) {
			return true
		}
	}
	return false
}

// mayBeDone reports whether a revocation that failed with err may have happened
// all the same, now or before.
func mayBeDone(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return false
	}
	if !failure.Unchanged() {
		return true
	}
	return failure.Kind == transport.Refused && failure.Status != http.StatusUnauthorized && failure.Status != http.StatusForbidden
}
