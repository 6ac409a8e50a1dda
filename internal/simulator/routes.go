// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// route leads a method and a path to an endpoint. Segments of the pattern in
// braces match any one segment and set the request's path value of that name.
type route[E any] struct {
	method, pattern string
	endpoint        E
}

// routes is what a service offers. It is no [http.ServeMux], because that one
// redirects unclean paths and words its own errors, as the services do not.
type routes[E any] []route[E]

// find returns the endpoint for r, whose path below the service's base is
// path. Where there is none, allowed lists the methods that the path has.
func (t routes[E]) find(r *http.Request, path string) (endpoint E, allowed []string, found bool) {
	for _, candidate := range t {
		values, ok := matchPath(candidate.pattern, path)
		if !ok {
			continue
		}
		if candidate.method != r.Method {
			allowed = append(allowed, candidate.method)
			continue
		}
		for name, value := range values {
			r.SetPathValue(name, value)
		}
		return candidate.endpoint, nil, true
	}
	slices.Sort(allowed)
	return endpoint, slices.Compact(allowed), false
}

// matchPath compares an escaped path with a pattern, segment by segment.
func matchPath(pattern, path string) (map[string]string, bool) {
	wanted, given := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(wanted) != len(given) {
		return nil, false
	}
	values := map[string]string{}
	for n, segment := range wanted {
		value, err := url.PathUnescape(given[n])
		if err != nil {
			return nil, false
		}
		if name, ok := strings.CutPrefix(segment, "{"); ok && value != "" {
			values[strings.TrimSuffix(name, "}")] = value
			continue
		}
		if segment != value {
			return nil, false
		}
	}
	return values, true
}
