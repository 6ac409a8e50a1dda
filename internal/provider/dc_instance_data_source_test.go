// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const dcInstance address = "data.atlassian_dc_instance.test"

func dcInstanceConfig(estate *acctest.Estate, instance, lines string) string {
	return estate.ProviderBlock() + "data \"atlassian_dc_instance\" \"test\" {\n  instance = \"" + instance + "\"\n" + lines + "\n}\n"
}

func TestAccDCInstance_tellsWhatTheInstanceIs(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	estate.AddInstance(simulator.InstanceConfig{
		Name: "jira", Product: simulator.Jira, Version: "10.3.12", Token: "jira-token", CanonicalURL: "https://jira.example.com",
		Nodes: []simulator.Node{{ID: "node-1"}, {ID: "node-2", Version: "11.0.0"}, {ID: "node-3", Offline: true}},
	})
	node := func(id, version string) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"id": knownvalue.StringExact(id), "version": knownvalue.StringExact(version), "state": knownvalue.StringExact("ACTIVE"),
		})
	}
	run(t, estate, resource.TestStep{
		Config: dcInstanceConfig(estate, "jira", "require_running = true"),
		ConfigStateChecks: []statecheck.StateCheck{
			dcInstance.has("id", knownvalue.StringExact("jira")),
			dcInstance.has("state", knownvalue.StringExact("RUNNING")),
			dcInstance.has("product", knownvalue.StringExact("jira")),
			dcInstance.has("version", knownvalue.StringExact("10.3.12")),
			dcInstance.has("base_url", knownvalue.StringExact("https://jira.example.com")),
			dcInstance.has("upgrade_state", knownvalue.StringExact("STABLE")),
			dcInstance.has("nodes", knownvalue.ListExact([]knownvalue.Check{node("node-1", "10.3.12"), node("node-2", "11.0.0")})),
			dcInstance.has("aes_key_api", knownvalue.Bool(true)),
			dcInstance.has("tunnel_client", knownvalue.Bool(true)),
		},
	})
}

func TestAccDCInstance_leavesNullWhatTheProductDoesNotTell(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	bamboo := estate.AddInstance(simulator.InstanceConfig{Name: "bamboo", Product: simulator.Bamboo, Version: "12.1.1", Token: "bamboo-token"})
	run(t, estate, resource.TestStep{
		Config: dcInstanceConfig(estate, "bamboo", ""),
		ConfigStateChecks: []statecheck.StateCheck{
			dcInstance.has("state", knownvalue.StringExact("RUNNING")),
			dcInstance.has("product", knownvalue.StringExact("bamboo")),
			dcInstance.has("upgrade_state", knownvalue.Null()),
			dcInstance.has("nodes", knownvalue.Null()),
			dcInstance.has("aes_key_api", knownvalue.Bool(false)),
			dcInstance.has("tunnel_client", knownvalue.Bool(true)),
		},
	})
	for _, request := range bamboo.Requests() {
		if request.Method != http.MethodGet {
			t.Errorf("sent %s %s", request.Method, request.Path)
		}
	}
}

func TestAccDCInstance_takesAnInstanceThatIsDownForAResult(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	null := func(attribute string) statecheck.StateCheck { return dcInstance.has(attribute, knownvalue.Null()) }
	run(t, estate,
		resource.TestStep{
			PreConfig: func() { jira.SetState("MAINTENANCE") },
			Config:    dcInstanceConfig(estate, "jira", ""),
			ConfigStateChecks: []statecheck.StateCheck{
				dcInstance.has("state", knownvalue.StringExact("MAINTENANCE")), null("product"), null("aes_key_api"), null("nodes"),
			},
		},
		resource.TestStep{
			PreConfig:         jira.Stop,
			Config:            dcInstanceConfig(estate, "jira", ""),
			ConfigStateChecks: []statecheck.StateCheck{dcInstance.has("state", knownvalue.StringExact("UNREACHABLE")), null("version")},
		},
		resource.TestStep{
			Config:      dcInstanceConfig(estate, "jira", "require_running = true"),
			ExpectError: says(`Instance "jira" not running`),
		},
		resource.TestStep{
			PreConfig:   func() { jira.Start(); jira.SetState("STARTING") },
			Config:      dcInstanceConfig(estate, "jira", "require_running = true"),
			ExpectError: says("Its state is STARTING. Nothing was changed on the instance."),
		},
		resource.TestStep{
			PreConfig: func() { jira.SetState("RUNNING") },
			Config:    dcInstanceConfig(estate, "jira", "require_running = true"),
		})
}

func TestAccDCInstance_refusesWhatIsNoInstance(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate,
		resource.TestStep{Config: dcInstanceConfig(estate, "wiki", ""), ExpectError: says(`Unknown instance "wiki"`)},
		resource.TestStep{
			PreConfig:   func() { jira.Inject(simulator.Fault{Kind: simulator.Status, Status: http.StatusNotFound}) },
			Config:      dcInstanceConfig(estate, "jira", ""),
			ExpectError: says(`Instance "jira" not described: no Atlassian product answers there`),
		},
		resource.TestStep{
			PreConfig: func() {
				jira.ClearFaults()
				jira.Inject(simulator.Fault{Kind: simulator.Redirect})
			},
			Config:      dcInstanceConfig(estate, "jira", ""),
			ExpectError: says("answered by a login page or proxy"),
		})
}
