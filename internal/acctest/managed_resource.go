package acctest

import (
	"context"
	"maps"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// ManagedResource is a resource and its state, driven over the plugin protocol
// the way a CLI does it: one process refreshes and plans, another one plans again
// and applies.
type ManagedResource struct {
	estate   *Estate
	typeName string
	state    *tfprotov6.DynamicValue
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// Plan is what a plan decided for a resource: as good as a saved plan file.
type Plan struct {
	// Diagnostics are those of refresh and plan.
	Diagnostics Diagnostics

	config   Object
	prior    tftypes.Value
	planned  tftypes.Value
	private  []byte
	replaces bool
}

// NewManagedResource returns a resource of a type that is not created yet.
func (e *Estate) NewManagedResource(typeName string) *ManagedResource {
	return &ManagedResource{estate: e, typeName: typeName}
}

// Validate checks a configuration of the resource without planning it.
func (r *ManagedResource) Validate(t testing.TB, config Object) Diagnostics {
	t.Helper()
	process := r.estate.StartProcess(t)
	response, err := process.Server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: r.typeName, Config: process.Encode(r.schema(process), config),
	})
	if err != nil {
		t.Fatal(err)
	}
	return response.Diagnostics
}

// Plan refreshes the resource, if it exists, and plans its change to config.
func (r *ManagedResource) Plan(t testing.TB, config Object) *Plan {
	t.Helper()
	process := r.estate.StartProcess(t)
	refreshed := r.refresh(t, process)
	plan := r.plan(t, process, config)
	plan.Diagnostics = append(refreshed, plan.Diagnostics...)
	return plan
}

// Refresh reads the resource and keeps what it finds, as apply -refresh-only does.
func (r *ManagedResource) Refresh(t testing.TB) Diagnostics {
	t.Helper()
	return r.refresh(t, r.estate.StartProcess(t))
}

// Apply applies a plan and keeps the new state, also where it fails. It fails
// the test where the plan, made again, says something else than it said before,
// which a CLI refuses as an inconsistent final plan.
func (r *ManagedResource) Apply(ctx context.Context, t testing.TB, plan *Plan) Diagnostics {
	t.Helper()
	process := r.estate.StartProcess(t)
	final := r.plan(t, process, plan.config)
	if final.replaces != plan.replaces || !final.keepsTo(plan) {
		t.Errorf("planned again, the plan is another one:\n%s\nwas\n%s", final.planned, plan.planned)
	}
	response, err := process.Server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        r.typeName,
		PriorState:      process.dynamic(final.prior),
		PlannedState:    process.dynamic(final.planned),
		Config:          process.Encode(r.schema(process), plan.config),
		PlannedPrivate:  final.private,
		PlannedIdentity: r.identity,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.state, r.private, r.identity = response.NewState, response.Private, response.NewIdentity
	if process.value(r.schema(process), r.state).IsNull() {
		r.state, r.private, r.identity = nil, nil, nil
	}
	return response.Diagnostics
}

// Exists reports whether the resource is in state.
func (r *ManagedResource) Exists() bool {
	return r.state != nil
}

// Create plans and applies the creation of the resource and fails the test where
// that fails.
func (r *ManagedResource) Create(t testing.TB, config Object) {
	t.Helper()
	plan := r.Plan(t, config)
	plan.Diagnostics.MustNotFail(t)
	r.Apply(t.Context(), t, plan).MustNotFail(t)
}

// Import takes the resource with the given id into state and refreshes it.
func (r *ManagedResource) Import(t testing.TB, id string) Diagnostics {
	t.Helper()
	process := r.estate.StartProcess(t)
	response, err := process.Server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: r.typeName, ID: id})
	if err != nil {
		t.Fatal(err)
	}
	diagnostics := Diagnostics(response.Diagnostics)
	diagnostics.MustNotFail(t)
	imported := response.ImportedResources[0]
	r.state, r.private, r.identity = imported.State, imported.Private, imported.Identity
	return append(diagnostics, r.refresh(t, process)...)
}

// Destroy destroys the resource as it stands in state, without a refresh.
func (r *ManagedResource) Destroy(t testing.TB) Diagnostics {
	t.Helper()
	process := r.estate.StartProcess(t)
	nothing := process.dynamic(tftypes.NewValue(r.schema(process).ValueType(), nil))
	response, err := process.Server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.typeName, PriorState: r.state, PlannedState: nothing, Config: nothing, PlannedPrivate: r.private, PlannedIdentity: r.identity,
	})
	if err != nil {
		t.Fatal(err)
	}
	diagnostics := Diagnostics(response.Diagnostics)
	if len(diagnostics.Errors()) == 0 {
		r.state, r.private, r.identity = nil, nil, nil
	}
	return diagnostics
}

// String returns a string attribute of the state; empty where it is null.
func (r *ManagedResource) String(t testing.TB, attribute string) string {
	t.Helper()
	process := r.estate.StartProcess(t)
	attributes := attributesOf(t, process.value(r.schema(process), r.state))
	var text *string
	if err := attributes[attribute].As(&text); err != nil {
		t.Fatal(err)
	}
	if text == nil {
		return ""
	}
	return *text
}

// Changes reports whether applying the plan changes anything.
func (p *Plan) Changes() bool {
	return !p.prior.Equal(p.planned)
}

// keepsTo reports whether p differs from earlier only in what that left open.
func (p *Plan) keepsTo(earlier *Plan) bool {
	var now, before map[string]tftypes.Value
	if p.planned.As(&now) != nil || earlier.planned.As(&before) != nil {
		return false
	}
	for name, value := range before {
		if value.IsFullyKnown() && !value.Equal(now[name]) {
			return false
		}
	}
	return true
}

func (r *ManagedResource) refresh(t testing.TB, process *Process) Diagnostics {
	t.Helper()
	if r.state == nil {
		return nil
	}
	response, err := process.Server.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: r.typeName, CurrentState: r.state, Private: r.private, CurrentIdentity: r.identity,
	})
	if err != nil {
		t.Fatal(err)
	}
	diagnostics := Diagnostics(response.Diagnostics)
	if len(diagnostics.Errors()) == 0 {
		r.state, r.private, r.identity = response.NewState, response.Private, response.NewIdentity
	}
	return diagnostics
}

func (r *ManagedResource) plan(t testing.TB, process *Process, config Object) *Plan {
	t.Helper()
	schema, request := r.schema(process), r.Requests(t, process, config).plan
	response, err := process.Server.PlanResourceChange(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	return &Plan{
		Diagnostics: response.Diagnostics,
		config:      config,
		prior:       process.value(schema, request.PriorState),
		planned:     process.value(schema, response.PlannedState),
		private:     response.PlannedPrivate,
		replaces:    len(response.RequiresReplace) > 0,
	}
}

func (r *ManagedResource) schema(process *Process) *tfprotov6.Schema {
	return process.Schemas.ResourceSchemas[r.typeName]
}

// propose merges configuration and prior state as a CLI does before it asks the
// provider: computed attributes that are not configured keep their value.
func propose(t testing.TB, schema *tfprotov6.Schema, prior, configured tftypes.Value) tftypes.Value {
	t.Helper()
	if prior.IsNull() {
		return configured
	}
	before, proposed := attributesOf(t, prior), maps.Clone(attributesOf(t, configured))
	for _, attribute := range schema.Block.Attributes {
		if attribute.Computed && proposed[attribute.Name].IsNull() {
			proposed[attribute.Name] = before[attribute.Name]
		}
	}
	return tftypes.NewValue(configured.Type(), proposed)
}

func attributesOf(t testing.TB, object tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	var attributes map[string]tftypes.Value
	if err := object.As(&attributes); err != nil {
		t.Fatal(err)
	}
	return attributes
}
