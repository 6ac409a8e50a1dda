package main

import (
	"crypto/rand"
	"net"
	"strconv"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const organizationID = "0c632b13-d717-4d1f-b895-208a5599d2f2"

// world is everything that the command simulates.
type world struct {
	simulator    *simulator.Simulator
	organization *simulator.Organization
	apiKey       simulator.APIKey
	instances    []site
	tunnels      []namedTunnel
}

// site is an instance with the credentials of its administrator.
type site struct {
	*simulator.Instance
	config simulator.InstanceConfig
}

// namedTunnel is a tunnel with the name of the instance that it leads to.
type namedTunnel struct {
	*simulator.Tunnel
	instance string
}

// build starts an organization and four instances. Two tunnels join them.
func build(o options) (*world, error) {
	w := &world{simulator: simulator.New(
		simulator.WithDelay(o.delay),
		simulator.WithCloudAddress(o.address(0)),
	)}
	if _, err := w.simulator.StartCloud(); err != nil {
		return nil, err
	}
	w.addOrganization()
	for n, config := range instanceConfigs() {
		config.Address = o.address(n + 1)
		instance, err := w.simulator.StartInstance(config)
		if err != nil {
			w.simulator.Close()
			return nil, err
		}
		w.instances = append(w.instances, site{Instance: instance, config: config})
	}
	for _, end := range w.instances[:2] {
		w.tunnels = append(w.tunnels, namedTunnel{
			Tunnel: w.organization.AddTunnel(simulator.TunnelConfig{
				Name: end.Name() + "-tunnel", Instance: end.Instance,
			}),
			instance: end.Name(),
		})
	}
	return w, nil
}

// address is the host and the nth port, or any port where none is wanted.
func (o options) address(n int) string {
	if o.port == 0 {
		n = 0
	}
	return net.JoinHostPort(o.host, strconv.Itoa(o.port+n))
}

func instanceConfigs() []simulator.InstanceConfig {
	return []simulator.InstanceConfig{
		{Name: "jira", Product: simulator.Jira, Token: rand.Text()},
		{Name: "confluence", Product: simulator.Confluence, Token: rand.Text()},
		{Name: "bitbucket", Product: simulator.Bitbucket, ContextPath: "/bitbucket", Username: "admin", Password: rand.Text()},
		{Name: "crowd", Product: simulator.Crowd, ContextPath: "/crowd", Username: "admin", Password: rand.Text()},
	}
}

func (w *world) addOrganization() {
	ann := simulator.User{ID: "557057:00000000-0000-4000-8000-000000000001", Name: "Ann Example", Email: "ann@example.com"}
	w.organization = w.simulator.AddOrganization(simulator.OrganizationConfig{
		ID:            organizationID,
		Name:          "Example",
		Users:         []simulator.User{ann},
		UserAPITokens: []simulator.UserAPIToken{{Label: "laptop", UserID: ann.ID}},
		AuthPolicies:  []string{"00000000-0000-4000-8000-00000000000a"},
		TaskPolls:     1,
	})
	w.apiKey = w.organization.AddAPIKey(simulator.APIKey{Label: "terraform", CreatedBy: ann})
	for _, label := range []string{"ci-2026", "reporting"} {
		w.organization.AddAPIKey(simulator.APIKey{Label: label, CreatedBy: ann})
	}
}
