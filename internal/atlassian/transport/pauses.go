// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"sync"
	"time"
)

// Pauses remembers until when hosts want no requests: a 429 to one request
// holds back all others to the same host. It is safe for concurrent use.
type Pauses struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// NewPauses returns a Pauses that holds nobody back. A provider creates one and
// hands it to all of its clients.
func NewPauses() *Pauses {
	return &Pauses{until: make(map[string]time.Time)}
}

// extend holds host back until the given time, unless it already is for longer.
func (p *Pauses) extend(host string, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.until == nil {
		p.until = make(map[string]time.Time)
	}
	if until.After(p.until[host]) {
		p.until[host] = until
	}
}

// end returns until when host is held back, a zero or past time if it is not.
func (p *Pauses) end(host string) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until[host]
}
