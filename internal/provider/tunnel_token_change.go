package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// defaultTunnelTimeout bounds the regeneration and the delivery together.
const defaultTunnelTimeout = 10 * time.Minute

// change returns what applying the plan m to state does; state is nil for a
// creation, and the change is false where nothing has to be sent.
func (m *tunnelTokenModel) change(data *providerData, state *tunnelTokenModel) (tunnelChange, bool, diag.Diagnostics) {
	delivers := state != nil && m.delivers(state)
	if !m.rotates() && !delivers {
		return tunnelChange{}, false, nil
	}
	organization, diags := data.organization(m.OrganizationID)
	var instance *datacenter.Instance
	if !m.Instance.IsNull() {
		var instanceDiags diag.Diagnostics
		instance, instanceDiags = data.instance(m.Instance)
		diags.Append(instanceDiags...)
	}
	change := tunnelChange{
		organization: organization,
		hostname:     m.Hostname.canonical(),
		instance:     instance,
		clock:        data.clock,
		preflight:    m.Preflight.ValueBool(),
		regenerate:   m.rotates(),
	}
	if state != nil {
		change.token = state.Token.ValueString()
	}
	return change, true, diags
}

// carryOut does what applying the plan m to state does; state is nil for a
// creation. It reports false where nothing was changed and the state has to stay
// as it is.
func (m *tunnelTokenModel) carryOut(ctx context.Context, data *providerData, state *tunnelTokenModel, diags *diag.Diagnostics) (report tunnelReport, done bool) {
	change, needed, changeDiags := m.change(data, state)
	diags.Append(changeDiags...)
	if changeDiags.HasError() || !needed {
		return report, !changeDiags.HasError()
	}
	report, err := change.run(ctx)
	diags.Append(change.diagnose(report, err)...)
	return report, err == nil || report.changed()
}

// create turns the plan m into the state after a creation.
func (m *tunnelTokenModel) create(report tunnelReport, now time.Time) {
	m.forget()
	m.countFrom(now)
	m.record(report)
}

// apply turns the state m into the one after an update to plan at now.
func (m *tunnelTokenModel) apply(plan *tunnelTokenModel, report tunnelReport, now time.Time) {
	prior := m.rotationModel
	m.takeInputs(plan)
	m.reschedule(&prior, now)
	m.record(report)
}
