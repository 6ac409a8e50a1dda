// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	jiraName      = "jira"
	adminPassword = "admin-password"
	adminToken    = "admin-token"
	apiKey        = "organization-api-key"
)

// estate is what the demonstration rotates: four instances, and a tunnel to the
// first of them.
type estate struct {
	simulator    *simulator.Simulator
	instances    []*simulator.Instance
	configs      []simulator.InstanceConfig
	organization *simulator.Organization
	tunnel       *simulator.Tunnel
	before       []string
}

func newEstate() *estate {
	e := &estate{simulator: simulator.New()}
	for _, config := range []simulator.InstanceConfig{
		{Name: jiraName, Product: simulator.Jira, Token: adminToken},
		{Name: "confluence", Product: simulator.Confluence, Token: adminToken},
		{Name: "bitbucket", Product: simulator.Bitbucket, ContextPath: "/bitbucket", Password: adminPassword},
		{Name: "crowd", Product: simulator.Crowd, ContextPath: "/crowd", Password: adminPassword},
	} {
		instance := e.simulator.AddInstance(config)
		e.configs = append(e.configs, config)
		e.instances = append(e.instances, instance)
		e.before = append(e.before, instance.ActiveKey())
	}
	e.organization = e.simulator.AddOrganization(simulator.OrganizationConfig{
		Name:    "Example",
		APIKeys: []simulator.APIKey{{Label: "terraform", Secret: apiKey}},
	})
	e.tunnel = e.organization.AddTunnel(simulator.TunnelConfig{Name: "jira tunnel", Instance: e.instances[0]})
	return e
}

func (e *estate) close() {
	e.simulator.Close()
}

func (e *estate) jira() *simulator.Instance {
	return e.instances[0]
}

func (e *estate) crowd() *simulator.Instance {
	return e.instances[3]
}

// environment returns the credentials and the variables of the quickstart.
func (e *estate) environment() []string {
	lines := []string{
		"ATLASSIAN_CLOUD_URL=" + e.simulator.CloudURL(),
		"ATLASSIAN_ORGANIZATION_ID=" + e.organization.ID(),
		"ATLASSIAN_API_KEY=" + apiKey,
		fmt.Sprintf("TF_VAR_tunnels={%q = %q}", e.tunnel.ID(), jiraName),
	}
	urls := make([]string, 0, len(e.instances))
	for i, instance := range e.instances {
		prefix := "ATLASSIAN_INSTANCE_" + strings.ToUpper(instance.Name()) + "_"
		if token := e.configs[i].Token; token != "" {
			lines = append(lines, prefix+"TOKEN="+token)
		} else {
			lines = append(lines, prefix+"USERNAME=admin", prefix+"PASSWORD="+e.configs[i].Password)
		}
		urls = append(urls, fmt.Sprintf("%s = %q", instance.Name(), instance.URL()))
	}
	return append(lines, "TF_VAR_instances={"+strings.Join(urls, ", ")+"}")
}
