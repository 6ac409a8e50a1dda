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

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

var (
	_ action.ActionWithConfigure      = (*revokeOrgAPIKeyAction)(nil)
	_ action.ActionWithValidateConfig = (*revokeOrgAPIKeyAction)(nil)
	_ action.ActionWithModifyPlan     = (*revokeOrgAPIKeyAction)(nil)
	_ actionModel                     = (*revokeOrgAPIKeyModel)(nil)
	_ planningModel                   = (*revokeOrgAPIKeyModel)(nil)
)

// defaultRevokeTimeout bounds an action that revokes.
const defaultRevokeTimeout = 10 * time.Minute

// NewRevokeOrgAPIKeyAction returns the action atlassian_revoke_org_api_key: an
// API key of an organization, revoked at once.
func NewRevokeOrgAPIKeyAction() action.Action {
	return &revokeOrgAPIKeyAction{}
}

type revokeOrgAPIKeyAction struct {
	configuredAction[revokeOrgAPIKeyModel, *revokeOrgAPIKeyModel]
}

type revokeOrgAPIKeyModel struct {
	actionBase

	KeyID          types.String `tfsdk:"key_id"`
	OrganizationID types.String `tfsdk:"organization_id"`
}

func (a *revokeOrgAPIKeyAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_revoke_org_api_key"
}

func (a *revokeOrgAPIKeyAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Revokes an API key of an organization at once and for good, such as one that has leaked. The key in `api_key_id` of the provider block is refused. " +
			"A key that is revoked already is no error; one that the organization does not list is.\n\n" +
			"Needs an organization API key, which an organization admin makes, with the scopes `read:keys:admin` and `delete:keys:admin`, or one without scopes. " +
			"See the [API access API](https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-api-key/).",
		Attributes: map[string]schema.Attribute{
			"key_id": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "ID of the key, as the data source `atlassian_org_api_keys` lists it.",
			},
			"organization_id": actionOrganization(),
			"timeouts":        actionTimeouts(ctx, defaultRevokeTimeout),
		},
	}
}

// require refuses the provider's own key, as far as is known which that is.
func (m *revokeOrgAPIKeyModel) require(data *providerData) diag.Diagnostics {
	diags := data.checkOrganization(m.OrganizationID)
	if keyID := m.KeyID.ValueString(); data.ownAPIKey(keyID) {
		diags.Append(ownKeyGuarded(path.Root("key_id"), keyID)...)
	}
	return diags
}

func (m *revokeOrgAPIKeyModel) limit() time.Duration {
	return defaultRevokeTimeout
}

// announce warns where nobody can tell whether the key is the provider's own.
func (m *revokeOrgAPIKeyModel) announce(_ context.Context, data *providerData) diag.Diagnostics {
	if !data.apiKeyID.IsNull() {
		return nil
	}
	return ownKeyNotNamed(path.Root("key_id"), m.KeyID.ValueString())
}

func (m *revokeOrgAPIKeyModel) run(ctx context.Context, data *providerData, report func(string)) diag.Diagnostics {
	keyID := m.KeyID.ValueString()
	if data.mustKeepAPIKey(keyID) {
		return ownKeyGuarded(path.Root("key_id"), keyID)
	}
	organization, diags := data.organization(m.OrganizationID)
	if diags.HasError() {
		return diags
	}
	key, diags := m.find(ctx, data, organization)
	switch {
	case diags.HasError():
		return diags
	case key.Revoked():
		report(fmt.Sprintf("The API key %q (%s) is revoked already.", key.Label, keyID))
		return diags
	}
	if err := organization.RevokeAPIKey(ctx, keyID); err != nil {
		return apiKeyNotRevoked(path.Root("key_id"), keyID, err)
	}
	report(fmt.Sprintf("Revoked the API key %q (%s).", key.Label, keyID))
	return diags
}

// find looks the key up, so that a mistyped ID is not taken for a revoked key.
// Expired and revoked ones will do.
func (m *revokeOrgAPIKeyModel) find(ctx context.Context, data *providerData, organization *cloud.Organization) (cloud.APIKey, diag.Diagnostics) {
	keys, err := organization.APIKeys(ctx)
	if err != nil {
		return cloud.APIKey{}, notListed("API keys", organization, err)
	}
	key, found := apiKeyByID(keys, m.KeyID.ValueString())
	if !found {
		_, diags := apiKeySelector{keyID: m.KeyID}.find(organization.ID(), keys, data.clock.Now())
		return key, diags
	}
	return key, nil
}
