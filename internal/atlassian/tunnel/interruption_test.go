// SPDX-License-Identifier: MPL-2.0

package tunnel

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// interrupted carries a change out and cancels it as the request comes.
func (e *estate) interrupted(t *testing.T, change Change, request string) (Report, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), allowed)
	defer cancel()
	e.hooks[request] = cancel
	return change.Run(ctx)
}

func TestChange_goesOnOnceCloudWasAsked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lost    []answer
		request string
	}{
		"while Cloud regenerates":        {[]answer{{takes: time.Minute}}, regenerate},
		"while a token is lost":          {[]answer{{status: 500}, {err: errReset}}, regenerate},
		"while a gateway gives up":       {[]answer{{status: 500, takes: time.Minute}}, regenerate},
		"while the instance is told":     {nil, deliver},
		"while Cloud is waited for long": {[]answer{{takes: allowed - 2*time.Minute}}, regenerate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, e *estate) {
				e.script(regenerate, test.lost...)
				report, err := e.interrupted(t, e.regeneration(), test.request)
				e.expectConnected(t, report, err)
			})
		})
	}
}

func TestChange_interruptionBeforeCloudWasAskedChangesNothing(t *testing.T) {
	t.Parallel()
	for _, request := range []string{"GET /status", "GET /rest/secrets/1.0/keys/inactive"} {
		t.Run(request, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, e *estate) {
				change := e.regeneration()
				change.Preflight = true
				report, err := e.interrupted(t, change, request)
				e.expectUntouched(t, report, err, StepCheck)
				if !errors.Is(err, context.Canceled) || len(e.times(regenerate)) != 0 {
					t.Errorf("error %v, sent %q", err, e.requests())
				}
			})
		})
	}
}

func TestChange_interruptionAtTheLastMomentChangesNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		ctx, cancel := context.WithTimeout(t.Context(), allowed)
		defer cancel()
		change := e.regeneration()
		change.Progress = func(string) { cancel() }
		report, err := change.Run(ctx)
		e.expectUntouched(t, report, err, StepRegenerate)
		e.expectSent(t)
	})
}

func TestChange_interruptionOfTheWaitForAnEarlierRunChangesNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		ctx, cancel := context.WithTimeout(t.Context(), allowed)
		defer cancel()
		time.AfterFunc(time.Minute, cancel)
		change := e.regeneration()
		change.Preflight, change.AbandonedAt = true, e.start
		report, err := change.Run(ctx)
		e.expectUntouched(t, report, err, StepRegenerate)
		e.expectSent(t)
	})
}

// An instance that stays away is not waited for after an interruption.
func TestChange_interruptionEndsTheWaitForTheInstance(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.always(deliver, answer{status: 503, carriedOut: never})
		report, err := e.interrupted(t, e.regeneration(), deliver)
		e.expectUndelivered(t, report, err, true)
		if got := len(e.times(deliver)); got != 2 {
			t.Errorf("%d deliveries, want one and its repetition", got)
		}
	})
}

func TestChange_changesOfOneTunnelWaitForEachOther(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.script(regenerate, answer{takes: time.Minute})
		done := make(chan error, 2)
		for range cap(done) {
			go func() {
				_, err := e.run(t, e.regeneration())
				done <- err
			}()
		}
		for range cap(done) {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		e.expectSent(t, regenerate, deliver, regenerate, deliver)
		if held, present := e.tokens(); held != present || present != "token-3" {
			t.Errorf("the instance holds %s, the present token is %s", held, present)
		}
	})
}

func TestChange_waitsForItsTurnNoLongerThanAllowed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.script(regenerate, answer{takes: 5 * time.Minute})
		first := make(chan error)
		go func() {
			_, err := e.run(t, e.regeneration())
			first <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		report, err := e.regeneration().Run(ctx)
		if failedStep(t, err, StepQueue).Unsettled || !errors.Is(err, context.DeadlineExceeded) || report.Changed() {
			t.Errorf("error %v, report %+v", err, report)
		}
		if err := <-first; err != nil {
			t.Error(err)
		}
		e.expectSent(t, regenerate, deliver)
	})
}

// The turn ends with a change however that ends.
func TestChange_letsTheNextOneGo(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.script(regenerate, answer{status: 403, carriedOut: never})
		report, err := e.run(t, e.regeneration())
		e.expectUntouched(t, report, err, StepRegenerate)
		e.always(deliver, answer{status: 400, carriedOut: never})
		report, err = e.run(t, e.regeneration())
		e.expectUndelivered(t, report, err, false)
		e.scripts[deliver] = nil
		report, err = e.run(t, e.regeneration())
		e.expectConnected(t, report, err)
	})
}

// The tunnel is down from its regeneration to its delivery: a delivery that must
// wait for a change of the AES keys waits before.
func TestChange_takesTheTurnOfTheInstanceBeforeItAsksCloud(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.script("POST /rest/secrets/1.0/keys/rotate", answer{takes: 3 * time.Minute, status: 400, carriedOut: never})
		rotated := make(chan error)
		go func() {
			_, err := e.jira.ChangeAESKeys(t.Context(), datacenter.AESKeyChange{Rotate: true})
			rotated <- err
		}()
		synctest.Wait()
		report, err := e.run(t, e.regeneration())
		e.expectConnected(t, report, err)
		if err := <-rotated; err == nil {
			t.Error("the keys were rotated: this proves nothing")
		}
		if got := e.times(regenerate); !slices.Equal(got, []time.Duration{3 * time.Minute}) {
			t.Errorf("regenerated after %s", got)
		}
	})
}
