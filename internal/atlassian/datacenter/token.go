// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Token is a personal access token of Jira, Confluence or Bamboo, or an HTTP
// access token of Bitbucket, without its secret. What a product does not tell is
// empty.
type Token struct {
	// ID names the token: digits, of which the first may be zero.
	ID string
	// Name is what its owner calls it. Only Bamboo wants it to be unique.
	Name string
	// Permissions are those of Bitbucket or Bamboo; nil elsewhere.
	Permissions []string
	// CreatedAt is when it was made, ExpiresAt when it stops working and
	// LastUsedAt when it was last used. Zero is unknown, for ExpiresAt also never.
	CreatedAt, ExpiresAt, LastUsedAt time.Time
	// ExpiryTold is false where the product does not tell a date of expiry, as
	// Bamboo does not but for a token that it has just made.
	ExpiryTold bool
}

// Expired reports whether the token had expired at now, as far as is known.
func (t Token) Expired(now time.Time) bool {
	return !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt)
}

// NewToken is a token that was just made, with the secret that nobody will show
// again.
type NewToken struct {
	Token

	Secret string
}

// TokenRequest describes a token that is to be made.
type TokenRequest struct {
	// Name is its whole name.
	Name string
	// Days is how long it works; 0 is for ever, where administrators allow it.
	Days int
	// Permissions are those of Bitbucket, which wants one at least, or of Bamboo;
	// Jira and Confluence take none.
	Permissions []string
}

// TokenOwner is what tokens belong to. The zero value is the account that the
// instance is configured with, which is all that Jira, Confluence and Bamboo
// know. On Bitbucket it is a user, a project, or a repository of a project.
type TokenOwner struct {
	User, Project, Repository string
}

// personal reports whether the owner is the account of the credentials.
func (o TokenOwner) personal() bool {
	return o == TokenOwner{}
}

// Tokens are the tokens of one owner on one instance.
type Tokens struct {
	instance *Instance
	owner    TokenOwner
	known    *tokenList
}

// Tokens returns the tokens of an owner. It sends nothing.
func (i *Instance) Tokens(owner TokenOwner) *Tokens {
	return &Tokens{instance: i, owner: owner, known: i.tokenLists.of(owner)}
}

// Instance returns the instance that the tokens open.
func (t *Tokens) Instance() *Instance {
	return t.instance
}

// as returns the same tokens, seen by whoever has the secret of one of them.
func (t *Tokens) as(secret string) *Tokens {
	other := *t
	other.instance = t.instance.as(secret)
	return &other
}

// as returns the instance with the token in place of its credentials.
func (i *Instance) as(secret string) *Instance {
	other := *i
	other.client = i.client.As(transport.Bearer(secret))
	other.bearer, other.account = true, ""
	other.keysTrial = &trial[[]string]{}
	return &other
}

// Mask masks the secret of a token in all that the instance says from here on.
func (i *Instance) Mask(secret string) {
	i.client.Learn(secret)
}

// UsesToken reports whether the credentials of the instance are a token.
func (i *Instance) UsesToken() bool {
	return i.bearer
}

// errNoTokenID makes a list unreadable: what has no ID cannot be told from what
// is gone.
var errNoTokenID = errors.New("a token in the list has no ID")

// List asks for all tokens of the owner, and never answers from memory. What is
// not the whole list is an error.
//
// GET /rest/pat/latest/tokens of Jira and Confluence, of which Atlassian documents
// only the POST, https://developer.atlassian.com/server/jira/platform/personal-access-token;
// GET /rest/api/latest/access-token, https://developer.atlassian.com/server/bamboo/rest/;
// GET /rest/access-tokens/latest/..., https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-authentication.
func (t *Tokens) List(ctx context.Context) ([]Token, error) {
	tokens, err := t.load(ctx)
	if err != nil {
		return nil, err
	}
	t.known.tokens.Put(tokens)
	return slices.Clone(tokens), nil
}

// SharedList returns the tokens as they were listed last during this run, and
// asks once where nobody has.
func (t *Tokens) SharedList(ctx context.Context) ([]Token, error) {
	tokens, err := t.known.tokens.Get(ctx, t.load)
	return slices.Clone(tokens), err
}

// TryList is [Tokens.SharedList] for a plan of a token that is not there yet.
// Within a run it asks once, also where that fails.
func (t *Tokens) TryList(ctx context.Context) ([]Token, error) {
	tokens, err := t.known.trial.run(ctx, t.SharedList)
	return slices.Clone(tokens), err
}

func (t *Tokens) load(ctx context.Context) ([]Token, error) {
	api, tokens, err := t.dialect(ctx)
	if err != nil {
		return nil, tokenFailure(listingTokens, err)
	}
	if tokens == nil {
		tokens, err = api.list(ctx, t.instance)
	}
	return tokens, tokenFailure(listingTokens, err)
}

// dialect returns how the product speaks of tokens. Of those of an account only
// the list tells: Jira and Confluence have it under one path, Bamboo under
// another. A list that was read to find out is returned as well.
func (t *Tokens) dialect(ctx context.Context) (tokenAPI, []Token, error) {
	if !t.owner.personal() {
		return httpAccessTokens{t.owner}, nil, nil
	}
	if api := t.known.dialect(); api != nil {
		return api, nil, nil
	}
	tokens, err := personalAccessTokens{}.list(ctx, t.instance)
	if err == nil {
		t.known.setDialect(personalAccessTokens{})
		return personalAccessTokens{}, tokens, nil
	}
	if !IsAbsent(err) {
		return nil, nil, err
	}
	tokens, bambooErr := bambooTokens{}.list(ctx, t.instance)
	switch {
	case bambooErr == nil:
		t.known.setDialect(bambooTokens{})
		return bambooTokens{}, tokens, nil
	case IsAbsent(bambooErr):
		return nil, nil, err
	default:
		return nil, nil, bambooErr
	}
}

// create makes a token. It is sent once: a lost answer has lost a secret.
func (t *Tokens) create(ctx context.Context, request TokenRequest) (NewToken, error) {
	api, _, err := t.dialect(ctx)
	if err != nil {
		return NewToken{}, tokenFailure(creatingTokens, err)
	}
	defer t.known.tokens.Invalidate()
	made, err := api.create(ctx, t.instance, request)
	return made, tokenFailure(creatingTokens, err)
}

// Change changes name and permissions of a token in place, which only Bitbucket
// can. It may be repeated.
//
// POST /rest/access-tokens/latest/.../{tokenId},
// https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-authentication.
func (t *Tokens) Change(ctx context.Context, id, name string, permissions []string) error {
	defer t.known.tokens.Invalidate()
	return tokenFailure(changingTokens, httpAccessTokens{t.owner}.change(ctx, t.instance, id, name, permissions))
}

// Revoke revokes a token for good. One that is gone is no error: where the answer
// does not settle that, the whole list does. To revoke twice does no harm.
//
// DELETE on the paths of [Tokens.List], followed by the ID.
func (t *Tokens) Revoke(ctx context.Context, id string) error {
	api, _, err := t.dialect(ctx)
	if err != nil {
		return tokenFailure(revokingTokens, err)
	}
	defer t.known.tokens.Invalidate()
	err = api.revoke(ctx, t.instance, id)
	if err == nil || !mayBeGone(err) {
		return tokenFailure(revokingTokens, err)
	}
	tokens, listErr := t.List(ctx)
	if listErr != nil || slices.ContainsFunc(tokens, func(token Token) bool { return token.ID == id }) {
		return tokenFailure(revokingTokens, err)
	}
	return nil
}

// mayBeGone reports whether what could not be revoked, because of err, may not be
// there all the same.
func mayBeGone(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return false
	}
	return !failure.Unchanged() || failure.Kind == transport.Refused && !hasStatus(err, http.StatusUnauthorized, http.StatusForbidden)
}

// prove fails unless the secret of the token with the given ID opens the
// instance. It changes nothing.
func (t *Tokens) prove(ctx context.Context, made NewToken) error {
	api, _, err := t.dialect(ctx)
	if err != nil {
		return tokenFailure(provingTokens, err)
	}
	return tokenFailure(provingTokens, api.prove(ctx, t.instance.as(made.Secret), made.ID))
}

// TakesPermissions reports whether tokens of this owner have permissions of
// their own, once a list has told what the product is.
func (t *Tokens) TakesPermissions() bool {
	if !t.owner.personal() {
		return true
	}
	_, bamboo := t.known.dialect().(bambooTokens)
	return bamboo
}
