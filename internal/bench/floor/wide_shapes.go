// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// newWideKey is as wide as atlassian_org_api_key.
func newWideKey() resource.Resource {
	return &wideResource{typeName: "_wide_key", identity: 2, kinds: []kind{
		{"optional_string", 1, optionalString()},
		{"found_string", 3, foundString()},
		{"defaulted_string", 1, schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("14d")}},
		{"defaulted_bool", 1, defaultedBool()},
		{"optional_object", 1, optionalObject(3)},
		{"computed_string", 7, computedString()},
		{"computed_bool", 3, computedBool()},
		{"computed_set", 1, schema.SetAttribute{
			Computed: true, ElementType: types.StringType, PlanModifiers: []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
		}},
		{"computed_object", 1, schema.SingleNestedAttribute{
			Computed: true, Attributes: strings(3, schema.StringAttribute{Computed: true}),
			PlanModifiers: []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
		}},
	}}
}

// newWideInstance is as wide as atlassian_dc_aes_rotation.
func newWideInstance() resource.Resource {
	return &wideResource{typeName: "_wide_instance", identity: 1, kinds: []kind{
		{"required_string", 1, schema.StringAttribute{Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}}},
		{"optional_string", 4, optionalString()},
		{"optional_map", 1, schema.MapAttribute{Optional: true, ElementType: types.StringType}},
		{"optional_object", 1, optionalObject(3)},
		{"wider_object", 1, optionalObject(4)},
		{"defaulted_bool", 4, defaultedBool()},
		{"computed_string", 11, computedString()},
		{"computed_bool", 3, computedBool()},
		{"computed_list", 1, schema.ListAttribute{
			Computed: true, ElementType: types.StringType, PlanModifiers: []planmodifier.List{listplanmodifier.UseStateForUnknown()},
		}},
		{"computed_map", 1, schema.MapAttribute{
			Computed: true, ElementType: types.StringType, PlanModifiers: []planmodifier.Map{mapplanmodifier.UseStateForUnknown()},
		}},
	}}
}

func optionalString() schema.Attribute {
	return schema.StringAttribute{Optional: true}
}

// foundString is configured, or else found out.
func foundString() schema.Attribute {
	return schema.StringAttribute{Optional: true, Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
}

func computedString() schema.Attribute {
	return schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
}

func computedBool() schema.Attribute {
	return schema.BoolAttribute{Computed: true, PlanModifiers: []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()}}
}

func defaultedBool() schema.Attribute {
	return schema.BoolAttribute{Optional: true, Computed: true, Default: booldefault.StaticBool(false)}
}

func optionalObject(width int) schema.Attribute {
	return schema.SingleNestedAttribute{Optional: true, Attributes: strings(width, schema.StringAttribute{Optional: true})}
}

func strings(width int, attribute schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for i := range width {
		attributes[fmt.Sprintf("string_%d", i)] = attribute
	}
	return attributes
}
