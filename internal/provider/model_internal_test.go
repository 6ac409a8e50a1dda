// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// target keeps what it is set to, and counts how often.
type target struct {
	set   int
	value any
}

func (t *target) Set(_ context.Context, value any) diag.Diagnostics {
	t.set++
	t.value = value
	return nil
}

type sharedAttributes struct {
	Due types.Bool `tfsdk:"due"`
}

type exampleModel struct {
	sharedAttributes

	Name types.String `tfsdk:"name"`
	Keys types.List   `tfsdk:"keys"`

	// own is no attribute.
	own string
}

func TestSetChanged_setsOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	before := exampleModel{Name: types.StringValue("jira"), Keys: stringList([]string{"a"})}
	for name, test := range map[string]struct {
		change func(*exampleModel)
		want   int
	}{
		"nothing":               {func(*exampleModel) {}, 0},
		"the same, built again": {func(m *exampleModel) { m.Keys = stringList([]string{"a"}) }, 0},
		"an element":            {func(m *exampleModel) { m.Keys = stringList([]string{"b"}) }, 1},
		"a shared attribute":    {func(m *exampleModel) { m.Due = types.BoolValue(true) }, 1},
		"known to unknown":      {func(m *exampleModel) { m.Name = types.StringUnknown() }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, target := before, &target{}
			test.change(&after)
			if diags := setChanged(t.Context(), target, &before, &after); diags.HasError() || target.set != test.want {
				t.Errorf("set %d times, want %d: %v", target.set, test.want, diags)
			}
		})
	}
}

func TestSet_isTheReverseOfGet(t *testing.T) {
	t.Parallel()
	want := exampleModel{
		sharedAttributes: sharedAttributes{Due: types.BoolValue(true)}, Name: types.StringUnknown(), Keys: types.ListNull(types.StringType), own: "not sent",
	}
	var target target
	if diags := set(t.Context(), &target, &want); diags.HasError() {
		t.Fatal(diags)
	}
	object, ok := target.value.(types.Object)
	if !ok {
		t.Fatalf("set to a %T", target.value)
	}
	got := exampleModel{own: "kept"}
	if diags := get(t.Context(), source(object.Attributes()), &got); diags.HasError() {
		t.Fatal(diags)
	}
	if !got.Due.Equal(want.Due) || !got.Name.Equal(want.Name) || !got.Keys.Equal(want.Keys) || got.own != "kept" {
		t.Errorf("got %+v", got)
	}
}

func TestSet_refusesAModelWhoseTypesAreNotKnown(t *testing.T) {
	t.Parallel()
	var target target
	if diags := set(t.Context(), &target, &exampleModel{}); !diags.HasError() || target.set != 0 {
		t.Errorf("set %d times: %v", target.set, diags)
	}
}

// source is what a state or a plan holds.
type source map[string]attr.Value

func (s source) Get(ctx context.Context, target any) diag.Diagnostics {
	attributeTypes := map[string]attr.Type{}
	for name, value := range s {
		attributeTypes[name] = value.Type(ctx)
	}
	object, diags := types.ObjectValue(attributeTypes, s)
	if into, ok := target.(*types.Object); ok {
		*into = object
	}
	return diags
}

func TestGet_readsWhatIsThere(t *testing.T) {
	t.Parallel()
	type shared struct {
		Count types.Bool `tfsdk:"count"`
	}
	type model struct {
		shared

		Name types.String `tfsdk:"name"`
	}
	for name, test := range map[string]struct {
		source source
		fails  bool
	}{
		"known":                  {source{"count": types.BoolValue(true), "name": types.StringValue("a")}, false},
		"null and unknown":       {source{"count": types.BoolNull(), "name": types.StringUnknown()}, false},
		"an attribute is absent": {source{"count": types.BoolValue(true)}, true},
		"another type":           {source{"count": types.StringValue("true"), "name": types.StringValue("a")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got model
			diags := get(t.Context(), test.source, &got)
			if diags.HasError() != test.fails {
				t.Fatalf("got %v", diags)
			}
			if !test.fails && (!got.Count.Equal(test.source["count"]) || !got.Name.Equal(test.source["name"])) {
				t.Errorf("got %+v", got)
			}
		})
	}
}
