// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// What resources share of their schemas. Computed attributes keep their value
// until the plan says otherwise.

func durationAttribute(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		CustomType:          durationType{},
		Optional:            true,
		Validators:          validators,
		PlanModifiers:       []planmodifier.String{keepEquallyLong()},
		MarkdownDescription: description,
	}
}

func timestampAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		CustomType:          timetypes.RFC3339Type{},
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		MarkdownDescription: description,
	}
}

func computedString(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		MarkdownDescription: description,
	}
}

func computedBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Computed:            true,
		PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
		MarkdownDescription: description,
	}
}

// driftAttribute tells whether what refresh saw happen elsewhere was saved.
func driftAttribute(what string) schema.BoolAttribute {
	return computedBool("`false` after a refresh saw " + what + " that this resource has not done; the plan then shows an update in place to `true`, which sends nothing and saves what was seen. `true` otherwise.")
}

// timeoutsAttribute returns the timeouts attribute of a resource for the
// operations in opts, with a description, which the library leaves out.
func timeoutsAttribute(ctx context.Context, opts timeouts.Opts) schema.Attribute {
	attribute := timeouts.Attributes(ctx, opts)
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "How long each operation may take, all its requests and waits together. Changing it changes nothing else."
	return nested
}
