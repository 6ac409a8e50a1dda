// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const policyID = "5f2b1a9e-0c6d-4b1e-9b52-0d8f7a3c6e11"

func newPolicyOrganization(t *testing.T, polls int) *eventLog {
	t.Helper()
	return newEventLog(t, simulator.OrganizationConfig{
		APIKeys:      []simulator.APIKey{{Secret: "canary-key", Scopes: []string{"write:policies:admin"}}},
		Users:        []simulator.User{{ID: "ada-id", Email: "ada@example.com"}, {ID: "bob-id", Email: "bob@example.com"}},
		AuthPolicies: []string{policyID},
		TaskPolls:    polls,
	})
}

// move moves accounts and returns how many were in progress at each look.
func (l *eventLog) move(t *testing.T, emails ...string) (task PolicyTask, looks []int, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	task, err = l.client.AddAuthPolicyUsers(ctx, policyID, emails, func(task PolicyTask) { looks = append(looks, task.InProgress) })
	return task, looks, err
}

func TestOrganization_AddAuthPolicyUsers_waitsForTheEnd(t *testing.T) {
	t.Parallel()
	organization := newPolicyOrganization(t, 3)
	task, looks, err := organization.move(t, "ada@example.com", "bob@example.com")
	if err != nil || task.Moved != 2 || task.Failed != 0 || task.ID == "" {
		t.Errorf("got %+v, %v", task, err)
	}
	if want := []int{2, 2, 2, 0}; !slices.Equal(looks, want) {
		t.Errorf("in progress %d, want %d", looks, want)
	}
	if got := organization.PolicyMembers(policyID); len(got) != 2 {
		t.Errorf("members %q", got)
	}
	if got, want := organization.clock.Now().Sub(newInstantClock().Now()), 7*time.Second; got != want {
		t.Errorf("waited %s, want %s", got, want)
	}
}

func TestOrganization_AddAuthPolicyUsers_tellsWhoWasNotMoved(t *testing.T) {
	t.Parallel()
	organization := newPolicyOrganization(t, 0)
	organization.SetPolicyFailure("bob@example.com", simulator.PolicyFailure{Status: 2154, Title: "Not managed", Detail: "Claim the domain first."})
	task, _, err := organization.move(t, "ada@example.com", "bob@example.com")
	if err != nil || task.Moved != 1 || task.Failed != 1 || len(task.Failures) != 1 {
		t.Fatalf("got %+v, %v", task, err)
	}
	got := task.Failures[0]
	if !slices.Equal(got.Emails, []string{"bob@example.com"}) || got.Title != "Not managed" || got.Detail != "Claim the domain first." {
		t.Errorf("got %+v", got)
	}
}

func TestOrganization_AddAuthPolicyUsers_givesUpOnATaskWithoutEnd(t *testing.T) {
	t.Parallel()
	for name, disturb := range map[string]func(*eventLog){
		"always in progress": func(*eventLog) {},
		"never begins": func(o *eventLog) {
			o.cloud.Inject(simulator.Fault{Method: http.MethodGet, Kind: simulator.Status, Status: http.StatusOK, Body: `{"inProgressCount":0}`})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			organization := newPolicyOrganization(t, 1<<20)
			disturb(organization)
			task, _, err := organization.move(t, "ada@example.com")
			unfinished, ok := errors.AsType[*UnfinishedTaskError](err)
			if !ok || unfinished.Waited < 4*time.Minute || task.ID == "" {
				t.Errorf("got %+v, %v", task, err)
			}
		})
	}
}

func TestOrganization_AddAuthPolicyUsers_isRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		kind  transport.Kind
		begun bool
	}{
		"no such policy":         {fault: simulator.Fault{Kind: simulator.Status, Status: http.StatusNotFound}, kind: transport.Refused},
		"no scope":               {fault: simulator.Fault{Kind: simulator.Status, Status: http.StatusForbidden}, kind: transport.Refused},
		"an answer without task": {fault: simulator.Fault{Kind: simulator.Status, Status: http.StatusAccepted, Body: `{}`}, kind: transport.Unreadable},
		"the task is not told":   {fault: simulator.Fault{Method: http.MethodGet, Kind: simulator.Status, Status: http.StatusForbidden}, kind: transport.Refused, begun: true},
		"the task is unreadable": {fault: simulator.Fault{Method: http.MethodGet, Kind: simulator.Status, Status: http.StatusOK, Body: `[]`}, kind: transport.Unreadable, begun: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			organization := newPolicyOrganization(t, 0)
			organization.cloud.Inject(test.fault)
			task, _, err := organization.move(t, "ada@example.com")
			failure, ok := errors.AsType[*transport.Error](err)
			if !ok || failure.Kind != test.kind || (task.ID != "") != test.begun {
				t.Errorf("got %+v, %v", task, err)
			}
		})
	}
}
