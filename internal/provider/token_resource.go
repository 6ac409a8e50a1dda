// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// tokenResource is embedded in every resource for tokens: what they do does not
// depend on what the tokens belong to.
type tokenResource[M any, P managedToken[M]] struct {
	configuredResource
}

// ConfigValidators checks the times in the life of a token against each other.
func (r *tokenResource[M, P]) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{rotationConfigValidator{}, tokenConfigValidator{}}
}

// ModifyPlan decides by state and configuration alone whether applying the plan
// makes or revokes tokens, says why, and marks what that will change.
func (r *tokenResource[M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	modifyRotatingPlan(ctx, r.data, tokenPlanner[M, P]{r.data}, req, resp)
}

// instance returns the instance of the token, from which its secret is kept from
// coming back in words.
func (r *tokenResource[M, P]) instance(state *tokenModel) (*datacenter.Instance, diag.Diagnostics) {
	instance, diags := r.data.instance(state.Instance)
	if instance != nil && isSet(state.Token) {
		instance.Mask(state.Token.ValueString())
	}
	return instance, diags
}

// Create makes a token and proves it. Once one may exist it does not fail any
// more: the state says what is open.
func (r *tokenResource[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	model := P(new(M))
	resp.Diagnostics.Append(get(ctx, req.Plan, (*M)(model))...)
	if resp.Diagnostics.HasError() {
		return
	}
	state := model.shared()
	ctx, cancel := bounded(ctx, state.Timeouts.Create, defaultTokenTimeout, &resp.Diagnostics)
	defer cancel()
	instance, diags := r.instance(state)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	change := state.creation()
	report, err := instance.Tokens(model.owner()).ChangeTokens(ctx, change)
	resp.Diagnostics.Append(tokenDiagnosis{instance, change, report}.ofCreation(err)...)
	if err != nil && report.UnsettledAt.IsZero() {
		return
	}
	var memory rotationMemory
	state.create(report, change.Seed, r.data.clock.Now(), &memory)
	state.ID = types.StringValue(model.importID())
	resp.Diagnostics.Append(set(ctx, resp.Identity, model.identity())...)
	resp.Diagnostics.Append(set(ctx, &resp.State, model)...)
	resp.Diagnostics.Append(memory.write(ctx, resp.Private, rotationMemory{})...)
}

// Read brings the state up to the shared list of all tokens of the owner.
func (r *tokenResource[M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	model := P(new(M))
	resp.Diagnostics.Append(get(ctx, req.State, (*M)(model))...)
	memory, diags := readMemory(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, model.shared().Timeouts.Read, defaultReadTimeout, &resp.Diagnostics)
	defer cancel()
	earlier := memory
	resp.Diagnostics.Append(r.refresh(ctx, model, &memory)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(set(ctx, resp.Identity, model.identity())...)
	resp.Diagnostics.Append(set(ctx, &resp.State, model)...)
	resp.Diagnostics.Append(memory.write(ctx, resp.Private, earlier)...)
}

// refresh asks the instance for the tokens of the owner. An instance that is not
// configured any more does not stop the plan that removes its resource, nor does
// one that cannot be read where the provider block says so.
func (r *tokenResource[M, P]) refresh(ctx context.Context, model P, memory *rotationMemory) diag.Diagnostics {
	state := model.shared()
	refresh := tokenRefresh{state: state, memory: memory, now: r.data.clock.Now()}
	instance, diags := r.instance(state)
	if diags.HasError() {
		return append(refresh.judge(), tokensUnread(state, diags[0].Summary()+".", diags[0].Detail())...)
	}
	listed, err := instance.Tokens(model.owner()).SharedList(ctx)
	switch {
	case err == nil:
		return refresh.run(listed)
	case r.data.toleratesUnreachable():
		explanation := instance.Explain(err)
		return append(refresh.judge(), tokensUnread(state, explanation.Cause, explanation.Remedy)...)
	default:
		return tokensNotListed(instance, err)
	}
}

// tokensUnread says that an instance could not be read and that its state is
// kept.
func tokensUnread(state *tokenModel, cause ...string) diag.Diagnostics {
	return warningAt(path.Root("instance"), fmt.Sprintf("Tokens of %q not read", state.Instance.ValueString()),
		append(cause, fmt.Sprintf("The state of %s is kept as it is and judged by the clock. An apply that has to change it will fail for it alone.", state.thing()))...)
}

// Update carries out what the plan says: the superseded token goes last.
func (r *tokenResource[M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	planned, prior := P(new(M)), P(new(M))
	resp.Diagnostics.Append(get(ctx, req.Plan, (*M)(planned))...)
	resp.Diagnostics.Append(get(ctx, req.State, (*M)(prior))...)
	earlier, diags := readMemory(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan, state := planned.shared(), prior.shared()
	ctx, cancel := bounded(ctx, plan.Timeouts.Update, defaultTokenTimeout, &resp.Diagnostics)
	defer cancel()
	resp.Diagnostics.Append(set(ctx, resp.Identity, prior.identity())...)
	change := plan.update(state, earlier)
	report, diags, err := r.change(ctx, planned, state, change, earlier)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() && !report.Changed() {
		return
	}
	memory := earlier
	state.apply(plan, report, change.Seed, err, r.data.clock.Now(), &memory)
	if report.Made() {
		state.ID = types.StringValue(prior.importID())
	}
	resp.Diagnostics.Append(set(ctx, resp.Identity, prior.identity())...)
	resp.Diagnostics.Append(set(ctx, &resp.State, prior)...)
	resp.Diagnostics.Append(memory.write(ctx, resp.Private, earlier)...)
}

// errNotConfigured keeps the inputs of an update out of state that found no
// instance.
var errNotConfigured = errors.New("the instance is not configured")

// change carries out a change of tokens, and sends nothing where it is none. The
// name of a token that was changed in place is put into state.
func (r *tokenResource[M, P]) change(ctx context.Context, planned P, state *tokenModel, change datacenter.TokenChange, memory rotationMemory) (datacenter.TokenReport, diag.Diagnostics, error) {
	inPlace := change.Create == nil && !planned.needs().permissions && planned.shared().changesInPlace(state, memory)
	if change.Empty() && !inPlace {
		return datacenter.TokenReport{}, nil, nil
	}
	instance, diags := r.instance(state)
	if diags.HasError() {
		return datacenter.TokenReport{}, diags, errNotConfigured
	}
	tokens := instance.Tokens(planned.owner())
	report, err := tokens.ChangeTokens(ctx, change)
	diags.Append(tokenDiagnosis{instance, change, report}.ofChange(err)...)
	if err != nil || !inPlace {
		return report, diags, err
	}
	name := state.TokenName.ValueString()
	if planned.shared().renames(state) && !memory.Imported {
		name = planned.shared().Name.ValueString() + "-" + state.suffix()
	}
	if err := tokens.Change(ctx, state.TokenID.ValueString(), name, texts(planned.shared().Permissions)); err != nil {
		return report, append(diags, tokenNotChanged(instance, state, err)...), err
	}
	state.TokenName = types.StringValue(name)
	return report, diags, nil
}

// changesInPlace reports whether the plan m gives the token in state another name
// or other permissions. The first plan after an import only records the name.
func (m *tokenModel) changesInPlace(state *tokenModel, memory rotationMemory) bool {
	return m.renames(state) && !memory.Imported || !m.Permissions.Equal(state.Permissions)
}

// Delete revokes the token and the one that it has superseded. One that is gone is
// a success.
func (r *tokenResource[M, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	model := P(new(M))
	resp.Diagnostics.Append(get(ctx, req.State, (*M)(model))...)
	memory, diags := readMemory(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	state := model.shared()
	change := state.destruction(memory)
	if change.Empty() {
		return
	}
	ctx, cancel := bounded(ctx, state.Timeouts.Delete, defaultDeleteTimeout, &resp.Diagnostics)
	defer cancel()
	instance, diags := r.instance(state)
	if diags.HasError() {
		resp.Diagnostics.Append(warningAt(path.Root("instance"), fmt.Sprintf("Token of %q not revoked", state.Instance.ValueString()),
			diags[0].Summary()+".", fmt.Sprintf("The token %s still works.", state.present()))...)
		return
	}
	report, err := instance.Tokens(model.owner()).ChangeTokens(ctx, change)
	resp.Diagnostics.Append(destructionDiagnostics(instance, change, report, err)...)
}

// ImportState takes a token under management by its import ID or its identity.
// It makes no request and never rotates.
func (r *tokenResource[M, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	model := P(new(M))
	parts := strings.Split(req.ID, "/")
	if req.ID == "" {
		var diags diag.Diagnostics
		parts, diags = model.partsOf(ctx, req.Identity)
		resp.Diagnostics.Append(diags...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if slices.Contains(parts, "") || !model.takeImport(parts) {
		resp.Diagnostics.Append(errorAt(path.Root("id"), "Not a token", fmt.Sprintf("%q names no token. Import %s.", strings.Join(parts, "/"), model.importForm()),
			"The data source atlassian_dc_tokens lists the IDs.")...)
		return
	}
	token := model.shared()
	resp.Diagnostics.Append(r.data.checkInstance(token.Instance)...)
	attributes := map[string]any{
		"id":                    model.importID(),
		"instance":              token.Instance,
		"token_id":              token.TokenID,
		"revoke_previous_after": "0s",
		"own":                   false,
		"warn_before_expiry":    defaultWarnBeforeExpiry,
		"rotate_on_create":      true,
		"rotation_paused":       false,
		"drift_acknowledged":    true,
	}
	maps.Copy(attributes, model.importedOwner())
	for attribute, value := range attributes {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
	resp.Diagnostics.Append(set(ctx, resp.Identity, model.identity())...)
	// A successor that the token may have elsewhere is no attempt of this resource.
	resp.Diagnostics.Append(rotationMemory{Imported: true, TokenSeed: datacenter.NewTokenSeed()}.write(ctx, resp.Private, rotationMemory{})...)
}
