// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

var (
	_ action.ActionWithConfigure      = (*addAuthPolicyUsersAction)(nil)
	_ action.ActionWithValidateConfig = (*addAuthPolicyUsersAction)(nil)
	_ action.ActionWithModifyPlan     = (*addAuthPolicyUsersAction)(nil)
	_ actionModel                     = (*addAuthPolicyUsersModel)(nil)
)

// defaultPolicyTimeout bounds a move of accounts, which Atlassian does in the
// background.
const defaultPolicyTimeout = 10 * time.Minute

// NewAddAuthPolicyUsersAction returns atlassian_add_auth_policy_users: it moves
// managed accounts to an authentication policy.
func NewAddAuthPolicyUsersAction() action.Action {
	return &addAuthPolicyUsersAction{}
}

type addAuthPolicyUsersAction struct {
	configuredAction[addAuthPolicyUsersModel, *addAuthPolicyUsersModel]
}

type addAuthPolicyUsersModel struct {
	actionBase

	OrganizationID types.String `tfsdk:"organization_id"`
	PolicyID       types.String `tfsdk:"policy_id"`
	Emails         types.List   `tfsdk:"emails"`
}

func (a *addAuthPolicyUsersAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_add_auth_policy_users"
}

func (a *addAuthPolicyUsersAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Moves managed accounts to an authentication policy. Whether members may create user API tokens, and how long these live, is a setting of their policy that no API changes; " +
			"moving people to a policy that blocks tokens is the one lever that Atlassian documents. " +
			"An account is always in one policy: it leaves the one that it was in.\n\n" +
			"Needs an organization API key, which an organization admin makes, with the scope `write:policies:admin`, or one without scopes. " +
			"See the [Control API](https://developer.atlassian.com/cloud/admin/control/rest/api-group-authentication-policies/).",
		Attributes: map[string]schema.Attribute{
			"organization_id": actionOrganization(),
			"policy_id": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{policyID()},
				MarkdownDescription: "ID of the authentication policy: the last part of the URL of its page (*Security > Authentication policies > Edit*). No API lists policies.",
			},
			"emails": schema.ListAttribute{
				Required:            true,
				ElementType:         types.StringType,
				Validators:          []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues(), listvalidator.UniqueValues(), listvalidator.ValueStringsAre(emailAddress())},
				MarkdownDescription: "E-mail addresses of the managed accounts to move, at least one.",
			},
			"timeouts": actionTimeouts(ctx, defaultPolicyTimeout),
		},
	}
}

var policyIDPattern = regexp.MustCompile(`^[a-zA-Z0-9_:-]{1,128}$`)

// policyID is a validator of IDs of policies, which become part of a path.
func policyID() validator.String {
	return stringvalidator.RegexMatches(policyIDPattern, "must be the ID of an authentication policy, the last part of the URL of its page")
}

func (m *addAuthPolicyUsersModel) require(data *providerData) diag.Diagnostics {
	return data.checkOrganization(m.OrganizationID)
}

func (m *addAuthPolicyUsersModel) limit() time.Duration {
	return defaultPolicyTimeout
}

func (m *addAuthPolicyUsersModel) run(ctx context.Context, data *providerData, report func(string)) diag.Diagnostics {
	organization, diags := data.organization(m.OrganizationID)
	if diags.HasError() {
		return diags
	}
	policy, emails := m.PolicyID.ValueString(), texts(m.Emails)
	report(fmt.Sprintf("moving %d accounts to the policy %s", len(emails), policy))
	task, err := organization.AddAuthPolicyUsers(ctx, policy, emails, func(task cloud.PolicyTask) {
		report(fmt.Sprintf("%d in progress, %d moved, %d failed", task.InProgress, task.Moved, task.Failed))
	})
	return append(diags, policyDiagnostics(policy, task, err)...)
}

// policyDiagnostics says what a move of accounts met.
func policyDiagnostics(policy string, task cloud.PolicyTask, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	switch {
	case err != nil && task.ID == "":
		diags.AddAttributeError(path.Root("policy_id"), fmt.Sprintf("Accounts not moved to the policy %q", policy), notMoved(err))
	case err != nil:
		diags.AddAttributeError(path.Root("policy_id"), fmt.Sprintf("Outcome of the move to the policy %q unknown", policy), unfinished(task, err))
	case task.Failed > 0:
		diags.AddAttributeError(path.Root("emails"), fmt.Sprintf("Accounts not moved to the policy %q", policy), failedAccounts(task))
	}
	return diags
}

func notMoved(err error) string {
	explanation := cloud.Explain(err)
	failure, ok := errors.AsType[*transport.Error](err)
	switch {
	case ok && failure.Status == http.StatusNotFound:
		explanation.Remedy = "Check policy_id, the last part of the URL of the policy's page, and organization_id."
	case ok && !failure.Unchanged():
		return strings.Join([]string{explanation.Cause, "The accounts may have been moved all the same. Invoke the action again: an account that is in the policy already stays there.", explanation.Remedy}, " ")
	}
	return strings.Join([]string{explanation.Cause, "No account was moved.", explanation.Remedy}, " ")
}

func unfinished(task cloud.PolicyTask, err error) string {
	cause := cloud.Explain(err).Cause
	if late, ok := errors.AsType[*cloud.UnfinishedTaskError](err); ok {
		cause = fmt.Sprintf("Atlassian has not finished within %s, or did not say so.", late.Waited.Round(time.Second))
	}
	return fmt.Sprintf("%s The task %s was last seen with %d accounts in progress, %d moved and %d failed, and goes on without this run. "+
		"Invoke the action again, with a greater timeouts.invoke: an account that is in the policy already stays there.",
		cause, task.ID, task.InProgress, task.Moved, task.Failed)
}

func failedAccounts(task cloud.PolicyTask) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%d accounts were moved, and %d were not:\n", task.Moved, task.Failed)
	for _, failure := range task.Failures {
		reason := strings.TrimSpace(failure.Title + ": " + failure.Detail)
		for _, email := range failure.Emails {
			fmt.Fprintf(&text, "- %s: %s\n", email, reason)
		}
	}
	text.WriteString("Correct these and invoke the action again: an account that is in the policy already stays there.")
	return text.String()
}
