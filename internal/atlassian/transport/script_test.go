// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// step answers one request of a script.
type step func(*http.Request) (*http.Response, error)

// script is a round tripper that plays its steps, the last one for ever.
type script struct {
	mu    sync.Mutex
	steps []step
	seen  []*http.Request
	at    []time.Time
}

func play(steps ...step) *script {
	return &script{steps: steps}
}

func (s *script) RoundTrip(request *http.Request) (*http.Response, error) {
	s.mu.Lock()
	next := s.steps[min(len(s.seen), len(s.steps)-1)]
	s.seen = append(s.seen, request)
	s.at = append(s.at, time.Now())
	s.mu.Unlock()
	return next(request)
}

// requests returns how many requests were seen.
func (s *script) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

// status answers with a JSON body and headers given in pairs.
func status(code int, body string, headers ...string) step {
	return func(*http.Request) (*http.Response, error) {
		header := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(headers); i += 2 {
			header.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: code, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

// breaks fails without an answer.
func breaks(err error) step {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// cut breaks off in the middle of an answer.
func cut(code int) step {
	return func(*http.Request) (*http.Response, error) {
		body := io.MultiReader(strings.NewReader(`{"a":`), brokenReader{})
		return &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(body)}, nil
	}
}

// hangs answers only when the attempt is over.
func hangs(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

var (
	errReset   = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	errDial    = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	errLookup  = &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "jira.example.com"}}
	ok         = status(200, `{}`)
	exampleURL = "https://jira.example.com/jira"
	// refusingURL has a port that no system gives to whoever asks for any port:
	// that of a server that was closed may have another server by now.
	refusingURL = "http://127.0.0.1:1"
)

// newTestClient returns a client with four retries and no jitter.
func newTestClient(t *testing.T, address string, sends http.RoundTripper, change ...func(*Config)) *Client {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	config := Config{
		BaseURL:        base,
		Credentials:    Bearer("canary-bearer"),
		UserAgent:      "terraform-provider-atlassian/test",
		RoundTripper:   sends,
		Clock:          clock.System{},
		MaxRetries:     4,
		MaxRetryWait:   5 * time.Minute,
		RequestTimeout: time.Minute,
	}
	for _, set := range change {
		set(&config)
	}
	client := New(config)
	client.random = func() float64 { return 1 }
	return client
}

// failed returns the typed error of a request that must fail.
func failed(t *testing.T, err error) *Error {
	t.Helper()
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("error is %T (%v), want *Error", err, err)
	}
	return failure
}

// instantClock does not wait, for tests against real servers.
type instantClock struct{}

func (instantClock) Now() time.Time { return clock.System{}.Now() }

func (instantClock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func withoutWaiting(config *Config) { config.Clock = instantClock{} }
