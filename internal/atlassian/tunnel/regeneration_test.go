// SPDX-License-Identifier: MPL-2.0

package tunnel

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"
)

func TestChange_checksRegeneratesAndDelivers(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		change := e.regeneration()
		change.Preflight = true
		var said []string
		change.Progress = func(message string) { said = append(said, message) }
		report, err := e.run(t, change)
		e.expectConnected(t, report, err)
		if report.End.Name != "tunnel1" || report.End.CloudOrgName != "Example" || len(report.Warnings) != 0 {
			t.Errorf("report %+v", report)
		}
		requests := e.requests()
		slices.Sort(requests[:2])
		if want := []string{"GET /rest/secrets/1.0/keys/inactive", "GET /status", regenerate, deliver}; !slices.Equal(requests, want) {
			t.Errorf("sent %q, want %q", requests, want)
		}
		if want := []string{"checking that the instance is ready", "regenerating the security key in Atlassian Cloud", "delivering the token to the instance"}; !slices.Equal(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
	})
}

func TestChange_withoutInstanceOnlyRegenerates(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		change := e.regeneration()
		change.Instance, change.Preflight = nil, true
		report, err := e.run(t, change)
		if err != nil || report.Tunnel.Token != "token-2" || !report.DeliveredAt.IsZero() || report.Undelivered {
			t.Errorf("error %v, report %+v", err, report)
		}
		e.expectSent(t, regenerate)
	})
}

// lostTokens are answers that leave open whether there is a new token.
func lostTokens() map[string]answer {
	return map[string]answer{
		"500":                    {status: 500, carriedOut: never},
		"500 after the change":   {status: 500},
		"502 page":               {status: 502, body: "<html>", contentType: "text/html"},
		"503":                    {status: 503},
		"reset":                  {err: errReset, carriedOut: never},
		"reset after the change": {err: errReset},
		"cut short":              {cut: true},
		"200 login page":         {status: 200, body: "<html>log in", contentType: "text/html"},
		"200 without body":       {status: 200},
		"204":                    {status: 204},
		"no JSON":                {status: 200, body: "token"},
		"null":                   {status: 200, body: "null"},
		"no token":               {status: 200, body: `{"status":"CONNECTED"}`},
		"an empty token":         {status: 200, body: `{"token":""}`},
		"a token of null":        {status: 200, body: `{"token":null}`},
		"another type":           {status: 200, body: `{"token":1}`},
		"a list":                 {status: 200, body: `[{"token":"x"}]`},
	}
}

func TestChange_regeneratesUntilATokenArrives(t *testing.T) {
	t.Parallel()
	for name, lost := range lostTokens() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, e *estate) {
				e.script(regenerate, lost, lost)
				report, err := e.run(t, e.regeneration())
				e.expectConnected(t, report, err)
				e.expectSent(t, regenerate, regenerate, regenerate, deliver)
				if got, want := e.times(regenerate), []time.Duration{0, time.Second, 3 * time.Second}; !slices.Equal(got, want) {
					t.Errorf("regenerated after %s, want %s", got, want)
				}
			})
		})
	}
}

func TestChange_regeneratesNoMoreOftenThanMaxRetriesSay(t *testing.T) {
	t.Parallel()
	for name, lost := range lostTokens() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, retries := range []int{0, 2} {
				inBubble(t, func(t *testing.T, e *estate) {
					e.always(regenerate, lost)
					change := e.regeneration()
					change.MaxRetries = retries
					report, err := e.run(t, change)
					times := e.times(regenerate)
					if len(times) != retries+1 || len(e.times(deliver)) != 0 {
						t.Errorf("sent %q with %d retries", e.requests(), retries)
					}
					if !failedStep(t, err, StepRegenerate).Unsettled || !report.Changed() || !report.RegeneratedAt.IsZero() {
						t.Errorf("error %v, report %+v", err, report)
					}
					// Each of them was answered: none is still at work.
					if !report.AttemptedAt.Equal(e.start.Add(times[retries])) || !report.AbandonedAt.IsZero() {
						t.Errorf("attempted at %s, abandoned at %s", report.AttemptedAt, report.AbandonedAt)
					}
				})
			}
		})
	}
}

// A longer wait than this test's time-out of requests is the rule where Cloud
// is busy.
func TestChange_givesARegenerationTheTimeThatIsAllowed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.script(regenerate, answer{takes: allowed - 2*time.Minute})
		report, err := e.run(t, e.regeneration())
		e.expectConnected(t, report, err)
		e.expectSent(t, regenerate, deliver)
	})
}

func TestChange_leavesTimeForAnotherRegenerationAndTheDelivery(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.script(regenerate, answer{takes: forever, carriedOut: never})
		report, err := e.run(t, e.regeneration())
		if err != nil || !e.connected() || report.DeliveredAt.IsZero() {
			t.Errorf("error %v, report %+v", err, report)
		}
		// A second after it was given up half of what is left is waited.
		if got, want := e.times(regenerate), []time.Duration{0, allowed - 29500*time.Millisecond}; !slices.Equal(got, want) {
			t.Errorf("regenerated after %s, want %s", got, want)
		}
	})
}

func TestChange_refusedRegenerationChangesNothing(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]answer{
		"400":               {status: 400, carriedOut: never},
		"401":               {status: 401, carriedOut: never},
		"403":               {status: 403, carriedOut: never},
		"403 page":          {status: 403, body: "<html>", contentType: "text/html", carriedOut: never},
		"404":               {status: 404, carriedOut: never},
		"409":               {status: 409, carriedOut: never},
		"429 for an hour":   {status: 429, retryAfter: "3600", carriedOut: never},
		"429 for all times": {status: 429, retryAfter: "9223372036854775807", carriedOut: never},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, e *estate) {
				e.script(regenerate, refused)
				report, err := e.run(t, e.regeneration())
				e.expectUntouched(t, report, err, StepRegenerate)
				e.expectSent(t, regenerate)
			})
		})
	}
}

func TestChange_waitsForAShortRateLimit(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.script(regenerate, answer{status: 429, retryAfter: "120", carriedOut: never})
		report, err := e.run(t, e.regeneration())
		e.expectConnected(t, report, err)
		if got := e.times(regenerate); !slices.Equal(got, []time.Duration{0, 2 * time.Minute}) {
			t.Errorf("regenerated after %s", got)
		}
	})
}

// A refusal that follows a lost answer does not tell what became of the token.
func TestChange_refusalAfterALostTokenLeavesItOpen(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.script(regenerate, answer{status: 500}, answer{status: 403, carriedOut: never})
		report, err := e.run(t, e.regeneration())
		if !failedStep(t, err, StepRegenerate).Unsettled || !report.AttemptedAt.Equal(e.start) || !report.AbandonedAt.IsZero() {
			t.Errorf("error %v, report %+v", err, report)
		}
		e.expectSent(t, regenerate, regenerate)
	})
}

// abandonments are ways in which nobody sees the end of a regeneration that may
// go on: when it is given up, and how much time there was.
func abandonments() map[string]struct {
	answer
	allowed, givenUp time.Duration
} {
	return map[string]struct {
		answer
		allowed, givenUp time.Duration
	}{
		"504 of a gateway": {answer{status: http.StatusGatewayTimeout, takes: time.Minute, carriedOut: 2 * time.Minute}, time.Hour, time.Minute},
		"never answered":   {answer{takes: forever, carriedOut: 62 * time.Minute}, time.Hour, 59 * time.Minute},
	}
}

func TestChange_waitsOutAnAbandonedRegenerationWhereThereIsTime(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		abandoned := abandonments()["504 of a gateway"]
		e.script(regenerate, abandoned.answer)
		ctx, cancel := context.WithTimeout(t.Context(), abandoned.allowed)
		defer cancel()
		report, err := e.regeneration().Run(ctx)
		e.expectConnected(t, report, err)
		if got := e.times(regenerate); !slices.Equal(got, []time.Duration{0, 15 * time.Minute}) {
			t.Errorf("regenerated after %s", got)
		}
		later(t)
		if !e.connected() {
			t.Error("the token was superseded")
		}
	})
}

func TestChange_waitsNoLongerThanHalfOfWhatIsLeft(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.script(regenerate, answer{status: http.StatusGatewayTimeout, takes: time.Minute, carriedOut: 14 * time.Minute})
		report, err := e.run(t, e.regeneration())
		// A minute and a second of ten minutes have passed by then.
		if got, want := e.times(regenerate), []time.Duration{0, 61*time.Second + (allowed-61*time.Second)/2}; !slices.Equal(got, want) {
			t.Errorf("regenerated after %s, want %s", got, want)
		}
		if err != nil || !e.connected() || report.DeliveredAt.IsZero() {
			t.Errorf("error %v, report %+v", err, report)
		}
		if !report.AttemptedAt.Equal(e.start) || !report.AbandonedAt.Equal(e.start) {
			t.Errorf("attempted at %s, abandoned at %s, want both at %s", report.AttemptedAt, report.AbandonedAt, e.start)
		}
		later(t)
		if e.connected() {
			t.Error("nothing superseded the token: this proves nothing")
		}
	})
}

// The first request is carried out after its time-out and after the answer to
// its repetition: the report never says that all is well.
func TestChange_isNeverSilentAboutAnAbandonedRegeneration(t *testing.T) {
	t.Parallel()
	for name, abandoned := range abandonments() {
		for _, allowed := range []time.Duration{time.Minute + 10*time.Second, 2 * time.Minute, 10 * time.Minute} {
			t.Run(name+" in "+allowed.String(), func(t *testing.T) {
				t.Parallel()
				inBubble(t, func(t *testing.T, e *estate) {
					e.script(regenerate, answer{status: abandoned.status, takes: abandoned.takes, carriedOut: 14 * time.Minute})
					ctx, cancel := context.WithTimeout(t.Context(), allowed)
					defer cancel()
					report, err := e.regeneration().Run(ctx)
					if err != nil && !failedStep(t, err, StepRegenerate).Unsettled {
						t.Errorf("error %v is settled", err)
					}
					if report.AttemptedAt.IsZero() || report.AbandonedAt.IsZero() {
						t.Errorf("error %v, report %+v", err, report)
					}
					later(t)
					if e.connected() {
						t.Error("nothing superseded the token: this proves nothing")
					}
				})
			})
		}
	}
}

func TestChange_waitsOutARegenerationOfAnEarlierRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ago, waits time.Duration
		over       bool
	}{
		"a minute ago":         {time.Minute, 5 * time.Minute, false},
		"five minutes ago":     {5 * time.Minute, 5 * time.Minute, false},
		"twelve minutes ago":   {12 * time.Minute, 3 * time.Minute, true},
		"fifteen minutes ago":  {15 * time.Minute, 0, true},
		"long ago":             {24 * time.Hour, 0, true},
		"in the future, as by": {-time.Hour, 5 * time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, e *estate) {
				change := e.regeneration()
				change.AbandonedAt = e.start.Add(-test.ago)
				report, err := e.run(t, change)
				if got := e.times(regenerate); !slices.Equal(got, []time.Duration{test.waits}) {
					t.Errorf("regenerated after %s, want %s", got, test.waits)
				}
				if test.over {
					e.expectConnected(t, report, err)
					return
				}
				if err != nil || !report.AttemptedAt.Equal(change.AbandonedAt) || !report.AbandonedAt.Equal(change.AbandonedAt) {
					t.Errorf("error %v, report %+v", err, report)
				}
			})
		})
	}
}

// A delivery alone neither waits for a regeneration nor forgets it.
func TestChange_deliveryWaitsForNoRegeneration(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		change := e.regeneration()
		change.Regenerate, change.Token, change.Preflight, change.AbandonedAt = false, "token-1", true, e.start
		e.held = ""
		report, err := e.run(t, change)
		if held, _ := e.tokens(); err != nil || held != "token-1" || report.DeliveredAt.IsZero() || !report.RegeneratedAt.IsZero() || !report.AttemptedAt.IsZero() {
			t.Errorf("error %v, report %+v", err, report)
		}
		e.expectSent(t, deliver)
	})
}

func TestChange_failedPreflightChangesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path   string
		answer answer
	}{
		"in maintenance": {"GET /status", answer{status: 200, body: `{"state":"MAINTENANCE"}`}},
		"unauthorized":   {"GET /rest/secrets/1.0/keys/inactive", answer{status: 401}},
		"forbidden":      {"GET /rest/secrets/1.0/keys/inactive", answer{status: 403}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, e *estate) {
				e.always(test.path, test.answer)
				change := e.regeneration()
				change.Preflight = true
				report, err := e.run(t, change)
				e.expectUntouched(t, report, err, StepCheck)
				if got := e.times(regenerate); len(got) != 0 {
					t.Errorf("regenerated after %s", got)
				}
			})
		})
	}
}

// The instance is looked at when everything else is over that takes time.
func TestChange_checksTheInstanceAfterTheWait(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		change := e.regeneration()
		change.Preflight, change.AbandonedAt = true, e.start
		e.always("GET /status", answer{status: 200, body: `{"state":"MAINTENANCE"}`})
		report, err := e.run(t, change)
		e.expectUntouched(t, report, err, StepCheck)
		if got := e.times("GET /status"); !slices.Equal(got, []time.Duration{5 * time.Minute}) {
			t.Errorf("asked after %s", got)
		}
	})
}

func TestChange_warnsWhereTheTunnelLeadsElsewhere(t *testing.T) {
	t.Parallel()
	for told, warnings := range map[string]int{jiraURL: 0, jiraURL + "/": 0, "": 0, "https://wiki.example.com": 1, jiraURL + "/jira": 1} {
		inBubble(t, func(t *testing.T, e *estate) {
			e.onPremise = told
			report, err := e.run(t, e.regeneration())
			e.expectConnected(t, report, err)
			if len(report.Warnings) != warnings {
				t.Errorf("%s: warnings %q", told, report.Warnings)
			}
		})
	}
}

func TestError_isThatOfTheRequest(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := e.regeneration().Run(ctx)
		if failure := failedStep(t, err, StepQueue); !errors.Is(err, context.Canceled) || failure.Error() != failure.Err.Error() {
			t.Errorf("error %v", err)
		}
		e.expectSent(t)
	})
}
