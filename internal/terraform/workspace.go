// SPDX-License-Identifier: MPL-2.0

// Package terraform runs the Terraform or OpenTofu CLI with a provider that is
// built from this module: no registry, no init and no network.
package terraform

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

const (
	configuration = "main.tf"
	cliSettings   = "cli.tfrc"
	emptyMirror   = "mirror"
	gracePeriod   = 30 * time.Second
)

// Workspace is a directory with a configuration, and the CLI that works in it.
type Workspace struct {
	// Dir holds configuration and state.
	Dir string
	// CLI is the path of terraform or tofu.
	CLI string
	// Env holds lines NAME=value. They come on top of the environment of this
	// process, of which the CLI sees nothing that configures it or the provider:
	// variables that start with TF_ or ATLASSIAN_.
	Env []string
}

// Result is what a finished run of the CLI said.
type Result struct {
	// ExitCode is 0 for success and 1 for an error; with -detailed-exitcode a
	// plan that found a difference has 2.
	ExitCode int
	// Stdout and Stderr are what the CLI wrote.
	Stdout, Stderr string
}

// NewWorkspace prepares dir, an existing directory, for runs of cli, which
// [FindCLI] returned, with the provider in binary, which [Build] returned.
//
// See https://developer.hashicorp.com/terraform/cli/config/config-file#development-overrides-for-provider-developers.
func NewWorkspace(dir, cli, binary string) (*Workspace, error) {
	return NewWorkspaceOf(provider.Source(), dir, cli, binary)
}

// NewWorkspaceOf is [NewWorkspace] for another provider, which Terraform knows
// by its source address.
func NewWorkspaceOf(source, dir, cli, binary string) (*Workspace, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	// Nothing is installed from an empty mirror, and so nothing from elsewhere.
	mirror := filepath.Join(dir, emptyMirror)
	if err := os.MkdirAll(mirror, 0o700); err != nil {
		return nil, err
	}
	settings := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n  filesystem_mirror {\n    path = %q\n  }\n}\n",
		source, filepath.Dir(binary), mirror)
	if err := os.WriteFile(filepath.Join(dir, cliSettings), []byte(settings), 0o600); err != nil {
		return nil, err
	}
	return &Workspace{Dir: dir, CLI: cli}, nil
}

// Configure replaces the configuration in the workspace. Text needs no
// terraform block: the provider "atlassian" is the one of the workspace.
func (w *Workspace) Configure(text string) error {
	const requirements = "terraform {\n  required_providers {\n    atlassian = {\n      source = %q\n    }\n  }\n}\n\n"
	return os.WriteFile(filepath.Join(w.Dir, configuration), []byte(fmt.Sprintf(requirements, provider.Source())+text), 0o600)
}

// Run runs the CLI with the given arguments to its end. An exit code other than
// 0 is no error; an error means that the CLI could not be run. When ctx is done
// the CLI is interrupted, as by Ctrl+C, and gets time to save its state.
func (w *Workspace) Run(ctx context.Context, arguments ...string) (Result, error) {
	run, err := w.Start(ctx, arguments...)
	if err != nil {
		return Result{ExitCode: -1}, err
	}
	return run.Wait()
}

// Run is a run of the CLI on its way.
type Run struct {
	ctx            context.Context
	command        *exec.Cmd
	stdout, stderr bytes.Buffer
}

// Start begins what [Workspace.Run] does.
func (w *Workspace) Start(ctx context.Context, arguments ...string) (*Run, error) {
	run := &Run{ctx: ctx, command: exec.CommandContext(ctx, w.CLI, arguments...)}
	run.command.Dir = w.Dir
	run.command.Env = w.environment()
	run.command.Stdout, run.command.Stderr = &run.stdout, &run.stderr
	run.command.Cancel = run.Interrupt
	run.command.WaitDelay = gracePeriod
	return run, run.command.Start()
}

// Interrupt does what Ctrl+C does.
func (r *Run) Interrupt() error {
	return r.command.Process.Signal(os.Interrupt)
}

// Kill ends the CLI at once, and not the providers that it has started.
func (r *Run) Kill() error {
	return r.command.Process.Kill()
}

// Wait returns what [Workspace.Run] returns. A CLI that was killed has the exit
// code -1.
func (r *Run) Wait() (Result, error) {
	err := r.command.Wait()
	result := Result{ExitCode: r.command.ProcessState.ExitCode(), Stdout: r.stdout.String(), Stderr: r.stderr.String()}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return result, r.ctx.Err()
	}
	return result, err
}

func (w *Workspace) environment() []string {
	inherited := slices.DeleteFunc(os.Environ(), func(line string) bool {
		return strings.HasPrefix(line, "TF_") || strings.HasPrefix(line, "ATLASSIAN_")
	})
	own := []string{
		"CHECKPOINT_DISABLE=1",
		"TF_IN_AUTOMATION=1",
		"TF_INPUT=0",
		"TF_CLI_CONFIG_FILE=" + filepath.Join(w.Dir, cliSettings),
	}
	return slices.Concat(inherited, own, w.Env)
}
