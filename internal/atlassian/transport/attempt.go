// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
)

// attempt sends the call once and judges what came of it.
func (c *Client) attempt(ctx context.Context, call *call, number int) (*Response, *failure) {
	bounded, cancel := call.bound(ctx)
	defer cancel()
	var progress progress
	request, err := c.newRequest(httptrace.WithClientTrace(bounded, progress.trace()), call)
	if err != nil {
		return nil, &failure{Error: call.failed(NotSent, err), lasting: true}
	}
	line := c.newLine(ctx, call, number)
	line.request(request)
	answer, err := call.exchange(c.config.RoundTripper, request)
	if err != nil {
		failed := call.unanswered(ctx, bounded, err, progress.sent(err))
		line.failure(failed)
		return nil, failed
	}
	line.answer(answer)
	return call.judge(ctx, bounded, answer)
}

// newRequest returns a fresh HTTP request for the call.
func (c *Client) newRequest(ctx context.Context, call *call) (*http.Request, error) {
	var body io.Reader
	if call.body != nil {
		body = bytes.NewReader(call.body)
	}
	request, err := http.NewRequestWithContext(ctx, call.method, call.url.String(), body)
	if err != nil {
		return nil, err
	}
	request.Header = c.config.Header.Clone()
	request.Header.Set("Accept", "application/json")
	// Even without a body: Data Center's XSRF check refuses a write that has no
	// media type.
	if !isRead(call.method) {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.config.UserAgent != "" {
		request.Header.Set("User-Agent", c.config.UserAgent)
	}
	if !call.anonymous && c.config.Credentials != nil && c.config.Credentials.authorization() != "" {
		request.Header.Set("Authorization", c.config.Credentials.authorization())
	}
	return request, nil
}

// unanswered returns the failure of a call that got no answer.
func (c *call) unanswered(ctx, bounded context.Context, err error, sent bool) *failure {
	kind := NotSent
	if sent {
		kind = brokenKind(ctx, bounded, err)
	}
	return &failure{Error: c.failed(kind, err), lasting: isLasting(err)}
}

// brokenKind tells whether an exchange ended because time was up or because the
// connection broke. A caller who went away interrupted it.
func brokenKind(ctx, bounded context.Context, err error) Kind {
	if errors.Is(ctx.Err(), context.Canceled) {
		return Interrupted
	}
	if errors.Is(bounded.Err(), context.DeadlineExceeded) {
		return TimedOut
	}
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return TimedOut
	}
	return Interrupted
}

// judge turns an answer into a response or a failure.
func (c *call) judge(ctx, bounded context.Context, answer *answer) (*Response, *failure) {
	switch {
	case !c.accepts(answer.status):
		return nil, c.answered(statusKind(answer.status), answer)
	case answer.readErr != nil && !c.anyBody:
		return nil, c.cutShort(ctx, bounded, answer)
	case answer.page:
		return nil, c.answered(Redirected, answer)
	}
	response := &Response{Status: answer.status, Header: answer.header, Body: answer.body, Secret: answer.secret, call: c}
	if answer.entryErr != nil {
		return nil, &failure{Error: response.unreadable(answer.entryErr)}
	}
	return c.checked(response)
}

// checked lets the caller judge the answer.
func (c *call) checked(response *Response) (*Response, *failure) {
	if c.check == nil {
		return response, nil
	}
	err := c.check(response)
	if err == nil {
		return response, nil
	}
	unreadable, ok := errors.AsType[*Error](err)
	if !ok {
		unreadable = response.unreadable(err)
	}
	return nil, &failure{Error: unreadable}
}

// cutShort returns the failure of a 2xx answer that did not arrive whole.
func (c *call) cutShort(ctx, bounded context.Context, answer *answer) *failure {
	kind := Unreadable
	if bounded.Err() != nil {
		kind = brokenKind(ctx, bounded, answer.readErr)
	}
	_, lasting := errors.AsType[excess](answer.readErr)
	failed := &failure{Error: c.failed(kind, answer.readErr), lasting: lasting}
	failed.Status = answer.status
	failed.RequestID = cutWords(requestID(answer.header), maxRequestID)
	return failed
}

// answered returns the failure of a call that the server said something else
// than success to.
func (c *call) answered(kind Kind, answer *answer) *failure {
	failed := &failure{Error: c.failed(kind, nil), header: answer.header}
	failed.Status = answer.status
	failed.Page = answer.html
	failed.DeniedReason = deniedReason(answer.header)
	failed.RequestID = cutWords(requestID(answer.header), maxRequestID)
	said := parseErrorBody(answer.body)
	failed.ServerStatus, failed.ServerMessage = said.status, said.message
	failed.Documented, failed.AcceptableScopes = said.documented, said.scopes
	failed.RequestID = first(failed.RequestID, said.requestID)
	failed.DeniedReason = first(failed.DeniedReason, said.deniedReason)
	return failed
}

// statusKind sorts the codes that are not those of an answer.
func statusKind(status int) Kind {
	switch {
	case status < 300:
		return Unreadable
	case status < 400:
		return Redirected
	case status == http.StatusTooManyRequests:
		return RateLimited
	case status < 500:
		return Refused
	default:
		return ServerFailed
	}
}

// requestID returns the server's id of the request from the header that the
// product sends it in: Cloud, Data Center, Atlassian's edge.
func requestID(header http.Header) string {
	for _, name := range []string{"X-Request-Id", "X-Arequestid", "Atl-Traceid", "X-Trace-Id"} {
		if id := header.Get(name); id != "" {
			return id
		}
	}
	return ""
}

// deniedReason returns why a Data Center instance does not even look at the
// password, such as CAPTCHA_CHALLENGE.
func deniedReason(header http.Header) string {
	reason, _, _ := strings.Cut(header.Get("X-Authentication-Denied-Reason"), ";")
	word, _, _ := strings.Cut(strings.TrimSpace(reason), " ")
	return cutWords(word, maxRequestID)
}
