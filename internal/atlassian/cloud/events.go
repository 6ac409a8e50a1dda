// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/paging"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

const (
	// eventsPageSize is the largest page that the endpoint gives.
	eventsPageSize = 500
	// eventsPerPeriod requests a minute are what the endpoint allows. The second
	// more is for requests that take unequally long to arrive.
	eventsPerPeriod = 10
	eventsPeriod    = time.Minute + time.Second
	// detailTimeout bounds the search for what may be missing.
	detailTimeout = 15 * time.Second
)

// EventQuery says which events are wanted.
type EventQuery struct {
	// From and To bound when something happened; zero is no bound.
	From, To time.Time
	// Action is the ID of an action, ActorID that of an account; empty for all.
	Action, ActorID string
	// Text is a term that the event has to contain; empty for all.
	Text string
	// Limit is how many events are wanted at most, the newest ones.
	Limit int
}

func newEventsPace(clock clock.Clock) *pace {
	return newPace(clock, eventsPerPeriod, eventsPeriod)
}

// Events returns events of the audit log, newest first, and whether there are
// more than the limit. The log goes back 180 days and needs Atlassian Guard or
// a Cloud Enterprise plan. The endpoint allows ten requests a minute: requests
// of one organization are held back for it, so that more than ten pages take
// more than a minute.
//
// GET /admin/v1/orgs/{orgId}/events, scope read:events:admin,
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/.
func (o *Organization) Events(ctx context.Context, query EventQuery) (events []Event, more bool, err error) {
	list := paging.List[eventEntity]{
		Name: "events",
		Read: func(ctx context.Context, cursor string) (paging.Page[eventEntity], error) {
			if err := o.eventsPace.wait(ctx); err != nil {
				return paging.Page[eventEntity]{}, err
			}
			return o.eventsPage(ctx, query, cursor)
		},
		Limit: query.Limit,
	}
	entities, more, err := list.All(ctx)
	if err != nil {
		return nil, false, err
	}
	for _, entity := range entities {
		events = append(events, entity.event())
	}
	return events, more, nil
}

// LastEventAbout returns the newest event that names the thing with the given
// ID and is of one of the kinds with the given display names, as far as the
// newest page of each kind goes. It is for a detail that may well be missing:
// whatever keeps it from being found - no plan with an audit log, no scope, no
// such action, the rate limit - is answered with false, and soon.
func (o *Organization) LastEventAbout(ctx context.Context, id string, displayNames ...string) (Event, bool) {
	ctx, cancel := context.WithTimeout(ctx, detailTimeout)
	defer cancel()
	var last Event
	for _, name := range displayNames {
		action, err := o.EventAction(ctx, name)
		if err != nil || !o.eventsPace.try() {
			continue
		}
		page, err := o.eventsPage(ctx, EventQuery{Action: action.ID, Limit: eventsPageSize}, "")
		if err != nil {
			continue
		}
		for _, entity := range page.Entries {
			if event := entity.event(); event.mentions(id) && event.At.After(last.At) {
				last = event
			}
		}
	}
	return last, !last.At.IsZero()
}

func (o *Organization) eventsPage(ctx context.Context, query EventQuery, cursor string) (paging.Page[eventEntity], error) {
	parameters := url.Values{"limit": {strconv.Itoa(min(query.Limit+1, eventsPageSize))}}
	setMilliseconds(parameters, "from", query.From)
	setMilliseconds(parameters, "to", query.To)
	for name, value := range map[string]string{"action": query.Action, "actor": query.ActorID, "q": query.Text, cursorParameter: cursor} {
		if value != "" {
			parameters.Set(name, value)
		}
	}
	request := transport.Request{Method: http.MethodGet, Path: o.path("/admin/v1", "events"), Query: parameters}
	entities, end, err := paging.FetchReadable(ctx, o.client, request, "data", func(_ []eventEntity, end eventPageEnd) error {
		_, err := end.next()
		return err
	})
	if err != nil {
		return paging.Page[eventEntity]{}, readingEvents.failed(err)
	}
	next, err := end.next()
	return paging.Page[eventEntity]{Entries: entities, Next: next}, err
}

func setMilliseconds(parameters url.Values, name string, at time.Time) {
	if !at.IsZero() {
		parameters.Set(name, strconv.FormatInt(at.UnixMilli(), 10))
	}
}

// eventPageEnd is what a page of events holds besides its entries.
type eventPageEnd struct {
	Meta struct {
		Next nextPage `json:"next"`
	} `json:"meta"`
	Links pageLinks `json:"links"`
}

// next returns where the next page begins; empty on the last one. A cursor may
// come as the URL of the page, of which only the parameter is used.
func (e eventPageEnd) next() (string, error) {
	if e.Meta.Next != "" {
		return paging.Cursor(string(e.Meta.Next), cursorParameter)
	}
	return paging.Cursor(string(e.Links.Next), cursorParameter)
}
