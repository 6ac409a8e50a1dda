// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// introduction keeps what is written to it and closes printed after the first
// write.
type introduction struct {
	mu      sync.Mutex
	text    bytes.Buffer
	printed chan struct{}
	once    sync.Once
}

func (o *introduction) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, err := o.text.Write(p)
	o.once.Do(func() { close(o.printed) })
	return n, err
}

func (o *introduction) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// exported returns an environment variable that was printed.
func exported(t *testing.T, text, name string) string {
	t.Helper()
	match := regexp.MustCompile(`(?m)^export ` + name + `='(.*)'$`).FindStringSubmatch(text)
	if match == nil {
		t.Fatalf("%s was not printed:\n%s", name, text)
	}
	return match[1]
}

// send makes a request with what was printed and returns the status.
func send(t *testing.T, method, url string, authenticate func(*http.Request)) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Atlassian-Token", "no-check")
	authenticate(request)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	return response.StatusCode
}

func TestRun_printsCredentialsThatWorkAndWhatHappened(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	output := &introduction{printed: make(chan struct{})}
	finished := make(chan error)
	go func() { finished <- run(ctx, []string{"-port", "0"}, output) }()
	<-output.printed
	text := output.String()
	if first, _, _ := strings.Cut(text, "\n"); !strings.Contains(first, "SIMULATED") {
		t.Errorf("the first line does not say that this is simulated: %s", first)
	}

	bearer := func(name string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+exported(t, text, name)) }
	}
	basic := func(r *http.Request) {
		r.SetBasicAuth(exported(t, text, "ATLASSIAN_INSTANCE_BITBUCKET_USERNAME"),
			exported(t, text, "ATLASSIAN_INSTANCE_BITBUCKET_PASSWORD"))
	}
	const rotate = "/rest/secrets/1.0/keys/rotate"
	for name, status := range map[string]int{
		"cloud":     send(t, http.MethodGet, exported(t, text, "ATLASSIAN_CLOUD_URL")+"/admin/v1/orgs", bearer("ATLASSIAN_API_KEY")),
		"jira":      send(t, http.MethodPost, exported(t, text, "ATLASSIAN_INSTANCE_JIRA_URL")+rotate, bearer("ATLASSIAN_INSTANCE_JIRA_TOKEN")),
		"bitbucket": send(t, http.MethodPost, exported(t, text, "ATLASSIAN_INSTANCE_BITBUCKET_URL")+rotate, basic),
	} {
		if status != http.StatusOK {
			t.Errorf("%s answered %d", name, status)
		}
	}

	cancel()
	if err := <-finished; err != nil {
		t.Error(err)
	}
	for _, pattern := range []string{`(?m)^jira +1 +1 `, `(?m)^crowd +0 +0 `, `(?m)^confluence +0 +true$`, `(?m)^pipeline-2026-a +active$`} {
		if !regexp.MustCompile(pattern).MatchString(output.String()) {
			t.Errorf("the report lacks %s:\n%s", pattern, output)
		}
	}
}

func TestRun_refusesBadArguments(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-listen", "0.0.0.0", "-port", "0"},
		{"-port", "70000"},
		{"-delay", "soon"},
		{"-nonsense"},
		{"-port", "0", "-world", "/nonexistent.json"},
		{"-port", "0", "-control", "0.0.0.0:0"},
		{"-port", "0", "-control", "example.com:0"},
		{"-port", "0", "-control", "nonsense"},
		{"nonsense"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			if err := run(t.Context(), args, io.Discard); err == nil {
				t.Error("no error")
			}
		})
	}
}
