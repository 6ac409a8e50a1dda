// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// reply answers one request of a script.
type reply func(*http.Request) (*http.Response, error)

// scripted is an instance of nobody's make: it answers paths as it is told and
// any other with the 404 of a REST framework. It needs no network, so that it
// works in a bubble.
type scripted struct {
	replies map[string]reply

	mu    sync.Mutex
	asked []string
}

func (s *scripted) RoundTrip(request *http.Request) (*http.Response, error) {
	asked := request.Method + " " + strings.TrimPrefix(request.URL.Path, "/jira")
	s.mu.Lock()
	if request.Header.Get("Authorization") != "" {
		s.asked = append(s.asked, asked+" as admin")
	} else {
		s.asked = append(s.asked, asked)
	}
	answer, told := s.replies[strings.TrimPrefix(request.URL.Path, "/jira")]
	s.mu.Unlock()
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	if !told {
		answer = answers(http.StatusNotFound, `{"message":"HTTP 404 Not Found","status-code":404}`)
	}
	return answer(request)
}

// expectAsked fails unless the requests so far are these, in any order.
func (s *scripted) expectAsked(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	got := slices.Sorted(slices.Values(s.asked))
	if !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("asked %q, want %q", got, want)
	}
}

// answers replies in JSON.
func answers(status int, body string) reply {
	return inForm(status, "application/json", body)
}

func inForm(status int, contentType, body string) reply {
	return func(*http.Request) (*http.Response, error) {
		header := http.Header{"Content-Type": {contentType}}
		if status == http.StatusFound {
			header.Set("Location", "/login.action")
		}
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
}

// showsPage replies with a page for people.
func showsPage(status int) reply {
	return inForm(status, "text/html", "<!DOCTYPE html><title>Log in</title>")
}

// hangs replies when nobody waits any longer.
func hangs(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
}

// meets returns replies that are held back until as many requests as there are
// replies have arrived.
func meets(replies ...reply) []reply {
	var together sync.WaitGroup
	together.Add(len(replies))
	held := make([]reply, 0, len(replies))
	for _, answer := range replies {
		held = append(held, func(request *http.Request) (*http.Response, error) {
			together.Done()
			together.Wait()
			return answer(request)
		})
	}
	return held
}

// newScripted returns the client of a scripted instance with a context path.
func newScripted(t *testing.T, replies map[string]reply) (*Instance, *scripted) {
	t.Helper()
	base, err := url.Parse("https://dc.example.com/jira")
	if err != nil {
		t.Fatal(err)
	}
	script := &scripted{replies: replies}
	return New(Config{
		Name:    "dc",
		Account: "admin",
		Clock:   clock.System{},
		Client: transport.New(transport.Config{
			BaseURL:        base,
			Credentials:    transport.Basic("admin", password),
			Header:         Header(),
			UserAgent:      "terraform-provider-atlassian/test",
			RoundTripper:   script,
			Clock:          clock.System{},
			MaxRetries:     2,
			MaxRetryWait:   time.Minute,
			RequestTimeout: 5 * time.Second,
		}),
	}), script
}
