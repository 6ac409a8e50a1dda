package provider_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	tunnelToken address = "atlassian_tunnel_token.test"

	tunnelID    = "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587"
	deliverPath = "/rest/secure-tunneling/latest/tunnel/token"

	askStatus    = http.MethodGet + " /status"
	deliverToken = http.MethodPut + " " + deliverPath
)

// tunnelSite is an estate with one organization and one tunnel to one instance,
// jira.
type tunnelSite struct {
	*acctest.Estate
	organization *simulator.Organization
	tunnel       *simulator.Tunnel
	jira         *simulator.Instance
}

// newTunnelSite starts an estate whose tunnel is connected. Every request takes
// a millisecond of the estate's own time, which tells in what order those to
// different servers came.
func newTunnelSite(t *testing.T, options ...simulator.Option) *tunnelSite {
	t.Helper()
	estate := acctest.NewEstate(t, append([]simulator.Option{simulator.WithDelay(time.Millisecond)}, options...)...)
	jira := estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token"})
	organization := estate.AddOrganization(simulator.OrganizationConfig{})
	return &tunnelSite{
		Estate:       estate,
		organization: organization,
		tunnel:       organization.AddTunnel(simulator.TunnelConfig{ID: tunnelID, Name: "tunnel1", Instance: jira}),
		jira:         jira,
	}
}

// config returns a configuration with one tunnel token and the given lines in it.
func (s *tunnelSite) config(lines ...string) string {
	return s.ProviderBlock() + tunnelBlock("test", tunnelID, lines...)
}

// delivering returns a configuration that hands the token to jira.
func (s *tunnelSite) delivering(lines ...string) string {
	return s.config(append(lines, `instance = "jira"`)...)
}

func tunnelBlock(name, hostname string, lines ...string) string {
	block := fmt.Sprintf("resource \"atlassian_tunnel_token\" %q {\n  hostname = %q\n", name, hostname)
	for _, line := range lines {
		block += "  " + line + "\n"
	}
	return block + "}\n"
}

// regeneration is the request that makes a new token for the tunnel.
func (s *tunnelSite) regeneration() string {
	return http.MethodPut + " /admin/v1/orgs/" + s.organization.ID() + "/tunnels/" + s.tunnel.ID() + "/token"
}

// resetLogs forgets the requests so far.
func (s *tunnelSite) resetLogs() {
	s.jira.ResetLog()
	s.Simulator.Cloud().ResetLog()
}

// clearFaults makes everybody answer truthfully again.
func (s *tunnelSite) clearFaults() {
	s.jira.ClearFaults()
	s.Simulator.Cloud().ClearFaults()
}

// requests returns what Cloud and jira have seen since the last reset, in the
// order in which it came.
func (s *tunnelSite) requests() []string {
	all := append(s.Simulator.Cloud().Requests(), s.jira.Requests()...)
	slices.SortStableFunc(all, func(a, b simulator.Request) int { return a.Time.Compare(b.Time) })
	requests := make([]string, 0, len(all))
	for _, request := range all {
		requests = append(requests, request.Method+" "+request.Path)
	}
	return requests
}

// sent checks that since the last reset exactly these requests came, in this order.
func (s *tunnelSite) sent(want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := s.requests(); !slices.Equal(got, want) {
			return fmt.Errorf("Cloud and the instance have seen\n%q, want\n%q", got, want)
		}
		return nil
	}
}

// regenerated checks how often the token was made anew in all.
func (s *tunnelSite) regenerated(times int) resource.TestCheckFunc {
	return func(*terraform.State) error { return equal("regenerations", s.tunnel.Regenerations(), times) }
}

// connected checks that the tunnel is up with the token that jira holds.
func (s *tunnelSite) connected() resource.TestCheckFunc {
	return func(*terraform.State) error {
		if !s.tunnel.Connected() || s.jira.TunnelToken() != s.tunnel.Token() {
			return errors.New("the instance does not hold the present token of the tunnel")
		}
		return nil
	}
}

// down checks that the instance does not have the token of the tunnel.
func (s *tunnelSite) down() resource.TestCheckFunc {
	return func(*terraform.State) error {
		if s.tunnel.Connected() {
			return errors.New("the tunnel is connected")
		}
		return nil
	}
}

// stored checks that the state holds the present token of the tunnel.
func (s *tunnelSite) stored() resource.TestCheckFunc {
	return resource.TestCheckResourceAttrWith(string(tunnelToken), "token", func(token string) error {
		if token != s.tunnel.Token() {
			return errors.New("the token in state is not the present one of the tunnel")
		}
		return nil
	})
}

// plansRegeneration checks that the plan updates in place and makes a new token.
func plansRegeneration() resource.ConfigPlanChecks {
	return tunnelToken.plans(plancheck.ResourceActionUpdate, tunnelToken.opens("last_rotated_at"))
}

// plansNoRegeneration checks that the plan updates in place and keeps the token.
func plansNoRegeneration(lastRotatedAt knownvalue.Check) resource.ConfigPlanChecks {
	return tunnelToken.plans(plancheck.ResourceActionUpdate, tunnelToken.keeps("last_rotated_at", lastRotatedAt))
}
