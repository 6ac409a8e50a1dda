// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"
)

// auditQuery is what a client may ask of the audit log.
type auditQuery struct {
	from, to   time.Time
	offset     int
	cursor     *auditCursor
	limit      int
	scanLimit  int
	userIDs    []string
	categories []string
	actions    []string
	objects    []string
	search     string
}

func parseAuditQuery(values url.Values) (auditQuery, error) {
	query := auditQuery{
		userIDs:    commaList(values, "userIds"),
		categories: commaList(values, "categories"),
		actions:    commaList(values, "actions"),
		search:     strings.ToLower(values.Get("search")),
	}
	var err error
	for _, number := range []struct {
		into                *int
		name                string
		fallback, low, high int
	}{
		{&query.offset, "offset", 0, 0, maxInt32},
		{&query.limit, "limit", defaultAuditLimit, 1, maxAuditLimit},
		{&query.scanLimit, "scanLimit", maxInt32, 1, maxInt32},
	} {
		if *number.into, err = intParameter(values, number.name, number.fallback, number.low, number.high); err != nil {
			return query, err
		}
	}
	if query.from, err = parseInstant(values, "from"); err != nil {
		return query, err
	}
	if query.to, err = parseInstant(values, "to"); err != nil {
		return query, err
	}
	return query, query.parseRest(values)
}

// parseRest parses what is written in a form of its own.
func (q *auditQuery) parseRest(values url.Values) error {
	if values.Has("pageCursor") {
		cursor, err := parseAuditCursor(values.Get("pageCursor"))
		if err != nil {
			return err
		}
		q.cursor = &cursor
	}
	for part := range strings.SplitSeq(values.Get("affectedObject"), ";") {
		if _, id, ok := strings.Cut(part, ","); ok {
			q.objects = append(q.objects, id)
		}
	}
	if format := values.Get("outputFormat"); format != "" && format != "json" {
		return errors.New("this simulator writes no outputFormat but json")
	}
	return nil
}

func commaList(values url.Values, name string) []string {
	if values.Get(name) == "" {
		return nil
	}
	return strings.Split(values.Get(name), ",")
}

// filter returns the entries that the query is after; entries come and go
// newest first.
func (q auditQuery) filter(entries []auditEntry) []auditEntry {
	entries = entries[:min(q.scanLimit, len(entries))]
	entries = slices.DeleteFunc(entries, func(e auditEntry) bool { return !q.matches(e) })
	return entries[min(q.offset, len(entries)):]
}

func (q auditQuery) matches(e auditEntry) bool {
	switch {
	case !q.from.IsZero() && e.Time.Before(q.from), !q.to.IsZero() && e.Time.After(q.to):
		return false
	case q.cursor != nil && q.cursor.compare(e.cursor()) >= 0:
		return false
	case q.userIDs != nil && (e.Author == "" || !slices.Contains(q.userIDs, auditAuthorID(e.Author))):
		return false
	case q.categories != nil && !slices.Contains(q.categories, e.Category):
		return false
	case q.actions != nil && !slices.Contains(q.actions, e.Action):
		return false
	case q.objects != nil && !slices.ContainsFunc(e.Objects, q.affects):
		return false
	default:
		return strings.Contains(e.text(), q.search)
	}
}

func (q auditQuery) affects(name string) bool {
	return slices.Contains(q.objects, name)
}

// text is what a free text search looks at.
func (e auditEntry) text() string {
	parts := append([]string{e.Author, e.Category, e.Action}, e.Objects...)
	for name, value := range e.Attributes {
		parts = append(parts, name, value)
	}
	return strings.ToLower(strings.Join(parts, "\n"))
}
