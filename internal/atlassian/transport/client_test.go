// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestClient_sendsHeaders(t *testing.T) {
	t.Parallel()
	product := http.Header{"X-Atlassian-Token": {"no-check"}, "Accept": {"text/html"}}
	added := http.Header{"x-atlassian-token": {"check"}, "Cf-Access-Client-Id": {"a", "b"}}
	for _, name := range ownHeaders {
		added[strings.ToLower(name)] = []string{"replaced"}
	}
	always := http.Header{
		"Accept":            {"application/json"},
		"Authorization":     {"Bearer canary-bearer"},
		"User-Agent":        {"terraform-provider-atlassian/test"},
		"X-Atlassian-Token": {"no-check"},

		"Cf-Access-Client-Id": {"a", "b"},
	}
	write := always.Clone()
	write.Set("Content-Type", "application/json")
	for method, want := range map[string]http.Header{
		"GET": always, "HEAD": always, "POST": write, "PUT": write, "PATCH": write, "DELETE": write,
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			sent := play(ok)
			client := newTestClient(t, exampleURL, sent, func(config *Config) { config.ProductHeader, config.Header = product, added })
			if _, err := client.Do(t.Context(), Request{Method: method, Path: "/x"}); err != nil {
				t.Fatal(err)
			}
			if got := sent.seen[0].Header; !reflect.DeepEqual(got, want) {
				t.Errorf("headers are %v, want %v", got, want)
			}
		})
	}
}

func TestClient_authenticatesWithBasic(t *testing.T) {
	t.Parallel()
	sent := play(ok)
	client := newTestClient(t, exampleURL, sent, func(config *Config) { config.Credentials = Basic("admin", "pass") })
	if _, err := client.Do(t.Context(), Request{Method: "GET", Path: "/x"}); err != nil {
		t.Fatal(err)
	}
	if username, password, _ := sent.seen[0].BasicAuth(); username != "admin" || password != "pass" {
		t.Errorf("basic authentication is %q, %q", username, password)
	}
}

func TestClient_sendsNoAuthorizationWithoutCredentials(t *testing.T) {
	t.Parallel()
	for name, none := range map[string]Credentials{"nil": nil, "empty token": Bearer("")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := play(ok)
			client := newTestClient(t, exampleURL, sent, func(config *Config) { config.Credentials = none })
			if _, err := client.Do(t.Context(), Request{Method: "GET", Path: "/x"}); err != nil {
				t.Fatal(err)
			}
			if got, sent := sent.seen[0].Header["Authorization"]; sent {
				t.Errorf("Authorization is %q, want none", got)
			}
		})
	}
}

func TestClient_sendsSameBodyInEveryAttempt(t *testing.T) {
	t.Parallel()
	var bodies []string
	echo := func(answer step) step {
		return func(request *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(request.Body)
			bodies = append(bodies, string(body))
			return answer(request)
		}
	}
	client := newTestClient(t, exampleURL, play(echo(breaks(errDial)), echo(ok)), withoutWaiting)
	if _, err := client.Do(t.Context(), Request{Method: "PUT", Path: "/x", Body: map[string]string{"token": "abcd"}}); err != nil {
		t.Fatal(err)
	}
	if want := []string{`{"token":"abcd"}`, `{"token":"abcd"}`}; !slices.Equal(bodies, want) {
		t.Errorf("bodies are %q, want %q", bodies, want)
	}
}

func TestClient_appendsPathAndQuery(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ base, path, want string }{
		{"https://x.example.com", "/rest/a", "https://x.example.com/rest/a?q=a+b"},
		{"https://x.example.com/", "/rest/a", "https://x.example.com/rest/a?q=a+b"},
		{"https://x.example.com/jira/", "/rest/a", "https://x.example.com/jira/rest/a?q=a+b"},
		{"https://u:p@x.example.com/jira?b=c#d", "/orgs/a%2Fb", "https://x.example.com/jira/orgs/a%2Fb?q=a+b"},
	} {
		t.Run(test.base, func(t *testing.T) {
			t.Parallel()
			sent := play(ok)
			client := newTestClient(t, test.base, sent)
			request := Request{Method: "GET", Path: test.path, Query: url.Values{"q": {"a b"}}}
			if _, err := client.Do(t.Context(), request); err != nil {
				t.Fatal(err)
			}
			if got := sent.seen[0].URL.String(); got != test.want {
				t.Errorf("URL is %s, want %s", got, test.want)
			}
			if got := sent.seen[0].Header.Get("Authorization"); got != "Bearer canary-bearer" {
				t.Errorf("Authorization is %q", got)
			}
		})
	}
}

func TestClient_BaseURL(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, "https://user:pass@x.example.com/jira/?a=b#c", play(ok))
	if got, want := client.BaseURL(), "https://x.example.com/jira"; got != want {
		t.Errorf("BaseURL() = %q, want %q", got, want)
	}
}

func TestClient_refusesRequestItCannotMake(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		base    string
		token   string
		request Request
	}{
		"path without slash":   {exampleURL, "t", Request{Method: "GET", Path: "@evil.example.com/x"}},
		"path with query":      {exampleURL, "t", Request{Method: "GET", Path: "/x?a=b"}},
		"path with fragment":   {exampleURL, "t", Request{Method: "GET", Path: "/x#a"}},
		"path leads out":       {exampleURL, "t", Request{Method: "GET", Path: "/orgs/../../x"}},
		"path leads out, hex":  {exampleURL, "t", Request{Method: "GET", Path: "/orgs/%2e%2e/x"}},
		"path with bad escape": {exampleURL, "t", Request{Method: "GET", Path: "/%zz"}},
		"no scheme":            {"//jira.example.com", "t", Request{Method: "GET", Path: "/x"}},
		"no address":           {"", "t", Request{Method: "GET", Path: "/x"}},
		"other scheme":         {"file:///etc/passwd", "t", Request{Method: "GET", Path: "/x"}},
		"no such method":       {exampleURL, "t", Request{Method: "GE T", Path: "/x"}},
		"no JSON":              {exampleURL, "t", Request{Method: "PUT", Path: "/x", Body: func() {}}},
		"token with newline":   {exampleURL, "token\n", Request{Method: "GET", Path: "/x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := play(ok)
			client := newTestClient(t, test.base, sent, func(config *Config) { config.Credentials = Bearer(test.token) })
			_, err := client.Do(t.Context(), test.request)
			if failure := failed(t, err); failure.Kind != NotSent || !failure.Unchanged() {
				t.Errorf("kind is %d, want NotSent", failure.Kind)
			}
			if sent.requests() != 0 {
				t.Errorf("%d requests were sent", sent.requests())
			}
		})
	}
}

func TestClient_refusesHeadersThatHTTPDoesNotAllow(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]http.Header{
		"line break in a value": {"X-A": {"fine", "a\r\nX-B: c"}},
		"control in a value":    {"X-A": {"a\x00"}},
		"line break in a name":  {"X-A\nX-B": {"a"}},
		"colon in a name":       {"X-A:": {"a"}},
		"no name":               {"": {"a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := play(ok)
			_, err := newTestClient(t, exampleURL, sent, func(config *Config) { config.Header = header }).Do(t.Context(), get)
			if failure := failed(t, err); failure.Kind != NotSent || sent.requests() != 0 {
				t.Errorf("%v after %d requests", err, sent.requests())
			}
		})
	}
}

// FuzzAddress checks that no path leads to another host or out of the base path.
func FuzzAddress(f *testing.F) {
	for _, path := range []string{"/x", "x", "@evil.example/", "//evil.example/x", "/../x", "/%2e%2e/x", "/a/./b", "/x?a", "/x#a", "/%zz", "/\\evil.example", "/;/../", "/\x00"} {
		f.Add("https://jira.example.com/jira", path)
		f.Add("http://user:pass@x:1", path)
	}
	f.Fuzz(func(t *testing.T, base, path string) {
		address, err := url.Parse(base)
		if err != nil {
			return
		}
		client := New(Config{BaseURL: address})
		made, err := client.newCall(Request{Method: "GET", Path: path})
		if err != nil {
			return
		}
		below := strings.TrimRight(address.Path, "/") + "/"
		if made.url.Host != address.Host || made.url.Scheme != address.Scheme || made.url.User != nil || !strings.HasPrefix(made.url.Path, below) {
			t.Errorf("%q below %q leads to %s", path, base, made.url)
		}
		for _, segment := range strings.Split(made.url.Path, "/") {
			if segment == ".." || segment == "." {
				t.Errorf("%q below %q leads to %s", path, base, made.url)
			}
		}
	})
}

func TestClient_worksWithoutConfiguration(t *testing.T) {
	t.Parallel()
	_, err := New(Config{}).Do(t.Context(), Request{Method: "GET", Path: "/x"})
	if failure := failed(t, err); failure.Kind != NotSent {
		t.Errorf("kind is %d, want NotSent", failure.Kind)
	}
}

func TestClient_doesNotSendAfterCancellation(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	sent := play(ok)
	_, err := newTestClient(t, exampleURL, sent).Do(ctx, Request{Method: "GET", Path: "/x"})
	if failure := failed(t, err); failure.Kind != NotSent || failure.Attempts != 0 || sent.requests() != 0 {
		t.Errorf("kind %d after %d attempts and %d requests", failure.Kind, failure.Attempts, sent.requests())
	}
}

// connections counts those that a server accepts.
func connections(server *httptest.Server) *atomic.Int64 {
	var count atomic.Int64
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			count.Add(1)
		}
	}
	return &count
}

// newRoundTripper returns one whose connections are closed after the test.
func newRoundTripper(t *testing.T, settings TLS) *http.Transport {
	t.Helper()
	sends, err := NewRoundTripper(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sends.CloseIdleConnections)
	return sends
}

func TestClient_reusesOneConnection(t *testing.T) {
	t.Parallel()
	codes := []int{200, 204, 302, 404, 500, 200}
	var next atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(codes[next.Add(1)-1])
	}))
	opened := connections(server)
	server.Start()
	t.Cleanup(server.Close)
	sends := newRoundTripper(t, TLS{})
	for _, code := range codes {
		// One client for each request: what counts is the shared round tripper.
		client := newTestClient(t, server.URL, sends)
		_, err := client.Do(t.Context(), Request{Method: "POST", Path: "/x", Body: "words"})
		if (err == nil) != (code < 300) {
			t.Errorf("status %d: error is %v", code, err)
		}
	}
	if got := opened.Load(); got != 1 {
		t.Errorf("%d connections were opened, want 1", got)
	}
}

func TestClient_opensOneConnectionForEachWorker(t *testing.T) {
	t.Parallel()
	const workers, each = 10, 20
	// Nobody is answered before all have arrived: net/http dials again for who
	// asks while others still wait for their first connection.
	var arrived sync.WaitGroup
	var count atomic.Int64
	arrived.Add(workers)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if count.Add(1) <= workers {
			arrived.Done()
		}
		arrived.Wait()
	}))
	opened := connections(server)
	server.Start()
	t.Cleanup(server.Close)
	client := newTestClient(t, server.URL, newRoundTripper(t, TLS{}))
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for range each {
				if _, err := client.Do(t.Context(), Request{Method: "GET", Path: "/x"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if got := opened.Load(); got != workers {
		t.Errorf("%d connections were opened for %d workers", got, workers)
	}
}

func TestClient_keepsNoCookies(t *testing.T) {
	t.Parallel()
	var cookies atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookies.Add(int64(len(r.Cookies())))
		http.SetCookie(w, &http.Cookie{Name: "JSESSIONID", Value: "1"})
	}))
	t.Cleanup(server.Close)
	client := newTestClient(t, server.URL, newRoundTripper(t, TLS{}))
	for range 2 {
		if _, err := client.Do(t.Context(), Request{Method: "GET", Path: "/x"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := cookies.Load(); got != 0 {
		t.Errorf("%d cookies were sent", got)
	}
}
