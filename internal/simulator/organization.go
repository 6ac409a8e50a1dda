// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"slices"
	"time"
)

// cloudTimeForm is how Atlassian Cloud writes times.
const cloudTimeForm = "2006-01-02T15:04:05.000Z"

// OrganizationConfig describes an organization.
type OrganizationConfig struct {
	// ID is a UUID; empty is a random one.
	ID string
	// Name is for people.
	Name string
	// APIKeys are the organization's API keys, as AddAPIKey takes them.
	APIKeys []APIKey
	// Users are the managed accounts.
	Users []User
	// UserAPITokens are the API tokens of managed accounts, as AddUserAPIToken
	// takes them.
	UserAPITokens []UserAPIToken
	// ServiceAccounts are the service accounts with their API tokens.
	ServiceAccounts []ServiceAccount
	// OAuthClients are the OAuth 2.0 clients of service accounts.
	OAuthClients []OAuthClient
	// AuthPolicies are the IDs of authentication policies.
	AuthPolicies []string
	// TaskPolls is how many polls find the task of an authentication policy
	// still in progress.
	TaskPolls int
	// EventActions are the actions that events can have; none is the few that
	// are documented.
	EventActions []EventAction
	// RateLimit is what all API keys share.
	RateLimit CloudRateLimit
	// UnlimitedEvents lifts the documented limit of ten requests for events a
	// minute.
	UnlimitedEvents bool
	// Paging is how the API access API pages its lists.
	Paging Paging
	// Guesses switches undocumented behavior.
	Guesses CloudGuesses
}

// CloudGuesses holds the Cloud behavior that no public documentation settles.
// The zero value is the most plausible behavior; each field switches one
// [guess] to another.
type CloudGuesses struct {
	// DoneStatus is the answer to a revocation or deletion whose code is not
	// documented; 0 is 204.
	DoneStatus int
	// RevokeAgainStatus is the answer to the revocation of a key that is
	// revoked already; 0 is 404.
	RevokeAgainStatus int
	// HideRevokedKeys removes revoked keys from the list. Otherwise they stay,
	// with a revocationDate.
	HideRevokedKeys bool
	// TunnelTakesScopes lets API keys with scopes regenerate a tunnel's
	// security key. Otherwise only keys without scopes do.
	TunnelTakesScopes bool
	// DisconnectedStatus is the status of a tunnel whose instance does not
	// hold the present security key, by default "DISCONNECTED".
	DisconnectedStatus string
	// TunnelWantsUUID finds a tunnel by nothing but its UUID in lower case.
	// Otherwise <UUID>.atlassian.com and upper case do as well, as host names
	// do.
	TunnelWantsUUID bool
	// NullCursors writes null where a page has none before or after it, or no
	// next cursor. Otherwise the field is absent, as Atlassian's OpenAPI
	// documents have it.
	NullCursors bool
	// TimeForm is how times are written; nil is ISO 8601 in UTC with
	// milliseconds.
	TimeForm func(time.Time) any
	// IgnoreUndocumentedInput lets undocumented query parameters and bodies
	// pass. They are otherwise refused, so that a client that sends them is
	// found out.
	IgnoreUndocumentedInput bool
}

// Organization is an Atlassian Cloud organization.
type Organization struct {
	cloud  *Cloud
	config OrganizationConfig

	// What follows is guarded by the simulator's lock.
	keys           []*apiKey
	users          []User
	tokens         []UserAPIToken
	events         []Event
	tunnels        []*Tunnel
	accounts       []ServiceAccount
	clients        []OAuthClient
	listFaults     map[string]ListFault
	policyMembers  map[string][]string
	policyFailures map[string]PolicyFailure
	tasks          map[string]*policyTask
	limiter        *periodLimiter
	eventsLimiter  *periodLimiter
}

// AddOrganization adds an organization to Atlassian Cloud, which is started if
// it does not run. It panics if that fails.
func (s *Simulator) AddOrganization(config OrganizationConfig) *Organization {
	cloud := s.Cloud()
	s.mu.Lock()
	defer s.mu.Unlock()
	organization := newOrganization(cloud, config)
	cloud.organizations = append(cloud.organizations, organization)
	return organization
}

func newOrganization(cloud *Cloud, config OrganizationConfig) *Organization {
	config = config.withDefaults(cloud.simulator)
	o := &Organization{
		cloud:          cloud,
		config:         config,
		users:          slices.Clone(config.Users),
		policyMembers:  map[string][]string{},
		policyFailures: map[string]PolicyFailure{},
		tasks:          map[string]*policyTask{},
		listFaults:     map[string]ListFault{},
		limiter:        newPeriodLimiter(config.RateLimit),
		eventsLimiter: newPeriodLimiter(CloudRateLimit{
			Requests:         documentedEventsLimit,
			Period:           time.Minute,
			ResetWithSeconds: config.RateLimit.ResetWithSeconds,
			RetryAfter:       config.RateLimit.RetryAfter,
		}),
	}
	for _, key := range config.APIKeys {
		o.addAPIKey(key)
	}
	for _, token := range config.UserAPITokens {
		o.addUserAPIToken(token)
	}
	for _, account := range config.ServiceAccounts {
		o.addServiceAccount(account)
	}
	for _, client := range config.OAuthClients {
		o.addOAuthClient(client)
	}
	return o
}

func (c OrganizationConfig) withDefaults(s *Simulator) OrganizationConfig {
	c.ID = s.uuidOr(c.ID)
	c.Name = cmp.Or(c.Name, "Example")
	if c.EventActions == nil {
		c.EventActions = documentedActions()
	}
	if c.Guesses.DisconnectedStatus == "" {
		c.Guesses.DisconnectedStatus = "DISCONNECTED"
	}
	c.Guesses.DoneStatus = cmp.Or(c.Guesses.DoneStatus, 204)
	c.Guesses.RevokeAgainStatus = cmp.Or(c.Guesses.RevokeAgainStatus, 404)
	return c
}

// ID returns the organization's UUID.
func (o *Organization) ID() string {
	return o.config.ID
}

// User is a managed account.
type User struct {
	// ID is the Atlassian account ID.
	ID string
	// Name and Email are the account's.
	Name, Email string
	// Picture is the URL of the avatar; empty is one that nobody serves.
	Picture string
	// TokensProtected forbids administrators to delete the API tokens of the
	// account.
	TokensProtected bool
}

func (o *Organization) user(id string) (User, bool) {
	index := slices.IndexFunc(o.users, func(u User) bool { return u.ID == id })
	if index < 0 {
		return User{}, false
	}
	return o.users[index], true
}

// time is a time as Atlassian Cloud writes it, and JSON's null where there is
// none.
func (o *Organization) time(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	if form := o.config.Guesses.TimeForm; form != nil {
		return form(t)
	}
	return t.UTC().Format(cloudTimeForm)
}
