// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

var _ resource.ConfigValidator = retentionConfigValidator{}

// retentionConfigValidator warns of a retention that no key ever reaches:
// Atlassian deletes all inactive keys or none, and each rotation adds a young one.
type retentionConfigValidator struct{}

func (retentionConfigValidator) Description(context.Context) string {
	return "inactive_key_retention is not longer than the time between two rotations"
}

func (v retentionConfigValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (retentionConfigValidator) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var retention, interval, window durationValue
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("inactive_key_retention"), &retention)...)
	if resp.Diagnostics.HasError() || !isSet(retention) {
		return
	}
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("rotation_interval"), &interval)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("early_rotation_window"), &window)...)
	if resp.Diagnostics.HasError() || !isSet(interval) || window.IsUnknown() {
		return
	}
	between := interval.duration() - window.duration()
	if retention.duration() <= between {
		return
	}
	resp.Diagnostics.AddAttributeWarning(path.Root("inactive_key_retention"), "Inactive keys may never be deleted",
		fmt.Sprintf("Atlassian deletes all inactive keys or none, and a rotation every %s adds a young one before the others have been inactive for %s. Choose a retention of at most %s.",
			rotation.FormatDuration(between), retention.ValueString(), rotation.FormatDuration(between)))
}
