// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// managedToken is the model of a resource for tokens.
type managedToken[M any] interface {
	*M

	shared() *tokenModel
	// owner is what the token belongs to.
	owner() datacenter.TokenOwner
	// ownerKnown reports whether that is known yet.
	ownerKnown() bool
	// needs says what takes another token to change.
	needs() tokenNeeds
	// unfit says why the instance cannot make the token, as far as the
	// configuration of the provider tells.
	unfit(data *providerData) diag.Diagnostics
	// importID is what the token is imported by.
	importID() string
	// identity returns what identifies the token.
	identity() any
	// partsOf returns the parts of the import ID that an identity stands for.
	partsOf(ctx context.Context, identity *tfsdk.ResourceIdentity) ([]string, diag.Diagnostics)
	// takeImport sets what the parts of an import ID say, and reports whether they
	// name a token.
	takeImport(parts []string) bool
	// importForm says what import IDs look like.
	importForm() string
	// importedOwner returns the attributes that say what the token belongs to.
	importedOwner() map[string]any
}

var _ rotationPlanner[personalTokenModel] = tokenPlanner[personalTokenModel, *personalTokenModel]{}

// tokenPlanner plans changes of a resource for tokens.
type tokenPlanner[M any, P managedToken[M]] struct {
	data *providerData
}

// subject is the token itself; before it is made, two resources cannot mean the
// same one.
func (p tokenPlanner[M, P]) subject(plan *M) subject {
	token := P(plan).shared()
	site := p.data.site(token.Instance)
	if site == "" || !isSet(token.TokenID) {
		return subject{}
	}
	owner := P(plan).owner()
	return subject{"token", fmt.Sprintf("%s %s of %s%s%s", token.TokenID.ValueString(), site, owner.User, owner.Project, owner.Repository)}
}

func (p tokenPlanner[M, P]) replaces(plan, state *M) bool {
	return !P(plan).shared().Instance.Equal(P(state).shared().Instance) || P(plan).owner() != P(state).owner()
}

func (p tokenPlanner[M, P]) creation(ctx context.Context, plan *M) diag.Diagnostics {
	token := P(plan).shared()
	diags := p.data.checkInstance(token.Instance)
	diags.Append(P(plan).unfit(p.data)...)
	token.DriftAcknowledged = types.BoolValue(true)
	token.planRotation(rotation.Decide(rotation.Situation{Creating: true, RotateOnCreate: rotation.Changed}))
	token.planOpenOutcome()
	token.planToken()
	token.forgetPrevious()
	if diags.HasError() {
		return diags
	}
	return append(diags, p.try(ctx, plan)...)
}

// try lists the tokens, as the creation will.
func (p tokenPlanner[M, P]) try(ctx context.Context, plan *M) diag.Diagnostics {
	token := P(plan).shared()
	if !P(plan).ownerKnown() {
		return nil
	}
	return p.data.tryCreation(ctx, token.Instance, creationTrial{
		timeouts: token.Timeouts,
		ask: func(ctx context.Context, instance *datacenter.Instance) error {
			_, err := instance.Tokens(P(plan).owner()).TryList(ctx)
			if P(plan).owner() != (datacenter.TokenOwner{}) && datacenter.IsAbsent(err) {
				// The same apply may create the project that the token is for.
				return nil
			}
			return err
		},
		failed:      fmt.Sprintf("Tokens of %q not listed", token.Instance.ValueString()),
		consequence: "The plan makes a token: as long as this lasts, applying that fails for it alone.",
	})
}

// update marks what an update of state will change. An instance that left the
// provider block is no error before something has to be sent to it.
func (p tokenPlanner[M, P]) update(planned, prior *M, memory rotationMemory) diag.Diagnostics {
	plan, state := P(planned).shared(), P(prior).shared()
	plan.reschedule(&state.rotationModel, state.managedSince(memory))
	plan.RotationDue = types.BoolValue(false)
	if !state.acknowledged() {
		plan.DriftAcknowledged = types.BoolValue(true)
	}
	if !plan.sameWindows(&state.expiryModel) {
		plan.planJudgement()
	}
	decision := plan.decide(state, P(planned).needs(), memory.Imported)
	if decision.Rotate != rotation.Unchanged {
		return append(announceStrays(state, memory), p.rotation(planned, state, decision)...)
	}
	diags := announceStrays(state, memory)
	diags.Append(p.planPrevious(plan, state)...)
	if !P(planned).needs().permissions && !memory.Imported && plan.renames(state) {
		plan.TokenName = types.StringUnknown()
	}
	diags.Append(announceImportedTriggers(&state.rotationModel, &plan.rotationModel, memory.Imported)...)
	diags.Append(announcePause(&state.rotationModel, &plan.rotationModel, plan.thing())...)
	if state.ExpiryCritical.ValueBool() && plan.sameWindows(&state.expiryModel) {
		diags.Append(state.failOfExpiry()...)
	}
	return append(diags, announceNoSecret(state, memory)...)
}

// renames reports whether the plan m names tokens otherwise than state.
func (m *tokenModel) renames(state *tokenModel) bool {
	return !m.Name.Equal(state.Name)
}

// rotation marks in planned what another token changes.
func (p tokenPlanner[M, P]) rotation(planned *M, state *tokenModel, decision rotation.Decision) diag.Diagnostics {
	plan := P(planned).shared()
	diags := P(planned).unfit(p.data)
	plan.planRotation(decision)
	plan.planToken()
	plan.planOverlap()
	diags.Append(announceRotation(path.Root("instance"), plan.thing(), decision, plan.announceOverlap(state)...)...)
	diags.Append(announceLostAttempt(state)...)
	if isSet(state.PreviousTokenID) {
		diags.Append(announceRevocation(state, state.PreviousTokenID.ValueString(), "only one superseded token is kept")...)
	}
	switch {
	case state.missing() || isSet(plan.RevokePreviousAfter) && !plan.retiresAtOnce():
	case plan.RevokePreviousAfter.IsUnknown():
		diags.Append(announceRevocation(state, state.present(), "unless revoke_previous_after, which is not known before apply, says to keep it")...)
	default:
		diags.Append(announceRevocation(state, state.present(), "the new one takes its place, once it has opened the instance")...)
	}
	return diags
}

// announceOverlap says how long the token in state goes on working beside the one
// that the plan m makes; nothing where it does not, or nobody knows.
func (m *tokenModel) announceOverlap(state *tokenModel) []string {
	if !state.works() || !isSet(m.RevokePreviousAfter) || m.retiresAtOnce() {
		return nil
	}
	return []string{fmt.Sprintf("The present one, %s, goes on working for %s: the first apply after that revokes it.", state.present(), m.RevokePreviousAfter.ValueString())}
}

// planPrevious marks in plan what becomes of a superseded token without another
// rotation.
func (p tokenPlanner[M, P]) planPrevious(plan, state *tokenModel) diag.Diagnostics {
	switch {
	case !isSet(state.PreviousTokenID):
	case plan.revokesPrevious(state):
		plan.forgetPrevious()
		return announceRevocation(state, state.PreviousTokenID.ValueString(), "it was superseded, and was to go at "+inWords(timeOf(state.PreviousRevocationDue)))
	case plan.RevokePreviousAfter.IsUnknown():
		plan.planOverlap()
	default:
		plan.recountOverlap(state)
	}
	return nil
}

// destruction names the tokens that go with the state.
func (p tokenPlanner[M, P]) destruction(prior *M, memory rotationMemory) diag.Diagnostics {
	state := P(prior).shared()
	diags := announceStrays(state, memory)
	diags.Append(announceLostAttempt(state)...)
	if isSet(state.PreviousTokenID) {
		diags.Append(announceRevocation(state, state.PreviousTokenID.ValueString(), "destroying this resource revokes its tokens")...)
	}
	if state.missing() {
		return append(diags, warningAt(path.Root("instance"), fmt.Sprintf("Token %q of %q only forgotten", state.Name.ValueString(), state.Instance.ValueString()),
			"As far as is known there is no such token any more.")...)
	}
	why := "destroying this resource revokes its tokens"
	if state.Own.ValueBool() {
		why += ". With own = true it is the token that the provider works with: this configuration is locked out of the instance then"
	}
	return append(diags, announceRevocation(state, state.present(), why)...)
}

// announceRevocation warns that the plan revokes a token, and says why.
func announceRevocation(state *tokenModel, token, why string) diag.Diagnostics {
	return warningAt(path.Root("revoke_previous_after"), fmt.Sprintf("Revocation of the token %s of %q planned", token, state.Instance.ValueString()),
		fmt.Sprintf("The plan revokes the token %s of the instance %q: %s.", token, state.Instance.ValueString(), why), "This cannot be undone.")
}

// announceStrays warns that the plan revokes the tokens that a refresh has found
// and whose secret is lost.
func announceStrays(state *tokenModel, memory rotationMemory) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, id := range memory.Strays {
		diags.Append(announceRevocation(state, id, "it was made for this resource, and its secret is lost")...)
	}
	return diags
}

// announceLostAttempt warns that the plan revokes what a request has made whose
// answer was lost.
func announceLostAttempt(state *tokenModel) diag.Diagnostics {
	if state.attemptedAt().IsZero() {
		return nil
	}
	return warningAt(path.Root("instance"), fmt.Sprintf("Revocation of a token of %q planned, if there is one", state.Instance.ValueString()),
		fmt.Sprintf("The plan revokes the token that was asked for at %s, if it was made: its secret was lost with the answer.", inWords(state.attemptedAt())))
}

// announceNoSecret says of a token that was imported that nobody knows its
// secret.
func announceNoSecret(state *tokenModel, memory rotationMemory) diag.Diagnostics {
	if !memory.Imported || isSet(state.Token) {
		return nil
	}
	return warningAt(path.Root("token"), fmt.Sprintf("Secret of the token %s of %q not known", state.present(), state.Instance.ValueString()),
		"The token was imported, and an instance shows the secret of a token once, when it makes it: `token` is null until a rotation makes another one.",
		"To have one now, change rotate_triggers after the import.")
}
