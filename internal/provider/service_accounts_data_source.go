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

var _ datasource.DataSourceWithConfigure = (*serviceAccountsDataSource)(nil)

// NewServiceAccountsDataSource returns atlassian_service_accounts: the service
// accounts of an organization.
func NewServiceAccountsDataSource() datasource.DataSource {
	return &serviceAccountsDataSource{}
}

type serviceAccountsDataSource struct {
	configuredDataSource
}

type serviceAccountsModel struct {
	ID              types.String   `tfsdk:"id"`
	OrganizationID  types.String   `tfsdk:"organization_id"`
	NameRegex       types.String   `tfsdk:"name_regex"`
	ServiceAccounts types.List     `tfsdk:"service_accounts"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

type serviceAccountModel struct {
	ID          types.String      `tfsdk:"id"`
	DisplayName types.String      `tfsdk:"display_name"`
	Email       types.String      `tfsdk:"email"`
	Description types.String      `tfsdk:"description"`
	Status      types.String      `tfsdk:"status"`
	UpdatedAt   timetypes.RFC3339 `tfsdk:"updated_at"`
	CreatedByID types.String      `tfsdk:"created_by_id"`
}

func serviceAccountType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"id":            types.StringType,
		"display_name":  types.StringType,
		"email":         types.StringType,
		"description":   types.StringType,
		"status":        types.StringType,
		"updated_at":    timetypes.RFC3339Type{},
		"created_by_id": types.StringType,
	}}
}

func (d *serviceAccountsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_service_accounts"
}

// serviceAccountsPage names what the endpoints are documented by.
const serviceAccountsPage = "See the [API access API](https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-service-account/), where Atlassian calls this group experimental."

func (d *serviceAccountsDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the service accounts of an organization. Atlassian documents no endpoint that makes or rotates a credential of one: that is done under *Directory > Service accounts*. " +
			"To revoke the API tokens of one, see the action `atlassian_revoke_service_account_tokens`; their OAuth clients are in `atlassian_oauth_clients`.\n\n" +
			"Needs an organization API key, which an organization admin makes, with the scope `read:service-accounts:admin`, or one without scopes. " + serviceAccountsPage,
		Attributes: map[string]schema.Attribute{
			"id":              computedText("ID of the organization, as in `organization_id`."),
			"organization_id": organizationAttribute(),
			"timeouts":        readTimeouts(ctx, defaultListTimeout),
			"name_regex":      nameFilter("service accounts whose display name").dataSourceAttribute(),
			"service_accounts": schema.ListAttribute{
				Computed:    true,
				ElementType: serviceAccountType(),
				MarkdownDescription: "The accounts that get through the filter, in the order of Atlassian: `id`, `display_name`, `email`, `description`, `status` (in lower case, such as `active`), " +
					"`updated_at` (RFC 3339) and `created_by_id`. What Atlassian does not tell is null.",
			},
		},
	}
}

func (d *serviceAccountsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model serviceAccountsModel
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
	accounts, err := organization.ServiceAccounts(ctx)
	if err != nil {
		resp.Diagnostics.Append(notListed("Service accounts", organization, err)...)
		return
	}
	model.ID = types.StringValue(organization.ID())
	var listDiags diag.Diagnostics
	model.ServiceAccounts, listDiags = types.ListValueFrom(ctx, serviceAccountType(), model.apply(accounts))
	resp.Diagnostics.Append(listDiags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (m serviceAccountsModel) apply(accounts []cloud.ServiceAccount) []serviceAccountModel {
	matches := matcher(m.NameRegex)
	models := []serviceAccountModel{}
	for _, account := range accounts {
		if !matches(account.DisplayName) {
			continue
		}
		models = append(models, serviceAccountModel{
			ID:          types.StringValue(account.ID),
			DisplayName: stringOrNull(account.DisplayName),
			Email:       stringOrNull(account.Email),
			Description: stringOrNull(account.Description),
			Status:      stringOrNull(strings.ToLower(account.Status)),
			UpdatedAt:   timestampOrNull(account.UpdatedAt),
			CreatedByID: stringOrNull(account.CreatedByID),
		})
	}
	return models
}
