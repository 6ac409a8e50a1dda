// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"net/url"
	"strings"
)

// checkXSRF is the XSRF filter of Atlassian's REST framework:
// https://developer.atlassian.com/server/framework/atlassian-sdk/xsrf-protection/.
// A mutating request of a form's media type, or of none, needs the header
// X-Atlassian-Token. A POST by what looks like a browser needs to come from
// the same origin besides.
// The documentation of the AES key API shows a POST with nothing but
// credentials, so that its endpoints are guarded only where XSRF says so.
func (i *Instance) checkXSRF(endpoint dataCenterEndpoint, c call) *reply {
	if !i.guardsAgainstXSRF(endpoint, c.Method) {
		return nil
	}
	fromForm := isFormMediaType(requestMediaType(c.Request))
	foreign := c.Method == http.MethodPost && looksLikeBrowser(c.UserAgent()) && !i.sameOrigin(c.Request)
	if foreign || fromForm && !carriesNoCheck(c.Request) {
		return refuse(mediaReply(http.StatusForbidden, mediaText, "XSRF check failed"))
	}
	return nil
}

func (i *Instance) guardsAgainstXSRF(endpoint dataCenterEndpoint, method string) bool {
	switch {
	case method == http.MethodGet:
		return false
	case i.config.Guesses.XSRF == XSRFEverywhere:
		return true
	case method != http.MethodPost:
		return false
	default:
		return i.config.Guesses.XSRF == XSRFEveryPOST || endpoint.xsrf
	}
}

// isFormMediaType reports whether a browser sends such bodies for any web site.
func isFormMediaType(mediaType string) bool {
	switch mediaType {
	case "", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain":
		return true
	default:
		return false
	}
}

func carriesNoCheck(r *http.Request) bool {
	switch r.Header.Get("X-Atlassian-Token") {
	case "no-check", "nocheck":
		return true
	default:
		return false
	}
}

func looksLikeBrowser(userAgent string) bool {
	userAgent = strings.ToLower(userAgent)
	for _, engine := range []string{"mozilla", "chrome", "safari", "opera", "msie", "gecko"} {
		if strings.Contains(userAgent, engine) {
			return true
		}
	}
	return false
}

// sameOrigin reports whether Origin, or else Referer, names the instance.
func (i *Instance) sameOrigin(r *http.Request) bool {
	source := r.Header.Get("Origin")
	if source == "" {
		source = r.Header.Get("Referer")
	}
	parsed, err := url.Parse(source)
	if err != nil {
		return false
	}
	canonical, err := url.Parse(i.config.CanonicalURL)
	return parsed.Host == r.Host || err == nil && parsed.Host == canonical.Host && parsed.Host != ""
}
