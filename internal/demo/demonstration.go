package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

// The exit codes of a plan with -detailed-exitcode.
const (
	nothingToDo = 0
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
	} {
		fmt.Fprintf(d.out, "\n== %s\n", step.title)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.title, err)
		}
	}
	return d.table()
}

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

const change = "-var=change=CHG-4711"

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

// cli runs the CLI, prints what matters of its output, and fails unless it ends
// with the wanted code.
func (d *demonstration) cli(ctx context.Context, want int, arguments ...string) error {
	fmt.Fprintln(d.out, "$", filepath.Base(d.workspace.CLI), strings.Join(arguments, " "))
	result, err := d.workspace.Run(ctx, append(arguments, "-no-color")...)
	if err != nil {
		return err
	}
	for _, line := range essence(result.Stdout) {
		fmt.Fprintln(d.out, " ", line)
	}
	fmt.Fprintf(d.out, "  exit code %d\n", result.ExitCode)
	if result.ExitCode != want {
		return fmt.Errorf("exit code %d, want %d:\n%s%s", result.ExitCode, want, result.Stdout, result.Stderr)
	}
	return nil
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
			continued = strings.HasPrefix(line, "Applying") || strings.HasPrefix(line, "Keys of")
		default:
			continued = false
		}
	}
	return said
}

// matters reports whether a line of the CLI tells what happened.
func matters(line string) bool {
	for _, part := range []string{"will be created", "will be updated", "Applying this plan", "Plan:", "Apply complete", "No changes", "has changed", "Keys of the instance", "~ rotation_origin"} {
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
