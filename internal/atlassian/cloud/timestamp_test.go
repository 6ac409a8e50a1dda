package cloud

import (
	"encoding/json"
	"testing"
	"time"
)

func TestTimestamp_takesWhatIsNoTimeForNone(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, time.March, 19, 0, 0, 0, 5e6, time.UTC)
	for text, want := range map[string]Timestamp{
		`"2025-03-19T00:00:00.005Z"`:      {at, true},
		`"2025-03-19T02:00:00.005+02:00"`: {at, true},
		`null`:                            {},
		`""`:                              {},
		`"19 March 2025"`:                 {Given: true},
		`"2025-03-19"`:                    {Given: true},
		`1742342400000`:                   {Given: true},
		`{"seconds":1}`:                   {Given: true},
		`true`:                            {Given: true},
	} {
		got := Timestamp{Time: time.Unix(1, 0), Given: true}
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.Given != want.Given || !got.Time.Equal(want.Time) {
			t.Errorf("%s: got %+v, %v; want %+v", text, got, err, want)
		}
	}
}

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
