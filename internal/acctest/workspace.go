package acctest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

// built builds the provider when the first test asks for its binary, beside the
// CLI configuration, whose directory [Main] removes.
var built = sync.OnceValues(func() (binary string, err error) {
	return terraform.Build(context.Background(), filepath.Dir(os.Getenv(cliConfigVariable)))
})

// Workspace is a workspace of a real CLI that fails its test where a run does
// not end as it must.
type Workspace struct {
	*terraform.Workspace

	t testing.TB
}

// NewWorkspace returns a workspace where the CLI runs the provider's binary, in
// the environment of the estate: for what takes a process of its own. That one
// tells the time by the clock of the machine.
func (e *Estate) NewWorkspace(t testing.TB) *Workspace {
	t.Helper()
	return newWorkspace(t, mustBuild(t), e.Environment())
}

func mustBuild(t testing.TB) string {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

func newWorkspace(t testing.TB, binary string, env []string) *Workspace {
	t.Helper()
	cli, err := terraform.FindCLI()
	if err != nil {
		t.Fatal(err)
	}
	workspace, err := terraform.NewWorkspace(t.TempDir(), cli, binary)
	if err != nil {
		t.Fatal(err)
	}
	workspace.Env = env
	return &Workspace{Workspace: workspace, t: t}
}

// MustConfigure replaces the configuration.
func (w *Workspace) MustConfigure(text string) {
	w.t.Helper()
	if err := w.Configure(text); err != nil {
		w.t.Fatal(err)
	}
}

// MustWrite writes a file beside the configuration.
func (w *Workspace) MustWrite(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.Dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// MustRun runs the CLI, fails the test unless it ends with that exit code, and
// returns what it said.
func (w *Workspace) MustRun(exitCode int, arguments ...string) terraform.Result {
	w.t.Helper()
	result, err := w.Run(w.t.Context(), arguments...)
	if err != nil {
		w.t.Fatal(err)
	}
	if result.ExitCode != exitCode {
		w.t.Fatalf("%q: exit code %d, want %d:\n%s%s", arguments, result.ExitCode, exitCode, result.Stdout, result.Stderr)
	}
	return result
}

// MustStart starts the CLI.
func (w *Workspace) MustStart(arguments ...string) *terraform.Run {
	w.t.Helper()
	run, err := w.Start(w.t.Context(), arguments...)
	if err != nil {
		w.t.Fatal(err)
	}
	return run
}
