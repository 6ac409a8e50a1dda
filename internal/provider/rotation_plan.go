// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// rotationPlanner plans changes of a rotating resource with the model M.
type rotationPlanner[M any] interface {
	// subject returns what the resource manages; its key is empty where that is not
	// known yet.
	subject(plan *M) subject
	// replaces reports whether plan takes another object than that of state.
	replaces(plan, state *M) bool
	// creation marks in plan what a creation will find or change, and tries whether
	// its instance answers.
	creation(ctx context.Context, plan *M) diag.Diagnostics
	// update marks in plan what an update of state will change.
	update(plan, state *M, memory rotationMemory) diag.Diagnostics
	// destruction says what the destruction of state changes.
	destruction(state *M, memory rotationMemory) diag.Diagnostics
}

// modifyRotatingPlan decides by state and configuration alone what applying the
// plan does, says why, and marks what that will change. What it asks an instance
// before a creation decides nothing.
func modifyRotatingPlan[M any](ctx context.Context, data *providerData, planner rotationPlanner[M], req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var plan, state M
	resp.Diagnostics.Append(readPlan(ctx, req, &plan, &state)...)
	memory, diags := readMemory(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan
	switch {
	case req.Plan.Raw.IsNull():
		resp.Diagnostics.Append(planner.destruction(&state, memory)...)
		return
	case req.State.Raw.IsNull():
		// What replaces an object is planned with the memory of that object.
		resp.Diagnostics.Append(data.claim(planner.subject(&plan), part{role: creates, config: req.Config.Raw, twin: req.Config.Raw, replaces: !memory.equal(rotationMemory{})})...)
		if resp.Diagnostics.HasError() {
			return
		}
		resp.Diagnostics.Append(planner.creation(ctx, &plan)...)
	case planner.replaces(&plan, &state):
		// The creation that follows is planned on its own; Terraform does not show
		// what that warns of.
		resp.Diagnostics.Append(planner.destruction(&state, memory)...)
		resp.Diagnostics.Append(planner.creation(ctx, &plan)...)
		return
	default:
		resp.Diagnostics.Append(data.claim(planner.subject(&plan), part{role: keeps, config: req.Config.Raw, remembered: !memory.equal(rotationMemory{})})...)
		resp.Diagnostics.Append(planner.update(&plan, &state, memory)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setChanged(ctx, &resp.Plan, &proposed, &plan)...)
}

// announceRotation warns that the plan rotates thing, and says why. Terraform
// repeats the warning once it has applied the plan, and so it speaks of the plan
// and of nothing that is still to come. Sentences in more follow the reason.
func announceRotation(at path.Path, thing string, decision rotation.Decision, more ...string) diag.Diagnostics {
	summary, verb := fmt.Sprintf("Rotation of %s planned", thing), "rotates"
	switch {
	case decision.Rotate == rotation.ChangeUnknown:
		summary, verb = fmt.Sprintf("Rotation of %s possible", thing), "may rotate"
	case decision.Reason != "":
		summary += ": " + string(decision.Reason)
	}
	return warningAt(at, summary, append([]string{fmt.Sprintf("The plan %s %s: %s.", verb, thing, decision.Why)}, more...)...)
}

// announceImportedTriggers warns that the plan, the first one after an import,
// records rotate_triggers without a rotation.
func announceImportedTriggers(state, plan *rotationModel, imported bool) diag.Diagnostics {
	if !imported || compareTriggers(state.RotateTriggers, plan.RotateTriggers) == rotation.Unchanged {
		return nil
	}
	return warningAt(path.Root("rotate_triggers"), "rotate_triggers recorded without a rotation",
		"This was imported, and an import never rotates: the plan records rotate_triggers as they are. Their next change rotates.")
}

// announcePause warns that the plan pauses a schedule, and says what that holds
// back.
func announcePause(state, plan *rotationModel, thing string) diag.Diagnostics {
	next := timeOf(plan.NextRotationAt)
	if !plan.RotationPaused.ValueBool() || state.RotationPaused.ValueBool() || next.IsZero() {
		return nil
	}
	return warningAt(path.Root("rotation_paused"), fmt.Sprintf("Scheduled rotation of %s paused", thing),
		"It would be due at "+inWords(next)+". Until rotation_paused is false again nothing falls due by the schedule.")
}
