package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// planCreation marks in the plan m what a creation will find or change.
func (m *dcAESRotationModel) planCreation(data *providerData) diag.Diagnostics {
	diags := data.checkInstance(m.Instance)
	m.ID = m.Instance
	decision := rotation.Decide(m.situation(nil, false))
	if decision.Rotate == rotation.Unchanged {
		m.planAdoption()
		return diags
	}
	m.planRotation(decision.Rotate)
	return append(diags, m.announceRotation(decision)...)
}

// planUpdate marks in the plan m what an update of state will change.
func (m *dcAESRotationModel) planUpdate(data *providerData, state *dcAESRotationModel, imported bool) diag.Diagnostics {
	diags := data.checkInstance(m.Instance)
	m.reschedule(&state.rotationModel, time.Time{})
	if m.deletes(state) {
		m.planKeyChange()
		diags.Append(m.announceDeletion(state)...)
	}
	decision := rotation.Decide(m.situation(state, imported))
	if decision.Rotate == rotation.Unchanged {
		return diags
	}
	m.planRotation(decision.Rotate)
	m.planKeyChange()
	m.planServerWords()
	return append(diags, m.announceRotation(decision)...)
}

func (m *dcAESRotationModel) announceRotation(decision rotation.Decision) diag.Diagnostics {
	return announce(path.Root("instance"), "AES key rotation planned", decision, fmt.Sprintf("the AES key of the instance %q", m.Instance.ValueString()))
}

func (m *dcAESRotationModel) announceDeletion(state *dcAESRotationModel) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("inactive_key_retention"), "Deletion of inactive AES keys planned",
		fmt.Sprintf("Applying this plan deletes all %d inactive AES keys of the instance %q: inactive_key_retention = %q has passed. "+
			"Backups from before their rotation need them; this cannot be undone.",
			len(state.keys()), m.Instance.ValueString(), m.InactiveKeyRetention.ValueString()))}
}
