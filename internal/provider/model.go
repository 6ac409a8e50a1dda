package provider

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// readPlan reads plan and state into models, as far as they are there. A plan
// that proposes what is in state is read once: the framework takes its time over
// each model.
func readPlan[M any](ctx context.Context, req resource.ModifyPlanRequest, plan, state *M) diag.Diagnostics {
	var diags diag.Diagnostics
	if !req.State.Raw.IsNull() {
		diags.Append(req.State.Get(ctx, state)...)
	}
	switch {
	case req.Plan.Raw.IsNull():
	case req.Plan.Raw.Equal(req.State.Raw):
		*plan = *state
	default:
		diags.Append(req.Plan.Get(ctx, plan)...)
	}
	return diags
}

// setChanged sets a plan or a state to what became of the model before, where
// that is something else.
func setChanged[M any](ctx context.Context, target interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}, before, after *M) diag.Diagnostics {
	if reflect.DeepEqual(before, after) {
		return nil
	}
	return target.Set(ctx, after)
}
