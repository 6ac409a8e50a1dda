// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"slices"
	"time"
)

const (
	apiKeyPrefix      = "ATCTT3xFfGN0"
	apiKeySecretBytes = 126
	year              = 365 * 24 * time.Hour
)

// APIKey is an API key of an organization, made by an administrator on the
// administration page:
// https://support.atlassian.com/organization-administration/docs/manage-an-organization-with-the-admin-apis/.
type APIKey struct {
	// ID names the key; empty is a random UUID.
	ID string
	// Label is the name that the administrator gave.
	Label string
	// Secret is what a client sends as Bearer; empty is a random one.
	Secret string
	// Scopes are the key's scopes; nil is a key without scopes, which may do
	// everything.
	Scopes []string
	// CreatedAt is when the key was made; zero is now.
	CreatedAt time.Time
	// ExpiresAt is when the key stops working; zero is a year after it was
	// made, the longest that the administration page allows.
	ExpiresAt time.Time
	// LastActiveAt is when the key was last used; zero is never.
	LastActiveAt time.Time
	// RevokedAt is when the key was revoked; zero is never.
	RevokedAt time.Time
	// CreatedBy is the administrator who made it.
	CreatedBy User
}

// apiKey is an API key in the organization that it belongs to.
type apiKey struct {
	APIKey
	systemAccountID string
	revokedBy       *User
}

func (k *apiKey) revoked() bool {
	return !k.RevokedAt.IsZero()
}

// usable reports whether the key opens anything.
func (k *apiKey) usable(now time.Time) bool {
	return !k.revoked() && now.Before(k.ExpiresAt)
}

// AddAPIKey adds a key, as an administrator does on the administration page,
// and returns it with what was left empty filled in.
func (o *Organization) AddAPIKey(key APIKey) APIKey {
	return locked(o.cloud.simulator, func() APIKey { return o.addAPIKey(key) })
}

func (o *Organization) addAPIKey(key APIKey) APIKey {
	simulator := o.cloud.simulator
	key.ID = simulator.uuidOr(key.ID)
	if key.Secret == "" {
		key.Secret = simulator.newAPIKeySecret()
	}
	key.CreatedAt = timeOr(key.CreatedAt, simulator.now())
	key.ExpiresAt = timeOr(key.ExpiresAt, key.CreatedAt.Add(year))
	o.keys = append(o.keys, &apiKey{APIKey: key, systemAccountID: simulator.newUUID()})
	return key
}

// newAPIKeySecret returns a secret of the form that secret scanners know: a
// prefix, base64 and a checksum.
func (s *Simulator) newAPIKeySecret() string {
	body := apiKeyPrefix + base64.RawURLEncoding.EncodeToString(s.randomBytes(apiKeySecretBytes))
	return fmt.Sprintf("%s=%08X", body, crc32.ChecksumIEEE([]byte(body)))
}

// APIKeys returns all keys in the order in which they were added, revoked ones
// too.
func (o *Organization) APIKeys() []APIKey {
	return locked(o.cloud.simulator, func() []APIKey {
		keys := make([]APIKey, 0, len(o.keys))
		for _, key := range o.keys {
			keys = append(keys, key.APIKey)
		}
		return keys
	})
}

// RevokeAPIKey revokes a key, as another administrator would, and reports
// whether there was such a key.
func (o *Organization) RevokeAPIKey(id string) bool {
	return locked(o.cloud.simulator, func() bool {
		key := o.key(id)
		if key != nil {
			o.revoke(key, User{ID: otherAdministrator, Name: "Other Administrator"})
		}
		return key != nil
	})
}

func (o *Organization) key(id string) *apiKey {
	index := slices.IndexFunc(o.keys, func(k *apiKey) bool { return k.ID == id })
	if index < 0 {
		return nil
	}
	return o.keys[index]
}

// revoke revokes the key and writes the event of it.
func (o *Organization) revoke(key *apiKey, by User) {
	key.RevokedAt = o.cloud.now()
	key.revokedBy = &by
	o.addEvent(Event{
		Action:  revokedKeyAction,
		Actor:   by,
		Context: []EventObject{{ID: key.ID, Type: "apiKeys"}},
		Message: "Revoked admin API key",
	})
}
