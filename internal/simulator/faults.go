package simulator

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// FaultKind says what a [Fault] does to a request.
type FaultKind int

const (
	// Status answers Fault.Status (500 if zero) with Fault.Body instead of the
	// real answer. Nothing is changed unless Fault.After is set.
	Status FaultKind = iota
	// ResetBefore drops the TCP connection without doing anything.
	ResetBefore
	// ResetAfter does what was asked and drops the TCP connection. Note that
	// Go's client by itself repeats a GET that fails so on a reused connection.
	ResetAfter
	// TruncatedBody does what was asked, announces the whole answer, sends
	// half of it and drops the connection.
	TruncatedBody
	// HugeBody answers valid JSON of 16 MiB. Nothing is changed unless
	// Fault.After is set.
	HugeBody
	// HTML answers a login page with Fault.Status (200 if zero). Nothing is
	// changed unless Fault.After is set.
	HTML
	// Redirect answers Fault.Status (302 if zero) to a login page. Nothing is
	// changed unless Fault.After is set.
	Redirect
	// Delay answers after Fault.Delay, or never if that is zero, or as soon as
	// the client goes away. What was asked is done at once, or, with
	// Fault.LateChange, when the waiting is over. With Fault.Status, as a
	// gateway's 504, that is the late answer.
	Delay
	// ChangeLater keeps what was asked until CompletePending is called. The
	// client sees Fault.Status with Fault.Body, after Fault.Delay; without a
	// status its connection is dropped.
	ChangeLater
	// RateLimited answers 429 in the service's words, with the wait in the
	// form of Fault.Form. Nothing is changed.
	RateLimited
)

// RateLimitForm is how a 429 says how long to wait.
type RateLimitForm int

const (
	// RetryAfterSeconds is Retry-After with whole seconds.
	RetryAfterSeconds RateLimitForm = iota
	// RetryAfterDate is Retry-After with an HTTP date.
	RetryAfterDate
	// RateLimitReset is X-RateLimit-Reset in RFC 3339.
	RateLimitReset
	// RateLimitResetMinutes is X-RateLimit-Reset without seconds, as the
	// Organizations API sends it, rounded up to the minute.
	RateLimitResetMinutes
	// NoRateLimitHeader says nothing about the wait.
	NoRateLimitHeader
)

// Fault disturbs requests. The oldest fault that matches a request and is not
// used up strikes.
type Fault struct {
	// Method is the HTTP method to match; "" matches any.
	Method string
	// Path is the end of the path to match; "" matches any.
	Path string
	// Skip lets this many matching requests pass first.
	Skip int
	// Times is how many matching requests are disturbed; 0 is all of them.
	Times int
	// Kind says what happens.
	Kind FaultKind
	// Status, Body and ContentType (JSON if empty) make up the answer of the
	// kinds that give one.
	Status      int
	Body        string
	ContentType string
	// Header is added to the answer, whatever its kind.
	Header http.Header
	// Delay is how long the kinds Delay and ChangeLater wait.
	Delay time.Duration
	// After does what was asked before the disturbed answer is given.
	After bool
	// LateChange makes the kind Delay do what was asked at the end.
	LateChange bool
	// Form and Wait (a second if zero) are for the kind RateLimited.
	Form RateLimitForm
	Wait time.Duration
}

// matches reports whether the fault is about r.
func (f Fault) matches(r *http.Request) bool {
	return (f.Method == "" || f.Method == r.Method) && strings.HasSuffix(r.URL.Path, f.Path)
}

// faults is what was injected into a server.
type faults struct {
	faultsMu sync.Mutex
	injected []*injection
	pending  []func()
}

// injection is a fault with how many matching requests it has seen.
type injection struct {
	Fault
	seen int
}

// strikes counts a matching request and reports whether it is disturbed.
func (i *injection) strikes() bool {
	i.seen++
	return i.seen > i.Skip && (i.Times == 0 || i.seen <= i.Skip+i.Times)
}

// Inject adds a fault behind those injected before.
func (f *faults) Inject(fault Fault) {
	f.faultsMu.Lock()
	defer f.faultsMu.Unlock()
	f.injected = append(f.injected, &injection{Fault: fault})
}

// ClearFaults removes all faults. What is pending stays so.
func (f *faults) ClearFaults() {
	f.faultsMu.Lock()
	defer f.faultsMu.Unlock()
	f.injected = nil
}

// CompletePending does everything that faults of the kind ChangeLater kept.
func (f *faults) CompletePending() {
	f.faultsMu.Lock()
	pending := f.pending
	f.pending = nil
	f.faultsMu.Unlock()
	for _, complete := range pending {
		complete()
	}
}

func (f *faults) postpone(change func()) {
	f.faultsMu.Lock()
	defer f.faultsMu.Unlock()
	f.pending = append(f.pending, change)
}

// take returns the fault that strikes r, if any. Faults behind one that
// strikes do not count the request.
func (f *faults) take(r *http.Request) (Fault, bool) {
	f.faultsMu.Lock()
	defer f.faultsMu.Unlock()
	for _, candidate := range f.injected {
		if candidate.matches(r) && candidate.strikes() {
			return candidate.Fault, true
		}
	}
	return Fault{}, false
}
