// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestREST_unknownPathsAreNotFound(t *testing.T) {
	t.Parallel()
	instance, _ := newInstance(t, simulator.Bitbucket, func(c *simulator.InstanceConfig) {
		c.ContextPath = "/bitbucket"
	})
	origin := instance.URL()[:len(instance.URL())-len("/bitbucket")]
	for _, url := range []string{
		origin + inactivePath,
		origin + "/",
		instance.URL() + "/",
		instance.URL() + "/rest",
		instance.URL() + "/rest/secrets/1.0/keys",
		instance.URL() + "/rest/secrets/1.0/keys/",
		instance.URL() + "/rest/secrets/1.0/keys/active",
		instance.URL() + "/rest/secrets/latest/keys/inactive",
		instance.URL() + "//rest/secrets/1.0/keys/inactive",
		instance.URL() + "/rest/api/2/serverInfo",
		instance.URL() + "/rest/%zz",
	} {
		m := ask(http.MethodGet, url).basic("admin", password)
		got, err := m.attempt(t.Context())
		if err == nil && got.status != http.StatusNotFound {
			t.Errorf("%s answers %d", url, got.status)
		}
	}
	ask(http.MethodGet, instance.URL()+inactivePath).basic("admin", password).send(t).wantStatus(t, http.StatusOK)
}

func TestREST_wrongMethodNamesTheRightOnes(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	for _, test := range []struct{ method, path, allow string }{
		{http.MethodGet, rotatePath, "POST"},
		{http.MethodPut, rotatePath, "POST"},
		{http.MethodPost, inactivePath, "DELETE,GET"},
		{http.MethodPost, tunnelPath, "PUT"},
		{http.MethodPost, "/rest/auditing/1.0/events", "GET"},
	} {
		got := ask(test.method, jira.URL()+test.path).bearer(adminToken).send(t).
			wantStatus(t, http.StatusMethodNotAllowed)
		wantEqual(t, "Allow", got.header.Get("Allow"), test.allow)
	}
	wantEqual(t, "rotations", jira.Rotations(), 0)
}

func TestREST_missingAPIIsAbsentByEveryMethod(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.SetKeyAPI(false)
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		ask(method, jira.URL()+inactivePath).bearer(adminToken).send(t).wantStatus(t, http.StatusFound)
		ask(method, jira.URL()+rotatePath).bearer(adminToken).send(t).wantStatus(t, http.StatusFound)
	}
}

func TestStartInstance_refusesUnusableConfigurations(t *testing.T) {
	t.Parallel()
	s, _ := newSimulator(t)
	taken := s.AddInstance(simulator.InstanceConfig{Product: simulator.Jira})
	for name, config := range map[string]simulator.InstanceConfig{
		"no product":       {},
		"unknown product":  {Product: "fisheye"},
		"unknown version":  {Product: simulator.Jira, Version: "ten"},
		"too long version": {Product: simulator.Jira, Version: "10.3.1.2"},
		"public address":   {Product: simulator.Jira, Address: "0.0.0.0:0"},
		"host name":        {Product: simulator.Jira, Address: "example.com:80"},
		"no port":          {Product: simulator.Jira, Address: "127.0.0.1"},
		"taken address":    {Product: simulator.Jira, Address: taken.Address()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := s.StartInstance(config); err == nil {
				t.Error("no error")
			}
		})
	}
}
