// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/paging"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// tokenAPI is how a product makes, lists and revokes tokens.
type tokenAPI interface {
	list(ctx context.Context, at *Instance) ([]Token, error)
	create(ctx context.Context, at *Instance, request TokenRequest) (NewToken, error)
	revoke(ctx context.Context, at *Instance, id string) error
	// prove fails unless the credentials, which are the token with the given ID,
	// are accepted.
	prove(ctx context.Context, at *Instance, id string) error
}

const (
	personalTokensPath = "/rest/pat/latest/tokens"
	bambooTokensPath   = "/rest/api/latest/access-token"
	httpTokensPath     = "/rest/access-tokens/latest"

	// tokenPageSize is how many tokens a page is asked for; a server with a lower
	// bound sends shorter pages.
	tokenPageSize = 100
	// tokenDay is the unit that the products count the life of a token in.
	tokenDay = 24 * time.Hour
)

var (
	errNoSecret      = errors.New("it holds no new token")
	errNotListed     = errors.New("the new token does not see itself in the list of tokens")
	errAnonymous     = errors.New("the instance takes whoever sends the new token for nobody")
	errNoEndOfList   = errors.New("it does not say whether it is the last page")
	errNoNextPage    = errors.New("it is not the last page and does not say where the next one begins")
	errNoPermissions = errors.New("tokens of Jira and Confluence have no permissions of their own: only those of Bamboo and Bitbucket do")
)

// tokenEntry is a token as any of the products writes it.
type tokenEntry interface {
	token() Token
}

// checkTokens refuses a page with an entry that has no ID.
func checkTokens[T tokenEntry](entries []T) error {
	for _, entry := range entries {
		if entry.token().ID == "" {
			return errNoTokenID
		}
	}
	return nil
}

func tokensIn[T tokenEntry](entries []T) []Token {
	tokens := make([]Token, 0, len(entries))
	for _, entry := range entries {
		tokens = append(tokens, entry.token())
	}
	return tokens
}

// newTokenIn reads an answer that has to hold a token with its secret.
func newTokenIn[T tokenEntry](response *transport.Response) (NewToken, error) {
	var entry T
	err := lenient.Decode(response.Body, &entry)
	made := NewToken{Token: entry.token(), Secret: response.Secret}
	if err == nil && (made.ID == "" || made.Secret == "") {
		err = errNoSecret
	}
	return made, err
}

// createToken sends the one request that makes a token. A 2xx without a secret is
// as ambiguous as a lost answer.
func createToken[T tokenEntry](ctx context.Context, at *Instance, request transport.Request) (NewToken, error) {
	var made NewToken
	request.Check = func(response *transport.Response) (err error) {
		made, err = newTokenIn[T](response)
		return err
	}
	_, err := at.client.Do(ctx, request)
	return made, err
}

func revokeToken(ctx context.Context, at *Instance, path, id string) error {
	_, err := at.client.Do(ctx, transport.Request{Method: http.MethodDelete, Path: path + "/" + url.PathEscape(id), Repeatable: true})
	return err
}

// identifies fails where the instance answered, and took the sender for nobody.
func identifies(response *transport.Response) error {
	if response.Header.Get("X-Ausername") == "anonymous" {
		return errAnonymous
	}
	return nil
}

// personalAccessTokens are those of Jira and Confluence.
type personalAccessTokens struct{}

// personalToken is written so by both, where IDs are numbers and dates may have no
// colon in their zone. When it was last used is told under one of several names,
// if at all [guess].
type personalToken struct {
	ID             transport.Name `json:"id"`
	Name           transport.Name `json:"name"`
	CreatedAt      lenient.Time   `json:"createdAt"`
	ExpiringAt     lenient.Time   `json:"expiringAt"`
	LastAccessedAt lenient.Time   `json:"lastAccessedAt"`
	LastUsedAt     lenient.Time   `json:"lastUsedAt"`
}

func (p personalToken) token() Token {
	used := p.LastAccessedAt.Time
	if used.IsZero() {
		used = p.LastUsedAt.Time
	}
	return Token{
		ID: string(p.ID), Name: string(p.Name), CreatedAt: p.CreatedAt.Time, ExpiresAt: p.ExpiringAt.Time, LastUsedAt: used,
		ExpiryTold: !p.ExpiringAt.Unreadable(),
	}
}

func (personalAccessTokens) list(ctx context.Context, at *Instance) ([]Token, error) {
	request := transport.Request{Method: http.MethodGet, Path: personalTokensPath}
	entries, _, err := paging.Fetch(ctx, at.client, request, "", func(entries []personalToken, _ json.RawMessage) error {
		return checkTokens(entries)
	})
	if err != nil {
		return nil, err
	}
	return tokensIn(entries), nil
}

func (personalAccessTokens) create(ctx context.Context, at *Instance, request TokenRequest) (NewToken, error) {
	if len(request.Permissions) > 0 {
		return NewToken{}, errNoPermissions
	}
	body := map[string]any{"name": request.Name}
	if request.Days > 0 {
		body["expirationDuration"] = request.Days
	}
	return createToken[personalToken](ctx, at, transport.Request{Method: http.MethodPost, Path: personalTokensPath, Body: body, SecretField: "rawToken"})
}

func (personalAccessTokens) revoke(ctx context.Context, at *Instance, id string) error {
	return revokeToken(ctx, at, personalTokensPath, id)
}

// prove lists the tokens, which takes an account: a list that holds the token
// tells that it is the same one.
func (p personalAccessTokens) prove(ctx context.Context, at *Instance, id string) error {
	tokens, err := p.list(ctx, at)
	if err != nil {
		return err
	}
	for _, token := range tokens {
		if token.ID == id {
			return nil
		}
	}
	return errNotListed
}

// bambooTokens are the personal access tokens of Bamboo.
type bambooTokens struct{}

// bambooToken has no date of expiry. Whether the days of one that is listed are
// those that are left, or those that were asked for, nobody says.
type bambooToken struct {
	ID           transport.Name `json:"tokenId"`
	Name         transport.Name `json:"name"`
	Permissions  []lenient.Text `json:"permissions"`
	CreationDate lenient.Time   `json:"creationDate"`
}

func (b bambooToken) token() Token {
	return Token{ID: string(b.ID), Name: string(b.Name), Permissions: wordsIn(b.Permissions), CreatedAt: b.CreationDate.Time}
}

// newBambooToken is one that was just made: its days count from now on.
type newBambooToken struct {
	bambooToken

	Days lenient.Text `json:"daysUntilExpiry"`
}

func (b newBambooToken) token() Token {
	token := b.bambooToken.token()
	days, err := strconv.Atoi(string(b.Days))
	if err == nil && days > 0 && !token.CreatedAt.IsZero() {
		token.ExpiresAt = token.CreatedAt.Add(time.Duration(days) * tokenDay)
	}
	token.ExpiryTold = err == nil || b.Days == ""
	return token
}

func wordsIn(words []lenient.Text) []string {
	if words == nil {
		return nil
	}
	texts := make([]string, 0, len(words))
	for _, word := range words {
		texts = append(texts, string(word))
	}
	return texts
}

// bambooPage is what a page holds besides its tokens.
type bambooPage struct {
	Limit lenient.Text   `json:"limit"`
	Next  transport.Name `json:"next"`
}

// ends reports whether no page follows one with so many tokens.
func (p bambooPage) ends(entries int) bool {
	limit, err := strconv.Atoi(string(p.Limit))
	if err != nil {
		limit = tokenPageSize
	}
	return entries == 0 || p.Next == "" && entries < limit
}

func (bambooTokens) list(ctx context.Context, at *Instance) ([]Token, error) {
	list := paging.List[Token]{Name: "access tokens", Read: func(ctx context.Context, cursor string) (paging.Page[Token], error) {
		request := transport.Request{Method: http.MethodGet, Path: bambooTokensPath, Query: tokenPage(cursor)}
		entries, end, err := paging.Fetch(ctx, at.client, request, "results", func(entries []bambooToken, _ bambooPage) error {
			return checkTokens(entries)
		})
		page := paging.Page[Token]{Entries: tokensIn(entries)}
		if err == nil && !end.ends(len(entries)) {
			page.Next = paging.Offset(cursor, len(entries))
		}
		return page, err
	}}
	tokens, _, err := list.All(ctx)
	return tokens, err
}

func tokenPage(cursor string) url.Values {
	if cursor == "" {
		cursor = "0"
	}
	return url.Values{"start": {cursor}, "limit": {strconv.Itoa(tokenPageSize)}}
}

// create leaves out days that nobody asked for: Bamboo before 9.4 knows none.
func (bambooTokens) create(ctx context.Context, at *Instance, request TokenRequest) (NewToken, error) {
	body := map[string]any{"name": request.Name}
	if len(request.Permissions) > 0 {
		body["permissions"] = request.Permissions
	}
	if request.Days > 0 {
		body["daysUntilExpiry"] = request.Days
	}
	return createToken[newBambooToken](ctx, at, transport.Request{Method: http.MethodPost, Path: bambooTokensPath, Body: body, SecretField: "rawToken"})
}

func (bambooTokens) revoke(ctx context.Context, at *Instance, id string) error {
	return revokeToken(ctx, at, bambooTokensPath, id)
}

// prove asks who the token is.
//
// GET /rest/api/latest/currentUser, https://developer.atlassian.com/server/bamboo/rest/.
func (bambooTokens) prove(ctx context.Context, at *Instance, _ string) error {
	_, err := at.client.Do(ctx, transport.Request{Method: http.MethodGet, Path: "/rest/api/latest/currentUser", Check: identifies})
	return err
}

// httpAccessTokens are those of a user, a project or a repository of Bitbucket.
type httpAccessTokens struct {
	owner TokenOwner
}

func (h httpAccessTokens) path() string {
	switch {
	case h.owner.User != "":
		return httpTokensPath + "/users/" + url.PathEscape(h.owner.User)
	case h.owner.Repository != "":
		return httpTokensPath + "/projects/" + url.PathEscape(h.owner.Project) + "/repos/" + url.PathEscape(h.owner.Repository)
	default:
		return httpTokensPath + "/projects/" + url.PathEscape(h.owner.Project)
	}
}

// httpAccessToken is written in more fields than Atlassian's OpenAPI has.
type httpAccessToken struct {
	ID                transport.Name `json:"id"`
	Name              transport.Name `json:"name"`
	Permissions       []lenient.Text `json:"permissions"`
	CreatedDate       lenient.Time   `json:"createdDate"`
	ExpiryDate        lenient.Time   `json:"expiryDate"`
	LastAuthenticated lenient.Time   `json:"lastAuthenticated"`
}

func (h httpAccessToken) token() Token {
	return Token{
		ID: string(h.ID), Name: string(h.Name), Permissions: wordsIn(h.Permissions),
		CreatedAt: h.CreatedDate.Time, ExpiresAt: h.ExpiryDate.Time, LastUsedAt: h.LastAuthenticated.Time,
		ExpiryTold: !h.ExpiryDate.Unreadable(),
	}
}

// httpTokenPage is what a page holds besides its tokens.
type httpTokenPage struct {
	IsLastPage    *bool          `json:"isLastPage"`
	NextPageStart transport.Name `json:"nextPageStart"`
}

// next returns where the next page begins; empty after the last one.
func (p httpTokenPage) next() (string, error) {
	switch {
	case p.IsLastPage == nil:
		return "", errNoEndOfList
	case *p.IsLastPage:
		return "", nil
	case p.NextPageStart == "":
		return "", errNoNextPage
	default:
		return string(p.NextPageStart), nil
	}
}

func (h httpAccessTokens) list(ctx context.Context, at *Instance) ([]Token, error) {
	list := paging.List[Token]{Name: "access tokens", Read: func(ctx context.Context, cursor string) (paging.Page[Token], error) {
		request := transport.Request{Method: http.MethodGet, Path: h.path(), Query: tokenPage(cursor)}
		entries, end, err := paging.Fetch(ctx, at.client, request, "values", func(entries []httpAccessToken, end httpTokenPage) error {
			_, err := end.next()
			return errors.Join(checkTokens(entries), err)
		})
		if err != nil {
			return paging.Page[Token]{}, err
		}
		next, err := end.next()
		return paging.Page[Token]{Entries: tokensIn(entries), Next: next}, err
	}}
	tokens, _, err := list.All(ctx)
	return tokens, err
}

func (h httpAccessTokens) create(ctx context.Context, at *Instance, request TokenRequest) (NewToken, error) {
	body := map[string]any{"name": request.Name, "permissions": request.Permissions}
	if request.Days > 0 {
		body["expiryDays"] = request.Days
	}
	return createToken[httpAccessToken](ctx, at, transport.Request{Method: http.MethodPut, Path: h.path(), Body: body, SecretField: "token"})
}

func (h httpAccessTokens) change(ctx context.Context, at *Instance, id, name string, permissions []string) error {
	_, err := at.client.Do(ctx, transport.Request{
		Method: http.MethodPost, Path: h.path() + "/" + url.PathEscape(id), Repeatable: true,
		Body: map[string]any{"name": name, "permissions": permissions},
	})
	return err
}

func (h httpAccessTokens) revoke(ctx context.Context, at *Instance, id string) error {
	return revokeToken(ctx, at, h.path(), id)
}

// prove lists projects, which any token may.
//
// GET /rest/api/latest/projects, https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-project.
func (h httpAccessTokens) prove(ctx context.Context, at *Instance, _ string) error {
	_, err := at.client.Do(ctx, transport.Request{
		Method: http.MethodGet, Path: "/rest/api/latest/projects", Query: url.Values{"limit": {"1"}}, Check: identifies,
	})
	return err
}
