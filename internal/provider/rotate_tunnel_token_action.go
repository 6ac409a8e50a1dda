package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
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

func (a *rotateTunnelTokenAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rotates the security key of an application tunnel, once and now: regenerates it in Atlassian Cloud and hands it to the Data Center instance. " +
			"The new key is shown and stored nowhere. An `atlassian_tunnel_token` of the same tunnel cannot see it, because Atlassian documents no endpoint that tells of a key: a token that it stores is no longer valid afterwards.\n\n" +
			"Needs an organization API key without scopes, which an organization admin makes (Atlassian documents no scope for it), and the credentials of a system administrator of the instance. " +
			"See [set up automatic key rotation](https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/).",
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
	return append(data.checkInstance(m.Instance), data.checkOrganization(data.organizationOr(m.OrganizationID))...)
}

func (m *rotateTunnelTokenModel) limit() time.Duration {
	return defaultTunnelTimeout
}

func (m *rotateTunnelTokenModel) run(ctx context.Context, data *providerData, report func(string)) diag.Diagnostics {
	organization, diags := data.organization(data.organizationOr(m.OrganizationID))
	instance, instanceDiags := data.instance(m.Instance)
	diags.Append(instanceDiags...)
	if diags.HasError() {
		return diags
	}
	change := tunnelChange{
		organization: organization,
		hostname:     m.Hostname.canonical(),
		instance:     instance,
		clock:        data.clock,
		preflight:    orTrue(m.Preflight),
		regenerate:   true,
		progress:     report,
	}
	done, err := change.run(ctx)
	if err == nil {
		report(fmt.Sprintf("the tunnel %s has a new security key, and the instance %q holds it", change.hostname, instance.Name()))
	}
	return append(diags, change.diagnoseInvocation(done, err)...)
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
