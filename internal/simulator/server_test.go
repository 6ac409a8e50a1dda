// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestServer_logsRequestsWithoutSecrets(t *testing.T) {
	t.Parallel()
	jira, clock := newInstance(t, simulator.Jira)
	ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken).send(t)
	clock.Advance(time.Minute)
	ask(http.MethodPost, jira.URL()+rotatePath+"?a=b").send(t)

	start := newTestClock().Now()
	want := []simulator.Request{
		{Method: "GET", Path: inactivePath, Query: map[string][]string{}, Status: 200, Connection: 1, Time: start},
		{Method: "POST", Path: rotatePath, Query: map[string][]string{"a": {"b"}}, Status: 401, Connection: 2, Time: start.Add(time.Minute)},
	}
	if diff := cmp.Diff(want, jira.Requests()); diff != "" {
		t.Error(diff)
	}
}

func TestServer_countsRequestsAndConnections(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	client := newHTTPClient()
	for range 3 {
		ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken).by(client).send(t)
	}
	ask(http.MethodGet, jira.URL()+"/status").send(t)
	wantEqual(t, "reads of keys", jira.Count(http.MethodGet, "/keys/inactive"), 3)
	wantEqual(t, "reads", jira.Count("", ""), 4)
	wantEqual(t, "rotations", jira.Count(http.MethodPost, ""), 0)
	wantEqual(t, "connections", jira.Connections(), 2)

	jira.ResetLog()
	wantEqual(t, "connections after the reset", jira.Connections(), 0)
	ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken).by(client).send(t)
	wantEqual(t, "connections in use", jira.Connections(), 1)
	wantEqual(t, "requests", len(jira.Requests()), 1)
}

func TestServer_stopRefusesConnectionsAndStartListensAgain(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	url := jira.URL()
	read := ask(http.MethodGet, url+inactivePath).bearer(adminToken)
	read.send(t)

	jira.Stop()
	jira.Stop()
	if _, err := read.attempt(t.Context()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("unexpected error %v", err)
	}
	jira.Start()
	jira.Start()
	wantEqual(t, "URL", jira.URL(), url)
	read.send(t).wantStatus(t, http.StatusOK)
}

func TestServer_speaksTLSWithACertificateOfItsOwn(t *testing.T) {
	t.Parallel()
	jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.TLS = true })
	if !strings.HasPrefix(jira.URL(), "https://127.0.0.1:") {
		t.Fatalf("unexpected URL %s", jira.URL())
	}
	read := ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken)
	var unknown x509.UnknownAuthorityError
	if _, err := read.attempt(t.Context()); !errors.As(err, &unknown) {
		t.Errorf("unexpected error %v", err)
	}

	read.by(trusting(jira)).send(t).wantStatus(t, http.StatusOK)
}

// trusting returns a client that trusts the instance's certificate and speaks
// HTTP/2.
func trusting(i *simulator.Instance) *http.Client {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(i.CertificatePEM())
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2: true,
	}}
}

func TestServer_plainHTTPHasNoCertificate(t *testing.T) {
	t.Parallel()
	if pem := newKeyInstance(t).CertificatePEM(); pem != nil {
		t.Errorf("unexpected certificate %s", pem)
	}
}

func TestServer_delaysEveryRequest(t *testing.T) {
	t.Parallel()
	s, clock := newSimulator(t, simulator.WithDelay(3*time.Second))
	jira := s.AddInstance(simulator.InstanceConfig{Product: simulator.Jira})
	before := clock.Now()
	ask(http.MethodGet, jira.URL()+"/status").send(t).wantStatus(t, http.StatusOK)
	wantEqual(t, "delay", clock.Now().Sub(before), 3*time.Second)
}

func TestServer_doesNothingForAClientThatLeftDuringTheDelay(t *testing.T) {
	t.Parallel()
	waiting := make(chan struct{})
	s, _ := newSimulator(t, simulator.WithDelay(time.Hour), simulator.WithSleep(
		func(ctx context.Context, _ time.Duration) error {
			close(waiting)
			<-ctx.Done()
			return ctx.Err()
		}))
	jira := s.AddInstance(simulator.InstanceConfig{Product: simulator.Jira, Token: adminToken})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-waiting
		cancel()
	}()
	if _, err := ask(http.MethodPost, jira.URL()+rotatePath).bearer(adminToken).attempt(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("unexpected error %v", err)
	}
	jira.WaitIdle()
	wantEqual(t, "rotations", jira.Rotations(), 0)
	wantEqual(t, "status", jira.Requests()[0].Status, 0)
}

func TestServer_refusesHugeRequests(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	body := strings.Repeat("x", 2<<20)
	got, err := ask(http.MethodPost, jira.URL()+rotatePath).bearer(adminToken).sending(body).attempt(t.Context())
	if err == nil {
		got.wantStatus(t, http.StatusRequestEntityTooLarge)
	}
	wantEqual(t, "rotations", jira.Rotations(), 0)
}

func TestServer_keepsTheLatestRequests(t *testing.T) {
	t.Parallel()
	s, _ := newSimulator(t, simulator.WithRequestLog(2))
	jira := s.AddInstance(simulator.InstanceConfig{Product: simulator.Jira})
	for _, path := range []string{"/1", "/2", "/3"} {
		ask(http.MethodGet, jira.URL()+path).send(t).wantStatus(t, http.StatusNotFound)
	}
	requests := jira.Requests()
	wantEqual(t, "requests", len(requests), 2)
	wantEqual(t, "oldest", requests[0].Path, "/2")
	wantEqual(t, "dropped", jira.Dropped(), 1)
	wantEqual(t, "connections", jira.Connections(), 2)
	jira.ResetLog()
	wantEqual(t, "dropped after the reset", jira.Dropped(), 0)
}
