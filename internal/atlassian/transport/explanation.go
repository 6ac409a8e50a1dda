// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Explanation puts a failure into words for a person.
type Explanation struct {
	// Cause says what is the matter, a sentence.
	Cause string
	// Remedy says what to do about it, a sentence or two.
	Remedy string
}

// Explain puts err into words. Service is what the request went to, as the
// start of a sentence, such as "The instance". It never repeats a body or a
// secret.
func Explain(err error, service string) Explanation {
	if failure, ok := errors.AsType[*Error](err); ok {
		return failure.explain(service)
	}
	if own, ok := errors.AsType[explained](err); ok {
		return own.Explain(service)
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return Explanation{"The time that `timeouts` allows ran out.", "Raise it and apply again."}
	case errors.Is(err, context.Canceled):
		return explainInterrupt()
	default:
		return Explanation{sentence(err.Error()), "Apply again."}
	}
}

// explained is an error that puts itself into words.
type explained interface {
	error
	Explain(service string) Explanation
}

func explainInterrupt() Explanation {
	return Explanation{"The run was interrupted.", "Apply again."}
}

func (e *Error) explain(service string) Explanation {
	if e.Kind == NotSent && errors.Is(e, context.Canceled) {
		return explainInterrupt()
	}
	switch e.Kind {
	case NotSent:
		if e.isUnsendable() {
			return Explanation{
				"No request can be made of it: " + sentence(e.Err.Error()),
				"Correct the name or the value that it is made of, and apply again.",
			}
		}
		return Explanation{
			service + " could not be reached: " + sentence(e.Error()),
			"Check that it is up, its URL, certificates and proxy settings, and apply again.",
		}
	case RateLimited:
		return e.explainRateLimit(service)
	case Redirected:
		return Explanation{
			"The request was answered by a login page or proxy, not by the REST API: " + sentence(e.Error()),
			"Check the URL and its context path, and that single sign-on or a proxy on the way lets REST requests with these credentials through.",
		}
	case TimedOut:
		return Explanation{
			service + " did not answer in time: " + sentence(e.Error()),
			"Check its load; `request_timeout` and `timeouts` bound the wait.",
		}
	case Interrupted:
		return Explanation{
			"The connection broke before the answer was complete: " + sentence(e.Error()),
			"Check the network and any proxy on the way.",
		}
	case Unreadable:
		return Explanation{
			"The answer could not be read: " + sentence(e.Error()),
			"Check that the URL leads to the product itself and that no proxy changes its answers.",
		}
	case ServerFailed:
		return Explanation{
			fmt.Sprintf("%s failed with %d %s%s.", service, e.Status, http.StatusText(e.Status), e.Words()),
			"Look into its application logs, or try again later.",
		}
	default:
		return Explanation{
			fmt.Sprintf("%s refused the request with %d %s%s.", service, e.Status, http.StatusText(e.Status), e.Words()),
			"Correct what it complains about and apply again.",
		}
	}
}

func (e *Error) explainRateLimit(service string) Explanation {
	if e.BlocksAll() {
		return Explanation{
			service + " blocks all requests of this user: its rate limit lets none through, now or later.",
			"Have an administrator allow requests of this user in the rate limiting settings, and apply again.",
		}
	}
	until := "It does not say until when."
	if !e.RetryAt.IsZero() {
		until = "It allows the next one at " + e.RetryAt.UTC().Format(time.RFC3339) + "."
	}
	return Explanation{
		service + " limits the rate of requests and refused this one. " + until,
		"Wait and apply again, or raise `max_retry_wait`.",
	}
}

// Words returns what the server itself said, in brackets after a space, to be
// put at the end of a clause; empty where it said nothing readable.
func (e *Error) Words() string {
	var said []string
	if e.ServerStatus != "" {
		said = append(said, fmt.Sprintf("status %q", e.ServerStatus))
	}
	if e.ServerMessage != "" {
		said = append(said, fmt.Sprintf("message %q", e.ServerMessage))
	}
	if len(said) == 0 {
		return ""
	}
	return " (" + strings.Join(said, ", ") + ")"
}

func sentence(text string) string {
	return strings.TrimSuffix(text, ".") + "."
}
