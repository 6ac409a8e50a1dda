// SPDX-License-Identifier: MPL-2.0

package cache_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cache"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// counter loads 1, 2, 3 and so on, each after a second.
type counter struct {
	mu     sync.Mutex
	loads  int
	ctx    context.Context
	failed error
}

func (c *counter) load(ctx context.Context) (int, error) {
	c.mu.Lock()
	c.loads++
	number := c.loads
	c.ctx = ctx
	failed := c.failed
	c.mu.Unlock()
	if err := (clock.System{}).Sleep(ctx, time.Second); err != nil {
		return 0, err
	}
	return number, failed
}

// count returns how many loads were started.
func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.loads
}

// expect asks for the value and compares it.
func expect(t *testing.T, value *cache.Value[int], load func(context.Context) (int, error), want int) {
	t.Helper()
	if got, err := value.Get(t.Context(), load); err != nil || got != want {
		t.Errorf("Get() = %d, %v, want %d", got, err, want)
	}
}

func TestValue_loadsOnceForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var value cache.Value[int]
		var source counter
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() { expect(t, &value, source.load, 1) })
		}
		group.Wait()
		expect(t, &value, source.load, 1)
		if source.count() != 1 {
			t.Errorf("%d loads, want 1", source.count())
		}
	})
}

func TestValue_doesNotKeepErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var value cache.Value[int]
		refused := errors.New("refused")
		source := counter{failed: refused}
		if _, err := value.Get(t.Context(), source.load); !errors.Is(err, refused) {
			t.Errorf("error is %v", err)
		}
		source.failed = nil
		expect(t, &value, source.load, 2)
		expect(t, &value, source.load, 2)
	})
}

func TestValue_letsOneCallerGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var value cache.Value[int]
		var source counter
		started := time.Now()
		leaving, cancel := context.WithCancel(t.Context())
		time.AfterFunc(500*time.Millisecond, cancel)
		var group sync.WaitGroup
		group.Go(func() {
			_, err := value.Get(leaving, source.load)
			if !errors.Is(err, context.Canceled) || time.Since(started) != 500*time.Millisecond {
				t.Errorf("error is %v after %s", err, time.Since(started))
			}
		})
		synctest.Wait()
		group.Go(func() { expect(t, &value, source.load, 1) })
		group.Wait()
		if source.count() != 1 {
			t.Errorf("%d loads, want 1", source.count())
		}
	})
}

func TestValue_cancelsLoadThatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var value cache.Value[int]
		var source counter
		leaving, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		var group sync.WaitGroup
		for range 2 {
			group.Go(func() {
				if _, err := value.Get(leaving, source.load); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error is %v", err)
				}
			})
		}
		group.Wait()
		if source.ctx.Err() == nil {
			t.Error("the load goes on")
		}
		// Whoever comes now does not join what was cancelled.
		expect(t, &value, source.load, 2)
	})
}

func TestValue_doesNotLoadForCallerWhoIsGone(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var value cache.Value[int]
	var source counter
	if _, err := value.Get(ctx, source.load); !errors.Is(err, context.Canceled) || source.count() != 0 {
		t.Errorf("error is %v after %d loads", err, source.count())
	}
}

func TestValue_handsValuesOfTheContextOn(t *testing.T) {
	t.Parallel()
	type key struct{}
	var value cache.Value[int]
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, 7), time.Hour)
	defer cancel()
	got, err := value.Get(ctx, func(ctx context.Context) (int, error) {
		if _, bounded := ctx.Deadline(); bounded {
			t.Error("the load has the deadline of a caller")
		}
		number, _ := ctx.Value(key{}).(int)
		return number, nil
	})
	if err != nil || got != 7 {
		t.Errorf("Get() = %d, %v, want 7", got, err)
	}
}

func TestValue_putAndInvalidate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var value cache.Value[int]
		var source counter
		value.Put(40)
		expect(t, &value, source.load, 40)
		value.Put(41)
		expect(t, &value, source.load, 41)
		value.Invalidate()
		expect(t, &value, source.load, 1)
		value.Invalidate()
		value.Invalidate()
		expect(t, &value, source.load, 2)
	})
}

func TestValue_updatesWhatIsKept(t *testing.T) {
	t.Parallel()
	var value cache.Value[int]
	double := func(n int) int { return 2 * n }
	value.Update(double)
	loaded := func(context.Context) (int, error) { return 3, nil }
	if got, err := value.Get(t.Context(), loaded); err != nil || got != 3 {
		t.Errorf("what was not there yet became %d, %v", got, err)
	}
	value.Update(double)
	if got, err := value.Get(t.Context(), loaded); err != nil || got != 6 {
		t.Errorf("3 became %d, %v", got, err)
	}
}

func TestValue_doesNotKeepWhatAnUpdateHasOvertaken(t *testing.T) {
	t.Parallel()
	var value cache.Value[int]
	overtaken := func(context.Context) (int, error) {
		value.Update(func(n int) int { return n })
		return 1, nil
	}
	if got, err := value.Get(t.Context(), overtaken); err != nil || got != 1 {
		t.Errorf("who asked before got %d, %v", got, err)
	}
	if got, err := value.Get(t.Context(), func(context.Context) (int, error) { return 2, nil }); err != nil || got != 2 {
		t.Errorf("who asked after got %d, %v", got, err)
	}
}

func TestValue_doesNotKeepWhatWasOvertaken(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		overtake func(*cache.Value[int])
		want     int
	}{
		"invalidated": {(*cache.Value[int]).Invalidate, 2},
		"put":         {func(value *cache.Value[int]) { value.Put(40) }, 40},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var value cache.Value[int]
				var source counter
				var group sync.WaitGroup
				group.Go(func() { expect(t, &value, source.load, 1) })
				synctest.Wait()
				if err := (clock.System{}).Sleep(t.Context(), 500*time.Millisecond); err != nil {
					t.Fatal(err)
				}
				test.overtake(&value)
				group.Go(func() { expect(t, &value, source.load, test.want) })
				group.Wait()
				expect(t, &value, source.load, test.want)
			})
		})
	}
}

func TestValue_overtakenLoadIsCancelledToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var value cache.Value[int]
		var source counter
		leaving, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := value.Get(leaving, source.load); !errors.Is(err, context.Canceled) {
				t.Errorf("error is %v", err)
			}
		})
		synctest.Wait()
		overtaken := source.ctx
		value.Invalidate()
		group.Go(func() { expect(t, &value, source.load, 2) })
		synctest.Wait()
		cancel()
		group.Wait()
		if overtaken.Err() == nil {
			t.Error("the load goes on")
		}
	})
}

func TestValue_answersWhenLoadDoesNotReturn(t *testing.T) {
	t.Parallel()
	var value cache.Value[int]
	_, err := value.Get(t.Context(), func(context.Context) (int, error) {
		runtime.Goexit()
		return 0, nil
	})
	if err == nil {
		t.Error("no error from a load that did not return")
	}
	expect(t, &value, func(context.Context) (int, error) { return 1, nil }, 1)
}
