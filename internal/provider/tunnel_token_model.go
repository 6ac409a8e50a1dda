// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/tunnel"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// tunnelTokenModel is an atlassian_tunnel_token.
type tunnelTokenModel struct {
	rotationModel

	ID             types.String        `tfsdk:"id"`
	Hostname       tunnelHostnameValue `tfsdk:"hostname"`
	OrganizationID types.String        `tfsdk:"organization_id"`
	Instance       types.String        `tfsdk:"instance"`
	StoreToken     types.Bool          `tfsdk:"store_token"`
	Preflight      types.Bool          `tfsdk:"preflight"`
	Name           types.String        `tfsdk:"name"`
	Status         types.String        `tfsdk:"status"`
	OnPremiseURL   types.String        `tfsdk:"on_premise_url"`
	UpstreamDNSURL types.String        `tfsdk:"upstream_dns_url"`
	Token          types.String        `tfsdk:"token"`
	TokenSHA256    types.String        `tfsdk:"token_sha256"`
	Delivered      types.Bool          `tfsdk:"delivered"`
	DeliveredAt    timetypes.RFC3339   `tfsdk:"delivered_at"`
	CloudOrgName   types.String        `tfsdk:"cloud_org_name"`
	CloudPageURL   types.String        `tfsdk:"cloud_page_url"`
	AppLinksURL    types.String        `tfsdk:"app_links_url"`
}

// thing names what rotates in a sentence.
func (m *tunnelTokenModel) thing() string {
	return "the security key of " + m.tunnel()
}

// tunnel names the tunnel in a sentence, as far as it is known.
func (m *tunnelTokenModel) tunnel() string {
	if !isSet(m.Hostname) {
		return "a tunnel that is not known yet"
	}
	return fmt.Sprintf("the tunnel %q", m.Hostname.canonical())
}

// lastCopy says that a token is nowhere but in the state m; empty where it is not.
func (m *tunnelTokenModel) lastCopy() string {
	if !isSet(m.Token) || m.Delivered.ValueBool() {
		return ""
	}
	return "State holds that token, and no endpoint tells it again: hand it over first where nobody has."
}

// waiting reports whether Cloud has a token that the instance never got.
func (m *tunnelTokenModel) waiting() bool {
	return !m.Delivered.IsNull() && !m.Delivered.ValueBool()
}

// moved reports whether the plan m hands the tunnel to another instance than
// state does.
func (m *tunnelTokenModel) moved(state *tunnelTokenModel) bool {
	return !m.Instance.IsNull() && !m.Instance.Equal(state.Instance)
}

// delivers reports whether the plan m hands the token in state to the instance.
func (m *tunnelTokenModel) delivers(state *tunnelTokenModel) bool {
	return !m.Instance.IsNull() && isSet(state.Token) && (state.waiting() || m.moved(state))
}

// needsAnother reports whether the plan m hands the tunnel to another instance,
// and nobody can give that one the present token: it is not stored, and was made
// for the instance in state or for one that was taken out since.
func (m *tunnelTokenModel) needsAnother(state *tunnelTokenModel) bool {
	made := state.Delivered.ValueBool() || state.Instance.IsNull() && isSet(state.TokenSHA256)
	return m.moved(state) && made && !isSet(state.Token)
}

// repair says why the token in Cloud has to be replaced although nothing is
// due; empty where it has not.
func (m *tunnelTokenModel) repair(state *tunnelTokenModel) string {
	switch {
	case state.waiting() && !isSet(state.Token):
		return "the tunnel waits for a token that its instance never got"
	case m.needsAnother(state) && !m.Instance.IsUnknown():
		return "another instance needs a token, and the present one is not stored"
	default:
		return ""
	}
}

// decide makes the one decision whether to regenerate the token.
func (m *tunnelTokenModel) decide(state *tunnelTokenModel, imported bool) rotation.Decision {
	if state == nil {
		return rotation.Decide(m.situation(nil, imported))
	}
	situation := m.situation(&state.rotationModel, imported)
	situation.Repair = m.repair(state)
	decision := rotation.Decide(situation)
	if decision.Rotate == rotation.Unchanged && m.needsAnother(state) {
		return rotation.Decision{Rotate: rotation.ChangeUnknown, Reason: rotation.ReasonRepair, Why: "instance is not known before apply; it rotates if that turns out to be another one"}
	}
	return decision
}

// planKeeping plans what becomes of the token and its delivery without a new one.
func (m *tunnelTokenModel) planKeeping() {
	switch {
	case m.StoreToken.IsUnknown():
		m.Token = types.StringUnknown()
	case !m.StoreToken.ValueBool():
		m.Token = types.StringNull()
	}
	switch {
	case m.Instance.IsUnknown():
		m.planDelivery()
	case m.Instance.IsNull():
		m.forgetDelivery()
	}
}

// planToken marks in the plan m what a new token changes.
func (m *tunnelTokenModel) planToken() {
	for _, word := range m.words() {
		*word = types.StringUnknown()
	}
	m.Status = types.StringUnknown()
	m.TokenSHA256 = types.StringUnknown()
	m.Token = types.StringUnknown()
	if !m.StoreToken.IsUnknown() && !m.StoreToken.ValueBool() {
		m.Token = types.StringNull()
	}
	m.forgetDelivery()
	if !m.Instance.IsNull() {
		m.planDelivery()
	}
}

// planKnownWords marks in the plan m, which makes a new token, what Cloud and the
// instance will say of the tunnel. What they have said before stays, because they
// mostly say the same, and a reader of the plan is spared the lines; where they say
// something else, the next refresh records that. Another instance says other things,
// and while an attempt is open nobody knows what is true.
func (m *tunnelTokenModel) planKnownWords(state *tunnelTokenModel) {
	if !m.Instance.Equal(state.Instance) || !state.attemptedAt().IsZero() {
		return
	}
	said := state.words()
	for i, word := range m.words() {
		if word.IsUnknown() && !said[i].IsNull() {
			*word = *said[i]
		}
	}
	if state.Delivered.ValueBool() {
		m.Delivered = state.Delivered
	}
}

// words returns what Cloud and the instance say of the tunnel, as long as nobody
// sets it up otherwise.
func (m *tunnelTokenModel) words() []*types.String {
	return []*types.String{&m.Name, &m.OnPremiseURL, &m.UpstreamDNSURL, &m.CloudOrgName, &m.CloudPageURL, &m.AppLinksURL}
}

// keepPlannedWords gives the state m the words that plan knows, and returns what
// was said in their place; nothing where that is the same.
func (m *tunnelTokenModel) keepPlannedWords(plan *tunnelTokenModel) []string {
	planned, differ := plan.words(), false
	said := make([]string, len(planned))
	for i, word := range m.words() {
		said[i] = word.ValueString()
		if !planned[i].IsUnknown() && !planned[i].Equal(*word) {
			*word, differ = *planned[i], true
		}
	}
	if !differ {
		return nil
	}
	return said
}

// recordWords takes over what was said in place of the words that a plan knew.
func (m *tunnelTokenModel) recordWords(memory *rotationMemory) {
	words := m.words()
	if len(memory.TunnelWords) != len(words) {
		return
	}
	for i, said := range memory.TunnelWords {
		*words[i] = stringOrNull(said)
	}
	memory.TunnelWords = nil
}

// planDelivery marks in the plan m what a delivery changes.
func (m *tunnelTokenModel) planDelivery() {
	m.Delivered = types.BoolUnknown()
	m.DeliveredAt = timetypes.NewRFC3339Unknown()
	m.CloudOrgName = types.StringUnknown()
	m.CloudPageURL = types.StringUnknown()
	m.AppLinksURL = types.StringUnknown()
}

// forget sets everything computed to null: the state before a creation.
func (m *tunnelTokenModel) forget() {
	m.rotationModel.forget()
	m.Name = types.StringNull()
	m.Status = types.StringNull()
	m.OnPremiseURL = types.StringNull()
	m.UpstreamDNSURL = types.StringNull()
	m.Token = types.StringNull()
	m.TokenSHA256 = types.StringNull()
	m.forgetDelivery()
}

func (m *tunnelTokenModel) forgetDelivery() {
	m.Delivered = types.BoolNull()
	m.DeliveredAt = timetypes.NewRFC3339Null()
	m.CloudOrgName = types.StringNull()
	m.CloudPageURL = types.StringNull()
	m.AppLinksURL = types.StringNull()
}

// takeInputs replaces the inputs in the state m by those of plan, and drops what
// they no longer allow to keep.
func (m *tunnelTokenModel) takeInputs(plan *tunnelTokenModel) {
	m.rotationModel.takeInputs(&plan.rotationModel)
	if plan.Instance.IsNull() {
		m.forgetDelivery()
	}
	m.Instance = plan.Instance
	m.StoreToken = plan.StoreToken
	m.Preflight = plan.Preflight
	if !m.StoreToken.ValueBool() {
		m.Token = types.StringNull()
	}
}

func (m *tunnelTokenModel) identity() tunnelIdentity {
	return tunnelIdentity{OrganizationID: m.OrganizationID, Hostname: m.ID}
}

// create turns the plan m into the state after a creation at now.
func (m *tunnelTokenModel) create(report tunnel.Report, now time.Time, memory *rotationMemory) {
	reason := m.RotationReason
	m.forget()
	m.countFrom(m.manage(memory, now))
	m.record(report, now, memory)
	if report.Changed() {
		m.RotationReason = reason
	}
}

// apply turns the state m into the one after an update to plan at now, of which err
// is the outcome.
func (m *tunnelTokenModel) apply(plan *tunnelTokenModel, report tunnel.Report, err error, now time.Time, memory *rotationMemory) {
	prior, since := m.rotationModel, m.manage(memory, now)
	m.takeInputs(plan)
	m.reschedule(&prior, since)
	m.RotationDue = types.BoolValue(false)
	if plan.rotates() {
		m.RotationReason = plan.RotationReason
	}
	memory.Imported = false
	m.record(report, now, memory)
	if err == nil && !report.RegeneratedAt.IsZero() {
		memory.TunnelWords = m.keepPlannedWords(plan)
	}
}

// record takes over what was done to the token.
func (m *tunnelTokenModel) record(report tunnel.Report, now time.Time, memory *rotationMemory) {
	if !report.RegeneratedAt.IsZero() {
		m.recordToken(report)
	}
	memory.abandon(datacenter.Abandoned{RotationAt: report.AbandonedAt}, now)
	if !report.AttemptedAt.IsZero() {
		m.RotationAttemptedAt = timestamp(report.AttemptedAt)
	}
	if report.Undelivered {
		m.Delivered = types.BoolValue(false)
		// What Cloud said of the tunnel was true before its token was changed.
		m.Status = types.StringNull()
	}
	if report.DeliveredAt.IsZero() {
		return
	}
	m.Delivered = types.BoolValue(true)
	m.DeliveredAt = timestamp(report.DeliveredAt)
	m.CloudOrgName = stringOrNull(report.End.CloudOrgName)
	m.CloudPageURL = stringOrNull(report.End.CloudPageURL)
	m.AppLinksURL = stringOrNull(report.End.AppLinksURL)
}

func (m *tunnelTokenModel) recordToken(report tunnel.Report) {
	m.rotated(report.RegeneratedAt, originTerraform)
	m.Name = stringOrNull(report.Tunnel.Name)
	m.Status = stringOrNull(report.Tunnel.Status)
	m.OnPremiseURL = stringOrNull(report.Tunnel.OnPremiseURL)
	m.UpstreamDNSURL = stringOrNull(report.Tunnel.UpstreamDNSURL)
	digest := sha256.Sum256([]byte(report.Tunnel.Token))
	m.TokenSHA256 = types.StringValue(hex.EncodeToString(digest[:]))
	m.Token = types.StringNull()
	if m.StoreToken.ValueBool() {
		m.Token = types.StringValue(report.Tunnel.Token)
	}
}
