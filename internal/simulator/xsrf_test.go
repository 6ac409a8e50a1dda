// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const browser = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101"

func TestXSRF_decidesOnMutatingRequests(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method string
		header map[string]string
		want   int
	}{
		"header and JSON":    {http.MethodPost, map[string]string{"X-Atlassian-Token": "no-check", "Content-Type": "application/json"}, 200},
		"header alone":       {http.MethodPost, map[string]string{"X-Atlassian-Token": "no-check"}, 200},
		"old header":         {http.MethodPost, map[string]string{"X-Atlassian-Token": "nocheck"}, 200},
		"JSON alone":         {http.MethodPost, map[string]string{"Content-Type": "application/json"}, 200},
		"neither":            {http.MethodPost, nil, 403},
		"wrong header":       {http.MethodPost, map[string]string{"X-Atlassian-Token": "yes"}, 403},
		"form":               {http.MethodPost, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 403},
		"text":               {http.MethodPost, map[string]string{"Content-Type": "text/plain; charset=utf-8"}, 403},
		"multipart":          {http.MethodPost, map[string]string{"Content-Type": "multipart/form-data; boundary=x"}, 403},
		"form with header":   {http.MethodPost, map[string]string{"Content-Type": "text/plain", "X-Atlassian-Token": "no-check"}, 200},
		"browser":            {http.MethodPost, map[string]string{"X-Atlassian-Token": "no-check", "User-Agent": browser}, 403},
		"browser, far away":  {http.MethodPost, map[string]string{"X-Atlassian-Token": "no-check", "User-Agent": browser, "Origin": "https://evil.example"}, 403},
		"browser, at home":   {http.MethodPost, map[string]string{"X-Atlassian-Token": "no-check", "User-Agent": browser, "Origin": "https://jira.internal.example"}, 200},
		"browser, by link":   {http.MethodPost, map[string]string{"X-Atlassian-Token": "no-check", "User-Agent": browser, "Referer": "https://jira.internal.example/x"}, 200},
		"browser, bad link":  {http.MethodPost, map[string]string{"X-Atlassian-Token": "no-check", "User-Agent": browser, "Referer": "://"}, 403},
		"deletion, neither":  {http.MethodDelete, nil, 403},
		"deletion, header":   {http.MethodDelete, map[string]string{"X-Atlassian-Token": "no-check"}, 200},
		"reading, neither":   {http.MethodGet, nil, 200},
		"reading by browser": {http.MethodGet, map[string]string{"User-Agent": browser}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) {
				c.Guesses.XSRF = simulator.XSRFEverywhere
			})
			path := inactivePath
			if test.method == http.MethodPost {
				path = rotatePath
			}
			request := ask(test.method, jira.URL()+path).bearer(adminToken).
				without("Content-Type").without("X-Atlassian-Token")
			for name, value := range test.header {
				request = request.with(name, value)
			}
			got := request.send(t).wantStatus(t, test.want)
			if test.want == http.StatusForbidden {
				wantEqual(t, "body", got.body, "XSRF check failed")
				wantEqual(t, "changes", jira.Rotations()+2-len(jira.InactiveKeys()), 0)
			}
		})
	}
}

func TestXSRF_theDocumentedCallWorksUnlessTheSwitchSaysOtherwise(t *testing.T) {
	t.Parallel()
	for guard, want := range map[simulator.XSRFGuard]int{
		simulator.XSRFDocumented: 200, simulator.XSRFEveryPOST: 403, simulator.XSRFEverywhere: 403,
	} {
		jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.Guesses.XSRF = guard })
		// What curl sends with -u admin:password -X POST.
		ask(http.MethodPost, jira.URL()+rotatePath).basic("admin", password).without("Content-Type").
			without("X-Atlassian-Token").with("Accept", "*/*").with("User-Agent", "curl/8.9").send(t).wantStatus(t, want)
	}
}

func TestXSRF_olderFrameworksOnlyGuardPOST(t *testing.T) {
	t.Parallel()
	jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.Guesses.XSRF = simulator.XSRFEveryPOST })
	bare := func(method, path string) message {
		return ask(method, jira.URL()+path).bearer(adminToken).without("Content-Type").without("X-Atlassian-Token")
	}
	bare(http.MethodDelete, inactivePath).send(t).wantStatus(t, http.StatusOK)
	bare(http.MethodPost, rotatePath).send(t).wantStatus(t, http.StatusForbidden)
}
