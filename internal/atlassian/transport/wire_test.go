// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serve starts a server that counts requests.
func serve(t *testing.T, handler http.HandlerFunc) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var count atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		handler(w, r)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server, &count
}

// hangUp ends the connection without another byte.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func truncate(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = io.WriteString(w, `{"a":`)
	_ = http.NewResponseController(w).Flush()
	hangUp(w, r)
}

func TestClient_tellsWhetherRequestWasSent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		handler       http.HandlerFunc
		method        string
		kind          Kind
		status, count int
	}{
		"hangs up on read":   {hangUp, "GET", Interrupted, 0, 3},
		"hangs up on write":  {hangUp, "POST", Interrupted, 0, 1},
		"truncates a read":   {truncate, "GET", Unreadable, 200, 3},
		"truncates a write":  {truncate, "POST", Unreadable, 200, 1},
		"redirects a read":   {redirect, "GET", Redirected, 302, 1},
		"redirects a write":  {redirect, "PUT", Redirected, 302, 1},
		"shows a login page": {page, "GET", Redirected, 200, 1},
		"answers too much":   {huge, "GET", Unreadable, 200, 1},
		"fails with much":    {hugeFailure, "POST", ServerFailed, 500, 1},
		"has a part of it":   {says206, "GET", Unreadable, 206, 3},
		"has nothing yet":    {says202, "GET", Unreadable, 202, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, count := serve(t, test.handler)
			client := newTestClient(t, server.URL, newRoundTripper(t, TLS{}), withoutWaiting, func(config *Config) { config.MaxRetries = 2 })
			_, err := client.Do(t.Context(), Request{Method: test.method, Path: "/x"})
			failure := failed(t, err)
			if failure.Kind != test.kind || failure.Status != test.status || failure.Unchanged() {
				t.Errorf("kind %d with status %d, want %d with %d: %v", failure.Kind, failure.Status, test.kind, test.status, err)
			}
			// For a GET net/http itself repeats what broke on a reused connection.
			if got := int(count.Load()); got < test.count || test.method != "GET" && got != test.count {
				t.Errorf("%d requests, want %d", got, test.count)
			}
		})
	}
}

func says206(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusPartialContent)
	_, _ = io.WriteString(w, `[]`)
}

func says202(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `[]`)
}

func redirect(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/login?token=canary-redirect", http.StatusFound)
}

func page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, "Log in, please")
}

func huge(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `"`+strings.Repeat("x", maxBody)+`"`)
}

func hugeFailure(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusInternalServerError)
	huge(w, r)
}

func TestClient_takesBodyUpToTheLimit(t *testing.T) {
	t.Parallel()
	server, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		text := strings.Repeat("x", maxText-4)
		_, _ = io.WriteString(w, `[`+strings.Repeat(`"x`+text+`",`, maxBody/maxText-1)+`"`+text+`"]`)
	})
	response, err := newTestClient(t, server.URL, newRoundTripper(t, TLS{})).Do(t.Context(), get)
	if err != nil || len(response.Body) != maxBody {
		t.Fatalf("%d bytes, error %v", len(response.Body), err)
	}
}

func TestClient_takesEmptyAnswer(t *testing.T) {
	t.Parallel()
	server, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusNoContent)
	})
	response, err := newTestClient(t, server.URL, newRoundTripper(t, TLS{})).Do(t.Context(), Request{Method: "DELETE", Path: "/x"})
	if err != nil || response.Status != http.StatusNoContent || len(response.Body) != 0 {
		t.Errorf("response %+v, error %v", response, err)
	}
}

func TestClient_tellsThatConnectionWasRefused(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, refusingURL, newRoundTripper(t, TLS{}), withoutWaiting)
	_, err := client.Do(t.Context(), Request{Method: "POST", Path: "/x"})
	failure := failed(t, err)
	if failure.Kind != NotSent || failure.Attempts != 5 || !failure.Unchanged() {
		t.Errorf("kind %d after %d attempts: %v", failure.Kind, failure.Attempts, err)
	}
	if !strings.Contains(err.Error(), "the request was not sent: ") || !strings.Contains(err.Error(), "refused") {
		t.Errorf("error is %v", err)
	}
}

func TestClient_tellsThatDialTimedOut(t *testing.T) {
	t.Parallel()
	sends := newRoundTripper(t, TLS{})
	sends.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	client := newTestClient(t, exampleURL, sends, withoutWaiting, func(config *Config) { config.MaxRetries = 0 })
	_, err := client.Do(t.Context(), Request{Method: "POST", Path: "/x", Timeout: time.Millisecond})
	if failure := failed(t, err); failure.Kind != NotSent {
		t.Errorf("kind is %d, want NotSent: %v", failure.Kind, err)
	}
}

func TestClient_tellsThatAnswerTimedOut(t *testing.T) {
	t.Parallel()
	server, count := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	client := newTestClient(t, server.URL, newRoundTripper(t, TLS{}), withoutWaiting)
	_, err := client.Do(t.Context(), Request{Method: "POST", Path: "/x", Timeout: 2 * time.Second})
	failure := failed(t, err)
	if failure.Kind != TimedOut || !failure.MayStillRun() || count.Load() != 1 {
		t.Errorf("kind %d after %d requests: %v", failure.Kind, count.Load(), err)
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v is not a missed deadline", err)
	}
}

// serveTLS starts a TLS server and returns its certificate as PEM.
func serveTLS(t *testing.T, change func(*httptest.Server)) (*httptest.Server, []byte) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `"`+r.Proto+`"`)
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = true
	change(server)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

func TestClient_trustsCertificate(t *testing.T) {
	t.Parallel()
	server, certificate := serveTLS(t, func(*httptest.Server) {})
	for name, settings := range map[string]TLS{
		"added to those of the machine": {CACertificate: certificate},
		"not verified":                  {SkipVerify: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response, err := newTestClient(t, server.URL, newRoundTripper(t, settings)).Do(t.Context(), get)
			if err != nil {
				t.Fatal(err)
			}
			if string(response.Body) != `"HTTP/2.0"` {
				t.Errorf("protocol is %s, want HTTP/2.0", response.Body)
			}
		})
	}
}

func TestClient_doesNotRepeatWhatTLSRefuses(t *testing.T) {
	t.Parallel()
	trusted, certificate := serveTLS(t, func(*httptest.Server) {})
	old, oldCertificate := serveTLS(t, func(server *httptest.Server) {
		server.EnableHTTP2 = false
		server.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	})
	plain, _ := serve(t, page)
	for name, test := range map[string]struct {
		address  string
		settings TLS
	}{
		"unknown authority": {trusted.URL, TLS{}},
		"other host":        {strings.Replace(trusted.URL, "127.0.0.1", "localhost", 1), TLS{CACertificate: certificate}},
		"TLS 1.1":           {old.URL, TLS{CACertificate: oldCertificate}},
		"no TLS":            {strings.Replace(plain.URL, "http:", "https:", 1), TLS{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newTestClient(t, test.address, newRoundTripper(t, test.settings), withoutWaiting)
			_, err := client.Do(t.Context(), Request{Method: "POST", Path: "/x"})
			if failure := failed(t, err); failure.Kind != NotSent || failure.Attempts != 1 {
				t.Errorf("kind %d after %d attempts: %v", failure.Kind, failure.Attempts, err)
			}
		})
	}
}
