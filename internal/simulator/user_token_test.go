// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const annID = "557057:4f9acfd2-6155-419b-8de5-5b5cf27a59a0"

// withTokens gives the organization two users with three tokens.
func withTokens(c *simulator.OrganizationConfig) {
	c.Users = []simulator.User{
		{ID: annID, Name: "Ann", Email: "ann@example.com"},
		{ID: "bob|1", Name: "Bob", Email: "bob@example.com", TokensProtected: true},
	}
	created := newTestClock().Now().Add(-48 * time.Hour)
	c.UserAPITokens = []simulator.UserAPIToken{
		{ID: "t1", Label: "My Addon", UserID: annID, CreatedAt: created, LastActiveAt: created.Add(time.Hour)},
		{ID: "t2", Label: "laptop", UserID: annID, Status: "BLOCKED"},
		{ID: "t3", Label: "build", UserID: "bob|1", Scopes: []string{"read:jira-work"}},
	}
}

func TestUserTokens_areListedForTheWholeOrganization(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil, withTokens)
	page := list(t, s, apiTokensPath, "?pageSize=10")
	wantEqual(t, "labels", page.labels(), "My Addon,laptop,build")
	wantEqual(t, "status", page.Data[0].Status, "ALLOWED")
	wantEqual(t, "user", page.Data[0].User, struct{ ID, Email, OrgID string }{annID, "ann@example.com", orgID})
	wantEqual(t, "filtered", list(t, s, apiTokensPath, "?status=blocked&q=ann").labels(), "laptop")
	wantEqual(t, "old", list(t, s, apiTokensPath, "?createdAtSearchType=gt&createdAtUom=day&createdAtValue=1").labels(), "My Addon")
	wantEqual(t, "count", askCloud(s, http.MethodGet, apiTokensPath+"/count?status=allowed").send(t).body, "2")

	added := organization.AddUserAPIToken(simulator.UserAPIToken{Label: "new", UserID: annID})
	wantEqual(t, "last", list(t, s, apiTokensPath, "").Data[3].ID, added.ID)
}

func TestUserTokens_invalidSearchesAnswer500(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, withTokens)
	for _, query := range []string{"status=ALLOWED", "status=", "sort=CREATED_AT_DESC", "limit=1", "createdAtSearchType=x"} {
		for _, path := range []string{apiTokensPath, apiTokensPath + "/count"} {
			got := askCloud(s, http.MethodGet, path+"?"+query).send(t)
			wantEqual(t, "status for "+query, got.status, http.StatusInternalServerError)
		}
	}
}

func TestUserTokens_bulkRevocationRevokesAll(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil, withTokens)
	got := askCloud(s, http.MethodDelete, apiTokensPath).without("Content-Type").send(t)
	wantEqual(t, "body", got.wantStatus(t, http.StatusNoContent).body, "")
	wantEqual(t, "tokens", len(organization.UserAPITokens()), 0)

	_, s, _ = newOrganization(t, nil, func(c *simulator.OrganizationConfig) { c.Guesses.DoneStatus = 200 })
	askCloud(s, http.MethodDelete, apiTokensPath).send(t).wantStatus(t, http.StatusOK)
}

func TestUserManagement_listsTheTokensOfAUserAsABareArray(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, withTokens)
	got := decode[[]map[string]any](t, askCloud(s, http.MethodGet, "/users/"+annID+"/manage/api-tokens").
		send(t).wantStatus(t, http.StatusOK))
	want := []map[string]any{
		{
			"id": "t1", "label": "My Addon", "createdAt": "2026-02-27T12:00:00.000Z",
			"expiry": "2027-02-27T12:00:00.000Z", "lastAccess": "2026-02-27T13:00:00.000Z",
		},
		{
			"id": "t2", "label": "laptop", "createdAt": "2026-03-01T12:00:00.000Z",
			"expiry": "2027-03-01T12:00:00.000Z",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantEqual(t, "escaped account", askCloud(s, http.MethodGet, "/users/bob%7C1/manage/api-tokens").send(t).status, 200)
}

func TestUserManagement_deletesOneToken(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil, withTokens)
	s.AddOrganization(simulator.OrganizationConfig{Users: []simulator.User{{ID: "stranger"}}})
	for _, test := range []struct {
		path string
		want int
		body string
	}{
		{"/users/" + annID + "/manage/api-tokens/t1", 204, ""},
		{"/users/" + annID + "/manage/api-tokens/t1", 404, `{"key":"notFound"}`},
		{"/users/" + annID + "/manage/api-tokens/t3", 404, `{"key":"notFound"}`},
		{"/users/nobody/manage/api-tokens/t1", 404, `{"key":"accountNotFound"}`},
		{"/users/stranger/manage/api-tokens/t1", 403, `{"key":"forbidden"}`},
		{"/users/bob%7C1/manage/api-tokens/t3", 403, `{"context":{"allowed":false,"reason":{"key":"managedAccount"}},"key":"forbidden.action"}`},
	} {
		got := askCloud(s, http.MethodDelete, test.path).send(t).wantStatus(t, test.want)
		wantEqual(t, "body for "+test.path, got.body, test.body)
	}
	wantEqual(t, "tokens left", len(organization.UserAPITokens()), 2)
}

func TestUserManagement_tellsPrivileges(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, withTokens)
	got := askCloud(s, http.MethodGet, "/users/bob%7C1/manage?privileges=apiToken.read&privileges=apiToken.delete").send(t)
	wantEqual(t, "body", got.wantStatus(t, 200).body, `{"apiToken.delete":{"allowed":false,"reason":{"key":"managedAccount"}},"apiToken.read":{"allowed":true}}`)
	commas := askCloud(s, http.MethodGet, "/users/bob%7C1/manage?privileges=apiToken.read,apiToken.delete").send(t)
	wantEqual(t, "body for commas", commas.body, got.body)
	all := decode[map[string]any](t, askCloud(s, http.MethodGet, "/users/"+annID+"/manage").send(t).wantStatus(t, 200))
	wantEqual(t, "privileges", len(all), 8)
	bad := askCloud(s, http.MethodGet, "/users/"+annID+"/manage?privileges=everything").send(t).wantStatus(t, 400)
	if !strings.Contains(bad.body, `"fieldConstraintsViolated"`) {
		t.Errorf("unexpected body %s", bad.body)
	}
}
