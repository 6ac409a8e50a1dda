// SPDX-License-Identifier: MPL-2.0

package terraform

import (
	"bytes"
	"context"
	"fmt"
	"io"
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
	return BuildAloud(ctx, dir, io.Discard)
}

// BuildAloud is Build that writes a line to progress for every package that it
// compiles: none where all of them are in the cache.
func BuildAloud(ctx context.Context, dir string, progress io.Writer) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, binaryName)
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	var said bytes.Buffer
	command := exec.CommandContext(ctx, "go", "build", "-v", "-o", binary, mainPackage)
	both := io.MultiWriter(&said, progress)
	command.Stdout, command.Stderr = both, both
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", mainPackage, err, said.Bytes())
	}
	return binary, nil
}
