// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// PlanDestroy plans the destruction of the resource as it stands in state,
// without a refresh, and returns what that says.
func (r *ManagedResource) PlanDestroy(t T) Diagnostics {
	t.Helper()
	return r.PlanDestroyIn(t, r.estate.StartProcess(t))
}

// PlanDestroyIn is PlanDestroy in a process that plans several resources.
func (r *ManagedResource) PlanDestroyIn(t T, process *Process) Diagnostics {
	t.Helper()
	return r.planDestruction(t, process, r.stored)
}

func (r *ManagedResource) planDestruction(t T, process *Process, of *object) Diagnostics {
	t.Helper()
	nothing := process.dynamic(tftypes.NewValue(r.schema(process).ValueType(), nil))
	response := call(t.Context(), process, process.Server.PlanResourceChange, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.typeName, PriorState: of.state, ProposedNewState: nothing, Config: nothing, PriorPrivate: of.private, PriorIdentity: of.identity,
	})
	return response.Diagnostics
}
