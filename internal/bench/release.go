// SPDX-License-Identifier: MPL-2.0

package main

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

// contestant is one of the two providers.
type contestant struct {
	name, source, binary string
	// tags are what it is built with.
	tags string
}

const floorSource = "hashicorp/scaffolding"

func atlassianSource() string {
	return provider.Source()
}

// build builds a contestant with the settings of .goreleaser.yml. But for its
// tags, those of the framework's template are the same.
func (c contestant) build(ctx context.Context, pkg string) error {
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", c.tags, "-ldflags", "-s -w -X main.version=0.0.0 -X main.commit=0000000", "-o", c.binary, pkg)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go build %s: %w\n%s", pkg, err, said)
	}
	return nil
}

// weigh returns the size of a binary, and that of its zip, in bytes.
func weigh(binary string) (size, zipped float64, err error) {
	content, err := os.ReadFile(binary)
	if err != nil {
		return 0, 0, err
	}
	var written counter
	archive := zip.NewWriter(&written)
	entry, err := archive.Create(filepath.Base(binary))
	if err != nil {
		return 0, 0, err
	}
	if _, err := entry.Write(content); err != nil {
		return 0, 0, err
	}
	err = archive.Close()
	return float64(len(content)), float64(written), err
}

// counter counts the bytes that are written to it.
type counter int

var _ io.Writer = (*counter)(nil)

func (c *counter) Write(content []byte) (int, error) {
	*c += counter(len(content))
	return len(content), nil
}
