// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestInstance_tellsItsNameAndAddress(t *testing.T) {
	t.Parallel()
	at := newSite(t, simulator.InstanceConfig{Name: "tracker", Product: simulator.Jira, Token: token, ContextPath: "/jira"})
	if at.client.Name() != "tracker" || at.client.URL() != at.URL() {
		t.Errorf("name %q, URL %q, want %q", at.client.Name(), at.client.URL(), at.URL())
	}
	at.expectSent(t)
}

func TestInstance_sendsWhatTheXSRFFilterWants(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.wire.before(func(request *http.Request) error {
			if got := request.Header.Get("X-Atlassian-Token"); got != "no-check" {
				t.Errorf("%s %s carries X-Atlassian-Token %q", request.Method, request.URL.Path, got)
			}
			if got := request.Header.Get("Content-Type"); (got == "application/json") != (request.Method != http.MethodGet) {
				t.Errorf("%s %s carries Content-Type %q", request.Method, request.URL.Path, got)
			}
			if request.Body != nil && request.Body != http.NoBody || request.ContentLength != 0 {
				t.Errorf("%s %s carries a body", request.Method, request.URL.Path)
			}
			return nil
		})
		if _, err := at.change(t, AESKeyChange{Preflight: true, Rotate: true, DeleteAfter: true, DeleteAny: true}); err != nil {
			t.Error(err)
		}
		at.expectCounts(t, 1, 1)
	})
}

func TestHeader_isNobodyElses(t *testing.T) {
	t.Parallel()
	Header().Set("X-Atlassian-Token", "changed")
	if got := Header().Get("X-Atlassian-Token"); got != "no-check" {
		t.Errorf("X-Atlassian-Token %q", got)
	}
}
