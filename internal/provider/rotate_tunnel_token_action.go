// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/tunnel"
)

var (
	_ action.ActionWithConfigure      = (*rotateTunnelTokenAction)(nil)
	_ action.ActionWithValidateConfig = (*rotateTunnelTokenAction)(nil)
	_ action.ActionWithModifyPlan     = (*rotateTunnelTokenAction)(nil)
	_ actionModel                     = (*rotateTunnelTokenModel)(nil)
)

// NewRotateTunnelTokenAction returns atlassian_rotate_tunnel_token: one rotation
// of the security key of an application tunnel, now.
func NewRotateTunnelTokenAction() action.Action {
	return &rotateTunnelTokenAction{}
}

type rotateTunnelTokenAction struct {
	configuredAction[rotateTunnelTokenModel, *rotateTunnelTokenModel]
}

type rotateTunnelTokenModel struct {
	actionBase

	Hostname       tunnelHostnameValue `tfsdk:"hostname"`
	OrganizationID types.String        `tfsdk:"organization_id"`
	Instance       types.String        `tfsdk:"instance"`
	Preflight      types.Bool          `tfsdk:"preflight"`
}

func (a *rotateTunnelTokenAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rotate_tunnel_token"
}

// tunnelPermission says whose credentials the change of a tunnel's key takes.
const tunnelPermission = "Needs an organization API key without scopes, which an organization admin makes (Atlassian documents no scope for it), and the credentials of a system administrator of the instance that gets the key. " +
	"See [set up automatic key rotation](https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/)."

func (a *rotateTunnelTokenAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rotates the security key of an application tunnel, once and now: regenerates it in Atlassian Cloud and hands it to the Data Center instance. " +
			"The new key is shown and stored nowhere. An `atlassian_tunnel_token` of the same tunnel cannot see it, because Atlassian documents no endpoint that tells of a key: a token that it stores is no longer valid afterwards.\n\n" +
			tunnelPermission,
		Attributes: map[string]schema.Attribute{
			"hostname": schema.StringAttribute{
				CustomType:          tunnelHostnameType{},
				Required:            true,
				MarkdownDescription: "The tunnel: its UUID, its host name or its application link URL (*Application tunnels > Actions > View application link URL*).",
			},
			"organization_id": actionOrganization(),
			"instance":        actionInstance(),
			"preflight":       actionPreflight("Whether to check, before the key is regenerated, that the instance is running and accepts its credentials."),
			"timeouts":        actionTimeouts(ctx, defaultTunnelTimeout),
		},
	}
}

func (m *rotateTunnelTokenModel) require(data *providerData) diag.Diagnostics {
	return append(data.checkInstance(m.Instance), data.checkOrganization(m.OrganizationID)...)
}

func (m *rotateTunnelTokenModel) limit() time.Duration {
	return defaultTunnelTimeout
}

func (m *rotateTunnelTokenModel) run(ctx context.Context, data *providerData, report func(string)) diag.Diagnostics {
	organization, diags := data.organization(m.OrganizationID)
	instance, instanceDiags := data.instance(m.Instance)
	diags.Append(instanceDiags...)
	if diags.HasError() {
		return diags
	}
	change := tunnel.Change{
		Organization: organization,
		Hostname:     m.Hostname.canonical(),
		Instance:     instance,
		Clock:        data.clock,
		Preflight:    orTrue(m.Preflight),
		Regenerate:   true,
		MaxRetries:   data.maxRetries,
		Progress:     report,
	}
	done, err := change.Run(ctx)
	if err == nil {
		report(fmt.Sprintf("the tunnel %s has a new security key, and the instance %q holds it", change.Hostname, instance.Name()))
	}
	return append(diags, tunnelDiagnosis{change, done}.ofInvocation(err)...)
}
