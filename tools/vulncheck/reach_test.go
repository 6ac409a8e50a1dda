// SPDX-License-Identifier: MPL-2.0

package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// generous is a patience that no test of an answering server exhausts.
const generous = time.Minute

func TestReach_acceptsADatabaseThatAnswers(t *testing.T) {
	t.Parallel()

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/mirror/index/db.json" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)

	for _, address := range []string{server.URL + "/mirror", server.URL + "/mirror/", "file:///var/lib/vulndb"} {
		if err := reach(t.Context(), server.Client(), address, generous); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestReach_saysWhyNot(t *testing.T) {
	t.Parallel()

	forbidden := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(forbidden.Close)
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
	}))
	t.Cleanup(silent.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()

	tests := map[string]struct {
		address  string
		patience time.Duration
		want     string
	}{
		"refused by a proxy": {forbidden.URL, generous, "403 Forbidden"},
		"never answers":      {silent.URL, time.Millisecond, "deadline exceeded"},
		"not listening":      {closed.URL, generous, "refused"},
		"not an address":     {"https://[", generous, "missing ']'"},
		"unknown scheme":     {"gopher://vuln.go.dev", generous, "unsupported protocol"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := reach(t.Context(), http.DefaultClient, test.address, test.patience)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one that says %q", err, test.want)
			}
		})
	}
}
