package datacenter

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	token    = "canary-token"
	password = "canary-password"

	// allowed is how long a change may take.
	allowed = 5 * time.Minute
)

// jira is the instance that most tests use.
func jira() simulator.InstanceConfig {
	return simulator.InstanceConfig{Product: simulator.Jira, Token: token, InactiveKeys: []string{"old-key"}}
}

// site is a simulated instance and the client in front of it.
type site struct {
	*simulator.Instance
	client *Instance
	wire   *wire
}

// newSite starts an instance that ends with the test. It must not be called in
// a bubble, whose time would stand still as long as the instance listens.
func newSite(t *testing.T, config simulator.InstanceConfig) *site {
	t.Helper()
	estate := simulator.New()
	t.Cleanup(estate.Close)
	instance := estate.AddInstance(config)
	wire := &wire{handler: instance}
	credentials := transport.Bearer(config.Token)
	if config.Token == "" {
		credentials = transport.Basic("admin", config.Password)
	}
	return &site{
		Instance: instance,
		wire:     wire,
		client: New(Config{
			Name:   instance.Name(),
			Bearer: config.Token != "",
			Clock:  clock.System{},
			Client: transport.New(transport.Config{
				BaseURL:        &url.URL{Scheme: "https", Host: "dc.example.com", Path: config.ContextPath},
				Credentials:    credentials,
				Header:         Header(),
				UserAgent:      "terraform-provider-atlassian/test",
				RoundTripper:   wire,
				Clock:          clock.System{},
				MaxRetries:     2,
				MaxRetryWait:   time.Minute,
				RequestTimeout: 30 * time.Second,
			}),
		}),
	}
}

// simulate runs a test against an instance in a bubble of its own time.
func simulate(t *testing.T, config simulator.InstanceConfig, test func(t *testing.T, at *site)) {
	t.Helper()
	at := newSite(t, config)
	synctest.Test(t, func(t *testing.T) { test(t, at) })
}

// change carries out a change in the time that is allowed.
func (s *site) change(t *testing.T, change AESKeyChange) (AESKeyReport, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), allowed)
	defer cancel()
	return s.client.ChangeAESKeys(ctx, change)
}

// sent lists the requests so far as method and path.
func (s *site) sent() []string {
	var sent []string
	for _, request := range s.Requests() {
		sent = append(sent, request.Method+" "+request.Path)
	}
	return sent
}

// at lists when the requests of a method to a path arrived, after start.
func (s *site) at(start time.Time, method, pathSuffix string) []time.Duration {
	var times []time.Duration
	for _, request := range s.Requests() {
		if request.Method == method && strings.HasSuffix(request.Path, pathSuffix) {
			times = append(times, request.Time.Sub(start))
		}
	}
	return times
}

// expectCounts fails unless that many rotations and deletions were sent.
func (s *site) expectCounts(t *testing.T, rotations, deletions int) {
	t.Helper()
	if got := s.Count(http.MethodPost, rotatePath); got != rotations {
		t.Errorf("sent %d rotations, want %d", got, rotations)
	}
	if got := s.Count(http.MethodDelete, inactivePath); got != deletions {
		t.Errorf("sent %d deletions, want %d", got, deletions)
	}
}

// failedStep returns the error of a change that must fail in one step.
func failedStep(t *testing.T, err error, step Step) *StepError {
	t.Helper()
	failure, ok := errors.AsType[*StepError](err)
	if !ok || failure.Step != step {
		t.Fatalf("error %v, want one of the step %q", err, step)
	}
	return failure
}

// wire carries requests to a handler without a socket, so that a bubble knows
// when everybody waits and lets the time pass.
type wire struct {
	handler http.Handler
	mu      sync.Mutex
	hook    func(*http.Request) error
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
		if request.Method == method && strings.HasSuffix(request.URL.Path, path) {
			action()
		}
		return nil
	})
}

func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	w.mu.Lock()
	hook := w.hook
	w.mu.Unlock()
	if hook != nil {
		if err := hook(request); err != nil {
			return nil, err
		}
	}
	type outcome struct {
		response *http.Response
		err      error
	}
	arrived := make(chan outcome, 1)
	go func() {
		response, err := w.carry(request)
		arrived <- outcome{response, err}
	}()
	select {
	case came := <-arrived:
		return came.response, came.err
	case <-request.Context().Done():
		return nil, request.Context().Err()
	}
}

// carry returns what a client sees of what the handler does.
func (w *wire) carry(request *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	if !w.serve(recorder, request) {
		return recorder.Result(), nil
	}
	if !recorder.Flushed {
		return nil, errReset
	}
	response := recorder.Result()
	response.Body = io.NopCloser(io.MultiReader(response.Body, brokenReader{}))
	return response, nil
}

// serve reports whether the handler dropped the connection.
func (w *wire) serve(recorder *httptest.ResponseRecorder, request *http.Request) (dropped bool) {
	defer func() {
		if cause := recover(); cause != nil {
			dropped = true
			if cause != http.ErrAbortHandler {
				panic(cause)
			}
		}
	}()
	incoming := request.Clone(request.Context())
	incoming.Host = request.URL.Host
	if incoming.Body == nil {
		incoming.Body = http.NoBody
	}
	w.handler.ServeHTTP(recorder, incoming)
	return false
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

var (
	errReset       = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	errUnreachable = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
)

// unreachable is a hook of a wire that reaches nobody.
func unreachable(*http.Request) error { return errUnreachable }
