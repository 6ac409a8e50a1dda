// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const policyPath = "/admin/control/v1/orgs/{org}/auth-policy"

func withPolicy(c *simulator.OrganizationConfig) {
	c.AuthPolicies = []string{"strict"}
	c.TaskPolls = 2
	c.Users = []simulator.User{{ID: "1", Email: "ann@example.com"}, {ID: "2", Email: "bob@example.com"}}
}

type policyTask struct {
	InProgressCount, SuccessCount, FailureCount int
	FailureReasons                              []policyFailure
}

type policyFailure struct {
	Emails  []string
	Details struct {
		Status        int
		Title, Detail string
	}
}

func TestAuthPolicy_usersAreMovedByATask(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil, withPolicy)
	organization.SetPolicyFailure("bob@example.com", simulator.PolicyFailure{Status: 409, Title: "Conflict", Detail: "Is in another."})
	got := askCloud(s, http.MethodPost, policyPath+"/strict/add-users").
		sending(`{"users":["ann@example.com","bob@example.com","eve@example.com"]}`).send(t).
		wantStatus(t, http.StatusAccepted)
	task := decode[struct{ TaskID, TaskLink string }](t, got)
	wantEqual(t, "link", task.TaskLink, "https://api.atlassian.com"+strings.ReplaceAll(policyPath, "{org}", orgID)+"/task/"+task.TaskID)

	poll := askCloud(s, http.MethodGet, policyPath+"/task/"+task.TaskID)
	for range 2 {
		wantEqual(t, "in progress", decode[policyTask](t, poll.send(t)).InProgressCount, 3)
		wantEqual(t, "members", len(organization.PolicyMembers("strict")), 0)
	}
	for range 2 {
		result := decode[policyTask](t, poll.send(t).wantStatus(t, http.StatusOK))
		wantEqual(t, "in progress", result.InProgressCount, 0)
		wantEqual(t, "succeeded", result.SuccessCount, 1)
		wantEqual(t, "failed", result.FailureCount, 2)
		wantEqual(t, "first failure", result.FailureReasons[0].Emails[0], "bob@example.com")
		wantEqual(t, "its status", result.FailureReasons[0].Details.Status, 409)
		wantEqual(t, "second failure", result.FailureReasons[1].Details.Status, 404)
		if diff := cmp.Diff([]string{"ann@example.com"}, organization.PolicyMembers("strict")); diff != "" {
			t.Error(diff)
		}
	}
}

func TestAuthPolicy_badRequestsAreRefused(t *testing.T) {
	t.Parallel()
	organization, s, _ := newOrganization(t, nil, withPolicy)
	add := askCloud(s, http.MethodPost, policyPath+"/strict/add-users")
	for _, body := range []string{"", "{}", `{"users":[]}`, `{"users":["ann"]}`, `{"users":"x"}`, `{"emails":["a@b"]}`, "nonsense", `{"users":["a@b"]}{}`} {
		wantEqual(t, "code for "+body, errorCode(t, add.sending(body).send(t).wantStatus(t, 400)), "ADMIN-400-24")
	}
	good := `{"users":["ann@example.com"]}`
	add.with("Content-Type", "text/plain").sending(good).send(t).wantStatus(t, http.StatusBadRequest)
	unknown := askCloud(s, http.MethodPost, policyPath+"/nonsense/add-users").sending(good).send(t)
	wantEqual(t, "body", unknown.wantStatus(t, 404).body, `{"code":404,"message":"Not Found"}`)
	askCloud(s, http.MethodGet, policyPath+"/task/nonsense").send(t).wantStatus(t, http.StatusNotFound)
	wantEqual(t, "members", len(organization.PolicyMembers("strict")), 0)
}
