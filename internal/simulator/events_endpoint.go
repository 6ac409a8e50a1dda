// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
	"time"
)

// listEvents answers GET /admin/v1/orgs/{orgId}/events, newest first:
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/.
func (o *Organization) listEvents(c cloudCall) reply {
	query, problem := parseEventQuery(c.URL.Query())
	if problem != "" {
		return o.cloud.applicationError(problem)
	}
	p, err := cutPage(o, c, query.limit, o.findEvents(query, o.newestEvents()), o.renderEvent)
	if err != nil {
		return o.cloud.applicationError(errPageCursor)
	}
	return p.events()
}

// streamEvents answers GET /admin/v1/orgs/{orgId}/events-stream, in the order
// in which the events were processed. A cursor keeps the order.
func (o *Organization) streamEvents(c cloudCall) reply {
	values := c.URL.Query()
	var query eventQuery
	if problem := query.parseExtent(values, defaultStreamLimit); problem != "" {
		return o.cloud.applicationError(problem)
	}
	descending, ok := map[string]bool{"": false, "asc": false, "desc": true}[values.Get("sortOrder")]
	if !ok {
		return o.cloud.applicationError(errRequestSyntax)
	}
	if at, err := parseCursor(values.Get("cursor")); values.Get("cursor") != "" && err == nil {
		descending = at.descending
	}
	p, err := cutPage(o, c, query.limit, o.findEvents(query, o.processedEvents(descending)), o.renderProcessed)
	if err != nil {
		return o.cloud.applicationError(errPageCursor)
	}
	p.at.descending = descending
	if p.next == noPage && !descending && !p.bare {
		p.next = p.total
	}
	return p.events()
}

func (o *Organization) findEvents(query eventQuery, among []Event) []Event {
	return slices.DeleteFunc(among, func(e Event) bool { return !query.matches(e) })
}

// events is a page of events. Links are URLs, and the next cursor stands alone
// as well.
func (p page) events() reply {
	meta := object{"page_size": p.size}
	p.put(meta, "next", p.next, p.next != noPage, p.cursorAt)
	return p.envelope("data", object{"meta": meta, "links": p.urls()})
}

// removalOfGetEvent is the announced end of reading one event. Pollers are sent
// to the stream instead.
func removalOfGetEvent() time.Time {
	return time.Date(2026, time.December, 21, 0, 0, 0, 0, time.UTC)
}

// getEvent answers GET /admin/v1/orgs/{orgId}/events/{eventId}.
func (o *Organization) getEvent(c cloudCall) reply {
	index := slices.IndexFunc(o.events, func(e Event) bool { return e.ID == c.PathValue("eventId") })
	if index < 0 {
		return o.cloud.applicationError(errEventNotFound)
	}
	return jsonReply(http.StatusOK, object{"data": o.renderEvent(o.events[index])})
}

// listEventActions answers GET /admin/v1/orgs/{orgId}/event-actions.
func (o *Organization) listEventActions(cloudCall) reply {
	data := []object{}
	for _, action := range o.config.EventActions {
		data = append(data, object{
			"id":   action.ID,
			"type": "event-actions",
			"attributes": object{
				"displayName": action.DisplayName, "groupDisplayName": action.GroupDisplayName,
			},
		})
	}
	return jsonReply(http.StatusOK, object{"data": data})
}

func (o *Organization) renderEvent(e Event) object {
	attributes := object{
		"time":      o.time(e.Time),
		"action":    e.Action,
		"actor":     o.renderActor(e),
		"context":   renderEventObjects(e.Context),
		"container": renderEventObjects(e.Container),
	}
	if e.IP != "" {
		attributes["location"] = object{"ip": e.IP, "countryName": e.CountryName, "city": e.City}
	}
	return object{
		"id":         e.ID,
		"type":       "events",
		"attributes": attributes,
		"links":      object{"self": o.link("/events/" + e.ID)},
		"message":    object{"content": e.Message, "format": "simple"},
	}
}

// renderProcessed is an event in the stream.
func (o *Organization) renderProcessed(e Event) object {
	rendered := o.renderEvent(e)
	if attributes, ok := rendered["attributes"].(object); ok {
		attributes["processedAt"] = o.time(e.ProcessedAt)
	}
	return rendered
}

func (o *Organization) renderActor(e Event) object {
	actor := renderUser(e.Actor)
	actor["links"] = object{"self": o.link("/users/" + e.Actor.ID)}
	if e.TokenID != "" {
		actor["auth"] = object{
			"authType": "api-token", "tokenId": e.TokenID, "tokenLabel": e.TokenLabel,
		}
	}
	return actor
}

func renderEventObjects(objects []EventObject) []object {
	rendered := []object{}
	for _, o := range objects {
		attributes := o.Attributes
		if attributes == nil {
			attributes = object{}
		}
		rendered = append(rendered, object{"id": o.ID, "type": o.Type, "attributes": attributes})
	}
	return rendered
}

// link is the URL of something of the organization.
func (o *Organization) link(path string) string {
	return canonicalCloudURL + "/admin/v1/orgs/" + o.config.ID + path
}
