// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// get reads a plan or a state into a model. The framework alone could do so, but
// compiles a regular expression for each field of the model, each time.
func get[M any](ctx context.Context, source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}, model *M) diag.Diagnostics {
	var object types.Object
	diags := source.Get(ctx, &object)
	if diags.HasError() {
		return diags
	}
	return append(diags, modelOf(object, model)...)
}

// modelOf reads an object that is neither null nor unknown into a model.
func modelOf[M any](object types.Object, model *M) diag.Diagnostics {
	var diags diag.Diagnostics
	if err := fill(reflect.ValueOf(model).Elem(), object.Attributes()); err != nil {
		diags.AddError("Model does not fit its schema", "This is a mistake of the provider: "+err.Error()+".")
	}
	return diags
}

// fill sets each field of a model that has a tag to the attribute which that
// names.
func fill(model reflect.Value, attributes map[string]attr.Value) error {
	for i := range model.NumField() {
		field := model.Type().Field(i)
		if field.Anonymous {
			if err := fill(model.Field(i), attributes); err != nil {
				return err
			}
			continue
		}
		name, tagged := field.Tag.Lookup("tfsdk")
		if !tagged {
			continue
		}
		value := reflect.ValueOf(attributes[name])
		if !value.IsValid() || !value.Type().AssignableTo(field.Type) {
			return fmt.Errorf("%s is a %T and no %s", name, attributes[name], field.Type)
		}
		model.Field(i).Set(value)
	}
	return nil
}

// readPlan reads plan and state into models, as far as they are there. A plan
// that proposes what is in state is read once.
func readPlan[M any](ctx context.Context, req resource.ModifyPlanRequest, plan, state *M) diag.Diagnostics {
	var diags diag.Diagnostics
	if !req.State.Raw.IsNull() {
		diags.Append(get(ctx, req.State, state)...)
	}
	switch {
	case req.Plan.Raw.IsNull():
	case req.Plan.Raw.Equal(req.State.Raw):
		*plan = *state
	default:
		diags.Append(get(ctx, req.Plan, plan)...)
	}
	return diags
}

// settable is a plan, a state or an identity.
type settable interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}

// set is the reverse of get, and spares the same.
func set(ctx context.Context, target settable, model any) diag.Diagnostics {
	attributes := map[string]attr.Value{}
	gather(reflect.Indirect(reflect.ValueOf(model)), attributes)
	attributeTypes := make(map[string]attr.Type, len(attributes))
	for name, value := range attributes {
		attributeTypes[name] = value.Type(ctx)
	}
	object, diags := types.ObjectValue(attributeTypes, attributes)
	if diags.HasError() {
		return diags
	}
	return append(diags, target.Set(ctx, object)...)
}

// gather is the reverse of fill.
func gather(model reflect.Value, attributes map[string]attr.Value) {
	for i := range model.NumField() {
		field := model.Type().Field(i)
		if field.Anonymous {
			gather(model.Field(i), attributes)
			continue
		}
		name, tagged := field.Tag.Lookup("tfsdk")
		if !tagged {
			continue
		}
		if value, ok := model.Field(i).Interface().(attr.Value); ok {
			attributes[name] = value
		}
	}
}

// setChanged sets a plan or a state to what became of the model before, where
// that is something else.
func setChanged[M any](ctx context.Context, target settable, before, after *M) diag.Diagnostics {
	if reflect.DeepEqual(before, after) {
		return nil
	}
	return set(ctx, target, after)
}
