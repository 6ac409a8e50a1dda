// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestStatus_tellsTheStateToAnyone(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	for state, want := range map[string]int{
		"RUNNING": 200, "STARTING": 200, "STOPPING": 200, "FIRST_RUN": 200,
		"MAINTENANCE": 503, "ERROR": 500,
	} {
		jira.SetState(state)
		got := ask(http.MethodGet, jira.URL()+"/status").send(t).wantStatus(t, want)
		wantEqual(t, "body", got.body, `{"state":"`+state+`"}`)
	}
	ask(http.MethodPost, jira.URL()+"/status").send(t).wantStatus(t, http.StatusMethodNotAllowed)
}

func TestStatus_standsElsewhereOnBambooAndBelowTheContextPath(t *testing.T) {
	t.Parallel()
	bamboo, _ := newInstance(t, simulator.Bamboo)
	ask(http.MethodGet, bamboo.URL()+"/rest/api/latest/status").send(t).wantStatus(t, http.StatusOK)
	ask(http.MethodGet, bamboo.URL()+"/status").send(t).wantStatus(t, http.StatusNotFound)

	crowd, _ := newInstance(t, simulator.Crowd, func(c *simulator.InstanceConfig) { c.ContextPath = "/crowd/" })
	ask(http.MethodGet, crowd.URL()+"/status").send(t).wantStatus(t, http.StatusOK)
}

func TestStatus_whatIsNotRunningServesNothingElse(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.SetState("STARTING")
	rotation(jira).send(t).wantStatus(t, http.StatusServiceUnavailable)
	wantEqual(t, "rotations", jira.Rotations(), 0)

	careless, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) {
		c.Guesses.AnswerWhileNotRunning = true
	})
	careless.SetState("STARTING")
	rotation(careless).send(t).wantStatus(t, http.StatusOK)
}
