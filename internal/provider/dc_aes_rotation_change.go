package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

const (
	// Re-encrypting every secret of a large instance takes minutes.
	defaultChangeTimeout = 20 * time.Minute
	defaultReadTimeout   = 5 * time.Minute
	defaultDeleteTimeout = 5 * time.Minute
)

// creation returns what creating the plan m does to the keys. Earlier is what a
// replaced object has left.
func (m *dcAESRotationModel) creation(earlier datacenter.Attempt) datacenter.AESKeyChange {
	return datacenter.AESKeyChange{
		Preflight:   m.Preflight.ValueBool(),
		Rotate:      m.rotates(),
		DeleteAfter: m.rotates() && m.deletesAtOnce(),
		Earlier:     earlier,
	}
}

// update returns what updating state to the plan m does to the keys.
func (m *dcAESRotationModel) update(state *dcAESRotationModel) datacenter.AESKeyChange {
	rotates, atOnce := m.rotates(), m.deletesAtOnce()
	return datacenter.AESKeyChange{
		Preflight:    rotates && m.Preflight.ValueBool(),
		DeleteBefore: m.deletion(state) == rotation.Changed && (!rotates || !atOnce),
		Rotate:       rotates,
		DeleteAfter:  rotates && atOnce,
		Known:        state.keys(),
		Earlier:      state.openAttempt(),
	}
}

// changeAESKeys carries out change, and sends nothing where it is none.
func changeAESKeys(ctx context.Context, instance *datacenter.Instance, change datacenter.AESKeyChange) (datacenter.AESKeyReport, error) {
	if !change.Rotate && !change.DeleteBefore {
		return datacenter.AESKeyReport{}, nil
	}
	return instance.ChangeAESKeys(ctx, change)
}

// create turns the plan m into the state after a creation.
func (m *dcAESRotationModel) create(ctx context.Context, report datacenter.AESKeyReport, now time.Time) diag.Diagnostics {
	m.forget()
	m.countFrom(now)
	diags := m.recordKeys(ctx, report.InactiveKeys, now)
	return append(diags, m.record(ctx, report, now)...)
}

// apply turns the state m into the one after an update to plan, of which err is
// the outcome. An update that failed before it rotated keeps the inputs in
// state, so that the next plan asks for the same again.
func (m *dcAESRotationModel) apply(ctx context.Context, plan *dcAESRotationModel, report datacenter.AESKeyReport, err error, now time.Time) diag.Diagnostics {
	if err == nil || !report.RotatedAt.IsZero() || !report.Unsettled.At.IsZero() {
		prior := m.rotationModel
		m.takeInputs(plan)
		m.reschedule(&prior, now)
	}
	return m.record(ctx, report, now)
}
