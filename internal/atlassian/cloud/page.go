// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/paging"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// accessAPI begins the paths of the API access REST API.
const accessAPI = "/admin/api-access/v1"

// pageSize is how many entries a page is asked for. No page of the documentation
// names a maximum [guess]; a server that has a lower one sends shorter pages.
const pageSize = 100

// cursorParameter is what a request and a link name the cursor by.
const cursorParameter = "cursor"

var (
	errNoEntryID = errors.New("an entry of the page has no ID")
	errNextPage  = errors.New("what leads to the next page is neither a text nor a number")
	errNoLinks   = errors.New("a full page does not say whether another one follows")
)

// identified is an entry of a list; its ID is what tells it from the others.
type identified interface {
	entryID() string
}

// pageEnd is what a page of a list holds besides its entries:
// https://developer.atlassian.com/cloud/admin/api-access/rest/intro/.
type pageEnd struct {
	Links *pageLinks `json:"links"`
}

type pageLinks struct {
	// Next is the cursor of the next page, or a URL that holds it. The last page
	// has none.
	Next nextPage `json:"next"`
}

// nextPage is what leads to the next page: a text or a number. What leads
// somewhere and cannot be read is no end: a list that it cut short would lack
// what stands on the pages after it.
type nextPage string

// UnmarshalJSON reads a JSON value.
func (n *nextPage) UnmarshalJSON(value []byte) error {
	switch value[0] {
	case '{', '[', 't':
		return errNextPage
	}
	var name transport.Name
	err := name.UnmarshalJSON(value)
	*n = nextPage(name)
	return err
}

// listAll reads every page of a list of the API access API, in the order of the
// server and without what moved to a second page meanwhile. It returns the whole
// list or an error: what ends early or cannot be read is no list.
func listAll[T identified](ctx context.Context, client *transport.Client, name, path string) ([]T, error) {
	known := map[string]bool{}
	list := paging.List[T]{
		Name: name,
		Read: func(ctx context.Context, cursor string) (paging.Page[T], error) {
			return readPage[T](ctx, client, path, cursor)
		},
		Keep: func(entry T) bool {
			news := !known[entry.entryID()]
			known[entry.entryID()] = true
			return news
		},
	}
	all, _, err := list.All(ctx)
	return all, err
}

func readPage[T identified](ctx context.Context, client *transport.Client, path, cursor string) (paging.Page[T], error) {
	query := url.Values{"pageSize": {strconv.Itoa(pageSize)}}
	if cursor != "" {
		query.Set(cursorParameter, cursor)
	}
	request := transport.Request{Method: http.MethodGet, Path: path, Query: query}
	entries, end, err := paging.Fetch(ctx, client, request, "data", checkPage[T])
	if err != nil {
		return paging.Page[T]{}, err
	}
	next, err := end.next()
	return paging.Page[T]{Entries: entries, Next: next}, err
}

// checkPage says what is wrong with a page.
func checkPage[T identified](entries []T, end pageEnd) error {
	if err := checkIDs(entries); err != nil {
		return err
	}
	if end.Links == nil && len(entries) >= pageSize {
		return errNoLinks
	}
	_, err := end.next()
	return err
}

// unmarshalEntry reads an entry into what it says of itself and its ID, which
// may be a number.
func unmarshalEntry(text []byte, entry any, id *string) error {
	var named struct {
		ID transport.Name `json:"id"`
	}
	if err := json.Unmarshal(text, &named); err != nil {
		return err
	}
	*id = string(named.ID)
	return json.Unmarshal(text, entry)
}

func checkIDs[T identified](entries []T) error {
	for _, entry := range entries {
		if entry.entryID() == "" {
			return errNoEntryID
		}
	}
	return nil
}

// next returns the cursor of the next page; empty on the last one.
func (e pageEnd) next() (string, error) {
	if e.Links == nil {
		return "", nil
	}
	return paging.Cursor(string(e.Links.Next), cursorParameter)
}
