package simulator

import (
	"net/http"
	"strings"
)

// otherAdministrator is who changes things behind the client's back.
const otherAdministrator = "other.administrator"

// identity is who sent a request; the zero value is nobody.
type identity struct {
	name          string
	administrator bool
	basic         bool
}

func (u identity) anonymous() bool {
	return u.name == ""
}

// authenticate finds out who sent r. Wrong passwords are refused everywhere,
// while a wrong token makes the request an anonymous one.
func (i *Instance) authenticate(r *http.Request) (identity, *reply) {
	if username, password, ok := r.BasicAuth(); ok {
		return i.authenticateBasic(username, password)
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return i.authenticateToken(token), nil
	}
	return identity{}, nil
}

func (i *Instance) authenticateBasic(username, password string) (identity, *reply) {
	if i.basicAuthDisabled {
		return identity{}, refuse(jsonReply(http.StatusForbidden, object{
			"message": "Basic Authentication has been disabled on this instance.",
		}))
	}
	if i.config.CaptchaAfter > 0 && i.failedLogins >= i.config.CaptchaAfter {
		return identity{}, refuse(i.captchaChallenge())
	}
	if password == "" || username != i.config.Username || password != i.config.Password {
		i.failedLogins++
		return identity{}, refuse(i.unauthenticated())
	}
	i.failedLogins = 0
	return identity{name: username, administrator: true, basic: true}, nil
}

// authenticateToken knows personal access tokens:
// https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html.
// Bitbucket's cannot carry the permission to administer (BSERV-10482), and
// Crowd has none.
func (i *Instance) authenticateToken(token string) identity {
	switch {
	case token == "" || i.config.Product == Crowd:
		return identity{}
	case token == i.config.Token:
		return identity{
			name:          i.config.Username,
			administrator: i.config.Product != Bitbucket,
		}
	case token == i.config.UnprivilegedToken:
		return identity{name: "unprivileged.user"}
	default:
		return identity{}
	}
}

// captchaChallenge refuses every password until an administrator, or the
// person at a browser, has solved the CAPTCHA.
func (i *Instance) captchaChallenge() reply {
	const message = "CAPTCHA required. Log in with a browser first."
	answer := moduleProblem(i.config.Product)(i.config.Guesses.CaptchaStatus, message)
	if i.config.Product == Bitbucket {
		answer = bitbucketException(i.config.Guesses.CaptchaStatus, message,
			"com.atlassian.bitbucket.auth.CaptchaRequiredAuthenticationException")
	}
	return answer.with("X-Authentication-Denied-Reason",
		"CAPTCHA_CHALLENGE; login-url="+i.config.CanonicalURL+"/login.jsp")
}

func (i *Instance) unauthenticated() reply {
	return moduleProblem(i.config.Product)(http.StatusUnauthorized,
		"Client must be authenticated to access this resource.")
}

// checkAccess refuses who may not use the endpoint. The AES key API and
// Bitbucket's own document 401 both for nobody and for somebody without the
// permission.
func (i *Instance) checkAccess(endpoint dataCenterEndpoint, c call) *reply {
	switch {
	case endpoint.access == anyone:
		return nil
	case i.wantsWebSudo(endpoint, c):
		return refuse(restProblem(http.StatusUnauthorized, "This resource requires WebSudo."))
	case c.user.anonymous():
		return refuse(endpoint.problem(http.StatusUnauthorized,
			"Client must be authenticated to access this resource."))
	case endpoint.access == administrator && !c.user.administrator:
		return refuse(endpoint.problem(i.deniedStatus(endpoint), "You are not permitted to access this resource"))
	default:
		return nil
	}
}

func (i *Instance) deniedStatus(endpoint dataCenterEndpoint) int {
	return orStatus(i.config.Guesses.PermissionStatus, orStatus(endpoint.denied, http.StatusForbidden))
}

// wantsWebSudo reports whether the request needs a secure administrator
// session, which only a browser can have. Basic authentication is exempt.
func (i *Instance) wantsWebSudo(endpoint dataCenterEndpoint, c call) bool {
	_, cookieErr := c.Cookie("JSESSIONID")
	return endpoint.webSudo && i.webSudo && !c.user.basic && (cookieErr == nil || !c.user.anonymous())
}

// identify tells in a header whom the product took the client for, as Jira,
// Confluence and Bitbucket do.
func (i *Instance) identify(user identity, answer reply) reply {
	if !i.facts.auditing {
		return answer
	}
	name := user.name
	if user.anonymous() {
		name = "anonymous"
	}
	return answer.with("X-AUSERNAME", name)
}
