// SPDX-License-Identifier: MPL-2.0

package main

import (
	"maps"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
)

// kind is one of the kinds of things that a provider offers: the word for it,
// the folder that the registry shows its pages from, and the block of each of
// its types by the type's name.
//
// The folders are those of
// https://developer.hashicorp.com/terraform/registry/providers/docs.
type kind struct {
	noun   string
	folder string
	blocks map[string]*tfjson.SchemaBlock
}

// kinds returns the kinds of schema that are configured in a block. Functions
// and identities are not.
func kinds(schema *tfjson.ProviderSchema) []kind {
	return []kind{
		{"resource", "resources", mapValues(schema.ResourceSchemas, rootBlock)},
		{"data source", "data-sources", mapValues(schema.DataSourceSchemas, rootBlock)},
		{"ephemeral resource", "ephemeral-resources", mapValues(schema.EphemeralResourceSchemas, rootBlock)},
		{"list resource", "list-resources", mapValues(schema.ListResourceSchemas, rootBlock)},
		{"state store", "state-stores", mapValues(schema.StateStoreSchemas, rootBlock)},
		{"action", "actions", mapValues(schema.ActionSchemas, rootActionBlock)},
	}
}

func rootBlock(s *tfjson.Schema) *tfjson.SchemaBlock { return s.Block }

func rootActionBlock(s *tfjson.ActionSchema) *tfjson.SchemaBlock { return s.Block }

func sortedNames[V any](byName map[string]V) []string {
	return slices.Sorted(maps.Keys(byName))
}
