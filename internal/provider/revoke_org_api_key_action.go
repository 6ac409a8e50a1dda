package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

var (
	_ action.ActionWithConfigure  = (*revokeOrgAPIKeyAction)(nil)
	_ action.ActionWithModifyPlan = (*revokeOrgAPIKeyAction)(nil)
)

// NewRevokeOrgAPIKeyAction returns the action atlassian_revoke_org_api_key: an
// API key of an organization, revoked at once.
func NewRevokeOrgAPIKeyAction() action.Action {
	return &revokeOrgAPIKeyAction{}
}

type revokeOrgAPIKeyAction struct {
	configuredAction
}

type revokeOrgAPIKeyModel struct {
	KeyID          types.String `tfsdk:"key_id"`
	OrganizationID types.String `tfsdk:"organization_id"`
}

func (a *revokeOrgAPIKeyAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_revoke_org_api_key"
}

func (a *revokeOrgAPIKeyAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Revokes an API key of an organization at once and for good, such as one that has leaked. The key in `api_key_id` of the provider block is refused. " +
			"A key that is revoked already is no error; one that the organization does not list is.\n\n" +
			"The provider needs an API key without scopes or with the scopes `read:keys:admin` and `delete:keys:admin`.",
		Attributes: map[string]schema.Attribute{
			"key_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ID of the key, as the data source `atlassian_org_api_keys` lists it.",
			},
			"organization_id": actionOrganization(),
		},
	}
}

// ModifyPlan refuses the provider's own key before anything runs. It makes no
// request.
func (a *revokeOrgAPIKeyAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var model revokeOrgAPIKeyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() || a.data == nil {
		return
	}
	resp.Diagnostics.Append(a.data.checkOrganization(a.data.organizationOr(model.OrganizationID))...)
	if a.data.ownAPIKey(model.KeyID.ValueString()) {
		resp.Diagnostics.Append(ownKeyGuarded(path.Root("key_id"), model.KeyID.ValueString())...)
	}
}

func (a *revokeOrgAPIKeyAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var model revokeOrgAPIKeyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	keyID := model.KeyID.ValueString()
	if a.data.mustKeepAPIKey(keyID) {
		resp.Diagnostics.Append(ownKeyGuarded(path.Root("key_id"), keyID)...)
		return
	}
	organization, diags := a.data.organization(a.data.organizationOr(model.OrganizationID))
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	key, diags := a.find(ctx, organization, keyID)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if key.Revoked() {
		tell(resp)(fmt.Sprintf("The API key %q (%s) is revoked already.", key.Label, keyID))
		return
	}
	if err := organization.RevokeAPIKey(ctx, keyID); err != nil {
		resp.Diagnostics.Append(apiKeyNotRevoked(path.Root("key_id"), keyID, err)...)
		return
	}
	tell(resp)(fmt.Sprintf("Revoked the API key %q (%s).", key.Label, keyID))
}

// find looks the key up, so that a mistyped ID is not taken for a revoked key.
// Expired and revoked ones will do.
func (a *revokeOrgAPIKeyAction) find(ctx context.Context, organization *cloud.Organization, keyID string) (cloud.APIKey, diag.Diagnostics) {
	keys, err := organization.APIKeys(ctx)
	if err != nil {
		return cloud.APIKey{}, apiKeysNotListed(organization, err)
	}
	key, found := apiKeyByID(keys, keyID)
	if !found {
		_, diags := apiKeySelector{keyID: types.StringValue(keyID)}.find(organization.ID(), keys, a.data.clock.Now())
		return key, diags
	}
	return key, nil
}
