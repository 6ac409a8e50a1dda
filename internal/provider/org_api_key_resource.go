// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"
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
	return []resource.ConfigValidator{apiKeySelectionValidator{}}
}

// successorKey marks in private state, from the plan of a replacement until the
// deletion that comes before the creation, which key takes the place of this one.
const successorKey = "successor"

// managedKey marks in private state that a resource was created or imported. The
// plan of a forced replacement finds it where that of a second resource does not.
const managedKey = "managed"

// ModifyPlan looks up the key that a creation or a replacement adopts, fails the
// plan where there is none, and says what applying it revokes. Whether a kept
// key expires too soon was judged by the refresh before; only for a key that is
// not in state yet does this read the clock.
func (r *orgAPIKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.data == nil {
		return
	}
	var config, plan, state orgAPIKeyModel
	resp.Diagnostics.Append(readPlan(ctx, req, &plan, &state)...)
	planner := orgAPIKeyPlanner{data: r.data, raw: req.Config.Raw}
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(planner.destruction(&state)...)
		return
	}
	resp.Diagnostics.Append(config.readSelection(ctx, req.Config)...)
	proposed := plan
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		again, diags := req.Private.GetKey(ctx, managedKey)
		resp.Diagnostics.Append(diags...)
		planner.again = len(again) > 0
		resp.Diagnostics.Append(planner.creation(ctx, &plan, &config)...)
		resp.Diagnostics.Append(markSuccessor(ctx, resp.Private, plan.ID)...)
	} else {
		replacing, diags := planner.update(ctx, &plan, &config, &state)
		resp.RequiresReplace = replacing
		resp.Diagnostics.Append(diags...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setChanged(ctx, &resp.Plan, &proposed, &plan)...)
}

// markSuccessor tells the deletion that a replacement begins with which key is
// to take the place. Terraform hands it the private state of this plan, and
// drops that of a creation.
func markSuccessor(ctx context.Context, private privateWriter, id types.String) diag.Diagnostics {
	if !isSet(id) {
		return nil
	}
	text, err := json.Marshal(id.ValueString())
	if err != nil {
		return errorAt(path.Root("id"), "Private state not writable", err.Error())
	}
	return private.SetKey(ctx, successorKey, text)
}

// Create takes the key under management. It changes nothing in Cloud.
func (r *orgAPIKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var state orgAPIKeyModel
	resp.Diagnostics.Append(get(ctx, req.Plan, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.data.claims.startApplying()
	key, diags := state.lookUp(ctx, r.data, state.selector())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	state.record(key, r.data.clock.Now())
	r.data.claims.recordMade(state.subject())
	state.DriftAcknowledged = types.BoolValue(true)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, managedKey, []byte("true"))...)
	resp.Diagnostics.Append(set(ctx, resp.Identity, state.identity())...)
	resp.Diagnostics.Append(set(ctx, &resp.State, &state)...)
}

// Read brings the state up to the shared list of all keys. A key that the whole
// list lacks, or says to be revoked, stays in state and is told of.
func (r *orgAPIKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state orgAPIKeyModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
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
	before := state
	keys, err := organization.APIKeys(ctx)
	if err != nil {
		resp.Diagnostics.Append(notListed("API keys", organization, err)...)
		return
	}
	resp.Diagnostics.Append(r.data.watchOwnKey(keys)...)
	refresh := orgAPIKeyRefresh{organization: organization, state: &state, keys: keys, now: r.data.clock.Now()}
	resp.Diagnostics.Append(refresh.run(ctx)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(set(ctx, resp.Identity, state.identity())...)
	resp.Diagnostics.Append(setChanged(ctx, &resp.State, &before, &state)...)
}

// Update records other settings of the same key, and what a refresh saw. It
// makes no request.
func (r *orgAPIKeyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan orgAPIKeyModel
	resp.Diagnostics.Append(get(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.ExpiresSoon.IsUnknown() {
		plan.judgeExpiry(r.data.clock.Now())
	}
	resp.Diagnostics.Append(set(ctx, resp.Identity, plan.identity())...)
	resp.Diagnostics.Append(set(ctx, &resp.State, &plan)...)
}

// Delete revokes the key, unless it was told to leave it alone, the key does not
// work any more, or this run adopts it again. One that is replaced is revoked only
// while its successor is there.
func (r *orgAPIKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state orgAPIKeyModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.data.claims.startApplying()
	if !state.revokes() {
		return
	}
	successor, diags := successorOf(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if successor == state.ID.ValueString() || r.data.claims.plays(state.subject(), creates) {
		resp.Diagnostics.Append(adoptedAgain(&state)...)
		return
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.revoke(ctx, successor, &state)...)
	}
	if resp.Diagnostics.HasError() {
		// What is destroyed later may have no successor any more.
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, successorKey, nil)...)
	}
}

// revoke revokes the key in state, unless it is the provider's own or has a
// successor that does not work.
func (r *orgAPIKeyResource) revoke(ctx context.Context, successor string, state *orgAPIKeyModel) diag.Diagnostics {
	if r.data.mustKeepAPIKey(state.ID.ValueString()) {
		return ownKeyGuarded(path.Root("revoke_on_destroy"), state.ID.ValueString())
	}
	organization, diags := r.data.organization(state.OrganizationID)
	ctx, cancel := bounded(ctx, state.Timeouts.Delete, defaultDeleteTimeout, &diags)
	defer cancel()
	if diags.HasError() {
		return diags
	}
	diags.Append(r.checkSuccessor(ctx, successor, state)...)
	if diags.HasError() {
		return diags
	}
	if err := organization.RevokeAPIKey(ctx, state.ID.ValueString()); err != nil {
		diags.Append(apiKeyNotRevoked(path.Root("id"), state.ID.ValueString(), err)...)
	}
	return diags
}

// successorOf returns the ID of the key that the plan puts in the place of the
// one to revoke; empty where there is none.
func successorOf(ctx context.Context, private privateReader) (id string, diags diag.Diagnostics) {
	text, diags := private.GetKey(ctx, successorKey)
	if len(text) == 0 || diags.HasError() {
		return "", diags
	}
	if err := json.Unmarshal(text, &id); err != nil {
		return "", errorAt(path.Root("id"), "Private state not readable", err.Error())
	}
	return id, diags
}

// adoptedAgain says that a replacement leaves the key in state alone: it is
// adopted again.
func adoptedAgain(state *orgAPIKeyModel) diag.Diagnostics {
	return warningAt(path.Root("label"), fmt.Sprintf("API key %s replaced by itself", state.name()),
		"A revocation is for good, and this run adopts the same API key again: nothing was sent.",
		"To replace the key, create its successor and set label or key_id to that one.")
}

// checkSuccessor fails where the key that is to take the place of the one in
// state does not work any more: time may have passed since the plan.
func (r *orgAPIKeyResource) checkSuccessor(ctx context.Context, successor string, state *orgAPIKeyModel) diag.Diagnostics {
	if successor == "" {
		return nil
	}
	_, diags := state.lookUp(ctx, r.data, apiKeySelector{keyID: types.StringValue(successor)})
	if !diags.HasError() {
		return nil
	}
	return errorAt(path.Root("id"), fmt.Sprintf("API key %s not revoked: its successor does not work", state.name()),
		fmt.Sprintf("The plan replaces it by the API key %q, which could not be found active any more: %s.", successor, diags[0].Summary()),
		"Nothing was changed, and the API key still works.", "Make a new plan.")
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
		"drift_acknowledged": true,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, managedKey, []byte("true"))...)
	resp.Diagnostics.Append(set(ctx, resp.Identity, identity)...)
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
