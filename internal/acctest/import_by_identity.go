// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ImportByIdentity takes the resource with the given identity into state and
// refreshes it, unless the import itself fails.
func (r *ManagedResource) ImportByIdentity(t T, identity Object) Diagnostics {
	t.Helper()
	return r.importState(t, func(process *Process) *tfprotov6.ImportResourceStateRequest {
		schemas := call(t.Context(), process, process.Server.GetResourceIdentitySchemas, &tfprotov6.GetResourceIdentitySchemasRequest{})
		text, err := json.Marshal(identity)
		if err != nil {
			t.Fatal(err)
		}
		value, err := (&tfprotov6.DynamicValue{JSON: text}).Unmarshal(schemas.IdentitySchemas[r.typeName].ValueType())
		if err != nil {
			t.Fatal(err)
		}
		return &tfprotov6.ImportResourceStateRequest{
			TypeName: r.typeName, Identity: &tfprotov6.ResourceIdentityData{IdentityData: process.dynamic(value)},
		}
	})
}
