// SPDX-License-Identifier: MPL-2.0

package clock

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestSystem_tellsTheTimeInUTC(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		before := System{}.Now()
		if before.Location() != time.UTC || !before.Equal(time.Now()) {
			t.Errorf("now is %s, want %s in UTC", before, time.Now())
		}
		time.Sleep(time.Minute)
		if got := (System{}).Now().Sub(before); got != time.Minute {
			t.Errorf("the clock moved by %s in a minute", got)
		}
	})
}

func TestSystem_sleeps(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		asked, want time.Duration
	}{
		"a day":          {24 * time.Hour, 24 * time.Hour},
		"a nanosecond":   {1, 1},
		"zero":           {0, 0},
		"less than zero": {-time.Hour, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				if err := (System{}).Sleep(t.Context(), test.asked); err != nil {
					t.Errorf("error %v", err)
				}
				if got := time.Since(start); got != test.want {
					t.Errorf("slept %s, want %s", got, test.want)
				}
			})
		})
	}
}

func TestSystem_wakesAsSoonAsTheContextIsDone(t *testing.T) {
	t.Parallel()
	cancelledBy := func(after time.Duration) func(context.Context) (context.Context, context.CancelFunc) {
		return func(parent context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(parent)
			time.AfterFunc(after, cancel)
			return ctx, cancel
		}
	}
	done := func(parent context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(parent)
		cancel()
		return ctx, cancel
	}
	expiring := func(parent context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(parent, time.Minute)
	}
	for name, test := range map[string]struct {
		bound func(context.Context) (context.Context, context.CancelFunc)
		asked time.Duration
		want  time.Duration
		err   error
	}{
		"cancelled meanwhile":                  {cancelledBy(time.Second), time.Hour, time.Second, context.Canceled},
		"deadline meanwhile":                   {expiring, time.Hour, time.Minute, context.DeadlineExceeded},
		"done before":                          {done, time.Hour, 0, context.Canceled},
		"done before, nothing asked":           {done, 0, 0, context.Canceled},
		"done before, less than nothing asked": {done, -time.Hour, 0, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := test.bound(t.Context())
				defer cancel()
				start := time.Now()
				if err := (System{}).Sleep(ctx, test.asked); !errors.Is(err, test.err) {
					t.Errorf("error %v, want %v", err, test.err)
				}
				if got := time.Since(start); got != test.want {
					t.Errorf("woke after %s, want %s", got, test.want)
				}
			})
		})
	}
}

func TestRemaining_countsDownToTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		for _, want := range []time.Duration{time.Hour, 59 * time.Minute, 0, -time.Minute} {
			time.Sleep(remainingOf(t, ctx) - want)
			if got := remainingOf(t, ctx); got != want {
				t.Errorf("%s remain, want %s", got, want)
			}
		}
	})
}

func TestRemaining_isUnknownWithoutADeadline(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if got, ok := Remaining(ctx); ok || got != 0 {
		t.Errorf("%s remain (%t) of a context without a deadline", got, ok)
	}
}

func TestUninterrupted_keepsTheDeadlineAndDropsTheCancellation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		parent, interrupt := context.WithTimeout(t.Context(), time.Hour)
		ctx, cancel := Uninterrupted(parent)
		defer cancel()
		interrupt()
		if err := ctx.Err(); err != nil || parent.Err() == nil {
			t.Fatalf("error %v after the parent's %v", err, parent.Err())
		}
		if got := remainingOf(t, ctx); got != time.Hour {
			t.Errorf("%s remain, want an hour", got)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			t.Errorf("error %v after the deadline", ctx.Err())
		}
	})
}

func TestUninterrupted_endsByItsOwnCancellation(t *testing.T) {
	t.Parallel()
	for name, parent := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"without a deadline": context.WithCancel,
		"with a deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bounded, interrupt := parent(t.Context())
			interrupt()
			ctx, cancel := Uninterrupted(bounded)
			if ctx.Err() != nil {
				t.Errorf("error %v before it was cancelled", ctx.Err())
			}
			cancel()
			if !errors.Is(ctx.Err(), context.Canceled) {
				t.Errorf("error %v after it was cancelled", ctx.Err())
			}
		})
	}
}

func TestUninterrupted_keepsTheValues(t *testing.T) {
	t.Parallel()
	type key struct{}
	ctx, cancel := Uninterrupted(context.WithValue(t.Context(), key{}, "kept"))
	defer cancel()
	if ctx.Value(key{}) != "kept" {
		t.Errorf("value %v", ctx.Value(key{}))
	}
}

// remainingOf returns what remains of a context that has a deadline.
func remainingOf(t *testing.T, ctx context.Context) time.Duration {
	t.Helper()
	remaining, ok := Remaining(ctx)
	if !ok {
		t.Fatal("the deadline is not seen")
	}
	return remaining
}
