// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestMediaTypes_acceptDecides(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	for accept, want := range map[string]int{
		"application/json":                  200,
		"application/json;charset=UTF-8":    200,
		"*/*":                               200,
		"application/*":                     200,
		"text/html, application/json;q=0.5": 200,
		"text/html":                         406,
		"application/xml":                   406,
		"application/json;q=0, text/html":   406,
		"nonsense;":                         406,
	} {
		got := ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken).with("Accept", accept).send(t)
		wantEqual(t, "status for "+accept, got.status, want)
		if want == 406 && !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			t.Errorf("a 406 of the REST framework must not look like a refused rotation: %s", got.body)
		}
	}
	ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken).without("Accept").send(t).wantStatus(t, 200)
}

func TestMediaTypes_unacceptableRotationDoesNotRotate(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	got := ask(http.MethodPost, jira.URL()+rotatePath).bearer(adminToken).with("Accept", "text/plain").send(t)
	got.wantStatus(t, http.StatusNotAcceptable)
	wantEqual(t, "rotations", jira.Rotations(), 0)
}

func TestMediaTypes_bodyMustBeJSON(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	for _, contentType := range []string{"text/plain", "application/xml", "", "nonsense/"} {
		ask(http.MethodPut, jira.URL()+tunnelPath).bearer(adminToken).with("Content-Type", contentType).
			sending(`{"token":"x"}`).send(t).wantStatus(t, http.StatusUnsupportedMediaType)
	}
	lenient, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.Guesses.AnyMediaType = true })
	ask(http.MethodPut, lenient.URL()+tunnelPath).bearer(adminToken).without("Content-Type").
		sending(`{"token":"x"}`).send(t).wantStatus(t, http.StatusBadRequest)
}
