// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
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

	// knownLater is how a plan shows what it leaves open.
	knownLater = "(known after apply)"
)

// startTime is when the clock of an estate stands at first, as states say it.
const startTime = "2026-01-05T08:00:00Z"

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

// token returns the tunnel token, which is not created yet.
func (s *tunnelSite) token() *acctest.ManagedResource {
	return s.NewManagedResource("atlassian_tunnel_token")
}

// stored is the configuration of a token that no instance gets, with more in it.
func stored(more ...acctest.Object) acctest.Object {
	config := acctest.Object{"hostname": tunnelID}
	for _, attributes := range more {
		maps.Copy(config, attributes)
	}
	return config
}

// handedOver is the configuration of a token that jira gets, with more in it.
func handedOver(more ...acctest.Object) acctest.Object {
	return stored(append([]acctest.Object{{"instance": "jira"}}, more...)...)
}

// released are triggers in a configuration.
func released(release string) acctest.Object {
	return acctest.Object{"rotate_triggers": acctest.Object{"release": release}}
}

// applyTunnel plans a configuration, which must not fail, and applies it.
func applyTunnel(t *testing.T, token *acctest.ManagedResource, config acctest.Object) acctest.Diagnostics {
	t.Helper()
	plan := token.Plan(t, config)
	plan.Diagnostics.MustNotFail(t)
	return token.Apply(t.Context(), t, plan)
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

// lose makes Cloud answer the next regenerations with fault.
func (s *tunnelSite) lose(fault simulator.Fault, times int) {
	fault.Method, fault.Path, fault.Times = http.MethodPut, "/token", times
	s.Simulator.Cloud().Inject(fault)
}

// rotation is the requests of a rotation with preflight and delivery.
func (s *tunnelSite) rotation() []string {
	return []string{listInactive, askStatus, s.regeneration(), deliverToken}
}

// creation returns the requests of a creation: the plan tries the credentials, and
// what it asks again inside apply serves the preflight.
func (s *tunnelSite) creation() []string {
	return append([]string{listInactive}, s.rotation()...)
}

// clearFaults makes everybody answer truthfully again.
func (s *tunnelSite) clearFaults() {
	s.jira.ClearFaults()
	s.Simulator.Cloud().ClearFaults()
}

// requests returns what Cloud and jira have seen since the last reset, in the
// order in which it came. What only asks is sent side by side and comes in the
// order of its paths.
func (s *tunnelSite) requests() []string {
	all := append(s.Simulator.Cloud().Requests(), s.jira.Requests()...)
	slices.SortStableFunc(all, func(a, b simulator.Request) int { return a.Time.Compare(b.Time) })
	requests := make([]string, 0, len(all))
	for _, request := range all {
		requests = append(requests, request.Method+" "+request.Path)
	}
	return sortedReads(requests)
}

// sortedReads sorts each run of requests that only ask.
func sortedReads(requests []string) []string {
	start := 0
	for i, request := range append(requests, "") {
		if !strings.HasPrefix(request, http.MethodGet) {
			slices.Sort(requests[start:i])
			start = i + 1
		}
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

// mustStore fails unless the state holds the present token of the tunnel.
func (s *tunnelSite) mustStore(t *testing.T, token *acctest.ManagedResource) {
	t.Helper()
	if token.String(t, "token") != s.tunnel.Token() {
		t.Error("the token in state is not the present one of the tunnel")
	}
	s.mustHash(t, token)
}

// mustHash fails unless the hash in state is that of the present token.
func (s *tunnelSite) mustHash(t *testing.T, token *acctest.ManagedResource) {
	t.Helper()
	want := sha256.Sum256([]byte(s.tunnel.Token()))
	if token.String(t, "token_sha256") != hex.EncodeToString(want[:]) {
		t.Error("token_sha256 is not the hash of the present token")
	}
}

// mustNotWarn fails where a warning holds the words.
func mustNotWarn(t *testing.T, said acctest.Diagnostics, words string) {
	t.Helper()
	for _, warning := range said.Warnings() {
		if strings.Contains(warning, words) {
			t.Errorf("unexpected warning: %s", warning)
		}
	}
}
