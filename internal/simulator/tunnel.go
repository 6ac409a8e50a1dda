// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"encoding/base64"
)

const tunnelTokenBytes = 64

// TunnelConfig describes an application tunnel from an organization to a Data
// Center instance.
type TunnelConfig struct {
	// ID is the tunnel's UUID, which is also the first label of its host name;
	// empty is a random one.
	ID string
	// Name is the tunnel's name, by default "tunnel".
	Name string
	// Instance is the instance at the other end. A tunnel without one is taken
	// by the first instance that is given its security key.
	Instance *Instance
	// Disconnected leaves the instance without the tunnel's security key.
	Disconnected bool
	// OnPremiseURL is what the organization believes to be the base URL of the
	// instance; empty is the truth.
	OnPremiseURL string
	// SiteURL is the cloud site whose application links use the tunnel; empty
	// is https://example.atlassian.net.
	SiteURL string
}

// Tunnel is an application tunnel.
type Tunnel struct {
	organization *Organization
	config       TunnelConfig

	// What follows is guarded by the simulator's lock.
	instance      *Instance
	token         string
	regenerations int
}

// AddTunnel adds a tunnel, whose security key its instance already holds.
func (o *Organization) AddTunnel(config TunnelConfig) *Tunnel {
	return locked(o.cloud.simulator, func() *Tunnel { return o.addTunnel(config) })
}

func (o *Organization) addTunnel(config TunnelConfig) *Tunnel {
	config = config.withDefaults(o.cloud.simulator)
	tunnel := &Tunnel{
		organization: o,
		config:       config,
		instance:     config.Instance,
		token:        o.cloud.simulator.newTunnelToken(),
	}
	if config.Instance != nil && !config.Disconnected {
		config.Instance.tunnelToken = tunnel.token
	}
	o.tunnels = append(o.tunnels, tunnel)
	return tunnel
}

func (c TunnelConfig) withDefaults(s *Simulator) TunnelConfig {
	c.ID = s.uuidOr(c.ID)
	c.Name = cmp.Or(c.Name, "tunnel")
	c.SiteURL = cmp.Or(c.SiteURL, "https://example.atlassian.net")
	if c.OnPremiseURL == "" && c.Instance != nil {
		c.OnPremiseURL = c.Instance.URL()
	}
	return c
}

// newTunnelToken returns 64 random bytes as URL-safe base64 with padding,
// which is what the documented sample looks like.
func (s *Simulator) newTunnelToken() string {
	return base64.URLEncoding.EncodeToString(s.randomBytes(tunnelTokenBytes))
}

// tunnelOf returns the tunnel whose present security key is token, or nil.
func (s *Simulator) tunnelOf(token string) *Tunnel {
	if s.cloud == nil {
		return nil
	}
	for _, organization := range s.cloud.organizations {
		for _, tunnel := range organization.tunnels {
			if tunnel.token == token {
				return tunnel
			}
		}
	}
	return nil
}

// ID returns the tunnel's UUID, the first label of its host name.
func (t *Tunnel) ID() string {
	return t.config.ID
}

// Rename gives the tunnel another name, as an administrator would.
func (t *Tunnel) Rename(name string) {
	simulator := t.organization.cloud.simulator
	simulator.mu.Lock()
	defer simulator.mu.Unlock()
	t.config.Name = name
}

// Token returns the present security key of the tunnel.
func (t *Tunnel) Token() string {
	return locked(t.organization.cloud.simulator, func() string { return t.token })
}

// Regenerations returns how often the security key was made anew.
func (t *Tunnel) Regenerations() int {
	return locked(t.organization.cloud.simulator, func() int { return t.regenerations })
}

// Connected reports whether the instance at the other end holds the present
// security key.
func (t *Tunnel) Connected() bool {
	return locked(t.organization.cloud.simulator, t.connected)
}

func (t *Tunnel) connected() bool {
	return t.instance != nil && t.instance.tunnelToken == t.token
}
