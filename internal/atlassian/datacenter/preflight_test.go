package datacenter

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestState_readsWhateverTheNodeSays(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"RUNNING", "STARTING", "STOPPING", "FIRST_RUN", "MAINTENANCE", "ERROR"} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.SetState(state)
				if got, err := at.client.State(t.Context()); err != nil || got != state {
					t.Errorf("got %q and error %v, want %q", got, err, state)
				}
				at.expectSent(t, getStatus)
			})
		})
	}
}

func TestState_failsWhereItCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"500 without words":     {},
		"503 page":              {Kind: simulator.HTML, Status: 503},
		"504":                   {Status: 504, Body: `{"state":"RUNNING"}`},
		"login page":            {Kind: simulator.HTML},
		"redirect":              {Kind: simulator.Redirect},
		"cut short":             {Kind: simulator.TruncatedBody},
		"empty":                 {Status: 200},
		"number":                {Status: 200, Body: `{"state":1}`},
		"plain words":           {Status: 200, Body: "RUNNING"},
		"list":                  {Status: 200, Body: `["RUNNING"]`},
		"not for these to know": {Status: 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodGet, "/status", treatment{fault: &fault})
				got, err := at.client.State(t.Context())
				if _, typed := errors.AsType[*transport.Error](err); !typed || got != "" {
					t.Errorf("got %q and error %v", got, err)
				}
			})
		})
	}
}

func TestCheckRunning_passesWhatRunsOrDoesNotSay(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"running":   {Status: 200, Body: `{"state":"RUNNING"}`},
		"says more": {Status: 200, Body: `{"state":"RUNNING","nodes":[]}`},
		"401":       {Status: 401},
		"403":       {Status: 403},
		"404":       {Status: 404},
		"405":       {Status: 405},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodGet, "/status", treatment{fault: &fault})
				if err := at.client.CheckRunning(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestCheckRunning_refusesEveryOtherState(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"state":"STARTING"}`: `"STARTING"`,
		`{"state":"running"}`:  `"running"`,
		`{"state":"RUNNING "}`: `"RUNNING "`,
		`{"state":""}`:         `""`,
		`{"state":null}`:       `""`,
		`{}`:                   `""`,
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(simulator.Fault{Path: "/status", Status: 200, Body: body})
				err := at.client.CheckRunning(t.Context())
				if _, ok := errors.AsType[*NotReadyError](err); !ok || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v, want one that says %s", err, want)
				}
			})
		})
	}
}

func TestCheckRunning_failsWhereNobodyAnswers(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.wire.before(unreachable)
		err := at.client.CheckRunning(t.Context())
		if failure, ok := errors.AsType[*transport.Error](err); !ok || failure.Kind != transport.NotSent {
			t.Errorf("error %v", err)
		}
	})
}

func TestCheckCluster_refusesWhatMayNotBeRotated(t *testing.T) {
	t.Parallel()
	node := func(id, version string) simulator.Node { return simulator.Node{ID: id, Version: version} }
	for name, test := range map[string]struct {
		product simulator.Product
		upgrade string
		nodes   []simulator.Node
		// want is a part of the error; empty for none.
		want string
	}{
		"single node":                 {simulator.Jira, Stable, nil, ""},
		"one version":                 {simulator.Jira, Stable, []simulator.Node{node("a", "10.3.1"), node("b", "10.3.1")}, ""},
		"several versions":            {simulator.Jira, Stable, []simulator.Node{node("a", "10.3.1"), node("b", "10.3.2"), node("c", "10.3.1")}, "10.3.1, 10.3.2"},
		"a node that is gone":         {simulator.Jira, Stable, []simulator.Node{node("a", "10.3.2"), {ID: "b", Version: "10.3.1", Offline: true}}, ""},
		"ready to upgrade":            {simulator.Jira, "READY_TO_UPGRADE", nil, "READY_TO_UPGRADE"},
		"mixed":                       {simulator.Jira, "MIXED", nil, "MIXED"},
		"ready to run upgrade tasks":  {simulator.Jira, "READY_TO_RUN_UPGRADE_TASKS", nil, "READY_TO_RUN_UPGRADE_TASKS"},
		"running upgrade tasks":       {simulator.Jira, "RUNNING_UPGRADE_TASKS", nil, "RUNNING_UPGRADE_TASKS"},
		"upgrade tasks have failed":   {simulator.Jira, "UPGRADE_TASKS_FAILED", nil, "UPGRADE_TASKS_FAILED"},
		"a state of the future":       {simulator.Jira, "PONDERING", nil, "PONDERING"},
		"Bitbucket, several versions": {simulator.Bitbucket, Stable, []simulator.Node{node("a", "9.5.0"), node("b", "9.5.1")}, "9.5.0, 9.5.1"},
		"Bitbucket, mixed":            {simulator.Bitbucket, "MIXED", nil, "MIXED"},
		"Confluence does not tell":    {simulator.Confluence, "MIXED", []simulator.Node{node("a", "9.5.0"), node("b", "9.5.1")}, ""},
		"Crowd has nothing to tell":   {simulator.Crowd, "MIXED", nil, ""},
		"Bamboo has nothing to tell":  {simulator.Bamboo, "MIXED", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := simulator.InstanceConfig{Product: test.product, Password: password, Nodes: test.nodes}
			simulate(t, config, func(t *testing.T, at *site) {
				at.SetUpgradeState(test.upgrade)
				err := at.client.CheckCluster(t.Context(), string(test.product))
				if test.want == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if _, ok := errors.AsType[*NotReadyError](err); !ok || !strings.Contains(err.Error(), test.want) {
					t.Errorf("error %v, want one that says %s", err, test.want)
				}
			})
		})
	}
}
