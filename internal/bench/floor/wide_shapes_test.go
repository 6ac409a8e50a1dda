// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

func TestWideResources_areAsWideAsThoseOfTheProvider(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ wide, like resource.Resource }{
		"key":      {newWideKey(), provider.NewOrgAPIKeyResource()},
		"instance": {newWideInstance(), provider.NewDCAESRotationResource()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(kindsOf(t, test.like), kindsOf(t, test.wide)); diff != "" {
				t.Errorf("numbers of attributes by kind, provider (-) and floor (+):\n%s", diff)
			}
		})
	}
}

// kindsOf counts the attributes of a resource, and of its identity, by their
// kinds.
func kindsOf(t *testing.T, r resource.Resource) map[string]int {
	t.Helper()
	var (
		attributes resource.SchemaResponse
		identity   resource.IdentitySchemaResponse
	)
	r.Schema(t.Context(), resource.SchemaRequest{}, &attributes)
	counts := map[string]int{}
	for _, attribute := range attributes.Schema.Attributes {
		counts[kindOf(attribute)]++
	}
	identified, ok := r.(resource.ResourceWithIdentity)
	if !ok {
		t.Fatalf("%T has no identity", r)
	}
	identified.IdentitySchema(t.Context(), resource.IdentitySchemaRequest{}, &identity)
	counts["identity"] = len(identity.IdentitySchema.Attributes)
	return counts
}

func kindOf(attribute schema.Attribute) string {
	nested, defaulted := 0, false
	switch attribute := attribute.(type) {
	case schema.SingleNestedAttribute:
		nested = len(attribute.Attributes)
	case schema.StringAttribute:
		defaulted = attribute.Default != nil
	case schema.BoolAttribute:
		defaulted = attribute.Default != nil
	}
	return fmt.Sprintf("%T of %d, required: %t, optional: %t, computed: %t, with a default: %t",
		attribute, nested, attribute.IsRequired(), attribute.IsOptional(), attribute.IsComputed(), defaulted)
}
