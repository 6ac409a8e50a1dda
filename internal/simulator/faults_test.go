// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// rotation asks for a rotation as an administrator.
func rotation(i *simulator.Instance) message {
	return ask(http.MethodPost, i.URL()+rotatePath).bearer(adminToken)
}

func TestFault_statusIsAnsweredInstead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault     simulator.Fault
		status    int
		body      string
		mediaType string
		rotations int
	}{
		"default":      {simulator.Fault{}, 500, "", "", 0},
		"before":       {simulator.Fault{Status: 502, Body: `{"message":"x"}`}, 502, `{"message":"x"}`, "application/json;charset=UTF-8", 0},
		"after":        {simulator.Fault{Status: 500, After: true}, 500, "", "", 1},
		"content type": {simulator.Fault{Status: 401, Body: "no", ContentType: "text/plain"}, 401, "no", "text/plain", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			jira := newKeyInstance(t)
			jira.Inject(test.fault)
			got := rotation(jira).send(t).wantStatus(t, test.status)
			wantEqual(t, "body", got.body, test.body)
			wantEqual(t, "Content-Type", got.header.Get("Content-Type"), test.mediaType)
			wantEqual(t, "rotations", jira.Rotations(), test.rotations)
			wantEqual(t, "logged status", jira.Requests()[0].Status, test.status)
		})
	}
}

func TestFault_headerIsAdded(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.Inject(simulator.Fault{Status: 503, Header: http.Header{"Retry-After": {"9223372036854775807"}}})
	wantEqual(t, "Retry-After", rotation(jira).send(t).header.Get("Retry-After"), "9223372036854775807")
}

func TestFault_resetDropsTheConnection(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		kind      simulator.FaultKind
		rotations int
	}{
		"before": {simulator.ResetBefore, 0},
		"after":  {simulator.ResetAfter, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			jira := newKeyInstance(t)
			jira.Inject(simulator.Fault{Kind: test.kind, Times: 1})
			_, err := rotation(jira).attempt(t.Context())
			if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
				t.Errorf("unexpected error %v", err)
			}
			wantEqual(t, "rotations", jira.Rotations(), test.rotations)
			wantEqual(t, "logged status", jira.Requests()[0].Status, 0)
			rotation(jira).send(t).wantStatus(t, http.StatusOK)
		})
	}
}

func TestFault_resetDropsATLSConnection(t *testing.T) {
	t.Parallel()
	jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.TLS = true })
	jira.Inject(simulator.Fault{Kind: simulator.ResetBefore})
	if got, err := rotation(jira).by(trusting(jira)).attempt(t.Context()); err == nil {
		t.Errorf("unexpected answer %v", got)
	}
	wantEqual(t, "requests", len(jira.Requests()), 1)
}

func TestFault_truncatedBodyBreaksOff(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.Inject(simulator.Fault{Kind: simulator.TruncatedBody})
	got, err := rotation(jira).attempt(t.Context())
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("unexpected error %v", err)
	}
	wantEqual(t, "status", got.status, http.StatusOK)
	if !strings.HasPrefix(got.body, `{"message"`) || strings.HasSuffix(got.body, "}") {
		t.Errorf("unexpected body %q", got.body)
	}
	wantEqual(t, "rotations", jira.Rotations(), 1)
}

func TestFault_hugeBodyIsHugeJSON(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.Inject(simulator.Fault{Kind: simulator.HugeBody})
	got := rotation(jira).send(t).wantStatus(t, http.StatusOK)
	if len(got.body) < 16<<20 || !strings.HasPrefix(got.body, `{"`) || !strings.HasSuffix(got.body, `"}`) {
		t.Errorf("unexpected body of %d bytes", len(got.body))
	}
	wantEqual(t, "rotations", jira.Rotations(), 0)
}

func TestFault_loginPageIsHTML(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.Inject(simulator.Fault{Kind: simulator.HTML, Times: 1})
	jira.Inject(simulator.Fault{Kind: simulator.HTML, Status: 403, After: true})
	for _, status := range []int{200, 403} {
		got := rotation(jira).send(t).wantStatus(t, status)
		wantEqual(t, "Content-Type", got.header.Get("Content-Type"), "text/html;charset=UTF-8")
		if !strings.HasPrefix(got.body, "<!DOCTYPE html>") {
			t.Errorf("unexpected body %q", got.body)
		}
	}
	wantEqual(t, "rotations", jira.Rotations(), 1)
}

func TestFault_redirectLeadsToALoginPage(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.Inject(simulator.Fault{Kind: simulator.Redirect, Times: 1})
	jira.Inject(simulator.Fault{Kind: simulator.Redirect, Status: 307, Header: http.Header{"Location": {"https://sso.example/"}}})
	got := rotation(jira).send(t).wantStatus(t, http.StatusFound)
	wantEqual(t, "Location", got.header.Get("Location"), "/login.jsp?permissionViolation=true")
	got = rotation(jira).send(t).wantStatus(t, http.StatusTemporaryRedirect)
	wantEqual(t, "Location", got.header.Get("Location"), "https://sso.example/")
	wantEqual(t, "rotations", jira.Rotations(), 0)
}

func TestFault_delayAnswersLate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  simulator.Fault
		status int
	}{
		"the truth":          {simulator.Fault{Kind: simulator.Delay, Delay: time.Minute}, 200},
		"a gateway's excuse": {simulator.Fault{Kind: simulator.Delay, Delay: time.Minute, Status: 504}, 504},
		"with a late change": {simulator.Fault{Kind: simulator.Delay, Delay: time.Minute, LateChange: true}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			jira, clock := newInstance(t, simulator.Jira)
			jira.Inject(test.fault)
			before := clock.Now()
			rotation(jira).send(t).wantStatus(t, test.status)
			wantEqual(t, "delay", clock.Now().Sub(before), time.Minute)
			wantEqual(t, "rotations", jira.Rotations(), 1)
		})
	}
}

// leaveDuring sends a request and goes away as soon as it has arrived.
func leaveDuring(t *testing.T, i *simulator.Instance, arrived <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-arrived
		cancel()
	}()
	if _, err := rotation(i).attempt(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("unexpected error %v", err)
	}
	i.WaitIdle()
}

func TestFault_delayEndsWhenTheClientLeaves(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]bool{"change at once": false, "late change": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arrived := make(chan struct{})
			before := make(chan int, 1)
			var jira *simulator.Instance
			s, _ := newSimulator(t, simulator.WithSleep(func(ctx context.Context, _ time.Duration) error {
				before <- jira.Rotations()
				close(arrived)
				<-ctx.Done()
				return ctx.Err()
			}))
			jira = s.AddInstance(simulator.InstanceConfig{Product: simulator.Jira, Token: adminToken})
			jira.Inject(simulator.Fault{Kind: simulator.Delay, Delay: time.Hour, LateChange: late})
			leaveDuring(t, jira, arrived)
			wantEqual(t, "changed at once", <-before == 1, !late)
			wantEqual(t, "rotations in the end", jira.Rotations(), 1)
		})
	}
}

func TestFault_delayWithoutDurationNeverAnswers(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 100)
	clock := newTestClock()
	s, _ := newSimulator(t, simulator.WithClock(func() time.Time {
		arrived <- struct{}{}
		return clock.Now()
	}))
	jira := s.AddInstance(simulator.InstanceConfig{Product: simulator.Jira, Token: adminToken})
	jira.Inject(simulator.Fault{Kind: simulator.Delay})
	for len(arrived) > 0 {
		<-arrived
	}
	leaveDuring(t, jira, arrived)
	wantEqual(t, "rotations", jira.Rotations(), 1)
	wantEqual(t, "logged status", jira.Requests()[0].Status, 0)
}

func TestFault_changeLaterWaitsForTheTest(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.Inject(simulator.Fault{Kind: simulator.ChangeLater, Status: 500, Times: 1})
	jira.Inject(simulator.Fault{Kind: simulator.ChangeLater, Times: 1})
	jira.Inject(simulator.Fault{Kind: simulator.ChangeLater, Status: 504, Delay: time.Minute, Times: 1})

	rotation(jira).send(t).wantStatus(t, http.StatusInternalServerError)
	if _, err := rotation(jira).attempt(t.Context()); err == nil {
		t.Error("the connection was not dropped")
	}
	rotation(jira).send(t).wantStatus(t, http.StatusGatewayTimeout)
	wantEqual(t, "rotations before", jira.Rotations(), 0)

	jira.CompletePending()
	wantEqual(t, "rotations after", jira.Rotations(), 3)
	jira.CompletePending()
	wantEqual(t, "rotations after a second completion", jira.Rotations(), 3)
}

func TestFault_rateLimitedSaysHowLongToWait(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		form         simulator.RateLimitForm
		wait         time.Duration
		header, want string
	}{
		"seconds":         {simulator.RetryAfterSeconds, 1500 * time.Millisecond, "Retry-After", "2"},
		"default seconds": {simulator.RetryAfterSeconds, 0, "Retry-After", "1"},
		"date":            {simulator.RetryAfterDate, time.Minute, "Retry-After", "Sun, 01 Mar 2026 12:01:00 GMT"},
		"reset":           {simulator.RateLimitReset, time.Minute, "X-RateLimit-Reset", "2026-03-01T12:01:00Z"},
		"reset minutes":   {simulator.RateLimitResetMinutes, time.Second, "X-RateLimit-Reset", "2026-03-01T12:01Z"},
		"nothing":         {simulator.NoRateLimitHeader, time.Minute, "Retry-After", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			jira := newKeyInstance(t)
			jira.Inject(simulator.Fault{Kind: simulator.RateLimited, Form: test.form, Wait: test.wait})
			got := rotation(jira).send(t).wantStatus(t, http.StatusTooManyRequests)
			wantEqual(t, test.header, got.header.Get(test.header), test.want)
			wantEqual(t, "body", got.body, `{"message":"Rate limit exceeded."}`)
			wantEqual(t, "rotations", jira.Rotations(), 0)
		})
	}
}

func TestFault_strikesWhatItMatchesAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.Inject(simulator.Fault{Method: http.MethodGet, Path: "/keys/inactive", Skip: 1, Times: 2, Status: 503})
	read := ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken)
	for _, want := range []int{200, 503, 503, 200} {
		ask(http.MethodDelete, jira.URL()+inactivePath).bearer(adminToken).send(t).wantStatus(t, http.StatusOK)
		ask(http.MethodGet, jira.URL()+"/status").send(t).wantStatus(t, http.StatusOK)
		read.send(t).wantStatus(t, want)
	}
}

func TestFault_clearedFaultsStrikeNoMore(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.Inject(simulator.Fault{})
	rotation(jira).send(t).wantStatus(t, http.StatusInternalServerError)
	jira.ClearFaults()
	rotation(jira).send(t).wantStatus(t, http.StatusOK)
}
