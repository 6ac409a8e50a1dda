// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Explanation puts a failure into words for a person.
type Explanation = transport.Explanation

// theInstance begins a sentence about an instance.
const theInstance = "The instance"

// Explain says what err, returned by a method of i, means for what was asked of
// a Data Center instance and what to do about it. It never repeats a body or a
// secret.
func (i *Instance) Explain(err error) Explanation {
	if notReady, ok := errors.AsType[*NotReadyError](err); ok {
		return i.explainNotReady(notReady)
	}
	if explanation, ok := i.explainTokens(err); ok {
		return explanation
	}
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return transport.Explain(err, theInstance)
	}
	if failure.Page && hasStatus(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed) && !wantsCaptcha(failure) {
		return i.explainGateway(failure)
	}
	switch failure.Status {
	case http.StatusUnauthorized:
		return i.explainUnauthorized(failure)
	case http.StatusForbidden:
		return explainForbidden(failure)
	case http.StatusNotFound:
		return i.explainNotFound(failure)
	case http.StatusNotAcceptable:
		return explainNotAcceptable(failure)
	case http.StatusNotImplemented:
		return explainNotImplemented(failure)
	}
	explanation := transport.Explain(err, theInstance)
	if failure.Kind == transport.Redirected && IsAbsent(err) {
		lacks := lackOf(failure)
		explanation.Cause += " Jira also answers so where a path does not exist: then it has " + lacks.what + "."
		explanation.Remedy += " " + lacks.remedy
	}
	return explanation
}

// lack is what an instance does not have on which a path does not exist, and
// what to do about it.
type lack struct {
	what, remedy string
}

func lackOf(failure *transport.Error) lack {
	switch {
	case asks(failure, inactivePath), asks(failure, rotatePath):
		return lack{"no AES key API", keyAPISince + " Check the version and the context path in `url`."}
	case asks(failure, auditPath):
		return lack{"no REST API for its audit log", "Jira Data Center has it from 8.8 on, and so have Confluence and Bitbucket; Bamboo and Crowd have none of this kind. Check the version and the context path in `url`."}
	case asks(failure, tunnelTokenPath):
		return lack{"no application tunnels client, or no tunnel", "Install the app Application tunnels on it and set the tunnel up under Administration > Application tunnels; Crowd has no such app. Check the context path in `url`."}
	default:
		return lack{"no such endpoint", "Check the context path in `url` and the version of the product."}
	}
}

// asks reports whether the failure is that of a request to an endpoint.
func asks(failure *transport.Error, endpoint string) bool {
	return strings.HasSuffix(failure.URL, endpoint)
}

// keyAPISince says which products have the AES key API.
const keyAPISince = "Jira Data Center has it from 10.3, Confluence from 9.3, Bitbucket from 9.5 and Crowd from 6.3 on; Bamboo has none."

func (i *Instance) explainNotReady(notReady *NotReadyError) Explanation {
	said := "The instance " + notReady.Reason + "."
	if notReady.Err == nil {
		return Explanation{Cause: said, Remedy: "Apply again when it is ready; preflight = false leaves this check out."}
	}
	because := i.Explain(notReady.Err)
	return Explanation{Cause: said + " " + because.Cause, Remedy: because.Remedy + " preflight = false leaves this check out."}
}

// explainGateway is about a page with a status of its own. A product writes one
// for a wrong password at most.
func (i *Instance) explainGateway(failure *transport.Error) Explanation {
	return Explanation{
		Cause: fmt.Sprintf("The request was answered %d by the page of a gateway or proxy, not by the REST API: it is not the instance's word on these credentials.", failure.Status),
		Remedy: "Let REST requests of this provider through the gateway, as an identity-aware proxy (Cloudflare Access, oauth2-proxy) or a web application firewall does for chosen paths. " +
			"If the page is the instance's own, check " + i.credentials() + ".",
	}
}

// credentials names the attributes that hold them.
func (i *Instance) credentials() string {
	if i.bearer {
		return "`token`"
	}
	return "`username` and `password`"
}

// wantsCaptcha reports whether the instance asks for a CAPTCHA.
func wantsCaptcha(failure *transport.Error) bool {
	return strings.HasPrefix(failure.DeniedReason, "CAPTCHA")
}

func explainCaptcha(failure *transport.Error) Explanation {
	return Explanation{
		Cause:  fmt.Sprintf("The instance answered %d and demands a CAPTCHA after too many failed logins of this user.", failure.Status),
		Remedy: "Log in once in a browser as this user, or have an administrator reset the failed login count, correct the credentials and apply again.",
	}
}

func (i *Instance) explainUnauthorized(failure *transport.Error) Explanation {
	switch {
	case wantsCaptcha(failure):
		return explainCaptcha(failure)
	case strings.Contains(failure.ServerMessage, "WebSudo"):
		return Explanation{
			Cause:  "The instance answered 401: this endpoint asks for a secure administrator session (WebSudo).",
			Remedy: "Use a personal access token of an administrator or basic authentication, or switch secure administrator sessions off for REST.",
		}
	case i.bearer:
		return Explanation{
			Cause:  "The instance answered 401: it does not accept this `token` for an administrator's endpoint" + failure.Words() + ".",
			Remedy: "Check that the token is valid and belongs to a system administrator. Bitbucket accepts no access token for administration: give it `username` and `password` instead.",
		}
	default:
		return Explanation{
			Cause:  "The instance answered 401: it does not accept `username` and `password` for an administrator's endpoint" + failure.Words() + ".",
			Remedy: "Check both, and that the user is a system administrator.",
		}
	}
}

func explainForbidden(failure *transport.Error) Explanation {
	message := strings.ToLower(failure.ServerMessage)
	switch {
	case wantsCaptcha(failure):
		return explainCaptcha(failure)
	case strings.Contains(message, "basic authentication has been disabled"):
		return Explanation{
			Cause:  "Basic authentication is switched off on the instance.",
			Remedy: "Use `token` with a personal access token, or allow this user or path under Administration > Authentication methods > Allow basic authentication on API calls.",
		}
	case strings.Contains(message, "xsrf"):
		return Explanation{
			Cause:  "The XSRF check of the instance refused the request.",
			Remedy: "A proxy on the way probably removes the header X-Atlassian-Token: let it through.",
		}
	default:
		return Explanation{
			Cause:  "The instance answered 403: these credentials may not do this" + failure.Words() + ".",
			Remedy: "Use the credentials of a system administrator.",
		}
	}
}

func (i *Instance) explainNotFound(failure *transport.Error) Explanation {
	lacks := lackOf(failure)
	explanation := Explanation{
		Cause:  "The instance answered 404: it has " + lacks.what + failure.Words() + ".",
		Remedy: lacks.remedy,
	}
	if page := pagePath(i.URL()); page != "" {
		explanation.Cause += fmt.Sprintf(" `url` ends in %s, which looks like the path of a web page.", page)
		explanation.Remedy = "Leave out of `url` what follows the context path of the product, as in https://jira.example.com or https://example.com/jira. " + explanation.Remedy
	}
	return explanation
}

// pagePath returns the part of the path of address that looks like that of a web
// page and not like a context path; empty where none does.
func pagePath(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	segments := strings.Split(strings.Trim(parsed.Path, "/"), "/")
	for n, segment := range segments {
		if isPageSegment(strings.ToLower(segment)) {
			return "/" + strings.Join(segments[n:], "/")
		}
	}
	return ""
}

// isPageSegment knows how the products name their pages.
func isPageSegment(segment string) bool {
	return slices.Contains([]string{".jspa", ".jsp", ".action", ".html", ".htm"}, path.Ext(segment)) ||
		slices.Contains([]string{"secure", "browse", "display", "dashboard", "login", "plugins", "projects", "spaces", "pages", "admin", "console", "rest"}, segment)
}

func explainNotAcceptable(failure *transport.Error) Explanation {
	switch {
	case !failure.Documented:
		return Explanation{
			Cause:  "The answer was 406 without the body that Atlassian documents: this is a failed content negotiation, not a refused rotation.",
			Remedy: "Check that no proxy changes the Accept header.",
		}
	case !asks(failure, rotatePath):
		return transport.Explain(failure, theInstance)
	default:
		return Explanation{
			Cause:  "The instance answered 406: the rotation cannot take place under the present conditions" + failure.Words() + ".",
			Remedy: "Remove what it complains about - another rotation, an upgrade in progress, shared files that cannot be written - and apply again.",
		}
	}
}

func explainNotImplemented(failure *transport.Error) Explanation {
	if asks(failure, rotatePath) {
		return Explanation{
			Cause:  "The instance answered 501: rotating AES keys is not supported on it" + failure.Words() + ".",
			Remedy: "Check that it uses secured secrets and not another secret store.",
		}
	}
	what := "it does not support this request"
	switch {
	case asks(failure, tunnelTokenPath):
		what = "it does not support taking the security key of a tunnel"
	case asks(failure, inactivePath):
		what = "it does not support inactive AES keys"
	}
	return Explanation{
		Cause:  "The instance answered 501: " + what + failure.Words() + ".",
		Remedy: "Check the version of the product, and that no proxy on the way refuses the method.",
	}
}
