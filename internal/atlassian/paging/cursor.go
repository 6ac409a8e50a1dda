// SPDX-License-Identifier: MPL-2.0

package paging

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// ErrNoCursor says that what leads to the next page does not tell where it begins.
var ErrNoCursor = errors.New("the link to the next page has no cursor")

// Cursor returns the cursor that a link to a page holds in a query parameter, or
// the text itself where it is a bare cursor; empty for an empty text. A link is
// never followed: it may lead to a host that must not see the credentials.
func Cursor(text, parameter string) (string, error) {
	link, err := url.Parse(text)
	if err != nil && !strings.Contains(text, "://") {
		return text, nil
	}
	if err != nil {
		return "", ErrNoCursor
	}
	query := link.Query()
	switch {
	case query.Get(parameter) != "":
		return query.Get(parameter), nil
	case link.IsAbs() || link.RawQuery != "" || link.ForceQuery:
		return "", ErrNoCursor
	default:
		return text, nil
	}
}

// Offset returns where the page after one begins, for lists whose pages are named
// by the number of entries before them: after the entries of the page at cursor.
func Offset(cursor string, entries int) string {
	before, _ := strconv.Atoi(cursor)
	return strconv.Itoa(before + entries)
}
