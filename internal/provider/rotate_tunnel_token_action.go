package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
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
	change := tunnelChange{
		organization: organization,
		hostname:     config.Hostname.canonical(),
		instance:     instance,
		clock:        a.data.clock,
		preflight:    config.Preflight.IsNull() || config.Preflight.ValueBool(),
		regenerate:   true,
		progress:     tell(resp),
	}
	report, err := change.run(ctx)
	if err == nil {
		change.progress(fmt.Sprintf("the tunnel %s has a new security key, and the instance %q holds it", change.hostname, instance.Name()))
	}
	resp.Diagnostics.Append(change.diagnoseInvocation(report, err)...)
}

// diagnoseInvocation says what the change met. Where the new key is lost, no
// later apply knows of it: only another invocation helps.
func (c tunnelChange) diagnoseInvocation(report tunnelReport, err error) diag.Diagnostics {
	failure, ok := errors.AsType[*tunnelError](err)
	if !ok || failure.step != tunnelStepDeliver && !failure.unsettled {
		return c.diagnose(report, err)
	}
	diags := c.diagnose(report, nil)
	at, explanation := path.Root("hostname"), cloud.Explain(failure.err)
	if failure.step == tunnelStepDeliver {
		at, explanation = path.Root("instance"), c.instance.Explain(failure.err)
	}
	return append(diags, c.lostKey(at, report, explanation)...)
}

func (c tunnelChange) lostKey(at path.Path, report tunnelReport, explanation transport.Explanation) diag.Diagnostics {
	const again = "Invoke the action again: it regenerates the key, which supersedes this one, and delivers it."
	if report.regeneratedAt.IsZero() {
		return errorAt(at, fmt.Sprintf("Outcome of the regeneration of the token of the tunnel %q unknown", c.hostname),
			explanation.Cause, "A new key was asked for and never arrived; if Atlassian Cloud made one, the tunnel is down until it gets another.", explanation.Remedy, again)
	}
	return errorAt(at, fmt.Sprintf("New token of the tunnel %q not delivered to the instance %q", c.hostname, c.instance.Name()),
		explanation.Cause, "The key was regenerated in Atlassian Cloud, and the instance does not have it: the tunnel is down and waiting for its token.", explanation.Remedy, again)
}
