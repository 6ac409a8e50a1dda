// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	keysPath     = "/rest/secrets/1.0/keys"
	rotatePath   = keysPath + "/rotate"
	inactivePath = keysPath + "/inactive"
	adminToken   = "admin-token"
	userToken    = "user-token"
	password     = "pass word"
)

// testClock stands still until it is moved, and waits by moving itself.
type testClock struct {
	mu  sync.Mutex
	now time.Time
}

func newTestClock() *testClock {
	return &testClock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *testClock) Sleep(ctx context.Context, d time.Duration) error {
	c.Advance(d)
	return ctx.Err()
}

// newSimulator returns a simulator whose clock stands still and whose random
// source repeats itself.
func newSimulator(t *testing.T, options ...simulator.Option) (*simulator.Simulator, *testClock) {
	t.Helper()
	clock := newTestClock()
	s := simulator.New(append([]simulator.Option{
		simulator.WithClock(clock.Now),
		simulator.WithSleep(clock.Sleep),
		simulator.WithRandom(rand.NewChaCha8([32]byte{1})),
	}, options...)...)
	t.Cleanup(s.Close)
	return s, clock
}

// newInstance starts an instance with an administrator's token and password.
func newInstance(t *testing.T, product simulator.Product, adjust ...func(*simulator.InstanceConfig)) (*simulator.Instance, *testClock) {
	t.Helper()
	s, clock := newSimulator(t)
	config := simulator.InstanceConfig{
		Product:           product,
		Token:             adminToken,
		UnprivilegedToken: userToken,
		Username:          "admin",
		Password:          password,
		InactiveKeys:      []string{"first", "second"},
	}
	for _, change := range adjust {
		change(&config)
	}
	return s.AddInstance(config), clock
}

// newKeyInstance starts a Jira.
func newKeyInstance(t *testing.T) *simulator.Instance {
	t.Helper()
	instance, _ := newInstance(t, simulator.Jira)
	return instance
}

// message is a request in the making.
type message struct {
	client *http.Client
	method string
	url    string
	header http.Header
	body   string
}

// ask prepares what a well-behaved client of Data Center sends.
func ask(method, url string) message {
	m := message{client: newHTTPClient(), method: method, url: url, header: http.Header{}}
	m.header.Set("Accept", "application/json")
	m.header.Set("User-Agent", "simulator-test/1.0")
	if method != http.MethodGet {
		m.header.Set("Content-Type", "application/json")
		m.header.Set("X-Atlassian-Token", "no-check")
	}
	return m
}

// newHTTPClient returns a client that keeps redirects and connections to
// itself.
func newHTTPClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}

func (m message) with(name, value string) message {
	m.header = m.header.Clone()
	m.header.Set(name, value)
	return m
}

func (m message) without(name string) message {
	m.header = m.header.Clone()
	m.header.Del(name)
	return m
}

func (m message) bearer(token string) message {
	return m.with("Authorization", "Bearer "+token)
}

func (m message) basic(username, password string) message {
	r := http.Request{Header: http.Header{}}
	r.SetBasicAuth(username, password)
	return m.with("Authorization", r.Header.Get("Authorization"))
}

func (m message) by(client *http.Client) message {
	m.client = client
	return m
}

func (m message) sending(body string) message {
	m.body = body
	return m
}

// answer is a whole response.
type answer struct {
	status int
	header http.Header
	body   string
}

// attempt sends the request and returns what came of it.
func (m message) attempt(ctx context.Context) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, m.method, m.url, strings.NewReader(m.body))
	if err != nil {
		return answer{}, err
	}
	request.Header = m.header
	response, err := m.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	body, err := io.ReadAll(response.Body)
	return answer{
		status: response.StatusCode, header: response.Header, body: string(body),
	}, errors.Join(err, response.Body.Close())
}

// send is attempt where nothing may go wrong on the way.
func (m message) send(t *testing.T) answer {
	t.Helper()
	a, err := m.attempt(t.Context())
	if err != nil {
		t.Fatalf("%s %s: %v", m.method, m.url, err)
	}
	return a
}

// wantStatus fails the test unless the answer has the status.
func (a answer) wantStatus(t *testing.T, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d; body %s", a.status, status, a.body)
	}
	return a
}

// decode parses the body as JSON.
func decode[T any](t *testing.T, a answer) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(a.body), &value); err != nil {
		t.Fatalf("body %q: %v", a.body, err)
	}
	return value
}

// wantEqual fails the test unless both are equal.
func wantEqual[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}
