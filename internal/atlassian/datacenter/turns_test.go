// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestInstance_deliveriesWaitForKeyChangesButNotForEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		instance := New(Config{})
		endChange, err := instance.turn(t.Context(), allTurns)
		if err != nil {
			t.Fatal(err)
		}
		delivering := make(chan func(), 2)
		for range cap(delivering) {
			go func() {
				release, err := instance.DeliveryTurn(t.Context())
				if err != nil {
					t.Error(err)
				}
				delivering <- release
			}()
		}
		synctest.Wait()
		if len(delivering) != 0 {
			t.Fatal("a delivery did not wait for the change of the keys")
		}
		endChange()
		synctest.Wait()
		if len(delivering) != 2 {
			t.Fatalf("%d deliveries at a time, want 2", len(delivering))
		}
		changed := make(chan struct{})
		go func() {
			defer close(changed)
			release, err := instance.turn(t.Context(), allTurns)
			if err != nil {
				t.Error(err)
				return
			}
			release()
		}()
		(<-delivering)()
		synctest.Wait()
		select {
		case <-changed:
			t.Fatal("a change of the keys did not wait for a delivery")
		default:
		}
		(<-delivering)()
		<-changed
	})
}

func TestInstance_givesUpATurnThatNeverComes(t *testing.T) {
	t.Parallel()
	instance := New(Config{})
	if _, err := instance.turn(t.Context(), allTurns); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := instance.DeliveryTurn(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want that of the context", err)
	}
}
