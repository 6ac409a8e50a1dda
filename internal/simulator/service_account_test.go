// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	serviceAccountsPath = "/admin/api-access/v1/orgs/{org}/service-accounts"
	oauthClientsPath    = "/admin/api-access/v1/orgs/{org}/oauth-clients"
)

// withServiceAccounts gives the organization two accounts with three tokens,
// and two clients.
func withServiceAccounts(c *simulator.OrganizationConfig) {
	c.ServiceAccounts = []simulator.ServiceAccount{
		{ID: "ci", DisplayName: "CI", Email: "ci@serviceaccount.example", Tokens: []simulator.UserAPIToken{{ID: "t1", Label: "Build"}, {ID: "t2", Label: "deploy"}}},
		{ID: "bot", DisplayName: "Bot", Tokens: []simulator.UserAPIToken{{ID: "t3", Label: "build"}}},
	}
	c.OAuthClients = []simulator.OAuthClient{{ID: "c1", Name: "First"}, {ID: "c2", Name: "Second"}}
}

func TestServiceAccounts_areListedAsItems(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil, withServiceAccounts)
	type page struct {
		Items []struct {
			ID, DisplayName, Status string
			UpdatedAt               int64
		}
		Links struct{ Next string }
		Total int
	}
	first := decode[page](t, askCloud(s, http.MethodGet, serviceAccountsPath+"?pageSize=1").send(t).wantStatus(t, http.StatusOK))
	wantEqual(t, "total", first.Total, 2)
	wantEqual(t, "account", first.Items[0].DisplayName, "CI")
	wantEqual(t, "time", first.Items[0].UpdatedAt, newTestClock().Now().UnixMilli())
	second := decode[page](t, askCloud(s, http.MethodGet, serviceAccountsPath+"?cursor="+first.Links.Next).send(t))
	wantEqual(t, "account", second.Items[0].ID, "bot")
	wantEqual(t, "link on the last page", second.Links.Next, "")

	added := organization.AddServiceAccount(simulator.ServiceAccount{})
	wantEqual(t, "status", added.Status, "ACTIVE")
	wantEqual(t, "accounts", len(organization.ServiceAccounts()), 3)
}

func TestServiceAccounts_tokensAreListedCountedAndRevoked(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil, withServiceAccounts)
	wantEqual(t, "tokens", list(t, s, serviceAccountsPath+"/api-tokens", "").labels(), "Build,deploy,build")
	wantEqual(t, "tokens by label", list(t, s, serviceAccountsPath+"/api-tokens", "?tokenLabel=build").labels(), "Build,build")
	own := list(t, s, serviceAccountsPath+"/ci/api-tokens", "")
	wantEqual(t, "tokens of one", own.labels(), "Build,deploy")
	wantEqual(t, "user", own.Data[0].User.Email, "ci@serviceaccount.example")

	count := askCloud(s, http.MethodPost, serviceAccountsPath+"/count")
	wantEqual(t, "count", count.sending(`["ci","bot","nobody"]`).send(t).body, `{"bot":1,"ci":2}`)
	tooMany := `["ci"` + strings.Repeat(`,"ci"`, 100) + `]`
	for _, body := range []string{"", "{}", tooMany} {
		got := count.sending(body).send(t).wantStatus(t, http.StatusBadRequest)
		wantEqual(t, "code", errorCode(t, got), "ADMIN-400-24")
	}

	revoke := askCloud(s, http.MethodDelete, serviceAccountsPath+"/ci/api-tokens")
	wantEqual(t, "body", revoke.send(t).wantStatus(t, http.StatusNoContent).body, "")
	revoke.send(t).wantStatus(t, http.StatusNoContent)
	wantEqual(t, "tokens left", list(t, s, serviceAccountsPath+"/api-tokens", "").labels(), "build")
	wantEqual(t, "tokens of the account", len(organization.ServiceAccounts()[0].Tokens), 0)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		got := askCloud(s, method, serviceAccountsPath+"/nobody/api-tokens").send(t).wantStatus(t, http.StatusNotFound)
		wantEqual(t, "code", errorCode(t, got), "ADMIN-404-1")
	}
}

func TestOAuthClients_areListedReadAndDeleted(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil, withServiceAccounts)
	const first = `{"clientId":"c1","createdAt":1772366400000,"name":"First","status":"ACTIVE","updatedAt":1772366400000}`
	page := askCloud(s, http.MethodGet, oauthClientsPath+"?pageSize=1").send(t).wantStatus(t, http.StatusOK)
	if !strings.HasPrefix(page.body, `{"data":[`+first+`],"links":{"next":`) {
		t.Errorf("unexpected body %s", page.body)
	}
	wantEqual(t, "one", askCloud(s, http.MethodGet, oauthClientsPath+"/c1").send(t).body, first)
	wantEqual(t, "count", askCloud(s, http.MethodPost, oauthClientsPath+"/count").send(t).body, "2")

	deletion := askCloud(s, http.MethodDelete, oauthClientsPath+"/c1")
	wantEqual(t, "body", deletion.send(t).wantStatus(t, http.StatusNoContent).body, "")
	deletion.send(t).wantStatus(t, http.StatusNotFound)
	askCloud(s, http.MethodGet, oauthClientsPath+"/c1").send(t).wantStatus(t, http.StatusNotFound)
	wantEqual(t, "left", organization.OAuthClients()[0].Name, "Second")
	added := organization.AddOAuthClient(simulator.OAuthClient{CreatedAt: time.Unix(1, 0)})
	wantEqual(t, "updated", added.UpdatedAt, added.CreatedAt)
}

func TestServiceAccounts_guessesAreSwitchable(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, withServiceAccounts, func(c *simulator.OrganizationConfig) {
		c.Guesses = simulator.CloudGuesses{DoneStatus: 200}
	})
	askCloud(s, http.MethodDelete, serviceAccountsPath+"/ci/api-tokens").send(t).wantStatus(t, http.StatusOK)
	askCloud(s, http.MethodDelete, oauthClientsPath+"/c1").send(t).wantStatus(t, http.StatusOK)
}
