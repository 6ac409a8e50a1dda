package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// PlanDestroy plans the destruction of the resource as it stands in state,
// without a refresh, and returns what that says.
func (r *ManagedResource) PlanDestroy(t *testing.T) Diagnostics {
	t.Helper()
	return r.PlanDestroyIn(t, r.estate.StartProcess(t))
}

// PlanDestroyIn is PlanDestroy in a process that plans several resources.
func (r *ManagedResource) PlanDestroyIn(t *testing.T, process *Process) Diagnostics {
	t.Helper()
	nothing := process.dynamic(tftypes.NewValue(r.schema(process).ValueType(), nil))
	response := call(t.Context(), process, process.Server.PlanResourceChange, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.typeName, PriorState: r.stored.state, ProposedNewState: nothing, Config: nothing, PriorPrivate: r.stored.private, PriorIdentity: r.stored.identity,
	})
	return response.Diagnostics
}
