// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	defaultEventsLimit = 30
	defaultStreamLimit = 200
	maxEventsLimit     = 500
)

// eventQuery is what a client may ask of the events.
type eventQuery struct {
	text      string
	from, to  time.Time
	action    string
	actors    []string
	addresses []string
	products  []string
	locations []eventLocation
	limit     int
}

type eventLocation struct {
	City        string `json:"city"`
	CountryName string `json:"countryName"`
}

// parseEventQuery reads the parameters of
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/,
// or returns the error that they deserve.
func parseEventQuery(values url.Values) (eventQuery, errorCode) {
	query := eventQuery{
		text:      strings.ToLower(values.Get("q")),
		action:    values.Get("action"),
		actors:    commaList(values, "actor"),
		addresses: commaList(values, "ip"),
		products:  commaList(values, "product"),
	}
	if len(values["q"]) > 1 {
		return query, errQueryCount
	}
	if problem := query.parseExtent(values, defaultEventsLimit); problem != "" {
		return query, problem
	}
	return query, query.parseEnums(values)
}

// parseExtent reads how many events of which time are wanted.
func (q *eventQuery) parseExtent(values url.Values, defaultLimit int) errorCode {
	var err error
	if q.limit, err = intParameter(values, "limit", defaultLimit, 1, maxEventsLimit); err != nil {
		return errRequestSyntax
	}
	if q.from, err = parseMilliseconds(values.Get("from")); err != nil {
		return errTimeDate
	}
	if q.to, err = parseMilliseconds(values.Get("to")); err != nil {
		return errTimeDate
	}
	return ""
}

func (q *eventQuery) parseEnums(values url.Values) errorCode {
	known := []string{"bitbucket", "confluence", "guard_detect", "jira", "loom"}
	for _, product := range q.products {
		if !slices.Contains(known, product) {
			return errRequestSyntax
		}
	}
	if location := values.Get("location"); location != "" {
		if json.Unmarshal([]byte(location), &q.locations) != nil {
			return errRequestSyntax
		}
	}
	return ""
}

// parseMilliseconds reads a UNIX time; none is no bound.
func parseMilliseconds(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	milliseconds, err := strconv.ParseInt(text, 10, 64)
	return time.UnixMilli(milliseconds), err
}

func (q eventQuery) matches(e Event) bool {
	switch {
	case !q.from.IsZero() && e.Time.Before(q.from), !q.to.IsZero() && e.Time.After(q.to):
		return false
	case q.action != "" && q.action != e.Action:
		return false
	case q.actors != nil && !slices.Contains(q.actors, e.Actor.ID):
		return false
	case q.addresses != nil && !slices.Contains(q.addresses, e.IP):
		return false
	case q.products != nil && !slices.Contains(q.products, e.Product):
		return false
	case q.locations != nil && !slices.Contains(q.locations, eventLocation{e.City, e.CountryName}):
		return false
	default:
		text := strings.Join([]string{e.Message, e.Action, e.Actor.Name, e.Actor.Email}, "\n")
		return strings.Contains(strings.ToLower(text), q.text)
	}
}
