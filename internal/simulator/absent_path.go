// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"strings"
)

// AbsentPath is how a REST path that does not exist is answered.
type AbsentPath int

const (
	// AbsentByProduct is what was measured: Jira 10.3 redirects to its login
	// page, Bitbucket answers XML before 10.4 and JSON since, and the others
	// JSON.
	AbsentByProduct AbsentPath = iota
	// AbsentJSON is 404 in the words of the product's modules.
	AbsentJSON
	// AbsentSubCode is the same with a sub-code, as Bitbucket 10.4 words it.
	AbsentSubCode
	// AbsentXML is 404 with a status document, whatever the client accepts.
	AbsentXML
	// AbsentHTML is 404 with the page of a dead link.
	AbsentHTML
	// AbsentRedirect is 302 to the login page.
	AbsentRedirect
)

// String describes the form.
func (p AbsentPath) String() string {
	return [...]string{"what the product has for it", "JSON", "JSON with a sub-code", "XML", "HTML", "a redirect"}[p]
}

// AbsentPaths returns every form of an absent path's answer.
func AbsentPaths() []AbsentPath {
	return []AbsentPath{AbsentByProduct, AbsentJSON, AbsentSubCode, AbsentXML, AbsentHTML, AbsentRedirect}
}

const absentMessage = "HTTP 404 Not Found"

// absent answers a path that does not exist.
func (i *Instance) absent(path string) reply {
	if !strings.HasPrefix(path, "/rest/") {
		return containerPage(http.StatusNotFound)
	}
	switch i.absentForm() {
	case AbsentRedirect:
		return i.loginRedirect()
	case AbsentHTML:
		return containerPage(http.StatusNotFound)
	case AbsentXML:
		return mediaReply(http.StatusNotFound, mediaXML, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`+
			`<status><status-code>404</status-code><message>`+absentMessage+`</message></status>`)
	case AbsentSubCode:
		return jsonReply(http.StatusNotFound, object{
			"message": absentMessage, "status-code": http.StatusNotFound, "sub-code": -1,
		})
	default:
		return moduleProblem(i.config.Product)(http.StatusNotFound, absentMessage)
	}
}

func (i *Instance) absentForm() AbsentPath {
	switch {
	case i.config.Guesses.AbsentPath != AbsentByProduct:
		return i.config.Guesses.AbsentPath
	case i.config.Product == Jira:
		return AbsentRedirect
	case i.config.Product == Bitbucket && i.version.before(version{10, 4, 0}):
		return AbsentXML
	case i.config.Product == Bitbucket:
		return AbsentSubCode
	default:
		return AbsentJSON
	}
}

// loginRedirect leads to the login page on the canonical base URL, which a
// client may not be able to reach.
func (i *Instance) loginRedirect() reply {
	return emptyReply(http.StatusFound).with("Location", i.config.CanonicalURL+loginPath)
}

// refusesTokenOn reports whether the product does not take a token on a path:
// Bitbucket redirects one to its login page on all but those below /rest and
// /scm, /status included, as a knowledge base article has it.
func (i *Instance) refusesTokenOn(r *http.Request, path string) bool {
	return i.config.Product == Bitbucket && strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") &&
		!strings.HasPrefix(path, "/rest/") && !strings.HasPrefix(path, "/scm/")
}
