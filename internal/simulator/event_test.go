// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const eventsPath = "/admin/v1/orgs/{org}/events"

type event struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Attributes struct {
		Time    string                    `json:"time"`
		Action  string                    `json:"action"`
		Actor   struct{ ID, Name string } `json:"actor"`
		Context []struct{ ID string }     `json:"context"`
	} `json:"attributes"`
	Links struct{ Self string } `json:"links"`
}

type eventPage struct {
	Data []event `json:"data"`
	Meta struct {
		Next     *string `json:"next"`
		PageSize int     `json:"page_size"`
	} `json:"meta"`
	Links struct{ Self, Next, Prev string } `json:"links"`
}

func (p eventPage) ids() string {
	var ids []string
	for _, e := range p.Data {
		ids = append(ids, e.ID)
	}
	return strings.Join(ids, ",")
}

// withEvents gives the organization five events, a minute apart.
func withEvents(t *testing.T) (*simulator.Simulator, *testClock) {
	t.Helper()
	organization, s, clock := newOrganization(t, nil, func(c *simulator.OrganizationConfig) { c.UnlimitedEvents = true })
	for n := range 5 {
		organization.AddEvent(simulator.Event{
			ID: fmt.Sprintf("e%d", n), Action: fmt.Sprintf("action_%d", n%2),
			Actor: simulator.User{ID: fmt.Sprintf("actor%d", n), Name: "Ann"}, TokenID: "t", TokenLabel: "ci",
			IP: fmt.Sprintf("10.0.0.%d", n), City: "Austin", CountryName: "United States",
			Product: []string{"jira", "loom"}[n%2], Message: fmt.Sprintf("Message %d", n),
			Context: []simulator.EventObject{{ID: "c"}}, Container: []simulator.EventObject{{ID: "site", Type: "sites"}},
		})
		clock.Advance(time.Minute)
	}
	return s, clock
}

func readEvents(t *testing.T, s *simulator.Simulator, query url.Values) eventPage {
	t.Helper()
	return decode[eventPage](t, askCloud(s, http.MethodGet, eventsPath+"?"+query.Encode()).send(t).wantStatus(t, 200))
}

func TestEvents_pageNewestFirst(t *testing.T) {
	t.Parallel()
	s, _ := withEvents(t)
	query := url.Values{"limit": {"2"}}
	var pages []string
	for {
		page := readEvents(t, s, query)
		pages = append(pages, page.ids())
		wantEqual(t, "page size", page.Meta.PageSize, 2)
		if page.Meta.Next == nil {
			wantEqual(t, "link on the last page", page.Links.Next, "")
			break
		}
		if !strings.HasPrefix(page.Links.Next, "https://api.atlassian.com/admin/v1/orgs/"+orgID+"/events?cursor=") {
			t.Errorf("unexpected link %q", page.Links.Next)
		}
		query.Set("cursor", *page.Meta.Next)
	}
	wantEqual(t, "pages", strings.Join(pages, " "), "e4,e3 e2,e1 e0")
}

func TestEvents_filter(t *testing.T) {
	t.Parallel()
	s, _ := withEvents(t)
	second := fmt.Sprint(newTestClock().Now().Add(time.Minute).UnixMilli())
	for name, test := range map[string]struct {
		query url.Values
		want  string
	}{
		"from":         {url.Values{"from": {second}}, "e4,e3,e2,e1"},
		"to":           {url.Values{"to": {second}}, "e1,e0"},
		"action":       {url.Values{"action": {"action_1"}}, "e3,e1"},
		"actors":       {url.Values{"actor": {"actor0,actor3"}}, "e3,e0"},
		"addresses":    {url.Values{"ip": {"10.0.0.2"}}, "e2"},
		"products":     {url.Values{"product": {"loom"}}, "e3,e1"},
		"text":         {url.Values{"q": {"MESSAGE 4"}}, "e4"},
		"location":     {url.Values{"location": {`[{"city":"Austin","countryName":"United States"}]`}, "limit": {"1"}}, "e4"},
		"no location":  {url.Values{"location": {`[{"city":"Sydney","countryName":"Australia"}]`}}, ""},
		"both filters": {url.Values{"action": {"action_0"}, "to": {second}}, "e0"},
	} {
		wantEqual(t, name, readEvents(t, s, test.query).ids(), test.want)
	}
}

func TestEvents_invalidQueriesHaveTheirCodes(t *testing.T) {
	t.Parallel()
	s, _ := withEvents(t)
	for query, want := range map[string]string{
		"cursor=nonsense":       "ADMIN-400-1",
		"cursor=b2Zmc2V0Ojk5OQ": "ADMIN-400-1",
		"from=yesterday":        "ADMIN-400-3",
		"to=2026-03-01":         "ADMIN-400-3",
		"limit=0":               "ADMIN-400-19",
		"limit=501":             "ADMIN-400-19",
		"product=trello":        "ADMIN-400-19",
		"location=Austin":       "ADMIN-400-19",
		"page=2":                "ADMIN-400-19",
		"q=a&q=b":               "ADMIN-400-21",
	} {
		got := askCloud(s, http.MethodGet, eventsPath+"?"+query).send(t).wantStatus(t, http.StatusBadRequest)
		wantEqual(t, "code for "+query, errorCode(t, got), want)
	}
}

func TestEvents_oneCanBeRead(t *testing.T) {
	t.Parallel()
	s, _ := withEvents(t)
	type single struct {
		Data event `json:"data"`
	}
	got := decode[single](t, askCloud(s, http.MethodGet, eventsPath+"/e1").send(t).wantStatus(t, 200)).Data
	wantEqual(t, "type", got.Type, "events")
	wantEqual(t, "time", got.Attributes.Time, "2026-03-01T12:01:00.000Z")
	wantEqual(t, "actor", got.Attributes.Actor.ID, "actor1")
	wantEqual(t, "link", got.Links.Self, "https://api.atlassian.com/admin/v1/orgs/"+orgID+"/events/e1")
	bad := askCloud(s, http.MethodGet, eventsPath+"/nonsense").send(t).wantStatus(t, 404)
	wantEqual(t, "code", errorCode(t, bad), "ADMIN-404-4")
}

func TestEvents_oneCannotBeReadAnyMoreOnceThatIsRemoved(t *testing.T) {
	t.Parallel()
	s, clock := withEvents(t)
	removal := time.Date(2026, time.December, 21, 0, 0, 0, 0, time.UTC)
	clock.Advance(removal.Add(-time.Second).Sub(clock.Now()))
	askCloud(s, http.MethodGet, eventsPath+"/e1").send(t).wantStatus(t, http.StatusOK)
	clock.Advance(time.Second)
	got := askCloud(s, http.MethodGet, eventsPath+"/e1").send(t).wantStatus(t, http.StatusNotFound)
	wantEqual(t, "code", errorCode(t, got), "ADMIN-404-1")
	askCloud(s, http.MethodGet, eventsPath+"?limit=1").send(t).wantStatus(t, http.StatusOK)
}

func TestEvents_timesAndCursorsHaveOtherForms(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil, func(c *simulator.OrganizationConfig) {
		c.Guesses.TimeForm = func(t time.Time) any { return t.UnixMilli() }
		c.Guesses.NullCursors = true
	})
	organization.AddEvent(simulator.Event{})
	got := askCloud(s, http.MethodGet, eventsPath).send(t).wantStatus(t, http.StatusOK)
	for _, part := range []string{`"time":1772366400000`, `"meta":{"next":null,"page_size":30}`, `"next":null,"prev":null`} {
		if !strings.Contains(got.body, part) {
			t.Errorf("no %s in %s", part, got.body)
		}
	}
}

// stream follows the event stream from a query and returns what each page
// held, until a page is empty or leads nowhere.
func stream(t *testing.T, s *simulator.Simulator, query string) (pages []string, last string) {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	for {
		body := askCloud(s, http.MethodGet, eventsPath+"-stream?"+values.Encode()).send(t).wantStatus(t, http.StatusOK)
		wantEqual(t, "entries with a time of processing", strings.Count(body.body, `"processedAt":"2026-`), strings.Count(body.body, `"action":`))
		page := decode[eventPage](t, body)
		if len(page.Data) > 0 {
			pages = append(pages, page.ids())
		}
		if page.Meta.Next == nil {
			return pages, ""
		}
		last = *page.Meta.Next
		if len(page.Data) == 0 {
			return pages, last
		}
		values.Del("sortOrder") // The cursor keeps it.
		values.Set("cursor", last)
	}
}

func TestEventStream_isReadInOrderOfProcessing(t *testing.T) {
	t.Parallel()
	s, _ := withEvents(t)
	for query, want := range map[string]string{
		"limit=2":                "e0,e1 e2,e3 e4",
		"limit=2&sortOrder=asc":  "e0,e1 e2,e3 e4",
		"limit=2&sortOrder=desc": "e4,e3 e2,e1 e0",
		"":                       "e0,e1,e2,e3,e4",
		fmt.Sprintf("to=%d", newTestClock().Now().UnixMilli()): "e0",
	} {
		pages, _ := stream(t, s, query)
		wantEqual(t, "pages of "+query, strings.Join(pages, " "), want)
	}
	for query, want := range map[string]string{
		"sortOrder=random": "ADMIN-400-19", "limit=501": "ADMIN-400-19", "from=x": "ADMIN-400-3", "cursor=x": "ADMIN-400-1",
	} {
		got := askCloud(s, http.MethodGet, eventsPath+"-stream?"+query).send(t).wantStatus(t, http.StatusBadRequest)
		wantEqual(t, "code for "+query, errorCode(t, got), want)
	}
}

func TestEventStream_canBePolledForNewEvents(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil)
	organization.AddEvent(simulator.Event{ID: "old"})
	_, last := stream(t, s, "limit=2")
	organization.AddEvent(simulator.Event{ID: "new"})
	pages, _ := stream(t, s, "cursor="+last)
	wantEqual(t, "pages", strings.Join(pages, " "), "new")
}

func TestEventActions_haveNamesForPeople(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, func(c *simulator.OrganizationConfig) {
		c.EventActions = []simulator.EventAction{{ID: "x", DisplayName: "Created admin API key", GroupDisplayName: "g"}}
	})
	got := askCloud(s, http.MethodGet, "/admin/v1/orgs/{org}/event-actions").send(t).wantStatus(t, 200)
	want := `{"data":[{"attributes":{"displayName":"Created admin API key","groupDisplayName":"g"},"id":"x","type":"event-actions"}]}`
	wantEqual(t, "body", got.body, want)

	_, s, _ = newOrganization(t, nil)
	all := askCloud(s, http.MethodGet, "/admin/v1/orgs/{org}/event-actions").send(t)
	for _, name := range []string{"Created admin API key", "Revoked admin API key"} {
		if !strings.Contains(all.body, name) {
			t.Errorf("%q is missing", name)
		}
	}
}

func TestOrganization_isListedAndRead(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil)
	type organization struct {
		ID, Type   string
		Attributes struct{ Name string }
	}
	want := organization{ID: orgID, Type: "orgs"}
	want.Attributes.Name = "Acme"
	all := decode[struct{ Data []organization }](t, askCloud(s, http.MethodGet, "/admin/v1/orgs").send(t))
	if diff := cmp.Diff([]organization{want}, all.Data); diff != "" {
		t.Error(diff)
	}
	one := decode[struct{ Data organization }](t, askCloud(s, http.MethodGet, "/admin/v1/orgs/{org}").send(t))
	wantEqual(t, "organization", one.Data, want)
	askCloud(s, http.MethodGet, "/admin/v1/orgs?cursor=x").send(t).wantStatus(t, http.StatusBadRequest)
}

func TestOrganization_usersComeInPages(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, func(c *simulator.OrganizationConfig) {
		for n := range 60 {
			c.Users = append(c.Users, simulator.User{ID: fmt.Sprintf("u%d", n)})
		}
	})
	type page struct {
		Data  []map[string]any
		Links struct{ Next string }
		Meta  struct{ Total int }
	}
	first := decode[page](t, askCloud(s, http.MethodGet, "/admin/v1/orgs/{org}/users").send(t))
	wantEqual(t, "total", first.Meta.Total, 60)
	next, err := url.Parse(first.Links.Next)
	if err != nil {
		t.Fatal(err)
	}
	second := decode[page](t, askCloud(s, http.MethodGet, "/admin/v1/orgs/{org}/users?"+next.RawQuery).send(t))
	wantEqual(t, "accounts", len(first.Data)+len(second.Data), 60)
	wantEqual(t, "link on the last page", second.Links.Next, "")
	askCloud(s, http.MethodGet, "/admin/v1/orgs/{org}/users?cursor=x").send(t).wantStatus(t, http.StatusBadRequest)
}
