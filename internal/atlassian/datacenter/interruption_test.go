// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// interruptedChange carries out a change that is interrupted as a request of
// method to path is sent.
func (s *site) interruptedChange(t *testing.T, change AESKeyChange, method, path string) (AESKeyReport, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), allowed)
	defer cancel()
	s.wire.on(method, path, cancel)
	return s.client.ChangeAESKeys(ctx, change)
}

func TestChangeAESKeys_seesARotationToItsEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer   treatment
		rotated  bool
		warnings int
		takes    time.Duration
	}{
		"success":           {treatment{back: 2 * time.Minute}, true, 0, 2 * time.Minute},
		"success cut short": {treatment{fault: &simulator.Fault{Kind: simulator.TruncatedBody}}, true, 1, 0},
		"500, rotated":      {treatment{fault: &simulator.Fault{After: true}}, true, 1, 0},
		"500, not rotated":  {treatment{fault: &simulator.Fault{}}, false, 0, settleTime},
		"504, not rotated":  {treatment{fault: &simulator.Fault{Status: 504}}, false, 0, allowed - settleTime},
		"reset, rotated":    {treatment{fault: &simulator.Fault{Kind: simulator.ResetAfter}}, true, 1, 0},
		"never answered":    {treatment{fault: &simulator.Fault{}, back: forever}, false, 0, allowed - 7500*time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodPost, rotatePath, test.answer)
				start := clock.System{}.Now()
				report, err := at.interruptedChange(t, AESKeyChange{Known: []string{"old-key"}, Rotate: true}, http.MethodPost, rotatePath)
				if took := (clock.System{}).Now().Sub(start); took != test.takes {
					t.Errorf("took %s, want %s", took, test.takes)
				}
				at.expectCounts(t, 1, 0)
				if !test.rotated {
					expectUnsettled(t, report, err, start, stillRunning(name) || name == "504, not rotated")
					return
				}
				if err != nil || !report.RotatedAt.Equal(start) || len(report.Warnings) != test.warnings || report.Unlisted {
					t.Errorf("error %v, report %+v", err, report)
				}
			})
		})
	}
}

func TestChangeAESKeys_refusalIsOneThoughInterrupted(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.SetRotating(true)
		report, err := at.interruptedChange(t, AESKeyChange{Rotate: true}, http.MethodPost, rotatePath)
		if failedStep(t, err, StepRotate).Unsettled || report.Changed() {
			t.Errorf("error %v, report %+v", err, report)
		}
	})
}

func TestChangeAESKeys_deletesNothingOnceInterrupted(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		report, err := at.interruptedChange(t, AESKeyChange{Rotate: true, DeleteAfter: true, DeleteAny: true}, http.MethodPost, rotatePath)
		if failedStep(t, err, StepDelete).Unsettled || !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if report.RotatedAt.IsZero() || !report.DeletionPending || len(report.InactiveKeys) != 2 {
			t.Errorf("report %+v", report)
		}
		at.expectCounts(t, 1, 0)
	})
}

func TestChangeAESKeys_rotatesNothingOnceInterrupted(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/status", "/manifest", inactivePath, "/cluster/zdu/state", "/cluster/nodes"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				change := AESKeyChange{Preflight: true, Rotate: true, DeleteAfter: true, DeleteAny: true}
				report, err := at.interruptedChange(t, change, http.MethodGet, path)
				if failedStep(t, err, StepCheck).Unsettled || !errors.Is(err, context.Canceled) || isNotReady(err) {
					t.Errorf("error %v", err)
				}
				if cause := at.client.Explain(err).Cause; cause != "The run was interrupted." {
					t.Errorf("explained as %q", cause)
				}
				if report.Changed() || report.DeletionPending {
					t.Errorf("report %+v", report)
				}
				at.expectCounts(t, 0, 0)
			})
		})
	}
}

func TestChangeAESKeys_rotatesNothingWhereInterruptedAtTheLastMoment(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		ctx, cancel := context.WithTimeout(t.Context(), allowed)
		defer cancel()
		report, err := at.client.ChangeAESKeys(ctx, AESKeyChange{
			Rotate:   true,
			Progress: func(string) { cancel() },
		})
		if failedStep(t, err, StepRotate).Unsettled || !errors.Is(err, context.Canceled) || report.Changed() {
			t.Errorf("error %v, report %+v", err, report)
		}
		at.expectCounts(t, 0, 0)
	})
}

func TestChangeAESKeys_waitsForItsTurnNoLongerThanAllowed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bound func(context.Context) (context.Context, context.CancelFunc)
		want  error
	}{
		"interrupted": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		}, context.Canceled},
		"out of time": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		}, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.wire.delay(http.MethodPost, rotatePath, 0, time.Minute)
				first, sent := make(chan error), make(chan struct{})
				at.wire.on(http.MethodPost, rotatePath, func() { close(sent) })
				go func() {
					_, err := at.change(t, AESKeyChange{Rotate: true})
					first <- err
				}()
				<-sent
				ctx, cancel := test.bound(t.Context())
				defer cancel()
				report, err := at.client.ChangeAESKeys(ctx, AESKeyChange{Rotate: true})
				if failedStep(t, err, StepQueue).Unsettled || !errors.Is(err, test.want) || report.Changed() || report.InactiveKeys != nil {
					t.Errorf("error %v, report %+v", err, report)
				}
				if err := <-first; err != nil {
					t.Error(err)
				}
				at.expectSent(t, getInactive, postRotate, getInactive)
			})
		})
	}
}

func TestChangeAESKeys_letsTheNextOneGoAfterAFailure(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.SetRotating(true)
		_, err := at.change(t, AESKeyChange{Rotate: true})
		if failedStep(t, err, StepRotate).Unsettled {
			t.Errorf("error %v", err)
		}
		at.SetRotating(false)
		if _, err := at.change(t, AESKeyChange{Rotate: true}); err != nil {
			t.Error(err)
		}
	})
}

func TestChangeAESKeys_changesNothingWhereInterruptedWhileItWaitsForAnEarlierRequest(t *testing.T) {
	t.Parallel()
	known := []string{"old-key"}
	for name, test := range map[string]struct {
		change             AESKeyChange
		rotation, deletion bool
		step               Step
	}{
		"rotation": {AESKeyChange{Known: known, Rotate: true, DeleteAfter: true, DeleteAny: true}, true, false, StepRotate},
		"deletion": {AESKeyChange{Known: known, DeleteBefore: true, DeleteAny: true, Rotate: true}, false, true, StepDelete},
		"both":     {AESKeyChange{Known: known, DeleteBefore: true, DeleteAny: true, Rotate: true}, true, true, StepLook},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				ctx, cancel := context.WithTimeout(t.Context(), allowed)
				defer cancel()
				start := clock.System{}.Now()
				time.AfterFunc(time.Minute, cancel)
				if test.rotation {
					test.change.Abandoned.RotationAt = start
				}
				if test.deletion {
					test.change.Abandoned.DeletionAt = start
				}
				report, err := at.client.ChangeAESKeys(ctx, test.change)
				if failedStep(t, err, test.step).Unsettled || !errors.Is(err, context.Canceled) || report.Changed() {
					t.Errorf("error %v, report %+v", err, report)
				}
				if took := (clock.System{}).Now().Sub(start); took != time.Minute {
					t.Errorf("took %s", took)
				}
				at.expectCounts(t, 0, 0)
			})
		})
	}
}
