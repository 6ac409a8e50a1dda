package provider_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// meeting makes what is held wait until as many requests are there.
func meeting(requests int) func(context.Context, time.Duration) error {
	var arrived sync.WaitGroup
	arrived.Add(requests)
	all := make(chan struct{})
	go func() {
		arrived.Wait()
		close(all)
	}()
	return func(ctx context.Context, d time.Duration) error {
		if d != held {
			return nil
		}
		arrived.Done()
		select {
		case <-all:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Each regeneration is answered only once the other one has been asked for.
func TestAccTunnelToken_twoTunnelsRotateInParallel(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t, simulator.WithSleep(meeting(2)))
	wiki := site.AddInstance(simulator.InstanceConfig{Name: "wiki", Product: simulator.Confluence, Token: "wiki-token"})
	other := site.organization.AddTunnel(simulator.TunnelConfig{Instance: wiki})
	site.Simulator.Cloud().Inject(simulator.Fault{Kind: simulator.Delay, Method: http.MethodPut, Path: "/token", Delay: held, Times: 2})
	run(t, site.Estate, resource.TestStep{
		Config: site.ProviderBlock("max_retries = 0", `request_timeout = "20s"`) +
			tunnelBlock("test", tunnelID, `instance = "jira"`) + tunnelBlock("other", other.ID(), `instance = "wiki"`),
		Check: resource.ComposeTestCheckFunc(site.connected(), site.regenerated(1)),
	})
	if !other.Connected() || other.Regenerations() != 1 {
		t.Errorf("the other tunnel is connected: %t, after %d regenerations", other.Connected(), other.Regenerations())
	}
}

// Two resources for one tunnel are a mistake, but not one that takes it down:
// the second begins when the first has delivered.
func TestAccTunnelToken_oneTunnelRotatesOneAtATime(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate, resource.TestStep{
		Config: site.ProviderBlock() + tunnelBlock("test", tunnelID, `instance = "jira"`) + tunnelBlock("other", tunnelID+".atlassian.com", `instance = "jira"`),
		Check: resource.ComposeTestCheckFunc(site.connected(), site.sent(
			askStatus, listInactive, site.regeneration(), deliverToken,
			askStatus, site.regeneration(), deliverToken,
		)),
	})
}

// The requests between the tunnel's old token and its new one are the documented
// ones and no more, however many tunnels there are, and share their connections.
func TestAccTunnelToken_manyTunnelsTakeFourRequestsEach(t *testing.T) {
	t.Parallel()
	const tunnels = 20
	fleet := newTunnelFleet(t, tunnels)
	run(t, fleet.Estate, resource.TestStep{Config: fleet.config("1")})
	if got := fleet.Simulator.Cloud().Count(http.MethodPut, "/token"); got != tunnels {
		t.Errorf("%d regenerations, want one for each of %d tunnels", got, tunnels)
	}
	// Terraform works on ten at a time.
	if got := fleet.Simulator.Cloud().Connections(); got > 10 {
		t.Errorf("%d connections to Cloud, want at most one for each worker", got)
	}
	for i, instance := range fleet.instances {
		if got := len(instance.Requests()); got != 3 || !fleet.tunnels[i].Connected() {
			t.Errorf("%s has seen %d requests and is connected: %t", instance.Name(), got, fleet.tunnels[i].Connected())
		}
	}
}
