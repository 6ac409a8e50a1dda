// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/base64"
	"fmt"
	"slices"
	"time"
)

const (
	tokenSecretBytes    = 20
	defaultTokenLimit   = 10
	defaultTokenMaxDays = 365
	administratorsToken = "administrator"
	day                 = 24 * time.Hour
)

// AccessToken is a personal access token of Jira, Confluence or Bamboo, or an
// HTTP access token of Bitbucket.
type AccessToken struct {
	// ID is what the REST API calls the token: a number on Jira and Confluence,
	// twelve digits elsewhere. Empty is the next one.
	ID string
	// Name is what the owner calls it. It need not be unique, but on Bamboo.
	Name string
	// Owner is the user whom the token belongs to; empty is the administrator,
	// unless it belongs to a project or a repository.
	Owner string
	// Project and Repository are what a token of Bitbucket belongs to that has
	// no owner. A token of a project has no repository.
	Project, Repository string
	// Secret is what a client sends as Bearer; empty is a random one.
	Secret string
	// Permissions are those of Bitbucket or Bamboo; none is all of the owner's.
	Permissions []string
	// CreatedAt is when the token was made; zero is now.
	CreatedAt time.Time
	// ExpiresAt is when it stops working; zero is never.
	ExpiresAt time.Time
	// LastUsedAt is when it last opened something; zero is never.
	LastUsedAt time.Time
}

// TokenRules are what administrators have set for tokens.
type TokenRules struct {
	// Limit is how many tokens each owner may have; 0 is 10, the documented
	// default of Jira and Confluence, and less is any number. The others have a
	// limit that nobody has published.
	Limit int
	// MaxDays is the longest time to expiry; 0 is 365 on Jira and Confluence
	// and any elsewhere.
	MaxDays int
	// ExpiryRequired forbids tokens that never expire.
	ExpiryRequired bool
}

// Account is a user of an instance besides its administrator.
type Account struct {
	Name, Password string
	Administrator  bool
}

// tokenScope is what tokens belong to.
type tokenScope struct {
	owner, project, repository string
}

func (t *AccessToken) scope() tokenScope {
	return tokenScope{t.Owner, t.Project, t.Repository}
}

// user is how a token that has no owner is called.
func (t *AccessToken) user() string {
	switch {
	case t.Owner != "":
		return t.Owner
	case t.Repository != "":
		return t.Project + "/" + t.Repository
	default:
		return t.Project
	}
}

func (t *AccessToken) expired(now time.Time) bool {
	return !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt)
}

// tokenStore holds the tokens of an instance in the order of their making.
type tokenStore struct {
	enabled bool
	tokens  []*AccessToken
	made    int
	// revoked are the secrets that once were good.
	revoked map[string]struct{}
}

// AddToken adds a token, as its owner does on a page of the product, and returns
// it with what was left empty filled in. No limit applies.
func (i *Instance) AddToken(token AccessToken) AccessToken {
	return locked(i.simulator, func() AccessToken { return *i.addToken(token) })
}

func (i *Instance) addToken(token AccessToken) *AccessToken {
	i.tokens.made++
	if token.ID == "" {
		token.ID = i.tokenID(i.tokens.made)
	}
	if token.Owner == "" && token.Project == "" {
		token.Owner = i.config.Username
	}
	if token.Secret == "" {
		token.Secret = i.newTokenSecret(i.tokens.made)
	}
	token.CreatedAt = timeOr(token.CreatedAt, i.now())
	i.tokens.tokens = append(i.tokens.tokens, &token)
	return &token
}

// addConfiguredTokens adds the tokens of the configuration. Those that have only
// a secret there are tokens like others, which lists tell of.
func (i *Instance) addConfiguredTokens() {
	if i.config.Product == Crowd {
		return
	}
	if i.config.Token != "" {
		i.addToken(AccessToken{Name: administratorsToken, Secret: i.config.Token})
	}
	if i.config.UnprivilegedToken != "" {
		i.addToken(AccessToken{Name: "unprivileged", Owner: unprivilegedUser, Secret: i.config.UnprivilegedToken})
	}
	for _, token := range i.config.Tokens {
		i.addToken(token)
	}
}

// Tokens returns all tokens that there are, in the order of their making.
func (i *Instance) Tokens() []AccessToken {
	return locked(i.simulator, func() []AccessToken {
		tokens := []AccessToken{}
		for _, token := range i.tokens.tokens {
			tokens = append(tokens, *token)
		}
		return tokens
	})
}

// RevokeToken revokes a token by its ID, as another administrator would, and
// reports whether there was one.
func (i *Instance) RevokeToken(id string) bool {
	return locked(i.simulator, func() bool {
		token := i.token(func(t *AccessToken) bool { return t.ID == id })
		if token != nil {
			i.revokeToken(token)
		}
		return token != nil
	})
}

// ExpireToken makes a token expire now, and reports whether there is one.
func (i *Instance) ExpireToken(id string) bool {
	return locked(i.simulator, func() bool {
		token := i.token(func(t *AccessToken) bool { return t.ID == id })
		if token != nil {
			token.ExpiresAt = i.now()
		}
		return token != nil
	})
}

// SetTokensEnabled sets whether the instance has tokens at all. Without, their
// paths answer 404 with a page, and none of them opens anything.
func (i *Instance) SetTokensEnabled(enabled bool) {
	i.set(func() { i.tokens.enabled = enabled })
}

func (i *Instance) token(matches func(*AccessToken) bool) *AccessToken {
	index := slices.IndexFunc(i.tokens.tokens, matches)
	if index < 0 {
		return nil
	}
	return i.tokens.tokens[index]
}

func (i *Instance) revokeToken(token *AccessToken) {
	if i.tokens.revoked == nil {
		i.tokens.revoked = map[string]struct{}{}
	}
	i.tokens.revoked[token.Secret] = struct{}{}
	i.tokens.tokens = slices.DeleteFunc(i.tokens.tokens, func(t *AccessToken) bool { return t == token })
}

// tokensOf returns what a list of the scope's tokens shows.
func (i *Instance) tokensOf(scope tokenScope) []*AccessToken {
	tokens := []*AccessToken{}
	for _, token := range i.tokens.tokens {
		pruned := i.config.Guesses.Tokens.PruneExpired && token.expired(i.now())
		if token.scope() == scope && !pruned {
			tokens = append(tokens, token)
		}
	}
	return tokens
}

// tokenOf returns the token of an ID, or nil where the scope has none.
func (i *Instance) tokenOf(scope tokenScope, id string) *AccessToken {
	return i.token(func(t *AccessToken) bool { return t.ID == id && t.scope() == scope })
}

// tokenLimitReached reports whether the owner may have no further token.
func (i *Instance) tokenLimitReached(scope tokenScope) bool {
	limit := i.config.TokenRules.Limit
	if limit == 0 {
		limit = defaultTokenLimit
	}
	return limit > 0 && len(i.tokensOf(scope)) >= limit
}

func (i *Instance) hasTokenNamed(scope tokenScope, name string) bool {
	return slices.ContainsFunc(i.tokensOf(scope), func(t *AccessToken) bool { return t.Name == name })
}

// expiry returns when a token expires that is made now, zero for never, or why
// it cannot be made.
func (i *Instance) expiry(days *int) (time.Time, error) {
	longest := i.config.TokenRules.MaxDays
	if longest == 0 && i.hasPersonalAccessTokens() {
		longest = defaultTokenMaxDays
	}
	switch {
	case days == nil && i.config.TokenRules.ExpiryRequired:
		return time.Time{}, fmt.Errorf("an expiry is required")
	case days == nil:
		return time.Time{}, nil
	case *days <= 0:
		return time.Time{}, fmt.Errorf("the expiry must be a positive number of days")
	case longest == 0 || *days <= longest:
		return i.now().Add(time.Duration(*days) * day), nil
	case i.clampsExpiry():
		return i.now().Add(time.Duration(longest) * day), nil
	default:
		return time.Time{}, fmt.Errorf("the expiry must be at most %d days", longest)
	}
}

// clampsExpiry reports whether too long an expiry is cut down, which one client
// says of Jira and Confluence, and which is a [guess].
func (i *Instance) clampsExpiry() bool {
	return i.hasPersonalAccessTokens() && !i.config.Guesses.Tokens.RefuseLongExpiry
}

func (i *Instance) hasPersonalAccessTokens() bool {
	return i.config.Product == Jira || i.config.Product == Confluence
}

// tokenID is the ID of the nth token. Elsewhere than on Jira and Confluence it
// is twelve digits, the first of which may be zero.
func (i *Instance) tokenID(n int) string {
	if i.hasPersonalAccessTokens() {
		return fmt.Sprint(n)
	}
	return tokenDigits(n)
}

func tokenDigits(n int) string {
	return fmt.Sprintf("%012d", (75_905_477_751+(n-1)*104_729_000_003)%1_000_000_000_000)
}

// newTokenSecret is base64 of twelve digits, a colon and random bytes. The
// caller holds the lock.
func (i *Instance) newTokenSecret(n int) string {
	text := tokenDigits(n) + ":" + string(i.simulator.randomBytes(tokenSecretBytes))
	return base64.StdEncoding.EncodeToString([]byte(text))
}
