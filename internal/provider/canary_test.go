// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// The secrets that nothing may show. One holds what encodings change.
const (
	canaryToken    = "c4nary-jira-token"
	canaryWrong    = "c4nary-wrong-token"
	canaryGate     = "c4nary-gate-header"
	canaryPassword = `c4nary "git" <pass>&word/+%41`
)

// canaries returns what must not be found anywhere.
func canaries() []string {
	return []string{canaryToken, canaryWrong, canaryGate, canaryPassword, "admin:" + canaryPassword}
}

// canaryConfig takes one secret from the environment and one from a variable. An
// ephemeral variable is not in the plan, where Terraform itself puts all others.
func canaryConfig(jira, git *simulator.Instance, trigger string) string {
	return `
variable "git_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "gate" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "atlassian" {
  max_retries = 1
  instances = {
    jira = { url = "` + jira.URL() + `", headers = { X-Gate = var.gate } }
    git  = { url = "` + git.URL() + `", username = "admin", password = var.git_password }
  }
}

data "atlassian_dc_inactive_keys" "test" {
  instance = "git"
}
` + aesRotationBlock("jira", "jira", triggered(trigger)) + aesRotationBlock("git", "git", triggered(trigger))
}

// Everything that a user or a pipeline does is logged at TRACE, and every byte of
// what it leaves behind is searched.
func TestAccProvider_secretsAreNowhereToBeFound(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	jira := estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: canaryToken})
	git := estate.Simulator.AddInstance(simulator.InstanceConfig{Product: simulator.Bitbucket, ContextPath: "/bitbucket", Password: canaryPassword})
	workspace := estate.NewWorkspace(t)
	workspace.Env = append(workspace.Env, "TF_VAR_git_password="+canaryPassword, "TF_VAR_gate="+canaryGate,
		"TF_LOG=TRACE", "TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH="+filepath.Join(workspace.Dir, "trace.log"))
	sound := workspace.Env
	runs := newTranscript(workspace)

	workspace.MustConfigure(canaryConfig(jira, git, "1"))
	runs.run(0, "plan", "-out=plan.bin")
	runs.run(0, "show", "-json", "plan.bin")
	runs.run(0, "apply", "plan.bin")
	runs.run(0, "show", "-json")

	workspace.MustConfigure(canaryConfig(jira, git, "2"))
	workspace.Env = append(workspace.Env, "ATLASSIAN_INSTANCE_JIRA_TOKEN="+canaryWrong)
	runs.run(1, "apply", "-auto-approve")
	workspace.Env = sound

	for _, status := range []int{http.StatusInternalServerError, http.StatusForbidden} {
		jira.Inject(echo(t, status, canaryToken+" "+canaryGate+" "+canaryPassword))
		git.Inject(echo(t, status, canaryPassword+" "+canaryToken))
		runs.run(1, "apply", "-auto-approve")
	}
	runs.run(1, "apply", "-auto-approve", "-json")
	jira.ClearFaults()
	git.ClearFaults()
	runs.run(0, "plan", "-json")
	runs.run(0, "plan", "-refresh-only")
	runs.run(0, "apply", "-auto-approve")
	runs.run(0, "destroy", "-auto-approve")

	left := runs.everything(t)
	for _, wanted := range []string{"Sending HTTP request", "Received HTTP answer", "no access for ***"} {
		if !bytes.Contains(left["trace.log"], []byte(wanted)) {
			t.Errorf("the log lacks %q: it proves nothing", wanted)
		}
	}
	expectNowhere(t, left, canaries())
}

// echo makes the list of inactive keys fail with words that hold the secret.
func echo(t *testing.T, status int, secret string) simulator.Fault {
	t.Helper()
	body, err := json.Marshal(map[string]string{"message": "no access for " + secret})
	if err != nil {
		t.Fatal(err)
	}
	return simulator.Fault{Path: inactivePath, Times: 2, Status: status, Body: string(body)}
}

// formsOf returns a secret as it is and as others would write it: in JSON, HTML, a
// URL with escapes in either case, and base64 wherever it begins in what is
// encoded, as behind "Bearer " or a user name.
func formsOf(t *testing.T, secret string) []string {
	t.Helper()
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	var plain strings.Builder
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(secret); err != nil {
		t.Fatal(err)
	}
	forms := []string{
		secret,
		strings.Trim(string(quoted), `"`),
		strings.Trim(strings.TrimSpace(plain.String()), `"`),
		html.EscapeString(secret),
		strings.ReplaceAll(html.EscapeString(secret), "&#34;", "&quot;"),
	}
	for _, escaped := range []string{url.QueryEscape(secret), url.PathEscape(secret)} {
		forms = append(forms, escaped, lowerEscapes(escaped))
	}
	for before := range 3 {
		whole := append(make([]byte, before), secret...)
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			// What the neighbours change is left out.
			forms = append(forms, alphabet.EncodeToString(whole)[(before*8+5)/6:len(whole)*8/6])
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(forms)))
}

// transcript keeps what the CLI says.
type transcript struct {
	workspace *acctest.Workspace
	said      map[string][]byte
}

func newTranscript(workspace *acctest.Workspace) *transcript {
	return &transcript{workspace: workspace, said: map[string][]byte{}}
}

// run runs the CLI, which ends with the exit code, and keeps what it says.
func (s *transcript) run(exitCode int, arguments ...string) {
	result := s.workspace.MustRun(exitCode, arguments...)
	name := "output of " + strings.Join(arguments, " ")
	s.said[name] = append(s.said[name], result.Stdout+result.Stderr...)
}

// everything returns what was said, and every file in the workspace: logs,
// states, and what is in a plan.
func (s *transcript) everything(t *testing.T) map[string][]byte {
	t.Helper()
	found := s.said
	err := filepath.WalkDir(s.workspace.Dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(s.workspace.Dir, path)
		found[name] = content
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	unpack(t, "plan.bin", found)
	return found
}

// unpack adds what is in the archive among the files.
func unpack(t *testing.T, archive string, files map[string][]byte) {
	t.Helper()
	reader, err := zip.NewReader(bytes.NewReader(files[archive]), int64(len(files[archive])))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range reader.File {
		content, err := reader.Open(entry.Name)
		if err != nil {
			t.Fatal(err)
		}
		if files[archive+"/"+entry.Name], err = io.ReadAll(content); err != nil {
			t.Fatal(err)
		}
	}
}
