// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
)

var (
	_ datasource.DataSourceWithConfigure      = (*dcTokensDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dcTokensDataSource)(nil)
)

// NewDCTokensDataSource returns atlassian_dc_tokens: the tokens of an account,
// or of a user, project or repository of Bitbucket.
func NewDCTokensDataSource() datasource.DataSource {
	return &dcTokensDataSource{}
}

type dcTokensDataSource struct {
	configuredDataSource
}

type dcTokensModel struct {
	tokenOwnerModel

	ID            types.String   `tfsdk:"id"`
	Instance      types.String   `tfsdk:"instance"`
	NameRegex     types.String   `tfsdk:"name_regex"`
	ExpiresWithin durationValue  `tfsdk:"expires_within"`
	Tokens        types.List     `tfsdk:"tokens"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

// listedTokenModel is one of the tokens of the list.
type listedTokenModel struct {
	ID          types.String      `tfsdk:"id"`
	Name        types.String      `tfsdk:"name"`
	Status      types.String      `tfsdk:"status"`
	Permissions types.Set         `tfsdk:"permissions"`
	CreatedAt   timetypes.RFC3339 `tfsdk:"created_at"`
	ExpiresAt   timetypes.RFC3339 `tfsdk:"expires_at"`
	LastUsedAt  timetypes.RFC3339 `tfsdk:"last_used_at"`
}

func listedTokenType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{
		"id":           types.StringType,
		"name":         types.StringType,
		"status":       types.StringType,
		"permissions":  types.SetType{ElemType: types.StringType},
		"created_at":   timetypes.RFC3339Type{},
		"expires_at":   timetypes.RFC3339Type{},
		"last_used_at": timetypes.RFC3339Type{},
	}}
}

func (d *dcTokensDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dc_tokens"
}

func (d *dcTokensDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"id":         computedText("The instance, and what the tokens belong to."),
		"instance":   instanceAttribute(),
		"timeouts":   readTimeouts(ctx, defaultListTimeout),
		"name_regex": nameFilter("tokens whose name").dataSourceAttribute(),
		"expires_within": durationFilter("Only tokens that expire within this long from now, such as `\"30d\"` (units `w`, `d`, `h`, `m`, `s`). What has expired already, and what never expires, is left out. " +
			"Bamboo tells the expiry of no token.").dataSourceAttribute(),
		"tokens": schema.ListAttribute{
			Computed:    true,
			ElementType: listedTokenType(),
			MarkdownDescription: "The tokens that get through all filters, those that expire first at the beginning: `id`, `name`, `status` (`active` or `expired`), `permissions` (null on Jira and Confluence), " +
				"`created_at`, `expires_at` (null for never, and on Bamboo) and `last_used_at` (null where it was never used, or where the instance does not tell; each RFC 3339).",
		},
	}
	maps.Copy(attributes, tokenOwnerDataSourceAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the tokens of the account that an instance is configured with, or of a user, a project or a repository of Bitbucket, without their secrets. " +
			"One list serves this data source and every resource for tokens of the same owner. Filters narrow down together.\n\n" +
			"Anybody may list their own tokens; those of a Bitbucket project or repository take an administrator of it, and those of another user one of the instance. " + personalTokensPages + " " + httpTokensPages,
		Attributes: attributes,
	}
}

func tokenOwnerDataSourceAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, description := range tokenOwnerDescriptions() {
		attributes[name] = schema.StringAttribute{Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}, MarkdownDescription: description}
	}
	return attributes
}

// ValidateConfig checks that at most one owner is named.
func (d *dcTokensDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var model dcTokensModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(model.checkOptional()...)
	}
}

func (d *dcTokensDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model dcTokensModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, model.Timeouts.Read, defaultListTimeout, &resp.Diagnostics)
	defer cancel()
	_, listed, diags := model.list(ctx, d.data, model.Instance)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	now := d.data.clock.Now()
	model.ID = types.StringValue(identifierOf(model.Instance.ValueString(), model.scope()))
	var listDiags diag.Diagnostics
	model.Tokens, listDiags = types.ListValueFrom(ctx, listedTokenType(), listedTokens(model.apply(listed, now), now))
	resp.Diagnostics.Append(listDiags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// apply returns the tokens that get through the filters as of now, those that
// expire first at the beginning.
func (m dcTokensModel) apply(tokens []datacenter.Token, now time.Time) []datacenter.Token {
	var wanted conditions[datacenter.Token]
	matches := matcher(m.NameRegex)
	wanted.where(m.NameRegex, func(t datacenter.Token) bool { return matches(t.Name) })
	wanted.where(m.ExpiresWithin, func(t datacenter.Token) bool {
		return !t.ExpiresAt.IsZero() && expiresWithin(lenient.Time{Time: t.ExpiresAt, Given: true}, now, m.ExpiresWithin)
	})
	return soonestFirst(wanted.of(tokens))
}

// soonestFirst sorts tokens by expiry, those without one at the end.
func soonestFirst(tokens []datacenter.Token) []datacenter.Token {
	slices.SortStableFunc(tokens, func(a, b datacenter.Token) int {
		return cmp.Or(compareExpiry(lenient.Time{Time: a.ExpiresAt}, lenient.Time{Time: b.ExpiresAt}), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return tokens
}

func listedTokens(tokens []datacenter.Token, now time.Time) []listedTokenModel {
	models := make([]listedTokenModel, 0, len(tokens))
	for _, token := range tokens {
		model := listedTokenModel{
			ID:          types.StringValue(token.ID),
			Name:        types.StringValue(token.Name),
			Status:      types.StringValue(tokenActive),
			Permissions: types.SetNull(types.StringType),
			CreatedAt:   timeOrNull(token.CreatedAt),
			ExpiresAt:   timeOrNull(token.ExpiresAt),
			LastUsedAt:  timeOrNull(token.LastUsedAt),
		}
		if token.Expired(now) {
			model.Status = types.StringValue(tokenExpired)
		}
		if token.Permissions != nil {
			model.Permissions = stringSet(token.Permissions)
		}
		models = append(models, model)
	}
	return models
}
