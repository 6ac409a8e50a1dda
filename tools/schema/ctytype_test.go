// SPDX-License-Identifier: MPL-2.0

package main

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

func TestCtyType_namesEveryTypeOfTheProtocol(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		from tftypes.Type
		want cty.Type
	}{
		"string":  {tftypes.String, cty.String},
		"number":  {tftypes.Number, cty.Number},
		"bool":    {tftypes.Bool, cty.Bool},
		"dynamic": {tftypes.DynamicPseudoType, cty.DynamicPseudoType},
		"list":    {tftypes.List{ElementType: tftypes.Bool}, cty.List(cty.Bool)},
		"set":     {tftypes.Set{ElementType: tftypes.Number}, cty.Set(cty.Number)},
		"map":     {tftypes.Map{ElementType: tftypes.String}, cty.Map(cty.String)},
		"tuple": {
			tftypes.Tuple{ElementTypes: []tftypes.Type{tftypes.String, tftypes.Bool}},
			cty.Tuple([]cty.Type{cty.String, cty.Bool}),
		},
		"list of objects": {
			tftypes.List{ElementType: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}},
			cty.List(cty.Object(map[string]cty.Type{"id": cty.String})),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ctyType(test.from); !got.Equals(test.want) {
				t.Errorf("got %#v, want %#v", got, test.want)
			}
		})
	}
}

func TestCtyType_panicsOnATypeOfNoKind(t *testing.T) {
	t.Parallel()

	defer func() {
		if recover() == nil {
			t.Error("got no panic")
		}
	}()
	ctyType(struct{ tftypes.List }{})
}
