// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ resource.ConfigValidator = apiKeySelectionValidator{}

// apiKeySelectionValidator demands either label or key_id.
type apiKeySelectionValidator struct{}

func exactlyOneSelection() resource.ConfigValidator {
	return resourcevalidator.ExactlyOneOf(path.MatchRoot("label"), path.MatchRoot("key_id"))
}

func (apiKeySelectionValidator) Description(ctx context.Context) string {
	return exactlyOneSelection().Description(ctx)
}

func (v apiKeySelectionValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

// ValidateResource asks the library for its judgement only where there is
// anything to say: matching paths takes it half of the time that a validation
// takes.
func (apiKeySelectionValidator) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var label, keyID types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("label"), &label)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("key_id"), &keyID)...)
	if resp.Diagnostics.HasError() || isSet(label) && keyID.IsNull() || label.IsNull() && isSet(keyID) {
		return
	}
	exactlyOneSelection().ValidateResource(ctx, req, resp)
}
