// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
)

// undescribed names everything in schema that has no description, in the order
// of kinds, types and attributes.
func undescribed(schema *tfjson.ProviderSchema) []string {
	var found gaps
	found.block("provider", schema.ConfigSchema.Block)
	for _, k := range kinds(schema) {
		for _, name := range sortedNames(k.blocks) {
			found.block(k.noun+" "+name, k.blocks[name])
		}
	}
	for _, name := range sortedNames(schema.Functions) {
		found.function("function "+name, schema.Functions[name])
	}
	for _, name := range sortedNames(schema.ResourceIdentitySchemas) {
		identity := schema.ResourceIdentitySchemas[name]
		for _, attribute := range sortedNames(identity.Attributes) {
			found.note("identity of "+name+": "+attribute, identity.Attributes[attribute].Description)
		}
	}
	return found
}

// gaps collects the names of what has no description.
type gaps []string

func (g *gaps) note(name, description string) {
	if description == "" {
		*g = append(*g, fmt.Sprintf("%s has no description", name))
	}
}

func (g *gaps) block(name string, block *tfjson.SchemaBlock) {
	g.note(name, block.Description)
	g.attributes(name+": ", block.Attributes)
	for _, nested := range sortedNames(block.NestedBlocks) {
		g.block(name+": "+nested, block.NestedBlocks[nested].Block)
	}
}

// attributes looks at attributes whose names, to be told apart, need prefix in
// front.
func (g *gaps) attributes(prefix string, attributes map[string]*tfjson.SchemaAttribute) {
	for _, name := range sortedNames(attributes) {
		attribute := attributes[name]
		g.note(prefix+name, attribute.Description)
		if attribute.AttributeNestedType != nil {
			g.attributes(prefix+name+".", attribute.AttributeNestedType.Attributes)
		}
	}
}

func (g *gaps) function(name string, function *tfjson.FunctionSignature) {
	g.note(name, function.Description)
	for _, parameter := range function.Parameters {
		g.note(name+": "+parameter.Name, parameter.Description)
	}
	if variadic := function.VariadicParameter; variadic != nil {
		g.note(name+": "+variadic.Name, variadic.Description)
	}
}
