package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

var (
	_ resource.ResourceWithConfigure        = (*orgAPIKeyResource)(nil)
	_ resource.ResourceWithConfigValidators = (*orgAPIKeyResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*orgAPIKeyResource)(nil)
	_ resource.ResourceWithImportState      = (*orgAPIKeyResource)(nil)
	_ resource.ResourceWithIdentity         = (*orgAPIKeyResource)(nil)
)

// NewOrgAPIKeyResource returns atlassian_org_api_key: an API key of an
// organization that an administrator has created, watched and revoked.
func NewOrgAPIKeyResource() resource.Resource {
	return &orgAPIKeyResource{}
}

type orgAPIKeyResource struct {
	configuredResource
}

func (r *orgAPIKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_org_api_key"
}

func (r *orgAPIKeyResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = orgAPIKeySchema(ctx)
}

func (r *orgAPIKeyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"organization_id": identityschema.StringAttribute{
			OptionalForImport: true,
			Description:       "ID of the organization. Default: organization_id of the provider block.",
		},
		"key_id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "ID of the API key.",
		},
	}}
}

func (r *orgAPIKeyResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{resourcevalidator.ExactlyOneOf(path.MatchRoot("label"), path.MatchRoot("key_id"))}
}

// ModifyPlan looks up the key that a creation or a replacement adopts, fails the
// plan where there is none, and says what applying it revokes. Whether a kept
// key expires too soon was judged by the refresh before; only for a key that is
// not in state yet does this read the clock.
func (r *orgAPIKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.data == nil {
		return
	}
	var config, plan, state orgAPIKeyModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(state.planDestruction(r.data)...)
		return
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		resp.Diagnostics.Append(plan.planCreation(ctx, r.data, &config)...)
	} else {
		replacing, diags := plan.planUpdate(ctx, r.data, &config, &state)
		resp.RequiresReplace = replacing
		resp.Diagnostics.Append(diags...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// Create takes the key under management. It changes nothing in Cloud.
func (r *orgAPIKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var state orgAPIKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key, diags := state.lookUp(ctx, r.data, state.selector())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	state.record(key, r.data.clock.Now())
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// Read brings the state up to the shared list of all keys. A key that the whole
// list lacks, or says to be revoked, leaves the state.
func (r *orgAPIKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state orgAPIKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, state.Timeouts.Read, defaultReadTimeout, &resp.Diagnostics)
	defer cancel()
	organization, diags := r.data.organization(state.OrganizationID)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	keys, err := organization.APIKeys(ctx)
	if err != nil {
		resp.Diagnostics.Append(apiKeysNotListed(organization, err)...)
		return
	}
	key, found := apiKeyByID(keys, state.ID.ValueString())
	now := r.data.clock.Now()
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	if !found || key.Revoked() {
		resp.Diagnostics.Append(state.reportLoss(ctx, organization, keys, now)...)
		resp.State.RemoveResource(ctx)
		return
	}
	state.record(key, now)
	_ = state.hold(r.data)
	resp.Diagnostics.Append(state.warnOfExpiry(key, now)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// revokedAPIKeyEvent is what the audit log calls the revocation of an API key:
// https://support.atlassian.com/security-and-access-policies/docs/audit-log-activities-database/.
const revokedAPIKeyEvent = "Revoked admin API key"

// reportLoss says why the state m is dropped: its key is not listed, or revoked.
// After an import, which has read nothing yet, that is an error.
func (m *orgAPIKeyModel) reportLoss(ctx context.Context, organization *cloud.Organization, keys []cloud.APIKey, now time.Time) diag.Diagnostics {
	if m.Label.IsNull() {
		_, diags := apiKeySelector{keyID: m.ID}.find(organization.ID(), keys, now)
		return diags
	}
	what := fmt.Sprintf("The organization %q no longer lists the API key %s", organization.ID(), m.name())
	if key, found := apiKeyByID(keys, m.ID.ValueString()); found {
		what = fmt.Sprintf("The API key %s of the organization %q was revoked", m.name(), organization.ID())
		if at := key.RevokedAt.Time; !at.IsZero() {
			what += " at " + timestamp(at).ValueString()
		}
	}
	who := ""
	if event, found := organization.LastEventAbout(ctx, m.ID.ValueString(), revokedAPIKeyEvent); found {
		who = fmt.Sprintf("The audit log says that %s did it, at %s.", cmp.Or(event.Actor.Email, event.Actor.Name, event.Actor.ID), timestamp(event.At).ValueString())
	}
	return warningAt(path.Root("label"), "API key gone", what+".", who,
		"It was removed from the state. A plan that creates it again fails until label or key_id names a key that works.")
}

// Update records other settings of the same key. It makes no request.
func (r *orgAPIKeyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan orgAPIKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.ExpiresSoon.IsUnknown() {
		plan.judgeExpiry(r.data.clock.Now())
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Delete revokes the key, unless it was told to leave it alone.
func (r *orgAPIKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state orgAPIKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.data.apiKeys.startApplying()
	if !state.RevokeOnDestroy.ValueBool() {
		return
	}
	if r.data.mustKeepAPIKey(state.ID.ValueString()) {
		resp.Diagnostics.Append(ownKeyGuarded(path.Root("revoke_on_destroy"), state.ID.ValueString())...)
	}
	ctx, cancel := bounded(ctx, state.Timeouts.Delete, defaultDeleteTimeout, &resp.Diagnostics)
	defer cancel()
	organization, diags := r.data.organization(state.OrganizationID)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	if err := organization.RevokeAPIKey(ctx, state.ID.ValueString()); err != nil {
		resp.Diagnostics.Append(apiKeyNotRevoked(path.Root("id"), state.ID.ValueString(), err)...)
	}
}

// ImportState takes a key under management by "organization_id/key_id", by
// "key_id" or by its identity.
func (r *orgAPIKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	identity, diags := importedAPIKey(ctx, req)
	resp.Diagnostics.Append(diags...)
	if identity.OrganizationID.IsNull() && r.data != nil {
		identity.OrganizationID = r.data.organizationID
	}
	if identity.OrganizationID.IsNull() {
		resp.Diagnostics.Append(missingOrganization()...)
	}
	if identity.KeyID.ValueString() == "" {
		resp.Diagnostics.AddAttributeError(path.Root("key_id"), "Not an API key",
			"Import key_id or organization_id/key_id. The data source atlassian_org_api_keys lists the IDs.")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	for attribute, value := range map[string]any{
		"id":                 identity.KeyID,
		"organization_id":    identity.OrganizationID,
		"warn_before_expiry": defaultWarnBeforeExpiry,
		"revoke_on_destroy":  true,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
}

// importedAPIKey reads the import ID or the identity of the request.
func importedAPIKey(ctx context.Context, req resource.ImportStateRequest) (orgAPIKeyIdentity, diag.Diagnostics) {
	var identity orgAPIKeyIdentity
	if req.ID == "" {
		diags := req.Identity.Get(ctx, &identity)
		return identity, diags
	}
	organization, keyID, found := strings.Cut(req.ID, "/")
	if !found {
		return orgAPIKeyIdentity{KeyID: types.StringValue(req.ID)}, nil
	}
	return orgAPIKeyIdentity{OrganizationID: types.StringValue(organization), KeyID: types.StringValue(keyID)}, nil
}
