// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

var _ resource.ConfigValidator = rotationConfigValidator{}

// rotationConfigValidator checks the schedule that all rotating resources share.
type rotationConfigValidator struct{}

func (rotationConfigValidator) Description(context.Context) string {
	return "early_rotation_window needs rotation_interval and is shorter than it"
}

func (v rotationConfigValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (rotationConfigValidator) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var interval, window durationValue
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("early_rotation_window"), &window)...)
	if resp.Diagnostics.HasError() || !isSet(window) {
		return
	}
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("rotation_interval"), &interval)...)
	if resp.Diagnostics.HasError() || interval.IsUnknown() {
		return
	}
	if interval.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("early_rotation_window"), "early_rotation_window without rotation_interval",
			"A rotation can only be early where rotation_interval says when it is due. Set rotation_interval or leave early_rotation_window out.")
		return
	}
	if window.duration() >= interval.duration() {
		resp.Diagnostics.AddAttributeError(path.Root("early_rotation_window"), "early_rotation_window not shorter than rotation_interval",
			"With a window of "+window.ValueString()+" and an interval of "+interval.ValueString()+" every plan would rotate. Choose a shorter window.")
	}
}
