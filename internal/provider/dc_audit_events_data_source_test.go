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

func TestAccDCAuditEvents_keepsToThePeriodAndTheLimit(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	for range 5 {
		jira.RecordAuditEvent(simulator.AuditEvent{Author: "ada", Action: "Something", ActionKey: "test.something"})
		estate.Clock.Advance(time.Hour)
	}
	newest := func(at string) knownvalue.Check {
		return knownvalue.ListPartial(map[int]knownvalue.Check{0: knownvalue.ObjectPartial(map[string]knownvalue.Check{"time": knownvalue.StringExact(at)})})
	}
	run(t, estate,
		resource.TestStep{
			Config: dcAuditEventsConfig(estate, "from = \"2026-01-05T09:00:00Z\"\nto = \"2026-01-05T12:00:00+01:00\""),
			ConfigStateChecks: []statecheck.StateCheck{
				dcAuditEvents.has("events", knownvalue.ListSizeExact(3)),
				dcAuditEvents.has("events", newest("2026-01-05T11:00:00Z")),
				dcAuditEvents.has("truncated", knownvalue.Bool(false)),
			},
		},
		resource.TestStep{
			Config: dcAuditEventsConfig(estate, "actions_regex = \"^test[.]\"\nlimit = 2"),
			ConfigStateChecks: []statecheck.StateCheck{
				dcAuditEvents.has("events", knownvalue.ListSizeExact(2)),
				dcAuditEvents.has("events", newest("2026-01-05T12:00:00Z")),
				dcAuditEvents.has("truncated", knownvalue.Bool(true)),
			},
		})
}

func TestAccDCAuditEvents_refusesBadInput(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	jira.ResetLog()
	run(t, estate,
		resource.TestStep{Config: dcAuditEventsConfig(estate, `from = "yesterday"`), ExpectError: says("RFC3339")},
		resource.TestStep{
			Config:      dcAuditEventsConfig(estate, "from = \"2026-01-06T00:00:00Z\"\nto = \"2026-01-05T00:00:00Z\""),
			ExpectError: says("Period ends before it begins"),
		},
		resource.TestStep{Config: dcAuditEventsConfig(estate, `actions_regex = "(rotat"`), ExpectError: says("Not a regular expression")},
		resource.TestStep{Config: dcAuditEventsConfig(estate, `limit = 0`), ExpectError: says("must be at least 1")},
		resource.TestStep{Config: dcAuditEventsConfig(estate, `limit = "many"`), ExpectError: says("a number is required")})
	verify(t, sent(jira))
}

func TestAccDCAuditEvents_failsWhereTheLogIsClosed(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	var steps []resource.TestStep
	for status, words := range map[int]string{
		http.StatusForbidden:           "The instance answered 403",
		http.StatusUnauthorized:        "The instance answered 401",
		http.StatusInternalServerError: "The instance failed with 500",
	} {
		steps = append(steps, resource.TestStep{
			PreConfig: func() {
				jira.ClearFaults()
				jira.Inject(simulator.Fault{Kind: simulator.Status, Status: status, Path: auditPath})
			},
			Config:      dcAuditEventsConfig(estate, ""),
			ExpectError: says(words),
		})
	}
	run(t, estate, steps...)
}

// Crowd and Bamboo have no such API, and products answer in different ways what
// they do not have.
func TestAccDCAuditEvents_takesAnAbsentLogForAResult(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	jira.RecordAuditEvent(simulator.AuditEvent{Author: "ada", Action: "Something", ActionKey: "test.something"})
	var steps []resource.TestStep
	for _, fault := range []simulator.Fault{
		{Kind: simulator.Status, Status: http.StatusNotFound},
		{Kind: simulator.Status, Status: http.StatusMethodNotAllowed},
		{Kind: simulator.Redirect},
		{Kind: simulator.HTML},
	} {
		fault.Path = auditPath
		steps = append(steps, resource.TestStep{
			PreConfig: func() { jira.ClearFaults(); jira.Inject(fault) },
			Config:    dcAuditEventsConfig(estate, ""),
			ConfigStateChecks: []statecheck.StateCheck{
				dcAuditEvents.has("available", knownvalue.Bool(false)),
				dcAuditEvents.has("events", knownvalue.ListExact(nil)),
				dcAuditEvents.has("truncated", knownvalue.Bool(false)),
			},
		})
	}
	steps = append(steps,
		resource.TestStep{Config: dcAuditEventsConfig(estate, "require_available = true"), ExpectError: says("login page or proxy")},
		resource.TestStep{
			PreConfig: func() {
				jira.ClearFaults()
				jira.Inject(simulator.Fault{Path: auditPath, Status: http.StatusNotFound})
			},
			Config:      dcAuditEventsConfig(estate, "require_available = true"),
			ExpectError: says("it has no REST API for its audit log"),
		},
		resource.TestStep{
			PreConfig:         jira.ClearFaults,
			Config:            dcAuditEventsConfig(estate, "require_available = true\ntimeouts = { read = \"1m\" }"),
			ConfigStateChecks: []statecheck.StateCheck{dcAuditEvents.has("available", knownvalue.Bool(true)), dcAuditEvents.has("timeouts", knownvalue.MapExact(map[string]knownvalue.Check{"read": knownvalue.StringExact("1m")}))},
		})
	run(t, estate, steps...)
}

func TestAccDCAuditEvents_keepsAnEventWhoseTimeIsOdd(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	jira.Inject(simulator.Fault{Path: auditPath, Status: http.StatusOK, Body: `{"entities":[` +
		`{"timestamp":{"epochSecond":1772352000,"nano":0},"type":{"action":"a"}},{"timestamp":"yesterday","type":{"action":"b"}},null,{"timestamp":null,"type":{"action":"c"}}]}`})
	event := func(at knownvalue.Check, action string) knownvalue.Check {
		return knownvalue.ObjectPartial(map[string]knownvalue.Check{"time": at, "action": knownvalue.StringExact(action)})
	}
	run(t, estate, resource.TestStep{
		Config: dcAuditEventsConfig(estate, ""),
		ConfigStateChecks: []statecheck.StateCheck{
			dcAuditEvents.has("events", knownvalue.ListSizeExact(3)),
			dcAuditEvents.has("events", knownvalue.ListPartial(map[int]knownvalue.Check{
				0: event(knownvalue.StringExact("2026-03-01T08:00:00Z"), "a"), 1: event(knownvalue.Null(), "b"), 2: event(knownvalue.Null(), "c"),
			})),
		},
	})
}
