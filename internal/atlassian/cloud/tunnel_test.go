// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"errors"
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// newTunnel starts an organization with one tunnel and an API key that may
// regenerate its token.
func newTunnel(t *testing.T) (*eventLog, *simulator.Tunnel) {
	t.Helper()
	organization := newEventLog(t, simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Secret: "canary-key"}}})
	tunnel := organization.AddTunnel(simulator.TunnelConfig{ID: tunnelUUID, Name: "tunnel1", OnPremiseURL: "https://jira.example.com"})
	return organization, tunnel
}

func TestOrganization_RegenerateTunnelToken_returnsTheNewToken(t *testing.T) {
	t.Parallel()
	organization, tunnel := newTunnel(t)
	got, err := organization.client.RegenerateTunnelToken(t.Context(), tunnelUUID, transport.Unbounded)
	want := Tunnel{
		ID:             tunnelUUID,
		Name:           "tunnel1",
		Token:          tunnel.Token(),
		Status:         "DISCONNECTED",
		OnPremiseURL:   "https://jira.example.com",
		UpstreamDNSURL: "http://" + tunnelUUID + ".self-hosted.atlassian.com",
	}
	if err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	requests := organization.cloud.Requests()
	path := "/admin/v1/orgs/" + organization.ID() + "/tunnels/" + tunnelUUID + "/token"
	if len(requests) != 1 || requests[0].Method != http.MethodPut || requests[0].Path != path || len(requests[0].Query) != 0 {
		t.Errorf("requests %+v", requests)
	}
}

func TestOrganization_RegenerateTunnelToken_saysWhetherAnythingMayHaveChanged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault     simulator.Fault
		requests  int
		unchanged bool
	}{
		"refused":        {simulator.Fault{Status: http.StatusForbidden}, 1, true},
		"unknown":        {simulator.Fault{Status: http.StatusNotFound}, 1, true},
		"limited":        {simulator.Fault{Kind: simulator.RateLimited}, 3, true},
		"always failing": {simulator.Fault{}, 1, false},
		"always lost":    {simulator.Fault{Kind: simulator.ResetAfter}, 1, false},
		"never a token":  {simulator.Fault{Status: http.StatusOK, Body: `{}`}, 1, false},
		"redirected":     {simulator.Fault{Kind: simulator.Redirect}, 1, false},
		"huge":           {simulator.Fault{Kind: simulator.HugeBody}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			organization, _ := newTunnel(t)
			organization.cloud.Inject(test.fault)
			got, err := organization.client.RegenerateTunnelToken(t.Context(), tunnelUUID, transport.Unbounded)
			failure, ok := errors.AsType[*transport.Error](err)
			if !ok || failure.Unchanged() != test.unchanged || got.Token != "" {
				t.Errorf("got %+v, %v", got, err)
			}
			if requests := len(organization.cloud.Requests()); requests != test.requests {
				t.Errorf("%d requests, want %d", requests, test.requests)
			}
		})
	}
}

func TestOrganization_RegenerateTunnelToken_staysBelowItsPath(t *testing.T) {
	t.Parallel()
	for _, hostname := range []string{"../../api-keys", "..", "a/b", "a?b", "a#b", ""} {
		organization, tunnel := newTunnel(t)
		if _, err := organization.client.RegenerateTunnelToken(t.Context(), hostname, transport.Unbounded); err == nil {
			t.Errorf("no error for the hostname %q", hostname)
		}
		if tunnel.Regenerations() != 0 {
			t.Errorf("the hostname %q regenerated the token", hostname)
		}
	}
}

// Changes of one tunnel wait for each other however its organization is written.
