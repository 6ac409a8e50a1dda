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

const (
	dcInstanceType = "atlassian_dc_instance"

	dcInstance address = "data.atlassian_dc_instance.test"
)

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

func TestDCInstance_leavesNullWhatTheProductDoesNotTell(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	bamboo := estate.AddInstance(simulator.InstanceConfig{Name: "bamboo", Product: simulator.Bamboo, Version: "12.1.1", Token: "bamboo-token"})
	estate.MustRead(t, dcInstanceType, acctest.Object{"instance": "bamboo"}, map[string]string{
		"state": "RUNNING", "product": "bamboo", "upgrade_state": "", "nodes": "", "aes_key_api": "false", "tunnel_client": "true",
	})
	for _, request := range bamboo.Requests() {
		if request.Method != http.MethodGet {
			t.Errorf("sent %s %s", request.Method, request.Path)
		}
	}
}

func TestDCInstance_takesAnInstanceThatIsDownForAResult(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	running := ofJira(acctest.Object{"require_running": true})
	jira.SetState("MAINTENANCE")
	estate.MustRead(t, dcInstanceType, ofJira(), map[string]string{"state": "MAINTENANCE", "product": "", "aes_key_api": "", "nodes": ""})
	jira.Stop()
	estate.MustRead(t, dcInstanceType, ofJira(), map[string]string{"state": "UNREACHABLE", "version": ""})
	estate.MustNotRead(t, dcInstanceType, running, `Instance "jira" not running`)
	jira.Start()
	jira.SetState("STARTING")
	estate.MustNotRead(t, dcInstanceType, running, "Its state is STARTING. Nothing was changed on the instance.")
	jira.SetState("RUNNING")
	estate.MustRead(t, dcInstanceType, running, map[string]string{"state": "RUNNING"})
}

func TestDCInstance_refusesWhatIsNoInstance(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	estate.MustNotRead(t, dcInstanceType, acctest.Object{"instance": "wiki"}, `Unknown instance "wiki"`)
	jira.Inject(simulator.Fault{Kind: simulator.Status, Status: http.StatusNotFound})
	estate.MustNotRead(t, dcInstanceType, ofJira(), `Instance "jira" not described: no Atlassian product answers there`)
	jira.ClearFaults()
	jira.Inject(simulator.Fault{Kind: simulator.Redirect})
	estate.MustNotRead(t, dcInstanceType, ofJira(), "answered by a login page or proxy")
}
