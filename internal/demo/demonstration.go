// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

// The exit codes of the CLI, of a plan with -detailed-exitcode.
const (
	nothingToDo = 0
	failed      = 1
	differences = 2
)

// demonstration applies the example step by step and checks each step against
// the simulator.
type demonstration struct {
	workspace *terraform.Workspace
	estate    *estate
	out       io.Writer
}

func (d *demonstration) run(ctx context.Context) error {
	for _, step := range []struct {
		title string
		do    func(context.Context) error
	}{
		{"Apply examples/quickstart: every key is rotated once", d.create},
		{"Plan again: nothing is left to do", d.planAgain},
		{"Bump the trigger (-var change=CHG-4711): every key is rotated again, in place", d.trigger},
		{"Rotate jira behind Terraform's back: a refresh-only plan sees it", d.external},
		{"Apply once more: nothing is rotated, the schedule of jira starts anew", d.accept},
		{"Add a token of jira: it is made and proved", d.makeToken},
		{"Rotate the token: both work, until revoke_previous_after has passed", d.overlap},
		{"Bump the trigger while crowd refuses to rotate: that fails for crowd alone", d.fail},
		{"Crowd is well again: apply once more, and only what is left is done", d.repair},
	} {
		fmt.Fprintf(d.out, "\n== %s\n", step.title)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.title, err)
		}
	}
	if err := d.table(); err != nil {
		return err
	}
	fmt.Fprint(d.out, whereToGoOn)
	return nil
}

const whereToGoOn = `
ACTIVE KEY: what the instance encrypts with. INACTIVE: how many former keys it keeps. ROTATIONS: of the key by
anybody (jira: one by the administrator). REQUESTS: all that the provider asked, plans and refreshes included.

Where to go on:
  docs/guides/try-it-on-the-simulator.md  the same by hand, with faults and drift of your own
  docs/guides/getting-started.md          with your own instances
  docs/guides/pipelines.md                every night
`

func (d *demonstration) create(ctx context.Context) error {
	if err := d.cli(ctx, nothingToDo, "apply", "-auto-approve"); err != nil {
		return err
	}
	return d.expect(1, 1)
}

func (d *demonstration) planAgain(ctx context.Context) error {
	return d.cli(ctx, nothingToDo, "plan", "-detailed-exitcode")
}

func (d *demonstration) trigger(ctx context.Context) error {
	if err := d.cli(ctx, nothingToDo, "apply", "-auto-approve", change); err != nil {
		return err
	}
	return d.expect(2, 2)
}

const (
	change      = "-var=change=CHG-4711"
	laterChange = "-var=change=CHG-4712"
)

func (d *demonstration) external(ctx context.Context) error {
	former := d.estate.jira().Rotate()
	fmt.Fprintf(d.out, "An administrator rotates jira; %s is inactive now.\n", former)
	return d.cli(ctx, differences, "plan", "-refresh-only", "-detailed-exitcode", change)
}

func (d *demonstration) accept(ctx context.Context) error {
	if err := d.cli(ctx, nothingToDo, "apply", "-auto-approve", change); err != nil {
		return err
	}
	if got := d.estate.jira().Rotations(); got != 3 {
		return fmt.Errorf("jira was rotated %d times, want 3", got)
	}
	return d.cli(ctx, nothingToDo, "plan", "-detailed-exitcode", change)
}

func (d *demonstration) fail(ctx context.Context) error {
	d.estate.crowd().Inject(simulator.Fault{Method: http.MethodPost, Path: "/keys/rotate", Status: http.StatusNotAcceptable,
		Body: `{"status":"FAILED","message":"Key rotation is not possible"}`})
	fmt.Fprintln(d.out, "Crowd answers 406 to every rotation from now on.")
	if err := d.cli(ctx, failed, "apply", "-auto-approve", laterChange); err != nil {
		return err
	}
	if got := d.estate.crowd().Rotations(); got != 2 {
		return fmt.Errorf("crowd was rotated %d times, want 2", got)
	}
	return nil
}

func (d *demonstration) repair(ctx context.Context) error {
	d.estate.crowd().ClearFaults()
	if err := d.cli(ctx, nothingToDo, "apply", "-auto-approve", laterChange); err != nil {
		return err
	}
	for _, instance := range d.estate.instances {
		want := 3
		if instance == d.estate.jira() {
			want = 4 // One of them by the administrator.
		}
		if got := instance.Rotations(); got != want {
			return fmt.Errorf("%s was rotated %d times, want %d", instance.Name(), got, want)
		}
	}
	return d.cli(ctx, nothingToDo, "plan", "-detailed-exitcode", laterChange)
}

// cli runs the CLI, prints what matters of its output, and fails unless it ends
// with the wanted code.
func (d *demonstration) cli(ctx context.Context, want int, arguments ...string) error {
	fmt.Fprintln(d.out, "$", filepath.Base(d.workspace.CLI), strings.Join(arguments, " "))
	result, err := d.workspace.Run(ctx, append(arguments, "-no-color")...)
	if err != nil {
		return err
	}
	for _, line := range essence(result.Stdout + result.Stderr) {
		fmt.Fprintln(d.out, " ", line)
	}
	fmt.Fprintf(d.out, "  exit code %d%s\n", result.ExitCode, meaning(result.ExitCode))
	if result.ExitCode != want {
		return fmt.Errorf("exit code %d, want %d:\n%s%s", result.ExitCode, want, result.Stdout, result.Stderr)
	}
	return nil
}

// meaning says what an exit code stands for that is not plain.
func meaning(exitCode int) string {
	switch exitCode {
	case failed:
		return ": an error"
	case differences:
		return ": something has changed, as a nightly pipeline would see it"
	default:
		return ""
	}
}

// essence returns what the output of the CLI says of what happened, with the
// lines that the CLI breaks put together again.
func essence(output string) []string {
	var said []string
	continued := false
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		switch {
		case continued && line != "":
			said[len(said)-1] += " " + line
		case matters(line):
			said = append(said, line)
			continued = strings.HasPrefix(line, "Keys of")
		default:
			continued = false
		}
	}
	return said
}

// matters reports whether a line of the CLI tells what happened.
func matters(line string) bool {
	for _, part := range []string{"will be created", "will be updated", "Error:", "Plan:", "Apply complete", "No changes", "has changed", "Keys of the instance", "~ rotation_origin"} {
		if strings.Contains(line, part) {
			return true
		}
	}
	return false
}

// expect checks how often each key was rotated, and that the tunnel is up.
func (d *demonstration) expect(rotations, regenerations int) error {
	for _, instance := range d.estate.instances {
		if got := instance.Rotations(); got != rotations {
			return fmt.Errorf("the AES key of %s was rotated %d times, want %d", instance.Name(), got, rotations)
		}
	}
	if got := d.estate.tunnel.Regenerations(); got != regenerations {
		return fmt.Errorf("the token of the tunnel was regenerated %d times, want %d", got, regenerations)
	}
	if !d.estate.tunnel.Connected() {
		return errors.New("the tunnel is not connected")
	}
	fmt.Fprintf(d.out, "On the other side: rotations of every AES key so far: %d, of the tunnel token: %d; the tunnel is connected.\n", rotations, regenerations)
	return nil
}

// table prints what happened to each instance.
func (d *demonstration) table() error {
	fmt.Fprintln(d.out)
	table := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "INSTANCE\tACTIVE KEY BEFORE\tACTIVE KEY AFTER\tINACTIVE\tROTATIONS\tREQUESTS")
	for i, instance := range d.estate.instances {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%d\n", instance.Name(), short(d.estate.before[i]), short(instance.ActiveKey()),
			len(instance.InactiveKeys()), instance.Rotations(), len(instance.Requests()))
	}
	fmt.Fprintf(table, "tunnel to %s\t\t\t\t%d\t%d\n", jiraName, d.estate.tunnel.Regenerations(), len(d.estate.simulator.Cloud().Requests()))
	return table.Flush()
}

// short leaves the class name out of the name of a key.
func short(key string) string {
	return key[strings.LastIndexByte(key, '.')+1:]
}
