// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

const simulatorPackage = "github.com/keyrotation/terraform-provider-atlassian/internal/simulator/cmd/atlassian-simulator"

// builtSimulator builds the command when the first test asks for it, beside the
// provider.
var builtSimulator = sync.OnceValues(func() (binary string, err error) {
	binary = filepath.Join(filepath.Dir(os.Getenv(cliConfigVariable)), "atlassian-simulator")
	said, err := exec.CommandContext(context.Background(), "go", "build", "-o", binary, simulatorPackage).CombinedOutput()
	if err != nil {
		err = fmt.Errorf("go build %s: %w\n%s", simulatorPackage, err, said)
	}
	return binary, err
})

// SimulatorCommand is the simulator as people run it: a process of its own, with
// the estate that it shows by default.
type SimulatorCommand struct {
	// Env holds what it said to export, as lines NAME=value.
	Env []string

	t      testing.TB
	binary string
}

// StartSimulatorCommand starts one that ends with the test.
func StartSimulatorCommand(t testing.TB) *SimulatorCommand {
	t.Helper()
	binary, err := builtSimulator()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), binary, "-port", "0", "-control", "127.0.0.1:0")
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	said, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Wait() })
	started := &SimulatorCommand{t: t, binary: binary}
	export := regexp.MustCompile(`^export ([A-Z_a-z]+)='(.*)'$`)
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if match := export.FindStringSubmatch(lines.Text()); match != nil {
			started.Env = append(started.Env, match[1]+"="+match[2])
		}
		if strings.Contains(lines.Text(), "Interrupt to stop") {
			return started
		}
	}
	t.Fatal("the simulator ended before it said how to reach it")
	return nil
}

// MustHave returns the value of a variable that it said to export.
func (s *SimulatorCommand) MustHave(variable string) string {
	s.t.Helper()
	for _, line := range s.Env {
		if value, ok := strings.CutPrefix(line, variable+"="); ok {
			return value
		}
	}
	s.t.Fatalf("the simulator said nothing of %s", variable)
	return ""
}

// MustControl tells the simulator what to do, as in ("stop", "crowd").
func (s *SimulatorCommand) MustControl(arguments ...string) {
	s.t.Helper()
	command := exec.CommandContext(s.t.Context(), s.binary, slices.Concat([]string{"ctl"}, arguments)...)
	command.Env = slices.Concat(os.Environ(), s.Env)
	if said, err := command.CombinedOutput(); err != nil {
		s.t.Fatalf("ctl %v: %v\n%s", arguments, err, said)
	}
}

// NewWorkspace returns a workspace where the provider finds this simulator, and
// examples their variables.
func (s *SimulatorCommand) NewWorkspace(t testing.TB) *Workspace {
	t.Helper()
	return newWorkspace(t, mustBuild(t), s.Env)
}
