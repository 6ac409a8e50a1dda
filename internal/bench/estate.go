// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// estate is what a contestant manages, and the configuration for it.
type estate interface {
	// environment holds credentials.
	environment() []string
	// configuration returns that of a generation; the next one changes every
	// resource.
	configuration(generation int) string
	// renew prepares the services for the next generation.
	renew()
	// count returns what was sent since the last call.
	count() traffic
	close()
}

// traffic is what a simulator has seen.
type traffic struct {
	requests, connections int
}

var (
	_ estate = (*keyEstate)(nil)
	_ estate = (*instanceEstate)(nil)
	_ estate = (*tunnelEstate)(nil)
	_ estate = floorEstate{}
	_ estate = wideEstate{}
)

const (
	ownSecret     = "organization-api-key"
	instanceToken = "admin-token"
	requirements  = "terraform {\n  required_providers {\n    %s = {\n      source = %q\n    }\n  }\n}\n"
)

// keyEstate is one organization with as many API keys as resources; the first
// of them is the provider's own.
type keyEstate struct {
	simulator    *simulator.Simulator
	organization *simulator.Organization
	size         int
}

func newKeyEstate(size int, delay time.Duration) estate {
	e := &keyEstate{simulator: simulator.New(simulator.WithDelay(delay)), size: size}
	e.organization = e.simulator.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Label: "key-0-0", Secret: ownSecret}}})
	e.addKeys(1, 0)
	return e
}

func (e *keyEstate) addKeys(from, generation int) {
	for i := from; i < e.size; i++ {
		e.organization.AddAPIKey(simulator.APIKey{Label: fmt.Sprintf("key-%d-%d", i, generation)})
	}
}

func (e *keyEstate) environment() []string {
	return []string{
		"ATLASSIAN_CLOUD_URL=" + e.simulator.CloudURL(), "ATLASSIAN_ORGANIZATION_ID=" + e.organization.ID(), "ATLASSIAN_API_KEY=" + ownSecret,
		"ATLASSIAN_API_KEY_ID=" + e.organization.APIKeys()[0].ID,
	}
}

func (e *keyEstate) configuration(generation int) string {
	return fmt.Sprintf(requirements, "atlassian", atlassianSource()) + fmt.Sprintf(`
resource "atlassian_org_api_key" "all" {
  count             = %d
  label             = count.index == 0 ? "key-0-0" : "key-${count.index}-%d"
  revoke_on_destroy = count.index > 0
}
`, e.size, generation)
}

// renew creates a successor of every key but the provider's own.
func (e *keyEstate) renew() {
	e.addKeys(1, 1)
}

func (e *keyEstate) count() traffic {
	cloud := e.simulator.Cloud()
	seen := traffic{len(cloud.Requests()), cloud.Connections()}
	cloud.ResetLog()
	return seen
}

func (e *keyEstate) close() {
	e.simulator.Close()
}

// instanceEstate is a fleet of Jira instances.
type instanceEstate struct {
	simulator *simulator.Simulator
	instances []*simulator.Instance
}

func newInstanceEstate(size int, delay time.Duration) estate {
	return newFleet(size, delay)
}

func newFleet(size int, delay time.Duration) *instanceEstate {
	e := &instanceEstate{simulator: simulator.New(simulator.WithDelay(delay))}
	for i := range size {
		e.instances = append(e.instances, e.simulator.AddInstance(simulator.InstanceConfig{
			Name: fmt.Sprintf("jira-%d", i), Product: simulator.Jira, Token: instanceToken,
		}))
	}
	return e
}

func (e *instanceEstate) environment() []string {
	return []string{"TF_VAR_token=" + instanceToken}
}

func (e *instanceEstate) providerBlock() string {
	var block strings.Builder
	fmt.Fprintf(&block, requirements, "atlassian", atlassianSource())
	block.WriteString("\nvariable \"token\" {\n  sensitive = true\n}\n\nprovider \"atlassian\" {\n  instances = {\n")
	for _, instance := range e.instances {
		fmt.Fprintf(&block, "    %s = { url = %q, token = var.token }\n", instance.Name(), instance.URL())
	}
	block.WriteString("  }\n}\n")
	return block.String()
}

func (e *instanceEstate) configuration(generation int) string {
	return e.providerBlock() + fmt.Sprintf(`
resource "atlassian_dc_aes_rotation" "all" {
  count             = %d
  instance          = "jira-${count.index}"
  rotation_interval = "90d"
  rotate_triggers   = { generation = "%d" }
}
`, len(e.instances), generation)
}

func (e *instanceEstate) renew() {}

func (e *instanceEstate) count() traffic {
	var seen traffic
	for _, instance := range e.instances {
		seen.requests += len(instance.Requests())
		seen.connections += instance.Connections()
		instance.ResetLog()
	}
	return seen
}

func (e *instanceEstate) close() {
	e.simulator.Close()
}

// tunnelEstate is a fleet with a tunnel to each instance.
type tunnelEstate struct {
	*instanceEstate
	organization *simulator.Organization
	tunnels      []*simulator.Tunnel
}

func newTunnelEstate(size int, delay time.Duration) estate {
	e := &tunnelEstate{instanceEstate: newFleet(size, delay)}
	e.organization = e.simulator.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Label: "own", Secret: ownSecret}}})
	for _, instance := range e.instances {
		e.tunnels = append(e.tunnels, e.organization.AddTunnel(simulator.TunnelConfig{Instance: instance}))
	}
	return e
}

func (e *tunnelEstate) environment() []string {
	return append(e.instanceEstate.environment(),
		"ATLASSIAN_CLOUD_URL="+e.simulator.CloudURL(), "ATLASSIAN_ORGANIZATION_ID="+e.organization.ID(), "ATLASSIAN_API_KEY="+ownSecret)
}

func (e *tunnelEstate) configuration(generation int) string {
	var tunnels strings.Builder
	for _, tunnel := range e.tunnels {
		fmt.Fprintf(&tunnels, "%q, ", tunnel.ID())
	}
	return e.providerBlock() + fmt.Sprintf(`
resource "atlassian_tunnel_token" "all" {
  count           = %d
  hostname        = [%s][count.index]
  instance        = "jira-${count.index}"
  rotate_triggers = { generation = "%d" }
}
`, len(e.tunnels), tunnels.String(), generation)
}

func (e *tunnelEstate) count() traffic {
	seen := e.instanceEstate.count()
	cloud := e.simulator.Cloud()
	seen.requests += len(cloud.Requests())
	seen.connections += cloud.Connections()
	cloud.ResetLog()
	return seen
}

// floorEstate is nothing at all.
type floorEstate struct {
	size int
}

// wideEstate is nothing either, with as many attributes as the resources of a
// family have, in a process that logs and collects garbage as the provider's does.
type wideEstate struct {
	floorEstate

	block string
}

// newWideKeys is as wide as a [keyEstate].
func newWideKeys(size int) estate {
	return wideEstate{floorEstate{size}, `
resource "scaffolding_wide_key" "all" {
  count          = %d
  found_string_0 = "${count.index}-%d"
}
`}
}

// newWideInstances is as wide as an [instanceEstate].
func newWideInstances(size int) estate {
	return wideEstate{floorEstate{size}, `
resource "scaffolding_wide_instance" "all" {
  count             = %d
  required_string_0 = "${count.index}"
  optional_string_0 = "90d"
  optional_map_0    = { generation = "%d" }
}
`}
}

func (wideEstate) environment() []string {
	return []string{"BENCH_FLOOR_WIDE=1"}
}

func (e wideEstate) configuration(generation int) string {
	return fmt.Sprintf(requirements, "scaffolding", floorSource) + fmt.Sprintf(e.block, e.size, generation)
}

func (floorEstate) environment() []string {
	return nil
}

func (e floorEstate) configuration(generation int) string {
	return fmt.Sprintf(requirements, "scaffolding", floorSource) + fmt.Sprintf(`
resource "scaffolding_example" "all" {
  count                  = %d
  configurable_attribute = "${count.index}-%d"
}
`, e.size, generation)
}

func (floorEstate) renew() {}

func (floorEstate) count() traffic {
	return traffic{}
}

func (floorEstate) close() {}
