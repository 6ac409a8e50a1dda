package datacenter

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// ambiguousAnswers are answers to a rotation that do not tell whether it
// happened. None of them does anything itself.
func ambiguousAnswers() map[string]treatment {
	return map[string]treatment{
		"500":                {fault: &simulator.Fault{Status: 500, Body: `{"status":"FAILED","message":"boom"}`}},
		"502 page":           {fault: &simulator.Fault{Status: 502, Body: "<html>", ContentType: "text/html"}},
		"503":                {fault: &simulator.Fault{Status: 503, Header: http.Header{"Retry-After": {"1"}}}},
		"504":                {fault: &simulator.Fault{Status: 504}},
		"reset":              {fault: &simulator.Fault{Kind: simulator.ResetBefore}},
		"never answered":     {fault: &simulator.Fault{}, back: forever},
		"login page":         {fault: &simulator.Fault{Kind: simulator.HTML}},
		"redirect":           {fault: &simulator.Fault{Kind: simulator.Redirect}},
		"no JSON":            {fault: &simulator.Fault{Status: 200, Body: "rotated"}},
		"null":               {fault: &simulator.Fault{Status: 200, Body: "null"}},
		"list":               {fault: &simulator.Fault{Status: 200, Body: "[]"}},
		"status is a number": {fault: &simulator.Fault{Status: 200, Body: `{"status":1}`}},
	}
}

// The rotations that may still run: their outcome is awaited for longer.
func mayStillRun(answer string) bool {
	return answer == "504" || answer == "never answered"
}

func TestChangeAESKeys_establishesTheOutcomeByLooking(t *testing.T) {
	t.Parallel()
	later := func(d time.Duration) func(*testing.T, *site) {
		return func(t *testing.T, at *site) {
			go func() {
				if (clock.System{}).Sleep(t.Context(), d) == nil {
					at.Rotate()
				}
			}()
		}
	}
	for world, test := range map[string]struct {
		happens func(*testing.T, *site)
		// rotated says whether the list shows a rotation, patiently whether it
		// does to who waits for as long as there is time.
		rotated, patiently bool
		warnings           int
	}{
		"rotated":                        {func(_ *testing.T, at *site) { at.Rotate() }, true, true, 1},
		"rotated by others too":          {func(_ *testing.T, at *site) { at.Rotate(); at.Rotate() }, true, true, 2},
		"rotated after a deletion":       {func(_ *testing.T, at *site) { at.DeleteInactiveKeys(); at.Rotate() }, true, true, 1},
		"rotated a little later":         {later(9 * time.Second), true, true, 1},
		"rotated much later":             {later(2 * time.Minute), false, true, 1},
		"nothing":                        {func(*testing.T, *site) {}, false, false, 0},
		"others deleted":                 {func(_ *testing.T, at *site) { at.DeleteInactiveKeys() }, false, false, 0},
		"rotated, and all deleted since": {func(_ *testing.T, at *site) { at.Rotate(); at.DeleteInactiveKeys() }, false, false, 0},
	} {
		for name, answer := range ambiguousAnswers() {
			t.Run(name+"/"+world, func(t *testing.T) {
				t.Parallel()
				simulate(t, jira(), func(t *testing.T, at *site) {
					at.treat(http.MethodPost, rotatePath, answer)
					at.wire.on(http.MethodPost, rotatePath, func() { test.happens(t, at) })
					start := clock.System{}.Now()
					report, err := at.change(t, AESKeyChange{Rotate: true})
					at.expectCounts(t, 1, 0)
					if !slices.Equal(report.InactiveKeys, at.InactiveKeys()) {
						t.Errorf("inactive keys %q, want %q", report.InactiveKeys, at.InactiveKeys())
					}
					if test.rotated || test.patiently && mayStillRun(name) {
						expectEstablished(t, report, err, start, test.warnings)
					} else {
						expectUnsettled(t, report, err, start)
					}
				})
			})
		}
	}
}

// expectEstablished fails unless a rotation of unknown outcome was found to
// have happened.
func expectEstablished(t *testing.T, report AESKeyReport, err error, sentAt time.Time, warnings int) {
	t.Helper()
	if err != nil {
		t.Fatalf("error %v", err)
	}
	if !report.RotatedAt.Equal(sentAt) || !report.Unsettled.At.IsZero() || report.Unlisted || !report.Changed() {
		t.Errorf("report %+v", report)
	}
	if report.Status != "" || report.Message != "" {
		t.Errorf("status %q and message %q of an answer that nobody read", report.Status, report.Message)
	}
	if len(report.Warnings) != warnings || !strings.Contains(report.Warnings[0], "shows that it happened") {
		t.Errorf("warnings %q, want %d", report.Warnings, warnings)
	}
	if warnings == 2 && !strings.Contains(report.Warnings[1], "somebody else") {
		t.Errorf("warnings %q", report.Warnings)
	}
}

// expectUnsettled fails unless the outcome of a rotation was left open.
func expectUnsettled(t *testing.T, report AESKeyReport, err error, sentAt time.Time) {
	t.Helper()
	if failure := failedStep(t, err, StepRotate); !failure.Unsettled {
		t.Errorf("error %v is settled", err)
	}
	if !report.RotatedAt.IsZero() || !report.Changed() || len(report.Warnings) > 0 {
		t.Errorf("report %+v", report)
	}
	attempt := report.Unsettled
	if !attempt.At.Equal(sentAt) || !slices.Equal(attempt.Before, []string{"old-key"}) || attempt.Seen {
		t.Errorf("attempt %+v", attempt)
	}
}

func TestChangeAESKeys_findsWhatAnAnswerHid(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]treatment{
		"500 after the change":      {fault: &simulator.Fault{After: true}},
		"504 after the change":      {fault: &simulator.Fault{Status: 504, After: true}},
		"late 504":                  {fault: &simulator.Fault{Status: 504, After: true}, there: 4 * time.Minute},
		"reset after the change":    {fault: &simulator.Fault{Kind: simulator.ResetAfter}},
		"answer cut short":          {fault: &simulator.Fault{Kind: simulator.TruncatedBody}},
		"huge answer":               {fault: &simulator.Fault{Kind: simulator.HugeBody, After: true}},
		"login page":                {fault: &simulator.Fault{Kind: simulator.HTML, After: true}},
		"redirect":                  {fault: &simulator.Fault{Kind: simulator.Redirect, After: true}},
		"never answered":            {back: forever},
		"change as the client goes": {there: forever},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodPost, rotatePath, answer)
				start := clock.System{}.Now()
				report, err := at.change(t, AESKeyChange{Rotate: true})
				expectEstablished(t, report, err, start, 1)
				at.expectCounts(t, 1, 0)
				if at.Rotations() != 1 {
					t.Errorf("%d rotations", at.Rotations())
				}
			})
		})
	}
}

func TestChangeAESKeys_takesASuccessForOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body            string
		status, message string
	}{
		"documented":     {`{"status":"SUCCESS","message":"done"}`, "SUCCESS", "done"},
		"status alone":   {`{"status":"SUCCESS"}`, "SUCCESS", ""},
		"message alone":  {`{"message":"done"}`, "", "done"},
		"neither":        {`{}`, "", ""},
		"null fields":    {`{"status":null,"message":null}`, "", ""},
		"unknown fields": {`{"status":"SUCCESS","message":"done","keys":[1],"took":{"ms":5}}`, "SUCCESS", "done"},
		"empty":          {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(simulator.Fault{Method: http.MethodPost, Status: 200, Body: test.body, After: true})
				report, err := at.change(t, AESKeyChange{Rotate: true})
				if err != nil || len(report.Warnings) > 0 {
					t.Fatalf("error %v, warnings %q", err, report.Warnings)
				}
				if report.Status != test.status || report.Message != test.message {
					t.Errorf("status %q, message %q", report.Status, report.Message)
				}
				at.expectCounts(t, 1, 0)
			})
		})
	}
}

func TestChangeAESKeys_takesARefusalForOne(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"400":              {Status: 400},
		"401":              {Status: 401},
		"403":              {Status: 403, Body: "XSRF check failed", ContentType: "text/plain"},
		"404":              {Status: 404},
		"406":              {Status: 406, Body: `{"status":"FAILED","message":"upgrade in progress"}`},
		"406 without body": {Status: 406},
		"406 page":         {Kind: simulator.HTML, Status: 406},
		"409":              {Status: 409},
		"501":              {Status: 501},
		"429 for too long": {Kind: simulator.RateLimited, Wait: time.Hour},
		"429 for ever":     {Status: 429, Header: http.Header{"Retry-After": {"9223372036854775807"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodPost, rotatePath, treatment{fault: &fault})
				start := clock.System{}.Now()
				report, err := at.change(t, AESKeyChange{Rotate: true, DeleteAfter: true})
				if failedStep(t, err, StepRotate).Unsettled || report.Changed() || len(report.Warnings) > 0 {
					t.Errorf("error %v, report %+v", err, report)
				}
				at.expectSent(t, getInactive, postRotate)
				if took := (clock.System{}).Now().Sub(start); took > 0 {
					t.Errorf("took %s to fail", took)
				}
			})
		})
	}
}

func TestChangeAESKeys_sendsAgainWhatDidNotRun(t *testing.T) {
	t.Parallel()
	for name, disturb := range map[string]func(*site){
		"rate limited": func(at *site) {
			at.Inject(simulator.Fault{Method: http.MethodPost, Kind: simulator.RateLimited, Times: 2, Wait: 5 * time.Second})
		},
		"unreachable": func(at *site) {
			refused := 0
			at.wire.before(func(request *http.Request) error {
				if request.Method == http.MethodPost && refused < 2 {
					refused++
					return errUnreachable
				}
				return nil
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				disturb(at)
				report, err := at.change(t, AESKeyChange{Rotate: true})
				if err != nil || len(report.Warnings) > 0 || at.Rotations() != 1 {
					t.Errorf("error %v, warnings %q after %d rotations", err, report.Warnings, at.Rotations())
				}
			})
		})
	}
}

func TestChangeAESKeys_isNotUnsettledWhereNothingWasSent(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.wire.cut(http.MethodPost, rotatePath)
		report, err := at.change(t, AESKeyChange{Rotate: true})
		if failedStep(t, err, StepRotate).Unsettled || report.Changed() {
			t.Errorf("error %v, report %+v", err, report)
		}
		at.expectSent(t, getInactive)
	})
}

func TestChangeAESKeys_staysUnsettledWhereNobodyCanLook(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Inject(simulator.Fault{Method: http.MethodPost, Status: 500, After: true})
		at.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Skip: 1, Status: 403})
		start := clock.System{}.Now()
		report, err := at.change(t, AESKeyChange{Rotate: true})
		expectUnsettled(t, report, err, start)
		for _, want := range []string{"500 Internal", "403 Forbidden"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("error %v does not say %s", err, want)
			}
		}
		at.expectCounts(t, 1, 0)
	})
}

func TestChangeAESKeys_recognisesAnEarlierRotation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		earlier func(time.Time) Attempt
		prepare func(*site)
		rotate  bool
		// recognised says whether the earlier one counts, sent how many follow.
		recognised bool
		sent       int
	}{
		"it shows":                             {attemptBefore("old-key"), func(at *site) { at.Rotate() }, true, true, 0},
		"it shows, from nothing":               {attemptBefore(), func(*site) {}, true, true, 0},
		"somebody saw it":                      {func(at time.Time) Attempt { return Attempt{At: at, Before: []string{"old-key"}, Seen: true} }, func(*site) {}, true, true, 0},
		"somebody saw it, and all was deleted": {func(at time.Time) Attempt { return Attempt{At: at, Seen: true} }, func(at *site) { at.DeleteInactiveKeys() }, true, true, 0},
		"it does not show":                     {attemptBefore("old-key"), func(*site) {}, true, false, 1},
		"all was deleted":                      {attemptBefore("old-key"), func(at *site) { at.DeleteInactiveKeys() }, true, false, 1},
		"there was none":                       {func(time.Time) Attempt { return Attempt{} }, func(at *site) { at.Rotate() }, true, false, 1},
		"no rotation is asked for":             {attemptBefore("old-key"), func(at *site) { at.Rotate() }, false, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				test.prepare(at)
				sentAt := clock.System{}.Now().Add(-time.Hour)
				report, err := at.change(t, AESKeyChange{Preflight: true, Rotate: test.rotate, Earlier: test.earlier(sentAt)})
				if err != nil {
					t.Fatal(err)
				}
				at.expectCounts(t, test.sent, 0)
				if report.RotatedAt.Equal(sentAt) != test.recognised || len(report.Warnings) > 0 != test.recognised {
					t.Errorf("rotated at %s, warnings %q", report.RotatedAt, report.Warnings)
				}
			})
		})
	}
}

// attemptBefore returns what makes an attempt that saw these names listed.
func attemptBefore(names ...string) func(time.Time) Attempt {
	return func(at time.Time) Attempt { return Attempt{At: at, Before: names} }
}

func TestChangeAESKeys_deletesAfterAnEarlierRotation(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Rotate()
		attempt := Attempt{At: clock.System{}.Now(), Before: []string{"old-key"}}
		report, err := at.change(t, AESKeyChange{Preflight: true, Rotate: true, DeleteAfter: true, Earlier: attempt})
		if err != nil || len(report.Deleted) != 2 {
			t.Errorf("error %v, deleted %q", err, report.Deleted)
		}
		at.expectSent(t, getStatus, getManifest, getInactive, deleteKeys)
	})
}
