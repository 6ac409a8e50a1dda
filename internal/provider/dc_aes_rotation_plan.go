// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

var _ rotationPlanner[dcAESRotationModel] = aesKeyPlanner{}

// aesKeyPlanner plans changes of an atlassian_dc_aes_rotation.
type aesKeyPlanner struct {
	data *providerData
}

func (p aesKeyPlanner) subject(plan *dcAESRotationModel) subject {
	return subject{"AES keys of the instance at", p.data.site(plan.Instance)}
}

func (p aesKeyPlanner) replaces(plan, state *dcAESRotationModel) bool {
	return !plan.Instance.Equal(state.Instance)
}

func (p aesKeyPlanner) creation(ctx context.Context, plan *dcAESRotationModel) diag.Diagnostics {
	diags := p.data.checkInstance(plan.Instance)
	inactive, tried := p.try(ctx, plan)
	diags.Append(tried...)
	plan.ID = plan.Instance
	plan.DriftAcknowledged = types.BoolValue(true)
	plan.DeletionDue = types.BoolValue(false)
	decision := rotation.Decide(plan.situation(nil, false))
	if decision.Rotate == rotation.Unchanged {
		plan.planAdoption()
		return diags
	}
	plan.planRotation(decision)
	plan.planOpenOutcome()
	p.planDeletionAfter(plan)
	diags.Append(p.announceRotation(plan, decision)...)
	return append(diags, p.announceFirstDeletion(plan, inactive)...)
}

// try lists the inactive keys, as the creation will, and returns them.
func (p aesKeyPlanner) try(ctx context.Context, plan *dcAESRotationModel) (inactive []string, diags diag.Diagnostics) {
	diags = p.data.tryCreation(ctx, plan.Instance, creationTrial{
		timeouts: plan.Timeouts,
		ask: func(ctx context.Context, instance *datacenter.Instance) (err error) {
			inactive, err = instance.TryInactiveKeys(ctx)
			return err
		},
		failed:      fmt.Sprintf("Inactive AES keys of %q not listed", plan.Instance.ValueString()),
		consequence: fmt.Sprintf("The plan takes %s under management: as long as this lasts, applying that fails for it alone.", plan.thing()),
	})
	return inactive, diags
}

// update marks what an update of state will change. An instance that left the
// provider block is no error before something has to be sent to it.
func (p aesKeyPlanner) update(plan, state *dcAESRotationModel, memory rotationMemory) diag.Diagnostics {
	plan.reschedule(&state.rotationModel, state.managedSince(memory))
	plan.RotationDue = types.BoolValue(false)
	plan.DeletionDue = types.BoolValue(false)
	if !state.acknowledged() {
		plan.DriftAcknowledged = types.BoolValue(true)
	}
	decision := rotation.Decide(plan.situation(&state.rotationModel, memory.Imported))
	deletion, rotates := plan.deletion(state), decision.Rotate != rotation.Unchanged
	var diags diag.Diagnostics
	if rotates {
		plan.planRotation(decision)
		plan.planServerWords(decision.Rotate)
		diags.Append(p.announceRotation(plan, decision, openDeletion(memory))...)
	} else {
		diags.Append(announcePause(&state.rotationModel, &plan.rotationModel, plan.thing())...)
		diags.Append(announceImportedTriggers(&state.rotationModel, &plan.rotationModel, memory.Imported)...)
	}
	if rotates || deletion != rotation.Unchanged {
		plan.planKeyChange()
		p.planDeletionAfter(plan)
	}
	switch {
	case rotates && plan.mayDeleteAtOnce():
		diags.Append(p.announceDeletionAfter(plan, state.deletable(memory), memory)...)
	case deletion != rotation.Unchanged:
		diags.Append(p.announceDeletion(plan, state, deletion, memory)...)
	}
	return diags
}

// destruction names what goes with the state: an object whose rotation is open, or
// whose last retired key no list has shown, deletes nothing.
func (p aesKeyPlanner) destruction(state *dcAESRotationModel, memory rotationMemory) diag.Diagnostics {
	at := path.Root("delete_inactive_keys_on_destroy")
	switch {
	case !state.DeleteInactiveKeysOnDestroy.ValueBool():
		return nil
	case !state.attemptedAt().IsZero():
		return warningAt(at, fmt.Sprintf("Inactive AES keys of %q kept", state.Instance.ValueString()),
			"A rotation was sent whose outcome is not known: destroying this resource only forgets the instance.")
	case memory.Unlisted:
		return warningAt(at, fmt.Sprintf("Inactive AES keys of %q kept", state.Instance.ValueString()),
			"The key that the last rotation retired is not listed yet, and would be deleted with the others without a name: destroying this resource only forgets the instance.")
	case len(state.deletable(memory)) == 0:
		return nil
	}
	if unknown := p.data.checkInstance(state.Instance); unknown.HasError() {
		return warningAt(at, fmt.Sprintf("Inactive AES keys of %q kept", state.Instance.ValueString()),
			unknown[0].Summary()+".", "Destroying this resource only forgets the instance.")
	}
	return warningAt(at, deletionPlanned(state),
		fmt.Sprintf("Destroying this resource deletes %s of the instance %q. %s", keysNamed(state.deletable(memory)), state.Instance.ValueString(), cannotBeUndone), hiddenNamed(memory))
}

// planDeletionAfter leaves open in the plan what a rotation deletes after itself.
func (p aesKeyPlanner) planDeletionAfter(plan *dcAESRotationModel) {
	if plan.mayDeleteAtOnce() {
		plan.DeletionDue = types.BoolUnknown()
	}
}

func (p aesKeyPlanner) announceRotation(plan *dcAESRotationModel, decision rotation.Decision, more ...string) diag.Diagnostics {
	return announceRotation(path.Root("instance"), plan.thing(), decision, more...)
}

const cannotBeUndone = "This cannot be undone, and a backup that was made while one of them was active cannot be restored without it."

func deletionPlanned(state *dcAESRotationModel) string {
	return fmt.Sprintf("Deletion of inactive AES keys of %q planned", state.Instance.ValueString())
}

// keysNamed names inactive keys in a sentence.
func keysNamed(names []string) string {
	if len(names) == 1 {
		return "the inactive AES key " + names[0]
	}
	return "the inactive AES keys " + strings.Join(names, ", ")
}

// hiddenNamed says which of the keys that go are not listed at present; empty where
// all are.
func hiddenNamed(memory rotationMemory) string {
	if len(memory.Hidden) == 0 {
		return ""
	}
	return fmt.Sprintf("Not listed at present, and deleted with the others where still there: %s.", strings.Join(memory.Hidden, ", "))
}

func (p aesKeyPlanner) announceDeletion(plan, state *dcAESRotationModel, decided rotation.Change, memory rotationMemory) diag.Diagnostics {
	verb, reason := "deletes", fmt.Sprintf("inactive_key_retention = %q has passed", state.InactiveKeyRetention.ValueString())
	if plan.deletesAtOnce() {
		reason = `inactive_key_retention is "0s", and a rotation has taken place since`
	}
	if decided == rotation.ChangeUnknown {
		verb, reason = "may delete", reason+", unless it turns out to change"
	}
	return warningAt(path.Root("inactive_key_retention"), deletionPlanned(state),
		fmt.Sprintf("The plan %s %s of the instance %q: %s.", verb, keysNamed(state.deletable(memory)), state.Instance.ValueString(), reason), cannotBeUndone, hiddenNamed(memory))
}

// openDeletion says that a deletion of unknown outcome may still follow.
func openDeletion(memory rotationMemory) string {
	if memory.DeletionSentAt.IsZero() {
		return ""
	}
	return fmt.Sprintf("A deletion sent at %s may still be carried out: it would take a key as well that becomes inactive before.", inWords(memory.DeletionSentAt))
}

// announceFirstDeletion says what the rotation of a creation deletes right after
// itself. The plan inside apply could find other keys than the one that somebody
// approved: keys that are inactive already are not deleted, and keep all of them.
func (p aesKeyPlanner) announceFirstDeletion(plan *dcAESRotationModel, inactive []string) diag.Diagnostics {
	if len(inactive) == 0 || !plan.deletesAtOnce() {
		return p.announceDeletionAfter(plan, nil, rotationMemory{})
	}
	return warningAt(path.Root("inactive_key_retention"), fmt.Sprintf("Inactive AES keys of %q kept at first", plan.Instance.ValueString()),
		fmt.Sprintf("The instance %q has %s already: the rotation of a creation deletes nothing beside them. The next plan names them, and deletes them with the retired key.", plan.Instance.ValueString(), keysNamed(inactive)))
}

// announceDeletionAfter names what a rotation deletes right after itself: the
// keys that are inactive already, and the one that the rotation retires.
func (p aesKeyPlanner) announceDeletionAfter(plan *dcAESRotationModel, inactive []string, memory rotationMemory) diag.Diagnostics {
	if !plan.mayDeleteAtOnce() {
		return nil
	}
	goes := "the AES key that it retires"
	if len(inactive) > 0 {
		goes += ", and " + keysNamed(inactive)
	}
	stays := "Keys that became inactive elsewhere keep all of them from being deleted, until a plan names them."
	followed := "is followed"
	if plan.InactiveKeyRetention.IsUnknown() {
		followed = "may be followed"
	}
	return warningAt(path.Root("inactive_key_retention"), deletionPlanned(plan),
		fmt.Sprintf("The rotation %s by the deletion of %s, of the instance %q.", followed, goes, plan.Instance.ValueString()), cannotBeUndone, hiddenNamed(memory), stays)
}
