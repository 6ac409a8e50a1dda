// SPDX-License-Identifier: MPL-2.0

package terraform_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

// actingAsCLI makes the test binary behave as a CLI that tells what it was
// given.
const actingAsCLI = "TF_TEST_ACT_AS_CLI"

func TestMain(m *testing.M) {
	if os.Getenv(actingAsCLI) != "" {
		actAsCLI()
	}
	os.Exit(m.Run())
}

func actAsCLI() {
	directory, _ := os.Getwd()
	fmt.Println(directory)
	for _, line := range os.Environ() {
		fmt.Println(line)
	}
	fmt.Fprintln(os.Stderr, strings.Join(os.Args[1:], " "))
	os.Exit(2)
}

func TestWorkspace_runsTheCLIInItsDirectoryAndReturnsWhatItSays(t *testing.T) {
	t.Parallel()
	workspace := newWorkspace(t)
	result, err := workspace.Run(t.Context(), "plan", "-detailed-exitcode")
	if err != nil {
		t.Fatal(err)
	}
	if result.ExitCode != 2 {
		t.Errorf("exit code %d, want 2", result.ExitCode)
	}
	if got, want := result.Stderr, "plan -detailed-exitcode\n"; got != want {
		t.Errorf("standard error %q, want %q", got, want)
	}
	if directory, _, _ := strings.Cut(result.Stdout, "\n"); directory != workspace.Dir {
		t.Errorf("ran in %q, want %q", directory, workspace.Dir)
	}
}

func TestWorkspace_keepsTheCallersSettingsFromTheCLI(t *testing.T) {
	t.Setenv("TF_LOG", "TRACE")
	t.Setenv("TF_CLI_CONFIG_FILE", "/nonexistent")
	t.Setenv("ATLASSIAN_API_KEY", "key-of-the-caller")
	workspace := newWorkspace(t)
	result, err := workspace.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, unwanted := range []string{"TF_LOG=", "/nonexistent", "key-of-the-caller"} {
		if strings.Contains(result.Stdout, unwanted) {
			t.Errorf("the CLI sees %s", unwanted)
		}
	}
	for _, wanted := range []string{"CHECKPOINT_DISABLE=1\n", "ATLASSIAN_DC_URL=https://jira.example.com\n", "PATH="} {
		if !strings.Contains(result.Stdout, wanted) {
			t.Errorf("the CLI does not see %s", wanted)
		}
	}
}

func TestWorkspace_installsOnlyTheBuiltProvider(t *testing.T) {
	t.Parallel()
	workspace := newWorkspace(t)
	settings := read(t, filepath.Join(workspace.Dir, "cli.tfrc"))
	for _, wanted := range []string{`"` + provider.Source() + `" = "/opt/built"`, "filesystem_mirror"} {
		if !strings.Contains(settings, wanted) {
			t.Errorf("the CLI configuration lacks %s:\n%s", wanted, settings)
		}
	}
	if strings.Contains(settings, "direct") {
		t.Errorf("the CLI configuration allows downloads:\n%s", settings)
	}
}

func TestWorkspace_configuresTheSourceOfTheProvider(t *testing.T) {
	t.Parallel()
	workspace := newWorkspace(t)
	if err := workspace.Configure("# first\n"); err != nil {
		t.Fatal(err)
	}
	if err := workspace.Configure("# second\n"); err != nil {
		t.Fatal(err)
	}
	written := read(t, filepath.Join(workspace.Dir, "main.tf"))
	if !strings.Contains(written, `source = "`+provider.Source()+`"`) || !strings.HasSuffix(written, "# second\n") || strings.Contains(written, "# first") {
		t.Errorf("unexpected configuration:\n%s", written)
	}
}

func TestWorkspace_reportsACLIThatCannotBeRun(t *testing.T) {
	t.Parallel()
	workspace := newWorkspace(t)
	workspace.CLI = filepath.Join(workspace.Dir, "missing")
	if _, err := workspace.Run(t.Context(), "version"); err == nil {
		t.Error("no error for a CLI that does not exist")
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newWorkspace(t).Run(cancelled, "version"); err == nil {
		t.Error("no error for a run that was cancelled before it started")
	}
}

func TestNewWorkspace_refusesADirectoryThatIsNotThere(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := terraform.NewWorkspace(file, "terraform", "/opt/built/provider"); err == nil {
		t.Error("no error for a file in place of the directory")
	}
}

func newWorkspace(t *testing.T) *terraform.Workspace {
	t.Helper()
	directory, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	workspace, err := terraform.NewWorkspace(directory, os.Args[0], "/opt/built/terraform-provider-atlassian")
	if err != nil {
		t.Fatal(err)
	}
	workspace.Env = []string{actingAsCLI + "=1", "ATLASSIAN_DC_URL=https://jira.example.com"}
	return workspace
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
