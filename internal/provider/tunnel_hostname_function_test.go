// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

// callTunnelHostname runs one step that outputs what the function returns. The
// provider needs no configuration for it.
func callTunnelHostname(t *testing.T, url string, step resource.TestStep) {
	t.Helper()
	estate := acctest.NewEstate(t)
	step.Config = fmt.Sprintf("output \"hostname\" {\n  value = provider::atlassian::tunnel_hostname(%s)\n}\n", url)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: estate.ProviderFactories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		Steps:                    []resource.TestStep{step},
	})
}

func TestAccTunnelHostname_returnsWhatTheAPIWants(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"URL":       `"http://e5e9e8f0-d429-4cb9-80bc-2f02cb91f587.atlassian.com"`,
		"host name": `"E5E9E8F0-D429-4CB9-80BC-2F02CB91F587.self-hosted.atlassian.com"`,
		"UUID":      `"e5e9e8f0-d429-4cb9-80bc-2f02cb91f587"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			callTunnelHostname(t, url, resource.TestStep{
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("hostname", knownvalue.StringExact(tunnelID))},
			})
		})
	}
}

func TestAccTunnelHostname_refusesWhatNamesNoTunnel(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ url, says string }{
		"another site": {`"https://example.atlassian.net"`, `"https://example.atlassian.net" names no tunnel`},
		"empty":        {`""`, `"" names no tunnel`},
		"null":         {`null`, "must not be null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			callTunnelHostname(t, test.url, resource.TestStep{ExpectError: says(test.says)})
		})
	}
}
