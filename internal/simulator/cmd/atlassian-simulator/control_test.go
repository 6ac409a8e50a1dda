// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const smallWorld = `{
  "now": "2026-01-05T08:00:00Z",
  "organizations": [{
    "id": "0c632b13-d717-4d1f-b895-208a5599d2f2", "name": "Acme",
    "api_keys": [{"label": "ci", "expires_in": "30d"}, {"label": "old", "secret": "s", "scopes": ["read:keys:admin"], "expires_at": "2026-01-06T00:00:00Z"}],
    "tunnels": [{"name": "to tracker", "instance": "tracker-eu"}]
  }],
  "instances": [
    {"name": "tracker-eu", "product": "jira", "version": "10.3.2", "context_path": "/jira", "token": "it's",
     "nodes": [{"id": "a"}, {"id": "b", "version": "10.3.1", "offline": true}]},
    {"name": "crowd", "product": "crowd", "username": "root"},
    {"name": "git", "product": "bitbucket", "projects": {"OPS": ["tools"]}, "token_rules": {"limit": 3, "max_days": 90, "expiry_required": true},
     "users": [{"name": "jdoe", "password": "p"}],
     "tokens": [{"name": "robot", "owner": "jdoe", "secret": "robots", "permissions": ["REPO_READ"], "expires_in": "30d"},
                {"name": "deploy", "project": "OPS", "repository": "tools", "permissions": ["REPO_WRITE"]}]}
  ]
}`

// buildSmall starts the small world.
func buildSmall(t *testing.T, seed string) *world {
	t.Helper()
	description, err := decodeWorld(strings.NewReader(smallWorld))
	if err != nil {
		t.Fatal(err)
	}
	w, err := build(options{host: "127.0.0.1", seed: seed}, description)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.simulator.Close)
	return w
}

// obey tells the world what to do and returns what it says.
func obey(t *testing.T, w *world, line string) string {
	t.Helper()
	said, err := w.obey(strings.Fields(line))
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return said
}

// rotate sends what the documentation shows, and returns the status, 0 where
// there is no answer.
func rotate(t *testing.T, w *world) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.instances[0].URL()+"/rest/secrets/1.0/keys/rotate", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer it's")
	response, err := (&http.Client{Transport: &http.Transport{}}).Do(request)
	if err != nil {
		return 0
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	return response.StatusCode
}

func TestWorld_isWhatTheFileSays(t *testing.T) {
	t.Parallel()
	w := buildSmall(t, "")
	var text bytes.Buffer
	if err := w.introduce(&text, "127.0.0.1:1"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`export ATLASSIAN_INSTANCE_TRACKER_EU_TOKEN='it'\''s'`, `ATLASSIAN_INSTANCE_CROWD_USERNAME='root'`,
		`ATLASSIAN_INSTANCE_CROWD_PASSWORD='`, `ATLASSIAN_SIMULATOR_CONTROL='127.0.0.1:1'`, "tunnel to tracker-eu",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%s is missing in:\n%s", want, &text)
		}
	}
	if url := w.instances[0].URL(); !strings.HasSuffix(url, "/jira") {
		t.Errorf("unexpected URL %s", url)
	}
	for _, token := range w.instances[2].Tokens() {
		if got, want := token.ExpiresAt.IsZero(), token.Name == "deploy"; got != want {
			t.Errorf("%s never expires: %t, want %t", token.Name, got, want)
		}
	}
	keys := w.organizations[0].APIKeys()
	if got, want := keys[0].ExpiresAt.Round(time.Minute), time.Date(2026, 2, 4, 8, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("the key expires at %s, want %s", got, want)
	}
	if keys[1].Secret != "s" || len(keys[1].Scopes) != 1 || keys[1].ExpiresAt.Day() != 6 {
		t.Errorf("unexpected key %+v", keys[1])
	}
}

func TestWorld_seedRepeatsSecretsAndIDs(t *testing.T) {
	t.Parallel()
	facts := func(seed string) string {
		w := buildSmall(t, seed)
		key := w.organizations[0].APIKeys()[0]
		return strings.Join([]string{key.ID, key.Secret, w.tunnels[0].ID(), w.tunnels[0].Token(), w.instances[1].config.Password}, " ")
	}
	seen := map[string]string{}
	for _, seed := range []string{"a", "b", "", ""} {
		made := facts(seed)
		if other, again := seen[made]; again {
			t.Errorf("the seeds %q and %q give the same secrets", seed, other)
		}
		seen[made] = seed
	}
	if seed, again := seen[facts("a")]; !again || seed != "a" {
		t.Error("the same seed gives other secrets")
	}
}

func TestWorld_refusesBadFiles(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no JSON":           "x",
		"unknown field":     `{"instances": [{"name": "a", "product": "jira", "colour": "red"}]}`,
		"two values":        `{} {}`,
		"no name":           `{"instances": [{"product": "jira"}]}`,
		"name twice":        `{"instances": [{"name": "a", "product": "jira"}, {"name": "a", "product": "jira"}]}`,
		"name of Cloud":     `{"instances": [{"name": "cloud", "product": "jira"}]}`,
		"tunnel to nowhere": `{"organizations": [{"tunnels": [{"name": "x", "instance": "a"}]}]}`,
		"bad duration":      `{"organizations": [{"api_keys": [{"label": "x", "expires_in": "soon"}]}]}`,
		"unknown product":   `{"instances": [{"name": "a", "product": "fisheye"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "world.json")
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := run(t.Context(), []string{"-port", "0", "-world", path}, io.Discard); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestObey_disturbsAndRepairs(t *testing.T) {
	t.Parallel()
	w := buildSmall(t, "")
	for _, step := range []struct {
		line string
		want int
	}{
		{"list", 200},
		{"fail tracker-eu rotate 406", 406},
		{"clear tracker-eu", 200},
		{"fail tracker-eu POST:/keys/rotate html-403 1", 403},
		{"list", 200},
		{"stop tracker-eu", 0},
		{"start tracker-eu", 200},
		{"upgrade tracker-eu MIXED", 406},
		{"upgrade tracker-eu STABLE", 200},
		{"state tracker-eu MAINTENANCE", 503},
		{"state tracker-eu RUNNING", 200},
		{"fail tracker-eu any 504-change-later 1", 504},
		{"complete tracker-eu", 200},
	} {
		obey(t, w, step.line)
		if got := rotate(t, w); got != step.want {
			t.Errorf("after %q the rotation answers %d, want %d", step.line, got, step.want)
		}
	}
	if got := w.instances[0].Rotations(); got != 8 {
		t.Errorf("%d rotations, want 8", got)
	}
	if said := obey(t, w, "requests tracker-eu"); !strings.Contains(said, "tracker-eu POST /jira/rest/secrets/1.0/keys/rotate 406") {
		t.Errorf("unexpected requests:\n%s", said)
	}
	obey(t, w, "forget tracker-eu")
	if said := obey(t, w, "requests"); said != "" {
		t.Errorf("unexpected requests:\n%s", said)
	}
}

func TestObey_changesKeysBehindTheClientsBack(t *testing.T) {
	t.Parallel()
	w := buildSmall(t, "")
	jira := w.instances[0]
	if said := obey(t, w, "rotate tracker-eu"); !strings.Contains(said, jira.InactiveKeys()[0]) {
		t.Errorf("unexpected answer %s", said)
	}
	obey(t, w, "delete tracker-eu")
	obey(t, w, "restore tracker-eu a b")
	if got := strings.Join(jira.InactiveKeys(), " "); got != "a b" {
		t.Errorf("inactive keys are %s", got)
	}
	obey(t, w, "lag tracker-eu 3")
	obey(t, w, "list-fault /api-keys null-entry")
	if _, err := w.obey([]string{"list-fault", "/api-keys", ""}); err != nil {
		t.Error(err)
	}
	obey(t, w, "expire robot")
	obey(t, w, "revoke deploy")
	tokens := w.instances[2].Tokens()
	if len(tokens) != 1 || tokens[0].ExpiresAt.After(w.clock.now()) {
		t.Errorf("unexpected tokens %+v", tokens)
	}
	obey(t, w, "expire ci")
	obey(t, w, "revoke old")
	keys := w.organizations[0].APIKeys()
	if keys[0].ExpiresAt.After(w.clock.now()) || keys[1].RevokedAt.IsZero() {
		t.Errorf("unexpected keys %+v", keys)
	}
	if said := obey(t, w, "list"); !strings.Contains(said, "expired") || !strings.Contains(said, "revoked") {
		t.Errorf("unexpected list:\n%s", said)
	}
	if said := obey(t, w, "advance 90d"); !strings.Contains(said, "2026-04-05T08:00") {
		t.Errorf("unexpected time %s", said)
	}
}

func TestObey_refusesWhatItCannotDo(t *testing.T) {
	t.Parallel()
	w := buildSmall(t, "")
	for _, line := range []string{
		"nonsense", "stop", "stop nobody", "stop crowd now", "fail nobody rotate 406", "fail crowd nonsense 406", "fail crowd rotate nonsense",
		"fail crowd rotate 406 often", "list-fault /api-keys nonsense", "rotate cloud", "expire nonsense", "revoke nonsense", "advance soon", "lag crowd x", "requests nobody",
	} {
		if said, err := w.obey(strings.Fields(line)); err == nil {
			t.Errorf("%q was obeyed: %s", line, said)
		}
	}
}

func TestObey_everyCommandAndOperationIsInTheHelp(t *testing.T) {
	t.Parallel()
	text := obey(t, buildSmall(t, ""), "")
	for _, command := range commands() {
		if !strings.Contains(text, command.name+" "+command.arguments) {
			t.Errorf("%s is missing", command.name)
		}
	}
	for _, fault := range simulator.NamedFaults() {
		if !strings.Contains(text, " "+fault.Name) {
			t.Errorf("%s is missing", fault.Name)
		}
	}
}

func TestOperations_existOnSomeService(t *testing.T) {
	t.Parallel()
	served := simulator.CloudEndpoints()
	for _, product := range []simulator.Product{simulator.Jira, simulator.Bamboo} {
		served = append(served, simulator.Endpoints(product)...)
	}
	for _, operation := range operations() {
		found := operation.name == "any"
		for _, endpoint := range served {
			found = found || endpoint.Method == operation.Method && strings.HasSuffix(endpoint.Pattern, operation.Pattern)
		}
		if !found {
			t.Errorf("nothing serves %s", operation.name)
		}
	}
}

func TestClient_tellsARunningSimulatorWhatToDo(t *testing.T) {
	t.Parallel()
	w := buildSmall(t, "")
	control, err := startControl(w, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(control.stop)
	var said bytes.Buffer
	if err := dispatch(t.Context(), []string{"ctl", "-control", control.address, "rotate", "tracker-eu"}, &said); err != nil {
		t.Fatal(err)
	}
	if got := w.instances[0].Rotations(); got != 1 || !strings.Contains(said.String(), "is inactive now") {
		t.Errorf("%d rotations, said %s", got, &said)
	}
	if err := runClient(t.Context(), []string{"rotate", "nobody"}, control.address, &said); err == nil || !strings.Contains(err.Error(), `no instance "nobody"`) {
		t.Errorf("unexpected error %v", err)
	}
	if err := runClient(t.Context(), []string{"-nonsense"}, control.address, io.Discard); err == nil {
		t.Error("no error for an unknown flag")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := runClient(ctx, nil, "", io.Discard); err == nil {
		t.Error("no error without a simulator")
	}
}

func TestControl_refusesWebPagesAndNonsense(t *testing.T) {
	t.Parallel()
	handler := controlHandler(buildSmall(t, ""))
	for name, test := range map[string]struct {
		method, body, header string
		want                 int
	}{
		"no header": {http.MethodPost, `{"arguments":["rotate","tracker-eu"]}`, "", http.StatusForbidden},
		"no JSON":   {http.MethodPost, "x", "ctl", http.StatusBadRequest},
		"too long":  {http.MethodPost, `{"arguments":["` + strings.Repeat("x", maxCommand) + `"]}`, "ctl", http.StatusBadRequest},
		"GET":       {http.MethodGet, "", "ctl", http.StatusMethodNotAllowed},
		"help":      {http.MethodPost, `{}`, "ctl", http.StatusOK},
	} {
		request := httptest.NewRequestWithContext(t.Context(), test.method, controlPath, strings.NewReader(test.body))
		if test.header != "" {
			request.Header.Set(controlHeader, test.header)
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		if recorder.Code != test.want {
			t.Errorf("%s: status %d, want %d", name, recorder.Code, test.want)
		}
	}
}

func TestWorld_ofTheREADMECanBeSimulated(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```json\n")
	sample, _, found := strings.Cut(rest, "```")
	description, err := decodeWorld(strings.NewReader(sample))
	if !found || err != nil {
		t.Fatalf("no world in the README: %v", err)
	}
	w, err := build(options{host: "127.0.0.1"}, description)
	if err != nil {
		t.Fatal(err)
	}
	w.simulator.Close()
}
