// SPDX-License-Identifier: MPL-2.0

package simulator

import "sync"

// inFlight counts what is under way. A sync.WaitGroup will not do: it may not
// be waited on while requests still arrive.
type inFlight struct {
	mu      sync.Mutex
	count   int
	changed sync.Cond
}

func newInFlight() *inFlight {
	f := &inFlight{}
	f.changed.L = &f.mu
	return f
}

func (f *inFlight) add() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count++
}

func (f *inFlight) done() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count--
	f.changed.Broadcast()
}

// wait returns when at most rest are left.
func (f *inFlight) wait(rest int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.count > rest {
		f.changed.Wait()
	}
}
