// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
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

// applyAll plans and applies configurations of several tunnel tokens in one
// process each, the applies at the same time.
func applyAll(t *testing.T, estate *acctest.Estate, configs ...acctest.Object) {
	t.Helper()
	planning, applying := estate.StartProcess(t), estate.StartProcess(t)
	var applies sync.WaitGroup
	for _, config := range configs {
		token := estate.NewManagedResource("atlassian_tunnel_token")
		plan := token.PlanIn(t, planning, config)
		plan.Diagnostics.MustNotFail(t)
		applies.Go(func() {
			for _, failure := range token.ApplyIn(t.Context(), t, applying, plan).Errors() {
				t.Error(failure)
			}
		})
	}
	applies.Wait()
}

// Each regeneration is answered only once the other one has been asked for.
func TestTunnelToken_twoTunnelsRotateInParallel(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t, simulator.WithSleep(meeting(2)))
	wiki := site.AddInstance(simulator.InstanceConfig{Name: "wiki", Product: simulator.Confluence, Token: "wiki-token"})
	other := site.organization.AddTunnel(simulator.TunnelConfig{Instance: wiki})
	site.Simulator.Cloud().Inject(simulator.Fault{Kind: simulator.Delay, Method: http.MethodPut, Path: "/token", Delay: held, Times: 2})
	applyAll(t, site.Estate, handedOver(), acctest.Object{"hostname": other.ID(), "instance": "wiki"})
	verify(t, site.connected(), site.regenerated(1))
	if !other.Connected() || other.Regenerations() != 1 {
		t.Errorf("the other tunnel is connected: %t, after %d regenerations", other.Connected(), other.Regenerations())
	}
}

// Two resources for one tunnel that could not be told apart do not take it down:
// the second begins when the first has delivered.
func TestTunnelToken_oneTunnelRotatesOneAtATime(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	one, other := site.token(), site.token()
	plans := []*acctest.Plan{
		one.Plan(t, handedOver()),
		other.Plan(t, handedOver(acctest.Object{"hostname": tunnelID + ".atlassian.com", "organization_id": strings.ToUpper(site.organization.ID())})),
	}
	applying := site.StartProcess(t)
	var applies sync.WaitGroup
	for i, token := range []*acctest.ManagedResource{one, other} {
		applies.Go(func() { token.ApplyIn(t.Context(), t, applying, plans[i]) })
	}
	applies.Wait()
	changes := slices.DeleteFunc(site.requests(), func(request string) bool { return !strings.HasPrefix(request, http.MethodPut) })
	for i, request := range changes {
		if (request == deliverToken) != (i%2 == 1) {
			t.Errorf("the changes are in the wrong order: %q", changes)
		}
	}
}

// The requests between the tunnel's old token and its new one are the documented
// ones and no more, however many tunnels there are, and share their connections.
func TestTunnelToken_manyTunnelsTakeFourRequestsEachAndOneForTheirPlan(t *testing.T) {
	t.Parallel()
	const tunnels = 10
	fleet := newTunnelFleet(t, tunnels)
	configs := make([]acctest.Object, 0, tunnels)
	for i, tunnel := range fleet.tunnels {
		configs = append(configs, acctest.Object{"hostname": tunnel.ID(), "instance": fleet.instances[i].Name()})
	}
	applyAll(t, fleet.Estate, configs...)
	if got := fleet.Simulator.Cloud().Count(http.MethodPut, "/token"); got != tunnels {
		t.Errorf("%d regenerations, want one for each of %d tunnels", got, tunnels)
	}
	if got := fleet.Simulator.Cloud().Connections(); got > tunnels {
		t.Errorf("%d connections to Cloud, want at most one for each apply", got)
	}
	for i, instance := range fleet.instances {
		if got := len(instance.Requests()); got != 4 || !fleet.tunnels[i].Connected() {
			t.Errorf("%s has seen %d requests and is connected: %t", instance.Name(), got, fleet.tunnels[i].Connected())
		}
	}
}
