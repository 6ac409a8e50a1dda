// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/base32"
	"io"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// cloudName is how commands call Atlassian Cloud.
const cloudName = "cloud"

// requestsKept is how many requests each service remembers.
const requestsKept = 10_000

// world is everything that the command simulates.
type world struct {
	simulator     *simulator.Simulator
	clock         *movableClock
	organizations []organization
	instances     []site
	tunnels       []namedTunnel
}

// organization is an organization with the first of its API keys.
type organization struct {
	*simulator.Organization
	apiKey simulator.APIKey
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

// movableClock is the machine's clock, put forward or back.
type movableClock struct {
	mu     sync.Mutex
	offset time.Duration
}

func (c *movableClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return clock.System{}.Now().Add(c.offset)
}

func (c *movableClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

// build starts what is described.
func build(o options, description worldFile) (*world, error) {
	w := &world{clock: &movableClock{}}
	if !description.Now.IsZero() {
		w.clock.advance(description.Now.Sub(w.clock.now()))
	}
	w.simulator = simulator.New(
		simulator.WithDelay(o.delay),
		simulator.WithCloudAddress(o.address(0)),
		simulator.WithClock(w.clock.now),
		simulator.WithRandom(o.random("identifiers")),
		simulator.WithRequestLog(requestsKept),
	)
	err := w.start(o, description)
	if err != nil {
		w.simulator.Close()
	}
	return w, err
}

func (w *world) start(o options, description worldFile) error {
	if _, err := w.simulator.StartCloud(); err != nil {
		return err
	}
	secrets := o.random("credentials")
	for n, instance := range description.Instances {
		config, err := instance.config(o, secrets, w.clock.now())
		if err != nil {
			return err
		}
		if config.Address == "" {
			config.Address = o.address(n + 1)
		}
		started, err := w.simulator.StartInstance(config)
		if err != nil {
			return err
		}
		w.instances = append(w.instances, site{Instance: started, config: config})
	}
	for _, described := range description.Organizations {
		w.addOrganization(o, described)
	}
	return nil
}

// config is the instance with credentials made up where there are none: a token
// where the product lets it administer, else a password.
func (f instanceFile) config(o options, secrets io.Reader, now time.Time) (simulator.InstanceConfig, error) {
	config := simulator.InstanceConfig{
		Name: f.Name, Product: f.Product, Version: f.Version, ContextPath: f.ContextPath, Address: f.Address,
		Token: f.Token, UnprivilegedToken: f.UnprivilegedToken, Username: f.Username, Password: f.Password,
		CaptchaAfter: f.CaptchaAfter, InactiveKeys: f.InactiveKeys, Guesses: o.guesses(),
		TokenRules: simulator.TokenRules(f.TokenRules), Projects: f.Projects,
	}
	for _, token := range f.Tokens {
		config.Tokens = append(config.Tokens, token.token(now))
	}
	for _, user := range f.Users {
		config.Users = append(config.Users, simulator.Account(user))
	}
	for _, node := range f.Nodes {
		config.Nodes = append(config.Nodes, simulator.Node(node))
	}
	if config.Username == "" {
		config.Username = "admin"
	}
	secret, err := newSecret(secrets)
	switch {
	case config.Token != "" || config.Password != "":
	case administersByToken(f.Product):
		config.Token = secret
	default:
		config.Password = secret
	}
	return config, err
}

// administersByToken reports whether a token can administer the product.
func administersByToken(product simulator.Product) bool {
	return product != simulator.Bitbucket && product != simulator.Crowd
}

func newSecret(source io.Reader) (string, error) {
	bytes := make([]byte, 15)
	_, err := io.ReadFull(source, bytes)
	return base32.StdEncoding.EncodeToString(bytes), err
}

func (w *world) addOrganization(o options, described organizationFile) {
	config := simulator.OrganizationConfig{
		ID: described.ID, Name: described.Name, AuthPolicies: described.AuthPolicies, TaskPolls: 1,
		Guesses: simulator.CloudGuesses{TunnelTakesScopes: o.lenient, IgnoreUndocumentedInput: o.lenient},
	}
	for _, user := range described.Users {
		config.Users = append(config.Users, simulator.User{ID: user.ID, Name: user.Name, Email: user.Email})
	}
	for _, token := range described.UserTokens {
		config.UserAPITokens = append(config.UserAPITokens, simulator.UserAPIToken{Label: token.Label, UserID: token.UserID})
	}
	added := organization{Organization: w.simulator.AddOrganization(config)}
	for n, described := range described.APIKeys {
		key := added.AddAPIKey(described.key(w.clock.now(), config.Users))
		if n == 0 {
			added.apiKey = key
		}
	}
	for _, tunnel := range described.Tunnels {
		w.tunnels = append(w.tunnels, namedTunnel{
			Tunnel: added.AddTunnel(simulator.TunnelConfig{
				ID: tunnel.ID, Name: tunnel.Name, Instance: w.instance(tunnel.Instance),
			}),
			instance: tunnel.Instance,
		})
	}
	w.organizations = append(w.organizations, added)
}

func (f apiKeyFile) key(now time.Time, users []simulator.User) simulator.APIKey {
	key := simulator.APIKey{ID: f.ID, Label: f.Label, Secret: f.Secret, Scopes: f.Scopes, ExpiresAt: f.ExpiresAt}
	if f.ExpiresIn != 0 {
		key.ExpiresAt = now.Add(time.Duration(f.ExpiresIn))
	}
	if len(users) > 0 {
		key.CreatedBy = users[0]
	}
	return key
}

func (f accessTokenFile) token(now time.Time) simulator.AccessToken {
	token := simulator.AccessToken{
		Name: f.Name, Owner: f.Owner, Project: f.Project, Repository: f.Repository, Secret: f.Secret,
		Permissions: f.Permissions, ExpiresAt: f.ExpiresAt,
	}
	if f.ExpiresIn != 0 {
		token.ExpiresAt = now.Add(time.Duration(f.ExpiresIn))
	}
	return token
}

// instance returns the instance of a name, or nil.
func (w *world) instance(name string) *simulator.Instance {
	for _, site := range w.instances {
		if site.Name() == name {
			return site.Instance
		}
	}
	return nil
}

// address is the host and the nth port, or any port where none is wanted.
func (o options) address(n int) string {
	if o.port == 0 {
		n = 0
	}
	return net.JoinHostPort(o.host, strconv.Itoa(o.port+n))
}
