// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

var (
	_ validator.String         = wholeDays{}
	_ resource.ConfigValidator = tokenConfigValidator{}
)

// wholeDays is a validator that refuses durations which no product can express.
type wholeDays struct{}

func (wholeDays) Description(context.Context) string {
	return "whole days, one at least"
}

func (v wholeDays) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v wholeDays) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	d, err := rotation.ParseDuration(req.ConfigValue.ValueString())
	if !isSet(req.ConfigValue) || err != nil {
		// The type itself reports what is no duration.
		return
	}
	if d <= 0 || d%(24*time.Hour) != 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Not whole days",
			fmt.Sprintf("%q is not what an instance can be asked for: %s, such as \"90d\".", req.ConfigValue.ValueString(), v.Description(ctx)))
	}
}

// tokenConfigValidator checks the times in the life of a token against each
// other.
type tokenConfigValidator struct{}

func (tokenConfigValidator) Description(context.Context) string {
	return "rotation_interval is shorter than expires_in, and revoke_previous_after fits into what is left"
}

func (v tokenConfigValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (tokenConfigValidator) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var expires, interval, overlap durationValue
	var rotateOnCreate, own types.Bool
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("expires_in"), &expires)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("rotation_interval"), &interval)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("revoke_previous_after"), &overlap)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("rotate_on_create"), &rotateOnCreate)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("own"), &own)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if isSet(rotateOnCreate) && !rotateOnCreate.ValueBool() {
		resp.Diagnostics.AddAttributeError(path.Root("rotate_on_create"), "A token is made when this resource is created",
			"There is nothing to take over as it is. Leave rotate_on_create out, or import a token that exists.")
	}
	if own.ValueBool() && !overlap.IsUnknown() && overlap.duration() == 0 {
		resp.Diagnostics.AddAttributeWarning(path.Root("revoke_previous_after"), "The provider's own token is revoked as soon as another one is there",
			"Whatever hands the new one to the next run has no second chance: if that fails, this configuration is locked out of the instance. Set revoke_previous_after to a few periods of the pipeline, such as \"7d\".")
	}
	if !isSet(interval) {
		return
	}
	switch {
	case isSet(expires) && interval.duration() >= expires.duration():
		resp.Diagnostics.AddAttributeError(path.Root("rotation_interval"), "rotation_interval not shorter than expires_in",
			fmt.Sprintf("A token would expire after %s, before the rotation that is due after %s. Choose a shorter interval.", expires.ValueString(), interval.ValueString()))
	case isSet(expires) && isSet(overlap) && overlap.duration() > expires.duration()-interval.duration():
		resp.Diagnostics.AddAttributeError(path.Root("revoke_previous_after"), "revoke_previous_after longer than what is left of a token",
			fmt.Sprintf("A token that expires after %s and is superseded after %s works for %s more. Choose a revoke_previous_after of at most that.",
				expires.ValueString(), interval.ValueString(), rotation.FormatDuration(expires.duration()-interval.duration())))
	case isSet(overlap) && overlap.duration() >= interval.duration():
		resp.Diagnostics.AddAttributeError(path.Root("revoke_previous_after"), "revoke_previous_after not shorter than rotation_interval",
			fmt.Sprintf("The next rotation, after %s, would revoke the superseded token before %s have passed: only one is kept. Choose a shorter revoke_previous_after.",
				interval.ValueString(), overlap.ValueString()))
	}
}
