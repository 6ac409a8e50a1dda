// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

// orgAPIKeyPlanner plans changes of an atlassian_org_api_key.
type orgAPIKeyPlanner struct {
	data *providerData
	// raw is the configuration as Terraform gave it.
	raw tftypes.Value
	// again is true where a creation replaces a resource that was there before.
	again bool
}

// destruction says what the destruction of state revokes. Once the run applies,
// the deletion itself judges.
func (p orgAPIKeyPlanner) destruction(state *orgAPIKeyModel) diag.Diagnostics {
	if p.data.claims.applying() {
		return nil
	}
	diags := p.claim(state, part{role: ends, revokes: state.revokes()})
	diags.Append(p.guardOwnKey(state)...)
	if diags.HasError() {
		return diags
	}
	return append(diags, p.announceRevocation(state)...)
}

// creation looks up the key that config names and marks in plan what adopting
// it leaves. What is not known yet is looked up in apply.
func (p orgAPIKeyPlanner) creation(ctx context.Context, plan, config *orgAPIKeyModel) diag.Diagnostics {
	plan.DriftAcknowledged = types.BoolValue(true)
	if plan.OrganizationID.IsUnknown() && config.OrganizationID.IsNull() {
		plan.OrganizationID = p.data.organizationID
	}
	diags := p.data.checkOrganization(plan.OrganizationID)
	if diags.HasError() || config.selector().unknown() || plan.OrganizationID.IsUnknown() || p.data.cloudUnknown {
		return diags
	}
	key, lookDiags := plan.lookUp(ctx, p.data, config.selector())
	if lookDiags.HasError() && key.ID == "" {
		return append(diags, orDestroy(lookDiags)...)
	}
	plan.plan(key)
	if lookDiags.HasError() {
		return append(diags, notAdoptable(lookDiags)...)
	}
	diags.Append(p.claim(plan, p.adoption())...)
	now := p.data.clock.Now()
	// Where the run has begun to apply it is too late to call the plan off: the key
	// that this one replaces may be revoked already.
	if plan.expiresWithin(plan.FailBeforeExpiry, now) && !p.data.claims.applying() {
		return append(diags, plan.failOfExpiry()...)
	}
	return append(diags, plan.warnOfExpiry(key, now)...)
}

// adoption is the part that a creation plays. A second resource for a key that is
// in state is told from a forced replacement by what that one left behind.
func (p orgAPIKeyPlanner) adoption() part {
	if !p.again {
		return part{role: creates, twin: p.raw}
	}
	return part{role: creates, config: p.raw, twin: p.raw}
}

// notAdoptable says of a key that is revoked or expired that creating the
// resource will fail. Terraform plans so before it goes on with a destroy that
// has revoked this key and failed at another one: no reason to stop that.
func notAdoptable(errors diag.Diagnostics) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, found := range errors {
		diags.Append(warningAt(pathOf(found), found.Summary(), found.Detail(), "Applying the creation of this resource fails until there is such a key.")...)
	}
	return diags
}

// orDestroy adds to errors how to destroy all the same.
func orDestroy(errors diag.Diagnostics) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, found := range errors {
		diags.Append(errorAt(pathOf(found), found.Summary(), found.Detail(), howToDestroy)...)
	}
	return diags
}

// update marks in plan what config changes of state, and returns the attributes
// because of which it takes a replacement.
func (p orgAPIKeyPlanner) update(ctx context.Context, plan, config, state *orgAPIKeyModel) (path.Paths, diag.Diagnostics) {
	if !state.DriftAcknowledged.IsNull() && !state.DriftAcknowledged.ValueBool() {
		plan.DriftAcknowledged = types.BoolValue(true)
	}
	if !plan.sameWindows(&state.expiryModel) {
		plan.planJudgement()
	}
	if config.selector().unknown() || config.OrganizationID.IsUnknown() {
		return nil, append(p.keeping(plan, state), p.announceOpenSelection(state)...)
	}
	key, found, diags := p.another(ctx, plan, config, state)
	if found {
		plan.adopt(key)
	}
	if !found || plan.identity() == state.identity() {
		return nil, append(orDestroy(diags), p.keeping(plan, state)...)
	}
	diags.Append(p.replacement(plan, state, key)...)
	return plan.replacing(state), diags
}

// another returns the key that config names where that may be another one than
// in state: the configuration says something else, or the key in state does not
// work any more and its label may name a successor.
func (p orgAPIKeyPlanner) another(ctx context.Context, plan, config, state *orgAPIKeyModel) (key cloud.APIKey, found bool, diags diag.Diagnostics) {
	switch {
	case config.selectsOtherThan(state):
		key, diags = plan.lookUp(ctx, p.data, config.selector())
		return key, !diags.HasError(), diags
	case !state.works() && isSet(config.Label):
		key, diags = plan.lookUp(ctx, p.data, config.selector())
		return key, !diags.HasError(), nil
	default:
		return key, false, nil
	}
}

// keeping fails the plan where state says that its key expires too soon. The
// window is that of the refresh which said so: a changed one counts from the
// next refresh.
func (p orgAPIKeyPlanner) keeping(plan, state *orgAPIKeyModel) diag.Diagnostics {
	diags := p.claim(state, part{role: keeps, config: p.raw})
	if state.ExpiryCritical.ValueBool() && plan.sameWindows(&state.expiryModel) {
		diags.Append(state.failOfExpiry()...)
	}
	return diags
}

// replacement marks in plan that key takes the place of the one in state. Where it
// is the same, of an organization that is spelled another way, nothing is revoked.
func (p orgAPIKeyPlanner) replacement(plan, state *orgAPIKeyModel, key cloud.APIKey) diag.Diagnostics {
	plan.plan(key)
	if plan.subject() == state.subject() {
		return p.claim(state, part{role: keeps, config: p.raw})
	}
	diags := p.claim(state, part{role: ends, revokes: state.revokes()})
	diags.Append(p.guardOwnKey(state)...)
	if plan.expiresWithin(plan.FailBeforeExpiry, p.data.clock.Now()) {
		diags.Append(plan.failOfExpiry()...)
	}
	if diags.HasError() {
		return diags
	}
	return append(diags, p.announceRevocation(state)...)
}

// claim records what a resource is about to do with the key of m.
func (p orgAPIKeyPlanner) claim(m *orgAPIKeyModel, taken part) diag.Diagnostics {
	switch p.data.claims.take(m.subject(), taken) {
	case createdTwice:
		return errorAt(path.Root("label"), fmt.Sprintf("API key %s taken under management twice", m.name()),
			"The configuration has another resource for it: removing one of them would revoke the key for both. Nothing was changed.", "Keep one of the two.", howToDestroy)
	case perhapsTwice:
		return warningAt(path.Root("label"), fmt.Sprintf("API key %s may be under management twice", m.name()),
			"This run has planned two creations of it with one configuration. "+plannedAgain, "Removing one of two would revoke the key for both: keep one of them.")
	case keptTwice:
		return warningAt(path.Root("label"), fmt.Sprintf("API key %s under management twice", m.name()),
			"Two resources have it in state: removing one of them would revoke the key for both.", "To drop one, write a removed block with destroy = false.")
	case endedWhileUsed:
		return errorAt(path.Root("label"), fmt.Sprintf("API key %s taken under management twice", m.name()),
			fmt.Sprintf("This plan keeps or takes the API key %s with one resource and destroys another one that has it in state, which revokes the key.", m.name()),
			"Nothing was changed.",
			"To rename a resource, write a moved block. To drop one of two, or to hand the key over, apply revoke_on_destroy = false first, or write a removed block with destroy = false.",
			howToDestroy)
	default:
		return nil
	}
}

// guardOwnKey says where destroying state would revoke the provider's own key.
func (p orgAPIKeyPlanner) guardOwnKey(state *orgAPIKeyModel) diag.Diagnostics {
	if !state.revokes() || !p.data.ownAPIKey(state.ID.ValueString()) {
		return nil
	}
	return ownKeyGuarded(path.Root("revoke_on_destroy"), state.ID.ValueString())
}

// announceRevocation says what becomes of the key when state is destroyed.
func (p orgAPIKeyPlanner) announceRevocation(state *orgAPIKeyModel) diag.Diagnostics {
	at := path.Root("revoke_on_destroy")
	if !state.revokes() {
		why := "revoke_on_destroy is false"
		if !state.works() {
			why = "it is " + state.Status.ValueString()
		}
		return warningAt(at, fmt.Sprintf("API key %s only forgotten", state.name()), fmt.Sprintf("Destroying this resource sends nothing: %s.", why))
	}
	used := "It was never used, as far as state tells."
	if last := timeOf(state.LastActiveAt); !last.IsZero() {
		used = "State has it last used at " + inWords(last) + "; it may have been used since."
	}
	own := ""
	if p.data.apiKeyID.IsNull() {
		own = "api_key_id of the provider block is not set: the provider cannot tell whether this is the key that it works with itself."
	}
	return warningAt(at, fmt.Sprintf("Revocation of the API key %s planned", state.name()),
		fmt.Sprintf("The plan revokes the API key %s for good.", state.name()), used, own,
		"To keep it, apply revoke_on_destroy = false on its own first.")
}

// announceOpenSelection warns that the key may turn out to be another one than
// in state. A plan that has not found the other one does not replace.
func (p orgAPIKeyPlanner) announceOpenSelection(state *orgAPIKeyModel) diag.Diagnostics {
	return warningAt(path.Root("label"), "API key not known before apply",
		fmt.Sprintf("label, key_id or organization_id depends on what is known only during apply. Where it turns out to name another API key than %s, the apply stops with an error that speaks of an inconsistent plan and leaves the key alone; the next plan replaces it.", state.name()))
}
