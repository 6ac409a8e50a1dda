// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"net/url"
	"time"
)

// Request is one call of a documented endpoint, relative to the base URL of
// the client.
type Request struct {
	// Method is an HTTP method.
	Method string
	// Path is appended to the path of the base URL (the context path of a Data
	// Center instance). It starts with a slash and is already escaped.
	Path string
	// Query is added to the URL; nil for none.
	Query url.Values
	// Body is encoded as JSON; nil sends no body.
	Body any
	// Anonymous sends no credentials, for what needs none: products check them
	// there too, and count a failed login.
	Anonymous bool
	// Repeatable marks a write whose repetition does no harm, so that it is
	// retried like a read. A GET is always repeatable.
	Repeatable bool
	// Answers lists statuses besides 2xx that are an answer and no failure, such
	// as the 503 of a status page; nil for none.
	Answers []int
	// AnyBody takes a 2xx for an answer whatever its body holds, even where that
	// does not arrive whole. Only a page for people is still none.
	AnyBody bool
	// Check judges an answer before it is returned; its error makes the answer
	// [Unreadable], and a repeatable request is sent again. Nil for none.
	Check func(*Response) error
	// List has an answer read entry by entry; nil for one that is read whole, of
	// at most 8 MiB.
	List *List
	// SecretField is the field of the answer that holds a secret that is asked
	// for, such as the new token: it is returned as the Secret of the [Response],
	// and masked everywhere else from then on. Empty for none.
	SecretField string
	// Timeout bounds one attempt, from dialling to the last byte of the answer.
	// Zero means the client's request timeout, [Unbounded] only the context.
	Timeout time.Duration
}

// Unbounded as [Request.Timeout] leaves an attempt to the deadline of its context.
const Unbounded time.Duration = -1
