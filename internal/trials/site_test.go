// SPDX-License-Identifier: MPL-2.0

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
	rotationType      = "atlassian_dc_aes_rotation"
	tunnelType        = "atlassian_tunnel_token"
	apiKeyType        = "atlassian_org_api_key"
	personalTokenType = "atlassian_dc_personal_access_token"
	httpTokenType     = "atlassian_bitbucket_http_access_token"

	tunnelID = "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587"
	ownKeyID = "own-id"

	day = 24 * time.Hour
)

// site is an estate with an instance, jira, a tunnel that leads to it, an
// organization with two API keys besides the provider's own, and a Bitbucket, git,
// and a Bamboo, builds, for their tokens.
type site struct {
	*acctest.Estate
	t                 acctest.T
	jira, git, builds *simulator.Instance
	instances         []*simulator.Instance
	organization      *simulator.Organization
	tunnel            *simulator.Tunnel

	// known names every key that was ever seen, announced those whose end a plan
	// has announced.
	known, announced map[string]bool
}

func newSite(t acctest.T) *site {
	t.Helper()
	estate := acctest.NewEstate(t)
	s := &site{Estate: estate, t: t, known: map[string]bool{}, announced: map[string]bool{}}
	s.jira = estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token", InactiveKeys: []string{"old-key"}})
	s.instances = []*simulator.Instance{s.jira}
	s.git = estate.AddInstance(simulator.InstanceConfig{Name: "git", Product: simulator.Bitbucket, Password: "git-password", Projects: map[string][]string{"OPS": {"tools"}}})
	s.builds = estate.AddInstance(simulator.InstanceConfig{Name: "builds", Product: simulator.Bamboo, Password: "builds-password"})
	s.jira.AddToken(simulator.AccessToken{Name: bystander})
	s.builds.AddToken(simulator.AccessToken{Name: bystander})
	s.git.AddToken(simulator.AccessToken{Name: bystander, Project: "OPS", Permissions: []string{"REPO_READ"}})
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

// server is an instance, or Atlassian Cloud.
type server interface {
	ClearFaults()
	Start()
	CompletePending()
	Inject(fault simulator.Fault)
	Requests() []simulator.Request
	ResetLog()
}

// serverName says which server an endpoint is of.
type serverName string

const (
	atJira   serverName = "jira"
	atGit    serverName = "git"
	atBuilds serverName = "builds"
	atCloud  serverName = "cloud"
)

// servers returns those that can be disturbed one by one.
func (s *site) servers() map[serverName]server {
	return map[serverName]server{atJira: s.jira, atGit: s.git, atBuilds: s.builds, atCloud: s.Simulator.Cloud()}
}

// clearFaults makes everybody answer, and truthfully.
func (s *site) clearFaults() {
	for _, instance := range s.instances {
		instance.ClearFaults()
		instance.Start()
	}
	for _, server := range s.servers() {
		server.ClearFaults()
		server.Start()
	}
}

// completePending carries out what was kept for later.
func (s *site) completePending() {
	for _, instance := range s.instances {
		instance.CompletePending()
	}
	for _, server := range s.servers() {
		server.CompletePending()
	}
}

// endpoint is an operation of one of the servers.
type endpoint struct {
	simulator.Endpoint
	at serverName
}

func (e endpoint) String() string {
	return e.Method + " " + e.Pattern
}

func (s *site) inject(at endpoint, fault simulator.Fault) {
	s.servers()[at.at].Inject(fault.On(at.Endpoint))
}

// requests returns what was asked of the servers since the last reset.
func (s *site) requests() []endpoint {
	var asked []endpoint
	for _, request := range s.jira.Requests() {
		asked = append(asked, endpointOf(request, simulator.Endpoints(simulator.Jira), atJira))
	}
	for _, request := range s.git.Requests() {
		asked = append(asked, endpointOf(request, simulator.Endpoints(simulator.Bitbucket), atGit))
	}
	for _, request := range s.builds.Requests() {
		asked = append(asked, endpointOf(request, simulator.Endpoints(simulator.Bamboo), atBuilds))
	}
	for _, request := range s.Simulator.Cloud().Requests() {
		asked = append(asked, endpointOf(request, simulator.CloudEndpoints(), atCloud))
	}
	return asked
}

func (s *site) resetLogs() {
	for _, server := range s.servers() {
		server.ResetLog()
	}
}

func endpointOf(request simulator.Request, among []simulator.Endpoint, at serverName) endpoint {
	for _, candidate := range among {
		if candidate.Method == request.Method && fits(candidate.Pattern, request.Path) {
			return endpoint{candidate, at}
		}
	}
	return endpoint{simulator.Endpoint{Method: request.Method, Pattern: request.Path}, at}
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
