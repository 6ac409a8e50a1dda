// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	userAPITokensType = "atlassian_user_api_tokens"
)

// revocationGuesses are those about what is revoked in Cloud.
func revocationGuesses() map[string]guess[simulator.OrganizationConfig] {
	guesses := map[string]guess[simulator.OrganizationConfig]{
		"revoked keys leave the list": {
			func(c *simulator.OrganizationConfig) { c.Guesses.HideRevokedKeys = true }, revokedKeyIsForgotten(0),
		},
	}
	for _, status := range []int{http.StatusOK, http.StatusAccepted} {
		guesses[fmt.Sprintf("a revocation is answered %d", status)] = guess[simulator.OrganizationConfig]{
			func(c *simulator.OrganizationConfig) { c.Guesses.DoneStatus = status }, everythingIsRevoked,
		}
	}
	for _, status := range []int{http.StatusNoContent, http.StatusBadRequest, http.StatusConflict, http.StatusGone} {
		guesses[fmt.Sprintf("a second revocation is answered %d", status)] = guess[simulator.OrganizationConfig]{
			func(c *simulator.OrganizationConfig) { c.Guesses.RevokeAgainStatus = status }, revokedKeyIsForgotten(1),
		}
	}
	return guesses
}

// listGuesses are those about lists, their pages and their limits.
func listGuesses() map[string]guess[simulator.OrganizationConfig] {
	guesses := map[string]guess[simulator.OrganizationConfig]{
		"null where no page follows": {
			func(c *simulator.OrganizationConfig) { c.Guesses.NullCursors = true }, everyListIsWhole,
		},
		"undocumented input is ignored": {
			func(c *simulator.OrganizationConfig) { c.Guesses.IgnoreUndocumentedInput = true }, everyListIsWhole,
		},
		"pages are small by default": {
			func(c *simulator.OrganizationConfig) { c.Paging.DefaultSize = 3 }, everyListIsWhole,
		},
		"pages are cut down": {
			func(c *simulator.OrganizationConfig) { c.Paging.MaxSize = 7 }, everyListIsWhole,
		},
		"cursors are URLs": {
			func(c *simulator.OrganizationConfig) { c.Paging.Cursor = simulator.CursorURL }, everyListIsWhole,
		},
		"few requests are allowed": {
			func(c *simulator.OrganizationConfig) { c.RateLimit.Requests = 2 }, everyListIsWhole,
		},
		"limits of rates last for minutes": {
			func(c *simulator.OrganizationConfig) { c.RateLimit.Period = 5 * time.Minute }, limitIsWaitedOut(4 * time.Minute),
		},
		"the end of a limit is told with seconds": {
			func(c *simulator.OrganizationConfig) { c.RateLimit.ResetWithSeconds = true }, limitIsWaitedOut(0),
		},
		"a limit says when to try again": {
			func(c *simulator.OrganizationConfig) { c.RateLimit.RetryAfter = true }, limitIsWaitedOut(0),
		},
		"events have no limit": {
			func(c *simulator.OrganizationConfig) { c.UnlimitedEvents = true }, nobodyWaitsForEvents,
		},
		"actions have other IDs": {
			func(c *simulator.OrganizationConfig) {
				c.EventActions = []simulator.EventAction{{ID: "17", DisplayName: "Revoked admin API key"}}
			}, actionsAreLookedUp,
		},
	}
	for name, form := range map[string]func(time.Time) any{
		"seconds":       func(at time.Time) any { return at.UTC().Format(time.RFC3339) },
		"an offset":     func(at time.Time) any { return at.In(time.FixedZone("", 7200)).Format("2006-01-02T15:04:05.000-0700") },
		"milliseconds":  func(at time.Time) any { return at.UnixMilli() },
		"epoch seconds": func(at time.Time) any { return at.Unix() },
	} {
		guesses["times are written with "+name] = guess[simulator.OrganizationConfig]{
			func(c *simulator.OrganizationConfig) { c.Guesses.TimeForm = form }, everyTimeIsRead,
		}
	}
	return guesses
}

// newTurnedOrganization starts an estate with an organization that has 30 keys, 30
// user API tokens of one account, 30 service accounts, the first with 30 tokens,
// and two OAuth clients, beside the key that the provider works with.
func newTurnedOrganization(t *testing.T, turn turnOrganization) (*acctest.Estate, *simulator.Organization) {
	t.Helper()
	config := simulator.OrganizationConfig{
		APIKeys:      append([]simulator.APIKey{{ID: ownKeyID, Label: "terraform"}}, manyKeys(30)...),
		Users:        []simulator.User{{ID: "557058:ann", Name: "Ann", Email: "ann@example.com"}},
		OAuthClients: []simulator.OAuthClient{{ID: "one", Name: "ci"}, {ID: "two", Name: "report"}},
	}
	for n := range 30 {
		config.UserAPITokens = append(config.UserAPITokens, simulator.UserAPIToken{
			ID: fmt.Sprintf("token-%02d", n), Label: fmt.Sprintf("token-%02d", n), UserID: "557058:ann", CreatedAt: inDays(-10), LastActiveAt: inDays(-1),
		})
		config.ServiceAccounts = append(config.ServiceAccounts, simulator.ServiceAccount{ID: fmt.Sprintf("account-%02d", n), DisplayName: "bot"})
	}
	config.ServiceAccounts[0].Tokens = []simulator.UserAPIToken{{ID: "a", Label: "one"}, {ID: "b", Label: "two"}}
	turn(&config)
	estate := acctest.NewEstate(t)
	return estate, estate.AddOrganization(config)
}

// mustRead reads a data source that must say nothing, and fails the test unless
// its list has so many entries.
func mustRead(t *testing.T, estate *acctest.Estate, typeName, list string, config acctest.Object, want int) []map[string]tftypes.Value {
	t.Helper()
	read, said := estate.Read(t, typeName, config)
	said.MustBeQuiet(t)
	entries := entriesOf(t, read[list])
	if len(entries) != want {
		t.Fatalf("%s: %d entries, want %d", typeName, len(entries), want)
	}
	return entries
}

func everyListIsWhole(t *testing.T, turn turnOrganization) {
	t.Helper()
	estate, organization := newTurnedOrganization(t, turn)
	for range 30 {
		organization.AddEvent(simulator.Event{Action: "admin_api_key_revoked"})
	}
	mustRead(t, estate, apiKeysType, "api_keys", acctest.Object{}, 31)
	mustRead(t, estate, userAPITokensType, "tokens", acctest.Object{}, 30)
	mustRead(t, estate, userAPITokensType, "tokens", acctest.Object{"account_id": "557058:ann"}, 30)
	mustRead(t, estate, serviceAccountsType, "service_accounts", acctest.Object{}, 30)
	mustRead(t, estate, oauthClientsType, "oauth_clients", acctest.Object{}, 2)
	mustRead(t, estate, orgEventsType, "events", acctest.Object{"action": "Revoked admin API key"}, 30)

	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"label": "key-0029"})
	key.Plan(t, acctest.Object{"label": "key-0029"}).MustBeEmpty(t)
	everythingIsRevoked(t, turn)
}

// everythingIsRevoked revokes and deletes one of each kind, once.
func everythingIsRevoked(t *testing.T, turn turnOrganization) {
	t.Helper()
	estate, organization := newTurnedOrganization(t, turn)
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"label": "key-0029"})
	key.DestroyAll(t, acctest.Object{"label": "key-0029"}).MustWarn(t, "Revocation of the API key")
	verify(t, revoked(estate, organization, "key-0029-id"))
	for action, config := range map[string]acctest.Object{
		revokeTokensType:        {"account_id": "557058:ann", "token_ids": []string{"token-29"}},
		revokeServiceTokensType: {"service_account_id": "account-00"},
		deleteOAuthClientType:   {"client_id": "one"},
	} {
		estate.InvokeAction(t, action, config).Diagnostics.MustNotFail(t)
	}
	if left := len(organization.UserAPITokens()); left != 29 {
		t.Errorf("%d user API tokens are left", left)
	}
	if left := organization.ServiceAccounts()[0].Tokens; len(left) != 0 {
		t.Errorf("tokens of a service account are left: %v", left)
	}
	if left := organization.OAuthClients(); len(left) != 1 || left[0].ID != "two" {
		t.Errorf("OAuth clients are left: %v", left)
	}
}

// revokedKeyIsForgotten returns a check of a key that somebody else has revoked,
// with so many revocations sent where nobody has looked since.
func revokedKeyIsForgotten(sent int) func(*testing.T, turnOrganization) {
	return func(t *testing.T, turn turnOrganization) {
		t.Helper()
		config := acctest.Object{"label": "key-0029"}
		estate, organization := newTurnedOrganization(t, turn)
		key := estate.NewManagedResource(apiKeyType)
		key.Create(t, config)
		organization.RevokeAPIKey("key-0029-id")
		key.DestroyAll(t, config).MustWarn(t, `API key "key-0029" (key-0029-id) only forgotten`, "sends nothing")
		verify(t, revokedKeys(organization, "key-0029-id"))

		key.Create(t, acctest.Object{"label": "key-0028"})
		organization.RevokeAPIKey("key-0028-id")
		key.Destroy(t).MustBeQuiet(t)
		if got := revocations(estate); got > 1 || got < sent {
			t.Errorf("%d revocations were sent", got)
		}
	}
}

// limitIsWaitedOut returns a check that a limit of rates ends and nobody asks
// before: it lasts at least so long.
func limitIsWaitedOut(least time.Duration) func(*testing.T, turnOrganization) {
	return func(t *testing.T, turn turnOrganization) {
		t.Helper()
		everyListIsWhole(t, turn)
		estate, _ := newTurnedOrganization(t, func(c *simulator.OrganizationConfig) {
			c.RateLimit.Requests, c.Paging.MaxSize = 3, 10
			turn(c)
		})
		begin := estate.Clock.Now()
		mustRead(t, estate, apiKeysType, "api_keys", acctest.Object{}, 31)
		if waited := estate.Clock.Now().Sub(begin); waited < least || waited == 0 || waited > least+2*time.Minute {
			t.Errorf("waited for %v", waited)
		}
		refused := 0
		for _, request := range estate.Simulator.Cloud().Requests() {
			if request.Status == http.StatusTooManyRequests {
				refused++
			}
		}
		if refused != 1 {
			t.Errorf("%d requests were refused, want one", refused)
		}
	}
}

// nobodyWaitsForEvents in more runs than a minute allows requests.
func nobodyWaitsForEvents(t *testing.T, turn turnOrganization) {
	t.Helper()
	estate, organization := newTurnedOrganization(t, turn)
	organization.AddEvent(simulator.Event{Action: "admin_api_key_revoked"})
	begin := estate.Clock.Now()
	for range 12 {
		mustRead(t, estate, orgEventsType, "events", acctest.Object{}, 1)
	}
	if waited := estate.Clock.Now().Sub(begin); waited != 0 {
		t.Errorf("waited for %v", waited)
	}
}

// actionsAreLookedUp by their names, for nobody knows their IDs.
func actionsAreLookedUp(t *testing.T, turn turnOrganization) {
	t.Helper()
	estate, organization := newTurnedOrganization(t, turn)
	organization.AddEvent(simulator.Event{ID: "revocation", Action: "17"})
	organization.AddEvent(simulator.Event{Action: "18"})
	event := mustRead(t, estate, orgEventsType, "events", acctest.Object{"action": "revoked admin API key"}, 1)[0]
	if textOf(t, event, "id") != "revocation" || textOf(t, event, "action") != "17" {
		t.Errorf("read %v", event)
	}
	_, said := estate.Read(t, orgEventsType, acctest.Object{"action": "Created admin API key"})
	said.MustFail(t, `Unknown action "Created admin API key"`, "Revoked admin API key")
}

// everyTimeIsRead from each list, and judged.
func everyTimeIsRead(t *testing.T, turn turnOrganization) {
	t.Helper()
	everyListIsWhole(t, turn)
	estate, organization := newTurnedOrganization(t, turn)
	organization.AddEvent(simulator.Event{Action: "admin_api_key_revoked"})
	key := mustRead(t, estate, apiKeysType, "api_keys", acctest.Object{"label_regex": "^key-0029$"}, 1)[0]
	mustSayAt(t, key, "created_at", "2026-01-05T08:00:00Z")
	mustSayAt(t, key, "expires_at", "2027-01-05T08:00:00Z")
	for _, config := range []acctest.Object{{"label_regex": "^token-29$"}, {"label_regex": "^token-29$", "account_id": "557058:ann"}} {
		token := mustRead(t, estate, userAPITokensType, "tokens", config, 1)[0]
		mustSayAt(t, token, "created_at", "2025-12-26T08:00:00Z")
		mustSayAt(t, token, "last_active_at", "2026-01-04T08:00:00Z")
	}
	mustSayAt(t, mustRead(t, estate, serviceAccountsType, "service_accounts", acctest.Object{}, 30)[0], "updated_at", "2026-01-05T08:00:00Z")
	mustSayAt(t, mustRead(t, estate, oauthClientsType, "oauth_clients", acctest.Object{}, 2)[0], "created_at", "2026-01-05T08:00:00Z")
	mustSayAt(t, mustRead(t, estate, orgEventsType, "events", acctest.Object{}, 1)[0], "time", "2026-01-05T08:00:00Z")

	managed := estate.NewManagedResource(apiKeyType)
	config := acctest.Object{"label": "key-0029", "warn_before_expiry": "14d"}
	managed.Create(t, config)
	estate.Clock.Advance(360 * day)
	managed.Refresh(t).MustWarn(t, "expires soon", "2027-01-05T08:00:00Z")
	organization.RevokeAPIKey("key-0029-id")
	managed.Refresh(t)
	managed.MustHold(t, map[string]string{"status": "revoked"})
}

func mustSayAt(t *testing.T, entry map[string]tftypes.Value, attribute, want string) {
	t.Helper()
	if got := textOf(t, entry, attribute); got != want {
		t.Errorf("%s is %q, want %q", attribute, got, want)
	}
}
