// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	personalTokenType = "atlassian_dc_personal_access_token"
	httpTokenType     = "atlassian_bitbucket_http_access_token"

	personalTokens = "/rest/pat/latest/tokens"
	bambooTokens   = "/rest/api/latest/access-token"
	projectTokens  = "/rest/access-tokens/latest/projects/OPS"

	listTokens = http.MethodGet + " " + personalTokens
	makeToken  = http.MethodPost + " " + personalTokens
)

func revokeToken(id string) string {
	return http.MethodDelete + " " + personalTokens + "/" + id
}

// tokenSite is an estate with one instance and a token on it.
type tokenSite struct {
	*acctest.Estate
	*acctest.ManagedResource
	at *simulator.Instance
}

// newTokenSite starts an instance whose administrator logs in with a password.
func newTokenSite(t *testing.T, typeName string, config simulator.InstanceConfig) *tokenSite {
	t.Helper()
	estate := acctest.NewEstate(t)
	config.Name = "robot"
	if config.Token == "" {
		config.Password = "robot-password"
	}
	at := estate.AddInstance(config)
	return &tokenSite{Estate: estate, ManagedResource: estate.NewManagedResource(typeName), at: at}
}

// newJiraToken is newTokenSite for a personal access token of Jira.
func newJiraToken(t *testing.T) *tokenSite {
	t.Helper()
	return newTokenSite(t, personalTokenType, simulator.InstanceConfig{Product: simulator.Jira})
}

// tokenConfig is a configuration with the given attributes.
func tokenConfig(attributes ...acctest.Object) acctest.Object {
	config := acctest.Object{"instance": "robot", "name": "ci"}
	for _, more := range attributes {
		for name, value := range more {
			config[name] = value
		}
	}
	return config
}

// tokenRelease is a trigger.
func tokenRelease(value string) acctest.Object {
	return acctest.Object{"rotate_triggers": acctest.Object{"release": value}}
}

// apply plans and applies a configuration and returns what both said.
func (s *tokenSite) apply(t *testing.T, config acctest.Object) acctest.Diagnostics {
	t.Helper()
	plan := s.Plan(t, config)
	plan.Diagnostics.MustNotFail(t)
	return append(plan.Diagnostics, s.Apply(t.Context(), t, plan)...)
}

// settled fails the test unless the next plan changes nothing.
func (s *tokenSite) settled(t *testing.T, config acctest.Object) {
	t.Helper()
	plan := s.Plan(t, config)
	plan.Diagnostics.MustNotFail(t)
	if plan.Changes() {
		t.Errorf("the next plan changes something")
	}
}

// names lists the tokens that there are.
func (s *tokenSite) names() []string {
	var names []string
	for _, token := range s.at.Tokens() {
		names = append(names, token.Name)
	}
	return names
}

// holds fails the test unless there are as many tokens, and the secret in state is
// that of the newest.
func (s *tokenSite) holds(t *testing.T, count int) {
	t.Helper()
	tokens := s.at.Tokens()
	if len(tokens) != count {
		t.Fatalf("there are the tokens %q, want %d", s.names(), count)
	}
	newest := tokens[count-1]
	if newest.Secret != s.String(t, "token") || newest.ID != s.String(t, "token_id") || newest.Name != s.String(t, "token_name") {
		t.Errorf("the state does not hold the newest token %q", newest.Name)
	}
}

// expect fails the test unless exactly these requests came since the last reset.
func (s *tokenSite) expect(t *testing.T, want ...string) {
	t.Helper()
	if got := requestsOf(s.at); !slices.Equal(got, want) {
		t.Errorf("the instance has seen\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// texts fails the test unless the attributes of the state are these.
func (s *tokenSite) texts(t *testing.T, want map[string]string) {
	t.Helper()
	for name, text := range want {
		if got := s.String(t, name); got != text {
			t.Errorf("%s is %q, want %q", name, got, text)
		}
	}
}
