// SPDX-License-Identifier: MPL-2.0

package acctest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

// The refusals are those of Terraform 1.11.4; the other answers are those of a
// CLI that has the feature and complains of something else.
func TestFeature_asksTheCLIAndNotItsVersion(t *testing.T) {
	for name, test := range map[string]struct {
		feature acctest.Feature
		says    string
		skips   bool
	}{
		"no such block":       {acctest.Actions(), "Blocks of type \"action\" are not expected\nhere.", true},
		"no such argument":    {acctest.ImportByIdentity(), "An argument named \"identity\" is not expected here.", true},
		"no such command":     {acctest.Queries(), "OpenTofu has no command named \"query\".", true},
		"a block that is":     {acctest.Actions(), "Error: Missing required provider", false},
		"a command that is":   {acctest.Queries(), "Usage: terraform query [options]", false},
		"an argument that is": {acctest.ImportByIdentity(), "Error: Configuration for import target does not exist", false},
	} {
		t.Run(name, func(t *testing.T) {
			cli := filepath.Join(t.TempDir(), "cli")
			if err := os.WriteFile(cli, []byte("#!/bin/sh\ncat <<'END'\n"+test.says+"\nEND\nexit 1\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			t.Setenv(terraform.PathVariable, cli)
			var response tfversion.CheckTerraformVersionResponse
			test.feature.CheckTerraformVersion(t.Context(), tfversion.CheckTerraformVersionRequest{}, &response)
			if response.Error != nil || (response.Skip != "") != test.skips {
				t.Errorf("got %q, %v, want a skip: %t", response.Skip, response.Error, test.skips)
			}
		})
	}
}
