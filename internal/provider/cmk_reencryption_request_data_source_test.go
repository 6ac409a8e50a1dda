// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
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

const (
	reencryptionType = "atlassian_cmk_reencryption_request"

	oldKeyARN = "arn:aws:kms:ap-northeast-1:279766244153:key/11111111-2222-3333-4444-555555555555"
	newKeyARN = "arn:aws:kms:ap-northeast-1:279766244153:key/66666666-7777-8888-9999-000000000000"
)

// reencryption is the complete request of [completeReencryption] with the
// attributes of changed.
func reencryption(changed acctest.Object) acctest.Object {
	config := acctest.Object{
		"aws_account_id": "279766244153", "organization_id": "0c632b13-d717-4d1f-b895-208a5599d2f2", "site_url": "https://example.atlassian.net",
		"realm": "Japan", "timing": "immediate", "impact_level": 1, "contacts": []any{"ops@example.com"},
		"old_key_arns": acctest.Object{"ap-northeast-1": oldKeyARN}, "new_key_arns": acctest.Object{"ap-northeast-1": newKeyARN},
	}
	maps.Copy(config, changed)
	return config
}

func TestCMKReencryptionRequest_takesTheOrganizationOfTheProvider(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	config := reencryption(acctest.Object{"organization_id": nil})
	estate.MustNotRead(t, reencryptionType, config, "Organization missing")
	estate.SetProviderBlock(acctest.Object{"organization_id": "example"})
	estate.MustNotRead(t, reencryptionType, config, "Not an organization ID")
	estate.SetProviderBlock(acctest.Object{"organization_id": "11111111-d717-4d1f-b895-208a5599d2f2"})
	estate.MustRead(t, reencryptionType, config, map[string]string{"organization_id": "11111111-d717-4d1f-b895-208a5599d2f2"})
}

func TestCMKReencryptionRequest_refusesWhatSupportWouldSendBack(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	newKey := func(instead, of string) acctest.Object {
		return acctest.Object{"new_key_arns": acctest.Object{"ap-northeast-1": strings.Replace(newKeyARN, of, instead, 1)}}
	}
	for words, wrong := range map[string]acctest.Object{
		"Not an AWS account ID":                                         {"aws_account_id": "27976624415"},
		`Unknown realm "Atlantis"`:                                      {"realm": "Atlantis"},
		`Region "ap-northeast-1" not in the realm`:                      {"realm": "Europe"},
		"Key of a region missing":                                       {"realm": "Europe"},
		"Key of another AWS account":                                    newKey("000000000000", "279766244153"),
		"Key of another region":                                         newKey("eu-west-1", "ap-northeast-1"),
		"ARN of an alias":                                               newKey("alias/", "key/"),
		"Old and new key are the same":                                  {"old_key_arns": acctest.Object{"ap-northeast-1": newKeyARN}},
		"Not the URL of a site":                                         {"site_url": "example.atlassian.net"},
		`value must be one of: ["immediate" "next_maintenance_window"]`: {"timing": "soon"},
		"must be between 1 and 4":                                       {"impact_level": 5},
		"Not an e-mail address":                                         {"contacts": []any{"ops"}},
	} {
		estate.MustNotRead(t, reencryptionType, reencryption(wrong), words)
	}
}

// The ARNs of keys that are yet to be created are not known at plan.
func TestAccCMKReencryptionRequest_checksWhatIsKnownLater(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	config := estate.ProviderBlock() + "resource \"terraform_data\" \"key\" {\n  input = \"arn:aws:kms:ap-northeast-1:000000000000:key/66666666-7777-8888-9999-000000000000\"\n}\n" +
		strings.Replace(completeReencryption, `"arn:aws:kms:ap-northeast-1:279766244153:key/66666666-7777-8888-9999-000000000000"`, "terraform_data.key.output", 1)
	run(t, estate, resource.TestStep{Config: config, ExpectError: says("Key of another AWS account")})
}
