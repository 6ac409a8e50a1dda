// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ resource.Resource             = (*wideResource)(nil)
	_ resource.ResourceWithIdentity = (*wideResource)(nil)
)

// wideResource has as many attributes as a resource of the provider, of the same
// kinds, and does nothing with them: what it costs is what the framework takes
// for any resource that wide.
type wideResource struct {
	typeName string
	kinds    []kind
	// identity is how many attributes the identity has.
	identity int
}

// kind is a kind of attribute, and how many of it there are.
type kind struct {
	name      string
	count     int
	attribute schema.Attribute
}

func (r *wideResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + r.typeName
}

func (r *wideResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{}
	for _, kind := range r.kinds {
		for i := range kind.count {
			resp.Schema.Attributes[fmt.Sprintf("%s_%d", kind.name, i)] = kind.attribute
		}
	}
}

func (r *wideResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema.Attributes = map[string]identityschema.Attribute{}
	for i := range r.identity {
		resp.IdentitySchema.Attributes[fmt.Sprintf("id_%d", i)] = identityschema.StringAttribute{RequiredForImport: true}
	}
}

func (r *wideResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var err error
	if resp.State.Raw, err = tftypes.Transform(req.Plan.Raw, known); err != nil {
		resp.Diagnostics.AddError("Plan not taken over", err.Error())
	}
	resp.Identity.Raw = example(resp.Identity.Schema.Type().TerraformType(ctx))
}

func (r *wideResource) Read(ctx context.Context, _ resource.ReadRequest, resp *resource.ReadResponse) {
	resp.Identity.Raw = example(resp.Identity.Schema.Type().TerraformType(ctx))
}

func (r *wideResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var err error
	if resp.State.Raw, err = tftypes.Transform(req.Plan.Raw, known); err != nil {
		resp.Diagnostics.AddError("Plan not taken over", err.Error())
	}
	resp.Identity.Raw = example(resp.Identity.Schema.Type().TerraformType(ctx))
}

func (r *wideResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// known gives what a plan leaves open a value.
func known(_ *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
	if value.IsKnown() {
		return value, nil
	}
	return example(value.Type()), nil
}

// example is some value of a type; a number has none.
func example(of tftypes.Type) tftypes.Value {
	switch of := of.(type) {
	case tftypes.List:
		return tftypes.NewValue(of, []tftypes.Value{example(of.ElementType)})
	case tftypes.Set:
		return tftypes.NewValue(of, []tftypes.Value{example(of.ElementType)})
	case tftypes.Map:
		return tftypes.NewValue(of, map[string]tftypes.Value{"example": example(of.ElementType)})
	case tftypes.Object:
		attributes := map[string]tftypes.Value{}
		for name, attributeType := range of.AttributeTypes {
			attributes[name] = example(attributeType)
		}
		return tftypes.NewValue(of, attributes)
	}
	if of.Is(tftypes.Bool) {
		return tftypes.NewValue(of, true)
	}
	return tftypes.NewValue(of, "2026-01-05T08:00:00Z")
}
