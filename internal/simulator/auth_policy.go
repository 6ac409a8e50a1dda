// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// PolicyFailure is why an account cannot be moved to an authentication policy.
type PolicyFailure struct {
	// Status, Title and Detail are what the task tells.
	Status        int
	Title, Detail string
}

// policyTask moves accounts to an authentication policy.
type policyTask struct {
	policy string
	emails []string
	polls  int
	done   bool
}

// SetPolicyFailure makes every attempt to move the account with an e-mail
// address fail.
func (o *Organization) SetPolicyFailure(email string, failure PolicyFailure) {
	o.cloud.simulator.mu.Lock()
	defer o.cloud.simulator.mu.Unlock()
	o.policyFailures[email] = failure
}

// PolicyMembers returns the e-mail addresses that were moved to an
// authentication policy, in that order.
func (o *Organization) PolicyMembers(policyID string) []string {
	return locked(o.cloud.simulator, func() []string { return slices.Clone(o.policyMembers[policyID]) })
}

// addPolicyUsers answers POST
// /admin/control/v1/orgs/{orgId}/auth-policy/{policyId}/add-users:
// https://developer.atlassian.com/cloud/admin/control/rest/api-group-authentication-policies/.
func (o *Organization) addPolicyUsers(c cloudCall) reply {
	policy := c.PathValue("policyId")
	if !slices.Contains(o.config.AuthPolicies, policy) {
		return proxyError(http.StatusNotFound)
	}
	var payload struct {
		Users []string `json:"users"`
	}
	if requestMediaType(c.Request) != "application/json" || decodeStrictly(c.body, &payload) != nil {
		return o.cloud.applicationError(errRequestBody)
	}
	isNoEmail := func(user string) bool { return !strings.Contains(user, "@") }
	if len(payload.Users) == 0 || slices.ContainsFunc(payload.Users, isNoEmail) {
		return o.cloud.applicationError(errRequestBody)
	}
	id := o.cloud.simulator.newUUID()
	o.tasks[id] = &policyTask{policy: policy, emails: payload.Users, polls: o.config.TaskPolls}
	return jsonReply(http.StatusAccepted, object{
		"taskId": id,
		"taskLink": canonicalCloudURL + "/admin/control/v1/orgs/" + o.config.ID +
			"/auth-policy/task/" + id,
	})
}

// getPolicyTask answers GET
// /admin/control/v1/orgs/{orgId}/auth-policy/task/{taskId}.
func (o *Organization) getPolicyTask(c cloudCall) reply {
	task, ok := o.tasks[c.PathValue("taskId")]
	switch {
	case !ok:
		return proxyError(http.StatusNotFound)
	case task.polls > 0:
		task.polls--
		return taskReply(len(task.emails), 0, nil)
	}
	moved, failures := o.sortOut(task.emails)
	if !task.done {
		task.done = true
		o.policyMembers[task.policy] = append(o.policyMembers[task.policy], moved...)
	}
	return taskReply(0, len(moved), failures)
}

// emailFailure is an e-mail address with why its account was not moved.
type emailFailure struct {
	email string
	PolicyFailure
}

// sortOut tells the accounts that can be moved from those that cannot.
func (o *Organization) sortOut(emails []string) (moved []string, failures []emailFailure) {
	for _, email := range emails {
		failure, fails := o.policyFailures[email]
		known := slices.ContainsFunc(o.users, func(u User) bool { return u.Email == email })
		if !known && !fails {
			fails = true
			failure = PolicyFailure{http.StatusNotFound, "Not found", "The user is no managed account."}
		}
		if fails {
			failures = append(failures, emailFailure{email, failure})
			continue
		}
		moved = append(moved, email)
	}
	return moved, failures
}

func taskReply(inProgress, succeeded int, failures []emailFailure) reply {
	reasons := []object{}
	for _, failure := range failures {
		reasons = append(reasons, object{
			"emails": []string{failure.email},
			"details": object{
				"status": failure.Status, "title": failure.Title, "detail": failure.Detail,
			},
		})
	}
	return jsonReply(http.StatusOK, object{
		"inProgressCount": inProgress,
		"successCount":    succeeded,
		"failureCount":    len(failures),
		"failureReasons":  reasons,
	})
}
