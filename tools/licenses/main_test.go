// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const mit = "MIT License\n\nPermission is hereby granted, free of charge, to any person\nobtaining a copy of this software"

func TestRun_writesTheLicensesOfTheProvider(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "licenses.txt")
	if err := run(t.Context(), []string{"-out", out, "../.."}); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{"Go go1.", ": BSD-3-Clause", "github.com/hashicorp/terraform-plugin-framework v", ": MPL-2.0", "google.golang.org/grpc v"} {
		if !strings.Contains(string(content), wanted) {
			t.Errorf("nothing says %q", wanted)
		}
	}
}

func TestCompile_refusesWhatHasNoKnownLicense(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		files map[string]string
		want  string
	}{
		"licensed":                 {files: map[string]string{"LICENSE": mit}},
		"licensed with a notice":   {files: map[string]string{"LICENSE.md": mit, "NOTICE": "Made by many."}},
		"licensed below":           {files: map[string]string{"LICENSE": mit, "inner/COPYING": "All rights reserved."}, want: "inner/COPYING is no license"},
		"no license":               {files: map[string]string{"README.md": mit}, want: "has no license"},
		"a notice is no license":   {files: map[string]string{"NOTICE": "Made by many."}, want: "has no license"},
		"unknown license":          {files: map[string]string{"LICENSE": "All rights reserved."}, want: "no license that is known"},
		"code that is called that": {files: map[string]string{"license.go": mit}, want: "has no license"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			for file, content := range test.files {
				path := filepath.Join(root, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.MkdirAll(filepath.Join(root, "inner"), 0o755); err != nil {
				t.Fatal(err)
			}
			_, err := compile([]module{{name: "example.com/m v1.0.0", root: root, directories: []string{filepath.Join(root, "inner")}}})
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(filepath.ToSlash(err.Error()), test.want)) {
				t.Errorf("got error %v, want one that says %q", err, test.want)
			}
		})
	}
}
