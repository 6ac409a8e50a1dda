// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

const (
	// maxBody is how much of an answer is read, and maxList of one that is a list.
	maxBody = 8 << 20
	maxList = 64 << 20
	// maxEntry is how large an entry of a list may be, and all else in the answer.
	maxEntry = 1 << 20
	// maxEntries is how many there may be in one answer.
	maxEntries = 100_000
)

const errTooManyEntries = excess("it holds too many entries")

var (
	errTooLarge      = excess(fmt.Sprintf("the body is larger than %d MiB", maxBody>>20))
	errListTooLarge  = excess(fmt.Sprintf("the body is larger than %d MiB", maxList>>20))
	errEntryTooLarge = excess(fmt.Sprintf("an entry of the list is larger than %d MiB", maxEntry>>20))
	errMoreAfter     = errors.New("something follows the end of the body")
)

// List reads an answer that is a list entry by entry as it arrives, so that of a
// large one no more is held than what is kept. The answer may have 64 MiB and
// 100,000 entries, an entry 1 MiB. What it holds besides is the body of the [Response].
type List struct {
	// Field holds the entries; empty where they are the whole answer.
	Field string
	// Begin is called before the first entry, of every attempt.
	Begin func()
	// Entry takes an entry, which it must not keep. Its error makes the answer
	// [Unreadable], and a repeatable request is sent again. Entries that are null
	// are left out.
	Entry func(entry []byte) error
}

// answer is what came back over the wire, once it has passed the gate.
type answer struct {
	status int
	header http.Header
	body   []byte
	// size is how many bytes the body had before, and page whether it was a page
	// where JSON was due, html whether it was one for people.
	size       int
	page, html bool
	// secret is what stood in the field that the request asks for.
	secret string
	// readErr says why the body did not arrive whole, and entryErr why an entry
	// of it was not taken.
	readErr, entryErr error
}

// exchange sends the request and reads the answer to its end. It does not use
// http.Client, so nothing follows redirects or keeps cookies.
func (c *call) exchange(roundTripper http.RoundTripper, request *http.Request) (*answer, error) {
	response, err := roundTripper.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	received := &answer{status: response.StatusCode, header: response.Header}
	gate := c.newGate(received.status)
	if received.status == http.StatusSwitchingProtocols {
		// What follows is no HTTP, and nothing bounds how long it is waited for.
		gate.pass(request.Context(), received)
		return received, nil
	}
	body := bufio.NewReader(response.Body)
	received.inspect(body)
	if c.list != nil && c.accepts(received.status) && !received.page {
		received.body, received.readErr = c.readList(request.Context(), body, gate, received)
		received.header = gate.header(received.header)
	} else {
		received.body, received.readErr = readWhole(body, response.ContentLength)
		received.size = len(received.body)
		gate.pass(request.Context(), received)
	}
	received.secret = gate.secret
	return received, nil
}

// inspect tells a page for people by its head and by how it starts: where JSON
// is due, whatever begins like one is taken for it.
func (a *answer) inspect(body *bufio.Reader) {
	start, _ := body.Peek(body.Size())
	start = bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\ufeff"))))
	if len(start) == 0 {
		return
	}
	mediaType, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	isHTML := strings.EqualFold(strings.TrimSpace(mediaType), "text/html")
	a.page = isHTML || start[0] == '<'
	// XML may be for programs.
	a.html = isHTML || bytes.HasPrefix(start, []byte("<html")) || bytes.HasPrefix(start, []byte("<!doctype html"))
}

// readWhole reads a body that says how long it is; a negative length where it does
// not. Nothing is kept of one that is too large, and nothing read of one that says so.
func readWhole(body io.Reader, length int64) ([]byte, error) {
	if length > maxBody {
		return nil, errTooLarge
	}
	read, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if len(read) > maxBody {
		return nil, errTooLarge
	}
	return read, err
}

// readList hands out the entries and returns what else the answer holds, with
// an empty list in their place.
func (c *call) readList(ctx context.Context, body io.Reader, gate *gate, received *answer) ([]byte, error) {
	limited := &limitedReader{body: body, left: maxList}
	reader := listReader{ctx: ctx, list: c.list, gate: gate, source: limited, decoder: json.NewDecoder(limited)}
	err := reader.read()
	received.size = maxList - limited.left
	refused, ok := errors.AsType[entryError](err)
	if ok {
		received.entryErr, err = refused.error, nil
	}
	if ok || err != nil {
		return nil, err
	}
	return gate.json(ctx, reader.rest.Bytes())
}

// entryError says that what arrived is not what is due.
type entryError struct{ error }

// listReader takes an answer apart.
type listReader struct {
	ctx     context.Context
	list    *List
	gate    *gate
	source  *limitedReader
	decoder *json.Decoder

	// rest is what is left of the answer without the entries.
	rest  bytes.Buffer
	found bool
}

func (r *listReader) read() error {
	r.list.Begin()
	start, err := r.token()
	switch {
	case errors.Is(err, io.EOF):
		return entryError{errEmptyBody}
	case err != nil:
		return err
	case start == json.Delim('[') && r.list.Field == "":
		r.rest.WriteString("[]")
		err = r.entries()
	case start == json.Delim('{') && r.list.Field != "":
		err = r.fields()
	default:
		err = r.missing()
	}
	if err != nil {
		return err
	}
	return r.end()
}

// fields reads the outermost object.
func (r *listReader) fields() error {
	r.rest.WriteByte('{')
	for r.decoder.More() {
		name, err := r.token()
		if err != nil {
			return err
		}
		if r.rest.Len() > 1 {
			r.rest.WriteByte(',')
		}
		field, _ := name.(string)
		r.rest.Write(quoteJSON([]byte(field)))
		r.rest.WriteByte(':')
		if err := r.field(field); err != nil {
			return err
		}
	}
	r.rest.WriteByte('}')
	if !r.found {
		return r.missing()
	}
	_, err := r.token()
	return err
}

func (r *listReader) field(name string) error {
	if name == r.list.Field {
		start, err := r.token()
		if err != nil {
			return err
		}
		if start != json.Delim('[') {
			return r.missing()
		}
		r.rest.WriteString("[]")
		return r.entries()
	}
	var value json.RawMessage
	if err := r.decode(&value); err != nil {
		return err
	}
	r.rest.Write(value)
	if r.rest.Len() > maxEntry {
		return errTooLarge
	}
	return nil
}

// entries reads the list, whose bracket is read already.
func (r *listReader) entries() error {
	if r.found {
		r.list.Begin()
	}
	r.found = true
	var entry json.RawMessage
	for count := 0; r.decoder.More(); count++ {
		if count == maxEntries {
			return errTooManyEntries
		}
		if err := r.decode(&entry); err != nil {
			return err
		}
		if bytes.Equal(entry, []byte("null")) {
			continue
		}
		r.gate.values = 0
		passed, err := r.gate.json(r.ctx, entry)
		if err != nil {
			return err
		}
		if err := r.list.Entry(passed); err != nil {
			return entryError{err}
		}
	}
	_, err := r.token()
	return err
}

// end makes sure that nothing follows.
func (r *listReader) end() error {
	switch _, err := r.token(); {
	case err == nil:
		return errMoreAfter
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

func (r *listReader) token() (json.Token, error) {
	r.source.allow(maxEntry)
	return r.decoder.Token()
}

func (r *listReader) decode(value *json.RawMessage) error {
	r.source.allow(maxEntry)
	return r.decoder.Decode(value)
}

func (r *listReader) missing() error {
	if r.list.Field == "" {
		return entryError{errors.New("it is no list")}
	}
	return entryError{fmt.Errorf("it holds no list %q", r.list.Field)}
}

// limitedReader ends with an error where more is read than allowed, in all or
// for one entry.
type limitedReader struct {
	body io.Reader
	// left is how much may be read in all, and entry how much for the entry.
	left, entry int
}

func (l *limitedReader) allow(entry int) {
	l.entry = entry
}

func (l *limitedReader) Read(into []byte) (int, error) {
	switch {
	case l.left <= 0:
		return 0, errListTooLarge
	case l.entry <= 0:
		return 0, errEntryTooLarge
	}
	read, err := l.body.Read(into[:min(len(into), l.left, l.entry)])
	l.left -= read
	l.entry -= read
	return read, err
}
