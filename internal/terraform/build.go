package terraform

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
)

const (
	mainPackage = "github.com/keyrotation/terraform-provider-atlassian"
	binaryName  = "terraform-provider-atlassian"
)

// Build builds the provider into dir and returns the absolute path of the
// binary. The working directory must lie in this module. The error holds what
// the compiler said.
func Build(ctx context.Context, dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, binaryName)
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	said, err := exec.CommandContext(ctx, "go", "build", "-o", binary, mainPackage).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", mainPackage, err, said)
	}
	return binary, nil
}
