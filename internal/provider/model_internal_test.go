// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// target counts how often it is set.
type target struct {
	set int
}

func (t *target) Set(context.Context, any) diag.Diagnostics {
	t.set++
	return nil
}

func TestSetChanged_setsOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	before := dcAESRotationModel{Instance: types.StringValue("jira"), InactiveKeys: stringList([]string{"a"})}
	for name, test := range map[string]struct {
		change func(*dcAESRotationModel)
		want   int
	}{
		"nothing":               {func(*dcAESRotationModel) {}, 0},
		"the same, built again": {func(m *dcAESRotationModel) { m.InactiveKeys = stringList([]string{"a"}) }, 0},
		"an element":            {func(m *dcAESRotationModel) { m.InactiveKeys = stringList([]string{"b"}) }, 1},
		"a shared attribute":    {func(m *dcAESRotationModel) { m.RotationDue = types.BoolValue(true) }, 1},
		"known to unknown":      {func(m *dcAESRotationModel) { m.Instance = types.StringUnknown() }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after, target := before, &target{}
			test.change(&after)
			if setChanged(t.Context(), target, &before, &after); target.set != test.want {
				t.Errorf("set %d times, want %d", target.set, test.want)
			}
		})
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
