// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// What status says of a token.
const (
	tokenActive  = "active"
	tokenExpired = "expired"
	tokenMissing = "missing"
)

// tokenModel holds the attributes of any token of a Data Center instance.
type tokenModel struct {
	rotationModel
	expiryModel

	ID                    types.String      `tfsdk:"id"`
	Instance              types.String      `tfsdk:"instance"`
	Name                  types.String      `tfsdk:"name"`
	ExpiresIn             durationValue     `tfsdk:"expires_in"`
	Permissions           types.Set         `tfsdk:"permissions"`
	RevokePreviousAfter   durationValue     `tfsdk:"revoke_previous_after"`
	Own                   types.Bool        `tfsdk:"own"`
	Token                 types.String      `tfsdk:"token"`
	TokenID               types.String      `tfsdk:"token_id"`
	TokenName             types.String      `tfsdk:"token_name"`
	Status                types.String      `tfsdk:"status"`
	CreatedAt             timetypes.RFC3339 `tfsdk:"created_at"`
	LastUsedAt            timetypes.RFC3339 `tfsdk:"last_used_at"`
	PreviousTokenID       types.String      `tfsdk:"previous_token_id"`
	PreviousRevocationDue timetypes.RFC3339 `tfsdk:"previous_revocation_due"`
	RevocationDue         types.Bool        `tfsdk:"revocation_due"`
	DriftAcknowledged     types.Bool        `tfsdk:"drift_acknowledged"`
}

// shared returns what the model has in common with those of other tokens.
func (m *tokenModel) shared() *tokenModel {
	return m
}

// thing names what rotates in a sentence.
func (m *tokenModel) thing() string {
	return fmt.Sprintf("the token %q of %q", m.Name.ValueString(), m.Instance.ValueString())
}

// present returns how the token in state is called, for people.
func (m *tokenModel) present() string {
	return fmt.Sprintf("%q (%s)", m.TokenName.ValueString(), m.TokenID.ValueString())
}

// ids returns the IDs of the tokens in state.
func (m *tokenModel) ids() []string {
	return []string{m.TokenID.ValueString(), m.PreviousTokenID.ValueString()}
}

// missing reports whether there is no token that could be revoked.
func (m *tokenModel) missing() bool {
	return !isSet(m.TokenID) || m.Status.ValueString() == tokenMissing
}

// works reports whether the token worked when it was last seen.
func (m *tokenModel) works() bool {
	return !isSet(m.Status) || m.Status.ValueString() == tokenActive
}

// retiresAtOnce reports whether a rotation revokes the token that it supersedes.
func (m *tokenModel) retiresAtOnce() bool {
	return isSet(m.RevokePreviousAfter) && m.RevokePreviousAfter.duration() == 0
}

// acknowledged reports whether what refresh saw happen elsewhere was saved.
func (m *tokenModel) acknowledged() bool {
	return m.DriftAcknowledged.IsNull() || m.DriftAcknowledged.ValueBool()
}

// revokesPrevious reports whether an update of state revokes the token that was
// superseded earlier: its time has come, or another one is about to take its
// place.
func (m *tokenModel) revokesPrevious(state *tokenModel) bool {
	return isSet(state.PreviousTokenID) && (state.RevocationDue.ValueBool() && m.sameOverlap(state) || m.rotates())
}

// sameOverlap reports whether m keeps superseded tokens as long as other does. A
// changed overlap is judged by the next refresh.
func (m *tokenModel) sameOverlap(other *tokenModel) bool {
	return m.RevokePreviousAfter.sameAs(other.RevokePreviousAfter)
}

// request describes the token that the plan m makes.
func (m *tokenModel) request() *datacenter.TokenRequest {
	return &datacenter.TokenRequest{
		Name:        m.Name.ValueString(),
		Days:        int(m.ExpiresIn.duration() / (24 * time.Hour)),
		Permissions: slices.Sorted(slices.Values(texts(m.Permissions))),
	}
}

// tokenNeeds says what a token cannot be given once it is made, for a product of
// which permissions may be one.
type tokenNeeds struct {
	permissions bool
}

// repair says why the token in state has to be replaced although nothing is due;
// empty where it has not.
func (m *tokenModel) repair(state *tokenModel, needs tokenNeeds, imported bool) string {
	switch {
	case state.Status.ValueString() == tokenMissing:
		return "the instance no longer lists the present one, and its secret cannot be read again"
	case state.Status.ValueString() == tokenExpired:
		return "the present one has expired"
	case imported:
		return ""
	case isSet(m.ExpiresIn) && !m.ExpiresIn.sameAs(state.ExpiresIn), m.ExpiresIn.IsNull() && !state.ExpiresIn.IsNull():
		return "expires_in changed, and the expiry of a token cannot be changed"
	case needs.permissions && !m.Permissions.IsUnknown() && !m.Permissions.Equal(state.Permissions):
		return "permissions changed, and those of a token cannot be changed"
	default:
		return ""
	}
}

// open says which input may turn out to need another token; empty for none.
func (m *tokenModel) open(needs tokenNeeds) string {
	switch {
	case m.ExpiresIn.IsUnknown():
		return "expires_in"
	case needs.permissions && m.Permissions.IsUnknown():
		return "permissions"
	default:
		return ""
	}
}

// decide makes the one decision whether to make another token.
func (m *tokenModel) decide(state *tokenModel, needs tokenNeeds, imported bool) rotation.Decision {
	situation := m.situation(&state.rotationModel, imported)
	situation.Repair = m.repair(state, needs, imported)
	decision := rotation.Decide(situation)
	if open := m.open(needs); decision.Rotate == rotation.Unchanged && open != "" && !imported {
		return rotation.Decision{Rotate: rotation.ChangeUnknown, Reason: rotation.ReasonRepair, Why: open + " is not known before apply; it rotates if that turns out to differ"}
	}
	return decision
}

// planToken marks in the plan m what a new token changes.
func (m *tokenModel) planToken() {
	m.ID = types.StringUnknown()
	m.Token = types.StringUnknown()
	m.TokenID = types.StringUnknown()
	m.TokenName = types.StringUnknown()
	m.Status = types.StringUnknown()
	m.CreatedAt = timetypes.NewRFC3339Unknown()
	m.ExpiresAt = timetypes.NewRFC3339Unknown()
	m.LastUsedAt = timetypes.NewRFC3339Null()
	m.planJudgement()
}

// planOverlap marks in the plan m what becomes of the token that is superseded.
func (m *tokenModel) planOverlap() {
	m.PreviousTokenID = types.StringUnknown()
	m.PreviousRevocationDue = timetypes.NewRFC3339Unknown()
	m.RevocationDue = types.BoolUnknown()
}

// forgetPrevious notes that no superseded token is left.
func (m *tokenModel) forgetPrevious() {
	m.PreviousTokenID = types.StringNull()
	m.PreviousRevocationDue = timetypes.NewRFC3339Null()
	m.RevocationDue = types.BoolValue(false)
}

// forget sets everything computed to null: the state before a creation.
func (m *tokenModel) forget() {
	m.rotationModel.forget()
	m.ID = types.StringNull()
	m.Token = types.StringNull()
	m.TokenID = types.StringNull()
	m.TokenName = types.StringNull()
	m.Status = types.StringValue(tokenMissing)
	m.CreatedAt = timetypes.NewRFC3339Null()
	m.ExpiresAt = timetypes.NewRFC3339Null()
	m.LastUsedAt = timetypes.NewRFC3339Null()
	m.DriftAcknowledged = types.BoolValue(true)
	m.forgetPrevious()
}

// takeInputs replaces the inputs in the state m by those of plan.
func (m *tokenModel) takeInputs(plan *tokenModel) {
	m.rotationModel.takeInputs(&plan.rotationModel)
	m.WarnBeforeExpiry, m.FailBeforeExpiry = plan.WarnBeforeExpiry, plan.FailBeforeExpiry
	m.Name = plan.Name
	m.ExpiresIn = plan.ExpiresIn
	m.Permissions = plan.Permissions
	m.RevokePreviousAfter = plan.RevokePreviousAfter
	m.Own = plan.Own
}

// seed returns what the markers of the token that supersedes the one in state
// derive from: the same as long as that one is in state, so that an attempt is
// known again whose answer nobody got to save.
func (m *tokenModel) seed(memory rotationMemory) string {
	if memory.TokenSeed != "" {
		return memory.TokenSeed
	}
	if m == nil || m.TokenID.ValueString() == "" {
		return datacenter.NewTokenSeed()
	}
	return m.TokenID.ValueString()
}

// creation returns what creating the plan m does.
func (m *tokenModel) creation() datacenter.TokenChange {
	return datacenter.TokenChange{Create: m.request(), Seed: (*tokenModel)(nil).seed(rotationMemory{})}
}

// update returns what updating state to the plan m does to tokens, apart from
// changing one in place.
func (m *tokenModel) update(state *tokenModel, memory rotationMemory) datacenter.TokenChange {
	change := datacenter.TokenChange{Own: m.Own.ValueBool()}
	if change.Own && state.works() {
		change.Secret = state.Token.ValueString()
	}
	if m.revokesPrevious(state) {
		change.Leftovers = append(change.Leftovers, state.PreviousTokenID.ValueString())
	}
	change.Leftovers = append(change.Leftovers, memory.Strays...)
	if !m.rotates() {
		return change
	}
	change.Create = m.request()
	change.Seed = state.seed(memory)
	change.SentAt = memory.RotationSentAt
	if m.retiresAtOnce() && !state.missing() {
		change.Retire = state.TokenID.ValueString()
	}
	return change
}

// destruction returns what destroying the state m does.
func (m *tokenModel) destruction(memory rotationMemory) datacenter.TokenChange {
	change := datacenter.TokenChange{Leftovers: slices.Clone(memory.Strays), Own: m.Own.ValueBool()}
	if isSet(m.PreviousTokenID) {
		change.Leftovers = append(change.Leftovers, m.PreviousTokenID.ValueString())
	}
	if change.Own && m.works() {
		change.Secret = m.Token.ValueString()
	}
	if !m.missing() {
		change.Retire = m.TokenID.ValueString()
	}
	if !m.attemptedAt().IsZero() {
		change.Seed, change.SentAt = m.seed(memory), memory.RotationSentAt
	}
	return change
}

// create turns the plan m into the state after a creation at now.
func (m *tokenModel) create(report datacenter.TokenReport, seed string, now time.Time, memory *rotationMemory) {
	reason := m.RotationReason
	m.forget()
	m.countFrom(m.manage(memory, now))
	m.RotationReason = reason
	m.record(nil, report, seed, now, memory)
	m.judge(!m.works(), now)
}

// apply turns the state m into the one after an update to plan, of which err is
// the outcome. One that failed before it made a token keeps the inputs in state,
// so that the next plan asks for the same again.
func (m *tokenModel) apply(plan *tokenModel, report datacenter.TokenReport, seed string, err error, now time.Time, memory *rotationMemory) {
	before := *m
	if err == nil {
		since := m.manage(memory, now)
		m.takeInputs(plan)
		m.reschedule(&before.rotationModel, since)
		m.DriftAcknowledged = types.BoolValue(true)
		m.RotationDue = types.BoolValue(false)
		m.recountOverlap(&before)
		memory.Imported = false
	}
	if report.Made() {
		m.RotationReason = plan.RotationReason
	}
	m.record(&before, report, seed, now, memory)
	if err == nil && !plan.sameWindows(&before.expiryModel) || report.Made() {
		m.judge(!m.works(), now)
	}
}

// recountOverlap moves the day on which the superseded token goes to where a
// changed revoke_previous_after puts it.
func (m *tokenModel) recountOverlap(before *tokenModel) {
	if !isSet(m.PreviousTokenID) || m.sameOverlap(before) || m.RevokePreviousAfter.IsUnknown() {
		return
	}
	m.PreviousRevocationDue = timestamp(timeOf(m.LastRotatedAt).Add(m.RevokePreviousAfter.duration()))
	m.RevocationDue = types.BoolValue(false)
}

// record takes over what was done to tokens. Before is the state as it was, nil
// for a creation.
func (m *tokenModel) record(before *tokenModel, report datacenter.TokenReport, seed string, now time.Time, memory *rotationMemory) {
	if slices.Contains(report.Revoked, m.PreviousTokenID.ValueString()) {
		m.forgetPrevious()
	}
	memory.Strays = slices.DeleteFunc(slices.Clone(memory.Strays), func(id string) bool { return slices.Contains(report.Revoked, id) })
	memory.abandon(datacenter.Abandoned{RotationAt: report.AbandonedAt}, now)
	if !report.UnsettledAt.IsZero() {
		m.RotationAttemptedAt = timestamp(report.UnsettledAt)
		memory.TokenSeed = seed
	}
	if !report.Made() {
		return
	}
	if report.Retried || memory.TokenSeed != "" {
		memory.StraySeed = seed
	}
	memory.TokenSeed, memory.RotationSentAt = "", time.Time{}
	m.rotated(report.CreatedAt, originTerraform)
	m.recordToken(report.Created.Token, now)
	m.Token = types.StringValue(report.Created.Secret)
	m.LastUsedAt = timetypes.NewRFC3339Null()
	if before != nil && before.remains(report) {
		m.PreviousTokenID = before.TokenID
		m.PreviousRevocationDue = timestamp(report.CreatedAt.Add(m.RevokePreviousAfter.duration()))
		m.RevocationDue = types.BoolValue(m.retiresAtOnce())
	}
}

// remains reports whether the token in state is there when another one was made.
// One that the refresh has missed may be in the list of the apply after all.
func (m *tokenModel) remains(report datacenter.TokenReport) bool {
	id := m.TokenID.ValueString()
	return (!m.missing() || isSet(m.TokenID) && tokenByID(report.Listed, id) != nil) && !slices.Contains(report.Revoked, id)
}

// recordToken takes over what the instance says of the token at now.
func (m *tokenModel) recordToken(token datacenter.Token, now time.Time) {
	m.TokenID = types.StringValue(token.ID)
	m.TokenName = types.StringValue(token.Name)
	m.CreatedAt = timeOrNull(token.CreatedAt)
	m.LastUsedAt = timeOrNull(token.LastUsedAt)
	if token.ExpiryTold {
		m.ExpiresAt = timeOrNull(token.ExpiresAt)
	}
	m.Status = types.StringValue(tokenActive)
	if expiry := timeOf(m.ExpiresAt); !expiry.IsZero() && !now.Before(expiry) {
		m.Status = types.StringValue(tokenExpired)
	}
}

// failOfExpiry is the error of a plan that keeps a token which expires within
// fail_before_expiry.
func (m *tokenModel) failOfExpiry() diag.Diagnostics {
	return errorAt(path.Root("fail_before_expiry"), fmt.Sprintf("Token %s of %q expires too soon", m.present(), m.Instance.ValueString()),
		fmt.Sprintf("It expires at %s, and fail_before_expiry is %q.", m.ExpiresAt.ValueString(), m.FailBeforeExpiry.ValueString()), "Nothing was changed.",
		"Change rotate_triggers to make another one now, or shorten rotation_interval.",
		"To destroy it all the same, run terraform destroy -refresh=false, or take fail_before_expiry out first.")
}

// warnOfExpiry warns of a token that expires soon and that no scheduled rotation
// supersedes before.
func (m *tokenModel) warnOfExpiry() diag.Diagnostics {
	expiry, next := timeOf(m.ExpiresAt), timeOf(m.NextRotationAt)
	if !m.works() || !m.ExpiresSoon.ValueBool() || !next.IsZero() && next.Before(expiry) && !m.RotationPaused.ValueBool() {
		return nil
	}
	return warningAt(path.Root("expires_in"), fmt.Sprintf("Token %s of %q expires soon", m.present(), m.Instance.ValueString()),
		fmt.Sprintf("It expires at %s, and no scheduled rotation comes before.", inWords(expiry)),
		"Change rotate_triggers to make another one now, or shorten rotation_interval.")
}

// suffix returns what tells the name of the token in state from those of others.
func (m *tokenModel) suffix() string {
	if marker, ok := strings.CutPrefix(m.TokenName.ValueString(), m.Name.ValueString()+"-"); ok {
		return marker
	}
	return datacenter.TokenMarker(m.TokenName.ValueString(), 0)
}
