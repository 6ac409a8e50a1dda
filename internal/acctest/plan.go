// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Plan is what a plan decided for a resource: as good as a saved plan file.
type Plan struct {
	// Diagnostics are those of refresh and plan, as far as a CLI shows them.
	Diagnostics Diagnostics

	config Object
	// refreshed is nil where there is nothing in state.
	refreshed *object
	// deposed is what is left of an earlier replacement, to be destroyed.
	deposed  *object
	replaces bool
	planned  pass
}

// pass is one answer of the provider to what is to be planned.
type pass struct {
	prior, planned tftypes.Value
	private        []byte
	replaces       bool
	diagnostics    Diagnostics
}

// Plan refreshes the resource, if it exists, and plans its change to config. As
// with a CLI, what the refresh finds is lost unless the plan is applied.
func (r *ManagedResource) Plan(t T, config Object) *Plan {
	t.Helper()
	return r.PlanIn(t, r.estate.StartProcess(t), config)
}

// PlanIn is Plan in a process that plans several resources.
func (r *ManagedResource) PlanIn(t T, process *Process, config Object) *Plan {
	t.Helper()
	refreshed, diagnostics := r.refresh(t, process)
	plan := r.planFrom(t, process, refreshed, diagnostics, config, false)
	if r.deposed == nil {
		return plan
	}
	read, said := r.read(t, process, r.deposed)
	plan.deposed = read
	plan.Diagnostics = append(append(plan.Diagnostics, said...), r.planDestruction(t, process, read)...)
	return plan
}

// PlanWithoutRefresh is Plan with -refresh=false.
func (r *ManagedResource) PlanWithoutRefresh(t T, config Object) *Plan {
	t.Helper()
	return r.planFrom(t, r.estate.StartProcess(t), r.stored, nil, config, false)
}

// PlanReplacement is Plan with -replace.
func (r *ManagedResource) PlanReplacement(t T, config Object) *Plan {
	t.Helper()
	return r.PlanReplacementIn(t, r.estate.StartProcess(t), config, config)
}

// PlanReplacementIn is PlanReplacement in a process that plans several
// resources. kept is the configuration with what ignore_changes leaves as it is:
// the first of the two plans of a replacement gets that one, the second one the
// other.
func (r *ManagedResource) PlanReplacementIn(t T, process *Process, kept, config Object) *Plan {
	t.Helper()
	refreshed, diagnostics := r.refresh(t, process)
	plan := r.planFrom(t, process, refreshed, diagnostics, kept, false)
	if len(plan.Diagnostics.Errors()) > 0 || plan.replaces {
		return plan
	}
	return r.planFrom(t, process, refreshed, plan.Diagnostics, config, true)
}

// planFrom plans a change of an object: by one pass, and a replacement of what is
// not tainted by another one. Forced has the first one behind it.
func (r *ManagedResource) planFrom(t T, process *Process, from *object, said Diagnostics, config Object, forced bool) *Plan {
	t.Helper()
	plan := &Plan{Diagnostics: said, config: config, refreshed: from}
	if len(said.Errors()) > 0 {
		return plan
	}
	if from == nil || from.tainted {
		plan.planned = r.pass(t, process, nil, nil, config)
		plan.replaces = from != nil
		plan.Diagnostics = append(plan.Diagnostics, plan.planned.diagnostics...)
		return plan
	}
	plan.planned = pass{private: from.private}
	if !forced {
		plan.planned = r.pass(t, process, from, from.private, config)
		plan.Diagnostics = append(plan.Diagnostics, plan.planned.diagnostics...)
	}
	plan.replaces = forced || plan.planned.replaces
	if plan.replaces && len(plan.Diagnostics.Errors()) == 0 {
		plan.planned = r.pass(t, process, nil, plan.planned.private, config)
		// A CLI shows what the second one says only where there is an error in it.
		if len(plan.planned.diagnostics.Errors()) > 0 {
			plan.Diagnostics = append(plan.Diagnostics, plan.planned.diagnostics...)
		}
	}
	return plan
}

// pass asks the provider to plan once.
func (r *ManagedResource) pass(t T, process *Process, from *object, private []byte, config Object) pass {
	t.Helper()
	schema := r.schema(process)
	prior := tftypes.NewValue(schema.ValueType(), nil)
	var identity *tfprotov6.ResourceIdentityData
	if from != nil {
		prior, identity = process.value(schema, from.state), from.identity
	}
	configured := process.decode(schema, config)
	response := call(t.Context(), process, process.Server.PlanResourceChange, &tfprotov6.PlanResourceChangeRequest{
		TypeName:         r.typeName,
		PriorState:       process.dynamic(prior),
		ProposedNewState: process.dynamic(propose(t, schema, prior, configured)),
		Config:           process.dynamic(configured),
		PriorPrivate:     private,
		PriorIdentity:    identity,
	})
	made := pass{
		prior:       prior,
		planned:     process.value(schema, response.PlannedState),
		private:     response.PlannedPrivate,
		replaces:    len(response.RequiresReplace) > 0,
		diagnostics: response.Diagnostics,
	}
	if len(made.diagnostics.Errors()) == 0 {
		made.mustBeValid(t, schema, configured)
	}
	return made
}

// mustBeValid fails the test where the provider plans for an input another value
// than the configured one, and than the one in state.
func (p pass) mustBeValid(t T, schema *tfprotov6.Schema, configured tftypes.Value) {
	t.Helper()
	planned, wanted := attributesOf(t, p.planned), attributesOf(t, configured)
	before := map[string]tftypes.Value{}
	if !p.prior.IsNull() {
		before = attributesOf(t, p.prior)
	}
	for _, attribute := range schema.Block.Attributes {
		name := attribute.Name
		if attribute.Computed && wanted[name].IsNull() || planned[name].Equal(wanted[name]) {
			continue
		}
		if prior, ok := before[name]; ok && planned[name].Equal(prior) && !wanted[name].IsNull() {
			continue
		}
		if attribute.NestedType == nil {
			t.Errorf("invalid plan: %s is planned as %s, configured as %s", name, text(planned[name]), text(wanted[name]))
		}
	}
}

// Apply applies a plan and keeps the new state, also where it fails. It fails
// the test where a CLI would find fault with the provider: where the plan, made
// again, says something else than it said before, or where the new state differs
// from what the plan knew.
func (r *ManagedResource) Apply(ctx context.Context, t T, plan *Plan) Diagnostics {
	t.Helper()
	return r.ApplyIn(ctx, t, r.estate.StartProcess(t), plan)
}

// ApplyIn is Apply in a process that applies plans of several resources.
func (r *ManagedResource) ApplyIn(ctx context.Context, t T, process *Process, plan *Plan) Diagnostics {
	t.Helper()
	diagnostics := r.destroyDeposed(ctx, t, process, plan)
	return append(diagnostics, r.applyIn(ctx, t, process, plan)...)
}

// destroyDeposed destroys what is left of an earlier replacement.
func (r *ManagedResource) destroyDeposed(ctx context.Context, t T, process *Process, plan *Plan) Diagnostics {
	t.Helper()
	if plan.deposed == nil {
		return nil
	}
	current := r.stored
	diagnostics := r.destroy(ctx, t, process, plan.deposed, plan.deposed.private, nil)
	r.stored, r.deposed = current, r.stored
	return diagnostics
}

func (r *ManagedResource) applyIn(ctx context.Context, t T, process *Process, plan *Plan) Diagnostics {
	t.Helper()
	switch {
	case !plan.changesObject():
		r.stored = plan.refreshed
		return nil
	case !plan.replaces:
		return r.change(ctx, t, process, plan.refreshed, plan)
	case r.CreateBeforeDestroy:
		return r.createBeforeDestroy(ctx, t, process, plan)
	default:
		diagnostics := r.destroy(ctx, t, process, plan.refreshed, plan.planned.private, nil)
		if len(diagnostics.Errors()) > 0 {
			return diagnostics
		}
		return append(diagnostics, r.change(ctx, t, process, nil, plan)...)
	}
}

// createBeforeDestroy replaces an object. One whose replacement was not created
// stays; one whose replacement failed half-way is forgotten here, while a CLI
// would go on with both.
func (r *ManagedResource) createBeforeDestroy(ctx context.Context, t T, process *Process, plan *Plan) Diagnostics {
	t.Helper()
	diagnostics := r.change(ctx, t, process, nil, plan)
	if len(diagnostics.Errors()) > 0 {
		if r.stored == nil {
			r.stored = plan.refreshed
		}
		return diagnostics
	}
	created := r.stored
	diagnostics = append(diagnostics, r.destroy(ctx, t, process, plan.refreshed, plan.refreshed.private, nil)...)
	r.stored, r.deposed = created, r.stored
	return diagnostics
}

// change creates the resource, or updates it from what was refreshed.
func (r *ManagedResource) change(ctx context.Context, t T, process *Process, from *object, plan *Plan) Diagnostics {
	t.Helper()
	var private []byte
	var identity *tfprotov6.ResourceIdentityData
	if from != nil {
		private, identity = from.private, from.identity
	}
	r.stored = from
	final := r.pass(t, process, from, private, plan.config)
	if len(final.diagnostics.Errors()) > 0 {
		return final.diagnostics
	}
	if !final.keepsTo(plan.planned) {
		t.Errorf("planned again, the plan is another one:\n%s\nwas\n%s", final.planned, plan.planned.planned)
	}
	schema := r.schema(process)
	response := call(ctx, process, process.Server.ApplyResourceChange, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        r.typeName,
		PriorState:      process.dynamic(final.prior),
		PlannedState:    process.dynamic(final.planned),
		Config:          process.Encode(schema, plan.config),
		PlannedPrivate:  final.private,
		PlannedIdentity: identity,
	})
	diagnostics := Diagnostics(response.Diagnostics)
	failed := len(diagnostics.Errors()) > 0
	state := process.value(schema, response.NewState)
	if !failed {
		final.mustBeKept(t, state)
	}
	r.stored = nil
	if !state.IsNull() {
		r.stored = &object{state: response.NewState, private: response.Private, identity: response.NewIdentity, tainted: failed && from == nil}
	}
	return diagnostics
}

// mustBeKept fails the test where the state after an apply that succeeded
// differs from what the plan knew, or is not known itself.
func (p pass) mustBeKept(t T, state tftypes.Value) {
	t.Helper()
	if state.IsNull() {
		t.Error("inconsistent result after apply: there is none")
		return
	}
	planned, now := attributesOf(t, p.planned), attributesOf(t, state)
	for name, value := range now {
		if !value.IsFullyKnown() {
			t.Errorf("inconsistent result after apply: %s is not known", name)
		}
		if planned[name].IsFullyKnown() && !planned[name].Equal(value) {
			t.Errorf("inconsistent result after apply: %s is %q, planned was %q", name, text(value), text(planned[name]))
		}
	}
}

// keepsTo reports whether p differs from earlier only in what that left open.
func (p pass) keepsTo(earlier pass) bool {
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

// Know replaces in the plan what was not known in its configuration by what it
// turned out to be.
func (p *Plan) Know(config Object) *Plan {
	known := *p
	known.config = config
	return &known
}

// Changes reports whether applying the plan changes anything: where it does not,
// plan -detailed-exitcode ends with 0.
func (p *Plan) Changes() bool {
	return p.deposed != nil || p.changesObject()
}

func (p *Plan) changesObject() bool {
	return p.replaces || !p.planned.prior.Equal(p.planned.planned)
}

// Replaces reports whether applying the plan replaces the resource.
func (p *Plan) Replaces() bool {
	return p.replaces
}

// ChangedAttributes names the attributes that a CLI shows as changed.
func (p *Plan) ChangedAttributes(t T) []string {
	t.Helper()
	before, after := attributesOf(t, p.planned.prior), attributesOf(t, p.planned.planned)
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if !after[name].Equal(before[name]) {
			changed = append(changed, name)
		}
	}
	return changed
}

// String returns an attribute as the plan shows it, written as
// [ManagedResource.String] does.
func (p *Plan) String(t T, attribute string) string {
	t.Helper()
	return text(attributesOf(t, p.planned.planned)[attribute])
}

// MustHold fails the test unless the planned attributes are these.
func (p *Plan) MustHold(t T, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got := p.String(t, name); got != want[name] {
			t.Errorf("%s is planned as %q, want %q", name, got, want[name])
		}
	}
}

// MustBeEmpty fails the test where the plan changes something.
func (p *Plan) MustBeEmpty(t T) {
	t.Helper()
	p.Diagnostics.MustNotFail(t)
	if p.replaces {
		t.Error("the plan replaces the resource")
	} else if p.Changes() {
		t.Errorf("the plan is not empty, it changes %q", p.ChangedAttributes(t))
	}
}

// propose merges configuration and prior state as a CLI does before it asks the
// provider: computed attributes that are not configured keep their value.
func propose(t T, schema *tfprotov6.Schema, prior, configured tftypes.Value) tftypes.Value {
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

// WithConfig returns the plan with the configuration that it turns out to be
// about: what was not known when it was made is known when it is applied.
func (p *Plan) WithConfig(config Object) *Plan {
	known := *p
	known.config = config
	return &known
}
