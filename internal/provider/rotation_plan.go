package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// rotatingPlan is the model M of a rotating resource as it is planned.
type rotatingPlan[M any] interface {
	*M
	// planCreation marks what a creation will find or change.
	planCreation(data *providerData) diag.Diagnostics
	// planUpdate marks what an update of state will change.
	planUpdate(data *providerData, state *M, imported bool) diag.Diagnostics
}

// modifyRotatingPlan decides by state and configuration alone what applying the
// plan does, says why, and marks what that will change. A destruction is left
// as it is.
func modifyRotatingPlan[M any, P rotatingPlan[M]](ctx context.Context, data *providerData, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var plan, state M
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		resp.Diagnostics.Append(P(&plan).planCreation(data)...)
	} else {
		imported, diags := isMarked(ctx, req.Private, importedKey)
		resp.Diagnostics.Append(diags...)
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
		resp.Diagnostics.Append(P(&plan).planUpdate(data, &state, imported)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// announce warns that applying the plan rotates thing, and says why.
func announce(at path.Path, summary string, decision rotation.Decision, thing string) diag.Diagnostics {
	verb := "rotates"
	if decision.Rotate == rotation.ChangeUnknown {
		verb = "may rotate"
	}
	return warningAt(at, summary, fmt.Sprintf("Applying this plan %s %s: %s.", verb, thing, decision.Reason))
}

// announceImportedTriggers warns that applying the plan m, the first one after
// an import, records rotate_triggers without a rotation.
func (m *rotationModel) announceImportedTriggers(state *rotationModel, imported bool) diag.Diagnostics {
	if !imported || compareTriggers(state.RotateTriggers, m.RotateTriggers) == rotation.Unchanged {
		return nil
	}
	return warningAt(path.Root("rotate_triggers"), "rotate_triggers recorded without a rotation",
		"This was imported, and an import never rotates: applying this plan records rotate_triggers as they are. Their next change rotates.")
}
