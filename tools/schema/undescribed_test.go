// SPDX-License-Identifier: MPL-2.0

package main

import (
	"slices"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

func TestUndescribed_namesEveryGap(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		erase func(*tfjson.ProviderSchema)
		want  []string
	}{
		"nothing": {
			func(*tfjson.ProviderSchema) {},
			nil,
		},
		"the provider": {
			func(s *tfjson.ProviderSchema) { s.ConfigSchema.Block.Description = "" },
			[]string{"provider has no description"},
		},
		"a nested attribute": {
			func(s *tfjson.ProviderSchema) {
				s.ConfigSchema.Block.Attributes["instances"].AttributeNestedType.Attributes["token"].Description = ""
			},
			[]string{"provider: instances.token has no description"},
		},
		"a resource and its attribute": {
			func(s *tfjson.ProviderSchema) {
				s.ResourceSchemas["atlassian_key"].Block.Description = ""
				s.ResourceSchemas["atlassian_key"].Block.Attributes["value"].Description = ""
			},
			[]string{"resource atlassian_key has no description", "resource atlassian_key: value has no description"},
		},
		"a nested block and its attribute": {
			func(s *tfjson.ProviderSchema) {
				owner := s.ResourceSchemas["atlassian_key"].Block.NestedBlocks["owner"].Block
				owner.Description = ""
				owner.Attributes["name"].Description = ""
			},
			[]string{"resource atlassian_key: owner has no description", "resource atlassian_key: owner: name has no description"},
		},
		"an identity": {
			func(s *tfjson.ProviderSchema) {
				s.ResourceIdentitySchemas["atlassian_key"].Attributes["key_id"].Description = ""
			},
			[]string{"identity of atlassian_key: key_id has no description"},
		},
		"a data source": {
			func(s *tfjson.ProviderSchema) { s.DataSourceSchemas["atlassian_keys"].Block.Description = "" },
			[]string{"data source atlassian_keys has no description"},
		},
		"an ephemeral resource": {
			func(s *tfjson.ProviderSchema) { s.EphemeralResourceSchemas["atlassian_session"].Block.Description = "" },
			[]string{"ephemeral resource atlassian_session has no description"},
		},
		"a list resource": {
			func(s *tfjson.ProviderSchema) { s.ListResourceSchemas["atlassian_key"].Block.Description = "" },
			[]string{"list resource atlassian_key has no description"},
		},
		"an action": {
			func(s *tfjson.ProviderSchema) { s.ActionSchemas["atlassian_rotate"].Block.Description = "" },
			[]string{"action atlassian_rotate has no description"},
		},
		"a function and its parameters": {
			func(s *tfjson.ProviderSchema) {
				join := s.Functions["join"]
				join.Description = ""
				join.Parameters[0].Description = ""
				join.VariadicParameter.Description = ""
			},
			[]string{
				"function join has no description",
				"function join: separator has no description",
				"function join: words has no description",
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exported, err := export(t.Context(), tinyServer(t))
			if err != nil {
				t.Fatal(err)
			}
			test.erase(exported)
			if got := undescribed(exported); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
