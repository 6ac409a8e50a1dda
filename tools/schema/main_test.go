// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

func TestRun_writesTheSchemaUnderTheShortName(t *testing.T) {
	t.Parallel()

	file := filepath.Join(t.TempDir(), "schema.json")
	if err := run(t.Context(), tinyServer(t), []string{"-out", file}, io.Discard); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var written tfjson.ProviderSchemas
	if err := json.Unmarshal(content, &written); err != nil {
		t.Fatal(err)
	}
	names := sortedNames(written.Schemas)
	if want := []string{"atlassian"}; !slices.Equal(names, want) {
		t.Errorf("got schemas of %q, want %q", names, want)
	}
}

func TestRun_refuses(t *testing.T) {
	t.Parallel()

	empty := t.TempDir()
	tests := map[string]struct {
		args []string
		want string
	}{
		"nothing to do":       {nil, "give -out, -pages or both"},
		"an unknown flag":     {[]string{"-in", "x"}, "not defined: -in"},
		"an extra argument":   {[]string{"-pages", empty, "more"}, "and nothing else"},
		"a file in no folder": {[]string{"-out", filepath.Join(empty, "none", "schema.json")}, "no such file"},
		"pages that are gaps": {[]string{"-pages", empty}, "page resources/key.md is missing"},
		"a folder that isn't": {[]string{"-pages", filepath.Join(empty, "none")}, "page functions/join.md is missing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := run(t.Context(), tinyServer(t), test.args, io.Discard)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one that says %q", err, test.want)
			}
		})
	}
}
