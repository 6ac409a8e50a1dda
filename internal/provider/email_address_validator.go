// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var emailAddressPattern = regexp.MustCompile(`^[^@\s<>(),;:"\\\[\]]+@[^@\s<>(),;:"\\\[\].]+(\.[^@\s<>(),;:"\\\[\].]+)*$`)

// emailAddress is a validator that refuses what cannot be the e-mail address of
// an account, such as one in brackets or a list of them.
func emailAddress() validator.String {
	return stringvalidator.RegexMatches(emailAddressPattern, "must be an e-mail address")
}
