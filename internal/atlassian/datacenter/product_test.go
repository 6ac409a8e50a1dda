package datacenter

import (
	"net/http"
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

func TestProduct_isEmptyWhereTheInstanceDoesNotSay(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(simulator.Fault{Status: status})
				if got, err := at.client.Product(t.Context()); err != nil || got != (Product{}) {
					t.Errorf("got %+v and error %v", got, err)
				}
			})
		})
	}
}

func TestProduct_readsWhatIsThere(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]Product{
		`{}`: {},
		`{"typeId":"fecru","version":"4.9","more":{}}`: {Name: "fecru", Version: "4.9"},
		`{"typeId":null,"version":null,"url":null}`:    {},
		`{"url":"https://jira.example.com"}`:           {BaseURL: "https://jira.example.com"},
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(simulator.Fault{Path: "/manifest", Status: 200, Body: body})
				if got, err := at.client.Product(t.Context()); err != nil || got != want {
					t.Errorf("got %+v and error %v, want %+v", got, err, want)
				}
			})
		})
	}
}

func TestProduct_failsWhereItCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"500":         {},
		"login page":  {Kind: simulator.HTML},
		"redirect":    {Kind: simulator.Redirect},
		"cut short":   {Kind: simulator.TruncatedBody},
		"XML":         {Status: 200, Body: "<manifest><typeId>jira</typeId></manifest>", ContentType: "application/xml"},
		"wrong type":  {Status: 200, Body: `{"typeId":7}`},
		"list":        {Status: 200, Body: `[]`},
		"null":        {Status: 200, Body: `null`},
		"plain words": {Status: 200, Body: `jira`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodGet, "/manifest", treatment{fault: &fault})
				if got, err := at.client.Product(t.Context()); err == nil || got != (Product{}) {
					t.Errorf("got %+v and error %v", got, err)
				}
			})
		})
	}
}
