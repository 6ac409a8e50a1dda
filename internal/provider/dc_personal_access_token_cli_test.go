// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// newTokenWorkspace starts a Jira whose administrator has a password, and a
// workspace of a real CLI in front of it.
func newTokenWorkspace(t *testing.T, options ...simulator.Option) (*acctest.Estate, *simulator.Instance, *acctest.Workspace) {
	t.Helper()
	estate := acctest.NewEstate(t, options...)
	at := estate.AddInstance(simulator.InstanceConfig{Name: "robot", Product: simulator.Jira, Password: canaryToken})
	return estate, at, estate.NewWorkspace(t)
}

func personalTokenConfig(estate *acctest.Estate, lines ...string) string {
	return estate.ProviderBlock() + "resource \"atlassian_dc_personal_access_token\" \"test\" {\n  instance = \"robot\"\n  name = \"ci\"\n  " + strings.Join(lines, "\n  ") + "\n}\n"
}

// expectTokens fails the test unless there are so many tokens, and returns them.
func expectTokens(t *testing.T, at *simulator.Instance, count int) []simulator.AccessToken {
	t.Helper()
	tokens := at.Tokens()
	if len(tokens) != count {
		t.Fatalf("there are %d tokens, want %d: %v", len(tokens), count, tokens)
	}
	return tokens
}

func TestAccPersonalAccessToken_driftIsSeenByRefreshOnly(t *testing.T) {
	t.Parallel()
	estate, at, workspace := newTokenWorkspace(t)
	refreshOnly := []string{"plan", "-refresh-only", "-detailed-exitcode"}
	workspace.MustConfigure(personalTokenConfig(estate, triggered("1")))
	workspace.MustRun(0, "apply", "-auto-approve")
	workspace.MustRun(0, refreshOnly...)
	workspace.MustConfigure(personalTokenConfig(estate, triggered("2")))
	workspace.MustRun(0, "apply", "-auto-approve")
	workspace.MustRun(0, "plan", "-detailed-exitcode")
	workspace.MustRun(0, refreshOnly...)
	at.RevokeToken(expectTokens(t, at, 1)[0].ID)
	workspace.MustRun(2, refreshOnly...)
	workspace.MustRun(0, "apply", "-auto-approve")
	expectTokens(t, at, 1)
	workspace.MustRun(0, refreshOnly...)
	workspace.MustRun(0, "destroy", "-auto-approve")
	expectTokens(t, at, 0)
}

// The provider dies between the creation of a token and its answer: the old token
// works, and the next apply finds the other one by its marker.
func TestAccPersonalAccessToken_killedProviderLeavesNoOrphan(t *testing.T) {
	t.Parallel()
	var workspace *acctest.MortalWorkspace
	var deadly atomic.Bool
	estate := acctest.NewEstate(t, simulator.WithWitness(func(moment simulator.Moment, r *http.Request) {
		if moment != simulator.CarriedOut || r.Method != http.MethodPost || !deadly.CompareAndSwap(true, false) {
			return
		}
		if err := workspace.KillProvider(); err != nil {
			t.Error(err)
		}
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}))
	at := estate.AddInstance(simulator.InstanceConfig{Name: "robot", Product: simulator.Jira, Password: canaryToken})
	workspace = estate.NewMortalWorkspace(t)
	workspace.MustConfigure(personalTokenConfig(estate, triggered("1")))
	workspace.MustRun(0, "apply", "-auto-approve")
	workspace.MustConfigure(personalTokenConfig(estate, triggered("2")))
	deadly.Store(true)
	workspace.MustRun(1, "apply", "-auto-approve")
	expectTokens(t, at, 2)
	workspace.MustRun(0, "apply", "-auto-approve")
	expectTokens(t, at, 1)
	workspace.MustRun(0, "plan", "-detailed-exitcode")
}

func TestAccPersonalAccessToken_secretsAreOnlyInState(t *testing.T) {
	t.Parallel()
	estate, at, workspace := newTokenWorkspace(t, simulator.WithRandom(canaryReader{}))
	workspace.Env = append(workspace.Env, "TF_LOG=TRACE", "TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH="+filepath.Join(workspace.Dir, "trace.log"))
	runs := newTranscript(workspace)
	secrets := []string{canaryToken}
	apply := func(exitCode int, release string) {
		workspace.MustConfigure(personalTokenConfig(estate, triggered(release), `revoke_previous_after = "1d"`))
		runs.run(0, "plan", "-out=plan.bin")
		runs.run(0, "show", "plan.bin")
		runs.run(exitCode, "apply", "plan.bin")
		runs.run(0, "show")
		for _, token := range at.Tokens() {
			secrets = append(secrets, token.Secret)
		}
	}
	apply(0, "1")
	apply(0, "2")
	echoed, err := json.Marshal(map[string]string{"message": "no access with " + secrets[len(secrets)-1]})
	if err != nil {
		t.Fatal(err)
	}
	at.Inject(simulator.Fault{Method: http.MethodPost, Path: personalTokens, Status: 400, Body: string(echoed), Times: 1})
	apply(1, "3")
	at.Inject(simulator.Fault{Kind: simulator.TruncatedBody, Method: http.MethodPost, Path: personalTokens, Times: 1})
	apply(0, "4")

	left := runs.everything(t)
	for _, wanted := range []string{"no access with ***", `\"rawToken\":\"***\"`} {
		if !bytes.Contains(left["trace.log"], []byte(wanted)) {
			t.Errorf("the log lacks %s: it proves nothing", wanted)
		}
	}
	if !bytes.Contains(left["terraform.tfstate"], []byte(secrets[len(secrets)-1])) {
		t.Error("the state lacks the token")
	}
	for name := range left {
		if strings.Contains(name, "tfstate") || strings.HasPrefix(name, "plan.bin/") {
			delete(left, name)
		}
	}
	slices.Sort(secrets)
	expectNowhere(t, left, slices.Compact(secrets))
}
