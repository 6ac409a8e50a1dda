// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

var (
	_ action.ActionWithConfigure      = (*dcRotateAESKeyAction)(nil)
	_ action.ActionWithValidateConfig = (*dcRotateAESKeyAction)(nil)
	_ action.ActionWithModifyPlan     = (*dcRotateAESKeyAction)(nil)
	_ actionModel                     = (*dcRotateAESKeyModel)(nil)
)

// NewDCRotateAESKeyAction returns atlassian_dc_rotate_aes_key: one rotation of
// the AES key of a Data Center instance, now.
func NewDCRotateAESKeyAction() action.Action {
	return &dcRotateAESKeyAction{}
}

type dcRotateAESKeyAction struct {
	configuredAction[dcRotateAESKeyModel, *dcRotateAESKeyModel]
}

type dcRotateAESKeyModel struct {
	actionBase

	Instance           types.String `tfsdk:"instance"`
	DeleteInactiveKeys types.Bool   `tfsdk:"delete_inactive_keys"`
	Preflight          types.Bool   `tfsdk:"preflight"`
}

func (a *dcRotateAESKeyAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dc_rotate_aes_key"
}

func (a *dcRotateAESKeyAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Rotates the AES key of a Jira, Confluence, Bitbucket or Crowd Data Center instance, once and now: what to do when a key has leaked. " +
			"An `atlassian_dc_aes_rotation` of the same instance sees it at its next refresh, as a rotation of the origin `external`, and counts its schedule from there.\n\n" + aesKeyPermission,
		Attributes: map[string]schema.Attribute{
			"instance": actionInstance(),
			"delete_inactive_keys": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to delete all inactive keys right after the rotation, the one just replaced included. " +
					"It cannot be undone, and a backup from before the rotation can then no longer be restored. Default: `false`.",
			},
			"preflight": actionPreflight("Whether to check first that the instance is running, accepts its credentials and is in no rolling upgrade."),
			"timeouts":  actionTimeouts(ctx, defaultChangeTimeout),
		},
	}
}

// aesKeyPermission says whose credentials the AES key API takes. Atlassian asks
// for an administrator and does not say of which kind.
const aesKeyPermission = "Needs the credentials of a system administrator of the instance: a personal access token, or a user name and a password for Bitbucket, whose tokens cannot administer. " +
	"See [security management](https://confluence.atlassian.com/adminjiraserver/security-management-1489808496.html) and [personal access tokens](https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html)."

func (m *dcRotateAESKeyModel) require(data *providerData) diag.Diagnostics {
	return data.checkInstance(m.Instance)
}

func (m *dcRotateAESKeyModel) limit() time.Duration {
	return defaultChangeTimeout
}

func (m *dcRotateAESKeyModel) run(ctx context.Context, data *providerData, report func(string)) diag.Diagnostics {
	return invokeAESKeyChange(ctx, data, m.Instance, datacenter.AESKeyChange{
		Preflight:   orTrue(m.Preflight),
		Rotate:      true,
		DeleteAfter: m.DeleteInactiveKeys.ValueBool(),
		DeleteAny:   true,
		Progress:    report,
	})
}

// invokeAESKeyChange carries a change of keys out for an action.
func invokeAESKeyChange(ctx context.Context, data *providerData, name types.String, change datacenter.AESKeyChange) diag.Diagnostics {
	instance, diags := data.instance(name)
	if diags.HasError() {
		return diags
	}
	report, err := instance.ChangeAESKeys(ctx, change)
	for _, done := range aesKeySummary(change, report) {
		change.Progress(done)
	}
	failure, ok := errors.AsType[*datacenter.StepError](err)
	if ok && failure.Step == datacenter.StepRotate && failure.Unsettled {
		return append(diags, unsettledInvocation(instance, report, failure)...)
	}
	return append(diags, changeDiagnostics(instance, change, report, err)...)
}

// aesKeySummary says what was done.
func aesKeySummary(change datacenter.AESKeyChange, report datacenter.AESKeyReport) []string {
	var done []string
	if !report.RotatedAt.IsZero() {
		said := "the AES key was rotated at " + inWords(report.RotatedAt)
		if report.Status != "" || report.Message != "" {
			said += fmt.Sprintf(" (status %q, message %q)", report.Status, report.Message)
		}
		done = append(done, said)
	}
	switch {
	case len(report.Deleted) > 0:
		done = append(done, "deleted the inactive AES keys "+strings.Join(report.Deleted, ", "))
	case change.DeleteAfter && !report.DeletionPending && report.InactiveKeys != nil && len(report.InactiveKeys) == 0:
		done = append(done, "there are no inactive AES keys to delete")
	}
	return done
}

func unsettledInvocation(instance *datacenter.Instance, report datacenter.AESKeyReport, failure *datacenter.StepError) diag.Diagnostics {
	explanation := instance.Explain(failure.Err)
	return errorAt(path.Root("instance"), fmt.Sprintf("Outcome of the AES key rotation of the instance %q unknown: %s", instance.Name(), briefly(failure.Err)),
		explanation.Cause,
		fmt.Sprintf("The rotation was sent at %s, and the inactive keys listed since do not show it: it has not happened, or it still may.", inWords(report.UnsettledAt)),
		"Before you invoke this again, list the inactive keys with atlassian_dc_inactive_keys: if another one has joined "+listOf(report.InactiveKeys)+", the rotation has happened.",
		explanation.Remedy)
}

func listOf(names []string) string {
	if len(names) == 0 {
		return "the empty list"
	}
	return strings.Join(names, ", ")
}
