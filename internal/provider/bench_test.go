// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// BenchmarkResource calls the provider as a CLI does in each plan: validation, a
// refresh that finds nothing new, a plan that changes nothing, and one that
// changes the resource. What is read from Atlassian is read once for the whole process.
func BenchmarkResource(b *testing.B) {
	for name, build := range map[string]func(testing.TB) (*acctest.Estate, string, acctest.Object, acctest.Object){
		"org_api_key": func(b testing.TB) (*acctest.Estate, string, acctest.Object, acctest.Object) {
			estate := acctest.NewEstate(b)
			estate.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Label: "terraform"}, {Label: "ci"}}})
			return estate, "atlassian_org_api_key", acctest.Object{"label": "ci"}, acctest.Object{"label": "ci", "revoke_on_destroy": false}
		},
		"dc_aes_rotation": func(b testing.TB) (*acctest.Estate, string, acctest.Object, acctest.Object) {
			estate := acctest.NewEstate(b)
			estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token"})
			return estate, "atlassian_dc_aes_rotation", scheduled("instance", "jira", "1"), scheduled("instance", "jira", "2")
		},
		"tunnel_token": func(b testing.TB) (*acctest.Estate, string, acctest.Object, acctest.Object) {
			estate := acctest.NewEstate(b)
			organization := estate.AddOrganization(simulator.OrganizationConfig{})
			instance := estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token"})
			tunnel := organization.AddTunnel(simulator.TunnelConfig{Instance: instance})
			return estate, "atlassian_tunnel_token", scheduled("hostname", tunnel.ID(), "1"), scheduled("hostname", tunnel.ID(), "2")
		},
	} {
		b.Run(name, func(b *testing.B) {
			estate, typeName, config, changed := build(b)
			managed := estate.NewManagedResource(typeName)
			managed.Create(b, config)
			process := estate.StartProcess(b)
			same, other := managed.Requests(b, process, config), managed.Requests(b, process, changed)
			for operation, call := range map[string]func(){
				"validate": func() { same.Validate(b, process) },
				"read":     func() { same.Read(b, process) },
				"no-op":    func() { same.Plan(b, process) },
				"plan":     func() { other.Plan(b, process) },
			} {
				b.Run(operation, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						call()
					}
				})
			}
		})
	}
}

// scheduled configures a rotating resource with all that a schedule has.
func scheduled(attribute, value, trigger string) acctest.Object {
	return acctest.Object{
		attribute: value, "rotate_triggers": acctest.Object{"release": trigger}, "rotation_interval": "90d", "early_rotation_window": "1d",
		"rotation_window": acctest.Object{"schedule": "0 2 * * SUN", "duration": "4h"},
	}
}

// BenchmarkProvider validates and configures a provider block of a hundred
// instances, as a CLI does before each plan.
func BenchmarkProvider(b *testing.B) {
	instances := acctest.Object{}
	for i := range 100 {
		instances[fmt.Sprintf("jira-%d", i)] = acctest.Object{"url": "https://jira.example.com", "token": "jira-token"}
	}
	estate := acctest.NewEstate(b)
	b.ReportAllocs()
	for b.Loop() {
		estate.CheckProvider(b, acctest.Object{"instances": instances}).MustNotFail(b)
	}
}
