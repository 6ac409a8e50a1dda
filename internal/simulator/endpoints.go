// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"slices"
)

// Endpoint is one operation that the simulator serves. Its pattern stands below
// the base URL; segments in braces stand for any one segment. Method and
// pattern can be those of a [Fault].
type Endpoint struct {
	Method, Pattern string
}

// Endpoints returns every operation that the product can have, in the order of
// their patterns.
func Endpoints(product Product) []Endpoint {
	facts, ok := product.facts()
	if !ok {
		return nil
	}
	status := Endpoint{Method: "GET", Pattern: facts.statusPath}
	return sortedEndpoints(append(dataCenterRoutes(product).endpoints(), status))
}

// CloudEndpoints returns every operation of Atlassian Cloud, in the order of
// their patterns.
func CloudEndpoints() []Endpoint {
	return sortedEndpoints(cloudRoutes().endpoints())
}

func sortedEndpoints(endpoints []Endpoint) []Endpoint {
	slices.SortFunc(endpoints, func(a, b Endpoint) int {
		return cmp.Or(cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Method, b.Method))
	})
	return endpoints
}

func (t routes[E]) endpoints() []Endpoint {
	endpoints := make([]Endpoint, 0, len(t))
	for _, candidate := range t {
		endpoints = append(endpoints, Endpoint{Method: candidate.method, Pattern: candidate.pattern})
	}
	return endpoints
}
