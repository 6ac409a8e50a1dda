// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"slices"
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
	_ action.ActionWithConfigure      = (*revokeServiceAccountTokensAction)(nil)
	_ action.ActionWithValidateConfig = (*revokeServiceAccountTokensAction)(nil)
	_ action.ActionWithModifyPlan     = (*revokeServiceAccountTokensAction)(nil)
	_ actionModel                     = (*revokeServiceAccountTokensModel)(nil)
	_ planningModel                   = (*revokeServiceAccountTokensModel)(nil)
)

// NewRevokeServiceAccountTokensAction returns the action
// atlassian_revoke_service_account_tokens: all API tokens of a service account,
// revoked at once.
func NewRevokeServiceAccountTokensAction() action.Action {
	return &revokeServiceAccountTokensAction{}
}

type revokeServiceAccountTokensAction struct {
	configuredAction[revokeServiceAccountTokensModel, *revokeServiceAccountTokensModel]
}

type revokeServiceAccountTokensModel struct {
	actionBase

	ServiceAccountID types.String `tfsdk:"service_account_id"`
	OrganizationID   types.String `tfsdk:"organization_id"`
}

func (a *revokeServiceAccountTokensAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_revoke_service_account_tokens"
}

func (a *revokeServiceAccountTokensAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Revokes **all** API tokens of a service account at once and for good, such as after one has leaked: Atlassian documents no endpoint that revokes one of them. " +
			"The plan says how many there are, where Atlassian tells. OAuth clients of the account are not touched: see `atlassian_delete_oauth_client`. An account that the organization does not list is an error.\n\n" +
			"Needs an organization API key, which an organization admin makes, with the scopes `read:service-accounts:admin`, `read:service-accounts-tokens:admin` and `delete:service-accounts-tokens:admin`, or one without scopes. " + serviceAccountsPage,
		Attributes: map[string]schema.Attribute{
			"service_account_id": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "ID of the service account, as the data source `atlassian_service_accounts` lists it.",
			},
			"organization_id": actionOrganization(),
			"timeouts":        actionTimeouts(ctx, defaultRevokeTimeout),
		},
	}
}

func (m *revokeServiceAccountTokensModel) require(data *providerData) diag.Diagnostics {
	return data.checkOrganization(m.OrganizationID)
}

func (m *revokeServiceAccountTokensModel) limit() time.Duration {
	return defaultRevokeTimeout
}

// announce says how many tokens go. That nobody can tell is no error: what a list
// of them looks like is not documented.
func (m *revokeServiceAccountTokensModel) announce(ctx context.Context, data *providerData) diag.Diagnostics {
	if data.cloudUnknown {
		return nil
	}
	organization, diags := data.organization(m.OrganizationID)
	if diags.HasError() {
		return diags
	}
	count := "The action revokes all API tokens that the service account %q has when it runs; how many it has now could not be told."
	tokens, err := organization.ServiceAccountTokens(ctx, m.ServiceAccountID.ValueString())
	if err == nil {
		count = fmt.Sprintf("The service account %%q has %d API tokens now, and the action revokes all that it has when it runs.", len(tokens))
	}
	return append(diags, warningAt(path.Root("service_account_id"), "Every API token of a service account to be revoked",
		fmt.Sprintf(count, m.ServiceAccountID.ValueString()), "It cannot be undone.")...)
}

func (m *revokeServiceAccountTokensModel) run(ctx context.Context, data *providerData, report func(string)) diag.Diagnostics {
	organization, diags := data.organization(m.OrganizationID)
	if diags.HasError() {
		return diags
	}
	account, diags := m.find(ctx, organization)
	if diags.HasError() {
		return diags
	}
	if err := organization.RevokeServiceAccountTokens(ctx, account.ID); err != nil {
		return serviceTokensNotRevoked(account, err)
	}
	report(fmt.Sprintf("Revoked all API tokens of the service account %q (%s).", account.DisplayName, account.ID))
	return diags
}

// find looks the account up, so that a mistyped ID is not taken for one without
// tokens.
func (m *revokeServiceAccountTokensModel) find(ctx context.Context, organization *cloud.Organization) (cloud.ServiceAccount, diag.Diagnostics) {
	accounts, err := organization.ServiceAccounts(ctx)
	if err != nil {
		return cloud.ServiceAccount{}, notListed("Service accounts", organization, err)
	}
	index := slices.IndexFunc(accounts, func(a cloud.ServiceAccount) bool { return a.ID == m.ServiceAccountID.ValueString() })
	if index < 0 {
		return cloud.ServiceAccount{}, errorAt(path.Root("service_account_id"), fmt.Sprintf("No service account %q", m.ServiceAccountID.ValueString()),
			fmt.Sprintf("The organization %q lists %d service accounts, and none has this ID.", organization.ID(), len(accounts)), "Nothing was changed.")
	}
	return accounts[index], nil
}

// serviceTokensNotRevoked says that a revocation failed or that its outcome is
// open.
func serviceTokensNotRevoked(account cloud.ServiceAccount, err error) diag.Diagnostics {
	explanation := cloud.Explain(err)
	outcome := "Nothing was changed: the tokens still work."
	if mayHaveChanged(err) {
		outcome = "Whether the tokens are revoked is not known; to revoke them again does no harm."
	}
	return errorAt(path.Root("service_account_id"), fmt.Sprintf("API tokens of the service account %q (%s) not revoked", account.DisplayName, account.ID),
		explanation.Cause, outcome, explanation.Remedy)
}
