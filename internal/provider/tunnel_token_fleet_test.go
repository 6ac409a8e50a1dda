// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// tunnelFleet is an organization with many tunnels, each to an instance of its own.
type tunnelFleet struct {
	*acctest.Estate
	tunnels   []*simulator.Tunnel
	instances []*simulator.Instance
}

func newTunnelFleet(tb testing.TB, size int, options ...simulator.Option) *tunnelFleet {
	tb.Helper()
	fleet := &tunnelFleet{Estate: acctest.NewEstate(tb, options...)}
	organization := fleet.AddOrganization(simulator.OrganizationConfig{})
	for i := range size {
		instance := fleet.AddInstance(simulator.InstanceConfig{Name: fmt.Sprintf("jira-%d", i), Product: simulator.Jira, Token: "jira-token"})
		fleet.instances = append(fleet.instances, instance)
		fleet.tunnels = append(fleet.tunnels, organization.AddTunnel(simulator.TunnelConfig{Instance: instance}))
	}
	return fleet
}

// config returns a configuration that hands every tunnel's token to its instance.
func (f *tunnelFleet) config(release string) string {
	config := f.ProviderBlock()
	for i, tunnel := range f.tunnels {
		name := f.instances[i].Name()
		config += tunnelBlock(name, tunnel.ID(), fmt.Sprintf("instance = %q", name), triggered(release))
	}
	return config
}

// BenchmarkTunnelToken_fleet applies a rotation of 50 tunnels with delivery by
// the real CLI, against servers that answer at once and such that take 100 ms.
// It reports the ratio between what the latter cost more and the four requests
// of each tunnel, ten tunnels at a time, which nothing can save.
func BenchmarkTunnelToken_fleet(b *testing.B) {
	const (
		tunnels = 50
		workers = 10
		steps   = 4
		latency = 100 * time.Millisecond
	)
	at := map[time.Duration]time.Duration{}
	for b.Loop() {
		for _, delay := range []time.Duration{0, latency} {
			at[delay] += applyFleet(b, tunnels, delay)
		}
	}
	least := steps * latency * tunnels / workers * time.Duration(b.N)
	b.ReportMetric(at[0].Seconds()/float64(b.N), "s/0ms")
	b.ReportMetric(at[latency].Seconds()/float64(b.N), "s/100ms")
	b.ReportMetric(float64(at[latency]-at[0])/float64(least), "extra/least")
}

// applyFleet returns how long the rotation of a fleet takes that exists already.
func applyFleet(b *testing.B, tunnels int, delay time.Duration) time.Duration {
	b.Helper()
	fleet := newTunnelFleet(b, tunnels, simulator.WithDelay(delay), simulator.WithSleep(clock.System{}.Sleep))
	workspace := fleet.NewWorkspace(b)
	workspace.MustConfigure(fleet.config("1"))
	workspace.MustRun(0, "apply", "-auto-approve")
	workspace.MustConfigure(fleet.config("2"))
	workspace.MustRun(0, "plan", "-out=plan.bin")
	start := clock.System{}.Now()
	workspace.MustRun(0, "apply", "plan.bin")
	return clock.System{}.Now().Sub(start)
}
