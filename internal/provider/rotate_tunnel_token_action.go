package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/tunnel"
)

var (
	_ action.ActionWithConfigure  = (*rotateTunnelTokenAction)(nil)
	_ action.ActionWithModifyPlan = (*rotateTunnelTokenAction)(nil)
)

// NewRotateTunnelTokenAction returns atlassian_rotate_tunnel_token: one rotation
// of the security key of an application tunnel, now.
func NewRotateTunnelTokenAction() action.Action {
	return &rotateTunnelTokenAction{}
}

type rotateTunnelTokenAction struct {
	configuredAction
}

type rotateTunnelTokenModel struct {
	Hostname       tunnelHostnameValue `tfsdk:"hostname"`
	OrganizationID types.String        `tfsdk:"organization_id"`
	Instance       types.String        `tfsdk:"instance"`
	Preflight      types.Bool          `tfsdk:"preflight"`
	Timeouts       timeouts.Value      `tfsdk:"timeouts"`
}

func (a *rotateTunnelTokenAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_rotate_tunnel_token"
}

func (a *rotateTunnelTokenAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rotates the security key of an application tunnel, once and now: regenerates it in Atlassian Cloud and hands it to the Data Center instance. " +
			"The new key is shown and stored nowhere. An `atlassian_tunnel_token` of the same tunnel cannot see it, because Atlassian documents no endpoint that tells of a key: a token that it stores is no longer valid afterwards.",
		Attributes: map[string]schema.Attribute{
			"hostname": schema.StringAttribute{
				CustomType:          tunnelHostnameType{},
				Required:            true,
				MarkdownDescription: "The tunnel: its UUID, its host name or its application link URL (*Application tunnels > Actions > View application link URL*).",
			},
			"organization_id": actionOrganization(),
			"instance":        actionInstance(),
			"preflight":       actionPreflight("Whether to check, before the key is regenerated, that the instance is running and accepts its credentials."),
			"timeouts":        actionTimeouts(ctx, "10m"),
		},
	}
}

// ModifyPlan reports what is missing while nothing has been done.
func (a *rotateTunnelTokenAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config rotateTunnelTokenModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || a.data == nil {
		return
	}
	resp.Diagnostics.Append(a.data.checkInstance(config.Instance)...)
	resp.Diagnostics.Append(a.data.checkOrganization(a.data.organizationOr(config.OrganizationID))...)
}

func (a *rotateTunnelTokenAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config rotateTunnelTokenModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, config.Timeouts.Invoke, defaultTunnelTimeout, &resp.Diagnostics)
	defer cancel()
	organization, diags := a.data.organization(a.data.organizationOr(config.OrganizationID))
	resp.Diagnostics.Append(diags...)
	instance, diags := a.data.instance(config.Instance)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	change := tunnel.Change{
		Organization: organization,
		Hostname:     config.Hostname.canonical(),
		Instance:     instance,
		Clock:        a.data.clock,
		Preflight:    config.Preflight.IsNull() || config.Preflight.ValueBool(),
		Regenerate:   true,
		MaxRetries:   a.data.maxRetries,
		Progress:     tell(resp),
	}
	report, err := change.Run(ctx)
	if err == nil {
		change.Progress(fmt.Sprintf("the tunnel %s has a new security key, and the instance %q holds it", change.Hostname, instance.Name()))
	}
	resp.Diagnostics.Append(tunnelDiagnosis{change, report}.ofInvocation(err)...)
}
