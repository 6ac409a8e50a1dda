// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// canonicalCloudURL begins the links in answers, whatever address the client
// used: a client may take a cursor from a link, but must not follow it.
const canonicalCloudURL = "https://api.atlassian.com"

// Cloud is the administration API of Atlassian Cloud, api.atlassian.com, with
// all its organizations.
type Cloud struct {
	*server
	simulator *Simulator
	routes    routes[cloudEndpoint]

	// What follows is guarded by the simulator's lock.
	organizations []*Organization
}

// Cloud returns Atlassian Cloud and starts it when it is first asked for. It
// panics if it cannot listen; [Simulator.StartCloud] returns the error.
func (s *Simulator) Cloud() *Cloud {
	cloud, err := s.StartCloud()
	if err != nil {
		panic(err)
	}
	return cloud
}

// StartCloud starts Atlassian Cloud, unless it runs already, and returns an
// error where its address is taken or no loopback address.
func (s *Simulator) StartCloud() (*Cloud, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cloud != nil {
		return s.cloud, nil
	}
	cloud := &Cloud{server: newServer(s, s.cloudAddress), simulator: s, routes: cloudRoutes()}
	cloud.handle = cloud.serve
	cloud.refuseRate = refuseCloudRate
	if err := cloud.start(); err != nil {
		return nil, err
	}
	s.cloud = cloud
	return cloud, nil
}

// CloudURL returns the base URL of Atlassian Cloud, which stands for
// https://api.atlassian.com.
func (s *Simulator) CloudURL() string {
	return s.Cloud().URL()
}

// URL returns the base URL, without a slash at the end.
func (c *Cloud) URL() string {
	return c.baseURL()
}

// api is one of the REST APIs behind api.atlassian.com. Each words its errors
// in its own way.
type api int

const (
	organizationsAPI api = iota
	accessAPI
	controlAPI
	userManagementAPI
)

// cloudEndpoint is one operation.
type cloudEndpoint struct {
	api    api
	handle func(*Organization, cloudCall) reply
	// scope is what an API key with scopes needs; "" is something that no
	// scope gives, so that only a key without scopes will do.
	scope string
	// query lists the documented query parameters.
	query []string
	// takesBody tells that a JSON body is documented.
	takesBody bool
	// scopesOpen reports whether the organization lets keys with any scopes
	// through; nil is never.
	scopesOpen func(*Organization) bool
	// removal is when the operation ends to exist; zero is never.
	removal time.Time
	// hidesOrganizations tells that no 404 is documented for an organization
	// that does not exist.
	hidesOrganizations bool
}

func (e cloudEndpoint) until(removal time.Time) cloudEndpoint {
	e.removal = removal
	return e
}

func (e cloudEndpoint) hidingOrganizations() cloudEndpoint {
	e.hidesOrganizations = true
	return e
}

func (e cloudEndpoint) removed(now time.Time) bool {
	return !e.removal.IsZero() && !now.Before(e.removal)
}

// cloudCall is a request with a valid API key.
type cloudCall struct {
	*http.Request
	key  *apiKey
	body []byte
}

// serve answers a request to api.atlassian.com.
func (c *Cloud) serve(r *http.Request) reply {
	c.simulator.mu.Lock()
	defer c.simulator.mu.Unlock()
	own, key := c.authenticate(r)
	if key == nil {
		return c.unauthorized(r)
	}
	header, ok := own.limitRate(r.URL.Path)
	answer := refuseCloudRate(r)
	if ok {
		answer = c.dispatch(own, cloudCall{Request: r, key: key})
	}
	for name := range header {
		answer = answer.with(name, header.Get(name))
	}
	return answer
}

// authenticate returns the API key that the request carries and the
// organization that it belongs to:
// https://developer.atlassian.com/cloud/admin/organization/rest/intro/.
// Revoked and expired keys are as good as none.
func (c *Cloud) authenticate(r *http.Request) (*Organization, *apiKey) {
	secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || secret == "" {
		return nil, nil
	}
	now := c.now()
	for _, organization := range c.organizations {
		for _, key := range organization.keys {
			if key.Secret == secret && key.usable(now) {
				key.LastActiveAt = now
				return organization, key
			}
		}
	}
	return nil, nil
}

// dispatch finds the operation and refuses what does not get as far as that.
func (c *Cloud) dispatch(own *Organization, call cloudCall) reply {
	endpoint, allowed, found := c.routes.find(call.Request, call.URL.EscapedPath())
	switch {
	case !found && len(allowed) > 0:
		return c.methodNotAllowed(call.Request).with("Allow", strings.Join(allowed, ","))
	case !found || endpoint.removed(c.now()):
		return c.notServed(call.Request)
	}
	if id := call.PathValue("orgId"); id != "" && id != own.config.ID {
		return c.foreignOrganization(endpoint, call, id)
	}
	if !own.permits(endpoint, call.key) {
		return c.forbidden(endpoint.api, call.Request)
	}
	call.body = readBody(call.Request)
	if refusal := c.checkInput(endpoint, call, own.config.Guesses.IgnoreUndocumentedInput); refusal != nil {
		return *refusal
	}
	return endpoint.handle(own, call)
}

// permits reports whether the key's scopes allow the operation:
// https://developer.atlassian.com/cloud/admin/scopes/.
func (o *Organization) permits(endpoint cloudEndpoint, key *apiKey) bool {
	if key.Scopes == nil || endpoint.scopesOpen != nil && endpoint.scopesOpen(o) {
		return true
	}
	return endpoint.scope != "" && slices.Contains(key.Scopes, endpoint.scope)
}

// foreignOrganization refuses a path of an organization that the key does not
// belong to.
func (c *Cloud) foreignOrganization(endpoint cloudEndpoint, call cloudCall, id string) reply {
	exists := slices.ContainsFunc(c.organizations, func(o *Organization) bool { return o.config.ID == id })
	switch {
	case exists || endpoint.hidesOrganizations:
		return c.forbidden(endpoint.api, call.Request)
	case endpoint.api == controlAPI:
		return proxyError(http.StatusNotFound)
	default:
		return c.applicationError(errOrganizationNotFound)
	}
}

// checkInput refuses query parameters and bodies that are not documented. The
// API access API answers unknown parameters with 500, as was measured; the
// rest is a [guess].
func (c *Cloud) checkInput(endpoint cloudEndpoint, call cloudCall, lenient bool) *reply {
	for name := range call.URL.Query() {
		if !slices.Contains(endpoint.query, name) && (!lenient || endpoint.api == accessAPI) {
			return refuse(c.undocumentedParameter(endpoint.api, name))
		}
	}
	switch {
	case lenient || endpoint.takesBody || len(call.body) == 0:
		return nil
	case endpoint.api == userManagementAPI:
		return refuse(userManagementError(http.StatusBadRequest, "bodyParseFailure"))
	default:
		return refuse(c.applicationError(errRequestBody))
	}
}

func (c *Cloud) undocumentedParameter(api api, name string) reply {
	switch api {
	case accessAPI:
		return c.applicationError(errInternal)
	case userManagementAPI:
		return fieldViolation(name)
	default:
		return c.applicationError(errRequestSyntax)
	}
}
