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
	process := r.estate.StartProcess(t)
	nothing := process.dynamic(tftypes.NewValue(r.schema(process).ValueType(), nil))
	response := call(t.Context(), process, process.Server.PlanResourceChange, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.typeName, PriorState: r.state, ProposedNewState: nothing, Config: nothing, PriorPrivate: r.private, PriorIdentity: r.identity,
	})
	return response.Diagnostics
}
