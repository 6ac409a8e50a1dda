// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestRateLimit_headersCountDown(t *testing.T) {
	t.Parallel()
	jira, clock := newInstance(t, simulator.Jira)
	jira.SetRateLimit(&simulator.RateLimit{Capacity: 2, FillRate: 1, Interval: 10 * time.Second})
	read := ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken)
	for _, want := range []struct {
		status                int
		remaining, retryAfter string
		pause                 time.Duration
	}{
		{200, "1", "0", 0},
		{200, "0", "10", 4 * time.Second},
		{429, "0", "6", 6 * time.Second},
		{200, "0", "10", time.Hour},
		{200, "1", "0", 0},
	} {
		got := read.send(t).wantStatus(t, want.status)
		wantEqual(t, "X-RateLimit-Remaining", got.header.Get("X-RateLimit-Remaining"), want.remaining)
		wantEqual(t, "Retry-After", got.header.Get("Retry-After"), want.retryAfter)
		wantEqual(t, "X-RateLimit-Limit", got.header.Get("X-RateLimit-Limit"), "2")
		wantEqual(t, "X-RateLimit-FillRate", got.header.Get("X-RateLimit-FillRate"), "1")
		wantEqual(t, "X-RateLimit-Interval-Seconds", got.header.Get("X-RateLimit-Interval-Seconds"), "10")
		wantEqual(t, "X-RateLimit-Reset", got.header.Get("X-RateLimit-Reset"), "")
		clock.Advance(want.pause)
	}
}

func TestRateLimit_refusedRotationDoesNotRotate(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.SetRateLimit(&simulator.RateLimit{})
	got := rotation(jira).send(t).wantStatus(t, http.StatusTooManyRequests)
	wantEqual(t, "Retry-After of a block", got.header.Get("Retry-After"), "9223372036854775807")
	wantEqual(t, "body", got.body, `{"message":"Rate limit exceeded."}`)
	wantEqual(t, "rotations", jira.Rotations(), 0)

	jira.SetRateLimit(nil)
	rotation(jira).send(t).wantStatus(t, http.StatusOK)
}

func TestRateLimit_isEachUsersOwnAndNotForNobody(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.SetRateLimit(&simulator.RateLimit{Capacity: 1, FillRate: 1, Interval: time.Hour})
	info := ask(http.MethodGet, jira.URL()+"/rest/api/2/serverInfo")
	info.bearer(adminToken).send(t).wantStatus(t, http.StatusOK)
	info.bearer(adminToken).send(t).wantStatus(t, http.StatusTooManyRequests)
	info.bearer(userToken).send(t).wantStatus(t, http.StatusOK)
	got := info.send(t).wantStatus(t, http.StatusOK)
	wantEqual(t, "X-RateLimit-Limit for nobody", got.header.Get("X-RateLimit-Limit"), "")
}
