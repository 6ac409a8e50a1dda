// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Request is one request as the simulator saw it. It holds no header and no
// body, and so no secret.
type Request struct {
	// Method is the HTTP method.
	Method string
	// Path is the whole path, context path included, without the query.
	Path string
	// Query holds the query parameters.
	Query url.Values
	// Status is the status that was answered; 0 while none was, for instance
	// because the connection was dropped.
	Status int
	// Connection numbers the TCP connection that the request came by.
	Connection int64
	// Time is when the request arrived, by the simulator's clock.
	Time time.Time
}

// defaultLogLimit is more than any test makes, and few enough for a command
// that runs for days.
const defaultLogLimit = 100_000

// requestLog records the latest requests and the connections they came by.
type requestLog struct {
	mu          sync.Mutex
	limit       int
	requests    []*Request
	dropped     int
	connections map[int64]struct{}
}

// connected records that a connection was accepted.
func (l *requestLog) connected(connection int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.see(connection)
}

func (l *requestLog) see(connection int64) {
	if l.connections == nil {
		l.connections = map[int64]struct{}{}
	}
	if len(l.connections) < l.limit {
		l.connections[connection] = struct{}{}
	}
}

// arrived records a request whose answer is still open.
func (l *requestLog) arrived(r *http.Request, connection int64, at time.Time) *Request {
	entry := &Request{
		Method:     r.Method,
		Path:       r.URL.Path,
		Query:      r.URL.Query(),
		Connection: connection,
		Time:       at,
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.see(connection)
	if len(l.requests) == l.limit {
		l.requests = l.requests[1:]
		l.dropped++
	}
	l.requests = append(l.requests, entry)
	return entry
}

func (l *requestLog) answered(entry *Request, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	entry.Status = status
}

// Requests returns the requests since the last reset in order of arrival, the
// latest of them where there were too many to keep.
func (l *requestLog) Requests() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	requests := make([]Request, 0, len(l.requests))
	for _, entry := range l.requests {
		requests = append(requests, *entry)
	}
	return requests
}

// Dropped returns how many requests since the last reset are no longer kept.
func (l *requestLog) Dropped() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dropped
}

// Count returns how many requests of a method, "" for any, had a path that
// ends in pathSuffix.
func (l *requestLog) Count(method, pathSuffix string) int {
	count := 0
	for _, r := range l.Requests() {
		if (method == "" || method == r.Method) && strings.HasSuffix(r.Path, pathSuffix) {
			count++
		}
	}
	return count
}

// Connections returns how many distinct TCP connections were opened or used
// since the last reset, at most as many as requests are kept.
func (l *requestLog) Connections() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.connections)
}

// ResetLog forgets all requests and connections seen so far.
func (l *requestLog) ResetLog() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = nil
	l.dropped = 0
	l.connections = nil
}

// statusWriter records the status before the client can read it.
type statusWriter struct {
	http.ResponseWriter
	log   *requestLog
	entry *Request
}

// WriteHeader records and sends the status.
func (w *statusWriter) WriteHeader(status int) {
	w.log.answered(w.entry, status)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap gives [http.ResponseController] the writer below.
func (w *statusWriter) Unwrap() http.ResponseWriter {
	return w.ResponseWriter
}
