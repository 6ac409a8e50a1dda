// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Media types that the services answer.
const (
	mediaJSON = "application/json;charset=UTF-8"
	mediaHTML = "text/html;charset=UTF-8"
	mediaXML  = "application/xml;charset=UTF-8"
	mediaText = "text/plain;charset=UTF-8"
)

// object is a JSON object in the making.
type object = map[string]any

// reply is a whole answer, kept apart from the connection so that a fault can
// drop, cut or replace it.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// jsonReply answers value as JSON.
func jsonReply(status int, value any) reply {
	body, err := json.Marshal(value)
	if err != nil {
		return mediaReply(http.StatusInternalServerError, mediaText, err.Error())
	}
	return mediaReply(status, mediaJSON, string(body))
}

// mediaReply answers a body of any media type.
func mediaReply(status int, contentType, body string) reply {
	return reply{
		status: status,
		header: http.Header{"Content-Type": {contentType}},
		body:   []byte(body),
	}
}

// emptyReply answers a status alone.
func emptyReply(status int) reply {
	return reply{status: status, header: http.Header{}}
}

// with returns the reply with one more header.
func (a reply) with(name, value string) reply {
	a.header = a.header.Clone()
	a.header.Set(name, value)
	return a
}

// writeTo sends the reply. An error means that the client went away, which is
// the client's business.
func (a reply) writeTo(w http.ResponseWriter) {
	a.announce(w, len(a.body))
	_, _ = w.Write(a.body)
}

// announce sends status and headers for a body of size bytes.
func (a reply) announce(w http.ResponseWriter, size int) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(size))
	}
	w.WriteHeader(a.status)
}
