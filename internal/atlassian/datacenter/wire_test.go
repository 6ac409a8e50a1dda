// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// forever is longer than anybody waits.
const forever = 1000 * time.Hour

// wire carries requests out of a bubble to a real server. The time of the
// bubble stands still meanwhile, so what takes time is the wire, not the server.
type wire struct {
	// sending holds one request at a time. Both channels are made outside of
	// the bubble, so that somebody outside may use them.
	sending sync.Mutex
	out     chan *http.Request
	back    chan delivery

	mu    sync.Mutex
	hook  func(*http.Request) error
	slow  []slowness
	times []passage
}

// delivery is what comes back for a request.
type delivery struct {
	response *http.Response
	err      error
}

// slowness is how long requests and their answers are on their way.
type slowness struct {
	method, path string
	there, back  time.Duration
}

// passage is when a request was sent.
type passage struct {
	method, path string
	at           time.Time
}

// newWire starts what sends requests outside of bubbles.
func newWire(t *testing.T) *wire {
	t.Helper()
	sender, err := transport.NewRoundTripper(transport.TLS{})
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{out: make(chan *http.Request), back: make(chan delivery)}
	t.Cleanup(sender.CloseIdleConnections)
	t.Cleanup(func() { close(w.out) })
	go func() {
		for request := range w.out {
			w.back <- deliver(sender, request)
		}
	}()
	return w
}

// deliver sends a request and reads the answer as far as it comes.
func deliver(sender http.RoundTripper, request *http.Request) delivery {
	response, err := sender.RoundTrip(request)
	if err != nil {
		return delivery{err: err}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	return delivery{response: response}
}

// failing is the end of a body that was read until err.
type failing struct {
	err error
}

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

// before has hook called as requests are sent; its error is that of the wire.
func (w *wire) before(hook func(*http.Request) error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hook = hook
}

// on has action called as requests of a method to a path are sent.
func (w *wire) on(method, path string, action func()) {
	w.before(func(request *http.Request) error {
		if isTo(request, method, path) {
			action()
		}
		return nil
	})
}

// cut makes requests of a method to a path reach nobody.
func (w *wire) cut(method, path string) {
	w.before(func(request *http.Request) error {
		if isTo(request, method, path) {
			return errUnreachable
		}
		return nil
	})
}

// delay makes requests of a method to a path take time on their way there, and
// their answers on the way back. The server gets the request in any case.
func (w *wire) delay(method, path string, there, back time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.slow = append(w.slow, slowness{method, path, there, back})
}

// sent lists when requests of a method to a path were sent, after start.
func (w *wire) sent(start time.Time, method, path string) []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	var times []time.Duration
	for _, passed := range w.times {
		if passed.method == method && strings.HasSuffix(passed.path, path) {
			times = append(times, passed.at.Sub(start))
		}
	}
	return times
}

func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	there, back, err := w.admit(request)
	if err != nil {
		return nil, err
	}
	ctx := request.Context()
	late := (clock.System{}).Sleep(ctx, there)
	came := w.carry(request)
	if err := errors.Join(late, (clock.System{}).Sleep(ctx, back)); err != nil {
		return nil, err
	}
	return came.response, came.err
}

// admit calls the hook and returns how long the request is on its way.
func (w *wire) admit(request *http.Request) (there, back time.Duration, err error) {
	w.mu.Lock()
	hook := w.hook
	w.mu.Unlock()
	if hook != nil {
		err = hook(request)
	}
	if err = errors.Join(err, request.Context().Err()); err != nil {
		return 0, 0, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.times = append(w.times, passage{request.Method, request.URL.Path, clock.System{}.Now()})
	for _, slow := range w.slow {
		if isTo(request, slow.method, slow.path) {
			return slow.there, slow.back, nil
		}
	}
	return 0, 0, nil
}

// carry has the request sent outside of the bubble. A context of the bubble
// must not leave it.
func (w *wire) carry(request *http.Request) delivery {
	w.sending.Lock()
	defer w.sending.Unlock()
	w.out <- request.WithContext(context.WithoutCancel(request.Context()))
	return <-w.back
}

func isTo(request *http.Request, method, path string) bool {
	return (method == "" || request.Method == method) && strings.HasSuffix(request.URL.Path, path)
}

// unreachable is a hook of a wire that reaches nobody.
func unreachable(*http.Request) error { return errUnreachable }

var errUnreachable = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
