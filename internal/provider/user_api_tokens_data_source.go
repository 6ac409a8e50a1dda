// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

var _ datasource.DataSourceWithConfigure = (*userAPITokensDataSource)(nil)

// NewUserAPITokensDataSource returns atlassian_user_api_tokens: the API tokens of
// the managed accounts of an organization, or of one of them.
func NewUserAPITokensDataSource() datasource.DataSource {
	return &userAPITokensDataSource{}
}

type userAPITokensDataSource struct {
	configuredDataSource
}

type userAPITokensModel struct {
	userAPITokenFilterModel

	ID             types.String   `tfsdk:"id"`
	OrganizationID types.String   `tfsdk:"organization_id"`
	AccountID      types.String   `tfsdk:"account_id"`
	Tokens         types.List     `tfsdk:"tokens"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// userAPITokenModel is one of the tokens of the list.
type userAPITokenModel struct {
	ID           types.String      `tfsdk:"id"`
	Label        types.String      `tfsdk:"label"`
	Status       types.String      `tfsdk:"status"`
	CreatedAt    timetypes.RFC3339 `tfsdk:"created_at"`
	ExpiresAt    timetypes.RFC3339 `tfsdk:"expires_at"`
	LastActiveAt timetypes.RFC3339 `tfsdk:"last_active_at"`
	Scopes       types.Set         `tfsdk:"scopes"`
	User         types.Object      `tfsdk:"user"`
}

func userAPITokenType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"id":             types.StringType,
		"label":          types.StringType,
		"status":         types.StringType,
		"created_at":     timetypes.RFC3339Type{},
		"expires_at":     timetypes.RFC3339Type{},
		"last_active_at": timetypes.RFC3339Type{},
		"scopes":         types.SetType{ElemType: types.StringType},
		"user":           userType(),
	}}
}

func (d *userAPITokensDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user_api_tokens"
}

func (d *userAPITokensDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"id":              computedText("The account, where `account_id` is set, else the organization."),
		"organization_id": organizationAttribute(),
		"timeouts":        readTimeouts(ctx, defaultListTimeout),
		"account_id": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{accountID()},
			MarkdownDescription: "Atlassian account ID of the managed account whose tokens to list. Default: all managed accounts of the organization.",
		},
		"tokens": schema.ListAttribute{
			Computed:    true,
			ElementType: userAPITokenType(),
			MarkdownDescription: "The tokens that get through all filters, those that expire first at the beginning: `id`, `label`, `status` (`allowed` or `blocked`), " +
				"`created_at`, `expires_at` and `last_active_at` (RFC 3339, null for a token that was never used and for dates that cannot be read), " +
				"`scopes` (empty for a token without scopes) and `user` (`id`, `name`, `email`). With `account_id`, `status`, `scopes` and all of `user` but `id` are null: Atlassian does not tell them.",
		},
	}
	maps.Copy(attributes, userAPITokenFilterAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the API tokens that the managed accounts of an organization made for themselves, without their secrets. " +
			"Only a user can make or rename a token; to revoke some, see the action `atlassian_revoke_user_api_tokens`. Filters narrow down together.\n\n" +
			"Without `account_id` the [API access API](https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-api-token/) is asked, which needs an organization API key, made by an organization admin, with the scope `read:tokens:admin`, or one without scopes. " +
			"With it, the [User management API](https://developer.atlassian.com/cloud/admin/user-management/rest/api-group-api-tokens/), which needs an organization API key without scopes: no scope allows it.",
		Attributes: attributes,
	}
}

var accountIDPattern = regexp.MustCompile(`^[a-zA-Z0-9_|:-]{1,128}$`)

// accountID is a validator of Atlassian account IDs:
// https://developer.atlassian.com/cloud/admin/user-management/rest/api-group-api-tokens/.
func accountID() validator.String {
	return stringvalidator.RegexMatches(accountIDPattern, "must be an Atlassian account ID: 1 to 128 letters, digits and characters of _ | : -")
}

func (d *userAPITokensDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model userAPITokensModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, model.Timeouts.Read, defaultListTimeout, &resp.Diagnostics)
	defer cancel()
	read := d.readOrganization
	if isSet(model.AccountID) {
		read = d.readAccount
	}
	tokens, diags := read(ctx, &model)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	var listDiags diag.Diagnostics
	model.Tokens, listDiags = types.ListValueFrom(ctx, userAPITokenType(), userAPITokens(model.apply(tokens, d.data.clock.Now())))
	resp.Diagnostics.Append(listDiags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (d *userAPITokensDataSource) readOrganization(ctx context.Context, model *userAPITokensModel) ([]cloud.UserAPIToken, diag.Diagnostics) {
	model.OrganizationID = d.data.organizationOr(model.OrganizationID)
	organization, diags := d.data.organization(model.OrganizationID)
	if diags.HasError() {
		return nil, diags
	}
	model.ID = types.StringValue(organization.ID())
	tokens, err := organization.UserAPITokens(ctx)
	if err != nil {
		explanation := cloud.Explain(err)
		diags.Append(errorAt(path.Root("organization_id"), fmt.Sprintf("User API tokens of the organization %q not listed: %s", organization.ID(), briefly(err)),
			explanation.Cause, "Nothing was changed.", explanation.Remedy)...)
	}
	return tokens, diags
}

func (d *userAPITokensDataSource) readAccount(ctx context.Context, model *userAPITokensModel) ([]cloud.UserAPIToken, diag.Diagnostics) {
	model.ID = model.AccountID
	if model.OrganizationID = d.data.organizationOr(model.OrganizationID); model.OrganizationID.IsUnknown() {
		model.OrganizationID = types.StringNull()
	}
	connected, diags := d.data.connectedCloud(path.Root("account_id"))
	if diags.HasError() {
		return nil, diags
	}
	tokens, err := connected.AccountAPITokens(ctx, model.AccountID.ValueString())
	if err != nil {
		diags.Append(accountTokensNotListed(model.AccountID.ValueString(), err)...)
	}
	return tokens, diags
}

// accountTokensNotListed says that the tokens of an account could not be listed.
func accountTokensNotListed(accountID string, err error) diag.Diagnostics {
	explanation := cloud.Explain(err)
	return errorAt(path.Root("account_id"), fmt.Sprintf("API tokens of the account %q not listed: %s", accountID, briefly(err)),
		explanation.Cause, accountAdvice(err, accountID), "Nothing was changed.", explanation.Remedy)
}

// accountAdvice says what a refusal by the User management API is about:
// https://developer.atlassian.com/cloud/admin/user-management/rest/intro/.
func accountAdvice(err error, accountID string) string {
	if failure, ok := errors.AsType[*transport.Error](err); ok && failure.Status == http.StatusNotFound {
		return fmt.Sprintf("There is no managed account %q: see Atlassian Administration > Directory > Managed accounts.", accountID)
	}
	return ""
}

func userAPITokens(tokens []cloud.UserAPIToken) []userAPITokenModel {
	models := make([]userAPITokenModel, 0, len(tokens))
	for _, token := range tokens {
		model := userAPITokenModel{
			ID:           types.StringValue(token.ID),
			Label:        types.StringValue(token.Label),
			Status:       stringOrNull(strings.ToLower(token.Status)),
			CreatedAt:    timestampOrNull(token.CreatedAt),
			ExpiresAt:    timestampOrNull(token.ExpiresAt),
			LastActiveAt: timestampOrNull(token.LastActiveAt),
			Scopes:       types.SetNull(types.StringType),
			User:         userObject(token.User),
		}
		if token.Scopes != nil {
			model.Scopes = stringSet(token.Scopes)
		}
		models = append(models, model)
	}
	return models
}
