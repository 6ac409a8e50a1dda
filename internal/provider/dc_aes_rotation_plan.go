package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
	m.DeletionDue = types.BoolValue(false)
	if deletion := m.deletion(state); deletion != rotation.Unchanged {
		m.planKeyChange()
		diags.Append(m.announceDeletion(state, deletion)...)
	}
	decision := rotation.Decide(m.situation(state, imported))
	if decision.Rotate == rotation.Unchanged {
		return append(diags, m.announceImportedTriggers(&state.rotationModel, imported)...)
	}
	m.planRotation(decision.Rotate)
	m.planKeyChange()
	m.planServerWords()
	return append(diags, m.announceRotation(decision)...)
}

func (m *dcAESRotationModel) announceRotation(decision rotation.Decision) diag.Diagnostics {
	return announce(path.Root("instance"), "AES key rotation planned", decision, fmt.Sprintf("the AES key of the instance %q", m.Instance.ValueString()))
}

func (m *dcAESRotationModel) announceDeletion(state *dcAESRotationModel, decided rotation.Change) diag.Diagnostics {
	verb, reason := "deletes", fmt.Sprintf("inactive_key_retention = %q has passed", state.InactiveKeyRetention.ValueString())
	if decided == rotation.ChangeUnknown {
		verb, reason = "may delete", reason+", unless it turns out to change"
	}
	return warningAt(path.Root("inactive_key_retention"), "Deletion of inactive AES keys planned",
		fmt.Sprintf("Applying this plan %s all %d inactive AES keys of the instance %q: %s. "+
			"Backups from before their rotation need them; this cannot be undone.",
			verb, len(state.keys()), m.Instance.ValueString(), reason))
}
