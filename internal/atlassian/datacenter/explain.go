package datacenter

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Explanation puts a failure into words for a person.
type Explanation = transport.Explanation

// Explain says what err, returned by a method of i, means on a Data Center
// instance and what to do about it. It never repeats a body or a secret.
func (i *Instance) Explain(err error) Explanation {
	if notReady, ok := errors.AsType[*NotReadyError](err); ok {
		return Explanation{
			Cause:  "The instance " + notReady.Reason + ".",
			Remedy: "Apply again when it is ready; preflight = false leaves this check out.",
		}
	}
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return transport.Explain(err, theInstance)
	}
	switch failure.Status {
	case http.StatusUnauthorized:
		return i.explainUnauthorized(failure)
	case http.StatusForbidden:
		return explainForbidden(failure)
	case http.StatusNotFound:
		explanation := explainNotFound(failure)
		explanation.Remedy += i.aboutContextPath()
		return explanation
	case http.StatusNotAcceptable:
		return explainNotAcceptable(failure)
	case http.StatusNotImplemented:
		return Explanation{
			Cause:  "The instance answered 501: rotating AES keys is not supported on it" + failure.Words() + ".",
			Remedy: "Check that it uses secured secrets and not another secret store.",
		}
	default:
		return transport.Explain(err, theInstance)
	}
}

// theInstance begins a sentence about an instance.
const theInstance = "The instance"

func (i *Instance) explainUnauthorized(failure *transport.Error) Explanation {
	switch {
	case strings.HasPrefix(failure.DeniedReason, "CAPTCHA"):
		return Explanation{
			Cause:  "The instance answered 401 and demands a CAPTCHA after too many failed logins of this user.",
			Remedy: "Log in once in a browser as this user, or have an administrator reset the failed login count, correct the credentials and apply again.",
		}
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

// aboutContextPath says that `url` has a path that may not belong there; empty
// where it has none.
func (i *Instance) aboutContextPath() string {
	base, err := url.Parse(i.URL())
	if err != nil || base.Path == "" {
		return ""
	}
	return fmt.Sprintf(" `url` ends in the path %q: leave it out if it is that of a page, and not what the product is installed under.", base.Path)
}

func explainNotFound(failure *transport.Error) Explanation {
	if strings.Contains(failure.URL, "/rest/auditing/") {
		return Explanation{
			Cause:  "The instance answered 404: it has no REST API for its audit log.",
			Remedy: "Jira Data Center has it from 8.8 on, and so have Confluence and Bitbucket; Bamboo and Crowd have none of this kind. Check the version and the context path in `url`.",
		}
	}
	if !strings.Contains(failure.URL, "/rest/secrets/") {
		return Explanation{
			Cause:  "The instance answered 404: it has no such endpoint" + failure.Words() + ".",
			Remedy: "Check the context path in `url` and the version of the product.",
		}
	}
	return Explanation{
		Cause:  "The instance answered 404: it has no AES key API.",
		Remedy: "Jira Data Center has it from 10.3, Confluence from 9.3, Bitbucket from 9.5 and Crowd from 6.3 on; Bamboo has none. Check the version and the context path in `url`.",
	}
}

func explainNotAcceptable(failure *transport.Error) Explanation {
	if !failure.Documented {
		return Explanation{
			Cause:  "The answer was 406 without the body that Atlassian documents: this is a failed content negotiation, not a refused rotation.",
			Remedy: "Check that no proxy changes the Accept header.",
		}
	}
	return Explanation{
		Cause:  "The instance answered 406: the rotation cannot take place under the present conditions" + failure.Words() + ".",
		Remedy: "Remove what it complains about - another rotation, an upgrade in progress, shared files that cannot be written - and apply again.",
	}
}
