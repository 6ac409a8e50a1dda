// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

type auditPage struct {
	Entities []struct {
		Timestamp string `json:"timestamp"`
		Author    *struct {
			Name string `json:"name"`
			Type string `json:"type"`
			ID   string `json:"id"`
		} `json:"author"`
		Type struct {
			Category      string `json:"category"`
			Action        string `json:"action"`
			ActionI18nKey string `json:"actionI18nKey"`
		} `json:"type"`
		AffectedObjects []struct {
			Name string `json:"name"`
		} `json:"affectedObjects"`
		System string `json:"system"`
	} `json:"entities"`
	PagingInfo struct {
		NextPageCursor string `json:"nextPageCursor"`
		NextPageLink   string `json:"nextPageLink"`
		LastPage       bool   `json:"lastPage"`
		Size           int    `json:"size"`
	} `json:"pagingInfo"`
}

// actions returns what happened, in the order of the page.
func (p auditPage) actions() []string {
	actions := []string{}
	for _, entry := range p.Entities {
		actions = append(actions, entry.Type.Action)
	}
	return actions
}

func audit(i *simulator.Instance, query url.Values) message {
	return ask(http.MethodGet, i.URL()+"/rest/auditing/1.0/events?"+query.Encode()).basic("admin", password)
}

func readAudit(t *testing.T, i *simulator.Instance, query url.Values) auditPage {
	t.Helper()
	return decode[auditPage](t, audit(i, query).send(t).wantStatus(t, http.StatusOK))
}

func TestAudit_rotationsAndDeletionsAppearASecondLater(t *testing.T) {
	t.Parallel()
	jira, clock := newInstance(t, simulator.Jira)
	rotation(jira).send(t).wantStatus(t, http.StatusOK)
	clock.Advance(time.Second)
	jira.DeleteInactiveKeys()
	if diff := cmp.Diff([]string{"AES key rotated"}, readAudit(t, jira, nil).actions()); diff != "" {
		t.Error(diff)
	}
	clock.Advance(time.Second)
	page := readAudit(t, jira, url.Values{"categories": {"Security"}})
	if diff := cmp.Diff([]string{"Inactive AES keys deleted", "AES key rotated"}, page.actions()); diff != "" {
		t.Error(diff)
	}
	deleted, rotated := page.Entities[0], page.Entities[1]
	wantEqual(t, "who deleted", deleted.Author.Name, "other.administrator")
	wantEqual(t, "deleted keys", len(deleted.AffectedObjects), 3)
	wantEqual(t, "who rotated", rotated.Author.Name, "admin")
	wantEqual(t, "author's type", rotated.Author.Type, "ApplicationUser")
	wantEqual(t, "action's key", rotated.Type.ActionI18nKey, "atlassian.secrets.audit.action.key.rotated")
	wantEqual(t, "time", rotated.Timestamp, "2026-03-01T12:00:00.000Z")
	wantEqual(t, "system", rotated.System, "https://jira.internal.example")
}

func TestAudit_readingLeavesATrace(t *testing.T) {
	t.Parallel()
	jira, clock := newInstance(t, simulator.Jira)
	wantEqual(t, "entries", len(readAudit(t, jira, nil).Entities), 0)
	clock.Advance(time.Second)
	if diff := cmp.Diff([]string{"Audit Log search performed"}, readAudit(t, jira, nil).actions()); diff != "" {
		t.Error(diff)
	}
}

// record writes n entries, a minute apart.
func record(i *simulator.Instance, clock *testClock, n int) {
	for number := range n {
		i.RecordAuditEvent(simulator.AuditEvent{
			Author: fmt.Sprintf("user%d", number%2), Category: "Permissions", Action: fmt.Sprintf("action %d", number),
			Objects: []string{fmt.Sprintf("object%d", number)}, Attributes: map[string]string{"Token Name": "Needle"},
		})
		clock.Advance(time.Minute)
	}
}

func TestAudit_pagesByCursorUntilTheLast(t *testing.T) {
	t.Parallel()
	bitbucket, clock := newInstance(t, simulator.Bitbucket)
	record(bitbucket, clock, 5)
	query := url.Values{"limit": {"2"}, "to": {"2026-03-01T13:00:00Z"}}
	var actions []string
	for range 3 {
		page := readAudit(t, bitbucket, query)
		actions = append(actions, page.actions()...)
		if page.PagingInfo.LastPage {
			wantEqual(t, "link on the last page", page.PagingInfo.NextPageLink, "")
			break
		}
		query.Set("pageCursor", page.PagingInfo.NextPageCursor)
		const base = "https://bitbucket.internal.example/rest/auditing/1.0/events?offset=0&limit=2&pageCursor="
		wantEqual(t, "link", page.PagingInfo.NextPageLink, base+page.PagingInfo.NextPageCursor)
	}
	want := []string{"action 4", "action 3", "action 2", "action 1", "action 0"}
	if diff := cmp.Diff(want, actions); diff != "" {
		t.Error(diff)
	}
}

func TestAudit_filters(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		query url.Values
		want  string
	}{
		"from":            {url.Values{"from": {"2026-03-01T12:03:00.000Z"}}, "action 4,action 3"},
		"to":              {url.Values{"to": {"2026-03-01T12:01:00Z"}}, "action 1,action 0"},
		"offset":          {url.Values{"offset": {"3"}}, "action 1,action 0"},
		"offset too far":  {url.Values{"offset": {"30"}}, ""},
		"actions":         {url.Values{"actions": {"action 4,action 0"}}, "action 4,action 0"},
		"categories":      {url.Values{"categories": {"Security"}}, ""},
		"search":          {url.Values{"search": {"OBJECT3"}}, "action 3"},
		"search a value":  {url.Values{"search": {"needle"}, "limit": {"1"}}, "action 4"},
		"scan limit":      {url.Values{"search": {"object3"}, "scanLimit": {"1"}}, ""},
		"affected object": {url.Values{"affectedObject": {"AES key,object2;AES key,object1"}}, "action 2,action 1"},
		"nobody":          {url.Values{"userIds": {"1"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			confluence, clock := newInstance(t, simulator.Confluence)
			record(confluence, clock, 5)
			got := strings.Join(readAudit(t, confluence, test.query).actions(), ",")
			wantEqual(t, "actions", got, test.want)
		})
	}
}

func TestAudit_filtersByTheAuthorsID(t *testing.T) {
	t.Parallel()
	jira, clock := newInstance(t, simulator.Jira)
	record(jira, clock, 3)
	id := readAudit(t, jira, nil).Entities[0].Author.ID
	got := readAudit(t, jira, url.Values{"userIds": {id}}).actions()
	if diff := cmp.Diff([]string{"action 2", "action 0"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAudit_refusesInvalidQueries(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	for name, values := range map[string][]string{
		"from":         {"yesterday", "2026-03-01", "2026-03-01T12:00:00+01:00"},
		"to":           {""},
		"limit":        {"0", "100001", "x"},
		"offset":       {"-1"},
		"scanLimit":    {"0"},
		"pageCursor":   {"1", "x,1", "1,x", ""},
		"outputFormat": {"csv"},
		"page":         {"1"},
	} {
		for _, value := range values {
			got := audit(jira, url.Values{name: {value}}).send(t)
			wantEqual(t, fmt.Sprintf("status for %s=%q", name, value), got.status, http.StatusBadRequest)
		}
	}
}

func TestAudit_isForAdministratorsOfSomeProducts(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	audit(jira, nil).bearer(userToken).send(t).wantStatus(t, http.StatusForbidden)
	for _, product := range []simulator.Product{simulator.Crowd, simulator.Bamboo} {
		instance, _ := newInstance(t, product)
		audit(instance, nil).send(t).wantStatus(t, http.StatusNotFound)
	}
}

func TestAudit_guessesAreSwitchable(t *testing.T) {
	t.Parallel()
	jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) {
		c.Guesses = simulator.Guesses{AuditDelay: -1, AuditActionRotated: "Rotiert", AuditCategory: "Sicherheit"}
	})
	jira.Rotate()
	entry := readAudit(t, jira, nil).Entities[0]
	wantEqual(t, "action", entry.Type.Action, "Rotiert")
	wantEqual(t, "category", entry.Type.Category, "Sicherheit")

	silent, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) {
		c.Guesses = simulator.Guesses{AuditDelay: -1, SilentAudit: true}
	})
	silent.Rotate()
	wantEqual(t, "entries", len(readAudit(t, silent, nil).Entities), 0)
}

func TestAudit_writesTimesInEachForm(t *testing.T) {
	t.Parallel()
	want := []string{
		`"2026-03-01T12:00:00.000Z"`, `"2026-03-01T12:00:00Z"`, `"2026-03-01T12:00:00+00:00"`, `"2026-03-01T12:00:00+0000"`,
		`"2026-03-01T12:00Z"`, `"2026-03-01t12:00:00z"`, `"2026-03-01T12:00:60Z"`, `"2026-03-01T12:00:00"`, `1772366400000`,
		`1772366400`, `{"epochSecond":1772366400,"nano":0}`, `"9999-12-31T23:59:59.000Z"`, `""`, `null`, ``, `"never"`, `[2026,3,1]`,
	}
	forms := simulator.AuditTimeForms()
	wantEqual(t, "number of forms", len(forms), len(want))
	jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) {
		c.Guesses = simulator.Guesses{AuditDelay: -1, AuditTimes: simulator.AuditNullTime}
	})
	type page struct {
		Entities []map[string]json.RawMessage `json:"entities"`
	}
	for n, form := range forms {
		jira.RecordAuditEvent(simulator.AuditEvent{Action: "a", TimeForm: form})
		got := decode[page](t, audit(jira, url.Values{"limit": {"1"}, "actions": {"a"}}).send(t)).Entities[0]["timestamp"]
		if n == 0 {
			wantEqual(t, "form of the instance", string(got), "null")
			continue
		}
		wantEqual(t, fmt.Sprintf("form %d", form), string(got), want[n])
	}
	plain, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.Guesses.AuditDelay = -1 })
	plain.RecordAuditEvent(simulator.AuditEvent{})
	wantEqual(t, "form by default", string(decode[page](t, audit(plain, nil).send(t)).Entities[0]["timestamp"]), want[0])
}

func TestAudit_pagingCanBeMissing(t *testing.T) {
	t.Parallel()
	jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.Guesses.AuditWithoutPaging = true })
	wantEqual(t, "body", audit(jira, nil).send(t).wantStatus(t, 200).body, `{"entities":[]}`)
}

func TestAudit_systemEntriesHaveNoAuthor(t *testing.T) {
	t.Parallel()
	jira, clock := newInstance(t, simulator.Jira)
	jira.RecordAuditEvent(simulator.AuditEvent{Action: "Clean-up"})
	clock.Advance(time.Second)
	if author := readAudit(t, jira, nil).Entities[0].Author; author != nil {
		t.Errorf("unexpected author %v", author)
	}
}
