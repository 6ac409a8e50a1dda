// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestAccProvider_trustsOnlyWhatItIsTold(t *testing.T) {
	t.Parallel()
	estate, git := newInstance(t, simulator.InstanceConfig{Product: simulator.Bitbucket, ContextPath: "/bitbucket", Password: "git-password", TLS: true})
	block := func(lines string) string {
		return fmt.Sprintf("provider \"atlassian\" {\n  instances = {\n    jira = {\n      url = \"%s/\"\n%s\n    }\n  }\n}\n", git.URL(), lines)
	}
	authority := "ca_certificate = <<-PEM\n" + strings.TrimSpace(string(git.CertificatePEM())) + "\nPEM\n"
	rotation := func(trigger string) string { return aesRotationBlock("test", "jira", triggered(trigger)) }
	run(t, estate,
		resource.TestStep{
			Config:      block("") + rotation("1"),
			ExpectError: says("could not be reached", "certificate", "Nothing was changed on the instance"),
		},
		resource.TestStep{Config: block(authority) + rotation("1"), Check: happened(git, 1)},
		resource.TestStep{Config: block("skip_tls_verify = true") + rotation("2"), Check: happened(git, 2)})
}
