// SPDX-License-Identifier: MPL-2.0

// Package openapi_test holds what the simulator answers against Atlassian's
// own OpenAPI documents. It stands in the tools' module, so that the library
// that reads OpenAPI is no dependency of the provider.
package openapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	orgID     = "0c632b13-d717-4d1f-b895-208a5599d2f2"
	unscoped  = "unscoped-key"
	scoped    = "scoped-key"
	foreign   = "foreign-key"
	annID     = "557057:4f9acfd2-6155-419b-8de5-5b5cf27a59a0"
	strangeID = "557057:00000000-0000-0000-0000-000000000000"
)

// notDriven is the one documented status that the simulator answers only where
// a test injects it.
const notDriven = http.StatusInternalServerError

// run drives the simulator and counts.
type run struct {
	t                             *testing.T
	simulator                     *simulator.Simulator
	organization                  *simulator.Organization
	documents                     []document
	seen                          map[string]bool // Operation with status.
	answers, measured, violations int
}

func TestSimulator_answersAsAtlassiansDocumentsSay(t *testing.T) {
	t.Parallel()
	documents := readDocuments(t)
	operations := served(documents)
	r := newRun(t, documents)
	for _, o := range operations {
		r.driveRefusals(o)
		r.driveParameters(o)
		r.drivePages(o)
		r.driveInvalid(o)
	}
	// What is documented last, because it takes something away.
	for _, o := range operations {
		if o.method == http.MethodDelete {
			r.drive(o, http.StatusNoContent, "", unscoped)
		}
	}
	for _, o := range operations {
		for _, status := range o.statuses() {
			if status != notDriven && !r.seen[key(o, status)] {
				t.Errorf("%s: no answer with status %d, which is documented", o, status)
			}
		}
	}
	t.Logf("%d operations, %d answers, %d violations; %d more answers with a 403 that was measured but is not documented for the operation",
		len(operations), r.answers, r.violations, r.measured)
	if len(operations) < 10 || r.violations > 0 {
		t.Fail()
	}
}

func newRun(t *testing.T, documents []document) *run {
	t.Helper()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := simulator.New(simulator.WithClock(func() time.Time { return now }))
	t.Cleanup(s.Close)
	organization := s.AddOrganization(simulator.OrganizationConfig{
		ID: orgID, Name: "Acme", UnlimitedEvents: true,
		APIKeys: []simulator.APIKey{
			{ID: "key", Label: "unscoped", Secret: unscoped}, {Label: "scoped", Secret: scoped, Scopes: []string{}},
		},
		Users: manyUsers(120),
		UserAPITokens: []simulator.UserAPIToken{
			{ID: "token", Label: "laptop", UserID: annID, LastActiveAt: now}, {Label: "unused", UserID: annID},
		},
	})
	for n := range 70 {
		organization.AddEvent(variedEvent(n, now))
	}
	s.AddOrganization(simulator.OrganizationConfig{
		APIKeys: []simulator.APIKey{{Secret: foreign}}, Users: []simulator.User{{ID: strangeID}},
	})
	return &run{t: t, simulator: s, organization: organization, documents: documents, seen: map[string]bool{}}
}

func manyUsers(n int) []simulator.User {
	users := []simulator.User{
		{ID: annID, Name: "Ann", Email: "ann@example.com"}, {ID: "protected", Name: "Bob", TokensProtected: true},
	}
	for number := range n {
		users = append(users, simulator.User{ID: fmt.Sprintf("user-%d", number)})
	}
	return users
}

// variedEvent has what an event may lack in one of two, so that both forms are
// held against the document.
func variedEvent(n int, now time.Time) simulator.Event {
	event := simulator.Event{
		ID: fmt.Sprintf("event-%d", n), Time: now.Add(-time.Duration(n) * time.Minute), Action: "user_login",
		Context: []simulator.EventObject{{ID: "x"}},
	}
	if n%2 == 0 {
		event.Actor = simulator.User{ID: annID, Name: "Ann", Email: "ann@example.com"}
		event.TokenID, event.TokenLabel = "token", "laptop"
		event.IP, event.City, event.CountryName = "10.0.0.1", "Austin", "United States"
		event.Container = []simulator.EventObject{{ID: "site", Type: "sites", Attributes: map[string]any{"siteName": "example"}}}
		event.Product, event.Message = "jira", "Logged in"
	}
	return event
}

// values are those of the variables in paths.
func values() map[string]string {
	return map[string]string{"orgId": orgID, "account_id": annID, "eventId": "event-1", "tokenId": "token"}
}

// with returns values with another one.
func with(name, value string) map[string]string {
	changed := values()
	changed[name] = value
	return changed
}

func key(o operation, status int) string {
	return fmt.Sprintf("%s: %d", o, status)
}

// drive asks with the usual values and wants an answer with the status that
// conforms to the document.
func (r *run) drive(o operation, status int, query, secret string) answer {
	r.t.Helper()
	return r.driveAt(o, values(), status, query, secret)
}

func (r *run) driveAt(o operation, at map[string]string, status int, query, secret string) answer {
	r.t.Helper()
	return r.judge(o, status, r.send(o.method, fill(o.path, at), query, secret, ""))
}

func (r *run) judge(o operation, status int, a answer) answer {
	r.t.Helper()
	if a.status != status {
		r.t.Errorf("%s: %s is answered %d, want %d: %s", o, a.request.URL, a.status, status, a.body)
	}
	if a.status == http.StatusForbidden && !o.documents(a.status) {
		r.measured++
		if err := noPermission(r.documents, a); err != nil {
			r.t.Errorf("%s: %v: %s", o, err, a.body)
		}
		return a
	}
	r.answers++
	r.seen[key(o, a.status)] = true
	if err := o.violation(a); err != nil {
		r.violations++
		r.t.Errorf("%s: %s violates the document: %v\n%s", o, a.request.URL, err, a.body)
	}
	return a
}

func (r *run) send(method, path, query, secret, body string) answer {
	r.t.Helper()
	address := r.simulator.CloudURL() + path
	if query != "" {
		address += "?" + query
	}
	request, err := http.NewRequestWithContext(r.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Accept", "application/json")
	if secret != "" {
		request.Header.Set("Authorization", "Bearer "+secret)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	whole, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{request, response.StatusCode, response.Header, whole}
}

// driveRefusals sends what any operation refuses.
func (r *run) driveRefusals(o operation) {
	r.t.Helper()
	r.drive(o, http.StatusUnauthorized, "", "")
	r.drive(o, http.StatusUnauthorized, "", "nonsense")
	if o.documents(http.StatusTooManyRequests) {
		cloud := r.simulator.Cloud()
		cloud.Inject(simulator.Fault{Kind: simulator.RateLimited, Times: 1})
		r.drive(o, http.StatusTooManyRequests, "", unscoped)
	}
	for name, unknown := range map[string]string{
		"orgId": "11111111-2222-3333-4444-555555555555", "account_id": "nobody", "eventId": "none", "tokenId": "none",
	} {
		if !strings.Contains(o.path, "{"+name+"}") {
			continue
		}
		status := http.StatusNotFound
		if !o.documents(status) {
			status = http.StatusForbidden
		}
		r.driveAt(o, with(name, unknown), status, "", unscoped)
	}
	r.driveForbidden(o)
}

// driveForbidden sends what the key may not do.
func (r *run) driveForbidden(o operation) {
	r.t.Helper()
	if strings.Contains(o.path, "{orgId}") {
		r.drive(o, http.StatusForbidden, "", foreign)
	}
	if !strings.Contains(o.path, "{account_id}") {
		r.drive(o, http.StatusForbidden, "", scoped)
		return
	}
	r.driveAt(o, with("account_id", strangeID), http.StatusForbidden, "", unscoped)
	if o.method == http.MethodDelete {
		r.driveAt(o, with("account_id", "protected"), http.StatusForbidden, "", unscoped)
	}
}

// driveParameters sends every documented parameter of an operation that only
// reads, with every value of an enumeration.
func (r *run) driveParameters(o operation) {
	r.t.Helper()
	if o.method != http.MethodGet {
		return
	}
	r.drive(o, http.StatusOK, "", unscoped)
	for _, parameter := range o.optional() {
		for _, query := range queries(parameter) {
			r.drive(o, http.StatusOK, query, unscoped)
		}
	}
}

// queries are valid uses of a parameter. One whose values come from the
// service, such as a cursor, has none.
func queries(parameter *openapi3.Parameter) []string {
	name, schema := parameter.Name, parameter.Schema.Value
	one := func(value any) string { return url.Values{name: {fmt.Sprint(value)}}.Encode() }
	switch {
	case name == "cursor":
		return nil
	case name == "location":
		example, err := json.Marshal(schema.Example)
		if err != nil {
			return nil
		}
		return []string{one(string(example))}
	case name == "from" || name == "to":
		return []string{one(1772366400000)}
	case schema.Type.Is("integer"):
		return []string{one(*schema.Min), one(schema.Default), one(*schema.Max)}
	case schema.Type.Is("array"):
		return arrayQueries(name, schema.Items.Value.Enum)
	case len(schema.Enum) > 0:
		return each(schema.Enum, one)
	default:
		return []string{one("text")}
	}
}

// arrayQueries sends each value, all repeated where that is how arrays are
// written, and all separated by commas.
func arrayQueries(name string, enum []any) []string {
	if len(enum) == 0 {
		enum = []any{"a", "b"}
	}
	var all []string
	for _, value := range enum {
		all = append(all, fmt.Sprint(value))
	}
	queries := each(enum, func(value any) string { return url.Values{name: {fmt.Sprint(value)}}.Encode() })
	return append(queries, url.Values{name: all}.Encode(), url.Values{name: {strings.Join(all, ",")}}.Encode())
}

func each(values []any, one func(any) string) []string {
	var queries []string
	for _, value := range values {
		queries = append(queries, one(value))
	}
	return queries
}

// drivePages follows the cursors of a list to the end.
func (r *run) drivePages(o operation) {
	r.t.Helper()
	var takesCursor, takesLimit bool
	for _, parameter := range o.optional() {
		takesCursor = takesCursor || parameter.Name == "cursor"
		takesLimit = takesLimit || parameter.Name == "limit"
	}
	if !takesCursor {
		return
	}
	query := url.Values{}
	if takesLimit {
		query.Set("limit", "30")
	}
	for pages := 1; ; pages++ {
		page := r.readPage(o, query.Encode())
		if page.next() == "" || len(page.Data) == 0 {
			return
		}
		if pages > 10 {
			r.t.Fatalf("%s: no end after %d pages", o, pages)
		}
		query.Set("cursor", page.next())
	}
}

// page is what lists have in common.
type page struct {
	Data  []any `json:"data"`
	Links struct {
		Next string `json:"next"`
	} `json:"links"`
}

func (r *run) readPage(o operation, query string) page {
	r.t.Helper()
	var read page
	if err := json.Unmarshal(r.drive(o, http.StatusOK, query, unscoped).body, &read); err != nil {
		r.t.Fatal(err)
	}
	return read
}

// next is the cursor in the link to the next page.
func (p page) next() string {
	link, err := url.Parse(p.Links.Next)
	if err != nil {
		return ""
	}
	return link.Query().Get("cursor")
}

// driveInvalid sends parameters with values that they cannot have, and bodies
// where there is none.
func (r *run) driveInvalid(o operation) {
	r.t.Helper()
	if !o.documents(http.StatusBadRequest) {
		return
	}
	for _, parameter := range o.optional() {
		for _, query := range map[string][]string{
			"cursor": {"cursor=nonsense"}, "from": {"from=yesterday"}, "to": {"to=2026-03-01"},
			"limit": {"limit=0", "limit=501", "limit=x"}, "sortOrder": {"sortOrder=random"},
			"product": {"product=trello"}, "q": {"q=a&q=b"}, "location": {"location=Austin"},
		}[parameter.Name] {
			r.drive(o, http.StatusBadRequest, query, unscoped)
		}
	}
	if strings.Contains(o.path, "{account_id}") {
		r.drive(o, http.StatusBadRequest, "nonsense=1", unscoped)
		r.judge(o, http.StatusBadRequest, r.send(o.method, fill(o.path, values()), "", unscoped, "{}"))
	}
}

func decode(body []byte) (any, error) {
	var value any
	err := json.Unmarshal(body, &value)
	return value, err
}
