package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/actionvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

var (
	_ action.ActionWithConfigure        = (*revokeUserAPITokensAction)(nil)
	_ action.ActionWithConfigValidators = (*revokeUserAPITokensAction)(nil)
	_ action.ActionWithModifyPlan       = (*revokeUserAPITokensAction)(nil)
)

// NewRevokeUserAPITokensAction returns the action
// atlassian_revoke_user_api_tokens: API tokens of one managed account, revoked
// at once.
func NewRevokeUserAPITokensAction() action.Action {
	return &revokeUserAPITokensAction{}
}

type revokeUserAPITokensAction struct {
	configuredAction
}

type revokeUserAPITokensModel struct {
	AccountID types.String  `tfsdk:"account_id"`
	TokenIDs  types.Set     `tfsdk:"token_ids"`
	UnusedFor durationValue `tfsdk:"unused_for"`
	OlderThan durationValue `tfsdk:"older_than"`
	DryRun    types.Bool    `tfsdk:"dry_run"`
}

func (a *revokeUserAPITokensAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_revoke_user_api_tokens"
}

func (a *revokeUserAPITokensAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Revokes API tokens of one managed account, for good, and reports each of them. Where one cannot be revoked the others still are, and the action fails at the end with the list.\n\n" +
			"At least one of `token_ids`, `unused_for` and `older_than` is required, and together they narrow down: a token has to meet all of them. `older_than = \"0s\"` alone means every token of the account. " +
			"Atlassian also has an endpoint that revokes the tokens of *all* managed accounts of an organization in one call. It takes no filter and cannot be undone, and this provider deliberately does not offer it.\n\n" +
			"The [User management API](https://developer.atlassian.com/cloud/admin/user-management/rest/api-group-api-tokens/) takes an API key without scopes only.",
		Attributes: map[string]schema.Attribute{
			"account_id": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{accountID()},
				MarkdownDescription: "Atlassian account ID of the managed account.",
			},
			"token_ids": schema.SetAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{setvalidator.SizeAtLeast(1)},
				MarkdownDescription: "Only the tokens with these IDs, as the data source `atlassian_user_api_tokens` lists them. An ID that the account does not have is a warning: it may be revoked already.",
			},
			"unused_for": ageAttribute("Only tokens that nobody used for this long, such as `\"90d\"` (units `w`, `d`, `h`, `m`, `s`). A token that was never used counts from its creation; " +
				"one whose last use Atlassian gives in a form that cannot be read is left alone."),
			"older_than": ageAttribute("Only tokens created at least this long ago, such as `\"365d\"`."),
			"dry_run": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to report what would be revoked and revoke nothing. Default: `false`.",
			},
		},
	}
}

func ageAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		CustomType:          durationType{},
		Optional:            true,
		Validators:          []validator.String{durationAtLeast(0)},
		MarkdownDescription: description,
	}
}

func (a *revokeUserAPITokensAction) ConfigValidators(context.Context) []action.ConfigValidator {
	return []action.ConfigValidator{actionvalidator.AtLeastOneOf(
		path.MatchRoot("token_ids"), path.MatchRoot("unused_for"), path.MatchRoot("older_than"))}
}

// ModifyPlan refuses to plan without an API key. It makes no request.
func (a *revokeUserAPITokensAction) ModifyPlan(_ context.Context, _ action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	if a.data == nil || a.data.cloudUnknown {
		return
	}
	_, diags := a.data.connectedCloud(path.Root("account_id"))
	resp.Diagnostics.Append(diags...)
}

func (a *revokeUserAPITokensAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var model revokeUserAPITokensModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	connected, diags := a.data.connectedCloud(path.Root("account_id"))
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	tokens, err := connected.AccountAPITokens(ctx, model.AccountID.ValueString())
	if err != nil {
		resp.Diagnostics.Append(accountTokensNotListed(model.AccountID.ValueString(), err)...)
		return
	}
	resp.Diagnostics.Append(model.warnOfMissing(tokens)...)
	chosen := model.choose(tokens, a.data.clock.Now())
	progress := tell(resp)
	progress(fmt.Sprintf("%d of the %d API tokens of the account %s match.", len(chosen), len(tokens), model.AccountID.ValueString()))
	if model.DryRun.ValueBool() {
		for _, token := range chosen {
			progress("Would revoke the API token " + nameOfToken(token) + ".")
		}
		return
	}
	failed := revokeTokens(ctx, connected, chosen, progress)
	resp.Diagnostics.Append(tokensNotRevoked(model.AccountID.ValueString(), len(chosen), failed)...)
}

// choose returns the tokens that all of the filters mean.
func (m *revokeUserAPITokensModel) choose(tokens []cloud.UserAPIToken, now time.Time) []cloud.UserAPIToken {
	var wanted conditions[cloud.UserAPIToken]
	ids := m.ids()
	wanted.where(m.TokenIDs, func(t cloud.UserAPIToken) bool { return slices.Contains(ids, t.ID) })
	wanted.where(m.UnusedFor, func(t cloud.UserAPIToken) bool {
		return longAgo(cloud.UnusedSince(t.LastActiveAt, t.CreatedAt), now, m.UnusedFor)
	})
	wanted.where(m.OlderThan, func(t cloud.UserAPIToken) bool { return longAgo(t.CreatedAt.Time, now, m.OlderThan) })
	return wanted.of(tokens)
}

func (m *revokeUserAPITokensModel) ids() []string {
	ids := make([]string, 0, len(m.TokenIDs.Elements()))
	for _, element := range m.TokenIDs.Elements() {
		if id, ok := element.(types.String); ok {
			ids = append(ids, id.ValueString())
		}
	}
	return ids
}

// warnOfMissing names the token_ids that the account does not have.
func (m *revokeUserAPITokensModel) warnOfMissing(tokens []cloud.UserAPIToken) diag.Diagnostics {
	missing := slices.DeleteFunc(m.ids(), func(id string) bool {
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
	return errorAt(path.Root("account_id"), fmt.Sprintf("API tokens of the account %q not revoked", accountID),
		fmt.Sprintf("%d of %d tokens were revoked, and these were not, as far as is known:\n\n", chosen-len(failed), chosen)+"- "+strings.Join(failed, "\n- "),
		"\n\nTo invoke the action again revokes what is left.")
}

func nameOfToken(token cloud.UserAPIToken) string {
	return fmt.Sprintf("%q (%s)", token.Label, token.ID)
}
