// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

// orgAPIKeyModel is an atlassian_org_api_key.
type orgAPIKeyModel struct {
	expiryModel

	ID                types.String      `tfsdk:"id"`
	OrganizationID    types.String      `tfsdk:"organization_id"`
	Label             types.String      `tfsdk:"label"`
	KeyID             types.String      `tfsdk:"key_id"`
	RevokeOnDestroy   types.Bool        `tfsdk:"revoke_on_destroy"`
	Status            types.String      `tfsdk:"status"`
	DriftAcknowledged types.Bool        `tfsdk:"drift_acknowledged"`
	CreatedAt         timetypes.RFC3339 `tfsdk:"created_at"`
	LastActiveAt      timetypes.RFC3339 `tfsdk:"last_active_at"`
	Scopes            types.Set         `tfsdk:"scopes"`
	Resource          types.String      `tfsdk:"resource"`
	SystemAccountID   types.String      `tfsdk:"system_account_id"`
	CreatedBy         types.Object      `tfsdk:"created_by"`
	Timeouts          timeouts.Value    `tfsdk:"timeouts"`
}

// orgAPIKeyIdentity identifies an API key of an organization.
type orgAPIKeyIdentity struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	KeyID          types.String `tfsdk:"key_id"`
}

func (m *orgAPIKeyModel) identity() orgAPIKeyIdentity {
	return orgAPIKeyIdentity{OrganizationID: m.OrganizationID, KeyID: m.ID}
}

// apiKeyMissing is the status of a key that the list of all keys lacks.
const apiKeyMissing = "missing"

// works reports whether the key worked when it was last seen.
func (m *orgAPIKeyModel) works() bool {
	return !isSet(m.Status) || m.Status.ValueString() == cloud.APIKeyActive
}

// revokes reports whether destroying the state m revokes its key.
func (m *orgAPIKeyModel) revokes() bool {
	return m.RevokeOnDestroy.ValueBool() && m.works()
}

// subject returns the key that m manages, however it is spelled.
func (m *orgAPIKeyModel) subject() subject {
	if !isSet(m.ID) || !isSet(m.OrganizationID) {
		return subject{}
	}
	return subject{"API key", strings.ToLower(m.OrganizationID.ValueString() + "/" + m.ID.ValueString())}
}

// equalButForUse reports whether m and other differ in nothing but when the key
// was last used.
func (m *orgAPIKeyModel) equalButForUse(other *orgAPIKeyModel) bool {
	one, two := *m, *other
	one.LastActiveAt, two.LastActiveAt = timetypes.NewRFC3339Null(), timetypes.NewRFC3339Null()
	return reflect.DeepEqual(one, two)
}

// readSelection reads what a configuration says of which key is meant.
func (m *orgAPIKeyModel) readSelection(ctx context.Context, config tfsdk.Config) diag.Diagnostics {
	diags := config.GetAttribute(ctx, path.Root("label"), &m.Label)
	diags.Append(config.GetAttribute(ctx, path.Root("key_id"), &m.KeyID)...)
	return append(diags, config.GetAttribute(ctx, path.Root("organization_id"), &m.OrganizationID)...)
}

func (m *orgAPIKeyModel) selector() apiKeySelector {
	return apiKeySelector{label: m.Label, keyID: m.KeyID}
}

// adopt takes over what is true of the key whenever one looks.
func (m *orgAPIKeyModel) adopt(key cloud.APIKey) {
	m.ID = types.StringValue(key.ID)
	m.KeyID = types.StringValue(key.ID)
	m.Label = types.StringValue(key.Label)
	m.CreatedAt = timestampOrNull(key.CreatedAt)
	m.ExpiresAt = timestampOrNull(key.ExpiresAt)
	m.Scopes = stringSet(key.Scopes)
	m.Resource = stringOrNull(key.Resource)
	m.SystemAccountID = stringOrNull(key.SystemAccountID)
	m.CreatedBy = userObject(key.CreatedBy)
}

// plan marks in the plan m what adopting the key leaves: what moves with time
// stays open until apply.
func (m *orgAPIKeyModel) plan(key cloud.APIKey) {
	m.adopt(key)
	m.Status = types.StringUnknown()
	m.LastActiveAt = timetypes.NewRFC3339Unknown()
	m.CreatedBy = plannedUser(key.CreatedBy)
	m.planJudgement()
}

// record takes over everything that a list said of the key, as of now.
func (m *orgAPIKeyModel) record(key cloud.APIKey, now time.Time) {
	m.adopt(key)
	m.Status = types.StringValue(key.Status(now))
	m.LastActiveAt = timestampOrNull(key.LastActiveAt)
	m.judgeExpiry(now)
}

// judgeExpiry sets what depends on how long the key still works.
func (m *orgAPIKeyModel) judgeExpiry(now time.Time) {
	m.judge(m.alarming(), now)
}

// expiresWithin reports whether the key expires within the window, or does not
// work any more; never where the window is not set.
func (m *orgAPIKeyModel) expiresWithin(window durationValue, now time.Time) bool {
	return m.within(window, m.alarming(), now)
}

// alarming reports whether the key does not work, or may not: every key has an
// expiry, so that one without a readable date counts.
func (m *orgAPIKeyModel) alarming() bool {
	return !m.works() || timeOf(m.ExpiresAt).IsZero()
}

// warnOfExpiry warns of a key that expires soon, has expired, or whose expiry
// cannot be read.
func (m *orgAPIKeyModel) warnOfExpiry(key cloud.APIKey, now time.Time) diag.Diagnostics {
	switch {
	case key.ExpiresAt.Time.IsZero():
		what := "gives no expiry of the API key %s"
		if key.ExpiresAt.Given {
			what = "gives the expiry of the API key %s in a form that is not RFC 3339"
		}
		return warningAt(path.Root("label"), "Expiry of an API key not readable",
			fmt.Sprintf("Atlassian "+what+": expires_at is null, and nobody is warned before the key expires.", m.name()))
	case key.Expired(now):
		return warningAt(path.Root("label"), "API key has expired",
			fmt.Sprintf("The API key %s expired at %s.", m.name(), m.ExpiresAt.ValueString()), howToRenew)
	case m.expiresWithin(m.WarnBeforeExpiry, now):
		return warningAt(path.Root("label"), "API key expires soon",
			fmt.Sprintf("The API key %s expires at %s.", m.name(), m.ExpiresAt.ValueString()), howToRenew)
	default:
		return nil
	}
}

const howToRenew = "Create a successor on the administration page, hand its secret to whoever uses the key, and set label or key_id to it: the plan then replaces this key."

// howToDestroy is the way past the plan that Terraform makes before it destroys.
const howToDestroy = "To destroy all the same, run terraform destroy -refresh=false."

// failOfExpiry is the error of a plan that keeps or takes a key which expires
// within fail_before_expiry, or does not work any more.
func (m *orgAPIKeyModel) failOfExpiry() diag.Diagnostics {
	what := fmt.Sprintf("expires at %s, and fail_before_expiry is %q", m.ExpiresAt.ValueString(), m.FailBeforeExpiry.ValueString())
	switch {
	case !m.works():
		what = "is " + m.Status.ValueString() + ", and fail_before_expiry is set"
	case m.ExpiresAt.IsNull():
		what = "has an expiry that cannot be read, and fail_before_expiry is set"
	}
	return errorAt(path.Root("fail_before_expiry"), fmt.Sprintf("API key %s expires too soon", m.name()),
		fmt.Sprintf("The API key %s %s.", m.name(), what), "Nothing was changed.", howToRenew, howToDestroy)
}

// name names the key for people.
func (m *orgAPIKeyModel) name() string {
	return fmt.Sprintf("%q (%s)", m.Label.ValueString(), m.ID.ValueString())
}

func userType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{"id": types.StringType, "name": types.StringType, "email": types.StringType}}
}

func userObject(user cloud.User) types.Object {
	return types.ObjectValueMust(userType().AttrTypes, map[string]attr.Value{
		"id": stringOrNull(user.ID), "name": stringOrNull(user.Name), "email": stringOrNull(user.Email),
	})
}

// plannedUser leaves open what people change while a plan waits to be approved.
func plannedUser(user cloud.User) types.Object {
	return types.ObjectValueMust(userType().AttrTypes, map[string]attr.Value{
		"id": stringOrNull(user.ID), "name": types.StringUnknown(), "email": types.StringUnknown(),
	})
}

// apiKeyOf looks up the one active key that selector names in the shared list.
func apiKeyOf(ctx context.Context, organization *cloud.Organization, selector apiKeySelector, now time.Time) (cloud.APIKey, diag.Diagnostics) {
	keys, err := organization.APIKeys(ctx)
	if err != nil {
		return cloud.APIKey{}, notListed("API keys", organization, err)
	}
	return selector.find(organization.ID(), keys, now)
}

// replacing returns the attributes that name another key in the plan m than in
// state.
func (m *orgAPIKeyModel) replacing(state *orgAPIKeyModel) path.Paths {
	var paths path.Paths
	for name, same := range map[string]bool{
		"label":           m.Label.Equal(state.Label),
		"key_id":          m.KeyID.Equal(state.KeyID),
		"organization_id": m.OrganizationID.Equal(state.OrganizationID),
	} {
		if !same {
			paths.Append(path.Root(name))
		}
	}
	return paths
}

// selectsOtherThan reports whether the configuration m names another label, key
// or organization than state.
func (m *orgAPIKeyModel) selectsOtherThan(state *orgAPIKeyModel) bool {
	differs := func(configured, known types.String) bool { return !configured.IsNull() && !configured.Equal(known) }
	return differs(m.Label, state.Label) || differs(m.KeyID, state.KeyID) || differs(m.OrganizationID, state.OrganizationID)
}

// lookUp finds the key that selector names in the organization of the plan m.
func (m *orgAPIKeyModel) lookUp(ctx context.Context, data *providerData, selector apiKeySelector) (cloud.APIKey, diag.Diagnostics) {
	organization, diags := data.organization(m.OrganizationID)
	ctx, cancel := bounded(ctx, m.Timeouts.Create, defaultReadTimeout, &diags)
	defer cancel()
	if diags.HasError() {
		return cloud.APIKey{}, diags
	}
	return apiKeyOf(ctx, organization, selector, data.clock.Now())
}
