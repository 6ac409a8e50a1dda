// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// planKey plans the creation of a resource for a key.
func planKey(t *testing.T, estate *acctest.Estate, config acctest.Object) acctest.Diagnostics {
	t.Helper()
	return estate.NewManagedResource(apiKeyType).Plan(t, config).Diagnostics
}

// A plan that finds no key to adopt says which keys there are and where to make
// one.
func TestOrgAPIKey_lookUpFailsThePlan(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t,
		labelled("ci"), labelled("twin"), simulator.APIKey{ID: "twin-2-id", Label: "twin"},
		simulator.APIKey{ID: "old-id", Label: "old", RevokedAt: inDays(-1)},
		simulator.APIKey{ID: "late-id", Label: "late", CreatedAt: inDays(-10), ExpiresAt: inDays(-3)},
	)
	foreign := estate.Simulator.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{ID: "foreign-id", Label: "foreign"}}})
	for name, test := range map[string]struct {
		config acctest.Object
		want   []string
	}{
		"no such label":       {acctest.Object{"label": "nobody"}, []string{`No API key is labelled "nobody"`, `has no such key`}},
		"label in other case": {acctest.Object{"label": "CI"}, []string{`No API key is labelled "CI"`, `has a key labelled "ci"`}},
		"label with a space":  {acctest.Object{"label": "ci "}, []string{`has a key labelled "ci"`}},
		"empty label":         {acctest.Object{"label": ""}, []string{`No API key is labelled ""`}},
		"label twice":         {acctest.Object{"label": "twin"}, []string{`More than one active API key is labelled "twin"`, "twin-id, expires 2027-01-05T08:00:00Z", "twin-2-id", "Set key_id"}},
		"no such ID":          {acctest.Object{"key_id": "nobody"}, []string{`No API key with the ID "nobody"`, "may belong to another one"}},
		"label as ID":         {acctest.Object{"key_id": "ci"}, []string{`No API key with the ID "ci"`, "set label instead of key_id"}},
		"key of another":      {acctest.Object{"key_id": "foreign-id"}, []string{`No API key with the ID "foreign-id"`, organization.ID()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			planKey(t, estate, test.config).MustFail(t, append(test.want,
				`"ci" (ci-id)`, `"terraform" (own-id)`, "https://admin.atlassian.com/o/"+organization.ID()+"/admin-api", "Nothing was changed.", "terraform destroy -refresh=false")...)
		})
	}
	t.Run("another organization", func(t *testing.T) {
		t.Parallel()
		planKey(t, estate, acctest.Object{"label": "foreign", "organization_id": foreign.ID()}).MustFail(t, foreign.ID(), "403", "API key of this very organization", "read:keys:admin")
	})
	t.Run("no such organization", func(t *testing.T) {
		t.Parallel()
		planKey(t, estate, acctest.Object{"label": "ci", "organization_id": "nowhere"}).MustFail(t, `organization "nowhere" not listed`, "404")
	})
}

func TestOrgAPIKey_lookUpNamesTwentyCandidates(t *testing.T) {
	t.Parallel()
	estate, _ := newKeyOwner(t, manyKeys(30)...)
	planKey(t, estate, acctest.Object{"label": "nobody"}).MustFail(t, `"key-0019" (key-0019-id) and 11 more.`)
}

// One of the keys of a label may be dead: the other is meant.
func TestOrgAPIKey_labelMeansTheActiveKey(t *testing.T) {
	t.Parallel()
	estate, _ := newKeyOwner(t,
		simulator.APIKey{ID: "revoked-id", Label: "ci", RevokedAt: inDays(-1)},
		simulator.APIKey{ID: "expired-id", Label: "ci", CreatedAt: inDays(-10), ExpiresAt: inDays(-3)},
		labelled("ci"))
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"label": "ci"})
	if got := key.String(t, "id"); got != "ci-id" {
		t.Errorf("adopted %q", got)
	}
}

func TestOrgAPIKey_missingSettingsAreNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		variable string
		want     []string
	}{
		"no organization": {"ATLASSIAN_ORGANIZATION_ID", []string{"Organization missing", "ATLASSIAN_ORGANIZATION_ID"}},
		"no API key":      {"ATLASSIAN_API_KEY", []string{"API key missing", "ATLASSIAN_API_KEY"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, _ := newKeyOwner(t, labelled("ci"))
			estate.Setenv(test.variable, "")
			planKey(t, estate, acctest.Object{"label": "ci"}).MustFail(t, test.want...)
		})
	}
}

// What keeps the list from being complete is an error, in a plan and in a
// refresh, which leaves the state as it is.
func TestOrgAPIKey_unreadableListIsNoLoss(t *testing.T) {
	t.Parallel()
	const nextPage = `"links":{"next":"b2Zmc2V0OjE"}`
	for name, test := range map[string]struct {
		fault simulator.Fault
		want  string
	}{
		"401":                   {simulator.Fault{Status: 401, Body: `{"code":401,"message":"Unauthorized"}`}, "401"},
		"403":                   {simulator.Fault{Status: 403, Body: `{"code":403,"message":"Forbidden"}`}, "read:keys:admin"},
		"404":                   {simulator.Fault{Status: 404, Body: `{"errors":[{"status":"404","code":"ADMIN-404-2"}]}`}, "404"},
		"500":                   {simulator.Fault{Status: 500}, "500"},
		"429 without end":       {simulator.Fault{Kind: simulator.RateLimited}, "limits the rate"},
		"login page":            {simulator.Fault{Kind: simulator.HTML}, "login page"},
		"redirect":              {simulator.Fault{Kind: simulator.Redirect}, "login page"},
		"page cut short":        {simulator.Fault{Kind: simulator.TruncatedBody}, "not listed"},
		"page without data":     {simulator.Fault{Status: 200, Body: `{"links":{}}`}, `no list "data"`},
		"data that is null":     {simulator.Fault{Status: 200, Body: `{"data":null,"links":{}}`}, `no list "data"`},
		"no object":             {simulator.Fault{Status: 200, Body: `[]`}, "not listed"},
		"empty body":            {simulator.Fault{Status: 200}, "empty"},
		"key without ID":        {simulator.Fault{Status: 200, Body: `{"data":[{"label":"x"}],"links":{}}`}, "no ID"},
		"link without cursor":   {simulator.Fault{Status: 200, Body: `{"data":[],"links":{"next":"https://api.atlassian.com/next"}}`}, "no cursor"},
		"second page is broken": {simulator.Fault{Skip: 1, Status: 500}, "500"},
		"cursor that repeats":   {simulator.Fault{Status: 200, Body: `{"data":[],` + nextPage + `}`}, "no end"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwner(t, manyKeys(150)...)
			key := estate.NewManagedResource(apiKeyType)
			key.Create(t, acctest.Object{"label": "key-0000"})
			test.fault.Path = "/api-keys"
			estate.Simulator.Cloud().Inject(test.fault)
			key.Refresh(t).MustFail(t, organization.ID(), test.want, "Nothing was changed.")
			planKey(t, estate, acctest.Object{"label": "key-0001"}).MustFail(t, organization.ID(), test.want)
			estate.Simulator.Cloud().ClearFaults()
			if key.Refresh(t).MustBeQuiet(t); key.String(t, "id") != "key-0000-id" {
				t.Error("the key left the state")
			}
		})
	}
}

// Whatever a link to the next page looks like, the list is whole and nobody else
// is asked.
func TestOrgAPIKey_readsEveryPage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		paging simulator.Paging
		fault  simulator.ListFault
	}{
		"bare cursor":         {},
		"URL":                 {paging: simulator.Paging{Cursor: simulator.CursorURL}},
		"URL of another host": {fault: simulator.ForeignNextLink},
		"small pages":         {paging: simulator.Paging{MaxSize: 7}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwnerLike(t, simulator.OrganizationConfig{Paging: test.paging}, manyKeys(250)...)
			organization.SetListFault("", test.fault)
			key := estate.NewManagedResource(apiKeyType)
			key.Create(t, acctest.Object{"label": "key-0249"})
			for _, request := range estate.Simulator.Cloud().Requests() {
				if size := request.Query.Get("pageSize"); size != "100" || len(request.Query) > 2 {
					t.Fatalf("asked for %v", request.Query)
				}
			}
		})
	}
}

func TestOrgAPIKey_pageThatLeadsBackIsAnError(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, manyKeys(250)...)
	organization.SetListFault("/api-keys", simulator.RepeatedCursor)
	planKey(t, estate, acctest.Object{"label": "key-0000"}).MustFail(t, "no end")
	if asked := listings(estate); asked != 2 {
		t.Errorf("asked for %d pages", asked)
	}
}

// What is not RFC 3339 is no date, and a key is not dead for it.
func TestOrgAPIKey_toleratesOddDates(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ expiresAt, want string }{
		"null":         {`null`, `gives no expiry of the API key "odd" (odd-id)`},
		"empty":        {`""`, `gives no expiry of the API key "odd" (odd-id)`},
		"not RFC 3339": {`"Jan 5th"`, "not RFC 3339"},
		"list":         {`[1767600000000]`, "not RFC 3339"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, _ := newKeyOwner(t)
			estate.Simulator.Cloud().Inject(simulator.Fault{Path: "/api-keys", Status: 200, Body: fmt.Sprintf(
				`{"data":[{"id":"odd-id","label":"odd","createdAt":%[1]s,"expiresAt":%[1]s,"lastActiveAt":%[1]s,"createdBy":null,"scopes":null}],"links":{"next":null}}`, test.expiresAt)})
			key := estate.NewManagedResource(apiKeyType)
			config := acctest.Object{"label": "odd"}
			plan := key.Plan(t, config)
			plan.Diagnostics.MustWarn(t, "Expiry of an API key not readable", test.want, "nobody is warned before the key expires")
			planKey(t, estate, acctest.Object{"label": "odd", "fail_before_expiry": "1d"}).MustFail(t, `API key "odd" (odd-id) expires too soon`, "an expiry that cannot be read")
			key.Apply(t.Context(), t, plan).MustNotFail(t)
			if status, expiry := key.String(t, "status"), key.String(t, "expires_at"); status != "active" || expiry != "" {
				t.Errorf("status %q, expires_at %q", status, expiry)
			}
			key.MustHold(t, map[string]string{"expires_soon": "true", "expiry_critical": "false"})
			key.Plan(t, config).MustBeEmpty(t)
		})
	}
}
