package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// planDefaults fills what the configuration leaves to the rest of it and to the
// provider block.
func (m *tunnelTokenModel) planDefaults(data *providerData) diag.Diagnostics {
	if m.OrganizationID.IsUnknown() && data != nil {
		m.OrganizationID = data.organizationID
	}
	if isSet(m.Hostname) {
		m.ID = types.StringValue(m.Hostname.canonical())
	}
	diags := checkTokenTaker(m.Instance, m.StoreToken)
	diags.Append(data.checkInstance(m.Instance)...)
	if m.OrganizationID.IsNull() {
		diags.Append(missingOrganization()...)
	}
	return diags
}

// planCreation marks in the plan m what a creation will find or change.
func (m *tunnelTokenModel) planCreation(data *providerData) diag.Diagnostics {
	diags := m.planDefaults(data)
	decision := m.decide(nil, false)
	if decision.Rotate == rotation.Unchanged {
		m.forget()
		m.planAdoption()
		return diags
	}
	diags.Append(m.planRegeneration(data, decision)...)
	return diags
}

// planUpdate marks in the plan m what an update of state will change.
func (m *tunnelTokenModel) planUpdate(data *providerData, state *tunnelTokenModel, imported bool) diag.Diagnostics {
	diags := m.planDefaults(data)
	diags.Append(m.announceImportedTriggers(&state.rotationModel, imported)...)
	m.reschedule(&state.rotationModel, time.Time{})
	m.planKeeping()
	decision := m.decide(state, imported)
	switch {
	case decision.Rotate != rotation.Unchanged:
		diags.Append(m.planRegeneration(data, decision)...)
	case m.delivers(state):
		m.planDelivery()
		diags.Append(data.checkOrganization(m.OrganizationID)...)
		diags.Append(m.announceDelivery()...)
	}
	return diags
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

// planRegeneration marks what a new token changes.
func (m *tunnelTokenModel) planRegeneration(data *providerData, decision rotation.Decision) diag.Diagnostics {
	m.planRotation(decision.Rotate)
	m.Name = types.StringUnknown()
	m.Status = types.StringUnknown()
	m.OnPremiseURL = types.StringUnknown()
	m.UpstreamDNSURL = types.StringUnknown()
	m.TokenSHA256 = types.StringUnknown()
	m.Token = types.StringUnknown()
	if !m.StoreToken.IsUnknown() && !m.StoreToken.ValueBool() {
		m.Token = types.StringNull()
	}
	m.forgetDelivery()
	if !m.Instance.IsNull() {
		m.planDelivery()
	}
	diags := data.checkOrganization(m.OrganizationID)
	diags.Append(m.announceRegeneration(decision)...)
	return diags
}

func (m *tunnelTokenModel) planDelivery() {
	m.Delivered = types.BoolUnknown()
	m.DeliveredAt = timetypes.NewRFC3339Unknown()
	m.CloudOrgName = types.StringUnknown()
	m.CloudPageURL = types.StringUnknown()
	m.AppLinksURL = types.StringUnknown()
}

func (m *tunnelTokenModel) announceRegeneration(decision rotation.Decision) diag.Diagnostics {
	return announce(path.Root("hostname"), "Tunnel token rotation planned", decision, fmt.Sprintf("the security key of the tunnel %q", m.Hostname.canonical()))
}

func (m *tunnelTokenModel) announceDelivery() diag.Diagnostics {
	return warningAt(path.Root("instance"), "Tunnel token delivery planned",
		fmt.Sprintf("Applying this plan delivers the stored token of the tunnel %q to the instance %q.", m.Hostname.canonical(), m.Instance.ValueString()))
}

// announceForgetting warns before a tunnel is forgotten that waits for its token.
func (m *tunnelTokenModel) announceForgetting() diag.Diagnostics {
	if !m.waiting() && m.RotationAttemptedAt.IsNull() {
		return nil
	}
	return warningAt(path.Root("hostname"), "A tunnel without its token will be forgotten",
		fmt.Sprintf("The tunnel %q waits for a token that its instance never got, and destroying this resource only forgets it. Apply first to bring it back.", m.Hostname.canonical()))
}
