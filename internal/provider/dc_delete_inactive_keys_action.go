// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

var (
	_ action.ActionWithConfigure      = (*dcDeleteInactiveKeysAction)(nil)
	_ action.ActionWithValidateConfig = (*dcDeleteInactiveKeysAction)(nil)
	_ action.ActionWithModifyPlan     = (*dcDeleteInactiveKeysAction)(nil)
	_ actionModel                     = (*dcDeleteInactiveKeysModel)(nil)
)

// NewDCDeleteInactiveKeysAction returns atlassian_dc_delete_inactive_keys: the
// deletion of all inactive AES keys of a Data Center instance, now.
func NewDCDeleteInactiveKeysAction() action.Action {
	return &dcDeleteInactiveKeysAction{}
}

type dcDeleteInactiveKeysAction struct {
	configuredAction[dcDeleteInactiveKeysModel, *dcDeleteInactiveKeysModel]
}

type dcDeleteInactiveKeysModel struct {
	actionBase

	Instance types.String `tfsdk:"instance"`
}

func (a *dcDeleteInactiveKeysAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dc_delete_inactive_keys"
}

func (a *dcDeleteInactiveKeysAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Deletes all inactive AES keys of a Jira, Confluence, Bitbucket or Crowd Data Center instance. Atlassian offers no way to delete only some. " +
			"It cannot be undone, and a backup from before the last rotation can then no longer be restored.\n\n" + aesKeyPermission,
		Attributes: map[string]schema.Attribute{
			"instance": actionInstance(),
			"timeouts": actionTimeouts(ctx, defaultDeleteTimeout),
		},
	}
}

func (m *dcDeleteInactiveKeysModel) require(data *providerData) diag.Diagnostics {
	return data.checkInstance(m.Instance)
}

func (m *dcDeleteInactiveKeysModel) limit() time.Duration {
	return defaultDeleteTimeout
}

func (m *dcDeleteInactiveKeysModel) run(ctx context.Context, data *providerData, report func(string)) diag.Diagnostics {
	return invokeAESKeyChange(ctx, data, m.Instance, datacenter.AESKeyChange{DeleteAfter: true, DeleteAny: true, Progress: report})
}
