// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ datasource.DataSourceWithConfigure = (*dcInactiveKeysDataSource)(nil)

// NewDCInactiveKeysDataSource returns atlassian_dc_inactive_keys: the names of
// the inactive AES keys of a Data Center instance.
func NewDCInactiveKeysDataSource() datasource.DataSource {
	return &dcInactiveKeysDataSource{}
}

type dcInactiveKeysDataSource struct {
	configuredDataSource
}

type dcInactiveKeysModel struct {
	ID           types.String   `tfsdk:"id"`
	Instance     types.String   `tfsdk:"instance"`
	InactiveKeys types.List     `tfsdk:"inactive_keys"`
	Timeouts     timeouts.Value `tfsdk:"timeouts"`
}

func (d *dcInactiveKeysDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dc_inactive_keys"
}

func (d *dcInactiveKeysDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the inactive AES keys of a Jira, Confluence, Bitbucket or Crowd Data Center instance. " +
			"One request serves this data source and the `atlassian_dc_aes_rotation` of the same instance.\n\n" + aesKeyPermission,
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Name of the instance, as in `instance`.",
			},
			"instance": instanceAttribute(),
			"timeouts": readTimeouts(ctx, defaultListTimeout),
			"inactive_keys": schema.ListAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Names of the inactive keys, in the order of the instance. Empty where there is none; null where the instance could not be read and `unreachable_instances` of the provider is `\"warn\"`.",
			},
		},
	}
}

func (d *dcInactiveKeysDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model dcInactiveKeysModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, model.Timeouts.Read, defaultListTimeout, &resp.Diagnostics)
	defer cancel()
	instance, diags := d.data.instance(model.Instance)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	model.ID = model.Instance
	names, err := instance.SharedInactiveKeys(ctx)
	switch {
	case err == nil:
		model.InactiveKeys = stringList(names)
	case d.data.toleratesUnreachable():
		model.InactiveKeys = types.ListNull(types.StringType)
		explanation := instance.Explain(err)
		resp.Diagnostics.Append(warningAt(path.Root("instance"), fmt.Sprintf("Instance %q not read", instance.Name()),
			explanation.Cause, "inactive_keys is null.", explanation.Remedy)...)
	default:
		resp.Diagnostics.Append(listingError(instance, err)...)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
