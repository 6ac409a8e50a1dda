// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// unprivilegedUser is whom the token of nobody in particular belongs to.
const unprivilegedUser = "unprivileged.user"

// otherAdministrator is who changes things behind the client's back.
const otherAdministrator = "other.administrator"

// identity is who sent a request; the zero value is nobody.
type identity struct {
	name          string
	administrator bool
	basic         bool
	token         *AccessToken // Nil where no token was sent.
}

func (u identity) anonymous() bool {
	return u.name == ""
}

// authenticate finds out who sent r. Wrong passwords are refused everywhere, and
// so are tokens that no longer work, while a token that never was one makes the
// request an anonymous one.
func (i *Instance) authenticate(r *http.Request) (identity, *reply) {
	if username, password, ok := r.BasicAuth(); ok {
		return i.authenticateBasic(username, password)
	}
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return i.authenticateToken(token)
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
	account, ok := i.account(username)
	if !ok || password == "" || password != account.Password {
		i.failedLogins++
		return identity{}, refuse(i.unauthenticated())
	}
	i.failedLogins = 0
	return identity{name: username, administrator: account.Administrator, basic: true}, nil
}

// account returns the user of a name.
func (i *Instance) account(name string) (Account, bool) {
	accounts := slices.Concat(i.config.Users, []Account{
		{Name: i.config.Username, Password: i.config.Password, Administrator: true}, {Name: unprivilegedUser},
	})
	index := slices.IndexFunc(accounts, func(a Account) bool { return a.Name == name })
	if index < 0 {
		return Account{}, false
	}
	return accounts[index], true
}

// authenticateToken knows tokens:
// https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html.
// Crowd has none.
func (i *Instance) authenticateToken(secret string) (identity, *reply) {
	token := i.token(func(t *AccessToken) bool { return t.Secret == secret && secret != "" })
	_, revoked := i.tokens.revoked[secret]
	switch {
	case !i.offersTokens():
		return identity{}, nil
	case token != nil && !token.expired(i.now()):
		token.LastUsedAt = i.now()
		return identity{name: token.user(), administrator: i.administers(token), token: token}, nil
	case (revoked || token != nil) && !i.config.Guesses.Tokens.RevokedIsAnonymous:
		return identity{}, refuse(i.unauthenticated())
	default:
		return identity{}, nil
	}
}

// administers reports whether a token lets administer: one of an administrator
// does, on Bamboo with the permission USER. On Bitbucket none does
// (BSERV-10482).
func (i *Instance) administers(token *AccessToken) bool {
	account, ok := i.account(token.Owner)
	switch {
	case !ok || !account.Administrator || i.config.Product == Bitbucket:
		return false
	case i.config.Product == Bamboo:
		return token.Permissions == nil || slices.Contains(token.Permissions, "USER")
	default:
		return true
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
	return cmp.Or(i.config.Guesses.PermissionStatus, endpoint.denied, http.StatusForbidden)
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
