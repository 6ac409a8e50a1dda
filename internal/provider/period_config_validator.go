// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

var _ datasource.ConfigValidator = periodConfigValidator{}

// periodConfigValidator refuses a period that ends before it begins.
type periodConfigValidator struct{}

func (periodConfigValidator) Description(context.Context) string {
	return "from is not later than to"
}

func (v periodConfigValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (periodConfigValidator) ValidateDataSource(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var from, to timetypes.RFC3339
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("from"), &from)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("to"), &to)...)
	if resp.Diagnostics.HasError() || !isSet(from) || !isSet(to) || !timeOf(from).After(timeOf(to)) {
		return
	}
	resp.Diagnostics.AddAttributeError(path.Root("from"), "Period ends before it begins",
		fmt.Sprintf("from (%s) is later than to (%s). Exchange the two.", timeOf(from).UTC().Format(time.RFC3339), timeOf(to).UTC().Format(time.RFC3339)))
}

// periodBound is one end of the period that a data source looks at.
func periodBound(description string) schema.StringAttribute {
	return schema.StringAttribute{
		CustomType:          timetypes.RFC3339Type{},
		Optional:            true,
		MarkdownDescription: description + " (RFC 3339, such as `\"2026-01-05T08:00:00Z\"`). Default: no bound. `timeadd(plantimestamp(), \"-24h\")` makes a period that moves with the run.",
	}
}
