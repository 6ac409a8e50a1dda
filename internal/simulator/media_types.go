// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"mime"
	"net/http"
	"strings"
)

// accepts reports whether the client takes an answer of a media type; no
// Accept header takes everything.
func accepts(r *http.Request, mediaType string) bool {
	accept := r.Header.Get("Accept")
	if accept == "" {
		return true
	}
	family, _, _ := strings.Cut(mediaType, "/")
	for part := range strings.SplitSeq(accept, ",") {
		offered, parameters, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil || parameters["q"] == "0" {
			continue
		}
		if offered == "*/*" || offered == family+"/*" || offered == mediaType {
			return true
		}
	}
	return false
}

// asksFor reports whether the client asks for a media type by name.
func asksFor(r *http.Request, mediaType string) bool {
	return strings.Contains(r.Header.Get("Accept"), mediaType)
}

// requestMediaType returns the media type of the request's body, "" if the
// client does not tell.
func requestMediaType(r *http.Request) string {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return mediaType
}

// checkMediaTypes refuses, as the REST framework does before a resource is
// reached, a client that does not take JSON (a 406 that has nothing to do with
// keys) or does not send it.
func (i *Instance) checkMediaTypes(endpoint dataCenterEndpoint, c call) *reply {
	if !endpoint.negotiates && !accepts(c.Request, "application/json") {
		return refuse(containerPage(http.StatusNotAcceptable))
	}
	if endpoint.takesBody && !i.config.Guesses.AnyMediaType && requestMediaType(c.Request) != "application/json" {
		return refuse(containerPage(http.StatusUnsupportedMediaType))
	}
	return nil
}
