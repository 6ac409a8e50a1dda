// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// checkAttributes runs the validators of the attributes of an action on its
// configuration. The framework does the same, but for a validation only; the
// rules of a type it checks whenever it reads a value.
func checkAttributes(ctx context.Context, config tfsdk.Config) diag.Diagnostics {
	var diags diag.Diagnostics
	attributes := config.Schema.GetAttributes()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		var value attr.Value
		at := path.Root(name)
		diags.Append(config.GetAttribute(ctx, at, &value)...)
		if value == nil {
			continue
		}
		if attributes[name].IsRequired() && value.IsNull() {
			diags.AddAttributeError(at, name+" missing", name+" is required.")
		}
		rules := attributeRules{config: config, at: at, value: value}
		switch attribute := attributes[name].(type) {
		case schema.StringAttribute:
			diags.Append(rules.text(ctx, attribute.Validators)...)
		case schema.ListAttribute:
			diags.Append(rules.list(ctx, attribute.Validators)...)
		case schema.SetAttribute:
			diags.Append(rules.set(ctx, attribute.Validators)...)
		case schema.BoolAttribute, schema.SingleNestedAttribute:
			// An action has one object, its timeouts, which is read with its rule;
			// and either bool will do.
		default:
			diags.AddAttributeError(at, "Attribute without rules",
				fmt.Sprintf("Nothing checks attributes such as %T in an action. This is a bug of the provider.", attribute))
		}
	}
	return diags
}

// attributeRules is an attribute that validators are to judge.
type attributeRules struct {
	config tfsdk.Config
	at     path.Path
	value  attr.Value
}

func (r attributeRules) text(ctx context.Context, validators []validator.String) diag.Diagnostics {
	valuable, ok := r.value.(basetypes.StringValuable)
	if !ok {
		return nil
	}
	value, diags := valuable.ToStringValue(ctx)
	for _, rule := range validators {
		var resp validator.StringResponse
		rule.ValidateString(ctx, validator.StringRequest{Path: r.at, PathExpression: r.at.Expression(), Config: r.config, ConfigValue: value}, &resp)
		diags.Append(resp.Diagnostics...)
	}
	return diags
}

func (r attributeRules) list(ctx context.Context, validators []validator.List) diag.Diagnostics {
	valuable, ok := r.value.(basetypes.ListValuable)
	if !ok {
		return nil
	}
	value, diags := valuable.ToListValue(ctx)
	for _, rule := range validators {
		var resp validator.ListResponse
		rule.ValidateList(ctx, validator.ListRequest{Path: r.at, PathExpression: r.at.Expression(), Config: r.config, ConfigValue: value}, &resp)
		diags.Append(resp.Diagnostics...)
	}
	return diags
}

func (r attributeRules) set(ctx context.Context, validators []validator.Set) diag.Diagnostics {
	valuable, ok := r.value.(basetypes.SetValuable)
	if !ok {
		return nil
	}
	value, diags := valuable.ToSetValue(ctx)
	for _, rule := range validators {
		var resp validator.SetResponse
		rule.ValidateSet(ctx, validator.SetRequest{Path: r.at, PathExpression: r.at.Expression(), Config: r.config, ConfigValue: value}, &resp)
		diags.Append(resp.Diagnostics...)
	}
	return diags
}
