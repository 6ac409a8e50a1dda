// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

var _ validator.String = durationAtLeast(0)

// durationAtLeast is a validator that refuses shorter durations.
type durationAtLeast time.Duration

func (v durationAtLeast) Description(context.Context) string {
	return fmt.Sprintf("at least %s", rotation.FormatDuration(time.Duration(v)))
}

func (v durationAtLeast) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v durationAtLeast) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	d, err := rotation.ParseDuration(req.ConfigValue.ValueString())
	if err != nil {
		// The type itself has reported this.
		return
	}
	if d < time.Duration(v) {
		resp.Diagnostics.AddAttributeError(req.Path, "Duration too short",
			fmt.Sprintf("%q is shorter than it may be: %s.", req.ConfigValue.ValueString(), v.Description(ctx)))
	}
}
