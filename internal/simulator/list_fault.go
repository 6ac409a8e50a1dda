// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// ListFault is a way in which a list of Atlassian Cloud can go wrong, or be
// larger than anybody thought. Its text is its name.
type ListFault string

const (
	// CursorCycle leads from the first page to a second, from there to a third,
	// back to the second, and so on.
	CursorCycle ListFault = "cursor-cycle"
	// RepeatedCursor leads from the second page to the second page.
	RepeatedCursor ListFault = "repeated-cursor"
	// EndlessEmptyPages goes on with ever new cursors and empty pages behind
	// the last entry.
	EndlessEmptyPages ListFault = "endless-empty-pages"
	// BareLastPage says nothing about pages on the last one.
	BareLastPage ListFault = "bare-last-page"
	// ForeignNextLink makes links URLs of a host that a client must not send
	// its API key to.
	ForeignNextLink ListFault = "foreign-next-link"
	// HugePage makes every page 9 MiB larger.
	HugePage ListFault = "huge-page"
	// ManyEntries repeats the entries, with IDs of their own, up to 100,000.
	ManyEntries ListFault = "many-entries"
	// NullEntry begins every page with null.
	NullEntry ListFault = "null-entry"
	// NumericIDs makes the entries' IDs numbers.
	NumericIDs ListFault = "numeric-ids"
)

// ListFaults returns all of them.
func ListFaults() []ListFault {
	return []ListFault{
		CursorCycle, RepeatedCursor, EndlessEmptyPages, BareLastPage, ForeignNextLink,
		HugePage, ManyEntries, NullEntry, NumericIDs,
	}
}

const (
	foreignHost     = "https://attacker.example"
	hugePagePadding = 9 << 20
	manyEntries     = 100000
)

// SetListFault makes the lists whose path ends in path go wrong; "" is every
// list, and an empty fault ends it.
func (o *Organization) SetListFault(path string, fault ListFault) {
	o.cloud.simulator.mu.Lock()
	defer o.cloud.simulator.mu.Unlock()
	o.listFaults[path] = fault
}

// listFault returns the fault of the list at a path: that of the longest
// ending that was set.
func (o *Organization) listFault(path string) ListFault {
	found, length := ListFault(""), -1
	for suffix, fault := range o.listFaults {
		if strings.HasSuffix(path, suffix) && len(suffix) > length {
			found, length = fault, len(suffix)
		}
	}
	return found
}

// length is how many entries a list with that many of its own has.
func (f ListFault) length(own int) int {
	if f == ManyEntries && own > 0 {
		return max(own, manyEntries)
	}
	return own
}

// endless reports whether pages go on behind the last entry.
func (f ListFault) endless() bool {
	return f == CursorCycle || f == RepeatedCursor || f == EndlessEmptyPages
}

// identifiers are the fields that may be the ID of an entry.
func identifiers() []string {
	return []string{"id", "account_id", "clientId"}
}

// entry changes the entry at a place in a list.
func (f ListFault) entry(n int, rendered object) object {
	for _, name := range identifiers() {
		if _, ok := rendered[name].(string); ok && f == NumericIDs {
			rendered[name] = n + 1
		}
	}
	return rendered
}

// copier makes the entries behind a list's own. It renders each of those once,
// because there are so many copies.
type copier map[int]string

// copyOf returns the entry at place n, a copy of the one that render gives for
// the list's own entry at place of.
func (c copier) copyOf(n, of int, render func() object) any {
	const id = "{ID}"
	if _, ok := c[of]; !ok {
		rendered := render()
		for _, name := range identifiers() {
			if text, ok := rendered[name].(string); ok {
				rendered[name] = text + "-" + id
			}
		}
		c[of] = string(jsonReply(http.StatusOK, rendered).body)
	}
	return json.RawMessage(strings.ReplaceAll(c[of], id, strconv.Itoa(n)))
}

// disturb changes a whole page.
func (f ListFault) disturb(p page) page {
	switch f {
	case CursorCycle:
		p.next = p.size
		if p.at.offset == p.size {
			p.next = 2 * p.size
		}
	case RepeatedCursor:
		p.next = p.size
		if p.at.offset > 0 {
			p.next = p.at.offset
		}
	case EndlessEmptyPages:
		p.next = p.at.offset + p.size
	case BareLastPage:
		p.bare = p.next == noPage
	case ForeignNextLink:
		p.host = foreignHost
	case HugePage:
		p.padding = strings.Repeat("x", hugePagePadding)
	case NullEntry:
		p.entries = append([]any{nil}, p.entries...)
	}
	return p
}
