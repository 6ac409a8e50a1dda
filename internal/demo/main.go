// SPDX-License-Identifier: MPL-2.0

// Command demo rotates the keys of a simulated estate with the provider built
// from this tree and a real Terraform or OpenTofu, in front of the reader's eyes.
// It leaves nothing behind, and fails if anything of what it shows did not happen.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

func main() {
	cli := flag.String("cli", "", "path of terraform or tofu; empty finds one on PATH")
	example := flag.String("example", "examples/quickstart", "folder of the configuration to apply")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *cli, *example)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, cli, example string) (err error) {
	directory, err := os.MkdirTemp("", "atlassian-demo")
	if err != nil {
		return err
	}
	defer func() { err = firstError(err, os.RemoveAll(directory)) }()

	workspace, err := prepare(ctx, cli, example, directory)
	if err != nil {
		return err
	}
	estate := newEstate()
	defer estate.close()
	workspace.Env = estate.environment()

	show := &demonstration{workspace: workspace, estate: estate, out: os.Stdout}
	return show.run(ctx)
}

// prepare builds the provider and copies the example to where it is applied.
func prepare(ctx context.Context, cli, example, directory string) (*terraform.Workspace, error) {
	if cli == "" {
		found, err := terraform.FindCLI()
		if err != nil {
			return nil, err
		}
		cli = found
	}
	fmt.Println("Building the provider: a dot for every package, none for those that are built already")
	binary, err := terraform.BuildAloud(ctx, directory+"/bin", dots{os.Stdout})
	fmt.Println()
	if err != nil {
		return nil, err
	}
	work := directory + "/work"
	if err := os.CopyFS(work, os.DirFS(example)); err != nil {
		return nil, err
	}
	return terraform.NewWorkspace(work, cli, binary)
}

// dots writes a dot for each line that it is given.
type dots struct{ out io.Writer }

func (d dots) Write(p []byte) (int, error) {
	_, err := d.out.Write(bytes.Repeat([]byte("."), bytes.Count(p, []byte("\n"))))
	return len(p), err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
