package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// accessAPI begins the paths of the API access REST API.
const accessAPI = "/admin/api-access/v1"

// pageSize is how many entries a page is asked for. No page of the documentation
// names a maximum [guess]; a server that has a lower one sends shorter pages.
const pageSize = 100

var (
	errNoEntries   = errors.New("the page has no list of entries")
	errNoEntryID   = errors.New("an entry of the page has no ID")
	errNoLinks     = errors.New("a full page does not say whether another one follows")
	errNoCursor    = errors.New("the link to the next page has no cursor")
	errEndlessList = errors.New("a page leads back to one that was read before, so that the list has no end")
)

// identified is an entry of a list; its ID is what tells it from the others.
type identified interface {
	entryID() string
}

// page is one page of a list:
// https://developer.atlassian.com/cloud/admin/api-access/rest/intro/.
type page[T identified] struct {
	Data  []T        `json:"data"`
	Links *pageLinks `json:"links"`
}

type pageLinks struct {
	// Next is the cursor of the next page, or a URL that holds it. The last page
	// has none.
	Next string `json:"next"`
}

// listAll reads every page of a list of the API access API, in the order of the
// server and without what moved to a second page meanwhile. It returns the whole
// list or an error: what ends early or cannot be read is no list.
func listAll[T identified](ctx context.Context, client *transport.Client, path string) ([]T, error) {
	all, known := []T{}, map[string]bool{}
	cursors := map[string]bool{"": true}
	for cursor := ""; ; {
		entries, next, err := readPage[T](ctx, client, path, cursor)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if !known[entry.entryID()] {
				known[entry.entryID()] = true
				all = append(all, entry)
			}
		}
		if next == "" {
			return all, nil
		}
		if cursors[next] {
			return nil, fmt.Errorf("GET %s: %w", path, errEndlessList)
		}
		cursors[next] = true
		cursor = next
	}
}

// readPage reads the page at cursor and returns the cursor of the next one,
// empty after the last.
func readPage[T identified](ctx context.Context, client *transport.Client, path, cursor string) (entries []T, next string, err error) {
	query := url.Values{"pageSize": {strconv.Itoa(pageSize)}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	_, err = client.Do(ctx, transport.Request{
		Method: http.MethodGet,
		Path:   path,
		Query:  query,
		Check: func(response *transport.Response) error {
			var read page[T]
			if err := response.Decode(&read); err != nil {
				return err
			}
			entries = read.Data
			next, err = read.check()
			return err
		},
	})
	return entries, next, err
}

// check returns the cursor of the next page, or what is wrong with this one.
func (p page[T]) check() (next string, err error) {
	if p.Data == nil {
		return "", errNoEntries
	}
	for _, entry := range p.Data {
		if entry.entryID() == "" {
			return "", errNoEntryID
		}
	}
	if p.Links == nil {
		return "", p.checkLast()
	}
	next = cursorOf(p.Links.Next)
	if next == "" && p.Links.Next != "" {
		return "", errNoCursor
	}
	return next, nil
}

// checkLast says why a page without links cannot be taken for the last one.
func (p page[T]) checkLast() error {
	if len(p.Data) >= pageSize {
		return errNoLinks
	}
	return nil
}
