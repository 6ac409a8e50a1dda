// SPDX-License-Identifier: MPL-2.0

// Package paging reads lists that come in pages, and ends whatever a server
// answers.
package paging

import "context"

const (
	// MaxPages is how many pages a list may have where nothing else is said.
	MaxPages = 1000
	// MaxEntries is the same for entries.
	MaxEntries = 100_000
)

// List is a list that a server gives page by page.
type List[T any] struct {
	// Name says what is listed, such as "API keys", for errors.
	Name string
	// Read returns the page that begins at a cursor, which is empty for the first.
	Read func(ctx context.Context, cursor string) (Page[T], error)
	// Keep picks entries; nil picks all.
	Keep func(T) bool
	// Limit is how many entries are wanted at most, the first ones; 0 for all.
	Limit int
	// MaxPages and MaxEntries are how many pages are read and how many entries
	// are kept before the list is taken for endless; 0 for the constants of
	// this package.
	MaxPages, MaxEntries int
}

// Page is a part of a list.
type Page[T any] struct {
	Entries []T
	// Next is the cursor of the next page; empty on the last one.
	Next string
}

// All reads page after page and returns the entries in the order of the server,
// and whether there are more than the limit. What cannot be read to its end is no
// list: an error of Read, a context that is done, or an [*Error] where the list
// has no end.
func (l List[T]) All(ctx context.Context) (entries []T, more bool, err error) {
	entries = []T{}
	seen := map[string]bool{"": true}
	for cursor := ""; ; {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		page, err := l.Read(ctx, cursor)
		if err != nil {
			return nil, false, err
		}
		for _, entry := range page.Entries {
			switch {
			case l.Keep != nil && !l.Keep(entry):
				continue
			case l.Limit > 0 && len(entries) == l.Limit:
				return entries, true, nil
			case len(entries) == or(l.MaxEntries, MaxEntries):
				return nil, false, &Error{List: l.Name, Reason: TooManyEntries, Pages: len(seen), Entries: len(entries)}
			}
			entries = append(entries, entry)
		}
		if page.Next == "" {
			return entries, false, nil
		}
		if err := l.mayGoOn(seen, page.Next, len(entries)); err != nil {
			return nil, false, err
		}
		seen[page.Next] = true
		cursor = page.Next
	}
}

// mayGoOn returns why the page at next is not read after those that were seen.
func (l List[T]) mayGoOn(seen map[string]bool, next string, entries int) error {
	switch {
	case seen[next]:
		return &Error{List: l.Name, Reason: Repeats, Pages: len(seen), Entries: entries}
	case len(seen) == or(l.MaxPages, MaxPages):
		return &Error{List: l.Name, Reason: TooManyPages, Pages: len(seen), Entries: entries}
	default:
		return nil
	}
}

func or(value, otherwise int) int {
	if value == 0 {
		return otherwise
	}
	return value
}
