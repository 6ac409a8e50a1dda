// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"net/http"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Running is the state of an instance that serves requests.
const Running = "RUNNING"

const statusPath = "/status"

// errRunsAndFails says that a status page contradicts itself: a proxy or a page
// that was kept answers for the instance.
var errRunsAndFails = errors.New("it says RUNNING under the status of an error")

// State asks for the state of the node that answers, without credentials:
// RUNNING, STARTING, STOPPING, FIRST_RUN, MAINTENANCE or ERROR. Bamboo tells its
// state elsewhere, and there may say PAUSING or PAUSED.
//
// GET /status,
// https://confluence.atlassian.com/jirakb/jira-status-endpoint-response-meanings-1116294680.html;
// Bamboo: GET /rest/api/latest/status, else GET /rest/api/latest/server,
// https://developer.atlassian.com/server/bamboo/rest/.
func (i *Instance) State(ctx context.Context) (string, error) {
	var untold error
	for _, path := range []string{statusPath, "/rest/api/latest/status", "/rest/api/latest/server"} {
		state, err := i.stateAt(ctx, path)
		if !tellsNoState(err) {
			return state, err
		}
		if untold == nil || IsAbsent(untold) && !isPage(untold) {
			untold = err
		}
	}
	return "", untold
}

// tellsNoState reports whether err says that the state is not told under this
// address, and maybe under another: it does not exist, or a page for people is
// all that a server which is not ready has for it.
func tellsNoState(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return IsAbsent(err) || ok && failure.Kind == transport.Redirected
}

func (i *Instance) stateAt(ctx context.Context, path string) (string, error) {
	var answer struct {
		State string `json:"state"`
	}
	_, err := i.client.Do(ctx, transport.Request{
		Method:    http.MethodGet,
		Path:      path,
		Anonymous: true,
		// A node in maintenance or error says so under these, and means it.
		Answers: []int{http.StatusInternalServerError, http.StatusServiceUnavailable},
		Check: func(response *transport.Response) error {
			answer.State = ""
			if err := response.Decode(&answer); err != nil {
				return err
			}
			if answer.State == Running && response.Status >= http.StatusInternalServerError {
				return errRunsAndFails
			}
			return nil
		},
	})
	return answer.State, err
}
