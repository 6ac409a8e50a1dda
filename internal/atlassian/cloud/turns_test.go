// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestTurns_oneNameWaitsAndAnotherDoesNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var turns turns
		release, err := turns.take(t.Context(), "one")
		if err != nil {
			t.Fatal(err)
		}
		taken := make(chan string, 2)
		for _, name := range []string{"one", "other"} {
			go func() {
				release, err := turns.take(t.Context(), name)
				if err != nil {
					t.Error(err)
					return
				}
				taken <- name
				release()
			}()
		}
		synctest.Wait()
		if len(taken) != 1 || <-taken != "other" {
			t.Fatal("the turn of the same name was taken twice, or that of another name had to wait")
		}
		release()
		if got := <-taken; got != "one" {
			t.Errorf("the turn of %q was taken", got)
		}
	})
}

func TestTurns_givesUpWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var turns turns
		release, err := turns.take(t.Context(), "one")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error)
		go func() {
			_, err := turns.take(ctx, "one")
			failed <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want that of the context", err)
		}
		release()
		again, err := turns.take(t.Context(), "one")
		if err != nil {
			t.Fatalf("the turn is lost: %v", err)
		}
		again()
	})
}
