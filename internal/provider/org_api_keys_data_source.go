// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

var _ datasource.DataSourceWithConfigure = (*orgAPIKeysDataSource)(nil)

// NewOrgAPIKeysDataSource returns atlassian_org_api_keys: the API keys of an
// organization.
func NewOrgAPIKeysDataSource() datasource.DataSource {
	return &orgAPIKeysDataSource{}
}

type orgAPIKeysDataSource struct {
	configuredDataSource
}

type orgAPIKeysModel struct {
	apiKeyFilterModel

	ID             types.String   `tfsdk:"id"`
	OrganizationID types.String   `tfsdk:"organization_id"`
	APIKeys        types.List     `tfsdk:"api_keys"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// listedAPIKeyModel is one of the keys of the list.
type listedAPIKeyModel struct {
	ID              types.String      `tfsdk:"id"`
	Label           types.String      `tfsdk:"label"`
	Status          types.String      `tfsdk:"status"`
	CreatedAt       timetypes.RFC3339 `tfsdk:"created_at"`
	ExpiresAt       timetypes.RFC3339 `tfsdk:"expires_at"`
	LastActiveAt    timetypes.RFC3339 `tfsdk:"last_active_at"`
	RevokedAt       timetypes.RFC3339 `tfsdk:"revoked_at"`
	Scopes          types.Set         `tfsdk:"scopes"`
	Resource        types.String      `tfsdk:"resource"`
	SystemAccountID types.String      `tfsdk:"system_account_id"`
	CreatedBy       types.Object      `tfsdk:"created_by"`
}

func listedAPIKeyType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"id":                types.StringType,
		"label":             types.StringType,
		"status":            types.StringType,
		"created_at":        timetypes.RFC3339Type{},
		"expires_at":        timetypes.RFC3339Type{},
		"last_active_at":    timetypes.RFC3339Type{},
		"revoked_at":        timetypes.RFC3339Type{},
		"scopes":            types.SetType{ElemType: types.StringType},
		"resource":          types.StringType,
		"system_account_id": types.StringType,
		"created_by":        userType(),
	}}
}

func (d *orgAPIKeysDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_org_api_keys"
}

func (d *orgAPIKeysDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"id":              computedText("ID of the organization, as in `organization_id`."),
		"organization_id": organizationAttribute(),
		"timeouts":        readTimeouts(ctx, defaultListTimeout),
		"api_keys": schema.ListAttribute{
			Computed:    true,
			ElementType: listedAPIKeyType(),
			MarkdownDescription: "The keys that get through all filters, those that expire first at the beginning: `id`, `label`, `status` (`active`, `expired` or `revoked`), " +
				"`created_at`, `expires_at`, `last_active_at` (null for a key that was never used) and `revoked_at` (each RFC 3339, null where Atlassian gives no date that can be read), " +
				"`scopes` (empty for a key without scopes, which may do everything), `resource`, `system_account_id` and `created_by` (`id`, `name`, `email`).",
		},
	}
	maps.Copy(attributes, apiKeyFilterDataSourceAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the API keys of an organization, without their secrets. In a `check` block or a postcondition it tells a pipeline which keys are about to expire. " +
			"One list serves this data source and every `atlassian_org_api_key` of the run. Filters narrow down together.\n\n" +
			"Needs an organization API key, which an organization admin makes, with the scope `read:keys:admin`, or one without scopes. " +
			"See the [API access API](https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-api-key/).",
		Attributes: attributes,
	}
}

// organizationAttribute is the organization that a data source asks.
func organizationAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: "ID of the organization. Default: `organization_id` of the provider block.",
	}
}

func (d *orgAPIKeysDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model orgAPIKeysModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, model.Timeouts.Read, defaultListTimeout, &resp.Diagnostics)
	defer cancel()
	organization := d.data.resolveOrganization(&model.OrganizationID, &resp.Diagnostics)
	if organization == nil {
		return
	}
	keys, err := organization.APIKeys(ctx)
	if err != nil {
		resp.Diagnostics.Append(notListed("API keys", organization, err)...)
		return
	}
	resp.Diagnostics.Append(d.data.watchOwnKey(keys)...)
	now := d.data.clock.Now()
	model.ID = types.StringValue(organization.ID())
	var listDiags diag.Diagnostics
	model.APIKeys, listDiags = types.ListValueFrom(ctx, listedAPIKeyType(), listedAPIKeys(model.apply(keys, now), now))
	resp.Diagnostics.Append(listDiags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func listedAPIKeys(keys []cloud.APIKey, now time.Time) []listedAPIKeyModel {
	models := make([]listedAPIKeyModel, 0, len(keys))
	for _, key := range keys {
		models = append(models, listedAPIKeyModel{
			ID:              types.StringValue(key.ID),
			Label:           types.StringValue(key.Label),
			Status:          types.StringValue(key.Status(now)),
			CreatedAt:       timestampOrNull(key.CreatedAt),
			ExpiresAt:       timestampOrNull(key.ExpiresAt),
			LastActiveAt:    timestampOrNull(key.LastActiveAt),
			RevokedAt:       timestampOrNull(key.RevokedAt),
			Scopes:          stringSet(key.Scopes),
			Resource:        stringOrNull(key.Resource),
			SystemAccountID: stringOrNull(key.SystemAccountID),
			CreatedBy:       userObject(key.CreatedBy),
		})
	}
	return models
}
