// SPDX-License-Identifier: MPL-2.0

package terraform

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// PathVariable names the CLI to use, as in the acceptance tests of
// terraform-plugin-testing:
// https://developer.hashicorp.com/terraform/plugin/testing/acceptance-tests.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

var errNoCLI = errors.New("neither terraform nor tofu is on PATH, and " + PathVariable + " names no other")

// FindCLI returns the absolute path of the CLI: what [PathVariable] names, else
// terraform, else tofu from PATH. It is an error if none of them is there.
func FindCLI() (string, error) {
	if named := os.Getenv(PathVariable); named != "" {
		return lookUp(named)
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := lookUp(name); err == nil {
			return path, nil
		}
	}
	return "", errNoCLI
}

// lookUp returns an absolute path: the CLI runs in another directory.
func lookUp(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}
