// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// StoredResource is a resource as a state file holds it, of the first of its
// instances.
type StoredResource struct {
	Type      string `json:"type"`
	Instances []struct {
		SchemaVersion int64           `json:"schema_version"`
		Attributes    json.RawMessage `json:"attributes"`
		Private       []byte          `json:"private"`
	} `json:"instances"`
}

// ReadStateFile returns the resources of a state file.
func ReadStateFile(t *testing.T, path string) []StoredResource {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		Resources []StoredResource `json:"resources"`
	}
	if err := json.Unmarshal(content, &state); err != nil {
		t.Fatal(err)
	}
	return state.Resources
}

// Upgrade takes a stored resource into state, as a CLI does before everything
// else. It fails the test where the state cannot be upgraded, and where it
// would lose an attribute: the framework drops what the schema does not have
// without a word.
func (e *Estate) Upgrade(t *testing.T, stored StoredResource) *ManagedResource {
	t.Helper()
	process := e.StartProcess(t)
	resource := e.NewManagedResource(stored.Type)
	schema, ok := process.Schemas.ResourceSchemas[stored.Type]
	if !ok {
		t.Fatalf("there is no resource %s any more", stored.Type)
	}
	instance := stored.Instances[0]
	if schema.Version == instance.SchemaVersion {
		if _, err := tftypes.ValueFromJSON(instance.Attributes, schema.ValueType()); err != nil { //nolint:staticcheck // The strict reading is what is wanted.
			t.Fatalf("%s: the schema has the same version and does not fit the state: %v", stored.Type, err)
		}
	}
	response := call(t.Context(), process, process.Server.UpgradeResourceState, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: stored.Type, Version: instance.SchemaVersion, RawState: &tfprotov6.RawState{JSON: instance.Attributes},
	})
	Diagnostics(response.Diagnostics).MustNotFail(t)
	resource.stored = &object{state: response.UpgradedState, private: instance.Private}
	return resource
}
