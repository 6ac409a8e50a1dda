// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ resource.ConfigValidator = tokenTakerConfigValidator{}

// tokenTakerConfigValidator refuses a tunnel token that nobody would get.
type tokenTakerConfigValidator struct{}

func (tokenTakerConfigValidator) Description(context.Context) string {
	return "somebody gets the token: instance is set, or store_token is not false"
}

func (v tokenTakerConfigValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (tokenTakerConfigValidator) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var instance types.String
	var store types.Bool
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("instance"), &instance)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("store_token"), &store)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(checkTokenTaker(instance, store)...)
	}
}

// checkTokenTaker reports that nobody would get the token. What is not known yet
// is no error.
func checkTokenTaker(instance types.String, store types.Bool) diag.Diagnostics {
	if !instance.IsNull() || !isSet(store) || store.ValueBool() {
		return nil
	}
	return errorAt(path.Root("store_token"), "Nobody would get the token",
		"Without instance the new token is delivered to nobody, and with store_token = false it is stored nowhere: the tunnel would be down for good. Set instance, or leave store_token out.")
}
