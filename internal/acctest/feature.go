// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

var _ tfversion.TerraformVersionCheck = Feature{}

// Feature is something that not every supported CLI has. The CLI itself is
// asked, and not its version number: OpenTofu counts as Terraform does, and
// lacks some of what Terraform has under the same number.
type Feature struct {
	name string
	// configuration and arguments are what a CLI without the feature refuses.
	configuration string
	arguments     []string
}

// Actions are the blocks of that name.
func Actions() Feature {
	return Feature{"actions", "action \"terraform_data\" \"probe\" {\n}\n", []string{"validate"}}
}

// Queries are list blocks, in files of their own, and the command for them.
func Queries() Feature {
	return Feature{"queries", "", []string{"query", "-help"}}
}

// ImportByIdentity is the argument identity of import blocks.
func ImportByIdentity() Feature {
	return Feature{"import by identity", "import {\n  to       = terraform_data.probe\n  identity = {}\n}\n", []string{"validate"}}
}

// Need skips the test where the CLI lacks the feature.
func (f Feature) Need(t *testing.T) {
	t.Helper()
	missing, err := f.isMissing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if missing {
		t.Skip(f.skipped())
	}
}

// CheckTerraformVersion skips a test case where the CLI lacks the feature.
func (f Feature) CheckTerraformVersion(ctx context.Context, _ tfversion.CheckTerraformVersionRequest, resp *tfversion.CheckTerraformVersionResponse) {
	missing, err := f.isMissing(ctx)
	resp.Error = err
	if missing {
		resp.Skip = f.skipped()
	}
}

func (f Feature) skipped() string {
	return "skipped: the CLI does not have " + f.name
}

// isMissing asks the CLI, which finds fault with the configuration in any case:
// the question is with what.
func (f Feature) isMissing(ctx context.Context) (bool, error) {
	cli, err := terraform.FindCLI()
	if err != nil {
		return false, err
	}
	directory, err := os.MkdirTemp("", "feature")
	if err != nil {
		return false, err
	}
	defer func() { _ = os.RemoveAll(directory) }()
	if err := os.WriteFile(filepath.Join(directory, "main.tf"), []byte(f.configuration), 0o600); err != nil {
		return false, err
	}
	command := exec.CommandContext(ctx, cli, f.arguments...)
	command.Dir = directory
	said, err := command.CombinedOutput()
	if command.ProcessState == nil {
		return false, err
	}
	words := strings.Join(strings.Fields(string(said)), " ")
	return strings.Contains(words, "not expected here") || strings.Contains(words, "has no command named"), nil
}
