// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const httpTokens = "/rest/access-tokens/latest/"

type httpToken struct {
	ID                string         `json:"id"`
	Name              string         `json:"name"`
	CreatedDate       any            `json:"createdDate"`
	ExpiryDate        *int64         `json:"expiryDate"`
	LastAuthenticated *int64         `json:"lastAuthenticated"`
	Permissions       []string       `json:"permissions"`
	User              map[string]any `json:"user"`
	Token             string         `json:"token"`
}

type httpTokenPage struct {
	Size          int         `json:"size"`
	Limit         int         `json:"limit"`
	Start         int         `json:"start"`
	IsLastPage    bool        `json:"isLastPage"`
	NextPageStart *int        `json:"nextPageStart"`
	Values        []httpToken `json:"values"`
}

func newBitbucket(t *testing.T, adjust ...func(*simulator.InstanceConfig)) (*simulator.Instance, *testClock) {
	t.Helper()
	return newInstance(t, simulator.Bitbucket, append(adjust, func(c *simulator.InstanceConfig) {
		c.Users = append(c.Users, simulator.Account{Name: "jdoe", Password: "jdoe-password"})
	})...)
}

// onTokens asks for the tokens of a scope as the administrator.
func onTokens(i *simulator.Instance, method, scope string) message {
	return ask(method, i.URL()+httpTokens+scope).basic("admin", password)
}

func TestHTTPToken_ofEveryScopeIsMadeReadChangedAndRevoked(t *testing.T) {
	t.Parallel()
	for _, scope := range []string{"users/admin", "projects/PRJ", "projects/PRJ/repos/repo"} {
		bitbucket, clock := newBitbucket(t)
		made := decode[httpToken](t, onTokens(bitbucket, http.MethodPut, scope).
			sending(`{"name":"ci","permissions":["REPO_READ"],"expiryDays":90}`).send(t).wantStatus(t, 200))
		expires := clock.Now().Add(90 * 24 * time.Hour).UnixMilli()
		wantEqual(t, "length of the ID", len(made.ID), 12)
		wantEqual(t, "expiry", *made.ExpiryDate, expires)
		wantEqual(t, "created", made.CreatedDate, any(float64(clock.Now().UnixMilli())))
		wantEqual(t, "length of the secret", len(made.Token), 44)
		wantEqual(t, "user is told of", made.User != nil, scope == "users/admin")

		probe := ask(http.MethodGet, bitbucket.URL()+"/rest/api/latest/projects").bearer(made.Token)
		probe.send(t).wantStatus(t, 200)
		probe.without("Authorization").send(t).wantStatus(t, 401)
		ask(http.MethodGet, bitbucket.URL()+inactivePath).bearer(made.Token).send(t).wantStatus(t, 401)

		one := scope + "/" + made.ID
		onTokens(bitbucket, http.MethodPost, one).sending(`{"name":"renamed","permissions":["REPO_WRITE"],"expiryDays":1}`).send(t).wantStatus(t, 200)
		onTokens(bitbucket, http.MethodPost, one).sending(`{}`).send(t).wantStatus(t, 200)
		read := decode[httpToken](t, onTokens(bitbucket, http.MethodGet, one).send(t).wantStatus(t, 200))
		wantEqual(t, "name", read.Name+read.Permissions[0], "renamedREPO_WRITE")
		wantEqual(t, "expiry after a change", *read.ExpiryDate, expires)
		wantEqual(t, "last use", *read.LastAuthenticated, clock.Now().UnixMilli())
		wantEqual(t, "secret", read.Token, "")

		wantEqual(t, "body", onTokens(bitbucket, http.MethodDelete, one).send(t).wantStatus(t, 204).body, "")
		for _, method := range []string{http.MethodGet, http.MethodDelete} {
			onTokens(bitbucket, method, one).send(t).wantStatus(t, 404)
		}
		probe.send(t).wantStatus(t, 401)
	}
}

func TestHTTPToken_listIsPaged(t *testing.T) {
	t.Parallel()
	bitbucket, _ := newBitbucket(t)
	for n := range 3 {
		bitbucket.AddToken(simulator.AccessToken{Name: fmt.Sprint(n), Project: "PRJ", Permissions: []string{"REPO_READ"}})
	}
	page := func(query string) httpTokenPage {
		return decode[httpTokenPage](t, onTokens(bitbucket, http.MethodGet, "projects/PRJ"+query).send(t).wantStatus(t, 200))
	}
	first := page("?limit=2")
	wantEqual(t, "first page", fmt.Sprint(first.Size, first.Limit, first.Start, first.IsLastPage, *first.NextPageStart), "2 2 0 false 2")
	last := page("?start=2&limit=2")
	wantEqual(t, "last page", fmt.Sprint(last.Size, last.Start, last.IsLastPage, last.NextPageStart), "1 2 true <nil>")
	wantEqual(t, "name", last.Values[0].Name, "2")
	wantEqual(t, "capped", page("?limit=10000").Limit, 1000)
	wantEqual(t, "default", page("").Limit, 25)
	wantEqual(t, "behind the end", page("?start=99").Size, 0)
	onTokens(bitbucket, http.MethodGet, "projects/PRJ?limit=x").send(t).wantStatus(t, 400)
	wantEqual(t, "leading zero", decode[httpTokenPage](t, onTokens(bitbucket, http.MethodGet, "users/admin").send(t)).Values[0].ID, "075905477751")
}

func TestHTTPToken_isRefused(t *testing.T) {
	t.Parallel()
	bitbucket, _ := newBitbucket(t)
	const good = `{"name":"x","permissions":["REPO_READ"]}`
	put := func(scope, body string) message { return onTokens(bitbucket, http.MethodPut, scope).sending(body) }
	jdoe := func(m message) message { return m.basic("jdoe", "jdoe-password") }
	for name, test := range map[string]struct {
		request message
		want    int
	}{
		"nobody":                       {put("users/admin", good).without("Authorization"), 401},
		"by a token":                   {put("users/admin", good).bearer(adminToken), 401},
		"for another user":             {put("users/jdoe", good), 401},
		"by no administrator":          {jdoe(put("projects/PRJ", good)), 401},
		"list of another user":         {jdoe(onTokens(bitbucket, http.MethodGet, "users/admin")), 401},
		"unknown user":                 {onTokens(bitbucket, http.MethodGet, "users/nobody"), 404},
		"unknown project":              {put("projects/X", good), 404},
		"unknown repository":           {put("projects/PRJ/repos/x", good), 404},
		"no name":                      {put("users/admin", `{"permissions":["REPO_READ"]}`), 400},
		"no permission":                {put("users/admin", `{"name":"x","permissions":[]}`), 400},
		"unknown permission":           {put("users/admin", `{"name":"x","permissions":["ADMIN"]}`), 400},
		"unknown level":                {put("users/admin", `{"name":"x","permissions":["REPO_OWN"]}`), 400},
		"project in a repository":      {put("projects/PRJ/repos/repo", `{"name":"x","permissions":["PROJECT_READ"]}`), 400},
		"repository below its project": {put("users/admin", `{"name":"x","permissions":["REPO_READ","PROJECT_WRITE"]}`), 400},
		"no days":                      {put("users/admin", `{"name":"x","permissions":["REPO_READ"],"expiryDays":0}`), 400},
		"no JSON":                      {put("users/admin", `x`), 400},
		"update of a missing one":      {onTokens(bitbucket, http.MethodPost, "users/admin/1").sending(`{}`), 404},
		"wrong update":                 {onTokens(bitbucket, http.MethodPost, "users/admin/075905477751").sending(`{"permissions":["ADMIN"]}`), 400},
		"update that is no JSON":       {onTokens(bitbucket, http.MethodPost, "users/admin/075905477751").sending(`x`), 400},
		"revocation by a token":        {onTokens(bitbucket, http.MethodDelete, "users/admin/075905477751").bearer(adminToken), 401},
	} {
		got := test.request.send(t)
		wantEqual(t, "status for "+name, got.status, test.want)
		if len(decode[map[string][]any](t, got)["errors"]) != 1 {
			t.Errorf("%s: unexpected body %s", name, got.body)
		}
	}
	wantEqual(t, "tokens", len(bitbucket.Tokens()), 2)
}

func TestHTTPToken_administratorsRevokeForOthersAndTokensList(t *testing.T) {
	t.Parallel()
	bitbucket, _ := newBitbucket(t)
	made := decode[httpToken](t, onTokens(bitbucket, http.MethodPut, "users/jdoe").basic("jdoe", "jdoe-password").
		sending(`{"name":"x","permissions":["REPO_READ"]}`).send(t).wantStatus(t, 200))
	onTokens(bitbucket, http.MethodGet, "users/jdoe").bearer(made.Token).send(t).wantStatus(t, 200)
	onTokens(bitbucket, http.MethodDelete, "users/jdoe/"+made.ID).send(t).wantStatus(t, 204)
}

func TestHTTPToken_limitsAndExpiryAreEnforced(t *testing.T) {
	t.Parallel()
	bitbucket, _ := newBitbucket(t, func(c *simulator.InstanceConfig) {
		c.TokenRules = simulator.TokenRules{Limit: 1, MaxDays: 30, ExpiryRequired: true}
	})
	put := onTokens(bitbucket, http.MethodPut, "projects/PRJ")
	put.sending(`{"name":"x","permissions":["REPO_READ"]}`).send(t).wantStatus(t, 400)
	put.sending(`{"name":"x","permissions":["REPO_READ"],"expiryDays":31}`).send(t).wantStatus(t, 400)
	put.sending(`{"name":"x","permissions":["REPO_READ"],"expiryDays":30}`).send(t).wantStatus(t, 200)
	put.sending(`{"name":"y","permissions":["REPO_READ"],"expiryDays":30}`).send(t).wantStatus(t, 400)
}

func TestHTTPToken_guessesAreSwitchable(t *testing.T) {
	t.Parallel()
	bitbucket, _ := newBitbucket(t, withTokenGuesses(simulator.TokenGuesses{TextDates: true, WidenPermissions: true, UniqueNames: true}))
	put := onTokens(bitbucket, http.MethodPut, "projects/PRJ").sending(`{"name":"x","permissions":["PROJECT_READ","PROJECT_READ"]}`)
	made := decode[httpToken](t, put.send(t).wantStatus(t, 200))
	wantEqual(t, "created", made.CreatedDate, any("2026-03-01T12:00:00.000Z"))
	if diff := cmp.Diff([]string{"PROJECT_READ", "REPO_READ"}, made.Permissions); diff != "" {
		t.Error(diff)
	}
	put.send(t).wantStatus(t, 400)
}
