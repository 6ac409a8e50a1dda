// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ManagedResource is a resource and its state, driven over the plugin protocol
// the way a CLI does it: one process refreshes and plans, another one plans again
// and applies.
type ManagedResource struct {
	// CreateBeforeDestroy is the lifecycle setting of that name.
	CreateBeforeDestroy bool

	estate   *Estate
	typeName string
	// stored is nil while the resource is not in state.
	stored *object
	// deposed is what create_before_destroy has replaced and could not destroy.
	deposed *object
}

// object is what a state file holds of a resource.
type object struct {
	state    *tfprotov6.DynamicValue
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	tainted  bool
	// attributes are those of the state, once somebody has asked for one.
	attributes map[string]tftypes.Value
}

// NewManagedResource returns a resource of a type that is not created yet.
func (e *Estate) NewManagedResource(typeName string) *ManagedResource {
	return &ManagedResource{estate: e, typeName: typeName}
}

// Validate checks a configuration of the resource without planning it, in a
// process that nobody configures.
func (r *ManagedResource) Validate(t T, config Object) Diagnostics {
	t.Helper()
	process := r.estate.newProcess(t)
	response := call(t.Context(), process, process.Server.ValidateResourceConfig, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: r.typeName, Config: process.Encode(r.schema(process), config),
	})
	return response.Diagnostics
}

// Refresh reads the resource and keeps what it finds, as apply -refresh-only does.
func (r *ManagedResource) Refresh(t T) Diagnostics {
	t.Helper()
	refreshed, diagnostics := r.refresh(t, r.estate.StartProcess(t))
	r.stored = refreshed
	return diagnostics
}

// RefreshIn is Refresh in a process that others use as well, as one run does.
func (r *ManagedResource) RefreshIn(t T, process *Process) Diagnostics {
	t.Helper()
	refreshed, diagnostics := r.refresh(t, process)
	r.stored = refreshed
	return diagnostics
}

// RefreshOnlyPlan reads the resource, keeps nothing of it, and reports whether a
// CLI would say that the object has changed: plan -refresh-only
// -detailed-exitcode then ends with 2.
func (r *ManagedResource) RefreshOnlyPlan(t T) (changed bool, diagnostics Diagnostics) {
	t.Helper()
	process := r.estate.StartProcess(t)
	refreshed, diagnostics := r.refresh(t, process)
	schema := r.schema(process)
	same := process.value(schema, r.stored.state).Equal(process.value(schema, refreshed.state)) && string(r.stored.private) == string(refreshed.private)
	return !same, diagnostics
}

// Taint has the next plan replace the resource.
func (r *ManagedResource) Taint() {
	r.stored.tainted = true
}

// Tainted reports whether the resource is to be replaced, as a CLI does with what
// was saved by a creation that failed.
func (r *ManagedResource) Tainted() bool {
	return r.Exists() && r.stored.tainted
}

// Exists reports whether the resource is in state.
func (r *ManagedResource) Exists() bool {
	return r.stored != nil
}

// Create plans and applies the creation of the resource and fails the test where
// that fails.
func (r *ManagedResource) Create(t T, config Object) {
	t.Helper()
	plan := r.Plan(t, config)
	plan.Diagnostics.MustNotFail(t)
	r.Apply(t.Context(), t, plan).MustNotFail(t)
}

// Import takes the resource with the given id into state and refreshes it,
// unless the import itself fails.
func (r *ManagedResource) Import(t T, id string) Diagnostics {
	t.Helper()
	return r.importState(t, func(*Process) *tfprotov6.ImportResourceStateRequest {
		return &tfprotov6.ImportResourceStateRequest{TypeName: r.typeName, ID: id}
	})
}

// TryImport takes the resource with the given id into state without a refresh.
func (r *ManagedResource) TryImport(t T, id string) Diagnostics {
	t.Helper()
	process := r.estate.StartProcess(t)
	response := call(t.Context(), process, process.Server.ImportResourceState, &tfprotov6.ImportResourceStateRequest{TypeName: r.typeName, ID: id})
	diagnostics := Diagnostics(response.Diagnostics)
	if len(diagnostics.Errors()) == 0 {
		imported := response.ImportedResources[0]
		r.stored = &object{state: imported.State, private: imported.Private, identity: imported.Identity}
	}
	return diagnostics
}

func (r *ManagedResource) importState(t T, request func(*Process) *tfprotov6.ImportResourceStateRequest) Diagnostics {
	t.Helper()
	process := r.estate.StartProcess(t)
	response := call(t.Context(), process, process.Server.ImportResourceState, request(process))
	diagnostics := Diagnostics(response.Diagnostics)
	if len(diagnostics.Errors()) > 0 {
		return diagnostics
	}
	imported := response.ImportedResources[0]
	r.stored = &object{state: imported.State, private: imported.Private, identity: imported.Identity}
	refreshed, read := r.refresh(t, process)
	if len(read.Errors()) > 0 {
		refreshed = nil
	}
	r.stored = refreshed
	return append(diagnostics, read...)
}

// Destroy destroys the resource as it stands in state, without a refresh.
func (r *ManagedResource) Destroy(t T) Diagnostics {
	t.Helper()
	process := r.estate.StartProcess(t)
	return r.destroy(t.Context(), t, process, r.stored, r.stored.private, r.stored.identity)
}

// DestroyAll is what terraform destroy does with a resource in the
// configuration: it plans the configuration first, which refreshes, then the
// destruction, and carries that out.
func (r *ManagedResource) DestroyAll(t T, config Object) Diagnostics {
	t.Helper()
	plan := r.Plan(t, config)
	if len(plan.Diagnostics.Errors()) > 0 {
		return plan.Diagnostics
	}
	r.KeepRefreshed(plan)
	diagnostics := append(plan.Diagnostics, r.PlanDestroy(t)...)
	if len(diagnostics.Errors()) > 0 {
		return diagnostics
	}
	return append(diagnostics, r.Destroy(t)...)
}

// KeepRefreshed keeps what the refresh of a plan found, as a destroy begins with.
func (r *ManagedResource) KeepRefreshed(plan *Plan) {
	r.stored = plan.refreshed
}

// destroy destroys the object, and forgets it where that succeeds.
func (r *ManagedResource) destroy(
	ctx context.Context, t T, process *Process, of *object, private []byte, identity *tfprotov6.ResourceIdentityData,
) Diagnostics {
	t.Helper()
	nothing := process.dynamic(tftypes.NewValue(r.schema(process).ValueType(), nil))
	response := call(ctx, process, process.Server.ApplyResourceChange, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.typeName, PriorState: of.state, PlannedState: nothing, Config: nothing, PlannedPrivate: private, PlannedIdentity: identity,
	})
	diagnostics := Diagnostics(response.Diagnostics)
	r.stored = nil
	if len(diagnostics.Errors()) > 0 {
		r.stored = &object{state: response.NewState, private: response.Private, identity: response.NewIdentity, tainted: of.tainted}
	}
	return diagnostics
}

// String returns an attribute of the state as a text: empty where it is null.
func (r *ManagedResource) String(t T, attribute string) string {
	t.Helper()
	return text(r.attributes(t)[attribute])
}

// MustHold fails the test unless the attributes of the state are these, as
// [ManagedResource.String] writes them.
func (r *ManagedResource) MustHold(t T, want map[string]string) {
	t.Helper()
	attributes := r.attributes(t)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got := text(attributes[name]); got != want[name] {
			t.Errorf("%s is %q, want %q", name, got, want[name])
		}
	}
}

// refresh returns the object as it is found now; what was stored where that
// fails.
func (r *ManagedResource) refresh(t T, process *Process) (*object, Diagnostics) {
	t.Helper()
	if r.stored == nil {
		return nil, nil
	}
	return r.read(t, process, r.stored)
}

func (r *ManagedResource) read(t T, process *Process, from *object) (*object, Diagnostics) {
	t.Helper()
	response := call(t.Context(), process, process.Server.ReadResource, &tfprotov6.ReadResourceRequest{
		TypeName: r.typeName, CurrentState: from.state, Private: from.private, CurrentIdentity: from.identity,
	})
	diagnostics := Diagnostics(response.Diagnostics)
	if len(diagnostics.Errors()) > 0 {
		return from, diagnostics
	}
	return &object{state: response.NewState, private: response.Private, identity: response.NewIdentity, tainted: from.tainted}, diagnostics
}

func (r *ManagedResource) schema(process *Process) *tfprotov6.Schema {
	return process.Schemas.ResourceSchemas[r.typeName]
}

// attributes returns those of the state.
func (r *ManagedResource) attributes(t T) map[string]tftypes.Value {
	t.Helper()
	if r.stored.attributes == nil {
		schema := knownSchemas(t).ResourceSchemas[r.typeName]
		r.stored.attributes = attributesOf(t, decoded(t, schema, r.stored.state))
	}
	return r.stored.attributes
}

func attributesOf(t T, object tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	var attributes map[string]tftypes.Value
	if err := object.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes
}

// text writes a value: nothing for null, a list as [a b], a map or an object as
// {a=1 b=2}.
func text(value tftypes.Value) string {
	if !value.IsKnown() {
		return "(known after apply)"
	}
	if value.IsNull() {
		return ""
	}
	var (
		word  string
		truth bool
		list  []tftypes.Value
		parts map[string]tftypes.Value
	)
	switch {
	case value.As(&word) == nil:
		return word
	case value.As(&truth) == nil:
		return fmt.Sprint(truth)
	case value.As(&list) == nil:
		words := make([]string, 0, len(list))
		for _, element := range list {
			words = append(words, text(element))
		}
		return "[" + strings.Join(words, " ") + "]"
	case value.As(&parts) == nil:
		words := make([]string, 0, len(parts))
		for _, name := range slices.Sorted(maps.Keys(parts)) {
			words = append(words, name+"="+text(parts[name]))
		}
		return "{" + strings.Join(words, " ") + "}"
	default:
		return value.String()
	}
}
