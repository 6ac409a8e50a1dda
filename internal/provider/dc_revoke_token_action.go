// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ action.ActionWithConfigure      = (*dcRevokeTokenAction)(nil)
	_ action.ActionWithValidateConfig = (*dcRevokeTokenAction)(nil)
	_ action.ActionWithModifyPlan     = (*dcRevokeTokenAction)(nil)
	_ actionModel                     = (*dcRevokeTokenModel)(nil)
)

// NewDCRevokeTokenAction returns the action atlassian_dc_revoke_token: a token of
// a Data Center instance, revoked at once.
func NewDCRevokeTokenAction() action.Action {
	return &dcRevokeTokenAction{}
}

type dcRevokeTokenAction struct {
	configuredAction[dcRevokeTokenModel, *dcRevokeTokenModel]
}

type dcRevokeTokenModel struct {
	actionBase
	tokenOwnerModel

	Instance types.String `tfsdk:"instance"`
	TokenID  types.String `tfsdk:"token_id"`
}

func (a *dcRevokeTokenAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dc_revoke_token"
}

func (a *dcRevokeTokenAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"instance": actionInstance(),
		"token_id": schema.StringAttribute{
			Required:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			MarkdownDescription: "ID of the token, as the data source `atlassian_dc_tokens` lists it: digits, of which the first may be zero.",
		},
		"timeouts": actionTimeouts(ctx, defaultRevokeTimeout),
	}
	for name, description := range tokenOwnerDescriptions() {
		attributes[name] = schema.StringAttribute{Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Revokes a token of a Data Center instance at once and for good: one that has leaked, or one that an interrupted creation has left. A token that the list lacks is an error. " +
			"A resource that manages the token makes another one in the apply after. No endpoint tells which token a request was made with: to revoke that of the provider itself locks the configuration out.\n\n" +
			"Anybody may revoke their own tokens; those of a Bitbucket project or repository take an administrator of it, and those of another user one of the instance; on Bitbucket with a user name and a password. " +
			personalTokensPages + " " + httpTokensPages,
		Attributes: attributes,
	}
}

func (m *dcRevokeTokenModel) check() diag.Diagnostics {
	return m.checkOptional()
}

func (m *dcRevokeTokenModel) require(data *providerData) diag.Diagnostics {
	return data.checkInstance(m.Instance)
}

func (m *dcRevokeTokenModel) limit() time.Duration {
	return defaultRevokeTimeout
}

func (m *dcRevokeTokenModel) run(ctx context.Context, data *providerData, report func(string)) diag.Diagnostics {
	tokens, listed, diags := m.list(ctx, data, m.Instance)
	if diags.HasError() {
		return diags
	}
	id := m.TokenID.ValueString()
	token := tokenByID(listed, id)
	if token == nil {
		return append(diags, errorAt(path.Root("token_id"), fmt.Sprintf("No token %q on the instance %q", id, m.Instance.ValueString()),
			fmt.Sprintf("%d tokens are listed, and none has this ID: it is revoked already, or never was there.", len(listed)), "Nothing was changed.")...)
	}
	if err := tokens.Revoke(ctx, id); err != nil {
		explanation := tokens.Instance().Explain(err)
		return append(diags, errorAt(path.Root("token_id"), fmt.Sprintf("Token %s of %q not revoked: %s", nameOfListed(*token), m.Instance.ValueString(), briefly(err)),
			explanation.Cause, "The token may still work; to revoke it again does no harm.", explanation.Remedy)...)
	}
	report(fmt.Sprintf("Revoked the token %s of %q.", nameOfListed(*token), m.Instance.ValueString()))
	return diags
}
