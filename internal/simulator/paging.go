// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Paging is how the API access API pages its lists. The documentation gives
// the parameters pageSize and cursor, and links that include a cursor; sizes
// and forms are each a [guess].
type Paging struct {
	// DefaultSize is the page size without pageSize; 0 is 20.
	DefaultSize int
	// MaxSize is the size that a greater pageSize is cut down to; 0 is 1000,
	// which public scripts ask for and get.
	MaxSize int
	// Cursor is what stands in links.
	Cursor CursorForm
}

// CursorForm is what stands in the links of a page.
type CursorForm int

const (
	// BareCursor is the value of the cursor parameter.
	BareCursor CursorForm = iota
	// CursorURL is the URL of the next page on api.atlassian.com.
	CursorURL
)

const (
	cursorPrefix     = "offset:"
	descendingSuffix = ":desc"
)

// cursor is the place in a list where a page begins, and whether the list runs
// backwards. Clients see it encoded.
type cursor struct {
	offset     int
	descending bool
}

// parseCursor reads a cursor; none is the beginning.
func parseCursor(text string) (cursor, error) {
	if text == "" {
		return cursor{}, nil
	}
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return cursor{}, err
	}
	digits, ok := strings.CutPrefix(string(decoded), cursorPrefix)
	if !ok {
		return cursor{}, errors.New("not a cursor")
	}
	digits, descending := strings.CutSuffix(digits, descendingSuffix)
	offset, err := strconv.Atoi(digits)
	return cursor{offset, descending}, err
}

func (c cursor) String() string {
	text := cursorPrefix + strconv.Itoa(c.offset)
	if c.descending {
		text += descendingSuffix
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// page is a part of a list, before the API that it belongs to words it.
type page struct {
	call        cloudCall
	host        string // Of the links that are URLs.
	at          cursor
	size, total int
	entries     []any
	next        int  // Offset of the next page, or noPage.
	bare        bool // Nothing is said about pages.
	nullCursors bool
	padding     string
}

const noPage = -1

// cutPage returns the page of items that the request asks for, disturbed by
// the fault of the list, if it has one.
func cutPage[T any](o *Organization, c cloudCall, size int, items []T, render func(T) object) (page, error) {
	at, err := parseCursor(c.URL.Query().Get("cursor"))
	fault := o.listFault(c.URL.Path)
	total := fault.length(len(items))
	if err != nil || at.offset < 0 || at.offset > total && !fault.endless() {
		return page{}, errors.New("no page begins at the cursor")
	}
	p := page{
		call: c, host: canonicalCloudURL, at: at, size: size, total: total, next: noPage,
		nullCursors: o.config.Guesses.NullCursors,
	}
	end := min(at.offset+size, total)
	copies := copier{}
	for n := at.offset; n < end; n++ {
		if n < len(items) {
			p.entries = append(p.entries, fault.entry(n, render(items[n])))
			continue
		}
		of := n % len(items)
		p.entries = append(p.entries, copies.copyOf(n, of, func() object { return render(items[of]) }))
	}
	if end < total {
		p.next = end
	}
	return fault.disturb(p), nil
}

// envelope is the page as an object with its entries under a name.
func (p page) envelope(name string, about object) reply {
	entries := p.entries
	if entries == nil {
		entries = []any{}
	}
	whole := object{name: entries}
	if p.padding != "" {
		whole["padding"] = p.padding
	}
	if !p.bare {
		for key, value := range about {
			whole[key] = value
		}
	}
	return jsonReply(http.StatusOK, whole)
}

// cursorAt is the cursor of the page that begins at offset.
func (p page) cursorAt(offset int) string {
	return cursor{offset, p.at.descending}.String()
}

// urlAt is the URL of the page that begins at offset.
func (p page) urlAt(offset int) string {
	query := p.call.URL.Query()
	query.Set("cursor", p.cursorAt(offset))
	return p.host + p.call.URL.EscapedPath() + "?" + query.Encode()
}

// around puts what leads to the pages before and after into links. Without
// such a page there is nothing, or null.
func (p page) around(links object, lead func(offset int) string) object {
	p.put(links, "prev", max(0, p.at.offset-p.size), p.at.offset > 0, lead)
	p.put(links, "next", p.next, p.next != noPage, lead)
	return links
}

func (p page) put(into object, name string, offset int, exists bool, lead func(offset int) string) {
	switch {
	case exists:
		into[name] = lead(offset)
	case p.nullCursors:
		into[name] = nil
	}
}

// answerPage answers a page of the API access API, whose entries stand in
// data.
func answerPage[T any](o *Organization, c cloudCall, items []T, render func(T) object) reply {
	return answerAccessPage(o, c, items, render, func(p page) reply {
		lead := o.config.Paging.lead(p)
		return p.envelope("data", object{"links": p.around(object{"self": lead(p.at.offset)}, lead)})
	})
}

// answerAccessPage answers a page of the API access API as word words it.
func answerAccessPage[T any](o *Organization, c cloudCall, items []T, render func(T) object, word func(page) reply) reply {
	size, err := o.config.Paging.size(c.URL.Query())
	if err != nil {
		return o.cloud.applicationError(errInternal)
	}
	p, err := cutPage(o, c, size, items, render)
	if err != nil {
		return o.cloud.applicationError(errPageCursor)
	}
	return word(p)
}

// size reads pageSize.
func (p Paging) size(query url.Values) (int, error) {
	limit := p.MaxSize
	if limit == 0 {
		limit = 1000
	}
	size, err := intOrZero(query.Get("pageSize"))
	if err != nil || query.Has("pageSize") && size < 1 {
		return 0, errors.New("pageSize is no positive number")
	}
	if size == 0 {
		size = p.DefaultSize
	}
	if size == 0 {
		size = 20
	}
	return min(size, limit), nil
}

// lead returns what leads to other pages of p.
func (p Paging) lead(of page) func(offset int) string {
	if p.Cursor == CursorURL || of.host != canonicalCloudURL {
		return of.urlAt
	}
	return of.cursorAt
}
