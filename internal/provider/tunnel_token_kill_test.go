package provider_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

// held is how long a request takes that a test holds: for ever.
const held = time.Hour

// killPoints are the moments that matter most at which the provider may die:
// each is a request that is under way then, to jira or else to Cloud.
func killPoints() map[string]simulator.Fault {
	return map[string]simulator.Fault{
		"create": {Kind: simulator.Delay, Delay: held, Method: http.MethodPut, Path: "/" + tunnelID + "/token"},
		"update": {Kind: simulator.ChangeLater, Delay: held, Method: http.MethodPut, Path: deliverPath},
	}
}

// A creation dies after the change of the token, an update between the two PUT
// requests.
func TestAccTunnelToken_killedProviderIsRepairedByTheNextApply(t *testing.T) {
	t.Parallel()
	for name, fault := range killPoints() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arrived := make(chan struct{}, 1)
			site := newTunnelSite(t, simulator.WithSleep(holding(arrived)))
			workspace := site.NewWorkspace(t)
			if name == "update" {
				workspace.MustConfigure(site.delivering(triggered("1")))
				workspace.MustRun(0, "apply", "-auto-approve")
			}
			workspace.MustConfigure(site.delivering(triggered("2")))
			site.jira.Inject(fault)
			site.Simulator.Cloud().Inject(fault)
			killDuringApply(t, workspace, arrived)
			site.jira.WaitIdle()
			site.Simulator.Cloud().WaitIdle()
			site.clearFaults()

			workspace.MustRun(0, "apply", "-auto-approve")
			verify(t, site.connected())
			workspace.MustRun(0, "plan", "-detailed-exitcode")
		})
	}
}

// holding waits for nothing but for what is held, which it signals.
func holding(arrived chan<- struct{}) func(context.Context, time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		if d != held {
			return nil
		}
		arrived <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
}

// killDuringApply applies, and kills the provider once a request is held.
func killDuringApply(t *testing.T, workspace *acctest.Workspace, arrived <-chan struct{}) {
	t.Helper()
	log := filepath.Join(workspace.Dir, "provider.log")
	watched := *workspace.Workspace
	watched.Env = append([]string{"TF_LOG_PROVIDER=DEBUG", "TF_LOG_PATH=" + log}, workspace.Env...)
	ended := make(chan terraform.Result, 1)
	go func() {
		result, err := watched.Run(t.Context(), "apply", "-auto-approve", "-no-color")
		if err != nil {
			result.Stderr += err.Error()
		}
		ended <- result
	}()
	select {
	case <-arrived:
	case result := <-ended:
		t.Fatalf("the apply ended before it got there:\n%s%s", result.Stdout, result.Stderr)
	}
	provider := runningProvider(t, log)
	if err := provider.Kill(); err != nil {
		t.Fatal(err)
	}
	if result := <-ended; result.ExitCode != 1 {
		t.Fatalf("exit code %d after the provider was killed:\n%s%s", result.ExitCode, result.Stdout, result.Stderr)
	}
}

// runningProvider returns the process of the provider that the CLI, whose log
// this is, started last.
func runningProvider(t *testing.T, log string) *os.Process {
	t.Helper()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	started := regexp.MustCompile(`plugin started: .*terraform-provider-atlassian.* pid=(\d+)`).FindAllSubmatch(text, -1)
	if len(started) == 0 {
		t.Fatalf("the log tells of no provider:\n%s", text)
	}
	id, err := strconv.Atoi(string(started[len(started)-1][1]))
	if err != nil {
		t.Fatal(err)
	}
	process, err := os.FindProcess(id)
	if err != nil {
		t.Fatal(err)
	}
	return process
}
