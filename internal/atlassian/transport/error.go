// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Kind says what went wrong with a request.
type Kind int

const (
	// NotSent: the request never left: refused connection, name resolution,
	// TLS handshake, or a context that was done before the attempt.
	NotSent Kind = iota + 1
	// Refused: the server answered 4xx other than 429; it did nothing.
	Refused
	// RateLimited: the server answered 429, or an earlier 429 still holds, and
	// waiting would take longer than allowed.
	RateLimited
	// Redirected: the server answered 3xx, or HTML where JSON was due: a login
	// page or a proxy answered.
	Redirected
	// ServerFailed: the server answered 5xx.
	ServerFailed
	// TimedOut: the request was sent and no whole answer came in time.
	TimedOut
	// Interrupted: the connection broke after the request was sent.
	Interrupted
	// Unreadable: the server answered 2xx with a body that is cut short, too
	// large, or not what the endpoint documents.
	Unreadable
)

// Error is what a request failed with. It never carries a body, a header value
// or a secret: only what the documented error shapes say in words, masked and cut to a
// sane length.
type Error struct {
	Kind   Kind
	Method string
	// URL is the full address without credentials, query and fragment.
	URL string
	// Status is the HTTP status code, 0 where no answer came.
	Status int
	// RequestID is the server's own id of the request, where it sends one.
	RequestID string
	// ServerStatus and ServerMessage are the server's own words: the `status`,
	// `code` or `key`, and the `message`, `title`/`detail` or `errorMessages`
	// of the documented error shapes. Empty where it said nothing readable.
	ServerStatus  string
	ServerMessage string
	// Documented tells whether the body had one of the documented JSON shapes.
	Documented bool
	// Page tells whether the body was a page for people (HTML) where the REST API
	// answers with JSON: a gateway or a proxy may have written it.
	Page bool
	// AcceptableScopes is what a User management 403 lists, nil otherwise.
	AcceptableScopes []string
	// DeniedReason is the first word of X-Authentication-Denied-Reason, such as
	// CAPTCHA_CHALLENGE, also where Bitbucket names an exception for it; empty
	// otherwise.
	DeniedReason string
	// RetryAt is when a rate limit allows the next request; zero if unknown.
	RetryAt time.Time
	// Attempts counts how often the request was tried.
	Attempts int
	// Err is the cause below HTTP, masked; nil where the server answered. It
	// matches context.Canceled and other sentinels with errors.Is.
	Err error

	// unsettled and abandoned say that an earlier attempt of the same request
	// may have changed something, or may still be running.
	unsettled, abandoned bool
}

// Error says in one line which request failed and how.
func (e *Error) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s: %s", e.Method, e.URL, e.outcome())
	if e.DeniedReason != "" {
		fmt.Fprintf(&text, " (%s)", e.DeniedReason)
	}
	if e.BlocksAll() {
		text.WriteString("; it blocks all requests")
	} else if !e.RetryAt.IsZero() && e.Status != 0 {
		fmt.Fprintf(&text, "; the next request is allowed at %s", e.RetryAt.UTC().Format(time.RFC3339))
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&text, " (tried %d times)", e.Attempts)
	}
	return text.String()
}

// Brief says in a few words what came of the request: the status, or why there
// is none. It holds nothing that a server said.
func (e *Error) Brief() string {
	switch e.Kind {
	case NotSent:
		if e.isUnsendable() {
			return "no address can be made of it"
		}
		return "not reachable"
	case TimedOut:
		return "no answer in time"
	case Interrupted:
		return "connection broken off"
	case Unreadable:
		return "answer not readable"
	case Redirected:
		return "answered by a login page or proxy"
	case RateLimited:
		return "rate limit reached"
	default:
		return e.statusText()
	}
}

// outcome phrases the kind for people.
func (e *Error) outcome() string {
	switch e.Kind {
	case NotSent:
		return "the request was not sent" + e.because()
	case TimedOut:
		return "the request was sent, but no whole answer came in time" + e.because()
	case Interrupted:
		return "the connection broke after the request was sent" + e.because()
	case Unreadable:
		return "the answer (" + e.statusText() + ") could not be read" + e.because()
	case Redirected:
		return "answered by a login page or proxy (" + strconv.Itoa(e.Status) + ")"
	case RateLimited:
		if e.Status == 0 && e.BlocksAll() {
			return "not sent, because of an earlier answer"
		}
		if e.Status == 0 {
			return "not sent, because an earlier rate limit holds until " + e.RetryAt.UTC().Format(time.RFC3339)
		}
	}
	return e.statusText() + e.words()
}

// isUnsendable reports whether the request cannot be written, however often it is
// tried and whatever answers.
func (e *Error) isUnsendable() bool {
	return e.Kind == NotSent && (errors.Is(e.Err, errBadPath) || errors.Is(e.Err, errBadBaseURL))
}

// because returns the cause below HTTP, ready to be appended.
func (e *Error) because() string {
	if e.Err == nil {
		return ""
	}
	return ": " + e.Err.Error()
}

// statusText returns the code with its standard name.
func (e *Error) statusText() string {
	return strings.TrimSpace(strconv.Itoa(e.Status) + " " + http.StatusText(e.Status))
}

// words returns what the server said, ready to be appended. A status that only
// repeats the code is left out.
func (e *Error) words() string {
	var text string
	if e.ServerStatus != "" && e.ServerStatus != strconv.Itoa(e.Status) {
		text += ": " + e.ServerStatus
	}
	if e.ServerMessage != "" {
		text += ": " + e.ServerMessage
	}
	return text
}

// Unchanged reports whether it is certain that the request changed nothing, in
// none of its attempts. Every other outcome of a write is ambiguous and has to
// be looked up.
func (e *Error) Unchanged() bool {
	switch e.Kind {
	case NotSent, Refused, RateLimited:
		return !e.unsettled
	default:
		return false
	}
}

// AbandonedTime is how long after it was sent a server may still be working on a
// request that nobody waits for any more [guess].
const AbandonedTime = 15 * time.Minute

// MayStillRun reports whether the server may still be working on the request:
// it was sent and nobody waited for the end of it.
func (e *Error) MayStillRun() bool {
	return e.Kind == TimedOut || e.gatewayTimeout() || e.abandoned
}

// inherit takes over what an earlier attempt of the same request left open.
func (e *Error) inherit(earlier *failure) {
	if earlier == nil {
		return
	}
	e.unsettled = !earlier.Unchanged()
	e.abandoned = earlier.MayStillRun()
}

// blockedYear is a year that no rate limit lasts until: Data Center that is told
// to block all requests of a user sends Retry-After: 9223372036854775807.
const blockedYear = 2200

// BlocksAll reports whether the server asks to wait for centuries, which is how
// it blocks all requests of a user.
func (e *Error) BlocksAll() bool {
	return e.RetryAt.Year() >= blockedYear
}

// MayPass reports whether the same request may well succeed later without
// anybody changing anything.
func (e *Error) MayPass() bool {
	switch e.Kind {
	case NotSent, TimedOut, Interrupted, Unreadable:
		return true
	case ServerFailed:
		return e.Status != http.StatusNotImplemented
	default:
		return false
	}
}

// Unwrap returns the cause below HTTP.
func (e *Error) Unwrap() error {
	return e.Err
}

// gatewayTimeout reports whether a proxy gave up waiting for the server, which
// may still be at work.
func (e *Error) gatewayTimeout() bool {
	return e.Status == http.StatusGatewayTimeout
}
