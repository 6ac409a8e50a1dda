package simulator

import (
	"net/http"
	"slices"
)

// listEvents answers GET /admin/v1/orgs/{orgId}/events, newest first:
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/.
func (o *Organization) listEvents(c cloudCall) reply {
	query, problem := parseEventQuery(c.URL.Query())
	if problem != "" {
		return o.cloud.applicationError(problem)
	}
	events := slices.DeleteFunc(o.newestEvents(), func(e Event) bool { return !query.matches(e) })
	if query.offset < 0 || query.offset > len(events) {
		return o.cloud.applicationError(errPageCursor)
	}
	end := min(query.offset+query.limit, len(events))
	data := []object{}
	for _, event := range events[query.offset:end] {
		data = append(data, o.renderEvent(event))
	}
	return jsonReply(http.StatusOK, object{
		"data":  data,
		"meta":  object{"next": nextCursor(end, len(events)), "page_size": query.limit},
		"links": eventLinks(c, query, end, len(events)),
	})
}

// nextCursor is null on the last page.
func nextCursor(end, total int) any {
	if end >= total {
		return nil
	}
	return cursorAt(end)
}

// eventLinks are URLs of api.atlassian.com.
func eventLinks(c cloudCall, query eventQuery, end, total int) object {
	links := object{"self": canonicalCloudURL + c.URL.RequestURI()}
	if query.offset > 0 {
		links["prev"] = pageURL(canonicalCloudURL, c, cursorAt(max(0, query.offset-query.limit)))
	}
	if end < total {
		links["next"] = pageURL(canonicalCloudURL, c, cursorAt(end))
	}
	return links
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
		"time":      timeOrNull(e.Time),
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
		rendered = append(rendered, object{"id": o.ID, "type": o.Type, "attributes": o.Attributes})
	}
	return rendered
}

// link is the URL of something of the organization.
func (o *Organization) link(path string) string {
	return canonicalCloudURL + "/admin/v1/orgs/" + o.config.ID + path
}
