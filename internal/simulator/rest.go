// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// access is who may use an endpoint.
type access int

const (
	anyone access = iota
	anyUser
	administrator
)

// call is a request that has passed authentication.
type call struct {
	*http.Request
	user identity
	body []byte
}

// dataCenterEndpoint is one REST resource method.
type dataCenterEndpoint struct {
	handle  func(*Instance, call) reply
	access  access
	problem problemShape
	// query lists the documented query parameters.
	query []string
	// takesBody tells that a JSON body is documented.
	takesBody bool
	// negotiates tells that the endpoint has more to offer than JSON.
	negotiates bool
	// xsrf tells that a POST is known to be guarded against forgery.
	xsrf bool
	// denied is the answer to a known user without the permission; 0 is 403,
	// which was measured wherever somebody looked.
	denied int
	// webSudo tells that the endpoint may want an administrator session.
	webSudo bool
	// deadLink tells that without the feature a page of a dead link answers.
	deadLink bool
	// offered reports whether the instance has the endpoint; nil is always.
	offered func(*Instance) bool
}

// serveREST answers a request to the instance.
func (i *Instance) serveREST(r *http.Request) reply {
	i.simulator.mu.Lock()
	defer i.simulator.mu.Unlock()
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), i.config.ContextPath)
	if !ok {
		return containerPage(http.StatusNotFound)
	}
	if i.state != stateRunning && !i.config.Guesses.AnswerWhileNotRunning {
		return i.answerNotRunning(r, path)
	}
	// Credentials are checked whether or not they are needed.
	user, refusal := i.authenticate(r)
	switch {
	case refusal != nil:
		return *refusal
	case i.refusesTokenOn(r, path):
		return i.loginRedirect()
	case path == i.facts.statusPath:
		return i.identify(user, i.answerStatus(r))
	}
	return i.identify(user, i.serveLimited(call{Request: r, user: user}, path))
}

// serveLimited answers within the user's rate limit.
func (i *Instance) serveLimited(c call, path string) reply {
	if i.buckets == nil || c.user.anonymous() {
		return i.dispatch(c, path)
	}
	header, ok := i.buckets.take(c.user.name, i.now())
	answer := rateLimitExceeded(c.Request)
	if ok {
		answer = i.dispatch(c, path)
	}
	answer.header = answer.header.Clone()
	maps.Copy(answer.header, header)
	return answer
}

// dispatch finds the endpoint, and refuses what its REST module would refuse
// before the endpoint is reached.
func (i *Instance) dispatch(c call, path string) reply {
	endpoint, allowed, found := i.routes.find(c.Request, path)
	if found && endpoint.offered != nil && !endpoint.offered(i) {
		return i.withoutFeature(endpoint, path)
	}
	if !found {
		return i.unknown(path, allowed)
	}
	c.body = readBody(c.Request)
	for _, check := range []func(dataCenterEndpoint, call) *reply{
		i.checkXSRF, i.checkMediaTypes, i.checkAccess, i.checkInput,
	} {
		if refusal := check(endpoint, c); refusal != nil {
			return *refusal
		}
	}
	return endpoint.handle(i, c)
}

// withoutFeature answers a path of what this instance does not have.
func (i *Instance) withoutFeature(endpoint dataCenterEndpoint, path string) reply {
	if endpoint.deadLink {
		return containerPage(http.StatusNotFound)
	}
	return i.absent(path)
}

// unknown answers a path, or a method of a path, that does not exist.
func (i *Instance) unknown(path string, allowed []string) reply {
	if len(allowed) > 0 && i.offers(path) {
		return moduleProblem(i.config.Product)(http.StatusMethodNotAllowed, "HTTP 405 Method Not Allowed").
			with("Allow", strings.Join(allowed, ","))
	}
	return i.absent(path)
}

// offers reports whether an endpoint of the path exists on this instance, by
// whatever method.
func (i *Instance) offers(path string) bool {
	return slices.ContainsFunc(i.routes, func(candidate route[dataCenterEndpoint]) bool {
		_, matches := matchPath(candidate.pattern, path)
		return matches && (candidate.endpoint.offered == nil || candidate.endpoint.offered(i))
	})
}

// checkInput refuses query parameters and bodies that are not documented.
func (i *Instance) checkInput(endpoint dataCenterEndpoint, c call) *reply {
	if i.config.Guesses.IgnoreUndocumentedInput {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(c.URL.Query())) {
		if !slices.Contains(endpoint.query, name) {
			return refuse(endpoint.problem(http.StatusBadRequest, "Undocumented query parameter "+name))
		}
	}
	if !endpoint.takesBody && len(c.body) > 0 {
		return refuse(endpoint.problem(http.StatusBadRequest, "Undocumented request body"))
	}
	return nil
}

func refuse(answer reply) *reply {
	return &answer
}
