// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestProduct_namesEachProduct(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config simulator.InstanceConfig
		want   Product
	}{
		Jira:       {simulator.InstanceConfig{Product: simulator.Jira, Version: "10.3.12", Token: token, ContextPath: "/jira"}, Product{Name: Jira, Version: "10.3.12"}},
		Confluence: {simulator.InstanceConfig{Product: simulator.Confluence, Version: "9.3.1", Token: token}, Product{Name: Confluence, Version: "9.3.1"}},
		Bitbucket:  {simulator.InstanceConfig{Product: simulator.Bitbucket, Version: "9.5.0", Password: password}, Product{Name: Bitbucket, Version: "9.5.0"}},
		"Bitbucket that calls itself so": {
			simulator.InstanceConfig{Product: simulator.Bitbucket, Version: "9.5.0", Password: password, Guesses: simulator.Guesses{BitbucketTypeID: "bitbucket"}},
			Product{Name: Bitbucket, Version: "9.5.0"},
		},
		Bamboo: {simulator.InstanceConfig{Product: simulator.Bamboo, Version: "12.1.1", Token: token}, Product{Name: Bamboo, Version: "12.1.1"}},
		Crowd:  {simulator.InstanceConfig{Product: simulator.Crowd, Version: "7.1.4", Password: password, ContextPath: "/crowd"}, Product{Name: Crowd, Version: "7.1.4"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, test.config, func(t *testing.T, at *site) {
				test.want.BaseURL = at.CanonicalURL()
				if got, err := at.client.Product(t.Context()); err != nil || got != test.want {
					t.Errorf("got %+v and error %v, want %+v", got, err, test.want)
				}
			})
		})
	}
}

func TestManifest_readsWhatIsThere(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]Product{
		`{}`: {},
		`{"typeId":"fecru","version":"4.9","more":{}}`: {Name: "fecru", Version: "4.9"},
		`{"typeId":"JIRA","version":10}`:               {Name: Jira, Version: "10"},
		`{"typeId":"stash","version":["9.5"]}`:         {Name: Bitbucket},
		`{"typeId":null,"version":null,"url":null}`:    {},
		`{"url":"https://jira.example.com"}`:           {BaseURL: "https://jira.example.com"},
		`[]`:                                           {},
	} {
		instance, script := newScripted(t, map[string]reply{manifestPath: answers(200, body)})
		if got, err := instance.manifest(t.Context()); err != nil || got != want {
			t.Errorf("%s: got %+v and error %v, want %+v", body, got, err, want)
		}
		script.expectAsked(t, "GET "+manifestPath)
	}
}

func TestOwnPages_takeNothingElseForCrowdOrBamboo(t *testing.T) {
	t.Parallel()
	bamboo := "/rest/api/latest/info"
	for name, test := range map[string]struct {
		replies map[string]reply
		want    Product
	}{
		"Crowd":                {map[string]reply{crowdPath: answers(200, `{"version":"7.1.4"}`)}, Product{Name: Crowd, Version: "7.1.4"}},
		"Bamboo":               {map[string]reply{bamboo: answers(200, `{"version":"12.1.1"}`)}, Product{Name: Bamboo, Version: "12.1.1"}},
		"a page for Crowd":     {map[string]reply{crowdPath: showsPage(200), bamboo: answers(200, `{"version":"12.1.1"}`)}, Product{Name: Bamboo, Version: "12.1.1"}},
		"without a version":    {map[string]reply{crowdPath: answers(200, `{}`), bamboo: answers(200, `[]`)}, Product{}},
		"nobody answers there": {nil, Product{}},
	} {
		instance, _ := newScripted(t, test.replies)
		if got, err := instance.ownPages(t.Context(), nil); err != nil || got != test.want {
			t.Errorf("%s: got %+v, %v, want %+v", name, got, err, test.want)
		}
	}
}
