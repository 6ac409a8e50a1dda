// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
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
	// HugeBody answers valid JSON of Fault.Size bytes, 16 MiB if zero. Nothing
	// is changed unless Fault.After is set.
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
	// ChangeLater keeps what was asked until CompletePending is called, or
	// until Fault.CompleteAfter or Fault.CompleteAfterRequests says. The client
	// sees Fault.Status with Fault.Body, after Fault.Delay; without a status
	// its connection is dropped.
	ChangeLater
	// RateLimited answers 429 in the service's words, with the wait in the
	// form of Fault.Form. Nothing is changed.
	RateLimited
	// RefuseConnection stops listening, until Start: at once, or, with
	// Fault.Skip, with the answer to that many matching requests. Connections
	// cannot be told apart before they are there, so it refuses all of them.
	RefuseConnection
	// SlowBody does what was asked, sends half of the answer, waits Fault.Delay,
	// or until the client goes away if that is zero, and sends the rest.
	SlowBody
	// ByteOrderMark does what was asked and answers it behind a byte order
	// mark, which no JSON may begin with.
	ByteOrderMark
	// WrappedInArray does what was asked and answers it as the one element of
	// an array.
	WrappedInArray
	// WrongTypes does what was asked and answers JSON whose every value is of
	// another type: numbers for strings, strings for numbers and booleans,
	// objects for arrays.
	WrongTypes
	// BrokenJSON does what was asked and answers it with commas for colons and
	// one comma too many, as the sample on Atlassian's page is printed:
	// https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/.
	BrokenJSON
)

// faultKindNames are in the order of the kinds.
func faultKindNames() []string {
	return []string{
		"status", "reset-before", "reset-after", "truncated", "huge", "html", "redirect", "delay", "change-later",
		"rate-limited", "refuse", "slow", "bom", "array", "wrong-types", "broken-json",
	}
}

// FaultKinds returns every kind, in the order of their declaration.
func FaultKinds() []FaultKind {
	kinds := make([]FaultKind, len(faultKindNames()))
	for n := range kinds {
		kinds[n] = FaultKind(n)
	}
	return kinds
}

// String returns the name of the kind, as the command takes it.
func (k FaultKind) String() string {
	return faultKindNames()[k]
}

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
	// Path is the end of the path to match; "" matches any. A segment in braces,
	// as in an [Endpoint]'s pattern, matches any one segment.
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
	// Delay is how long the kinds Delay, ChangeLater and SlowBody wait.
	Delay time.Duration
	// CompleteAfter makes the first request that arrives this long after it
	// carry out a request that ChangeLater kept, before anything else is done.
	CompleteAfter time.Duration
	// CompleteAfterRequests carries out a request that ChangeLater kept when so
	// many more that match the fault have been carried out, before the last of
	// them is answered: what was sent first takes effect last.
	CompleteAfterRequests int
	// Size is how many bytes HugeBody answers at least.
	Size int
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
	return (f.Method == "" || f.Method == r.Method) && f.matchesPath(r)
}

func (f Fault) matchesPath(r *http.Request) bool {
	if !strings.Contains(f.Path, "{") {
		return strings.HasSuffix(r.URL.Path, f.Path)
	}
	segments := strings.Split(r.URL.EscapedPath(), "/")
	first := len(segments) - strings.Count(f.Path, "/")
	if !strings.HasPrefix(f.Path, "/") || first < 1 {
		return false
	}
	_, ok := matchPath(f.Path, "/"+strings.Join(segments[first:], "/"))
	return ok
}

// faults is what was injected into a server.
type faults struct {
	faultsMu sync.Mutex
	injected []*injection
	pending  []*pendingChange
}

// pendingChange is a request that is carried out later.
type pendingChange struct {
	fault    Fault
	perform  func()
	due      time.Time // Zero where no time brings it about.
	requests int       // How many more matching requests it lets pass, if any.
}

// injection is a fault with how many matching requests it has seen.
type injection struct {
	Fault
	seen int
}

// strikes counts a matching request and reports whether it is disturbed. A
// refusal begins with the answer to the last request that it lets pass.
func (i *injection) strikes() bool {
	i.seen++
	if i.Kind == RefuseConnection {
		return i.seen == i.Skip
	}
	return i.seen > i.Skip && (i.Times == 0 || i.seen <= i.Skip+i.Times)
}

// inject adds a fault behind those injected before.
func (f *faults) inject(fault Fault) {
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
	f.complete(func(*pendingChange) bool { return true })
}

// completeDue does what a clock that shows now brings about.
func (f *faults) completeDue(now time.Time) {
	f.complete(func(p *pendingChange) bool { return !p.due.IsZero() && !p.due.After(now) })
}

// completeAfter does what waited for r to be carried out.
func (f *faults) completeAfter(r *http.Request) {
	f.complete(func(p *pendingChange) bool {
		if p.requests == 0 || !p.fault.matches(r) {
			return false
		}
		p.requests--
		return p.requests == 0
	})
}

// complete does what is kept and ready, oldest first.
func (f *faults) complete(ready func(*pendingChange) bool) {
	f.faultsMu.Lock()
	var chosen []*pendingChange
	f.pending = slices.DeleteFunc(f.pending, func(p *pendingChange) bool {
		take := ready(p)
		if take {
			chosen = append(chosen, p)
		}
		return take
	})
	f.faultsMu.Unlock()
	for _, change := range chosen {
		change.perform()
	}
}

func (f *faults) postpone(change *pendingChange) {
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
