// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const personalTokens = "/rest/pat/latest/tokens"

type personalToken struct {
	ID         int     `json:"id"`
	Name       string  `json:"name"`
	CreatedAt  string  `json:"createdAt"`
	ExpiringAt *string `json:"expiringAt"`
	LastAccess *string `json:"lastAccessedAt"`
	RawToken   string  `json:"rawToken"`
}

// makeToken asks for a personal access token as the administrator.
func makeToken(i *simulator.Instance, body string) message {
	return ask(http.MethodPost, i.URL()+personalTokens).bearer(adminToken).sending(body)
}

func listTokens(t *testing.T, i *simulator.Instance) []personalToken {
	t.Helper()
	return decode[[]personalToken](t, ask(http.MethodGet, i.URL()+personalTokens).basic("admin", password).send(t).wantStatus(t, 200))
}

func withTokenGuesses(guesses simulator.TokenGuesses) func(*simulator.InstanceConfig) {
	return func(c *simulator.InstanceConfig) { c.Guesses.Tokens = guesses }
}

func TestPersonalToken_opensWhatItsOwnerMayUntilItExpires(t *testing.T) {
	t.Parallel()
	for product, me := range map[simulator.Product]string{
		simulator.Jira: "/rest/api/2/myself", simulator.Confluence: "/rest/api/user/current",
	} {
		instance, clock := newInstance(t, product)
		made := decode[personalToken](t, makeToken(instance, `{"name":"ci","expirationDuration":90}`).send(t).wantStatus(t, 201))
		wantEqual(t, "id", made.ID, 3)
		wantEqual(t, "createdAt", made.CreatedAt, "2026-03-01T12:00:00.000+0000")
		wantEqual(t, "expiringAt", *made.ExpiringAt, "2026-05-30T12:00:00.000+0000")
		decoded, err := base64.StdEncoding.DecodeString(made.RawToken)
		if err != nil || len(made.RawToken) != 44 || !regexp.MustCompile(`^\d{12}:`).Match(decoded) {
			t.Errorf("unexpected secret %q", made.RawToken)
		}

		probe := ask(http.MethodGet, instance.URL()+me).bearer(made.RawToken)
		ask(http.MethodGet, instance.URL()+inactivePath).bearer(made.RawToken).send(t).wantStatus(t, 200)
		clock.Advance(90*24*time.Hour - 1)
		probe.send(t).wantStatus(t, 200)
		clock.Advance(1)
		probe.send(t).wantStatus(t, 401)
		probe.bearer("nonsense").send(t).wantStatus(t, 401)
	}
}

func TestPersonalToken_isListedWithoutItsSecretUntilRevoked(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	first := decode[personalToken](t, makeToken(jira, `{"name":"ci"}`).send(t).wantStatus(t, 201))
	second := decode[personalToken](t, makeToken(jira, `{"name":"ci"}`).send(t).wantStatus(t, 201))
	got := ask(http.MethodGet, jira.URL()+"/rest/pat/1.0/tokens").bearer(adminToken).send(t)
	wantEqual(t, "own list", got.body, fmt.Sprintf(`[{"createdAt":%[1]q,"expiringAt":null,"id":1,"name":"administrator"},`+
		`{"createdAt":%[1]q,"expiringAt":null,"id":3,"name":"ci"},{"createdAt":%[1]q,"expiringAt":null,"id":4,"name":"ci"}]`,
		"2026-03-01T12:00:00.000+0000"))

	// A token lists, makes and revokes tokens, itself last.
	revoke := func(id int) message {
		return ask(http.MethodDelete, fmt.Sprintf("%s%s/%d", jira.URL(), personalTokens, id)).bearer(second.RawToken)
	}
	wantEqual(t, "body", revoke(first.ID).send(t).wantStatus(t, 204).body, "")
	ask(http.MethodGet, jira.URL()+inactivePath).bearer(first.RawToken).send(t).wantStatus(t, 401)
	revoke(first.ID).send(t).wantStatus(t, 404)
	revoke(2).send(t).wantStatus(t, 404)
	revoke(second.ID).send(t).wantStatus(t, 204)
	revoke(second.ID).send(t).wantStatus(t, 401)
	wantEqual(t, "tokens", len(listTokens(t, jira)), 1)
	ask(http.MethodGet, jira.URL()+personalTokens+"/1").bearer(adminToken).send(t).wantStatus(t, 405)
	ask(http.MethodPut, jira.URL()+personalTokens+"/1").bearer(adminToken).send(t).wantStatus(t, 405)
}

func TestPersonalToken_configuredOneCanBeRevokedToo(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	made := decode[personalToken](t, makeToken(jira, `{"name":"next"}`).send(t))
	ask(http.MethodDelete, jira.URL()+personalTokens+"/1").bearer(made.RawToken).send(t).wantStatus(t, 204)
	makeToken(jira, `{"name":"x"}`).send(t).wantStatus(t, 401)
}

func TestPersonalToken_isRefused(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	good := makeToken(jira, `{"name":"x"}`)
	for name, test := range map[string]struct {
		request message
		want    int
	}{
		"nobody":                 {good.without("Authorization"), 401},
		"no name":                {good.sending(`{}`), 400},
		"empty name":             {good.sending(`{"name":""}`), 400},
		"no JSON":                {good.sending(`name=x`), 400},
		"undocumented field":     {good.sending(`{"name":"x","scopes":[]}`), 400},
		"no days":                {good.sending(`{"name":"x","expirationDuration":0}`), 400},
		"part of a day":          {good.sending(`{"name":"x","expirationDuration":1.5}`), 400},
		"text unguarded":         {good.with("Content-Type", "text/plain").without("X-Atlassian-Token"), 403},
		"form unguarded":         {good.with("Content-Type", "application/x-www-form-urlencoded").without("X-Atlassian-Token"), 403},
		"text guarded":           {good.with("Content-Type", "text/plain"), 415},
		"search by a user":       {ask(http.MethodPost, jira.URL()+personalTokens+"/search").bearer(userToken).sending(`{}`), 403},
		"search without a limit": {ask(http.MethodPost, jira.URL()+personalTokens+"/search").bearer(adminToken).sending(`{"limit":0}`), 400},
	} {
		wantEqual(t, "status for "+name, test.request.send(t).status, test.want)
	}
	wantEqual(t, "tokens", len(jira.Tokens()), 2)
	good.without("X-Atlassian-Token").send(t).wantStatus(t, 201)
}

func TestPersonalToken_limitsAreKept(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	for n := range 9 {
		makeToken(jira, fmt.Sprintf(`{"name":"n%d"}`, n)).send(t).wantStatus(t, 201)
	}
	makeToken(jira, `{"name":"eleventh"}`).send(t).wantStatus(t, 400)
	makeToken(jira, `{"name":"other user"}`).bearer(userToken).send(t).wantStatus(t, 201)

	clamped, _ := newInstance(t, simulator.Jira)
	made := decode[personalToken](t, makeToken(clamped, `{"name":"x","expirationDuration":400}`).send(t).wantStatus(t, 201))
	wantEqual(t, "clamped expiry", *made.ExpiringAt, "2027-03-01T12:00:00.000+0000")

	strict, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) {
		c.TokenRules = simulator.TokenRules{MaxDays: 30, ExpiryRequired: true, Limit: -1}
		c.Guesses.Tokens.RefuseLongExpiry = true
	})
	makeToken(strict, `{"name":"x"}`).send(t).wantStatus(t, 400)
	makeToken(strict, `{"name":"x","expirationDuration":31}`).send(t).wantStatus(t, 400)
	for range 12 {
		makeToken(strict, `{"name":"x","expirationDuration":30}`).send(t).wantStatus(t, 201)
	}
}

func TestPersonalToken_guessesAreSwitchable(t *testing.T) {
	t.Parallel()
	jira, clock := newInstance(t, simulator.Jira, withTokenGuesses(simulator.TokenGuesses{
		CreatedStatus: 200, RFC3339Times: true, NeverIsYear9999: true, LimitStatus: 409, UniqueNames: true,
		TellLastUse: true, PruneExpired: true, RevokedIsAnonymous: true,
	}))
	made := decode[personalToken](t, makeToken(jira, `{"name":"ci"}`).send(t).wantStatus(t, 200))
	wantEqual(t, "never", *made.ExpiringAt, "9999-12-31T23:59:59.000Z")
	makeToken(jira, `{"name":"ci"}`).send(t).wantStatus(t, 400)
	listed := listTokens(t, jira)
	wantEqual(t, "last use", *listed[0].LastAccess, "2026-03-01T12:00:00.000Z")
	if listed[1].LastAccess != nil {
		t.Errorf("a token that was never used was used at %s", *listed[1].LastAccess)
	}
	makeToken(jira, `{"name":"short","expirationDuration":1}`).send(t).wantStatus(t, 200)
	clock.Advance(24 * time.Hour)
	wantEqual(t, "tokens after one expired", len(listTokens(t, jira)), 2)
	for n := range 8 {
		makeToken(jira, fmt.Sprintf(`{"name":"n%d"}`, n)).send(t).wantStatus(t, 200)
	}
	makeToken(jira, `{"name":"eleventh"}`).send(t).wantStatus(t, 409)

	jira.RevokeToken("3")
	got := ask(http.MethodGet, jira.URL()+"/rest/api/2/serverInfo").bearer(made.RawToken).send(t).wantStatus(t, 200)
	wantEqual(t, "X-AUSERNAME", got.header.Get("X-AUSERNAME"), "anonymous")
}

func TestPersonalToken_revokedOneIsRefusedWhereAnybodyMayLook(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	token := jira.AddToken(simulator.AccessToken{Name: "x"})
	info := ask(http.MethodGet, jira.URL()+"/rest/api/2/serverInfo").bearer(token.Secret)
	info.send(t).wantStatus(t, 200)
	wantEqual(t, "expired", jira.ExpireToken(token.ID), true)
	info.send(t).wantStatus(t, 401)
	wantEqual(t, "revoked", jira.RevokeToken(token.ID), true)
	info.send(t).wantStatus(t, 401)
	wantEqual(t, "expired again", jira.ExpireToken(token.ID), false)
	wantEqual(t, "revoked again", jira.RevokeToken(token.ID), false)
}

func TestPersonalToken_isAPageOfADeadLinkWithoutTheFeature(t *testing.T) {
	t.Parallel()
	old, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.Version = "8.13.0" })
	off := newKeyInstance(t)
	off.SetTokensEnabled(false)
	for _, jira := range []*simulator.Instance{old, off} {
		got := ask(http.MethodGet, jira.URL()+personalTokens).basic("admin", password).send(t).wantStatus(t, 404)
		if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			t.Errorf("unexpected answer %s", got.body)
		}
		ask(http.MethodGet, jira.URL()+"/rest/api/2/myself").bearer(adminToken).send(t).wantStatus(t, 401)
	}
	crowd, _ := newInstance(t, simulator.Crowd)
	ask(http.MethodGet, crowd.URL()+personalTokens).basic("admin", password).send(t).wantStatus(t, 404)
	wantEqual(t, "tokens of Crowd", len(crowd.Tokens()), 0)
}

func TestPersonalToken_searchTellsEveryonesLastUse(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	search := func(body string) []map[string]any {
		got := ask(http.MethodPost, jira.URL()+personalTokens+"/search").bearer(adminToken).sending(body).send(t)
		return decode[map[string][]map[string]any](t, got.wantStatus(t, 200))["values"]
	}
	all := search(`{"page":0,"limit":100,"name":"","userKeys":[]}`)
	wantEqual(t, "tokens", len(all), 2)
	wantEqual(t, "last use", all[0]["lastAccessedAt"], any("2026-03-01T12:00:00.000+0000"))
	wantEqual(t, "last use of the other", all[1]["lastAccessedAt"], nil)
	wantEqual(t, "ID", all[0]["id"], nil)
	wantEqual(t, "of a user", len(search(`{"userKeys":["unprivileged.user"]}`)), 1)
	wantEqual(t, "by name", len(search(`{"name":"admin"}`)), 1)
	wantEqual(t, "second page", len(search(`{"page":1,"limit":1}`)), 1)
	wantEqual(t, "page behind the last", len(search(`{"page":9,"limit":1}`)), 0)
}

func TestPersonalToken_creationIsAudited(t *testing.T) {
	t.Parallel()
	jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.Guesses.AuditDelay = -1 })
	makeToken(jira, `{"name":"ci"}`).send(t).wantStatus(t, 201)
	wantEqual(t, "action", readAudit(t, jira, nil).Entities[0].Type.Action, "Personal access token created")
}

func TestPersonalToken_lostAnswerLeavesOneBehind(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"reset-before": 2, "reset-after": 3} {
		jira := newKeyInstance(t)
		fault, _ := simulator.FaultNamed(name)
		jira.Inject(fault.On(simulator.Endpoint{Method: http.MethodPost, Pattern: personalTokens}))
		if _, err := makeToken(jira, `{"name":"ci"}`).attempt(t.Context()); err == nil {
			t.Error("no error")
		}
		wantEqual(t, "tokens after "+name, len(jira.Tokens()), want)
	}
}
