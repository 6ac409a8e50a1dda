// SPDX-License-Identifier: MPL-2.0

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
func stillRunning(answer string) bool {
	return answer == "504" || answer == "never answered"
}

func TestChangeAESKeys_establishesTheOutcomeByLooking(t *testing.T) {
	t.Parallel()
	later := func(d time.Duration) func(*testing.T, *site) {
		return func(t *testing.T, at *site) { after(t, d, func() { at.Rotate() }) }
	}
	for world, test := range map[string]struct {
		happens func(*testing.T, *site)
		// rotated says whether the list shows a rotation, patiently whether it
		// does to who waits for as long as there is time.
		rotated, patiently bool
		rotations          int
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
					report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Rotate: true})
					at.expectCounts(t, 1, 0)
					if !slices.Equal(report.InactiveKeys, at.InactiveKeys()) {
						t.Errorf("inactive keys %q, want %q", report.InactiveKeys, at.InactiveKeys())
					}
					if test.rotated || test.patiently && stillRunning(name) {
						expectEstablished(t, report, err, start, test.rotations)
					} else {
						expectUnsettled(t, report, err, start, stillRunning(name))
					}
				})
			})
		}
	}
}

// after has something happen after d, unless the test is over by then.
func after(t *testing.T, d time.Duration, happens func()) {
	t.Helper()
	go func() {
		if (clock.System{}).Sleep(t.Context(), d) == nil {
			happens()
		}
	}()
}

// expectEstablished fails unless a rotation of unknown outcome counts, as the
// list shows that many rotations since.
func expectEstablished(t *testing.T, report AESKeyReport, err error, sentAt time.Time, rotations int) {
	t.Helper()
	if err != nil {
		t.Fatalf("error %v", err)
	}
	if !report.RotatedAt.Equal(sentAt) || !report.UnsettledAt.IsZero() || report.Unlisted || !report.Changed() || report.Abandoned != (Abandoned{}) {
		t.Errorf("report %+v", report)
	}
	if report.Status != "" || report.Message != "" {
		t.Errorf("status %q and message %q of an answer that nobody read", report.Status, report.Message)
	}
	want := map[int]string{1: "One rotation has happened since", 2: "2 rotations have happened since"}[rotations]
	if len(report.Warnings) != 1 || !strings.Contains(report.Warnings[0], want) {
		t.Errorf("warnings %q, want %q", report.Warnings, want)
	}
}

// expectUnsettled fails unless the outcome of a rotation was left open, which
// abandoned says may still be carried out.
func expectUnsettled(t *testing.T, report AESKeyReport, err error, sentAt time.Time, abandoned bool) {
	t.Helper()
	if failure := failedStep(t, err, StepRotate); !failure.Unsettled {
		t.Errorf("error %v is settled", err)
	}
	if !report.RotatedAt.IsZero() || !report.Changed() || len(report.Warnings) > 0 {
		t.Errorf("report %+v", report)
	}
	if !report.UnsettledAt.Equal(sentAt) || !slices.Equal(report.Seen, []string{"old-key"}) {
		t.Errorf("unsettled since %s, want %s; seen %q", report.UnsettledAt, sentAt, report.Seen)
	}
	want := Abandoned{}
	if abandoned {
		want.RotationAt = report.UnsettledAt
	}
	if report.Abandoned != want {
		t.Errorf("abandoned %+v, want %+v", report.Abandoned, want)
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
				report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Rotate: true})
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
				report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Rotate: true})
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
				report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Rotate: true})
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
		report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Rotate: true})
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
		report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Rotate: true})
		expectUnsettled(t, report, err, start, false)
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
	sent := clock.System{}.Now().Add(-time.Hour)
	for name, test := range map[string]struct {
		change  AESKeyChange
		prepare func(*site)
		// recognised says whether the earlier one counts, sent how many follow.
		recognised bool
		sent       int
		// want is a part of the one warning; empty for none.
		want string
	}{
		"it shows": {
			AESKeyChange{Known: []string{"old-key"}, Earlier: sent, EarlierCounts: true, Rotate: true},
			func(at *site) { at.Rotate() }, true, 0, "One rotation has happened since",
		},
		"it shows, from nothing": {
			AESKeyChange{Earlier: sent, EarlierCounts: true, Rotate: true},
			func(*site) {}, true, 0, "One rotation has happened since",
		},
		"it shows, and all before was deleted": {
			AESKeyChange{Known: []string{"old-key"}, Earlier: sent, EarlierCounts: true, Rotate: true},
			func(at *site) { at.DeleteInactiveKeys(); at.Rotate() }, true, 0, "One rotation has happened since",
		},
		"others have rotated too": {
			AESKeyChange{Known: []string{"old-key"}, Earlier: sent, EarlierCounts: true, Rotate: true},
			func(at *site) { at.Rotate(); at.Rotate() }, true, 0, "2 rotations have happened since",
		},
		"it does not show": {
			AESKeyChange{Known: []string{"old-key"}, Earlier: sent, EarlierCounts: true, Rotate: true},
			func(*site) {}, false, 1, "",
		},
		"a key that was known before came back": {
			AESKeyChange{Known: []string{"older-key", "old-key"}, Earlier: sent, EarlierCounts: true, Rotate: true},
			func(*site) {}, false, 1, "",
		},
		"all was deleted": {
			AESKeyChange{Known: []string{"old-key"}, Earlier: sent, EarlierCounts: true, Rotate: true},
			func(at *site) { at.DeleteInactiveKeys() }, false, 1, "",
		},
		"it was sent for another decision": {
			AESKeyChange{Known: []string{"old-key"}, Earlier: sent, Rotate: true},
			func(at *site) { at.Rotate() }, false, 1, "somebody else has rotated, or an earlier request was carried out after all",
		},
		"there was none": {
			AESKeyChange{Known: []string{"old-key"}, Rotate: true},
			func(at *site) { at.Rotate() }, false, 1, "somebody else has rotated",
		},
		"there was none that could count": {
			AESKeyChange{Known: []string{"old-key"}, EarlierCounts: true, Rotate: true},
			func(at *site) { at.Rotate() }, false, 1, "somebody else has rotated",
		},
		"no rotation is asked for": {
			AESKeyChange{Known: []string{"old-key"}, Earlier: sent, EarlierCounts: true},
			func(at *site) { at.Rotate() }, false, 0, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				test.prepare(at)
				test.change.Preflight = true
				report, err := at.change(t, test.change)
				if err != nil {
					t.Fatal(err)
				}
				at.expectCounts(t, test.sent, 0)
				if report.RotatedAt.Equal(sent) != test.recognised || report.RotatedAt.IsZero() != (test.sent == 0 && !test.recognised) {
					t.Errorf("rotated at %s", report.RotatedAt)
				}
				expectWarning(t, report, test.want)
			})
		})
	}
}

// expectWarning fails unless there is one warning that says want, or none where
// want is empty.
func expectWarning(t *testing.T, report AESKeyReport, want ...string) {
	t.Helper()
	said := strings.Join(want, "")
	if (len(report.Warnings) > 0) != (said != "") || len(report.Warnings) > 1 {
		t.Errorf("warnings %q, want %q", report.Warnings, want)
	}
	for _, words := range want {
		if !strings.Contains(strings.Join(report.Warnings, " "), words) {
			t.Errorf("warnings %q, want %q", report.Warnings, words)
		}
	}
}

func TestChangeAESKeys_rotatesOnceMoreForAnotherDecision(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		known := []string{"old-key"}
		at.Inject(simulator.Fault{Method: http.MethodPost, Kind: simulator.ChangeLater, Times: 1})
		first, err := at.change(t, AESKeyChange{Known: known, Rotate: true})
		expectUnsettled(t, first, err, first.UnsettledAt, false)
		at.CompletePending()
		second, err := at.change(t, AESKeyChange{Known: known, Rotate: true, Earlier: first.UnsettledAt})
		if err != nil || second.RotatedAt.IsZero() || second.RotatedAt.Equal(first.UnsettledAt) {
			t.Errorf("error %v, report %+v", err, second)
		}
		expectWarning(t, second, "an earlier request was carried out after all")
		at.expectCounts(t, 2, 0)
		if at.Rotations() != 2 {
			t.Errorf("%d rotations, want 2", at.Rotations())
		}
	})
}

func TestChangeAESKeys_takesNoKnownKeyForARotation(t *testing.T) {
	t.Parallel()
	before := simulator.Fault{Method: http.MethodGet, Path: inactivePath, Times: 1, Status: 200, Body: `{"inactiveKeys":["K1"]}`}
	for name, test := range map[string]struct {
		known   []string
		rotated bool
	}{
		"known":   {[]string{"K1", "K2"}, false},
		"unknown": {[]string{"K1"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := jira()
			config.InactiveKeys = []string{"K1", "K2"}
			simulate(t, config, func(t *testing.T, at *site) {
				at.Inject(before)
				at.Inject(simulator.Fault{Method: http.MethodPost, Status: 502})
				report, err := at.change(t, AESKeyChange{Known: test.known, Rotate: true})
				at.expectCounts(t, 1, 0)
				if test.rotated {
					expectEstablished(t, report, err, report.RotatedAt, 1)
					return
				}
				if !failedStep(t, err, StepRotate).Unsettled || report.UnsettledAt.IsZero() || !report.RotatedAt.IsZero() {
					t.Errorf("error %v, report %+v", err, report)
				}
				if want := []string{"K1", "K2"}; !slices.Equal(report.Seen, want) || !slices.Equal(report.InactiveKeys, want) {
					t.Errorf("report %+v", report)
				}
			})
		})
	}
}

func TestChangeAESKeys_abandonsOnlyARotationThatMayStillRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer    treatment
		abandoned bool
	}{
		"504":            {treatment{fault: &simulator.Fault{Status: 504}}, true},
		"never answered": {treatment{fault: &simulator.Fault{}, back: forever}, true},
		"502":            {treatment{fault: &simulator.Fault{Status: 502}}, false},
		"reset":          {treatment{fault: &simulator.Fault{Kind: simulator.ResetBefore}}, false},
		"login page":     {treatment{fault: &simulator.Fault{Kind: simulator.HTML}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodPost, rotatePath, test.answer)
				start := clock.System{}.Now()
				report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Rotate: true})
				expectUnsettled(t, report, err, start, test.abandoned)
				at.expectCounts(t, 1, 0)
			})
		})
	}
}

func TestChangeAESKeys_deletesAfterAnEarlierRotation(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Rotate()
		report, err := at.change(t, AESKeyChange{
			Preflight: true, Rotate: true, DeleteAfter: true, Known: []string{"old-key"}, Deletable: []string{"old-key"},
			Earlier: clock.System{}.Now(), EarlierCounts: true,
		})
		if err != nil || len(report.Deleted) != 2 {
			t.Errorf("error %v, deleted %q", err, report.Deleted)
		}
		at.expectSent(t, getStatus, getManifest, getInactive, "GET /rest/api/2/cluster/zdu/state", "GET /rest/api/2/cluster/nodes", deleteKeys)
	})
}

func TestChangeAESKeys_takesNoKeySeenBeforeTheRequestForItsEffect(t *testing.T) {
	t.Parallel()
	known := []string{"old-key"}
	for name, test := range map[string]struct {
		change  AESKeyChange
		prepare func(*site)
	}{
		"seen while a deletion was looked for": {
			AESKeyChange{DeleteBefore: true, Deletable: known},
			func(at *site) {
				at.Inject(simulator.Fault{Method: http.MethodDelete, Status: 502})
				at.wire.on(http.MethodDelete, inactivePath, func() { at.DeleteInactiveKeys(); at.Rotate() })
			},
		},
		"seen by one node while a deletion was waited out": {
			AESKeyChange{},
			func(at *site) {
				at.Rotate()
				at.Inject(unchangedList(9))
			},
		},
		"named by the answer to a deletion": {
			AESKeyChange{DeleteBefore: true, Deletable: known},
			func(at *site) {
				at.Inject(simulator.Fault{Method: http.MethodDelete, Status: 200, Body: `{"deletedKeys":["old-key","news"]}`})
				at.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Skip: 1, Status: 200, Body: `{"inactiveKeys":["news"]}`})
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				test.prepare(at)
				at.Inject(simulator.Fault{Method: http.MethodPost, Status: 502})
				change := test.change
				change.Known, change.Rotate = known, true
				if !change.DeleteBefore {
					change.Abandoned.DeletionAt = clock.System{}.Now().Add(-14 * time.Minute)
				}
				report, err := at.change(t, change)
				if !failedStep(t, err, StepRotate).Unsettled || report.UnsettledAt.IsZero() || !report.RotatedAt.IsZero() {
					t.Errorf("error %v, report %+v", err, report)
				}
				rotations, deletions := 1, 0
				if change.DeleteBefore {
					deletions = 1
				}
				at.expectCounts(t, rotations, deletions)
			})
		})
	}
}

func TestChangeAESKeys_recognisesAnEarlierRotationThatOneNodeHasShown(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Rotate()
		at.Inject(unchangedList(0))
		now := clock.System{}.Now()
		report, err := at.change(t, AESKeyChange{
			Known: []string{"old-key"}, Rotate: true, Earlier: now.Add(-time.Hour), EarlierCounts: true,
			Abandoned: Abandoned{DeletionAt: now.Add(-14 * time.Minute)},
		})
		if err != nil || !report.RotatedAt.Equal(now.Add(-time.Hour)) {
			t.Errorf("error %v, report %+v", err, report)
		}
		at.expectCounts(t, 0, 0)
	})
}
