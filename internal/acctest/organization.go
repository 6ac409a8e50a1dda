// SPDX-License-Identifier: MPL-2.0

package acctest

import "github.com/keyrotation/terraform-provider-atlassian/internal/simulator"

// AddOrganization adds an organization that the provider works for: its
// environment names it, Atlassian Cloud, and the first API key of config, which
// gets one without scopes where it has none.
func (e *Estate) AddOrganization(config simulator.OrganizationConfig) *simulator.Organization {
	if len(config.APIKeys) == 0 {
		config.APIKeys = []simulator.APIKey{{Label: "terraform"}}
	}
	organization := e.Simulator.AddOrganization(config)
	e.Setenv("ATLASSIAN_CLOUD_URL", e.Simulator.CloudURL())
	e.Setenv("ATLASSIAN_ORGANIZATION_ID", organization.ID())
	e.Setenv("ATLASSIAN_API_KEY", organization.APIKeys()[0].Secret)
	return organization
}
