// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

// BenchmarkAPIKeys decodes a list of ten thousand keys, and chooses one of them.
func BenchmarkAPIKeys(b *testing.B) {
	const size = 10_000
	var list strings.Builder
	for i := range size {
		fmt.Fprintf(&list, `,{"id":"key-%d","label":"ci-%d","createdAt":"2026-01-05T08:00:00Z","expiresAt":"2027-01-05T08:00:00Z",`+
			`"scopes":["read:keys:admin"],"createdBy":{"id":"712020:0","name":"Ada Lovelace","email":"ada@example.com"}}`, i, i)
	}
	text := []byte("[" + list.String()[1:] + "]")
	var keys []cloud.APIKey
	b.Run("decoded", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			keys = nil
			if err := json.Unmarshal(text, &keys); err != nil || len(keys) != size {
				b.Fatal(len(keys), err)
			}
		}
	})
	if keys == nil {
		b.Skip("nothing was decoded to choose from")
	}
	for name, selector := range map[string]apiKeySelector{
		"by label": {label: types.StringValue("ci-9999")},
		"by ID":    {keyID: types.StringValue("key-9999")},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if key, diags := selector.find("o", keys, keys[0].CreatedAt.Time); key.ID != "key-9999" {
					b.Fatal(diags)
				}
			}
		})
	}
}
