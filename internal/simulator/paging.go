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
	// MaxSize is the size that a greater pageSize is cut down to; 0 is 100.
	MaxSize int
	// Cursor is what stands in links.
	Cursor CursorForm
	// RepeatCursor makes every page but the first give the cursor of itself as
	// the next one, as a broken server would.
	RepeatCursor bool
}

// CursorForm is what stands in the links of a page.
type CursorForm int

const (
	// BareCursor is the value of the cursor parameter.
	BareCursor CursorForm = iota
	// CursorURL is the URL of the next page on api.atlassian.com.
	CursorURL
	// ForeignCursorURL is the same on a host that a client must not send its
	// API key to.
	ForeignCursorURL
)

const cursorPrefix = "offset:"

// cursorAt is the opaque cursor of the page that begins at offset.
func cursorAt(offset int) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorPrefix + strconv.Itoa(offset)))
}

// offsetOf reads a cursor; none is the beginning.
func offsetOf(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	decoded, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, err
	}
	digits, ok := strings.CutPrefix(string(decoded), cursorPrefix)
	if !ok {
		return 0, errors.New("not a cursor")
	}
	return strconv.Atoi(digits)
}

// answerPage answers the page of items that the request asks for.
func answerPage[T any](o *Organization, c cloudCall, items []T, render func(T) object) reply {
	query := c.URL.Query()
	offset, err := offsetOf(query.Get("cursor"))
	if err != nil || offset < 0 || offset > len(items) {
		return o.cloud.applicationError(errPageCursor)
	}
	size, err := o.config.Paging.size(query)
	if err != nil {
		return o.cloud.applicationError(errInternal)
	}
	end := min(offset+size, len(items))
	data := []object{}
	for _, item := range items[offset:end] {
		data = append(data, render(item))
	}
	return jsonReply(http.StatusOK, object{
		"data": data, "links": o.config.Paging.links(c, offset, end, size, len(items)),
	})
}

// size reads pageSize.
func (p Paging) size(query url.Values) (int, error) {
	limit := p.MaxSize
	if limit == 0 {
		limit = 100
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

// links leads to this page, the one before and the one after.
func (p Paging) links(c cloudCall, offset, end, size, total int) object {
	links := object{"self": p.link(c, offset)}
	if offset > 0 {
		links["prev"] = p.link(c, max(0, offset-size))
	}
	switch {
	case p.RepeatCursor && offset > 0:
		links["next"] = p.link(c, offset)
	case end < total:
		links["next"] = p.link(c, end)
	}
	return links
}

func (p Paging) link(c cloudCall, offset int) string {
	cursor := cursorAt(offset)
	switch p.Cursor {
	case CursorURL:
		return pageURL(canonicalCloudURL, c, cursor)
	case ForeignCursorURL:
		return pageURL("https://attacker.example", c, cursor)
	default:
		return cursor
	}
}

// pageURL is the URL of the request with another cursor.
func pageURL(base string, c cloudCall, cursor string) string {
	query := c.URL.Query()
	query.Set("cursor", cursor)
	return base + c.URL.EscapedPath() + "?" + query.Encode()
}
