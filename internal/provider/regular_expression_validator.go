// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var _ validator.String = regularExpression{}

// regularExpression is a validator that refuses what is no regular expression.
type regularExpression struct{}

func (regularExpression) Description(context.Context) string {
	return "a regular expression of the RE2 syntax"
}

func (v regularExpression) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (regularExpression) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !isSet(req.ConfigValue) {
		return
	}
	if _, err := regexp.Compile(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.Append(notRegularExpression(req.Path, err))
	}
}

func notRegularExpression(at path.Path, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "Not a regular expression", err.Error()+". The syntax is RE2: https://github.com/google/re2/wiki/Syntax.")
}
