// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/paging"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	eventsSuffix = "/events"
	keyID        = "0f8fad5b-d9cb-469f-a165-70867728950e"
)

// eventLog is a simulated organization with a clock of its own, and the client
// in front of it.
type eventLog struct {
	*simulator.Organization
	cloud  *simulator.Cloud
	clock  *instantClock
	client *Organization
}

func newEventLog(t *testing.T, config simulator.OrganizationConfig) *eventLog {
	t.Helper()
	clock := newInstantClock()
	estate := simulator.New(simulator.WithClock(clock.Now))
	t.Cleanup(estate.Close)
	if config.APIKeys == nil {
		config.APIKeys = []simulator.APIKey{{Secret: "canary-key", Scopes: []string{"read:events:admin"}}}
	}
	organization := estate.AddOrganization(config)
	address, err := url.Parse(estate.CloudURL())
	if err != nil {
		t.Fatal(err)
	}
	client := New(transport.New(transport.Config{
		BaseURL:      address,
		Credentials:  transport.Bearer("canary-key"),
		UserAgent:    "terraform-provider-atlassian/test",
		Clock:        clock,
		MaxRetries:   2,
		MaxRetryWait: 5 * time.Minute,
	}), clock)
	return &eventLog{Organization: organization, cloud: estate.Cloud(), clock: clock, client: client.Organization(organization.ID())}
}

// add writes that many events, one a minute, of an action.
func (l *eventLog) add(t *testing.T, count int, action string) {
	t.Helper()
	for range count {
		l.AddEvent(simulator.Event{Action: action, Actor: simulator.User{ID: "ada-id", Name: "Ada", Email: "ada@example.com"}})
		if err := l.clock.Sleep(t.Context(), time.Minute); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOrganization_Events_readsEveryPageNewestFirst(t *testing.T) {
	t.Parallel()
	log := newEventLog(t, simulator.OrganizationConfig{})
	start := log.clock.Now()
	log.add(t, 2*eventsPageSize+1, "user_logged_in_as_user")
	events, more, err := log.client.Events(t.Context(), EventQuery{From: start, Limit: 1 << 20})
	if err != nil || more {
		t.Fatalf("more %t, %v", more, err)
	}
	if len(events) != 2*eventsPageSize+1 || !events[2*eventsPageSize].At.Equal(start) {
		t.Errorf("got %d events, the oldest from %s", len(events), events[len(events)-1].At)
	}
	if got := log.cloud.Count(http.MethodGet, eventsSuffix); got != 3 {
		t.Errorf("sent %d requests, want 3", got)
	}
	for _, request := range log.cloud.Requests() {
		if request.Query.Get("from") != "1767600000000" {
			t.Errorf("from is %q", request.Query.Get("from"))
		}
	}
}

func TestOrganization_Events_keepsToTheQuery(t *testing.T) {
	t.Parallel()
	log := newEventLog(t, simulator.OrganizationConfig{})
	log.AddEvent(simulator.Event{
		ID: "event-1", Action: "admin_api_key_revoked", Actor: simulator.User{ID: "ada-id", Name: "Ada", Email: "ada@example.com"},
		TokenID: "token-1", TokenLabel: "ci", Context: []simulator.EventObject{{ID: keyID, Type: "api-keys"}},
		IP: "192.0.2.1", City: "Austin", CountryName: "United States", Message: "Revoked a key",
	})
	log.add(t, 3, "user_logged_in_as_user")
	for name, test := range map[string]struct {
		query EventQuery
		want  int
		more  bool
	}{
		"action":      {query: EventQuery{Action: "admin_api_key_revoked", Limit: 9}, want: 1},
		"actor":       {query: EventQuery{ActorID: "bob-id", Limit: 9}},
		"text":        {query: EventQuery{Text: "revoked", Limit: 9}, want: 1},
		"until":       {query: EventQuery{To: newInstantClock().Now(), Limit: 9}, want: 2},
		"limit":       {query: EventQuery{Limit: 3}, want: 3, more: true},
		"exact limit": {query: EventQuery{Limit: 4}, want: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events, more, err := log.client.Events(t.Context(), test.query)
			if err != nil || len(events) != test.want || more != test.more {
				t.Errorf("got %d events, more %t, %v, want %d, %t", len(events), more, err, test.want, test.more)
			}
		})
	}
	events, _, err := log.client.Events(t.Context(), EventQuery{Action: "admin_api_key_revoked", Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := events[0]
	if got.ID != "event-1" || got.Actor != (Actor{ID: "ada-id", Name: "Ada", Email: "ada@example.com"}) || got.TokenLabel != "ci" || got.TokenID != "token-1" ||
		got.IP != "192.0.2.1" || got.City != "Austin" || got.Country != "United States" || got.Message != "Revoked a key" ||
		len(got.Objects) != 1 || got.Objects[0].ID != keyID || got.Objects[0].Type != "api-keys" {
		t.Errorf("got %+v", got)
	}
}

func TestOrganization_Events_keepsToTenRequestsAMinute(t *testing.T) {
	t.Parallel()
	log := newEventLog(t, simulator.OrganizationConfig{})
	start := log.clock.Now()
	for range 25 {
		if _, _, err := log.client.Events(t.Context(), EventQuery{Limit: 1}); err != nil {
			t.Fatal(err)
		}
	}
	for _, request := range log.cloud.Requests() {
		if request.Status != http.StatusOK {
			t.Errorf("a request was answered %d", request.Status)
		}
	}
	if got := log.clock.Now().Sub(start); got != 2*eventsPeriod {
		t.Errorf("25 requests took %s, want %s", got, 2*eventsPeriod)
	}
}

func TestOrganization_Events_saysWhyThereAreNone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scopes []string
		fault  simulator.Fault
		kind   transport.Kind
		status int
	}{
		"no scope":                 {scopes: []string{"read:keys:admin"}, kind: transport.Refused, status: http.StatusForbidden},
		"no such plan":             {fault: simulator.Fault{Kind: simulator.Status, Status: http.StatusForbidden}, kind: transport.Refused, status: http.StatusForbidden},
		"a link to nowhere":        {fault: eventsAnswer(`{"data":[],"links":{"next":"https://api.atlassian.com/?limit=3"}}`), kind: transport.Unreadable, status: http.StatusOK},
		"a link that is an object": {fault: eventsAnswer(`{"data":[],"meta":{"next":{"cursor":"b"}}}`), kind: transport.Unreadable, status: http.StatusOK},
		"no list of events":        {fault: eventsAnswer(`{"meta":{}}`), kind: transport.Unreadable, status: http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := simulator.OrganizationConfig{}
			if test.scopes != nil {
				config.APIKeys = []simulator.APIKey{{Secret: "canary-key", Scopes: test.scopes}}
			}
			log := newEventLog(t, config)
			if test.scopes == nil {
				log.cloud.Inject(test.fault)
			}
			_, _, err := log.client.Events(t.Context(), EventQuery{Limit: 1})
			failure, ok := errors.AsType[*transport.Error](err)
			if !ok || failure.Kind != test.kind || failure.Status != test.status {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestOrganization_Events_keepsTheOthersWhereOneIsOdd(t *testing.T) {
	t.Parallel()
	at := newInstantClock().Now()
	written := at.Format(time.RFC3339)
	for name, test := range map[string]struct {
		entry string
		want  []string
		// timeless tells that the entry is kept without its time.
		timeless bool
	}{
		"a time in words":        {`{"id":"odd","attributes":{"time":"yesterday"}}`, []string{"odd", "even"}, true},
		"no time":                {`{"id":"odd","attributes":{"time":null}}`, []string{"odd", "even"}, true},
		"a time that is a list":  {`{"id":"odd","attributes":{"time":[]}}`, []string{"odd", "even"}, true},
		"milliseconds":           {fmt.Sprintf(`{"id":"odd","attributes":{"time":%d}}`, at.UnixMilli()), []string{"odd", "even"}, false},
		"an ID that is a number": {`{"id":7,"attributes":{"time":"` + written + `"}}`, []string{"7", "even"}, false},
		"objects of no kind":     {`{"id":"odd","attributes":{"time":"` + written + `","context":{},"container":[7,null],"actor":[],"location":"x"},"message":[]}`, []string{"odd", "even"}, false},
		"no attributes":          {`{"id":"odd","attributes":[]}`, []string{"odd", "even"}, true},
		"null":                   {`null`, []string{"even"}, false},
		"a text":                 {`"odd"`, []string{"even"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := newEventLog(t, simulator.OrganizationConfig{})
			log.cloud.Inject(eventsAnswer(`{"data":[` + test.entry + `,{"id":"even","attributes":{"time":"` + written + `"}}]}`))
			events, more, err := log.client.Events(t.Context(), EventQuery{Limit: 9})
			if err != nil || more {
				t.Fatalf("more %t, %v", more, err)
			}
			var ids []string
			for _, event := range events {
				ids = append(ids, event.ID)
			}
			if !slices.Equal(ids, test.want) || events[0].At.IsZero() != test.timeless || !events[len(events)-1].At.Equal(at) {
				t.Errorf("got %+v", events)
			}
		})
	}
}

func TestOrganization_Events_endsWhateverTheServerAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers []string
		reason  paging.Reason
	}{
		"the same page again": {[]string{`{"data":[],"meta":{"next":"again"}}`}, paging.Repeats},
		"two pages in turn":   {[]string{`{"data":[],"meta":{"next":"a"}}`, `{"data":[],"meta":{"next":"b"}}`, `{"data":[],"meta":{"next":"a"}}`}, paging.Repeats},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := newEventLog(t, simulator.OrganizationConfig{})
			for i, answer := range test.answers {
				fault := eventsAnswer(answer)
				if i < len(test.answers)-1 {
					fault.Times = 1
				}
				log.cloud.Inject(fault)
			}
			_, _, err := log.client.Events(t.Context(), EventQuery{Limit: 1})
			if endless, ok := errors.AsType[*paging.Error](err); !ok || endless.Reason != test.reason {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestOrganization_Events_takesIDsThatAreNumbersAndSkipsNull(t *testing.T) {
	t.Parallel()
	log := newEventLog(t, simulator.OrganizationConfig{})
	log.cloud.Inject(eventsAnswer(`{"data":[null,{"id":1,"attributes":{"time":"2026-01-05T08:00:00Z","actor":{"id":2,"auth":{"tokenId":3}},"context":[{"id":4}]}}]}`))
	events, _, err := log.client.Events(t.Context(), EventQuery{Limit: 9})
	if err != nil || len(events) != 1 {
		t.Fatalf("got %+v, %v", events, err)
	}
	if got := events[0]; got.ID != "1" || got.Actor.ID != "2" || got.TokenID != "3" || got.Objects[0].ID != "4" {
		t.Errorf("got %+v", got)
	}
}

func eventsAnswer(body string) simulator.Fault {
	return simulator.Fault{Path: eventsSuffix, Kind: simulator.Status, Status: http.StatusOK, Body: body}
}

func TestOrganization_EventAction_findsAnActionByIDAndDisplayName(t *testing.T) {
	t.Parallel()
	log := newEventLog(t, simulator.OrganizationConfig{})
	for _, name := range []string{"admin_api_key_revoked", "Revoked admin API key", "revoked ADMIN api key", "ADMIN_API_KEY_REVOKED"} {
		action, err := log.client.EventAction(t.Context(), name)
		if err != nil || action.ID != "admin_api_key_revoked" || action.DisplayName != "Revoked admin API key" || action.Group == "" {
			t.Errorf("%q is %+v, %v", name, action, err)
		}
	}
	if got := log.cloud.Count(http.MethodGet, "/event-actions"); got != 1 {
		t.Errorf("asked for the actions %d times, want once", got)
	}
}

func TestOrganization_EventAction_listsCloseOnesForAnUnknownName(t *testing.T) {
	t.Parallel()
	log := newEventLog(t, simulator.OrganizationConfig{})
	for name, want := range map[string][]string{
		"Revoked API keys":     {"Revoked admin API key", "Created admin API key"},
		"admin_api_key_create": {"Created admin API key", "Revoked admin API key"},
		"xyzzy":                nil,
		"":                     nil,
	} {
		_, err := log.client.EventAction(t.Context(), name)
		unknown, ok := errors.AsType[*UnknownActionError](err)
		if !ok || unknown.Name != name || !slices.Equal(unknown.Similar, want) {
			t.Errorf("%q: got %v with %q, want %q", name, err, unknown.Similar, want)
		}
	}
}

func TestOrganization_LastEventAbout_findsTheNewestOfEveryKind(t *testing.T) {
	t.Parallel()
	log := newEventLog(t, simulator.OrganizationConfig{})
	about := []simulator.EventObject{{ID: "ari:cloud:api-key/" + keyID}}
	log.AddEvent(simulator.Event{Action: "admin_api_key_created", Actor: simulator.User{Name: "Ada"}, Context: about})
	log.add(t, 1, "admin_api_key_revoked")
	log.AddEvent(simulator.Event{Action: "admin_api_key_revoked", Actor: simulator.User{Name: "Bob"}, Context: about})
	log.add(t, 1, "admin_api_key_revoked")
	event, ok := log.client.LastEventAbout(t.Context(), keyID, "Created admin API key", "Revoked admin API key", "No such action")
	if !ok || event.Actor.Name != "Bob" {
		t.Errorf("got %+v, %t", event, ok)
	}
}

func TestOrganization_LastEventAbout_isQuietWhereItFindsNothing(t *testing.T) {
	t.Parallel()
	for name, disturb := range map[string]func(log *eventLog){
		"nothing happened": func(*eventLog) {},
		"no such plan": func(log *eventLog) {
			log.cloud.Inject(simulator.Fault{Kind: simulator.Status, Status: http.StatusForbidden})
		},
		"only the events are closed": func(log *eventLog) {
			log.cloud.Inject(simulator.Fault{Path: eventsSuffix, Kind: simulator.Status, Status: http.StatusForbidden})
		},
		"the rate limit is used up": func(log *eventLog) {
			for log.client.eventsPace.try() {
				continue
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := newEventLog(t, simulator.OrganizationConfig{})
			log.add(t, 1, "admin_api_key_revoked")
			disturb(log)
			start := log.clock.Now()
			if event, ok := log.client.LastEventAbout(t.Context(), keyID, "Revoked admin API key"); ok {
				t.Errorf("found %+v", event)
			}
			if waited := log.clock.Now().Sub(start); waited != 0 {
				t.Errorf("waited %s", waited)
			}
		})
	}
}
