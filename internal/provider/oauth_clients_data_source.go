// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

var _ datasource.DataSourceWithConfigure = (*oauthClientsDataSource)(nil)

// NewOAuthClientsDataSource returns atlassian_oauth_clients: the OAuth 2.0
// clients of the service accounts of an organization.
func NewOAuthClientsDataSource() datasource.DataSource {
	return &oauthClientsDataSource{}
}

type oauthClientsDataSource struct {
	configuredDataSource
}

type oauthClientsModel struct {
	ID             types.String   `tfsdk:"id"`
	OrganizationID types.String   `tfsdk:"organization_id"`
	NameRegex      types.String   `tfsdk:"name_regex"`
	OAuthClients   types.List     `tfsdk:"oauth_clients"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

type oauthClientModel struct {
	ID        types.String      `tfsdk:"id"`
	Name      types.String      `tfsdk:"name"`
	Status    types.String      `tfsdk:"status"`
	CreatedAt timetypes.RFC3339 `tfsdk:"created_at"`
	UpdatedAt timetypes.RFC3339 `tfsdk:"updated_at"`
}

func oauthClientType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"id":         types.StringType,
		"name":       types.StringType,
		"status":     types.StringType,
		"created_at": timetypes.RFC3339Type{},
		"updated_at": timetypes.RFC3339Type{},
	}}
}

func (d *oauthClientsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_oauth_clients"
}

// oauthClientsPage names what the endpoints are documented by.
const oauthClientsPage = "See the [API access API](https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-oauth-client/), where Atlassian calls this group experimental."

func (d *oauthClientsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the OAuth 2.0 clients of the service accounts of an organization, without their secrets. " +
			"Making one takes the session of an administrator in a browser, and nothing rotates its secret: no API key may. To delete one, see the action `atlassian_delete_oauth_client`.\n\n" +
			"Needs an organization API key, which an organization admin makes, with the scope `read:service-accounts-tokens:admin`, or one without scopes. " + oauthClientsPage,
		Attributes: map[string]schema.Attribute{
			"id":              computedText("ID of the organization, as in `organization_id`."),
			"organization_id": organizationAttribute(),
			"timeouts":        readTimeouts(ctx, defaultListTimeout),
			"name_regex":      nameFilter("OAuth clients whose name").dataSourceAttribute(),
			"oauth_clients": schema.ListAttribute{
				Computed:    true,
				ElementType: oauthClientType(),
				MarkdownDescription: "The clients that get through the filter, in the order of Atlassian: `id` (the client ID), `name`, `status` (in lower case, such as `active`), " +
					"`created_at` and `updated_at` (RFC 3339). What Atlassian does not tell is null.",
			},
		},
	}
}

func (d *oauthClientsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model oauthClientsModel
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
	clients, err := organization.OAuthClients(ctx)
	if err != nil {
		resp.Diagnostics.Append(notListed("OAuth clients", organization, err)...)
		return
	}
	model.ID = types.StringValue(organization.ID())
	var listDiags diag.Diagnostics
	model.OAuthClients, listDiags = types.ListValueFrom(ctx, oauthClientType(), model.apply(clients))
	resp.Diagnostics.Append(listDiags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (m oauthClientsModel) apply(clients []cloud.OAuthClient) []oauthClientModel {
	matches := matcher(m.NameRegex)
	models := []oauthClientModel{}
	for _, client := range clients {
		if !matches(string(client.Name)) {
			continue
		}
		models = append(models, oauthClientModel{
			ID:        types.StringValue(string(client.ID)),
			Name:      stringOrNull(string(client.Name)),
			Status:    stringOrNull(strings.ToLower(string(client.Status))),
			CreatedAt: timestampOrNull(client.CreatedAt),
			UpdatedAt: timestampOrNull(client.UpdatedAt),
		})
	}
	return models
}
