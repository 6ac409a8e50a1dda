// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/paging"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// auditDay is when the first entry of a test was written.
func auditDay() time.Time {
	return time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)
}

// newAuditedSite starts an instance whose log holds that many entries, a minute
// apart, called entry 0, entry 1 and so on.
func newAuditedSite(t *testing.T, config simulator.InstanceConfig, entries int) *site {
	t.Helper()
	config.Guesses.AuditDelay = -1
	at := newSite(t, config)
	for n := range entries {
		at.RecordAuditEvent(simulator.AuditEvent{
			Time: auditDay().Add(time.Duration(n) * time.Minute), Author: "ada", Action: fmt.Sprintf("entry %d", n), ActionKey: "test.entry",
		})
	}
	return at
}

func TestInstance_AuditEvents_readsEveryPageNewestFirst(t *testing.T) {
	t.Parallel()
	for name, product := range map[string]simulator.InstanceConfig{
		"jira":      {Product: simulator.Jira, Token: token},
		"bitbucket": {Product: simulator.Bitbucket, Password: password, ContextPath: "/bitbucket"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := newAuditedSite(t, product, 2*auditPageSize+1)
			to := auditDay().Add(24 * 365 * time.Hour)
			events, more, err := at.client.AuditEvents(t.Context(), AuditQuery{From: auditDay(), To: to, Limit: 1 << 20})
			if err != nil || more {
				t.Fatalf("more %t, %v", more, err)
			}
			ours := slices.DeleteFunc(events, func(e AuditEvent) bool { return e.ActionKey != "test.entry" })
			if len(ours) != 2*auditPageSize+1 || ours[0].Action != "entry 2000" || ours[2000].Action != "entry 0" {
				t.Errorf("got %d events", len(ours))
			}
			for _, request := range at.Requests() {
				if request.Path != product.ContextPath+auditPath || request.Query.Get("from") != "2026-01-05T08:00:00.000Z" {
					t.Errorf("unexpected request %+v", request)
				}
			}
			if got := at.Count(http.MethodGet, auditPath); got != 3 {
				t.Errorf("sent %d requests, want 3", got)
			}
		})
	}
}

func TestInstance_AuditEvents_stopsAtTheLimit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit, want int
		more        bool
	}{
		"below":   {limit: 3, want: 3, more: true},
		"exactly": {limit: 5, want: 5},
		"above":   {limit: 9, want: 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := newAuditedSite(t, jira(), 10)
			events, more, err := at.client.AuditEvents(t.Context(), AuditQuery{
				Matches: func(e AuditEvent) bool { return e.ActionKey == "test.entry" && e.At.Minute()%2 == 0 },
				Limit:   test.limit,
			})
			if err != nil || len(events) != test.want || more != test.more {
				t.Errorf("got %d events, more %t, %v, want %d, %t", len(events), more, err, test.want, test.more)
			}
			if events[0].Action != "entry 8" {
				t.Errorf("the newest is %q", events[0].Action)
			}
		})
	}
}

func TestInstance_AuditEvents_tellsWhatAnEntryTells(t *testing.T) {
	t.Parallel()
	config := jira()
	config.Guesses.AuditDelay = -1
	at := newSite(t, config)
	at.RecordAuditEvent(simulator.AuditEvent{
		Time: auditDay(), CategoryKey: "category.key", Category: "Security", ActionKey: "action.key", Action: "AES key rotated",
		Objects: []string{"key-1"}, Attributes: map[string]string{"Reason": "leaked"},
	})
	events, _, err := at.client.AuditEvents(t.Context(), AuditQuery{To: auditDay(), Limit: 10})
	if err != nil || len(events) != 1 {
		t.Fatalf("got %+v, %v", events, err)
	}
	got := events[0]
	if !got.At.Equal(auditDay()) || got.AuthorName != "" || got.CategoryKey != "category.key" || got.Category != "Security" ||
		got.ActionKey != "action.key" || got.Action != "AES key rotated" || !slices.Equal(got.Objects, []string{"key-1"}) || got.Attributes["Reason"] != "leaked" {
		t.Errorf("got %+v", got)
	}
}

func TestInstance_AuditEvents_takesTheCursorOutOfALinkToAnotherHost(t *testing.T) {
	t.Parallel()
	at := newSite(t, jira())
	at.Inject(auditAnswer(`{"entities":[],"pagingInfo":{"lastPage":false,"nextPageLink":"https://elsewhere.example/rest/auditing/1.0/events?pageCursor=5,7"}}`))
	if _, _, err := at.client.AuditEvents(t.Context(), AuditQuery{Limit: 1}); err != nil {
		t.Fatal(err)
	}
	requests := at.Requests()
	if len(requests) != 2 || requests[1].Query.Get("pageCursor") != "5,7" {
		t.Errorf("sent %+v", requests)
	}
}

func TestInstance_AuditEvents_refusesPagesThatLeadNowhere(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no cursor":          `{"entities":[],"pagingInfo":{"lastPage":false}}`,
		"no entries":         `{"pagingInfo":{"lastPage":true}}`,
		"entries of no kind": `{"entities":{}}`,
		"a link without one": `{"entities":[],"pagingInfo":{"nextPageLink":"https://dc.example.com/%zz"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				fault := auditAnswer(body)
				fault.Times = 0
				at.Inject(fault)
				_, _, err := at.client.AuditEvents(t.Context(), AuditQuery{Limit: 1})
				failure, ok := errors.AsType[*transport.Error](err)
				if !ok || failure.Kind != transport.Unreadable {
					t.Errorf("got %v, want an unreadable answer", err)
				}
			})
		})
	}
}

func TestInstance_AuditEvents_takesAPageThatDoesNotTellOfPagingForTheLast(t *testing.T) {
	t.Parallel()
	for _, paging := range []string{``, `,"pagingInfo":null`} {
		instance, script := newScripted(t, map[string]reply{auditPath: answers(200, `{"entities":[{"timestamp":1772352000000}]`+paging+`}`)})
		events, more, err := instance.AuditEvents(t.Context(), AuditQuery{Limit: 9})
		if err != nil || more || len(events) != 1 {
			t.Errorf("%s: got %+v, more %t, %v", paging, events, more, err)
		}
		script.expectAsked(t, "GET "+auditPath+" as admin")
	}
}

func TestInstance_AuditEvents_keepsTheOthersWhereOneIsOdd(t *testing.T) {
	t.Parallel()
	moment := time.Date(2026, time.March, 1, 8, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		entry string
		want  AuditEvent
		// left is true where the entry is left out.
		left bool
	}{
		"as documented":          {entry: `{"timestamp":"2026-03-01T08:00:00Z","author":{"name":"ada","id":"1"},"source":"x"}`, want: AuditEvent{At: moment, AuthorName: "ada", AuthorID: "1", Source: "x"}},
		"a Java instant":         {entry: `{"timestamp":{"epochSecond":1772352000,"nano":0},"node":"n"}`, want: AuditEvent{At: moment, Node: "n"}},
		"a zone without a colon": {entry: `{"timestamp":"2026-03-01T08:00:00.000+0000"}`, want: AuditEvent{At: moment}},
		"a time in words":        {entry: `{"timestamp":"yesterday","source":"x"}`, want: AuditEvent{Source: "x"}},
		"no time":                {entry: `{"timestamp":null,"source":"x"}`, want: AuditEvent{Source: "x"}},
		"an author of no kind":   {entry: `{"timestamp":1772352000,"author":"ada","type":[],"affectedObjects":7,"extraAttributes":{}}`, want: AuditEvent{At: moment}},
		"an ID that is a number": {entry: `{"timestamp":1772352000,"author":{"id":10000,"name":["ada"]}}`, want: AuditEvent{At: moment, AuthorID: "10000"}},
		"a null":                 {entry: `null`, left: true},
		"a number":               {entry: `7`, left: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			instance, _ := newScripted(t, map[string]reply{auditPath: answers(200, `{"entities":[`+test.entry+`,{"timestamp":1772352000,"source":"even"}]}`)})
			events, _, err := instance.AuditEvents(t.Context(), AuditQuery{Limit: 9})
			if err != nil || (len(events) == 1) != test.left || events[len(events)-1].Source != "even" {
				t.Fatalf("got %+v, %v", events, err)
			}
			if test.left {
				return
			}
			got := events[0]
			if !got.At.Equal(test.want.At) || got.AuthorName != test.want.AuthorName || got.AuthorID != test.want.AuthorID || got.Source != test.want.Source || got.Node != test.want.Node {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestInstance_AuditEvents_endsAtAPageThatWasReadBefore(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		fault := auditAnswer(`{"entities":[],"pagingInfo":{"nextPageCursor":"1,1"}}`)
		fault.Times = 0
		at.Inject(fault)
		_, _, err := at.client.AuditEvents(t.Context(), AuditQuery{Limit: 1})
		if endless, ok := errors.AsType[*paging.Error](err); !ok || endless.Reason != paging.Repeats {
			t.Errorf("got %v", err)
		}
	})
}

func TestInstance_AuditEvents_takesAPageWithoutPagingForTheLast(t *testing.T) {
	t.Parallel()
	for _, rest := range []string{``, `,"pagingInfo":null`, `,"pagingInfo":{}`} {
		at := newSite(t, jira())
		at.Inject(auditAnswer(`{"entities":[null,{"timestamp":"2026-01-05T08:00:00Z","author":{"id":7}}]` + rest + `}`))
		events, more, err := at.client.AuditEvents(t.Context(), AuditQuery{Limit: 9})
		if err != nil || more || len(events) != 1 || events[0].AuthorID != "7" {
			t.Errorf("%s: got %+v, %t, %v", rest, events, more, err)
		}
	}
}

func auditAnswer(body string) simulator.Fault {
	return simulator.Fault{Path: auditPath, Times: 1, Kind: simulator.Status, Status: http.StatusOK, Body: body}
}

func TestInstance_AuditEvents_saysWhyThereAreNone(t *testing.T) {
	t.Parallel()
	crowd := simulator.InstanceConfig{Product: simulator.Crowd, Password: password}
	for name, test := range map[string]struct {
		config simulator.InstanceConfig
		status int
		want   string
	}{
		"a product without the API": {config: crowd, want: "no REST API for its audit log"},
		"not licensed":              {config: jira(), status: http.StatusForbidden, want: "answered 403"},
		"not an administrator":      {config: jira(), status: http.StatusUnauthorized, want: "answered 401"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := newSite(t, test.config)
			if test.status != 0 {
				at.Inject(simulator.Fault{Kind: simulator.Status, Status: test.status, Path: auditPath})
			}
			_, _, err := at.client.AuditEvents(t.Context(), AuditQuery{Limit: 1})
			if err == nil {
				t.Fatal("no error")
			}
			if cause := at.client.Explain(err).Cause; !strings.Contains(cause, test.want) {
				t.Errorf("explained as %q, want %q", cause, test.want)
			}
		})
	}
}
