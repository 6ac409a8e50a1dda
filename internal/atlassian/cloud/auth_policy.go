// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// controlAPI begins the paths of the Control REST API.
const controlAPI = "/admin/control/v1"

const (
	firstTaskWait   = time.Second
	longestTaskWait = 15 * time.Second
)

var errNoTask = errors.New("it names no task")

// PolicyTask is what has become of a move of accounts to an authentication
// policy.
type PolicyTask struct {
	// ID is a UUID; empty where no task was begun.
	ID string
	// InProgress, Moved and Failed count accounts.
	InProgress, Moved, Failed int
	// Failures tells of which accounts failed and why.
	Failures []PolicyFailure
}

// PolicyFailure is a reason why accounts were not moved.
type PolicyFailure struct {
	// Emails are those of the accounts.
	Emails []string
	// Title and Detail are Atlassian's words.
	Title, Detail string
}

// UnfinishedTaskError says that a task was still in progress when the time for
// it was up.
type UnfinishedTaskError struct {
	Waited time.Duration
}

func (e *UnfinishedTaskError) Error() string {
	return fmt.Sprintf("the task was still in progress after %s", e.Waited.Round(time.Second))
}

// AddAuthPolicyUsers moves the managed accounts with the given e-mail addresses
// to an authentication policy, and waits for the end of it. The context needs a
// deadline. An account that is in the policy already stays there, so that the
// request may be repeated. The task is returned as it was last seen, also with
// an error, and lists the accounts that were not moved, which is no error.
//
// POST /admin/control/v1/orgs/{orgId}/auth-policy/{policyId}/add-users and GET
// …/auth-policy/task/{taskId}, scope write:policies:admin,
// https://developer.atlassian.com/cloud/admin/control/rest/api-group-authentication-policies/.
func (o *Organization) AddAuthPolicyUsers(ctx context.Context, policyID string, emails []string, progress func(PolicyTask)) (PolicyTask, error) {
	task, err := o.movePolicyUsers(ctx, policyID, emails, progress)
	// Which tokens are blocked follows from the policy of their owner.
	o.userAPITokens.Invalidate()
	return task, movingAccounts.failed(err)
}

func (o *Organization) movePolicyUsers(ctx context.Context, policyID string, emails []string, progress func(PolicyTask)) (PolicyTask, error) {
	id, err := o.beginPolicyTask(ctx, policyID, emails)
	if err != nil {
		return PolicyTask{}, err
	}
	start := o.clock.Now()
	remaining, bounded := clock.Remaining(ctx)
	task := PolicyTask{ID: id}
	for wait := firstTaskWait; ; wait = min(2*wait, longestTaskWait) {
		if err := o.readPolicyTask(ctx, &task); err != nil {
			return task, err
		}
		progress(task)
		if task.done() {
			return task, nil
		}
		waited := o.clock.Now().Sub(start)
		if bounded && waited+wait > remaining {
			return task, &UnfinishedTaskError{Waited: waited}
		}
		if err := o.clock.Sleep(ctx, wait); err != nil {
			return task, err
		}
	}
}

// done reports whether the task is at its end: one that counts nobody has not
// begun yet.
func (t PolicyTask) done() bool {
	return t.InProgress == 0 && t.Moved+t.Failed > 0
}

func (o *Organization) beginPolicyTask(ctx context.Context, policyID string, emails []string) (string, error) {
	var answer struct {
		TaskID string `json:"taskId"`
	}
	_, err := o.client.Do(ctx, transport.Request{
		Method:     http.MethodPost,
		Path:       o.path(controlAPI, "auth-policy", policyID, "add-users"),
		Body:       map[string][]string{"users": emails},
		Repeatable: true,
		Check: func(response *transport.Response) error {
			if err := response.Decode(&answer); err != nil {
				return err
			}
			if answer.TaskID == "" {
				return errNoTask
			}
			return nil
		},
	})
	return answer.TaskID, err
}

func (o *Organization) readPolicyTask(ctx context.Context, task *PolicyTask) error {
	response, err := o.client.Do(ctx, transport.Request{Method: http.MethodGet, Path: o.path(controlAPI, "auth-policy", "task", task.ID)})
	if err != nil {
		return err
	}
	var answer struct {
		InProgress int `json:"inProgressCount"`
		Moved      int `json:"successCount"`
		Failed     int `json:"failureCount"`
		Reasons    []struct {
			Emails  []string `json:"emails"`
			Details struct {
				Title  string `json:"title"`
				Detail string `json:"detail"`
			} `json:"details"`
		} `json:"failureReasons"`
	}
	if err := response.Decode(&answer); err != nil {
		return err
	}
	*task = PolicyTask{ID: task.ID, InProgress: answer.InProgress, Moved: answer.Moved, Failed: answer.Failed}
	for _, reason := range answer.Reasons {
		task.Failures = append(task.Failures, PolicyFailure{Emails: reason.Emails, Title: transport.Words(reason.Details.Title), Detail: transport.Words(reason.Details.Detail)})
	}
	return nil
}
