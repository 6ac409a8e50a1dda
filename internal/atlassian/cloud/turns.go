// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

// turns lets one at a time work on what bears a name; different names do not
// wait for each other. The zero value is ready for use.
type turns struct {
	mutex sync.Mutex
	named map[string]*semaphore.Weighted
}

// take waits for the turn of name and returns what ends it.
func (t *turns) take(ctx context.Context, name string) (release func(), err error) {
	turn := t.of(name)
	if err := turn.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	return func() { turn.Release(1) }, nil
}

func (t *turns) of(name string) *semaphore.Weighted {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.named == nil {
		t.named = map[string]*semaphore.Weighted{}
	}
	turn, ok := t.named[name]
	if !ok {
		turn = semaphore.NewWeighted(1)
		t.named[name] = turn
	}
	return turn
}
