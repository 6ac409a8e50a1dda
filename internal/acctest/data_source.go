// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Read validates and reads a data source, and returns its attributes and what it
// said. It ends with the first step that fails, and then there are none.
func (e *Estate) Read(t T, typeName string, config Object) (map[string]tftypes.Value, Diagnostics) {
	t.Helper()
	process := e.StartProcess(t)
	schema := process.Schemas.DataSourceSchemas[typeName]
	encoded := process.Encode(schema, config)
	validated := call(t.Context(), process, process.Server.ValidateDataResourceConfig, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: encoded})
	diagnostics := Diagnostics(validated.Diagnostics)
	if len(diagnostics.Errors()) > 0 {
		return nil, diagnostics
	}
	read := call(t.Context(), process, process.Server.ReadDataSource, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: encoded})
	diagnostics = append(diagnostics, read.Diagnostics...)
	if len(diagnostics.Errors()) > 0 {
		return nil, diagnostics
	}
	return attributesOf(t, process.value(schema, read.State)), diagnostics
}
