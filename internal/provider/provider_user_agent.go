// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// appendedUserAgent is the variable that Terraform's own providers read too:
// https://developer.hashicorp.com/terraform/plugin/sdkv2/best-practices/versioning.
const appendedUserAgent = "TF_APPEND_USER_AGENT"

// userAgent names the provider and the CLI that runs it, and ends with what the
// user wants to be recognized by.
func (p *atlassianProvider) userAgent() string {
	products := []string{"terraform-provider-atlassian/" + p.version}
	if p.terraformVersion != "" {
		products = append(products, "Terraform/"+p.terraformVersion)
	}
	appended := p.environment.fill(types.StringNull(), appendedUserAgent).ValueString()
	// A header is one line: HTTP refuses any other.
	words := strings.FieldsFunc(appended, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	return strings.Join(append(products, words...), " ")
}
