// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

// Main runs the acceptance tests of a package with the settings that make every
// supported CLI work: an existing, empty CLI configuration, no update check, and
// a namespace, without which OpenTofu refuses the provider.
func Main(m *testing.M) {
	os.Exit(run(m))
}

const cliConfigVariable = "TF_CLI_CONFIG_FILE"

func run(m *testing.M) int {
	directory, err := os.MkdirTemp("", "acctest")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(directory) }()
	config := filepath.Join(directory, "cli.tfrc")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		panic(err)
	}
	for name, value := range map[string]string{
		cliConfigVariable:           config,
		"CHECKPOINT_DISABLE":        "1",
		"TF_ACC_PROVIDER_NAMESPACE": provider.Namespace(),
	} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	return m.Run()
}
