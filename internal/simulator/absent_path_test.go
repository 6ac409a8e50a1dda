// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const absentPath = "/rest/api/3/absent"

func TestAbsentPath_isAnsweredAsEachProductDoes(t *testing.T) {
	t.Parallel()
	const jsonBody = `{"message":"HTTP 404 Not Found","status-code":404}`
	for name, test := range map[string]struct {
		product  simulator.Product
		version  string
		status   int
		body     string
		location string
	}{
		"Jira":           {simulator.Jira, "", 302, "", "https://jira.internal.example/login.jsp?permissionViolation=true"},
		"Confluence":     {simulator.Confluence, "", 404, jsonBody, ""},
		"Bitbucket 10.2": {simulator.Bitbucket, "10.2.1", 404, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><status><status-code>404</status-code><message>HTTP 404 Not Found</message></status>`, ""},
		"Bitbucket 10.4": {simulator.Bitbucket, "10.4.2", 404, `{"message":"HTTP 404 Not Found","status-code":404,"sub-code":-1}`, ""},
		"Crowd":          {simulator.Crowd, "", 404, jsonBody, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			instance, _ := newInstance(t, test.product, func(c *simulator.InstanceConfig) {
				c.Version = test.version
			})
			got := ask(http.MethodGet, instance.URL()+absentPath).basic("admin", password).send(t)
			wantEqual(t, "status", got.status, test.status)
			wantEqual(t, "body", got.body, test.body)
			wantEqual(t, "Location", got.header.Get("Location"), test.location)
		})
	}
}

func TestAbsentPath_formIsSwitchableAndHoldsForWholeAPIs(t *testing.T) {
	t.Parallel()
	statuses := map[simulator.AbsentPath]int{simulator.AbsentRedirect: 302, simulator.AbsentByProduct: 302}
	for _, form := range simulator.AbsentPaths() {
		jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.Guesses.AbsentPath = form })
		jira.SetKeyAPI(false)
		want, special := statuses[form]
		if !special {
			want = 404
		}
		for _, path := range []string{absentPath, inactivePath} {
			ask(http.MethodGet, jira.URL()+path).bearer(adminToken).send(t).wantStatus(t, want)
		}
		ask(http.MethodGet, jira.URL()+"/browse").bearer(adminToken).send(t).wantStatus(t, 404)
	}
}

func TestAbsentPath_bitbucketSendsTokensToTheLoginPageOutsideREST(t *testing.T) {
	t.Parallel()
	bitbucket, _ := newInstance(t, simulator.Bitbucket)
	status := ask(http.MethodGet, bitbucket.URL()+"/status")
	status.bearer(adminToken).send(t).wantStatus(t, http.StatusFound)
	status.basic("admin", password).send(t).wantStatus(t, http.StatusOK)
	status.send(t).wantStatus(t, http.StatusOK)
	ask(http.MethodGet, bitbucket.URL()+"/rest/api/latest/application-properties").bearer(adminToken).send(t).
		wantStatus(t, http.StatusOK)
}
