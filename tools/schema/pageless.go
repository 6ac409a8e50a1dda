// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// pageless names everything in schema that should have a page in docs and has
// none there, or an empty one. "tfplugindocs validate" looks only into the
// folders that exist, so that it misses a kind whose pages are all absent.
func pageless(schema *tfjson.ProviderSchema, docs fs.FS) []string {
	pages := []string{"index.md"}
	for _, k := range kinds(schema) {
		for _, name := range sortedNames(k.blocks) {
			pages = append(pages, path.Join(k.folder, strings.TrimPrefix(name, shortName+"_")+".md"))
		}
	}
	for _, name := range sortedNames(schema.Functions) {
		pages = append(pages, path.Join("functions", name+".md"))
	}

	var missing []string
	for _, page := range pages {
		if info, err := fs.Stat(docs, page); err != nil || info.Size() == 0 {
			missing = append(missing, fmt.Sprintf("page %s is missing", page))
		}
	}
	return missing
}
