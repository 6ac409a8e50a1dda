// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestServerInfo_tellsTheVersion(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		product   simulator.Product
		path      string
		anonymous int
		want      map[string]any
	}{
		"Jira": {simulator.Jira, "/rest/api/2/serverInfo", 200, map[string]any{
			"version": "9.5.1", "buildNumber": 9050001.0, "deploymentType": "Server",
			"versionNumbers": []any{9.0, 5.0, 1.0}, "baseUrl": "https://x.internal.example",
		}},
		"Confluence": {simulator.Confluence, "/rest/api/server-information", 401, map[string]any{
			"version": "9.5.1", "buildNumber": 9050001.0, "baseUrl": "https://x.internal.example",
		}},
		"Bitbucket": {simulator.Bitbucket, "/rest/api/latest/application-properties", 200, map[string]any{
			"version": "9.5.1", "buildNumber": "9050001", "displayName": "Bitbucket",
		}},
		"Bitbucket 1.0": {simulator.Bitbucket, "/rest/api/1.0/application-properties", 200, map[string]any{
			"version": "9.5.1",
		}},
		"Crowd": {simulator.Crowd, "/rest/admin/1.0/server-info", 401, map[string]any{
			"version": "9.5.1", "versions": []any{"9", "5", "1"}, "deploymentType": "Server",
		}},
		"Bamboo": {simulator.Bamboo, "/rest/api/latest/info", 200, map[string]any{
			"version": "9.5.1", "state": "RUNNING",
		}},
		"Bamboo's server": {simulator.Bamboo, "/rest/api/latest/server", 200, map[string]any{"state": "RUNNING"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			instance, _ := newInstance(t, test.product, func(c *simulator.InstanceConfig) {
				c.Name, c.Version = "x", "9.5.1"
			})
			request := ask(http.MethodGet, instance.URL()+test.path)
			request.send(t).wantStatus(t, test.anonymous)
			got := decode[map[string]any](t, request.basic("admin", password).send(t).wantStatus(t, 200))
			for field, want := range test.want {
				if diff := cmp.Diff(want, got[field]); diff != "" {
					t.Errorf("%s: %s", field, diff)
				}
			}
		})
	}
}

func TestServerInfo_confluenceToldItLater(t *testing.T) {
	t.Parallel()
	confluence, _ := newInstance(t, simulator.Confluence, func(c *simulator.InstanceConfig) { c.Version = "9.0.3" })
	ask(http.MethodGet, confluence.URL()+"/rest/api/server-information").bearer(adminToken).send(t).
		wantStatus(t, http.StatusNotFound)
	ask(http.MethodGet, confluence.URL()+"/rest/api/2/serverInfo").bearer(adminToken).send(t).
		wantStatus(t, http.StatusNotFound)
}
