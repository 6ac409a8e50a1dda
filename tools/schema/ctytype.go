// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// ctyType returns the type that t is called in Terraform's own type system. It
// panics on a type that the protocol does not have: the list below is all of
// https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/object-wire-format.md.
func ctyType(t tftypes.Type) cty.Type {
	switch t := t.(type) {
	case tftypes.List:
		return cty.List(ctyType(t.ElementType))
	case tftypes.Set:
		return cty.Set(ctyType(t.ElementType))
	case tftypes.Map:
		return cty.Map(ctyType(t.ElementType))
	case tftypes.Tuple:
		elements := make([]cty.Type, len(t.ElementTypes))
		for i, element := range t.ElementTypes {
			elements[i] = ctyType(element)
		}
		return cty.Tuple(elements)
	case tftypes.Object:
		return cty.Object(mapValues(t.AttributeTypes, ctyType))
	default:
		return ctyPrimitive(t)
	}
}

func ctyPrimitive(t tftypes.Type) cty.Type {
	switch {
	case t.Is(tftypes.String):
		return cty.String
	case t.Is(tftypes.Number):
		return cty.Number
	case t.Is(tftypes.Bool):
		return cty.Bool
	case t.Is(tftypes.DynamicPseudoType):
		return cty.DynamicPseudoType
	default:
		panic(fmt.Sprintf("type %s is not one of the protocol's", t))
	}
}
