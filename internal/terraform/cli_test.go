// SPDX-License-Identifier: MPL-2.0

package terraform_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

func TestFindCLI(t *testing.T) {
	for name, test := range map[string]struct {
		onPath []string
		named  string
		want   string
	}{
		"terraform comes first":    {onPath: []string{"terraform", "tofu"}, want: "terraform"},
		"tofu serves as well":      {onPath: []string{"tofu"}, want: "tofu"},
		"the variable decides":     {onPath: []string{"terraform", "other"}, named: "other", want: "other"},
		"there is none":            {},
		"the named one is missing": {onPath: []string{"terraform"}, named: "other"},
	} {
		t.Run(name, func(t *testing.T) {
			directory := t.TempDir()
			for _, tool := range test.onPath {
				if err := os.WriteFile(filepath.Join(directory, tool), []byte("#!/bin/sh\n"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("PATH", directory)
			t.Setenv(terraform.PathVariable, test.named)
			got, err := terraform.FindCLI()
			if test.want == "" {
				if err == nil {
					t.Errorf("found %s, want an error", got)
				}
				return
			}
			if want := filepath.Join(directory, test.want); err != nil || got != want {
				t.Errorf("got %q, %v, want %q", got, err, want)
			}
		})
	}
}

func TestFindCLI_makesARelativePathAbsolute(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("tofu", []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv(terraform.PathVariable, "./tofu")
	got, err := terraform.FindCLI()
	if err != nil || !filepath.IsAbs(got) {
		t.Errorf("got %q, %v, want an absolute path", got, err)
	}
}

func TestBuild_saysWhyNothingWasBuilt(t *testing.T) {
	t.Chdir(t.TempDir())
	binary, err := terraform.Build(t.Context(), t.TempDir())
	if err == nil {
		t.Fatalf("built %s outside of the module", binary)
	}
}
