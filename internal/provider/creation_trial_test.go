// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// creation is a resource of the instance jira that is not there yet, what its plan
// asks first, and what the plan says where the credentials are refused.
type creation struct {
	typeName string
	config   acctest.Object
	asks     string
	warns    []string
	fails    string
}

func creations() map[string]creation {
	return map[string]creation{
		"AES keys": {
			aesRotationType, aesConfig(), listInactive,
			[]string{`Inactive AES keys of "jira" not listed: 401`, `takes the AES key of "jira" under management`, "applying that fails for it alone", "belongs to a system administrator"},
			`AES key of "jira" not rotated: 401`,
		},
		"AES keys without a rotation": {
			aesRotationType, aesConfig(acctest.Object{"rotate_on_create": false}), listInactive,
			[]string{`Inactive AES keys of "jira" not listed: 401`},
			`Inactive AES keys of "jira" not listed: 401`,
		},
		"tunnel token": {
			"atlassian_tunnel_token", handedOver(), listInactive,
			[]string{`Instance "jira" not ready for the token of the tunnel`, "401", "the tunnel stays as it is"},
			"not regenerated: 401",
		},
		"personal access token": {
			personalTokenType, tokenConfig(acctest.Object{"instance": "jira"}), listTokens,
			[]string{`Tokens of "jira" not listed: 401`, "The plan makes a token"},
			`Token of "jira" not made: 401`,
		},
	}
}

// A plan that cannot be applied says so, and logs in no more often than once: a few
// failed logins lock an account. Terraform plans creations before it destroys as
// well, so that this is a warning.
func TestCreation_ofWhatRefusesTheCredentialsIsWarnedOfByThePlan(t *testing.T) {
	t.Parallel()
	for name, test := range creations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.jira.Inject(simulator.Fault{Kind: simulator.Status, Status: http.StatusUnauthorized})
			created := site.NewManagedResource(test.typeName)
			plan := created.Plan(t, test.config)
			plan.Diagnostics.MustNotFail(t)
			plan.Diagnostics.MustWarn(t, append(test.warns, `Nothing was changed on the instance "jira"`)...)
			verify(t, sent(site.jira, test.asks))

			site.jira.ResetLog()
			created.Apply(t.Context(), t, plan).MustFail(t, test.fails)
			for _, request := range requestsOf(site.jira) {
				if request != test.asks && !strings.HasPrefix(request, http.MethodGet+" /status") && !strings.Contains(request, "/manifest") {
					t.Errorf("the apply has sent %s", request)
				}
			}
			if got := site.jira.Count(http.MethodGet, strings.TrimPrefix(test.asks, http.MethodGet+" ")); got != 1 {
				t.Errorf("the apply logged in %d times, want once", got)
			}
		})
	}
}

func TestCreation_ofWhatDoesNotAnswerIsWarnedOfByThePlan(t *testing.T) {
	t.Parallel()
	for name, test := range creations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.SetProviderBlock(acctest.Object{"max_retries": 0, "instances": acctest.Object{"jira": acctest.Object{"url": "http://127.0.0.1:1"}}})
			created := site.NewManagedResource(test.typeName)
			plan := created.Plan(t, test.config)
			plan.Diagnostics.MustNotFail(t)
			plan.Diagnostics.MustWarn(t, "could not be reached", "Check that it is up", `Nothing was changed on the instance "jira"`)
			created.Apply(t.Context(), t, plan).MustFail(t, "could not be reached")
		})
	}
}

// What several plans of one run want to know of an instance is asked once, also
// where the answer is no.
func TestCreation_plansOfOneRunShareWhatTheyAsk(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"answered": {Times: 1, Skip: 100},
		"401":      {Kind: simulator.Status, Status: http.StatusUnauthorized},
		"refused":  {Kind: simulator.Status, Status: http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			site.jira.Inject(fault)
			run := site.StartProcess(t)
			for _, typeName := range []string{aesRotationType, "atlassian_tunnel_token", aesRotationType} {
				created := site.NewManagedResource(typeName)
				config := aesConfig()
				if typeName != aesRotationType {
					config = handedOver()
				}
				created.PlanIn(t, run, config)
			}
			verify(t, sent(site.jira, listInactive))
		})
	}
}

func TestCreation_asksNobodyWhoIsNotKnownYetOrNeedNotAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		typeName string
		config   acctest.Object
		block    acctest.Object
	}{
		"unknown instance":     {typeName: aesRotationType, config: acctest.Object{"instance": acctest.Unknown{}}},
		"unknown instances":    {aesRotationType, aesConfig(), acctest.Object{"instances": acctest.Unknown{}}},
		"unknown URL":          {aesRotationType, aesConfig(), acctest.Object{"instances": acctest.Object{"jira": acctest.Object{"url": acctest.Unknown{}}}}},
		"unknown token":        {aesRotationType, aesConfig(), acctest.Object{"instances": acctest.Object{"jira": acctest.Object{"token": acctest.Unknown{}}}}},
		"no preflight":         {typeName: "atlassian_tunnel_token", config: handedOver(acctest.Object{"preflight": false})},
		"no regeneration":      {typeName: "atlassian_tunnel_token", config: handedOver(acctest.Object{"rotate_on_create": false})},
		"no instance":          {typeName: "atlassian_tunnel_token", config: acctest.Object{"hostname": tunnelID, "store_token": true}},
		"unknown organization": {typeName: "atlassian_tunnel_token", config: acctest.Object{"hostname": tunnelID, "instance": acctest.Unknown{}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			if test.block != nil {
				site.SetProviderBlock(test.block)
			}
			site.NewManagedResource(test.typeName).Plan(t, test.config).Diagnostics.MustNotFail(t)
			verify(t, sent(site.jira))
		})
	}
}

// The project of a token may be created by the same apply.
func TestCreation_ofATokenForAProjectThatIsNotThereYetIsNoTrouble(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	site.at.Inject(simulator.Fault{Method: http.MethodGet, Path: projectTokens, Kind: simulator.Status, Status: http.StatusNotFound})
	for _, said := range site.Plan(t, projectConfig()).Diagnostics.Warnings() {
		if strings.Contains(said, "not listed") {
			t.Error(said)
		}
	}
	verify(t, sent(site.at, http.MethodGet+" "+projectTokens))
}

func TestCreation_ofATokenForAnUnknownProjectAsksNobody(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	site.Plan(t, projectConfig(acctest.Object{"project": acctest.Unknown{}})).Diagnostics.MustNotFail(t)
	verify(t, sent(site.at))
}

// terraform destroy plans what is not there yet as well, and plans it again when
// it was cut short.
func TestAccCreation_ofWhatIsDownDoesNotKeepTheRestFromBeingDestroyed(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	wiki := estate.AddInstance(simulator.InstanceConfig{Name: "wiki", Product: simulator.Confluence, Token: "wiki-token"})
	workspace := estate.NewWorkspace(t)
	workspace.MustConfigure(aesRotationConfig(estate, ""))
	workspace.MustRun(0, "apply", "-auto-approve")
	workspace.MustConfigure(aesRotationConfig(estate, "") + aesRotationBlock("down", "wiki", ""))
	wiki.Inject(simulator.Fault{Kind: simulator.Status, Status: http.StatusUnauthorized})
	if planned := workspace.MustRun(0, "plan"); !strings.Contains(planned.Stdout, `Inactive AES keys of "wiki" not listed: 401`) {
		t.Errorf("plan says\n%s", planned.Stdout)
	}
	wiki.ResetLog()
	if destroyed := workspace.MustRun(0, "destroy", "-auto-approve"); !strings.Contains(destroyed.Stdout, "1 destroyed") {
		t.Errorf("destroy says\n%s", destroyed.Stdout)
	}
	verify(t, rotated(jira, 1), sent(wiki, listInactive))
}
