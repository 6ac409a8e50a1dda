// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	dcAuditEventsType = "atlassian_dc_audit_events"

	dcAuditEvents address = "data.atlassian_dc_audit_events.test"

	auditPath = "/rest/auditing/1.0/events"
)

func dcAuditEventsConfig(estate *acctest.Estate, lines string) string {
	return estate.ProviderBlock() + "data \"atlassian_dc_audit_events\" \"test\" {\n  instance = \"jira\"\n" + lines + "\n}\n"
}

func TestAccDCAuditEvents_tellsWhoRotatedWhen(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	active := jira.ActiveKey()
	jira.RecordAuditEvent(simulator.AuditEvent{Author: "ada", Action: "Project created", ActionKey: "jira.auditing.project.created"})
	estate.Clock.Advance(time.Hour)
	jira.Rotate()
	estate.Clock.Advance(time.Hour)
	event := map[string]knownvalue.Check{
		"time":       knownvalue.StringExact("2026-01-05T09:00:00Z"),
		"action":     knownvalue.StringExact("AES key rotated"),
		"action_key": knownvalue.StringExact("atlassian.secrets.audit.action.key.rotated"),
		"category":   knownvalue.StringExact("Security"),
		"objects":    knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact(active)}),
		"attributes": knownvalue.MapSizeExact(0),
		"node":       knownvalue.Null(),
	}
	run(t, estate, resource.TestStep{
		Config: dcAuditEventsConfig(estate, `actions_regex = "(?i)key.*rotat"`),
		ConfigStateChecks: []statecheck.StateCheck{
			dcAuditEvents.has("id", knownvalue.StringExact("jira")),
			dcAuditEvents.has("events", knownvalue.ListSizeExact(1)),
			dcAuditEvents.has("events", knownvalue.ListPartial(map[int]knownvalue.Check{0: knownvalue.ObjectPartial(event)})),
			dcAuditEvents.has("truncated", knownvalue.Bool(false)),
		},
	})
}

// Only a CLI converts what is written as another type.
func TestAccDCAuditEvents_limitIsANumber(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate, resource.TestStep{Config: dcAuditEventsConfig(estate, `limit = "many"`), ExpectError: says("a number is required")})
	verify(t, sent(jira))
}

// ofJira is the configuration of a data source for jira with the attributes of
// all parts.
func ofJira(parts ...acctest.Object) acctest.Object {
	return aesConfig(parts...)
}

func TestDCAuditEvents_keepsToThePeriodAndTheLimit(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	for range 5 {
		jira.RecordAuditEvent(simulator.AuditEvent{Author: "ada", Action: "Something", ActionKey: "test.something"})
		estate.Clock.Advance(time.Hour)
	}
	estate.MustRead(t, dcAuditEventsType, ofJira(acctest.Object{"from": "2026-01-05T09:00:00Z", "to": "2026-01-05T12:00:00+01:00"}), map[string]string{
		"events.#": "3", "events.0.time": "2026-01-05T11:00:00Z", "truncated": "false",
	})
	estate.MustRead(t, dcAuditEventsType, ofJira(acctest.Object{"actions_regex": "^test[.]", "limit": 2}), map[string]string{
		"events.#": "2", "events.0.time": "2026-01-05T12:00:00Z", "truncated": "true",
	})
}

func TestDCAuditEvents_refusesBadInput(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	for words, wrong := range map[string]acctest.Object{
		"RFC3339":                      {"from": "yesterday"},
		"Period ends before it begins": {"from": "2026-01-06T00:00:00Z", "to": "2026-01-05T00:00:00Z"},
		"Not a regular expression":     {"actions_regex": "(rotat"},
		"must be at least 1":           {"limit": 0},
	} {
		estate.MustNotRead(t, dcAuditEventsType, ofJira(wrong), words)
	}
	verify(t, sent(jira))
}

func TestDCAuditEvents_failsWhereTheLogIsClosed(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	for status, words := range map[int]string{
		http.StatusForbidden:           "The instance answered 403",
		http.StatusUnauthorized:        "The instance answered 401",
		http.StatusInternalServerError: "The instance failed with 500",
	} {
		jira.ClearFaults()
		jira.Inject(simulator.Fault{Kind: simulator.Status, Status: status, Path: auditPath})
		estate.MustNotRead(t, dcAuditEventsType, ofJira(), words)
	}
}

// Crowd and Bamboo have no such API, and products answer in different ways what
// they do not have.
func TestDCAuditEvents_takesAnAbsentLogForAResult(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	jira.RecordAuditEvent(simulator.AuditEvent{Author: "ada", Action: "Something", ActionKey: "test.something"})
	required := acctest.Object{"require_available": true}
	for _, answer := range []struct {
		fault simulator.Fault
		words string
	}{
		{simulator.Fault{Kind: simulator.Status, Status: http.StatusNotFound}, "it has no REST API for its audit log"},
		{simulator.Fault{Kind: simulator.Status, Status: http.StatusMethodNotAllowed}, "405 Method Not Allowed"},
		{simulator.Fault{Kind: simulator.Redirect}, "login page or proxy"},
		{simulator.Fault{Kind: simulator.HTML}, "login page or proxy"},
	} {
		jira.ClearFaults()
		answer.fault.Path = auditPath
		jira.Inject(answer.fault)
		estate.MustRead(t, dcAuditEventsType, ofJira(), map[string]string{"available": "false", "events": "[]", "truncated": "false"})
		estate.MustNotRead(t, dcAuditEventsType, ofJira(required), answer.words)
	}
	jira.ClearFaults()
	estate.MustRead(t, dcAuditEventsType, ofJira(required, acctest.Object{"timeouts": acctest.Object{"read": "1m"}}), map[string]string{
		"available": "true", "timeouts.read": "1m",
	})
}

func TestDCAuditEvents_keepsAnEventWhoseTimeIsOdd(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	jira.Inject(simulator.Fault{Path: auditPath, Status: http.StatusOK, Body: `{"entities":[` +
		`{"timestamp":{"epochSecond":1772352000,"nano":0},"type":{"action":"a"}},{"timestamp":"yesterday","type":{"action":"b"}},null,{"timestamp":null,"type":{"action":"c"}}]}`})
	estate.MustRead(t, dcAuditEventsType, ofJira(), map[string]string{
		"events.#":      "3",
		"events.0.time": "2026-03-01T08:00:00Z", "events.0.action": "a",
		"events.1.time": "", "events.1.action": "b",
		"events.2.time": "", "events.2.action": "c",
	})
}
