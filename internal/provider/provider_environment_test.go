// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestAccProvider_environmentFillsWhatAnInstanceLeavesOut(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	git := estate.Simulator.AddInstance(simulator.InstanceConfig{Product: simulator.Bitbucket, ContextPath: "/bitbucket", Username: "root", Password: "git-password"})
	estate.Setenv("ATLASSIAN_INSTANCE_GIT_EU_1_URL", git.URL())
	estate.Setenv("ATLASSIAN_INSTANCE_GIT_EU_1_PASSWORD", "git-password")
	run(t, estate, resource.TestStep{
		Config: "provider \"atlassian\" {\n  instances = { \"git-eu.1\" = { username = \"root\" } }\n}\n" + aesRotationBlock("test", "git-eu.1", "preflight = false"),
		Check: sent(git,
			"GET /bitbucket"+inactivePath,
			"GET /bitbucket"+inactivePath,
			"GET /bitbucket"+inactivePath,
			"POST /bitbucket"+rotatePath,
			"GET /bitbucket"+inactivePath,
		),
	})
}

func TestAccProvider_environmentAloneDefinesADefaultInstance(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	jira := estate.Simulator.AddInstance(simulator.InstanceConfig{Product: simulator.Jira, Token: "jira-token"})
	estate.Setenv("ATLASSIAN_DC_URL", jira.URL())
	estate.Setenv("ATLASSIAN_DC_TOKEN", "jira-token")
	run(t, estate, resource.TestStep{
		Config: aesRotationBlock("test", "default", ""),
		Check:  rotated(jira, 1),
	})
}

func TestProvider_environmentOfTheDefaultInstanceIsCheckedAsWell(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		environment map[string]string
		says        string
	}{
		"no credentials":  {map[string]string{"URL": "https://jira.example.com"}, "ATLASSIAN_DC_TOKEN"},
		"unusable URL":    {map[string]string{"URL": "jira.example.com", "TOKEN": "jira-token"}, "Unusable base URL"},
		"http, elsewhere": {map[string]string{"URL": "http://jira.example.com", "TOKEN": "jira-token"}, "clear text"},
		"both kinds":      {map[string]string{"URL": "https://jira.example.com", "TOKEN": "jira-token", "USERNAME": "admin", "PASSWORD": "secret"}, "ATLASSIAN_DC_"},
		"half a pair":     {map[string]string{"URL": "https://jira.example.com", "USERNAME": "admin"}, "ATLASSIAN_DC_PASSWORD"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := acctest.NewEstate(t)
			for kind, value := range test.environment {
				estate.Setenv("ATLASSIAN_DC_"+kind, value)
			}
			estate.CheckProvider(t, acctest.Object{}).MustFail(t, test.says)
		})
	}
}

// Variables of the default instance are not looked at where there are instances,
// and empty ones count as not set.
func TestProvider_environmentOfOtherInstancesIsNotLookedAt(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	estate.Setenv("ATLASSIAN_DC_URL", "jira.example.com")
	estate.Setenv("ATLASSIAN_INSTANCE_JIRA_USERNAME", "")
	estate.Setenv("ATLASSIAN_INSTANCE_WIKI_URL", "")
	estate.Setenv("ATLASSIAN_INSTANCE__URL", "wiki.example.com")
	estate.Setenv("ATLASSIAN_INSTANCE_wiki_URL", "wiki.example.com")
	estate.CheckProvider(t, instanceBlock(acctest.Object{"url": "https://jira.example.com", "token": "jira-token"})).MustBeQuiet(t)
}

// What is not known at plan is no error before something needs it: the state is
// kept, and read again when it is known.
func TestAccProvider_unknownURLKeepsTheStateUntilItIsNeeded(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := `
variable "input" { type = string }

resource "terraform_data" "upstream" {
  input            = "` + jira.URL() + `"
  triggers_replace = var.input
}

provider "atlassian" {
  instances = { jira = { url = terraform_data.upstream.output } }
}
` + aesRotationBlock("test", "jira", "")
	run(t, estate,
		resource.TestStep{Config: config, ConfigVariables: input("first"), Check: rotated(jira, 1)},
		resource.TestStep{Config: config, ConfigVariables: input("second"), Check: rotated(jira, 1)},
		resource.TestStep{Config: config, ConfigVariables: input("second"), PlanOnly: true})
}

// Not even the names are known, so none can be wrong.
func TestAccProvider_unknownInstancesAreNoError(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate, resource.TestStep{
		Config: `
resource "terraform_data" "instances" {
  input = { jira = { url = "` + jira.URL() + `" } }
}

provider "atlassian" {
  instances = terraform_data.instances.output
}
` + aesRotationBlock("test", "jira", ""),
		Check: rotated(jira, 1),
	})
}
