// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// call is a Request made ready to be sent any number of times.
type call struct {
	method     string
	url        *url.URL
	body       []byte
	anonymous  bool
	repeatable bool
	answers    []int
	anyBody    bool
	check      func(*Response) error
	timeout    time.Duration
	redactor   *Redactor
	// list takes the answer entry by entry, and secretField is the field of it that
	// holds the secret that is asked for.
	list        *List
	secretField string
}

var (
	errBadPath        = errors.New("the path does not start with a slash, or holds a query, a fragment or dot segments")
	errBadBaseURL     = errors.New("the base URL is not an http or https address")
	errBadCredentials = errors.New("the credentials hold a line break or another character that HTTP does not allow in a header")
)

// newCall checks and encodes the request. Its error is an *Error of the kind NotSent.
func (c *Client) newCall(request Request) (*call, error) {
	made := &call{
		method:     request.Method,
		url:        &url.URL{},
		anonymous:  request.Anonymous,
		repeatable: request.Repeatable || isRead(request.Method),
		answers:    request.Answers,
		anyBody:    request.AnyBody,
		check:      request.Check,
		timeout:    request.Timeout,
		redactor:   c.redactor,

		list:        request.List,
		secretField: request.SecretField,
	}
	if made.timeout == 0 {
		made.timeout = c.config.RequestTimeout
	}
	for _, prepare := range []func(*call, Request) error{c.checkHeader, c.address, encode} {
		if err := prepare(made, request); err != nil {
			return nil, made.failed(NotSent, err)
		}
	}
	return made, nil
}

// address sets the URL. The path cannot lead to another host or out of the base path.
func (c *Client) address(made *call, request Request) error {
	if !strings.HasPrefix(request.Path, "/") || strings.ContainsAny(request.Path, "?#") {
		return errBadPath
	}
	address, err := url.Parse(c.baseURL + request.Path)
	if err != nil {
		return errBadPath
	}
	if c.host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return errBadBaseURL
	}
	segments := strings.Split(address.Path, "/")
	if slices.Contains(segments, "..") || slices.Contains(segments, ".") {
		return errBadPath
	}
	address.RawQuery = request.Query.Encode()
	made.url = address
	return nil
}

// encode sets the body, and masks its secrets from here on: they may be echoed.
func encode(made *call, request Request) error {
	if request.Body == nil {
		return nil
	}
	body, err := json.Marshal(request.Body)
	if err != nil {
		return fmt.Errorf("the body cannot be encoded: %w", err)
	}
	made.body = body
	return made.redactor.LearnFrom(body)
}

// bound returns ctx limited to the time that one attempt may take.
func (c *call) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, c.timeout)
}

// failed returns the error of this call, with its cause masked.
func (c *call) failed(kind Kind, cause error) *Error {
	address := withoutExtras(c.url)
	failure := &Error{Kind: kind, Method: c.method, URL: c.redactor.text(address.String())}
	if cause != nil {
		failure.Err = &maskedError{text: c.redactor.phrase(textOf(cause)), cause: cause}
	}
	return failure
}

// accepts reports whether the status is that of an answer. That of a read is whole:
// 202 has nothing yet, and 206 a part, whose other part nobody may take for gone.
func (c *call) accepts(status int) bool {
	switch {
	case slices.Contains(c.answers, status):
		return true
	case isRead(c.method):
		return status == http.StatusOK || status == http.StatusNonAuthoritativeInfo
	default:
		return status >= 200 && status < 300
	}
}

// isRead reports whether the method changes nothing, by definition.
func isRead(method string) bool {
	return method == http.MethodGet || method == http.MethodHead
}
