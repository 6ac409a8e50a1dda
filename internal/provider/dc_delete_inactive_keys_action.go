package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

var (
	_ action.ActionWithConfigure  = (*dcDeleteInactiveKeysAction)(nil)
	_ action.ActionWithModifyPlan = (*dcDeleteInactiveKeysAction)(nil)
)

// NewDCDeleteInactiveKeysAction returns atlassian_dc_delete_inactive_keys: the
// deletion of all inactive AES keys of a Data Center instance, now.
func NewDCDeleteInactiveKeysAction() action.Action {
	return &dcDeleteInactiveKeysAction{}
}

type dcDeleteInactiveKeysAction struct {
	configuredAction
}

type dcDeleteInactiveKeysModel struct {
	Instance types.String   `tfsdk:"instance"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func (a *dcDeleteInactiveKeysAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dc_delete_inactive_keys"
}

func (a *dcDeleteInactiveKeysAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Deletes all inactive AES keys of a Jira, Confluence, Bitbucket or Crowd Data Center instance. Atlassian offers no way to delete only some. " +
			"It cannot be undone, and a backup from before the last rotation can then no longer be restored.",
		Attributes: map[string]schema.Attribute{
			"instance": actionInstance(),
			"timeouts": actionTimeouts(ctx, "5m"),
		},
	}
}

// ModifyPlan reports an instance that does not exist while nothing has been done.
func (a *dcDeleteInactiveKeysAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config dcDeleteInactiveKeysModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(a.data.checkInstance(config.Instance)...)
}

func (a *dcDeleteInactiveKeysAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config dcDeleteInactiveKeysModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, config.Timeouts.Invoke, defaultDeleteTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(invokeAESKeyChange(ctx, a.data, config.Instance,
		datacenter.AESKeyChange{DeleteAfter: true, DeleteAny: true, Progress: tell(resp)})...)
}
