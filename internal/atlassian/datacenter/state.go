package datacenter

import (
	"context"
	"net/http"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Running is the state of an instance that serves requests.
const Running = "RUNNING"

// State asks for the state of the node that answers: RUNNING, STARTING,
// STOPPING, FIRST_RUN, MAINTENANCE or ERROR. The endpoint needs no credentials.
//
// GET /status,
// https://confluence.atlassian.com/jirakb/jira-status-endpoint-response-meanings-1116294680.html.
func (i *Instance) State(ctx context.Context) (string, error) {
	response, err := i.client.Do(ctx, transport.Request{
		Method: http.MethodGet,
		Path:   "/status",
		// A node in maintenance or error says so under these, and means it.
		Answers: []int{http.StatusInternalServerError, http.StatusServiceUnavailable},
	})
	if err != nil {
		return "", err
	}
	var answer struct {
		State string `json:"state"`
	}
	if err := response.Decode(&answer); err != nil {
		return "", err
	}
	return answer.State, nil
}
