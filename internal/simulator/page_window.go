// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"net/url"
	"strconv"
)

const defaultPageLimit = 25

// pageWindow reads start and limit of a paged list with size elements.
func pageWindow(query url.Values, size int) (start, limit int, err error) {
	if start, err = intParameter(query, "start", 0, 0, size); err != nil {
		return 0, 0, err
	}
	limit, err = intParameter(query, "limit", defaultPageLimit, 1, 1000)
	return start, limit, err
}

// intParameter reads a query parameter that is an integer within bounds.
func intParameter(query url.Values, name string, fallback, low, high int) (int, error) {
	if !query.Has(name) {
		return fallback, nil
	}
	value, err := strconv.Atoi(query.Get(name))
	if err != nil || value < low || value > high {
		return 0, fmt.Errorf("%s must be a number from %d to %d", name, low, high)
	}
	return value, nil
}
