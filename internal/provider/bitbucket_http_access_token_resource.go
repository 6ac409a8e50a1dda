// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ resource.ResourceWithConfigure        = (*bitbucketHTTPAccessTokenResource)(nil)
	_ resource.ResourceWithConfigValidators = (*bitbucketHTTPAccessTokenResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*bitbucketHTTPAccessTokenResource)(nil)
	_ resource.ResourceWithImportState      = (*bitbucketHTTPAccessTokenResource)(nil)
	_ resource.ResourceWithIdentity         = (*bitbucketHTTPAccessTokenResource)(nil)
)

// NewBitbucketHTTPAccessTokenResource returns
// atlassian_bitbucket_http_access_token: a token of a user, a project or a
// repository, made, superseded and revoked.
func NewBitbucketHTTPAccessTokenResource() resource.Resource {
	return &bitbucketHTTPAccessTokenResource{}
}

type bitbucketHTTPAccessTokenResource struct {
	tokenResource[httpTokenModel, *httpTokenModel]
}

// httpTokenModel is an atlassian_bitbucket_http_access_token.
type httpTokenModel struct {
	tokenModel
	tokenOwnerModel
}

// httpTokenIdentity identifies a token of Bitbucket.
type httpTokenIdentity struct {
	Instance   types.String `tfsdk:"instance"`
	User       types.String `tfsdk:"user"`
	Project    types.String `tfsdk:"project"`
	Repository types.String `tfsdk:"repository"`
	TokenID    types.String `tfsdk:"token_id"`
}

// Metadata names the type. Its identity changes as the token rotates.
func (r *bitbucketHTTPAccessTokenResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_bitbucket_http_access_token"
	resp.ResourceBehavior.MutableIdentity = true
}

// httpTokensPages names what the token endpoints are documented by.
const httpTokensPages = "See [HTTP access tokens](https://confluence.atlassian.com/bitbucketserver/http-access-tokens-939515499.html) and their " +
	"[REST API](https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-authentication)."

func (r *bitbucketHTTPAccessTokenResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	permissions := permissionsAttribute("What the token may do: `REPO_READ`, `REPO_WRITE`, `REPO_ADMIN`, `PROJECT_READ`, `PROJECT_WRITE`, `PROJECT_ADMIN`; that of a repository takes the first three only, "+
		"and the permission on repositories is at least that on projects. Changed in place.", httpTokenPermissions()...)
	permissions.Required = true
	resp.Schema = schema.Schema{
		MarkdownDescription: secretInState + "An HTTP access token of a user, a project or a repository of a Bitbucket Data Center instance that rotates itself: the new one is made and proved before the old one is revoked. " +
			"Set exactly one of `user` and `project`, with `repository` for a token of one repository.\n\n" +
			"Needs the user name and the password of the user whose token it is, because nobody can make one for another user, or of an administrator of the project or repository. " +
			"Bitbucket lets no token make tokens, so that none can rotate itself. Destroying this resource revokes the token.\n\n" + httpTokensPages,
		Attributes: withTokenAttributes(ctx, map[string]schema.Attribute{
			"name":        tokenNameAttribute("Another name is given in place."),
			"permissions": permissions,
			"user":        tokenOwnerAttribute("Slug of the user whose token it is. Exactly one of `user` and `project` is required."),
			"project":     tokenOwnerAttribute("Key of the project that the token opens."),
			"repository":  tokenOwnerAttribute("Slug of the repository of `project` that the token opens, and nothing else."),
		}),
	}
}

// tokenOwnerAttribute says what the token belongs to.
func tokenOwnerAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
		MarkdownDescription: description + " Changing it replaces this resource, and revokes the token.",
	}
}

func (r *bitbucketHTTPAccessTokenResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"instance":   identityschema.StringAttribute{RequiredForImport: true, Description: "Name of the instance in the provider block."},
		"user":       identityschema.StringAttribute{OptionalForImport: true, Description: "Slug of the user."},
		"project":    identityschema.StringAttribute{OptionalForImport: true, Description: "Key of the project."},
		"repository": identityschema.StringAttribute{OptionalForImport: true, Description: "Slug of the repository of the project."},
		"token_id":   identityschema.StringAttribute{RequiredForImport: true, Description: "ID of the token."},
	}}
}

// ConfigValidators checks besides that the token has one owner, and permissions
// that it can have.
func (r *bitbucketHTTPAccessTokenResource) ConfigValidators(ctx context.Context) []resource.ConfigValidator {
	return append(r.tokenResource.ConfigValidators(ctx), httpTokenConfigValidator{})
}

func (m *httpTokenModel) needs() tokenNeeds {
	return tokenNeeds{}
}

func (m *httpTokenModel) unfit(data *providerData) diag.Diagnostics {
	return bitbucketUnfit(data, &m.tokenModel)
}

func (m *httpTokenModel) importID() string {
	return identifierOf(m.Instance.ValueString(), m.scope(), m.TokenID.ValueString())
}

func (m *httpTokenModel) identity() any {
	return httpTokenIdentity{Instance: m.Instance, User: m.User, Project: m.Project, Repository: m.Repository, TokenID: m.TokenID}
}

func (m *httpTokenModel) partsOf(ctx context.Context, identity *tfsdk.ResourceIdentity) ([]string, diag.Diagnostics) {
	var found httpTokenIdentity
	diags := identity.Get(ctx, &found)
	if isSet(found.User) && isSet(found.Project) {
		diags.Append(errorAt(path.Root("user"), "Several owners of a token", "The identity names a user and a project. Leave one of them out.")...)
	}
	owner := tokenOwnerModel{User: found.User, Project: found.Project, Repository: found.Repository}
	return strings.Split(strings.Join([]string{found.Instance.ValueString(), owner.scope(), found.TokenID.ValueString()}, "/"), "/"), diags
}

func (m *httpTokenModel) takeImport(parts []string) bool {
	switch {
	case len(parts) == 4 && parts[1] == "users":
		m.User = types.StringValue(parts[2])
	case len(parts) == 4 && parts[1] == "projects":
		m.Project = types.StringValue(parts[2])
	case len(parts) == 6 && parts[1] == "projects" && parts[3] == "repos":
		m.Project, m.Repository = types.StringValue(parts[2]), types.StringValue(parts[4])
	default:
		return false
	}
	m.Instance, m.TokenID = types.StringValue(parts[0]), types.StringValue(parts[len(parts)-1])
	return true
}

func (m *httpTokenModel) importForm() string {
	return "instance/users/slug/token_id, instance/projects/key/token_id or instance/projects/key/repos/slug/token_id"
}

func (m *httpTokenModel) importedOwner() map[string]any {
	return map[string]any{"user": m.User, "project": m.Project, "repository": m.Repository}
}
