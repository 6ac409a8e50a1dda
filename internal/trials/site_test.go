package trials

import (
	"slices"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

type object = acctest.Object

const (
	rotationType = "atlassian_dc_aes_rotation"
	tunnelType   = "atlassian_tunnel_token"
	apiKeyType   = "atlassian_org_api_key"

	tunnelID = "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587"
	ownKeyID = "own-id"

	day = 24 * time.Hour
)

// site is an estate with an instance, jira, a tunnel that leads to it, and an
// organization with two API keys besides the provider's own.
type site struct {
	*acctest.Estate
	t            acctest.T
	jira         *simulator.Instance
	instances    []*simulator.Instance
	organization *simulator.Organization
	tunnel       *simulator.Tunnel

	// known names every key that was ever seen, announced those whose end a plan
	// has announced.
	known, announced map[string]bool
}

func newSite(t acctest.T, options ...simulator.Option) *site {
	t.Helper()
	estate := acctest.NewEstate(t, options...)
	s := &site{Estate: estate, t: t, known: map[string]bool{}, announced: map[string]bool{}}
	s.jira = estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token", InactiveKeys: []string{"old-key"}})
	s.instances = []*simulator.Instance{s.jira}
	lasting := acctest.Start().AddDate(100, 0, 0)
	s.organization = estate.AddOrganization(simulator.OrganizationConfig{UnlimitedEvents: true, APIKeys: []simulator.APIKey{
		{ID: ownKeyID, Label: "terraform", ExpiresAt: lasting},
		{ID: "key-a", Label: "a", ExpiresAt: lasting},
		{ID: "key-b", Label: "b", ExpiresAt: lasting},
	}})
	s.tunnel = s.organization.AddTunnel(simulator.TunnelConfig{ID: tunnelID, Instance: s.jira})
	estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
	s.look()
	return s
}

// present returns the names of all keys that there are: AES keys, the active one
// included, and API keys that are not revoked.
func (s *site) present() []string {
	var names []string
	for _, instance := range s.instances {
		names = append(append(names, instance.InactiveKeys()...), instance.ActiveKey())
	}
	for _, key := range s.organization.APIKeys() {
		if key.RevokedAt.IsZero() {
			names = append(names, key.ID)
		}
	}
	return names
}

func (s *site) look() {
	for _, name := range s.present() {
		s.known[name] = true
	}
}

// hearPlan notes the keys whose end a plan announces. A key that a rotation of an
// instance retires has no name that anybody knows before.
func (s *site) hearPlan(of *simulator.Instance, said acctest.Diagnostics) {
	s.look()
	text := strings.Join(said.Warnings(), "\n")
	for name := range s.known {
		if strings.Contains(text, name) {
			s.announced[name] = true
		}
	}
	if strings.Contains(text, "the AES key that it retires") {
		s.announced[of.ActiveKey()] = true
	}
}

// mustHaveAnnounced fails where a key has ended that no plan has announced.
func (s *site) mustHaveAnnounced() {
	s.t.Helper()
	s.look()
	present := s.present()
	for name := range s.known {
		if !s.announced[name] && !slices.Contains(present, name) {
			s.t.Errorf("%s has ended, and no plan has announced that", name)
		}
	}
}

// excuse takes out of account what ended elsewhere.
func (s *site) excuse() {
	s.known = map[string]bool{}
	s.look()
}

// clearFaults makes everybody answer, and truthfully.
func (s *site) clearFaults() {
	for _, instance := range s.instances {
		instance.ClearFaults()
		instance.Start()
	}
	s.Simulator.Cloud().ClearFaults()
	s.Simulator.Cloud().Start()
}

// completePending carries out what was kept for later.
func (s *site) completePending() {
	for _, instance := range s.instances {
		instance.CompletePending()
	}
	s.Simulator.Cloud().CompletePending()
}

// endpoint is an operation of one of the two servers.
type endpoint struct {
	simulator.Endpoint
	cloud bool
}

func (e endpoint) String() string {
	return e.Method + " " + e.Pattern
}

func (s *site) inject(at endpoint, fault simulator.Fault) {
	if at.cloud {
		s.Simulator.Cloud().Inject(fault.On(at.Endpoint))
		return
	}
	s.jira.Inject(fault.On(at.Endpoint))
}

// requests returns what was asked of the servers since the last reset.
func (s *site) requests() []endpoint {
	var asked []endpoint
	for _, request := range s.jira.Requests() {
		asked = append(asked, endpointOf(request, simulator.Endpoints(simulator.Jira), false))
	}
	for _, request := range s.Simulator.Cloud().Requests() {
		asked = append(asked, endpointOf(request, simulator.CloudEndpoints(), true))
	}
	return asked
}

func (s *site) resetLogs() {
	s.jira.ResetLog()
	s.Simulator.Cloud().ResetLog()
}

func endpointOf(request simulator.Request, among []simulator.Endpoint, cloud bool) endpoint {
	for _, candidate := range among {
		if candidate.Method == request.Method && fits(candidate.Pattern, request.Path) {
			return endpoint{candidate, cloud}
		}
	}
	return endpoint{simulator.Endpoint{Method: request.Method, Pattern: request.Path}, cloud}
}

func fits(pattern, path string) bool {
	wanted, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(wanted) != len(got) {
		return false
	}
	for n, segment := range wanted {
		if !strings.HasPrefix(segment, "{") && segment != got[n] {
			return false
		}
	}
	return true
}

func merged(parts ...object) object {
	all := object{}
	for _, part := range parts {
		for name, value := range part {
			all[name] = value
		}
	}
	return all
}

func released(release string) object {
	return object{"rotate_triggers": object{"release": release}}
}
