// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const annID = "557058:ann"

// newTokenOrganization starts an organization with two accounts, the first of
// which has two tokens.
func newTokenOrganization(t *testing.T, scopes ...string) *eventLog {
	t.Helper()
	created := time.Date(2025, time.June, 1, 0, 0, 0, 0, time.UTC)
	return newEventLog(t, simulator.OrganizationConfig{
		APIKeys: []simulator.APIKey{{Secret: "canary-key", Scopes: scopes}},
		Users:   []simulator.User{{ID: annID, Name: "Ann", Email: "ann@example.com"}, {ID: "557058:bob", TokensProtected: true}},
		UserAPITokens: []simulator.UserAPIToken{
			{ID: "one", Label: "One", UserID: annID, CreatedAt: created, LastActiveAt: created.Add(time.Hour)},
			{ID: "two", Label: "Two", UserID: annID, CreatedAt: created, Scopes: []string{"read:jira-work"}, Status: "BLOCKED"},
			{ID: "three", Label: "Three", UserID: "557058:bob", CreatedAt: created},
		},
	})
}

// service is Atlassian Cloud as the client of the organization sees it.
func service(l *eventLog) *Cloud {
	return New(l.client.client, l.clock)
}

func TestCloud_AccountAPITokens_tellsWhatTheAPIKnows(t *testing.T) {
	t.Parallel()
	organization := newTokenOrganization(t)
	tokens, err := service(organization).AccountAPITokens(t.Context(), annID)
	if err != nil || len(tokens) != 2 {
		t.Fatalf("got %+v, %v", tokens, err)
	}
	one := tokens[0]
	if one.ID != "one" || one.Label != "One" || one.User.ID != annID || one.Status != "" || one.Scopes != nil ||
		!one.LastActiveAt.Given || one.ExpiresAt.Time.IsZero() || one.CreatedAt.Time.IsZero() {
		t.Errorf("got %+v", one)
	}
	if tokens[1].LastActiveAt.Given {
		t.Errorf("never used: %+v", tokens[1])
	}
}

func TestOrganization_UserAPITokens_areReadOnce(t *testing.T) {
	t.Parallel()
	organization := newTokenOrganization(t, "read:tokens:admin")
	for range 2 {
		tokens, err := organization.client.UserAPITokens(t.Context())
		if err != nil || len(tokens) != 3 || tokens[1].Status != "BLOCKED" || tokens[1].User.Email != "ann@example.com" || len(tokens[1].Scopes) != 1 {
			t.Fatalf("got %+v, %v", tokens, err)
		}
	}
	if asked := len(organization.cloud.Requests()); asked != 1 {
		t.Errorf("%d requests", asked)
	}
}

func TestCloud_AccountAPITokens_isRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		account string
		scopes  []string
		fault   simulator.Fault
		status  int
	}{
		"scoped key":       {account: annID, scopes: []string{"read:tokens:admin"}, status: 403},
		"unknown account":  {account: "nobody", status: 404},
		"no list":          {account: annID, fault: simulator.Fault{Status: 200, Body: `{"key":"x"}`}, status: 200},
		"null":             {account: annID, fault: simulator.Fault{Status: 200, Body: `null`}, status: 200},
		"token without ID": {account: annID, fault: simulator.Fault{Status: 200, Body: `[{"label":"x"}]`}, status: 200},
		"rate limit":       {account: annID, fault: simulator.Fault{Status: 429}, status: 429},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			organization := newTokenOrganization(t, test.scopes...)
			if test.fault.Status != 0 {
				organization.cloud.Inject(test.fault)
			}
			tokens, err := service(organization).AccountAPITokens(t.Context(), test.account)
			if failure, ok := errors.AsType[*transport.Error](err); !ok || failure.Status != test.status || tokens != nil {
				t.Errorf("got %+v, %v", tokens, err)
			}
		})
	}
}

func TestCloud_RevokeAccountAPIToken_isEstablished(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		account, token string
		fault          *simulator.Fault
		fails, gone    bool
	}{
		"revoked":              {account: annID, token: "one", gone: true},
		"gone already":         {account: annID, token: "nothing"},
		"reset after it":       {account: annID, token: "one", fault: &simulator.Fault{Kind: simulator.ResetAfter, Times: 1}, gone: true},
		"500 after it":         {account: annID, token: "one", fault: &simulator.Fault{Status: 500, After: true}, gone: true},
		"500":                  {account: annID, token: "one", fault: &simulator.Fault{Status: 500}, fails: true},
		"404 that is not true": {account: annID, token: "one", fault: &simulator.Fault{Status: 404, Body: `{"key":"notFound"}`}, fails: true},
		"unknown account":      {account: "nobody", token: "one", fails: true},
		"protected account":    {account: "557058:bob", token: "three", fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			organization := newTokenOrganization(t)
			if test.fault != nil {
				test.fault.Method = http.MethodDelete
				organization.cloud.Inject(*test.fault)
			}
			err := service(organization).RevokeAccountAPIToken(t.Context(), test.account, test.token)
			if (err != nil) != test.fails {
				t.Errorf("got %v", err)
			}
			if gone := len(organization.UserAPITokens()) == 2; gone != test.gone {
				t.Errorf("revoked: %t", gone)
			}
		})
	}
}

// Whose organization the account belongs to nobody tells, so every list is read
// again.
func TestCloud_RevokeAccountAPIToken_makesTheSharedListsRead(t *testing.T) {
	t.Parallel()
	log := newTokenOrganization(t)
	cloud := service(log)
	organization := cloud.Organization(log.client.ID())
	for _, want := range []int{3, 2} {
		tokens, err := organization.UserAPITokens(t.Context())
		if err != nil || len(tokens) != want {
			t.Fatalf("got %d tokens, %v, want %d", len(tokens), err, want)
		}
		if want == 3 {
			if err := cloud.RevokeAccountAPIToken(t.Context(), annID, "one"); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestCloud_Organization_isTheSameInUpperCase(t *testing.T) {
	t.Parallel()
	cloud := New(nil, nil)
	if cloud.Organization("ABC-1") != cloud.Organization("abc-1") {
		t.Error("two organizations")
	}
}
