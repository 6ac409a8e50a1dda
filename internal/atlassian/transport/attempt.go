package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
)

// maxBody is how much of an answer is read.
const maxBody = 8 << 20

var errTooLarge = fmt.Errorf("the body is larger than %d MiB", maxBody>>20)

// answer is what came back over the wire.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	readErr error
}

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
	answer, err := exchange(c.config.RoundTripper, request)
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
	if c.config.Header != nil {
		request.Header = c.config.Header.Clone()
	}
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

// exchange sends the request and reads the answer to its end. It does not use
// http.Client, so nothing follows redirects or keeps cookies.
func exchange(roundTripper http.RoundTripper, request *http.Request) (*answer, error) {
	response, err := roundTripper.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = errTooLarge
	}
	return &answer{status: response.StatusCode, header: response.Header, body: body, readErr: err}, nil
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
	case answer.isHTML():
		return nil, c.answered(Redirected, answer)
	}
	return c.checked(&Response{Status: answer.status, Header: answer.header, Body: answer.body, call: c})
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
	failed := &failure{Error: c.failed(kind, answer.readErr), lasting: errors.Is(answer.readErr, errTooLarge)}
	failed.Status = answer.status
	failed.RequestID = c.redactor.words(requestID(answer.header), maxRequestID)
	return failed
}

// answered returns the failure of a call that the server said something else
// than success to.
func (c *call) answered(kind Kind, answer *answer) *failure {
	failed := &failure{Error: c.failed(kind, nil), header: answer.header}
	failed.Status = answer.status
	failed.Page = answer.isPage()
	failed.DeniedReason = deniedReason(answer.header, c.redactor)
	failed.RequestID = c.redactor.words(requestID(answer.header), maxRequestID)
	if answer.readErr != nil {
		// What is cut short may end in half a secret, which nothing would recognize.
		return failed
	}
	said := parseErrorBody(answer.body, c.redactor.learn(answer.body))
	failed.ServerStatus, failed.ServerMessage = said.status, said.message
	failed.Documented, failed.AcceptableScopes = said.documented, said.scopes
	failed.RequestID = first(failed.RequestID, said.requestID)
	failed.DeniedReason = first(failed.DeniedReason, said.deniedReason)
	return failed
}

// statusKind sorts the codes that are not 2xx.
func statusKind(status int) Kind {
	switch {
	case status < 200:
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

// isHTML reports whether a page for people came where JSON was due.
func (a *answer) isHTML() bool {
	body := bytes.TrimSpace(bytes.TrimPrefix(a.body, []byte("\ufeff")))
	if len(body) == 0 {
		return false
	}
	mediaType, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	return body[0] == '<' || strings.EqualFold(strings.TrimSpace(mediaType), "text/html")
}

// isPage reports whether the body is a page for people, and not XML for programs.
func (a *answer) isPage() bool {
	mediaType, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if strings.EqualFold(strings.TrimSpace(mediaType), "text/html") {
		return len(a.body) > 0
	}
	body := bytes.TrimSpace(bytes.TrimPrefix(a.body, []byte("\ufeff")))
	start := bytes.ToLower(body[:min(len(body), len("<!doctype html"))])
	return bytes.HasPrefix(start, []byte("<html")) || bytes.Equal(start, []byte("<!doctype html"))
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
func deniedReason(header http.Header, redactor *redactor) string {
	said := redactor.words(header.Get("X-Authentication-Denied-Reason"), maxWords)
	reason, _, _ := strings.Cut(said, ";")
	first, _, _ := strings.Cut(strings.TrimSpace(reason), " ")
	return redactor.words(first, maxRequestID)
}
