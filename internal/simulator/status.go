// SPDX-License-Identifier: MPL-2.0

package simulator

import "net/http"

// answerStatus answers GET /status, which load balancers ask without
// credentials. RUNNING, STARTING, STOPPING and FIRST_RUN come with 200,
// MAINTENANCE with 503 and ERROR with 500, as Jira documents:
// https://support.atlassian.com/jira/kb/jira-status-endpoint-response-meanings.
// The other products are taken to do the same.
func (i *Instance) answerStatus(r *http.Request) reply {
	if r.Method != http.MethodGet {
		return containerPage(http.StatusMethodNotAllowed).with("Allow", http.MethodGet)
	}
	status := http.StatusOK
	switch i.state {
	case stateMaintenance:
		status = http.StatusServiceUnavailable
	case stateError:
		status = http.StatusInternalServerError
	}
	return jsonReply(status, object{"state": i.state})
}

// answerNotRunning answers the status and nothing else. Nobody can be
// authenticated by then.
func (i *Instance) answerNotRunning(r *http.Request, path string) reply {
	if path == i.facts.statusPath {
		return i.answerStatus(r)
	}
	return containerPage(http.StatusServiceUnavailable)
}
