// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"errors"
	"net/http"
	"slices"
	"strings"
)

// ownHeaders are what the client or net/http sets, or what is between the two
// ends of one connection.
var ownHeaders = []string{
	"Accept", "Accept-Encoding", "Authorization", "Content-Encoding", "Content-Length", "Content-Type", "Expect", "Host", "User-Agent",
	"Connection", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

var errBadHeader = errors.New("a header holds a line break or another character that HTTP does not allow there")

// header returns what is added to every request: the product's headers, and of
// the others those that replace nothing.
func (c Config) header() http.Header {
	added := http.Header{}
	for name, values := range c.Header {
		added[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	for _, name := range ownHeaders {
		added.Del(name)
	}
	for name, values := range c.ProductHeader {
		added[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	return added
}

// checkHeader refuses what net/http would refuse without saying whether anything
// was sent. A token read from a file with its line break is the usual case.
func (c *Client) checkHeader(_ *call, request Request) error {
	if !request.Anonymous && c.config.Credentials != nil && !isHeaderValue(c.config.Credentials.authorization()) {
		return errBadCredentials
	}
	for name, values := range c.config.Header {
		if !isHeaderName(name) || slices.ContainsFunc(values, func(value string) bool { return !isHeaderValue(value) }) {
			return errBadHeader
		}
	}
	return nil
}

func isHeaderValue(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// isHeaderName reports whether the name is a token of RFC 9110, section 5.6.2.
func isHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}
