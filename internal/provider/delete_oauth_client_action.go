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
	_ action.ActionWithConfigure      = (*deleteOAuthClientAction)(nil)
	_ action.ActionWithValidateConfig = (*deleteOAuthClientAction)(nil)
	_ action.ActionWithModifyPlan     = (*deleteOAuthClientAction)(nil)
	_ actionModel                     = (*deleteOAuthClientModel)(nil)
)

// NewDeleteOAuthClientAction returns the action atlassian_delete_oauth_client: an
// OAuth 2.0 client of a service account, deleted at once.
func NewDeleteOAuthClientAction() action.Action {
	return &deleteOAuthClientAction{}
}

type deleteOAuthClientAction struct {
	configuredAction[deleteOAuthClientModel, *deleteOAuthClientModel]
}

type deleteOAuthClientModel struct {
	actionBase

	ClientID       types.String `tfsdk:"client_id"`
	OrganizationID types.String `tfsdk:"organization_id"`
}

func (a *deleteOAuthClientAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_delete_oauth_client"
}

func (a *deleteOAuthClientAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Deletes an OAuth 2.0 client of a service account at once and for good, such as one whose secret has leaked. Access tokens that it was given may work for up to an hour more. " +
			"A client that the organization does not list is an error.\n\n" +
			"Needs an organization API key, which an organization admin makes, with the scopes `read:service-accounts-tokens:admin` and `delete:service-accounts-tokens:admin`, or one without scopes. " + oauthClientsPage,
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "Client ID, as the data source `atlassian_oauth_clients` lists it.",
			},
			"organization_id": actionOrganization(),
			"timeouts":        actionTimeouts(ctx, defaultRevokeTimeout),
		},
	}
}

func (m *deleteOAuthClientModel) require(data *providerData) diag.Diagnostics {
	return data.checkOrganization(m.OrganizationID)
}

func (m *deleteOAuthClientModel) limit() time.Duration {
	return defaultRevokeTimeout
}

func (m *deleteOAuthClientModel) run(ctx context.Context, data *providerData, report func(string)) diag.Diagnostics {
	organization, diags := data.organization(m.OrganizationID)
	if diags.HasError() {
		return diags
	}
	clients, err := organization.OAuthClients(ctx)
	if err != nil {
		return notListed("OAuth clients", organization, err)
	}
	id := m.ClientID.ValueString()
	index := slices.IndexFunc(clients, func(c cloud.OAuthClient) bool { return string(c.ID) == id })
	if index < 0 {
		return errorAt(path.Root("client_id"), fmt.Sprintf("No OAuth client %q", id),
			fmt.Sprintf("The organization %q lists %d OAuth clients, and none has this ID.", organization.ID(), len(clients)), "Nothing was changed.")
	}
	if err := organization.DeleteOAuthClient(ctx, id); err != nil {
		return oauthClientNotDeleted(clients[index], err)
	}
	report(fmt.Sprintf("Deleted the OAuth client %q (%s).", clients[index].Name, id))
	return diags
}

// oauthClientNotDeleted says that a deletion failed or that its outcome is open.
func oauthClientNotDeleted(client cloud.OAuthClient, err error) diag.Diagnostics {
	explanation := cloud.Explain(err)
	outcome := "Nothing was changed: the client still works."
	if mayHaveChanged(err) {
		outcome = "Whether the client is deleted is not known; to delete it again does no harm."
	}
	return errorAt(path.Root("client_id"), fmt.Sprintf("OAuth client %q (%s) not deleted", client.Name, client.ID), explanation.Cause, outcome, explanation.Remedy)
}
