// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"slices"
	"time"
)

// Identifiers of actions. Atlassian publishes only their display names; the
// identifiers are a [guess], and clients look them up.
const (
	createdKeyAction = "admin_api_key_created"
	revokedKeyAction = "admin_api_key_revoked"
)

// EventAction is a kind of event.
type EventAction struct {
	// ID is what an event names as its action.
	ID string
	// DisplayName and GroupDisplayName are for people.
	DisplayName, GroupDisplayName string
}

// documentedActions are the few actions whose names are public:
// https://jira.atlassian.com/browse/ACCESS-1196.
func documentedActions() []EventAction {
	const group = "Organization settings"
	return []EventAction{
		{ID: createdKeyAction, DisplayName: "Created admin API key", GroupDisplayName: group},
		{ID: revokedKeyAction, DisplayName: "Revoked admin API key", GroupDisplayName: group},
		{ID: "user_logged_in_as_user", DisplayName: "Logged in as user", GroupDisplayName: "Users"},
	}
}

// Event is an entry of the organization's audit log:
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/.
type Event struct {
	// ID names the event; empty is a random UUID.
	ID string
	// Time is when it happened; zero is now.
	Time time.Time
	// ProcessedAt is when it entered the log; zero is now.
	ProcessedAt time.Time
	// Action is the ID of an action.
	Action string
	// Actor is who did it.
	Actor User
	// TokenID and TokenLabel tell with which API token, if any.
	TokenID, TokenLabel string
	// Context is what it was done to, Container where.
	Context, Container []EventObject
	// Product is the product that it happened in, if any.
	Product string
	// IP, City and CountryName tell where the actor was.
	IP, City, CountryName string
	// Message is for people.
	Message string
}

// EventObject is what an event is about.
type EventObject struct {
	// ID and Type name the object.
	ID, Type string
	// Attributes are its attributes.
	Attributes map[string]any
}

// AddEvent writes an event and returns it with what was left empty filled in.
func (o *Organization) AddEvent(event Event) Event {
	return locked(o.cloud.simulator, func() Event { return o.addEvent(event) })
}

func (o *Organization) addEvent(event Event) Event {
	event.ID = o.cloud.simulator.uuidOr(event.ID)
	event.Time = timeOr(event.Time, o.cloud.now())
	event.ProcessedAt = timeOr(event.ProcessedAt, o.cloud.now())
	o.events = append(o.events, event)
	return event
}

// processedEvents returns all events in the order in which they entered the
// log.
func (o *Organization) processedEvents(descending bool) []Event {
	events := slices.Clone(o.events)
	slices.SortStableFunc(events, func(a, b Event) int { return a.ProcessedAt.Compare(b.ProcessedAt) })
	if descending {
		slices.Reverse(events)
	}
	return events
}

// newestEvents returns all events, newest first.
func (o *Organization) newestEvents() []Event {
	events := slices.Clone(o.events)
	slices.Reverse(events)
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Compare(b.Time.UnixMilli(), a.Time.UnixMilli())
	})
	return events
}
