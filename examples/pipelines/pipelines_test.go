// SPDX-License-Identifier: MPL-2.0

// Package pipelines_test runs the pipelines in this folder, each step in the
// shell that its service uses, with a real CLI against the simulator.
package pipelines_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestMain(m *testing.M) {
	acctest.Main(m)
}

// task is what a pipeline is for.
type task string

const (
	rotation task = "rotation"
	drift    task = "drift"
	expiry   task = "expiry"
)

// pipeline runs a task as its service would and returns the exit code of the
// step that failed, 0 for none.
type pipeline func(t *testing.T, site *site, task task) int

func TestAccPipelines_tellApartWhatIsDueWhatDriftedAndWhatExpires(t *testing.T) {
	t.Parallel()
	needs(t, "bash", "jq", "curl")
	for name, pipeline := range map[string]pipeline{
		"GitHub Actions": gitHubActions,
		"GitLab CI":      gitLabCI,
		"Atlantis":       atlantis,
		"cron":           cron,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newSite(t)

			site.mustExit(t, pipeline, drift, 0)
			site.mustSay(t)
			site.mustExit(t, pipeline, expiry, 3)
			site.mustSay(t, "key reports expires in 5 d")

			site.makeDue(t)
			site.mustExit(t, pipeline, drift, 0)
			site.mustSay(t)
			site.mustExit(t, pipeline, rotation, 0)
			if name != "Atlantis" {
				site.mustSay(t, "jira due since 2026-01-01T00:00:00Z")
			}
			site.mustHaveRotated(t, 1)
			site.mustExit(t, pipeline, rotation, 0)
			site.mustSay(t)
			site.mustHaveRotated(t, 1)

			site.jira.Rotate()
			site.mustExit(t, pipeline, drift, 3)
			site.mustSay(t, "jira rotated elsewhere", " at 20")
		})
	}
}

func TestAccPipelines_failWhereThePlanFails(t *testing.T) {
	t.Parallel()
	needs(t, "bash", "jq", "curl")
	site := newSite(t)
	site.env = append(site.env, "TF_VAR_instances=[]")
	for name, pipeline := range map[string]pipeline{
		"GitHub Actions": gitHubActions, "GitLab CI": gitLabCI, "Atlantis": atlantis, "cron": cron,
	} {
		for _, task := range []task{rotation, drift, expiry} {
			if code := pipeline(t, site, task); code != 1 {
				t.Errorf("%s, %s: exit code %d, want 1", name, task, code)
			}
		}
	}
	site.mustSay(t)
}

func TestAccCron_writesMetricsAndCalendar(t *testing.T) {
	t.Parallel()
	needs(t, "bash", "jq", "curl")
	site := newSite(t)
	metrics := t.TempDir()
	site.env = append(site.env, "METRICS="+metrics)
	site.mustExit(t, cron, rotation, 0)

	prom := read(t, filepath.Join(metrics, "atlassian_keys.prom"))
	for _, line := range []string{
		`atlassian_key_next_rotation_timestamp_seconds{address="atlassian_dc_aes_rotation.all[\"jira\"]",name="jira"} 1`,
		`atlassian_key_due{address="atlassian_dc_aes_rotation.all[\"jira\"]",name="jira"} 0`,
		`atlassian_key_age_seconds{address="atlassian_org_api_key.all[\"reports\"]",name="key reports"} `,
	} {
		if !strings.Contains(prom, "\n"+line) {
			t.Errorf("metrics lack %s:\n%s", line, prom)
		}
	}
	calendar := read(t, filepath.Join(metrics, "keys.ics"))
	if !regexp.MustCompile(`(?s)^BEGIN:VCALENDAR\r\nVERSION:2.0\r\n.*DTSTART:\d{8}T\d{6}Z\r\nSUMMARY:Rotate the AES key of jira\r\nEND:VEVENT\r\n.*END:VCALENDAR\r\n$`).MatchString(calendar) {
		t.Errorf("no calendar:\n%s", calendar)
	}
	if got, want := strings.Count(calendar, "BEGIN:VEVENT"), 2; got != want {
		t.Errorf("%d appointments, want the rotation and the expiry", got)
	}
}

// site is a repository with the configuration, the estate that it is about and
// the chat room that hears of it.
type site struct {
	dir  string
	env  []string
	jira *simulator.Instance

	mutex sync.Mutex
	chat  []string
}

func newSite(t *testing.T) *site {
	t.Helper()
	// The provider's process tells the time by the clock of the machine.
	estate := acctest.NewEstate(t, simulator.WithClock(clock.System{}.Now))
	site := &site{jira: estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token"})}
	estate.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{
		{Label: "terraform"},
		{Label: "reports", ExpiresAt: clock.System{}.Now().Add(5*24*time.Hour + time.Hour)},
	}})
	room := httptest.NewServer(site)
	t.Cleanup(room.Close)

	workspace := estate.NewWorkspace(t)
	site.dir = workspace.Dir
	copyFiles(t, site.dir)
	site.env = append(workspace.Env,
		"PATH="+shim(t, workspace)+string(os.PathListSeparator)+os.Getenv("PATH"),
		`TF_VAR_instances={"jira":"`+site.jira.URL()+`"}`,
		`TF_VAR_tokens={"jira":"jira-token"}`,
		`TF_VAR_api_keys=["reports"]`,
		"CHAT_WEBHOOK="+room.URL+"/secret",
	)
	if code := site.run(t, "bash", "-e", "-c", "terraform apply -input=false -auto-approve"); code != 0 {
		t.Fatalf("the first apply ended with %d", code)
	}
	return site
}

// ServeHTTP is the chat room.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || r.URL.Path != "/secret" || r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, "no message", http.StatusBadRequest)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.chat = append(s.chat, string(body))
}

// shim returns a folder with a terraform that needs no init: the provider is not
// in a registry.
func shim(t *testing.T, workspace *acctest.Workspace) string {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\nexport TF_CLI_CONFIG_FILE='" + filepath.Join(workspace.Dir, "cli.tfrc") + "'\n" +
		"test \"$1\" != init || exit 0\nexec '" + workspace.CLI + "' \"$@\"\n"
	write(t, filepath.Join(dir, "terraform"), script)
	return dir
}

func copyFiles(t *testing.T, dir string) {
	t.Helper()
	for _, pattern := range []string{"*.tf", "*.sh", "cron/*.sh"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		for _, file := range files {
			if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(file)), 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, file), read(t, file))
		}
	}
}

// run runs a program where the configuration is and returns its exit code.
func (s *site) run(t *testing.T, name string, arguments ...string) int {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, arguments...)
	command.Dir = s.dir
	command.Env = append(os.Environ(), s.env...)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	t.Logf("%s %q: exit code %d\n%s", name, arguments, command.ProcessState.ExitCode(), said.String())
	return command.ProcessState.ExitCode()
}

func (s *site) mustExit(t *testing.T, pipeline pipeline, task task, code int) {
	t.Helper()
	if got := pipeline(t, s, task); got != code {
		t.Fatalf("%s: exit code %d, want %d", task, got, code)
	}
}

// mustSay checks that the chat room heard one message with all of parts since
// the last time, or none for no parts.
func (s *site) mustSay(t *testing.T, parts ...string) {
	t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(parts) > 0 != (len(s.chat) == 1) {
		t.Fatalf("the chat room heard %q, want %q", s.chat, parts)
	}
	for _, part := range parts {
		if !strings.Contains(s.chat[0], part) {
			t.Errorf("the chat room heard %q, want %q", s.chat, part)
		}
	}
	s.chat = nil
}

func (s *site) mustHaveRotated(t *testing.T, times int) {
	t.Helper()
	if got := s.jira.Rotations(); got != times {
		t.Fatalf("%d rotations, want %d", got, times)
	}
}

// makeDue lets the time pass that no test can wait for.
func (s *site) makeDue(t *testing.T) {
	t.Helper()
	state := filepath.Join(s.dir, "terraform.tfstate")
	date := regexp.MustCompile(`"next_rotation_at": "[^"]+"`)
	text := read(t, state)
	if !date.MatchString(text) {
		t.Fatal("nothing has a date")
	}
	write(t, state, date.ReplaceAllString(text, `"next_rotation_at": "2026-01-01T00:00:00Z"`))
}

func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("skipped: the scripts need " + program + ", which is not on PATH")
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}
