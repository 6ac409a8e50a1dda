// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

const (
	reencryptionRequest address = "data.atlassian_cmk_reencryption_request.test"

	completeReencryption = `data "atlassian_cmk_reencryption_request" "test" {
  aws_account_id  = "279766244153"
  organization_id = "0c632b13-d717-4d1f-b895-208a5599d2f2"
  site_url        = "https://example.atlassian.net"
  realm           = "Japan"
  old_key_arns    = { ap-northeast-1 = "arn:aws:kms:ap-northeast-1:279766244153:key/11111111-2222-3333-4444-555555555555" }
  new_key_arns    = { ap-northeast-1 = "arn:aws:kms:ap-northeast-1:279766244153:key/66666666-7777-8888-9999-000000000000" }
  timing          = "immediate"
  impact_level    = 1
  contacts        = ["ops@example.com"]
}
`
)

func TestAccCMKReencryptionRequest_writesTheForm(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	text := knownvalue.StringExact
	field := func(question string, answer knownvalue.Check) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{"question": text(question), "answer": answer})
	}
	run(t, estate, resource.TestStep{
		Config: estate.ProviderBlock() + completeReencryption,
		ConfigStateChecks: []statecheck.StateCheck{
			reencryptionRequest.has("summary", text("Re-encryption for AWS account 279766244153")),
			reencryptionRequest.has("details", text(`Organization ID: 0c632b13-d717-4d1f-b895-208a5599d2f2
Old key ARN to be replaced: arn:aws:kms:ap-northeast-1:279766244153:key/11111111-2222-3333-4444-555555555555
New key ARN for re-encryption: arn:aws:kms:ap-northeast-1:279766244153:key/66666666-7777-8888-9999-000000000000
Timing to start re-encryption: Immediate
`)),
			reencryptionRequest.has("form_url", text("https://support.atlassian.com/contact/")),
			reencryptionRequest.has("downtime_notice", knownvalue.StringRegexp(regexp.MustCompile("downtime outside of the maintenance window"))),
			reencryptionRequest.has("fields", knownvalue.ListSizeExact(10)),
			reencryptionRequest.has("fields", knownvalue.ListPartial(map[int]knownvalue.Check{
				0: field("What can we help you with?", text("Technical Issues and Bugs")),
				3: field("Include admin or billing/technical/end-customer contact, or additional participants on this ticket", text("ops@example.com")),
				8: field("Your phone number", knownvalue.Null()),
			})),
		},
	})
}

func TestAccCMKReencryptionRequest_takesTheOrganizationOfTheProvider(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	config := strings.Replace(completeReencryption, "organization_id = \"0c632b13-d717-4d1f-b895-208a5599d2f2\"", "", 1)
	run(t, estate,
		resource.TestStep{Config: estate.ProviderBlock() + config, ExpectError: says("Organization missing")},
		resource.TestStep{Config: estate.ProviderBlock(`organization_id = "example"`) + config, ExpectError: says("Not an organization ID")},
		resource.TestStep{
			Config:            estate.ProviderBlock(`organization_id = "11111111-d717-4d1f-b895-208a5599d2f2"`) + config,
			ConfigStateChecks: []statecheck.StateCheck{reencryptionRequest.has("organization_id", knownvalue.StringExact("11111111-d717-4d1f-b895-208a5599d2f2"))},
		})
}

func TestAccCMKReencryptionRequest_refusesWhatSupportWouldSendBack(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	var steps []resource.TestStep
	for _, test := range []struct{ instead, of, words string }{
		{`= "27976624415"`, `= "279766244153"`, "Not an AWS account ID"},
		{`= "Atlantis"`, `= "Japan"`, `Unknown realm "Atlantis"`},
		{`= "Europe"`, `= "Japan"`, `Region "ap-northeast-1" not in the realm`},
		{`= "Europe"`, `= "Japan"`, "Key of a region missing"},
		{"ap-northeast-1:000000000000:key/6", "ap-northeast-1:279766244153:key/6", "Key of another AWS account"},
		{"eu-west-1:279766244153:key/6", "ap-northeast-1:279766244153:key/6", "Key of another region"},
		{"alias/6", "key/6", "ARN of an alias"},
		{"11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000", "Old and new key are the same"},
		{"example.atlassian.net", "https://example.atlassian.net", "Not the URL of a site"},
		{`"soon"`, `"immediate"`, `value must be one of: ["immediate" "next_maintenance_window"]`},
		{"= 5\n", "= 1\n", "must be between 1 and 4"},
		{`"ops"`, `"ops@example.com"`, "Not an e-mail address"},
	} {
		config := strings.Replace(completeReencryption, test.of, test.instead, 1)
		steps = append(steps, resource.TestStep{Config: estate.ProviderBlock() + config, ExpectError: says(test.words)})
	}
	run(t, estate, steps...)
}

// The ARNs of keys that are yet to be created are not known at plan.
func TestAccCMKReencryptionRequest_checksWhatIsKnownLater(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	config := estate.ProviderBlock() + "resource \"terraform_data\" \"key\" {\n  input = \"arn:aws:kms:ap-northeast-1:000000000000:key/66666666-7777-8888-9999-000000000000\"\n}\n" +
		strings.Replace(completeReencryption, `"arn:aws:kms:ap-northeast-1:279766244153:key/66666666-7777-8888-9999-000000000000"`, "terraform_data.key.output", 1)
	run(t, estate, resource.TestStep{Config: config, ExpectError: says("Key of another AWS account")})
}
