// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"testing"
	"time"
)

func TestAPIKey_Status(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)
	at := func(offset time.Duration) Timestamp { return Timestamp{Time: now.Add(offset), Given: true} }
	for want, keys := range map[string][]APIKey{
		APIKeyActive:  {{ExpiresAt: at(time.Second)}, {}, {ExpiresAt: Timestamp{Given: true}}},
		APIKeyExpired: {{ExpiresAt: at(0)}, {ExpiresAt: at(-time.Second)}},
		APIKeyRevoked: {{ExpiresAt: at(time.Hour), RevokedAt: at(-time.Hour)}, {ExpiresAt: at(-time.Hour), RevokedAt: Timestamp{Given: true}}},
	} {
		for _, key := range keys {
			if got := key.Status(now); got != want {
				t.Errorf("%+v is %s, want %s", key, got, want)
			}
		}
	}
}

func TestUnusedSince_countsAnUnusedOneFromItsCreation(t *testing.T) {
	t.Parallel()
	created := Timestamp{Time: time.Unix(100, 0), Given: true}
	for name, test := range map[string]struct {
		lastActive Timestamp
		want       time.Time
	}{
		"used":       {Timestamp{Time: time.Unix(200, 0), Given: true}, time.Unix(200, 0)},
		"never used": {Timestamp{}, created.Time},
		"unreadable": {Timestamp{Given: true}, time.Time{}},
	} {
		if got := UnusedSince(test.lastActive, created); !got.Equal(test.want) {
			t.Errorf("%s: since %s, want %s", name, got, test.want)
		}
	}
}

func TestAPIKey_ExpiresWithin_countsAnExpiryThatNobodyCanReadAsSoon(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)
	at := func(offset time.Duration) Timestamp { return Timestamp{Time: now.Add(offset), Given: true} }
	for name, test := range map[string]struct {
		key  APIKey
		want bool
	}{
		"exactly":             {APIKey{ExpiresAt: at(time.Hour)}, true},
		"later":               {APIKey{ExpiresAt: at(time.Hour + 1)}, false},
		"expired":             {APIKey{ExpiresAt: at(-time.Second)}, true},
		"without an expiry":   {APIKey{}, false},
		"unreadable":          {APIKey{ExpiresAt: Timestamp{Given: true}}, true},
		"unreadable, revoked": {APIKey{ExpiresAt: Timestamp{Given: true}, RevokedAt: at(-time.Hour)}, false},
		"soon, revoked":       {APIKey{ExpiresAt: at(time.Minute), RevokedAt: at(-time.Hour)}, false},
	} {
		if got := test.key.ExpiresWithin(time.Hour, now); got != test.want {
			t.Errorf("%s: %t, want %t", name, got, test.want)
		}
	}
}
