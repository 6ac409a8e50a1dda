// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	auditTimeForm     = "2006-01-02T15:04:05.000Z"
	defaultAuditLimit = 200
	maxAuditLimit     = 100000
	maxInt32          = 1<<31 - 1
)

// listAuditEvents answers GET /rest/auditing/1.0/events, newest first:
// https://confluence.atlassian.com/jiracore/audit-log-improvements-for-developers-1019401815.html.
// Looking writes an entry itself.
func (i *Instance) listAuditEvents(c call) reply {
	query, err := parseAuditQuery(c.URL.Query())
	if err != nil {
		return i.invalidAuditQuery(err)
	}
	entries := query.filter(i.audit.visible(i.now()))
	i.writeAudit(AuditEvent{
		Author:      c.user.name,
		CategoryKey: auditCategory,
		Category:    "Auditing",
		ActionKey:   searchAction,
		Action:      "Audit Log search performed",
	})
	page := entries[:min(query.limit, len(entries))]
	rendered := []object{}
	for _, entry := range page {
		rendered = append(rendered, i.renderAuditEntry(c, entry))
	}
	answer := object{"entities": rendered}
	if !i.config.Guesses.AuditWithoutPaging {
		answer["pagingInfo"] = i.auditPaging(query, page, len(page) == len(entries))
	}
	return jsonReply(http.StatusOK, answer)
}

// invalidAuditQuery is a 400, the names of whose fields are a [guess].
func (i *Instance) invalidAuditQuery(err error) reply {
	return jsonReply(http.StatusBadRequest, object{
		"statusCode": http.StatusBadRequest,
		"message":    "Invalid request",
		"errors":     []string{err.Error()},
		"timestamp":  i.now().UTC().Format(auditTimeForm),
	})
}

// auditPaging tells how to go on. The link stands on the canonical base URL,
// which a client may not be able to reach.
func (i *Instance) auditPaging(query auditQuery, page []auditEntry, last bool) object {
	if last {
		return object{"lastPage": true, "size": len(page)}
	}
	cursor := page[len(page)-1].cursor().String()
	return object{
		"lastPage":       false,
		"size":           len(page),
		"nextPageOffset": 0,
		"nextPageCursor": cursor,
		"nextPageLink": fmt.Sprintf("%s/rest/auditing/1.0/events?offset=0&limit=%d&pageCursor=%s",
			i.config.CanonicalURL, query.limit, cursor),
	}
}

func (i *Instance) renderAuditEntry(c call, entry auditEntry) object {
	host, _, err := net.SplitHostPort(c.RemoteAddr)
	if err != nil {
		host = c.RemoteAddr
	}
	rendered := object{
		"type": object{
			"categoryI18nKey": entry.CategoryKey, "category": entry.Category,
			"actionI18nKey": entry.ActionKey, "action": entry.Action,
		},
		"affectedObjects": renderAuditObjects(entry.Objects),
		"changedValues":   []object{},
		"source":          host,
		"system":          i.config.CanonicalURL,
		"method":          "Browser",
		"extraAttributes": renderAuditAttributes(entry.Attributes),
	}
	form := entry.TimeForm
	if form == AuditMilliseconds {
		form = i.config.Guesses.AuditTimes
	}
	form.write(rendered, entry.Time)
	if entry.Author != "" {
		rendered["author"] = i.renderAuditAuthor(entry.Author)
	}
	if len(i.nodes) > 0 || i.config.Product == Bitbucket {
		rendered["node"] = i.standaloneNodes()[0].ID
	}
	return rendered
}

func (i *Instance) renderAuditAuthor(name string) object {
	return object{
		"name":      name,
		"type":      i.facts.authorType,
		"id":        auditAuthorID(name),
		"uri":       i.config.CanonicalURL + "/secure/ViewProfile.jspa?name=" + url.QueryEscape(name),
		"avatarUri": "",
	}
}

// auditAuthorID is a number that is the same in every run for the same name.
func auditAuthorID(name string) string {
	sum := 0
	for _, character := range name {
		sum += int(character)
	}
	return strconv.Itoa(10000 + sum)
}

func renderAuditObjects(objects []string) []object {
	rendered := []object{}
	for _, name := range objects {
		rendered = append(rendered, object{"name": name, "type": "AES key"})
	}
	return rendered
}

func renderAuditAttributes(attributes map[string]string) []object {
	rendered := []object{}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		rendered = append(rendered, object{"name": name, "value": attributes[name]})
	}
	return rendered
}

// String returns the cursor as the API writes it.
func (c auditCursor) String() string {
	return fmt.Sprintf("%d,%d", c.milliseconds, c.id)
}

func parseAuditCursor(text string) (auditCursor, error) {
	milliseconds, id, _ := strings.Cut(text, ",")
	var cursor auditCursor
	var err error
	if cursor.milliseconds, err = strconv.ParseInt(milliseconds, 10, 64); err != nil {
		return cursor, fmt.Errorf("pageCursor: %w", err)
	}
	if cursor.id, err = strconv.ParseInt(id, 10, 64); err != nil {
		return cursor, fmt.Errorf("pageCursor: %w", err)
	}
	return cursor, nil
}

// parseInstant parses what Java's Instant.parse does: ISO 8601 in UTC.
func parseInstant(query url.Values, name string) (time.Time, error) {
	if !query.Has(name) {
		return time.Time{}, nil
	}
	text := query.Get(name)
	instant, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || !strings.HasSuffix(text, "Z") {
		return time.Time{}, fmt.Errorf("%s is no instant in UTC", name)
	}
	return instant, nil
}
