package provider

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
// and nobody can give that one the token which the instance in state has.
func (m *tunnelTokenModel) needsAnother(state *tunnelTokenModel) bool {
	return m.moved(state) && state.Delivered.ValueBool() && !isSet(state.Token)
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
	decision := rotation.Decide(m.situation(state, imported))
	if decision.Rotate == rotation.Unchanged && state != nil && m.needsAnother(state) {
		return rotation.Decision{Rotate: rotation.ChangeUnknown, Reason: "instance is not known before apply; it rotates if that turns out to be another one"}
	}
	return decision
}

func (m *tunnelTokenModel) situation(state *tunnelTokenModel, imported bool) rotation.Situation {
	if state == nil {
		return m.rotationModel.situation(nil, imported)
	}
	situation := m.rotationModel.situation(&state.rotationModel, imported)
	situation.AttemptedAt = timeOf(state.RotationAttemptedAt)
	situation.Repair = m.repair(state)
	return situation
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

// record takes over what was done to the token.
func (m *tunnelTokenModel) record(report tunnelReport) {
	if !report.regeneratedAt.IsZero() {
		m.recordToken(report)
	}
	if !report.attemptedAt.IsZero() {
		m.attempted(report.attemptedAt)
	}
	if report.undelivered {
		m.Delivered = types.BoolValue(false)
	}
	if !report.deliveredAt.IsZero() {
		m.Delivered = types.BoolValue(true)
		m.DeliveredAt = timestamp(report.deliveredAt)
		m.CloudOrgName = stringOrNull(report.end.CloudOrgName)
		m.CloudPageURL = stringOrNull(report.end.CloudPageURL)
		m.AppLinksURL = stringOrNull(report.end.AppLinksURL)
	}
}

func (m *tunnelTokenModel) recordToken(report tunnelReport) {
	m.rotated(report.regeneratedAt, originTerraform)
	m.Name = stringOrNull(report.tunnel.Name)
	m.Status = stringOrNull(report.tunnel.Status)
	m.OnPremiseURL = stringOrNull(report.tunnel.OnPremiseURL)
	m.UpstreamDNSURL = stringOrNull(report.tunnel.UpstreamDNSURL)
	digest := sha256.Sum256([]byte(report.tunnel.Token))
	m.TokenSHA256 = types.StringValue(hex.EncodeToString(digest[:]))
	m.Token = types.StringNull()
	if m.StoreToken.ValueBool() {
		m.Token = types.StringValue(report.tunnel.Token)
	}
}
