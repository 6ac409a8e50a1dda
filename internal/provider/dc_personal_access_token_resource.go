// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

var (
	_ resource.ResourceWithConfigure        = (*dcPersonalAccessTokenResource)(nil)
	_ resource.ResourceWithConfigValidators = (*dcPersonalAccessTokenResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*dcPersonalAccessTokenResource)(nil)
	_ resource.ResourceWithImportState      = (*dcPersonalAccessTokenResource)(nil)
	_ resource.ResourceWithIdentity         = (*dcPersonalAccessTokenResource)(nil)
)

// NewDCPersonalAccessTokenResource returns atlassian_dc_personal_access_token: a
// token of the account that the instance is configured with, made, superseded
// and revoked.
func NewDCPersonalAccessTokenResource() resource.Resource {
	return &dcPersonalAccessTokenResource{}
}

type dcPersonalAccessTokenResource struct {
	tokenResource[personalTokenModel, *personalTokenModel]
}

// personalTokenModel is an atlassian_dc_personal_access_token.
type personalTokenModel struct {
	tokenModel
}

// personalTokenIdentity identifies a token of the account of an instance.
type personalTokenIdentity struct {
	Instance types.String `tfsdk:"instance"`
	TokenID  types.String `tfsdk:"token_id"`
}

// Metadata names the type. Its identity changes as the token rotates.
func (r *dcPersonalAccessTokenResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dc_personal_access_token"
	resp.ResourceBehavior.MutableIdentity = true
}

// personalTokensPages names what the token endpoints are documented by.
const personalTokensPages = "See [personal access tokens](https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html), " +
	"their [REST API of Jira and Confluence](https://developer.atlassian.com/server/jira/platform/personal-access-token), of which only the making of a token is documented, " +
	"and the [REST API of Bamboo](https://developer.atlassian.com/server/bamboo/rest/)."

func (r *dcPersonalAccessTokenResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	permissions := permissionsAttribute("What tokens of Bamboo may do: `READ`, `TRIGGER` or `USER`, which is everything that the user may. Changing them rotates. "+
		"Those of Jira and Confluence may do what their user may, and take none. Default: what Bamboo gives a token without.", "READ", "TRIGGER", "USER")
	permissions.Optional = true
	resp.Schema = schema.Schema{
		MarkdownDescription: secretInState + "A personal access token of a Jira, Confluence or Bamboo Data Center instance that rotates itself: the new one is made and proved before the old one is revoked. " +
			"The token belongs to the account that the instance is configured with: nobody can make one for another user, and that is all the permission it takes. Bamboo may want a user name and a password for it.\n\n" +
			"A token whose answer was lost is found by the marker in its name, revoked, and made again. Destroying this resource revokes the token. " +
			"The list of tokens is that of the account: where the instance is configured with another one, the tokens of this one count as gone.\n\n" +
			"Not covered: Bitbucket, whose tokens are `atlassian_bitbucket_http_access_token`, Crowd, which has none, and Data Center service accounts, whose API is not documented enough.\n\n" +
			personalTokensPages,
		Attributes: withTokenAttributes(ctx, map[string]schema.Attribute{
			"name":        tokenNameAttribute("Another name counts from the next rotation on: no product can rename a token."),
			"permissions": permissions,
		}),
	}
}

func (r *dcPersonalAccessTokenResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"instance": identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the instance in the provider block."},
		"token_id": identityschema.StringAttribute{RequiredForImport: true, Description: "ID of the token."},
	}}
}

func (m *personalTokenModel) owner() datacenter.TokenOwner {
	return datacenter.TokenOwner{}
}

// needs another token for other permissions: Bamboo cannot change them.
func (m *personalTokenModel) needs() tokenNeeds {
	return tokenNeeds{permissions: true}
}

func (m *personalTokenModel) ownerKnown() bool {
	return true
}

func (m *personalTokenModel) unfit(*providerData) diag.Diagnostics {
	return nil
}

func (m *personalTokenModel) importID() string {
	return m.Instance.ValueString() + "/" + m.TokenID.ValueString()
}

func (m *personalTokenModel) identity() any {
	return personalTokenIdentity{Instance: m.Instance, TokenID: m.TokenID}
}

func (m *personalTokenModel) partsOf(ctx context.Context, identity *tfsdk.ResourceIdentity) ([]string, diag.Diagnostics) {
	var found personalTokenIdentity
	diags := identity.Get(ctx, &found)
	return []string{found.Instance.ValueString(), found.TokenID.ValueString()}, diags
}

func (m *personalTokenModel) takeImport(parts []string) bool {
	if len(parts) != 2 {
		return false
	}
	m.Instance, m.TokenID = types.StringValue(parts[0]), types.StringValue(parts[1])
	return true
}

func (m *personalTokenModel) importForm() string {
	return "instance/token_id"
}

func (m *personalTokenModel) importedOwner() map[string]any {
	return nil
}

// bitbucketUnfit says why a Bitbucket instance cannot make tokens, as far as the
// configuration of the provider tells.
func bitbucketUnfit(data *providerData, m *tokenModel) diag.Diagnostics {
	if data == nil || !isSet(m.Instance) {
		return nil
	}
	instance := data.instances[m.Instance.ValueString()].instance
	if instance == nil || !instance.UsesToken() {
		return nil
	}
	return errorAt(path.Root("instance"), "No token of Bitbucket makes tokens",
		"The instance "+m.Instance.ValueString()+" is configured with a token, and Bitbucket lets no token make, change or revoke tokens.",
		"Nothing was changed.", "Set username and password of the instance in the provider block, of the user whose tokens these are, or of an administrator of the project or repository.")
}
