// SPDX-License-Identifier: MPL-2.0

// Package datacenter calls the REST APIs of self-managed Atlassian products:
// Jira, Confluence, Bitbucket, Bamboo and Crowd Data Center.
package datacenter

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// Instance is one Data Center instance: a whole cluster behind one base URL.
type Instance struct {
	name   string
	client *transport.Client
	bearer bool
	// account is the user name of the credentials; empty for a token.
	account string
	clock   clock.Clock
	// tokenLists are those of the account of the credentials.
	tokenLists *tokenLists
	// keysTrial is what plans found out about the list of inactive keys with the
	// credentials.
	keysTrial *trial[[]string]

	*siteState
}

// Config describes an instance.
type Config struct {
	// Name is what the user calls the instance.
	Name string
	// Client sends to the base URL of the instance.
	Client *transport.Client
	// Bearer is true where the credentials are a personal access token, false
	// where they are a user name and a password.
	Bearer bool
	// Account is that user name; empty for a token.
	Account string
	// Clock tells the time and waits.
	Clock clock.Clock
	// Sites are those that the instance may share with others; nil for none.
	Sites *Sites
}

// New returns the instance that config describes. It sends nothing.
func New(config Config) *Instance {
	state := newSiteState()
	if config.Sites != nil {
		state = config.Sites.at(config.Client.BaseURL())
	}
	return &Instance{
		name:       config.Name,
		client:     config.Client,
		bearer:     config.Bearer,
		account:    config.Account,
		clock:      config.Clock,
		tokenLists: newTokenLists(),
		keysTrial:  &trial[[]string]{},
		siteState:  state,
	}
}

// Header returns what every request to a Data Center product carries: without
// X-Atlassian-Token the XSRF filter of its REST framework refuses writes.
//
// See https://developer.atlassian.com/server/framework/atlassian-sdk/form-token-handling/.
func Header() http.Header {
	return http.Header{"X-Atlassian-Token": {"no-check"}}
}

// Name returns what the user calls the instance.
func (i *Instance) Name() string {
	return i.name
}

// URL returns the base URL of the instance as configured.
func (i *Instance) URL() string {
	return i.client.BaseURL()
}

// allTurns is the weight of a change of the AES keys, which nothing overlaps.
// Deliveries of tunnel tokens weigh one each: they may overlap one another.
const allTurns = 1 << 20

// DeliveryTurn waits until no change of the AES keys is under way in this run,
// keeps new ones waiting, and returns what lets them go on: what is written
// while every secret is encrypted again might be lost.
func (i *Instance) DeliveryTurn(ctx context.Context) (release func(), err error) {
	return i.turn(ctx, 1)
}

func (i *Instance) turn(ctx context.Context, weight int64) (release func(), err error) {
	if err := i.turns.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	return func() { i.turns.Release(weight) }, nil
}

// get reads a JSON document from path into answer.
func (i *Instance) get(ctx context.Context, path string, answer any) error {
	response, err := i.client.Do(ctx, transport.Request{Method: http.MethodGet, Path: path})
	if err != nil {
		return err
	}
	return response.Decode(answer)
}

// isUntold reports whether err says that this product, edition or account does
// not get to know, which is no failure of what an optional look is for.
func isUntold(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return ok && failure.Kind == transport.Refused || IsAbsent(err)
}

// IsAbsent reports whether err, of a method of an [Instance], says that the
// instance has no such endpoint for anybody.
// Products answer so in different ways: Jira leads to its login page.
func IsAbsent(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return hasStatus(err, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented) ||
		ok && failure.Kind == transport.Redirected && failure.Status < http.StatusInternalServerError
}

// isPage reports whether err says that a page for people came in place of an
// answer of the REST API.
func isPage(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return ok && (failure.Page || failure.Kind == transport.Redirected)
}

func hasStatus(err error, statuses ...int) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return ok && slices.Contains(statuses, failure.Status)
}
