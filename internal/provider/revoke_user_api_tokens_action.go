// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

var (
	_ action.ActionWithConfigure      = (*revokeUserAPITokensAction)(nil)
	_ action.ActionWithValidateConfig = (*revokeUserAPITokensAction)(nil)
	_ action.ActionWithModifyPlan     = (*revokeUserAPITokensAction)(nil)
	_ actionModel                     = (*revokeUserAPITokensModel)(nil)
	_ planningModel                   = (*revokeUserAPITokensModel)(nil)
)

// NewRevokeUserAPITokensAction returns the action
// atlassian_revoke_user_api_tokens: API tokens of one managed account, revoked
// at once.
func NewRevokeUserAPITokensAction() action.Action {
	return &revokeUserAPITokensAction{}
}

type revokeUserAPITokensAction struct {
	configuredAction[revokeUserAPITokensModel, *revokeUserAPITokensModel]
}

type revokeUserAPITokensModel struct {
	actionBase

	AccountID types.String  `tfsdk:"account_id"`
	All       types.Bool    `tfsdk:"all"`
	TokenIDs  types.Set     `tfsdk:"token_ids"`
	UnusedFor durationValue `tfsdk:"unused_for"`
	OlderThan durationValue `tfsdk:"older_than"`
	DryRun    types.Bool    `tfsdk:"dry_run"`
}

func (a *revokeUserAPITokensAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_revoke_user_api_tokens"
}

func (a *revokeUserAPITokensAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Revokes API tokens of one managed account, for good, and reports each of them. Where one cannot be revoked the others still are, and the action fails at the end with the list.\n\n" +
			"At least one of `token_ids`, `unused_for` and `older_than` is required, and together they narrow down: a token has to meet all of them. " +
			"`all = true` in their place means every token of the account; the plan then warns how many these are. What is null does not count, and no filter never means all. " +
			"Atlassian also has an endpoint that revokes the tokens of *all* managed accounts of an organization in one call. It takes no filter and cannot be undone, and this provider deliberately does not offer it.\n\n" +
			"Needs an organization API key without scopes, which an organization admin makes: no scope allows it. " +
			"See the [User management API](https://developer.atlassian.com/cloud/admin/user-management/rest/api-group-api-tokens/).",
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{accountID()},
				MarkdownDescription: "Atlassian account ID of the managed account.",
			},
			"all": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to revoke every token of the account. Not together with `token_ids`, `unused_for` and `older_than`. Default: `false`.",
			},
			"token_ids": schema.SetAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.LengthAtLeast(1))},
				MarkdownDescription: "Only the tokens with these IDs, as the data source `atlassian_user_api_tokens` lists them. An ID that the account does not have is a warning: it may be revoked already.",
			},
			"unused_for": ageAttribute("Only tokens that nobody used for this long, such as `\"90d\"` (units `w`, `d`, `h`, `m`, `s`). A token that was never used counts from its creation; " +
				"one whose last use Atlassian gives in a form that cannot be read is left alone."),
			"older_than": ageAttribute("Only tokens created at least this long ago, such as `\"365d\"`."),
			"dry_run": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to report what would be revoked and revoke nothing. Default: `false`.",
			},
			"timeouts": actionTimeouts(ctx, defaultRevokeTimeout),
		},
	}
}

func ageAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		CustomType:          durationType{},
		Optional:            true,
		MarkdownDescription: description,
	}
}

// check refuses a configuration that does not say which tokens: no filter never
// means all of them.
func (m *revokeUserAPITokensModel) check() diag.Diagnostics {
	filters := []attr.Value{m.TokenIDs, m.UnusedFor, m.OlderThan}
	filtered := slices.ContainsFunc(filters, isSet)
	open := slices.ContainsFunc(append(filters, m.All), attr.Value.IsUnknown)
	switch {
	case m.All.ValueBool() && filtered:
		return errorAt(path.Root("all"), "All tokens and only some",
			"all = true takes every token of the account, and token_ids, unused_for and older_than narrow them down.", "Leave one of them out. Nothing was revoked.")
	case !m.All.ValueBool() && !filtered && !open:
		return errorAt(path.Root("account_id"), "Nothing says which tokens",
			"Set at least one of token_ids, unused_for and older_than, or all = true for every token of the account.",
			"One that is null counts as not set. Nothing was revoked.")
	}
	return nil
}

func (m *revokeUserAPITokensModel) require(data *providerData) diag.Diagnostics {
	if data.cloudUnknown {
		return nil
	}
	_, diags := data.connectedCloud(path.Root("account_id"))
	return diags
}

func (m *revokeUserAPITokensModel) limit() time.Duration {
	return defaultRevokeTimeout
}

// takesAll reports whether no filter can leave a token out.
func (m *revokeUserAPITokensModel) takesAll() bool {
	return m.All.ValueBool() || m.TokenIDs.IsNull() && m.UnusedFor.duration() == 0 && m.OlderThan.duration() == 0
}

// announce warns that every token is taken, and says how many that are.
func (m *revokeUserAPITokensModel) announce(ctx context.Context, data *providerData) diag.Diagnostics {
	if !m.takesAll() || data.cloudUnknown {
		return nil
	}
	_, tokens, diags := m.list(ctx, data)
	if diags.HasError() || m.DryRun.ValueBool() {
		return diags
	}
	return append(diags, warningAt(path.Root("account_id"), "Every API token of an account to be revoked",
		fmt.Sprintf("The account %q has %d API tokens now, and the action revokes all that it has when it runs.", m.AccountID.ValueString(), len(tokens)),
		"It cannot be undone. dry_run = true shows which they are.")...)
}

func (m *revokeUserAPITokensModel) run(ctx context.Context, data *providerData, report func(string)) diag.Diagnostics {
	connected, tokens, diags := m.list(ctx, data)
	if diags.HasError() {
		return diags
	}
	diags.Append(m.warnOfMissing(tokens)...)
	chosen := m.choose(tokens, data.clock.Now())
	report(fmt.Sprintf("%d of the %d API tokens of the account %s match.", len(chosen), len(tokens), m.AccountID.ValueString()))
	if m.DryRun.ValueBool() {
		for _, token := range chosen {
			report("Would revoke the API token " + nameOfToken(token) + ".")
		}
		return diags
	}
	failed := revokeTokens(ctx, connected, chosen, report)
	return append(diags, tokensNotRevoked(m.AccountID.ValueString(), len(chosen), failed)...)
}

// list returns the tokens of the account.
func (m *revokeUserAPITokensModel) list(ctx context.Context, data *providerData) (*cloud.Cloud, []cloud.UserAPIToken, diag.Diagnostics) {
	connected, diags := data.connectedCloud(path.Root("account_id"))
	if diags.HasError() {
		return nil, nil, diags
	}
	tokens, err := connected.AccountAPITokens(ctx, m.AccountID.ValueString())
	if err != nil {
		diags.Append(accountTokensNotListed(m.AccountID.ValueString(), err)...)
	}
	return connected, tokens, diags
}

// choose returns the tokens that all of the filters mean.
func (m *revokeUserAPITokensModel) choose(tokens []cloud.UserAPIToken, now time.Time) []cloud.UserAPIToken {
	var wanted conditions[cloud.UserAPIToken]
	ids := texts(m.TokenIDs)
	wanted.where(m.TokenIDs, func(t cloud.UserAPIToken) bool { return slices.Contains(ids, t.ID) })
	wanted.where(m.UnusedFor, func(t cloud.UserAPIToken) bool {
		return longAgo(cloud.UnusedSince(t.LastActiveAt, t.CreatedAt), now, m.UnusedFor)
	})
	wanted.where(m.OlderThan, func(t cloud.UserAPIToken) bool { return longAgo(t.CreatedAt.Time, now, m.OlderThan) })
	return wanted.of(tokens)
}

// warnOfMissing names the token_ids that the account does not have.
func (m *revokeUserAPITokensModel) warnOfMissing(tokens []cloud.UserAPIToken) diag.Diagnostics {
	missing := slices.DeleteFunc(texts(m.TokenIDs), func(id string) bool {
		return slices.ContainsFunc(tokens, func(t cloud.UserAPIToken) bool { return t.ID == id })
	})
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return warningAt(path.Root("token_ids"), "API tokens not found",
		fmt.Sprintf("The account %q has no API tokens with the IDs %s: they are revoked already, or never were there.", m.AccountID.ValueString(), strings.Join(missing, ", ")))
}

// revokeTokens revokes one token after the other, reports each, and returns why
// some could not be.
func revokeTokens(ctx context.Context, connected *cloud.Cloud, tokens []cloud.UserAPIToken, progress func(message string)) (failed []string) {
	for _, token := range tokens {
		err := connected.RevokeAccountAPIToken(ctx, token.User.ID, token.ID)
		if err == nil {
			progress("Revoked the API token " + nameOfToken(token) + ".")
			continue
		}
		explanation := cloud.Explain(err)
		progress("The API token " + nameOfToken(token) + " was not revoked: " + explanation.Cause)
		failed = append(failed, fmt.Sprintf("%s: %s %s", nameOfToken(token), explanation.Cause, explanation.Remedy))
	}
	return failed
}

func tokensNotRevoked(accountID string, chosen int, failed []string) diag.Diagnostics {
	if len(failed) == 0 {
		return nil
	}
	return errorAt(path.Root("account_id"), fmt.Sprintf("%d of %d API tokens of the account %q not revoked", len(failed), chosen, accountID),
		fmt.Sprintf("%d of %d tokens were revoked, and these were not, as far as is known:\n\n", chosen-len(failed), chosen)+"- "+strings.Join(failed, "\n- "),
		"\n\nTo invoke the action again revokes what is left.")
}

func nameOfToken(token cloud.UserAPIToken) string {
	return fmt.Sprintf("%q (%s)", token.Label, token.ID)
}
