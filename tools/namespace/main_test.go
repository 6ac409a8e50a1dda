// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun_writesAnotherNamespaceEverywhere(t *testing.T) {
	t.Parallel()
	copied := t.TempDir()
	for _, folder := range []string{"examples", "templates"} {
		if err := os.CopyFS(filepath.Join(copied, folder), os.DirFS(filepath.Join("../..", folder))); err != nil {
			t.Fatal(err)
		}
	}
	if err := run("elsewhere/atlassian", []string{copied}); err == nil || !strings.Contains(err.Error(), "examples/provider/provider.tf") {
		t.Fatalf("got error %v for another namespace, want one that names the example", err)
	}
	for _, flags := range [][]string{{"-write"}, nil} {
		if err := run("elsewhere/atlassian", append(flags, copied)); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(filepath.Join(copied, "examples/provider/provider.tf"))
	if err != nil || !strings.Contains(string(written), `source = "elsewhere/atlassian"`) {
		t.Errorf("%v, and the example says:\n%s", err, written)
	}
}

func TestCheck_findsWhatIsWrittenOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file, text string
		faults     int
	}{
		"the constant":               {file: constantFile, text: `const Address = "registry.terraform.io/elsewhere/atlassian"`},
		"an example":                 {file: "examples/provider/provider.tf", text: `source = "elsewhere/atlassian"`},
		"an example of another":      {file: "examples/provider/provider.tf", text: `source = "other/atlassian"`, faults: 1},
		"a page with a mirror":       {file: "docs/guides/install.md", text: "mkdir -p registry.terraform.io/elsewhere/atlassian/1.0.0"},
		"a page with another mirror": {file: "docs/guides/install.md", text: "mkdir -p registry.opentofu.org/other/atlassian", faults: 1},
		"code":                       {file: "internal/acctest/main.go", text: `namespace = "elsewhere"`, faults: 1},
		"a source in code":           {file: "internal/terraform/workspace.go", text: `source = "elsewhere/atlassian"`, faults: 1},
		"the module path":            {file: "go.mod", text: "module github.com/elsewhere/terraform-provider-atlassian"},
		"part of a word":             {file: "README.md", text: "elsewhere and nowhere"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if faults := check(test.file, test.text, "elsewhere/atlassian"); len(faults) != test.faults {
				t.Errorf("got %q, want %d", faults, test.faults)
			}
		})
	}
}
