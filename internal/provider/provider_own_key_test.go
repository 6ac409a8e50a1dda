// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestProvider_warnsOfItsOwnKeyOnceAndAtNoRequest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		expiresInDays int
		named         bool
		want          int
	}{
		"expires soon":                {10, true, 1},
		"expires later":               {100, true, 0},
		"expires soon, but not named": {10, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := acctest.NewEstate(t)
			estate.AddOrganization(simulator.OrganizationConfig{
				APIKeys: []simulator.APIKey{{ID: "own-id", Label: "terraform", ExpiresAt: inDays(test.expiresInDays)}, labelled("ci")},
			})
			if test.named {
				estate.Setenv("ATLASSIAN_API_KEY_ID", "own-id")
			}
			// Both are of one process, as in one phase of one command.
			process := estate.StartProcess(t)
			warnings := 0
			for range 2 {
				read, err := process.Server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
					TypeName: "atlassian_org_api_keys",
					Config:   process.Encode(process.Schemas.DataSourceSchemas["atlassian_org_api_keys"], acctest.Object{}),
				})
				if err != nil {
					t.Fatal(err)
				}
				for _, warning := range acctest.Diagnostics(read.Diagnostics).Warnings() {
					if strings.Contains(warning, `API key "terraform" of the provider itself expires soon`) {
						warnings++
					}
				}
			}
			if warnings != test.want {
				t.Errorf("%d warnings, want %d", warnings, test.want)
			}
			if requests := len(estate.Simulator.Cloud().Requests()); requests != 1 {
				t.Errorf("%d requests, want 1", requests)
			}
		})
	}
}
