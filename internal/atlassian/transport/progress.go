// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"net/http/httptrace"
	"sync/atomic"
)

// progress is how far a request got.
type progress struct {
	state atomic.Int32
}

const (
	// untraced: the round tripper tells nothing.
	untraced = iota
	// connecting: it looks for a connection, so nothing is written yet.
	connecting
	// connected: from here on bytes may be written.
	connected
)

// trace returns the hooks that follow one request. net/http goes back to
// looking for a connection with a write only if the server cannot have seen it.
func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { p.state.Store(connecting) },
		GotConn: func(httptrace.GotConnInfo) { p.state.Store(connected) },
	}
}

// sent reports whether the server may have seen the request that failed with err.
func (p *progress) sent(err error) bool {
	state := p.state.Load()
	if state == untraced {
		return !isBeforeSending(err)
	}
	return state == connected
}
