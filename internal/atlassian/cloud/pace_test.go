// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

func TestPace_letsNoMoreRequestsPassThanThePeriodAllows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const requests, period = 3, time.Minute
		paced := newPace(clock.System{}, requests, period)
		start := time.Now()
		var (
			mutex  sync.Mutex
			passed []time.Duration
			all    sync.WaitGroup
		)
		for range 8 {
			all.Go(func() {
				if err := paced.wait(t.Context()); err != nil {
					t.Error(err)
				}
				mutex.Lock()
				defer mutex.Unlock()
				passed = append(passed, time.Since(start))
			})
		}
		all.Wait()
		for n, at := range passed {
			if want := time.Duration(n/requests) * period; at != want {
				t.Errorf("request %d passed after %s, want %s", n, at, want)
			}
		}
	})
}

func TestPace_isLeftWithoutTakingAPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		paced := newPace(clock.System{}, 1, time.Minute)
		if err := paced.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := paced.wait(impatient); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v, want the end of the deadline", err)
		}
		if err := paced.wait(t.Context()); err != nil || time.Since(start) != time.Minute {
			t.Errorf("passed after %s, %v, want a minute", time.Since(start), err)
		}
	})
}

func TestPace_triesWithoutWaiting(t *testing.T) {
	t.Parallel()
	still := newInstantClock()
	paced := newPace(still, 1, eventsPeriod)
	if !paced.try() || paced.try() {
		t.Error("one request must pass and the next must not")
	}
	if err := still.Sleep(t.Context(), eventsPeriod); err != nil || !paced.try() {
		t.Errorf("after the period the next must pass: %v", err)
	}
}
