// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	apiKeysPath   = "/admin/api-access/v1/orgs/{org}/api-keys"
	apiTokensPath = "/admin/api-access/v1/orgs/{org}/api-tokens"
)

type listPage struct {
	Data []struct {
		ID             string   `json:"id"`
		Label          string   `json:"label"`
		Status         string   `json:"status"`
		ExpiresAt      string   `json:"expiresAt"`
		LastActiveAt   *string  `json:"lastActiveAt"`
		RevocationDate *string  `json:"revocationDate"`
		Token          *string  `json:"token"`
		OrgID          string   `json:"orgId"`
		Scopes         []string `json:"scopes"`
		CreatedBy      struct{ Name, Email string }
		RevokedBy      *struct{ Name string }
		User           struct{ ID, Email, OrgID string }
	} `json:"data"`
	Links struct{ Self, Next, Prev string } `json:"links"`
}

func (p listPage) labels() string {
	var labels []string
	for _, item := range p.Data {
		labels = append(labels, item.Label)
	}
	return strings.Join(labels, ",")
}

// list reads a page of keys or tokens.
func list(t *testing.T, s *simulator.Simulator, path, query string) listPage {
	t.Helper()
	return decode[listPage](t, askCloud(s, http.MethodGet, path+query).send(t).wantStatus(t, http.StatusOK))
}

func TestAPIKeys_listTellsEverythingButTheSecret(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil)
	key := organization.AddAPIKey(simulator.APIKey{
		Label: "ci", Scopes: []string{"read:keys:admin"}, CreatedBy: simulator.User{Name: "Ann", Email: "ann@example.com"},
	})
	page := list(t, s, apiKeysPath, "")
	got := page.Data[2]
	wantEqual(t, "id", got.ID, key.ID)
	wantEqual(t, "label", got.Label, "ci")
	wantEqual(t, "expiry", got.ExpiresAt, "2027-03-01T12:00:00.000Z")
	wantEqual(t, "organization", got.OrgID, orgID)
	wantEqual(t, "creator", got.CreatedBy.Email, "ann@example.com")
	if got.Token != nil || got.LastActiveAt != nil || got.RevocationDate != nil || got.RevokedBy != nil {
		t.Errorf("unexpected key %+v", got)
	}
	if page.Data[0].LastActiveAt == nil {
		t.Error("the key in use seems never to have been used")
	}
	if diff := cmp.Diff([]string{"read:keys:admin"}, got.Scopes); diff != "" {
		t.Error(diff)
	}
	wantEqual(t, "count", askCloud(s, http.MethodGet, apiKeysPath+"/count").send(t).body, "3")
}

func TestAPIKeys_generatedSecretsLookReal(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil)
	key := organization.AddAPIKey(simulator.APIKey{Label: "generated"})
	if !regexp.MustCompile(`^ATCTT3xFfG[A-Za-z0-9+/=_-]+=[A-Z0-9]{8}$`).MatchString(key.Secret) {
		t.Errorf("unexpected secret %q", key.Secret)
	}
	askCloud(s, http.MethodGet, "/admin/v1/orgs").bearer(key.Secret).send(t).wantStatus(t, http.StatusOK)
}

func TestAPIKeys_revokedKeysStayListed(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil)
	revoke := askCloud(s, http.MethodPatch, apiKeysPath+"/revoke/key-scoped").without("Content-Type")
	wantEqual(t, "body", revoke.send(t).wantStatus(t, http.StatusNoContent).body, "")
	got := list(t, s, apiKeysPath, "").Data[1]
	if got.RevocationDate == nil || *got.RevocationDate != "2026-03-01T12:00:00.000Z" {
		t.Errorf("unexpected revocation date %v", got.RevocationDate)
	}
	wantEqual(t, "who revoked", got.RevokedBy.Name, "unscoped")
	wantEqual(t, "code for a second time", errorCode(t, revoke.send(t).wantStatus(t, 404)), "ADMIN-404-1")
	askCloud(s, http.MethodPatch, apiKeysPath+"/revoke/nonsense").send(t).wantStatus(t, http.StatusNotFound)
	wantEqual(t, "revoked", organization.APIKeys()[1].RevokedAt.IsZero(), false)
}

func TestAPIKeys_guessesAreSwitchable(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, func(c *simulator.OrganizationConfig) {
		c.Guesses = simulator.CloudGuesses{DoneStatus: 200, RevokeAgainStatus: 202, HideRevokedKeys: true}
	})
	revoke := askCloud(s, http.MethodPatch, apiKeysPath+"/revoke/key-scoped")
	revoke.send(t).wantStatus(t, http.StatusOK)
	revoke.send(t).wantStatus(t, http.StatusAccepted)
	wantEqual(t, "labels", list(t, s, apiKeysPath, "").labels(), "unscoped")
	wantEqual(t, "count", askCloud(s, http.MethodGet, apiKeysPath+"/count").send(t).body, "1")
}

// withKeys replaces the keys by n keys and the one that asks.
func withKeys(n int) func(*simulator.OrganizationConfig) {
	return func(c *simulator.OrganizationConfig) {
		c.APIKeys = c.APIKeys[:1]
		for number := range n - 1 {
			c.APIKeys = append(c.APIKeys, simulator.APIKey{Label: fmt.Sprintf("key%d", number)})
		}
	}
}

func TestAPIKeys_pagesGoOnByCursor(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		form   simulator.CursorForm
		prefix string
	}{
		"bare": {simulator.BareCursor, ""},
		"URL":  {simulator.CursorURL, "https://api.atlassian.com/admin/api-access/v1/orgs/" + orgID + "/api-keys?"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, s, _ := newOrganization(t, nil, withKeys(5), func(c *simulator.OrganizationConfig) {
				c.Paging = simulator.Paging{Cursor: test.form}
			})
			var labels []string
			cursor := ""
			for range 3 {
				page := list(t, s, apiKeysPath, "?pageSize=2&cursor="+url.QueryEscape(cursor))
				labels = append(labels, page.labels())
				if page.Links.Next == "" {
					break
				}
				next, ok := strings.CutPrefix(page.Links.Next, test.prefix)
				if !ok {
					t.Fatalf("unexpected link %q", page.Links.Next)
				}
				cursor = next
				if values, err := url.ParseQuery(next); err == nil && test.prefix != "" {
					cursor = values.Get("cursor")
				}
			}
			wantEqual(t, "labels", strings.Join(labels, " "), "unscoped,key0 key1,key2 key3")
		})
	}
}

func TestAPIKeys_pageSizeHasADefaultAndACap(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, withKeys(30), func(c *simulator.OrganizationConfig) {
		c.Paging = simulator.Paging{MaxSize: 25}
	})
	wantEqual(t, "by default", len(list(t, s, apiKeysPath, "").Data), 20)
	wantEqual(t, "at most", len(list(t, s, apiKeysPath, "?pageSize=1000").Data), 25)
}

func TestAPIKeys_brokenServerRepeatsItsCursor(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil, withKeys(3), func(c *simulator.OrganizationConfig) {
		c.Paging = simulator.Paging{DefaultSize: 2}
	})
	organization.SetListFault("", simulator.RepeatedCursor)
	first := list(t, s, apiKeysPath, "")
	second := list(t, s, apiKeysPath, "?cursor="+first.Links.Next)
	wantEqual(t, "labels", second.labels(), "key1")
	wantEqual(t, "next cursor", second.Links.Next, first.Links.Next)
}

func TestAPIKeys_invalidSearchesAreRefused(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil)
	for query, want := range map[string]int{
		"cursor=nonsense": 400,
		"cursor=" + url.QueryEscape("b2Zmc2V0Ojk5OQ"): 400,
		"pageSize=0": 500,
		"pageSize=x": 500,
		"expiresAtSearchType=range&expiresAtRangeTo=x":  500,
		"sort=CREATED_AT_DESC":                          500,
		"expiresAtSearchType=near":                      500,
		"expiresAtSearchType=lt":                        500,
		"expiresAtSearchType=lt&expiresAtUom=day":       500,
		"expiresAtUom=day":                              500,
		"expiresAtSearchType=range":                     500,
		"expiresAtSearchType=range&expiresAtFrom=today": 500,
	} {
		got := askCloud(s, http.MethodGet, apiKeysPath+"?"+query).send(t)
		wantEqual(t, "status for "+query, got.status, want)
	}
	got := askCloud(s, http.MethodGet, apiKeysPath+"/count?expiresAtUom=day").send(t)
	wantEqual(t, "code", errorCode(t, got), "ADMIN-500-1")
}

func TestAPIKeys_searches(t *testing.T) {
	t.Parallel()
	now := newTestClock().Now()
	day := 24 * time.Hour
	keys := []simulator.APIKey{
		{Label: "soon", ExpiresAt: now.Add(5 * day), LastActiveAt: now.Add(-40 * day)},
		{Label: "later", ExpiresAt: now.Add(50 * day), CreatedBy: simulator.User{Email: "Bob@example.com"}},
		{Label: "asking", Secret: unscoped, ExpiresAt: now.Add(20 * day)},
	}
	for query, want := range map[string]string{
		"q=SOON":             "soon",
		"q=bob@":             "later",
		"sort=expiresAt":     "soon,asking,later",
		"sort=-expiresAt":    "later,asking,soon",
		"sort=%2BexpiresAt":  "soon,asking,later",
		"sort=+label":        "asking,later,soon",
		"sort=-lastActiveAt": "asking,soon,later",
		"expiresAtSearchType=lt&expiresAtUom=day&expiresAtValue=10":                    "soon",
		"expiresAtSearchType=gt&expiresAtUom=week&expiresAtValue=3":                    "later",
		"lastActiveAtSearchType=gt&lastActiveAtUom=month&lastActiveAtValue=1":          "soon",
		"lastActiveAtSearchType=lt&lastActiveAtUom=hour&lastActiveAtValue=1":           "asking",
		"expiresAtSearchType=range&expiresAtFrom=2026-03-10T00:00:00Z":                 "later,asking",
		"expiresAtSearchType=range&expiresAtRangeFrom=10&expiresAtRangeTo=30":          "asking",
		"expiresAtSearchType=range&expiresAtRangeTo=3&expiresAtUom=week":               "soon,asking",
		"lastActiveAtSearchType=range&lastActiveAtRangeFrom=30&lastActiveAtRangeTo=50": "soon",
		"keyType=anything": "soon,later,asking",
		"expiresAtSearchType=range&expiresAtFrom=2026-03-10T00:00:00Z&expiresAtTo=2026-04-01T00:00:00.000Z": "asking",
	} {
		_, s, _ := newOrganization(t, nil, func(c *simulator.OrganizationConfig) { c.APIKeys = keys })
		wantEqual(t, "labels for "+query, list(t, s, apiKeysPath, "?"+query).labels(), want)
	}
}

func TestAPIKeys_revocationIsAnEvent(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil)
	askCloud(s, http.MethodPatch, apiKeysPath+"/revoke/key-scoped").send(t)
	events := decode[eventPage](t, askCloud(s, http.MethodGet, "/admin/v1/orgs/{org}/events").send(t))
	wantEqual(t, "action", events.Data[0].Attributes.Action, "admin_api_key_revoked")
	wantEqual(t, "key", events.Data[0].Attributes.Context[0].ID, "key-scoped")
	wantEqual(t, "actor", events.Data[0].Attributes.Actor.Name, "unscoped")
}
