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
	orgID    = "0c632b13-d717-4d1f-b895-208a5599d2f2"
	unscoped = "unscoped-key"
	scoped   = "scoped-key"
)

// newOrganization starts Atlassian Cloud with an organization that has a key
// without scopes and one with the given scopes.
func newOrganization(t *testing.T, scopes []string, adjust ...func(*simulator.OrganizationConfig)) (*simulator.Organization, *simulator.Simulator, *testClock) {
	t.Helper()
	s, clock := newSimulator(t)
	config := simulator.OrganizationConfig{
		ID:   orgID,
		Name: "Acme",
		APIKeys: []simulator.APIKey{
			{ID: "key-unscoped", Label: "unscoped", Secret: unscoped},
			{ID: "key-scoped", Label: "scoped", Secret: scoped, Scopes: append([]string{}, scopes...)},
		},
	}
	for _, change := range adjust {
		change(&config)
	}
	return s.AddOrganization(config), s, clock
}

// askCloud prepares what a well-behaved client of Atlassian Cloud sends.
func askCloud(s *simulator.Simulator, method, path string) message {
	return ask(method, s.CloudURL()+strings.ReplaceAll(path, "{org}", orgID)).
		without("X-Atlassian-Token").bearer(unscoped)
}

// errorCode returns the code of an application error.
func errorCode(t *testing.T, a answer) string {
	t.Helper()
	type envelope struct {
		Errors []struct {
			ID, Status, Code, Title, Detail string
		}
	}
	errors := decode[envelope](t, a).Errors
	if len(errors) != 1 || errors[0].ID == "" || errors[0].Title == "" {
		t.Fatalf("unexpected body %s", a.body)
	}
	return errors[0].Code
}

func TestCloud_takesOnlyUsableAPIKeys(t *testing.T) {
	t.Parallel()
	organization, s, clock := newOrganization(t, nil, func(c *simulator.OrganizationConfig) {
		c.APIKeys = append(c.APIKeys, simulator.APIKey{
			ID: "short", Secret: "short-lived", ExpiresAt: newTestClock().Now().Add(time.Minute),
		})
	})
	request := askCloud(s, http.MethodGet, "/admin/v1/orgs")
	const unauthorized = `{"code":401,"message":"Unauthorized"}`
	refused := map[string]message{
		"nobody":         request.without("Authorization"),
		"unknown key":    request.bearer("nonsense"),
		"empty key":      request.bearer(""),
		"basic":          request.basic("admin", unscoped),
		"another scheme": request.with("Authorization", "Token "+unscoped),
	}
	for name, m := range refused {
		wantEqual(t, "body for "+name, m.send(t).wantStatus(t, http.StatusUnauthorized).body, unauthorized)
	}
	request.bearer("short-lived").send(t).wantStatus(t, http.StatusOK)
	clock.Advance(time.Minute)
	request.bearer("short-lived").send(t).wantStatus(t, http.StatusUnauthorized)

	request.send(t).wantStatus(t, http.StatusOK)
	wantEqual(t, "revoked", organization.RevokeAPIKey("key-unscoped"), true)
	request.send(t).wantStatus(t, http.StatusUnauthorized)
	wantEqual(t, "revoked an unknown key", organization.RevokeAPIKey("nonsense"), false)
}

func TestCloud_userManagementWordsItsOwnErrors(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil)
	got := askCloud(s, http.MethodGet, "/users/x/manage").without("Authorization").send(t)
	wantEqual(t, "body", got.wantStatus(t, http.StatusUnauthorized).body, `{"key":"unauthorized"}`)
}

func TestCloud_everyOperationWantsItsScope(t *testing.T) {
	t.Parallel()
	user := simulator.User{ID: "user", Email: "u@example.com"}
	for path, scope := range map[string]string{
		"GET /admin/v1/orgs":                                                   "read:orgs:admin",
		"GET /admin/v1/orgs/{org}":                                             "read:orgs:admin",
		"GET /admin/v1/orgs/{org}/users":                                       "read:accounts:admin",
		"GET /admin/v1/orgs/{org}/events":                                      "read:events:admin",
		"GET /admin/v1/orgs/{org}/events/x":                                    "read:events:admin",
		"GET /admin/v1/orgs/{org}/event-actions":                               "read:events:admin",
		"GET /admin/v1/orgs/{org}/events-stream":                               "read:events:admin",
		"PUT /admin/v1/orgs/{org}/tunnels/x/token":                             "",
		"GET /admin/api-access/v1/orgs/{org}/api-keys":                         "read:keys:admin",
		"GET /admin/api-access/v1/orgs/{org}/api-keys/count":                   "read:keys:admin",
		"PATCH /admin/api-access/v1/orgs/{org}/api-keys/revoke/x":              "delete:keys:admin",
		"GET /admin/api-access/v1/orgs/{org}/api-tokens":                       "read:tokens:admin",
		"GET /admin/api-access/v1/orgs/{org}/api-tokens/count":                 "read:tokens:admin",
		"DELETE /admin/api-access/v1/orgs/{org}/api-tokens":                    "delete:tokens:admin",
		"GET /admin/api-access/v1/orgs/{org}/service-accounts":                 "read:service-accounts:admin",
		"POST /admin/api-access/v1/orgs/{org}/service-accounts/count":          "read:service-accounts-tokens:admin",
		"GET /admin/api-access/v1/orgs/{org}/service-accounts/api-tokens":      "read:service-accounts-tokens:admin",
		"GET /admin/api-access/v1/orgs/{org}/service-accounts/x/api-tokens":    "read:service-accounts-tokens:admin",
		"DELETE /admin/api-access/v1/orgs/{org}/service-accounts/x/api-tokens": "delete:service-accounts-tokens:admin",
		"GET /admin/api-access/v1/orgs/{org}/oauth-clients":                    "read:service-accounts-tokens:admin",
		"POST /admin/api-access/v1/orgs/{org}/oauth-clients/count":             "read:service-accounts-tokens:admin",
		"GET /admin/api-access/v1/orgs/{org}/oauth-clients/x":                  "read:service-accounts-tokens:admin",
		"DELETE /admin/api-access/v1/orgs/{org}/oauth-clients/x":               "delete:service-accounts-tokens:admin",
		"POST /admin/control/v1/orgs/{org}/auth-policy/x/add-users":            "write:policies:admin",
		"GET /admin/control/v1/orgs/{org}/auth-policy/task/x":                  "write:policies:admin",
		"GET /users/user/manage":                                               "",
		"GET /users/user/manage/api-tokens":                                    "",
		"DELETE /users/user/manage/api-tokens/x":                               "",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			method, path, _ := strings.Cut(path, " ")
			withUser := func(c *simulator.OrganizationConfig) { c.Users = []simulator.User{user} }
			_, s, _ := newOrganization(t, []string{scope}, withUser)
			got := askCloud(s, method, path).bearer(scoped).send(t)
			wantEqual(t, "forbidden with the scope", got.status == http.StatusForbidden, scope == "")

			_, s, _ = newOrganization(t, []string{"read:nothing:admin"}, withUser)
			askCloud(s, method, path).bearer(scoped).send(t).wantStatus(t, http.StatusForbidden)
			got = askCloud(s, method, path).send(t)
			wantEqual(t, "forbidden without scopes", got.status == http.StatusForbidden, false)
		})
	}
}

func TestCloud_missingScopeHasTheShapeOfTheAPI(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, func(c *simulator.OrganizationConfig) {
		c.Users = []simulator.User{{ID: "user"}}
	})
	noPermission := decode[map[string]any](t, askCloud(s, http.MethodGet, "/admin/v1/orgs/{org}/users").bearer(scoped).send(t))
	wantEqual(t, "message", noPermission["message"], any("User has no permission to access resource."))
	wantEqual(t, "path", noPermission["path"], any("/api/admin/v1/orgs/"+orgID+"/users"))
	wantEqual(t, "status", noPermission["status"], any(403.0))

	gateway := askCloud(s, http.MethodGet, "/admin/api-access/v1/orgs/{org}/api-keys").bearer(scoped).send(t)
	wantEqual(t, "body", gateway.body, `{"code":403,"message":"Forbidden"}`)

	users := decode[map[string]any](t, askCloud(s, http.MethodGet, "/users/user/manage/api-tokens").bearer(scoped).send(t))
	wantEqual(t, "key", users["key"], any("forbidden.insufficientScope"))
}

func TestCloud_keysOpenOnlyTheirOwnOrganization(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil)
	other := s.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Secret: "other"}}})
	if other.ID() == orgID || len(other.ID()) != 36 {
		t.Errorf("unexpected organization %q", other.ID())
	}
	for path, unknown := range map[string]int{
		"/admin/v1/orgs/{org}/users":                           http.StatusNotFound,
		"/admin/v1/orgs/{org}/events":                          http.StatusForbidden,
		"/admin/v1/orgs/{org}/events-stream":                   http.StatusForbidden,
		"/admin/api-access/v1/orgs/{org}/api-keys":             http.StatusNotFound,
		"/admin/control/v1/orgs/{org}/auth-policy/task/nobody": http.StatusNotFound,
	} {
		askCloud(s, http.MethodGet, path).bearer("other").send(t).wantStatus(t, http.StatusForbidden)
		path = strings.ReplaceAll(path, "{org}", "nonsense")
		askCloud(s, http.MethodGet, path).send(t).wantStatus(t, unknown)
	}
	got := askCloud(s, http.MethodGet, "/admin/v1/orgs/nonsense").send(t)
	wantEqual(t, "code", errorCode(t, got), "ADMIN-404-2")
}

func TestCloud_unknownOperationsDoNotExist(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil)
	for _, test := range []struct {
		method, path, code string
	}{
		{http.MethodGet, "/", "ADMIN-404-1"},
		{http.MethodGet, "/admin/v1/orgs/", "ADMIN-404-1"},
		{http.MethodGet, "/admin/v1/orgs/{org}/tunnels", "ADMIN-404-1"},
		{http.MethodGet, "/admin/api-access/v1/orgs/{org}/api-keys/key-scoped", "ADMIN-404-1"},
		{http.MethodPost, "/admin/api-access/v1/orgs/{org}/api-keys", "ADMIN-405-1"},
		{http.MethodDelete, "/admin/api-access/v1/orgs/{org}/api-keys/key-scoped", "ADMIN-404-1"},
		{http.MethodPost, "/admin/api-access/v1/orgs/{org}/api-keys/revoke/key-scoped", "ADMIN-405-1"},
		{http.MethodPost, "/admin/v1/orgs/{org}/tunnels/x/token", "ADMIN-405-1"},
	} {
		got := askCloud(s, test.method, test.path).send(t)
		wantEqual(t, test.method+" "+test.path, errorCode(t, got), test.code)
	}
	wantEqual(t, "keys", len(organization.APIKeys()), 2)
}

func TestCloud_unknownOperationsAnswerInTheWordsOfTheirAPI(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil)
	for _, test := range []struct {
		method, path string
		status       int
		body         string
	}{
		{http.MethodGet, "/users/x/manage/nonsense", 404, `{"key":"notFound"}`},
		{http.MethodPut, "/users/x/manage/api-tokens", 405, `{"key":"methodNotAllowed"}`},
		{http.MethodGet, "/admin/control/v1/orgs/{org}/policies", 404, `{"code":404,"message":"Not Found"}`},
		{http.MethodGet, "/admin/control/v1/orgs/{org}/auth-policy/x/add-users", 405, `{"code":405,"message":"Method Not Allowed"}`},
	} {
		got := askCloud(s, test.method, test.path).send(t).wantStatus(t, test.status)
		wantEqual(t, test.method+" "+test.path, got.body, test.body)
	}
}

func TestCloud_undocumentedInputCanPass(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, func(c *simulator.OrganizationConfig) { c.Guesses.IgnoreUndocumentedInput = true })
	askCloud(s, http.MethodGet, "/admin/v1/orgs?limit=1").sending("{}").send(t).wantStatus(t, http.StatusOK)
	askCloud(s, http.MethodGet, "/admin/api-access/v1/orgs/{org}/api-keys?limit=1").send(t).wantStatus(t, http.StatusInternalServerError)
}

func TestCloud_undocumentedInputIsRefused(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, func(c *simulator.OrganizationConfig) {
		c.Users = []simulator.User{{ID: "user"}}
	})
	for _, test := range []struct {
		method, path, body string
		want               int
	}{
		{http.MethodGet, "/admin/v1/orgs?limit=1", "", 400},
		{http.MethodGet, "/admin/v1/orgs", "{}", 400},
		{http.MethodGet, "/admin/api-access/v1/orgs/{org}/api-keys?limit=1", "", 500},
		{http.MethodGet, "/admin/api-access/v1/orgs/{org}/api-tokens?maxResults=1", "", 500},
		{http.MethodPatch, "/admin/api-access/v1/orgs/{org}/api-keys/revoke/key-scoped", "{}", 400},
		{http.MethodGet, "/users/user/manage/api-tokens?cursor=x", "", 400},
		{http.MethodDelete, "/users/user/manage/api-tokens/x", "{}", 400},
	} {
		got := askCloud(s, test.method, test.path).sending(test.body).send(t)
		wantEqual(t, test.method+" "+test.path, got.status, test.want)
	}
}

func TestCloud_hasTheLogAndTheFaultsOfAnInstance(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil)
	cloud := s.Cloud()
	cloud.Inject(simulator.Fault{Path: "/orgs", Kind: simulator.RateLimited, Times: 1})
	request := askCloud(s, http.MethodGet, "/admin/v1/orgs")
	got := request.send(t).wantStatus(t, http.StatusTooManyRequests)
	wantEqual(t, "body", got.body, `{"code":429,"message":"Too Many Requests"}`)
	request.send(t).wantStatus(t, http.StatusOK)
	wantEqual(t, "requests", cloud.Count(http.MethodGet, "/admin/v1/orgs"), 2)
	wantEqual(t, "connections", cloud.Connections(), 1)
	wantEqual(t, "URL", cloud.URL(), s.CloudURL())
}

func TestStartCloud_refusesAPublicAddress(t *testing.T) {
	t.Parallel()
	s, _ := newSimulator(t, simulator.WithCloudAddress("0.0.0.0:0"))
	if _, err := s.StartCloud(); err == nil {
		t.Error("no error")
	}
}
