// SPDX-License-Identifier: MPL-2.0

// Package cache keeps what was loaded once, for all who ask for it.
package cache

import (
	"context"
	"errors"
	"sync"
)

// Value is one thing that is loaded when it is first asked for. The zero value
// is ready to use. It is safe for concurrent use and must not be copied.
type Value[T any] struct {
	mu      sync.Mutex
	kept    bool
	value   T
	current *flight[T]
}

// flight is a load under way and those who wait for it.
type flight[T any] struct {
	landed  chan struct{}
	cancel  context.CancelFunc
	waiting int
	value   T
	err     error
}

// errAborted is what callers get whose load ended without returning.
var errAborted = errors.New("the load was aborted")

// Get returns the value that is kept. Otherwise it loads it, together with all
// who ask meanwhile, and keeps it if that went well. A load is called without
// the deadline of any one caller, and cancelled when all of them have gone; a
// caller who goes gets ctx.Err() at once.
func (v *Value[T]) Get(ctx context.Context, load func(ctx context.Context) (T, error)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	v.mu.Lock()
	if v.kept {
		defer v.mu.Unlock()
		return v.value, nil
	}
	joined := v.join(ctx, load)
	v.mu.Unlock()

	select {
	case <-joined.landed:
		return joined.value, joined.err
	case <-ctx.Done():
		v.leave(joined)
		return none, ctx.Err()
	}
}

// Put keeps value, whatever a load under way will return.
func (v *Value[T]) Put(value T) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.value, v.kept, v.current = value, true, nil
}

// Invalidate forgets the value. A load under way still answers those who wait
// for it, but is not kept, and whoever asks from now on starts another.
func (v *Value[T]) Invalidate() {
	v.mu.Lock()
	defer v.mu.Unlock()
	var none T
	v.value, v.kept, v.current = none, false, nil
}

// Update keeps what change makes of the value that is kept, which it must not
// alter. A load under way may miss what happened, and is not kept.
func (v *Value[T]) Update(change func(T) T) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.kept {
		v.value = change(v.value)
	}
	v.current = nil
}

// join adds a caller to the load under way, and starts one if there is none.
// The caller holds the lock.
func (v *Value[T]) join(ctx context.Context, load func(ctx context.Context) (T, error)) *flight[T] {
	if v.current == nil {
		detached, cancel := context.WithCancel(context.WithoutCancel(ctx))
		v.current = &flight[T]{landed: make(chan struct{}), cancel: cancel, err: errAborted}
		go v.fly(detached, v.current, load)
	}
	v.current.waiting++
	return v.current
}

// fly runs the load and answers its callers, even where the load does not return.
func (v *Value[T]) fly(ctx context.Context, own *flight[T], load func(ctx context.Context) (T, error)) {
	defer own.cancel()
	defer close(own.landed)
	defer v.land(own)
	own.value, own.err = load(ctx)
}

// land keeps what was loaded, unless something newer took its place.
func (v *Value[T]) land(own *flight[T]) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.current != own {
		return
	}
	v.current = nil
	if own.err == nil {
		v.value, v.kept = own.value, true
	}
}

// leave takes a caller off a load. Nobody joins one that was cancelled.
func (v *Value[T]) leave(joined *flight[T]) {
	v.mu.Lock()
	defer v.mu.Unlock()
	joined.waiting--
	if joined.waiting > 0 {
		return
	}
	joined.cancel()
	if v.current == joined {
		v.current = nil
	}
}
