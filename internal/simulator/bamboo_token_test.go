// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const bambooTokens = "/rest/api/latest/access-token"

type bambooToken struct {
	TokenID     string   `json:"tokenId"`
	Name        string   `json:"name"`
	Permissions []string `json:"permissions"`
	Days        *int     `json:"daysUntilExpiry"`
	RawToken    string   `json:"rawToken"`
}

type bambooPage struct {
	Start   int           `json:"start"`
	Limit   int           `json:"limit"`
	Results []bambooToken `json:"results"`
	Self    string        `json:"self"`
	Next    string        `json:"next"`
	Prev    string        `json:"prev"`
}

func makeBambooToken(i *simulator.Instance, body string) message {
	return ask(http.MethodPost, i.URL()+bambooTokens).basic("admin", password).sending(body)
}

func listBamboo(t *testing.T, i *simulator.Instance, query string) bambooPage {
	t.Helper()
	return decode[bambooPage](t, ask(http.MethodGet, i.URL()+bambooTokens+query).basic("admin", password).send(t).wantStatus(t, 200))
}

func TestBambooToken_isMadeUsedListedAndRevoked(t *testing.T) {
	t.Parallel()
	bamboo, clock := newInstance(t, simulator.Bamboo)
	made := decode[bambooToken](t, makeBambooToken(bamboo, `{"name":"ci","permissions":["READ"],"daysUntilExpiry":90}`).send(t).wantStatus(t, 200))
	wantEqual(t, "length of the ID", len(made.TokenID), 12)
	wantEqual(t, "length of the secret", len(made.RawToken), 44)
	wantEqual(t, "days", *made.Days, 90)

	probe := ask(http.MethodGet, bamboo.URL()+"/rest/api/latest/currentUser").bearer(made.RawToken)
	probe.send(t).wantStatus(t, 200)
	clock.Advance(24 * time.Hour)
	listed := listBamboo(t, bamboo, "").Results
	wantEqual(t, "names", listed[0].Name+" "+listed[1].Name, "administrator ci")
	wantEqual(t, "days later", *listed[1].Days, 90)
	wantEqual(t, "secret", listed[1].RawToken, "")

	revoke := ask(http.MethodDelete, bamboo.URL()+bambooTokens+"/"+made.TokenID).basic("admin", password)
	revoke.send(t).wantStatus(t, 204)
	revoke.send(t).wantStatus(t, 400)
	probe.send(t).wantStatus(t, 401)
}

func TestBambooToken_isRefused(t *testing.T) {
	t.Parallel()
	bamboo, _ := newInstance(t, simulator.Bamboo)
	makeBambooToken(bamboo, `{"name":"taken"}`).send(t).wantStatus(t, 200)
	for name, test := range map[string]struct {
		request message
		want    int
	}{
		"nobody":             {makeBambooToken(bamboo, `{"name":"x"}`).without("Authorization"), 401},
		"by a token":         {makeBambooToken(bamboo, `{"name":"x"}`).bearer(adminToken), 401},
		"name taken":         {makeBambooToken(bamboo, `{"name":"taken"}`), 400},
		"no name":            {makeBambooToken(bamboo, `{}`), 400},
		"unknown permission": {makeBambooToken(bamboo, `{"name":"x","permissions":["ADMIN"]}`), 400},
		"no days":            {makeBambooToken(bamboo, `{"name":"x","daysUntilExpiry":0}`), 400},
		"another's":          {ask(http.MethodDelete, bamboo.URL()+bambooTokens+"/180634477754").basic("admin", password), 400},
		"unknown user":       {ask(http.MethodGet, bamboo.URL()+"/rest/api/latest/admin/users/nobody/access-token").basic("admin", password), 404},
		"by a user":          {ask(http.MethodGet, bamboo.URL()+"/rest/api/latest/admin/users/admin/access-token").bearer(userToken), 403},
		"bad page":           {ask(http.MethodGet, bamboo.URL()+bambooTokens+"?start=-1").basic("admin", password), 400},
	} {
		wantEqual(t, "status for "+name, test.request.send(t).status, test.want)
	}
	for n := range 8 {
		makeBambooToken(bamboo, fmt.Sprintf(`{"name":"n%d"}`, n)).send(t).wantStatus(t, 200)
	}
	makeBambooToken(bamboo, `{"name":"eleventh"}`).send(t).wantStatus(t, 400)
}

func TestBambooToken_listIsPagedAndAdministratorsSeeOthers(t *testing.T) {
	t.Parallel()
	bamboo, _ := newInstance(t, simulator.Bamboo)
	for n := range 2 {
		bamboo.AddToken(simulator.AccessToken{Name: fmt.Sprint(n), Permissions: []string{"READ"}})
	}
	middle := listBamboo(t, bamboo, "?start=1&limit=1")
	wantEqual(t, "results", len(middle.Results), 1)
	for what, link := range map[string]string{"start=1&limit=1": middle.Self, "start=2&limit=1": middle.Next, "start=0&limit=1": middle.Prev} {
		if !strings.HasSuffix(link, bambooTokens+"?"+what) {
			t.Errorf("unexpected link %s", link)
		}
	}
	wantEqual(t, "link behind the last page", listBamboo(t, bamboo, "?start=2&limit=1").Next, "")

	others := bamboo.URL() + "/rest/api/latest/admin/users/unprivileged.user/access-token"
	page := decode[bambooPage](t, ask(http.MethodGet, others).basic("admin", password).send(t).wantStatus(t, 200))
	ask(http.MethodDelete, others+"/"+page.Results[0].TokenID).basic("admin", password).send(t).wantStatus(t, 204)
	ask(http.MethodDelete, others+"/"+page.Results[0].TokenID).basic("admin", password).send(t).wantStatus(t, 400)
}

func TestBambooToken_onlyThePermissionUSERAdministers(t *testing.T) {
	t.Parallel()
	bamboo, _ := newInstance(t, simulator.Bamboo)
	url := bamboo.URL() + "/rest/api/latest/admin/users/admin/access-token"
	for permission, want := range map[string]int{"READ": 403, "USER": 200} {
		token := bamboo.AddToken(simulator.AccessToken{Name: permission, Permissions: []string{permission}})
		ask(http.MethodGet, url).bearer(token.Secret).send(t).wantStatus(t, want)
	}
}

func TestBambooToken_expiresSinceAVersion(t *testing.T) {
	t.Parallel()
	const body = `{"name":"ci","daysUntilExpiry":90}`
	for ignores, want := range map[bool]int{false: 400, true: 200} {
		old, _ := newInstance(t, simulator.Bamboo, func(c *simulator.InstanceConfig) {
			c.Version, c.Guesses.Tokens.BambooIgnoresExpiry = "9.3.0", ignores
		})
		got := makeBambooToken(old, body).send(t).wantStatus(t, want)
		wantEqual(t, "days are told of", strings.Contains(got.body, `"daysUntilExpiry"`), false)
	}
}

func TestBambooToken_guessesAreSwitchable(t *testing.T) {
	t.Parallel()
	bamboo, clock := newInstance(t, simulator.Bamboo, withTokenGuesses(simulator.TokenGuesses{BambooTokensCreate: true, BambooCountsDown: true}))
	makeBambooToken(bamboo, `{"name":"ci","daysUntilExpiry":2}`).bearer(adminToken).send(t).wantStatus(t, 200)
	for _, want := range []int{2, 1, 0, 0} {
		wantEqual(t, "days left", *listBamboo(t, bamboo, "").Results[1].Days, want)
		clock.Advance(24 * time.Hour)
	}
}
