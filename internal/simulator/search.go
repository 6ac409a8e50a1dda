// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// searchable is what the API access API can search and sort by.
type searchable struct {
	label  string
	status string
	user   User
	times  map[string]time.Time
}

// searchQuery is what a client asks of a list of the API access API:
// https://developer.atlassian.com/cloud/admin/api-access/rest/intro/.
type searchQuery struct {
	text       string
	status     string
	bounds     []bound
	sortBy     string
	descending bool
}

// bound keeps what lies strictly between two times; a zero time is no bound.
type bound struct {
	field         string
	after, before time.Time
}

// parseSearch reads a search. Fields says by which times the list can be
// bounded, and whether they lie in the future. An error stands for what the
// service answers with 500: it was measured to do so for values that it does
// not know.
func parseSearch(query url.Values, fields map[string]bool, now time.Time) (searchQuery, error) {
	s := searchQuery{text: strings.ToLower(query.Get("q")), status: strings.ToUpper(query.Get("status"))}
	if query.Has("status") && query.Get("status") != "allowed" && query.Get("status") != "blocked" {
		return s, fmt.Errorf("unknown status %q", query.Get("status"))
	}
	for field, future := range fields {
		limits, err := parseBound(query, field, future, now)
		if err != nil {
			return s, err
		}
		s.bounds = append(s.bounds, limits)
	}
	return s, s.parseSort(query)
}

func (s *searchQuery) parseSort(query url.Values) error {
	if !query.Has("sort") {
		return nil
	}
	// A plus sign that was not escaped arrives as a space.
	field := strings.TrimLeft(query.Get("sort"), "+ ")
	field, s.descending = strings.CutPrefix(field, "-")
	if !slices.Contains([]string{"label", "createdAt", "expiresAt", "lastActiveAt"}, field) {
		return fmt.Errorf("cannot sort by %q", field)
	}
	s.sortBy = field
	return nil
}

// boundParameters are the parameters of a time that can be bounded.
func boundParameters(field string) []string {
	return []string{
		field + "SearchType", field + "Uom", field + "Value", field + "From", field + "To",
		field + "RangeFrom", field + "RangeTo",
	}
}

// parseBound reads the parameters of one time. What gt and lt mean is a
// [guess]: further from now, and closer, than Value units.
func parseBound(query url.Values, field string, future bool, now time.Time) (bound, error) {
	limits := bound{field: field}
	switch query.Get(field + "SearchType") {
	case "":
		return limits, noneOf(query, boundParameters(field))
	case "range":
		return parseRange(query, limits, future, now)
	case "gt", "lt":
	default:
		return limits, fmt.Errorf("unknown search type of %s", field)
	}
	distance, err := parseDistance(query, field)
	if err != nil {
		return limits, err
	}
	if !future {
		distance = -distance
	}
	edge := now.Add(distance)
	if further := query.Get(field+"SearchType") == "gt"; further == future {
		limits.after = edge
	} else {
		limits.before = edge
	}
	return limits, nil
}

func noneOf(query url.Values, parameters []string) error {
	for _, name := range parameters {
		if query.Get(name) != "" {
			return fmt.Errorf("%s without a search type", name)
		}
	}
	return nil
}

// parseRange reads the ends of a range: times, or distances from now, which are
// written as numbers of units. That the unit is a day without Uom is a [guess].
func parseRange(query url.Values, limits bound, future bool, now time.Time) (bound, error) {
	field := limits.field
	if query.Get(field+"RangeFrom") != "" || query.Get(field+"RangeTo") != "" {
		return parseWindow(query, limits, future, now)
	}
	from, to := query.Get(field+"From"), query.Get(field+"To")
	if from == "" && to == "" {
		return limits, fmt.Errorf("a range of %s without limits", field)
	}
	var err error
	if limits.after, err = parseTimestamp(from); err != nil {
		return limits, err
	}
	limits.before, err = parseTimestamp(to)
	return limits, err
}

func parseWindow(query url.Values, limits bound, future bool, now time.Time) (bound, error) {
	near, err := parseOptionalDistance(query, limits.field, "RangeFrom", future, now)
	if err != nil {
		return limits, err
	}
	far, err := parseOptionalDistance(query, limits.field, "RangeTo", future, now)
	limits.after, limits.before = near, far
	if !future {
		limits.after, limits.before = far, near
	}
	return limits, err
}

// parseOptionalDistance is the time at a distance from now, zero without one.
func parseOptionalDistance(query url.Values, field, parameter string, future bool, now time.Time) (time.Time, error) {
	if query.Get(field+parameter) == "" {
		return time.Time{}, nil
	}
	unit, err := parseUnit(cmp.Or(query.Get(field+"Uom"), "day"))
	if err != nil {
		return time.Time{}, err
	}
	value, err := intOrZero(query.Get(field + parameter))
	if !future {
		value = -value
	}
	return now.Add(time.Duration(value) * unit), err
}

func parseTimestamp(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.RFC3339Nano, text)
}

func parseDistance(query url.Values, field string) (time.Duration, error) {
	unit, err := parseUnit(query.Get(field + "Uom"))
	if err != nil {
		return 0, err
	}
	value, err := intOrZero(query.Get(field + "Value"))
	if err != nil || value < 1 {
		return 0, fmt.Errorf("no value of %s", field)
	}
	return time.Duration(value) * unit, nil
}

func parseUnit(name string) (time.Duration, error) {
	const day = 24 * time.Hour
	units := map[string]time.Duration{
		"minute": time.Minute, "hour": time.Hour, "day": day, "week": 7 * day, "month": 30 * day, "year": year,
	}
	unit, ok := units[name]
	if !ok {
		return 0, fmt.Errorf("unknown unit %q", name)
	}
	return unit, nil
}

// matches reports whether the search finds an item.
func (s searchQuery) matches(item searchable) bool {
	text := strings.ToLower(strings.Join([]string{item.label, item.user.Name, item.user.Email}, "\n"))
	if !strings.Contains(text, s.text) || s.status != "" && s.status != item.status {
		return false
	}
	for _, limits := range s.bounds {
		if !limits.contains(item.times[limits.field]) {
			return false
		}
	}
	return true
}

// contains reports whether t lies within the bound, which a time that never
// was does only where there is none.
func (b bound) contains(t time.Time) bool {
	if b.after.IsZero() && b.before.IsZero() {
		return true
	}
	return !t.IsZero() && t.After(b.after) && (b.before.IsZero() || t.Before(b.before))
}

// sorted orders items as the search asks for, by what of returns for each.
func sorted[T any](s searchQuery, items []T, of func(T) searchable) []T {
	if s.sortBy == "" {
		return items
	}
	slices.SortStableFunc(items, func(a, b T) int {
		x, y := of(a), of(b)
		order := x.times[s.sortBy].Compare(y.times[s.sortBy])
		if s.sortBy == "label" {
			order = cmp.Compare(x.label, y.label)
		}
		if s.descending {
			return -order
		}
		return order
	})
	return items
}
