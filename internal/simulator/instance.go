// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// InstanceConfig describes a Data Center instance.
type InstanceConfig struct {
	// Name is for people, and part of the canonical URL.
	Name string
	// Product and Version say what runs there. The version decides which APIs
	// exist; an empty one is a recent release.
	Product Product
	Version string
	// ContextPath is "" or begins with a slash, as "/bitbucket".
	ContextPath string
	// Token is the personal access token of an administrator, accepted as
	// Bearer. Bitbucket accepts its tokens for what needs no administrator and
	// refuses them elsewhere. Crowd has none.
	Token string
	// UnprivilegedToken is the personal access token of a user who is no
	// administrator.
	UnprivilegedToken string
	// Tokens are tokens besides those two, as AddToken takes them.
	Tokens []AccessToken
	// TokenRules are what administrators have set for tokens.
	TokenRules TokenRules
	// Projects are Bitbucket's projects by key, with the slugs of their
	// repositories; nil is the project PRJ with the repository repo.
	Projects map[string][]string
	// Users are accounts besides the administrator's.
	Users []Account
	// Username and Password are the administrator's; the user name is "admin"
	// if empty. Without a password basic authentication is always refused.
	Username, Password string
	// CaptchaAfter is how many failed logins in a row make every further login
	// with a password ask for a CAPTCHA. 0 is what the product does by default,
	// which is 3 for Confluence and taken as never for the others; less is
	// never.
	CaptchaAfter int
	// InactiveKeys are the names of keys that are inactive from the beginning,
	// oldest first.
	InactiveKeys []string
	// TLS serves HTTPS with a certificate of its own; see CertificatePEM.
	TLS bool
	// Address is a loopback host and port; empty is any free port.
	Address string
	// CanonicalURL is the base URL that the product believes to have. It
	// differs from the listener's, as it does behind a reverse proxy; empty is
	// https://<name>.internal.example and the context path.
	CanonicalURL string
	// Nodes are the nodes of the cluster; none is a single node that is no
	// cluster.
	Nodes []Node
	// Guesses switches undocumented behavior.
	Guesses Guesses
}

// Instance is a running Data Center instance.
type Instance struct {
	*server
	simulator *Simulator
	config    InstanceConfig
	facts     productFacts
	version   version
	routes    routes[dataCenterEndpoint]

	// What follows is guarded by the simulator's lock.
	keys              aesKeys
	keyList           keyList
	audit             auditLog
	state             string
	upgradeState      string
	nodes             []Node
	tunnelToken       string
	keyAPI            bool
	tunnelApp         bool
	rotationSupported bool
	rotating          bool
	basicAuthDisabled bool
	webSudo           bool
	failedLogins      int
	buckets           *tokenBuckets
	tokens            tokenStore
}

func newInstance(s *Simulator, config InstanceConfig) (*Instance, error) {
	facts, ok := config.Product.facts()
	if !ok {
		return nil, fmt.Errorf("simulator: unknown product %q", config.Product)
	}
	config = config.withDefaults(facts)
	number, err := parseVersion(config.Version)
	if err != nil {
		return nil, err
	}
	i := &Instance{
		server:    newServer(s, config.Address),
		simulator: s,
		config:    config,
		facts:     facts,
		version:   number,
		routes:    dataCenterRoutes(config.Product),

		keys:              newAESKeys(s.now(), config),
		state:             stateRunning,
		upgradeState:      upgradeStable,
		nodes:             slices.Clone(config.Nodes),
		keyAPI:            facts.hasKeyAPI(number),
		tunnelApp:         facts.tunnels,
		rotationSupported: true,
		tokens:            tokenStore{enabled: true},
	}
	i.handle = i.serveREST
	i.refuseRate = rateLimitExceeded
	if config.TLS {
		if i.certificate, err = newCertificate(); err != nil {
			return nil, err
		}
	}
	i.set(i.addConfiguredTokens)
	return i, i.start()
}

func (c InstanceConfig) withDefaults(facts productFacts) InstanceConfig {
	c.Guesses = c.Guesses.withDefaults()
	c.ContextPath = strings.TrimRight(c.ContextPath, "/")
	if c.Name == "" {
		c.Name = string(c.Product)
	}
	if c.Version == "" {
		c.Version = facts.defaultVersion
	}
	if c.CaptchaAfter == 0 {
		c.CaptchaAfter = facts.captchaAfter
	}
	c.Username = cmp.Or(c.Username, "admin")
	if c.Projects == nil {
		c.Projects = map[string][]string{"PRJ": {"repo"}}
	}
	if c.Address == "" {
		c.Address = anyLoopbackPort
	}
	if c.CanonicalURL == "" {
		c.CanonicalURL = "https://" + c.Name + ".internal.example" + c.ContextPath
	}
	return c
}

// Name returns the name of the instance.
func (i *Instance) Name() string {
	return i.config.Name
}

// URL returns the base URL, with the context path and without a slash at the
// end.
func (i *Instance) URL() string {
	return i.baseURL() + i.config.ContextPath
}

// CanonicalURL returns the base URL that the product believes to have.
func (i *Instance) CanonicalURL() string {
	return i.config.CanonicalURL
}

// CertificatePEM returns the authority that signed the server's certificate,
// or nil where the instance speaks plain HTTP.
func (i *Instance) CertificatePEM() []byte {
	if i.certificate == nil {
		return nil
	}
	return i.certificate.pem
}
