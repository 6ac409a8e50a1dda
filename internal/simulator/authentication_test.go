// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestAuthentication_decidesWhoMayReadKeys(t *testing.T) {
	t.Parallel()
	bearer := func(token string) func(message) message {
		return func(m message) message { return m.bearer(token) }
	}
	basic := func(username, password string) func(message) message {
		return func(m message) message { return m.basic(username, password) }
	}
	for name, test := range map[string]struct {
		product simulator.Product
		as      func(message) message
		want    int
	}{
		"administrator's token":    {simulator.Jira, bearer(adminToken), 200},
		"administrator's password": {simulator.Jira, basic("admin", password), 200},
		"nobody":                   {simulator.Jira, func(m message) message { return m }, 401},
		"unknown token":            {simulator.Jira, bearer("nonsense"), 401},
		"empty token":              {simulator.Jira, bearer(""), 401},
		"user's token":             {simulator.Confluence, bearer(userToken), 401},
		"wrong password":           {simulator.Confluence, basic("admin", "nonsense"), 401},
		"empty password":           {simulator.Confluence, basic("admin", ""), 401},
		"wrong user":               {simulator.Confluence, basic("root", password), 401},
		"Bitbucket password":       {simulator.Bitbucket, basic("admin", password), 200},
		"Bitbucket token":          {simulator.Bitbucket, bearer(adminToken), 401},
		"Crowd password":           {simulator.Crowd, basic("admin", password), 200},
		"Crowd knows no tokens":    {simulator.Crowd, bearer(adminToken), 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			instance, _ := newInstance(t, test.product)
			test.as(ask(http.MethodGet, instance.URL()+inactivePath)).send(t).wantStatus(t, test.want)
		})
	}
}

func TestAuthentication_refusalHasTheShapeOfTheProduct(t *testing.T) {
	t.Parallel()
	for product, want := range map[simulator.Product]string{
		simulator.Jira: `{"message":"Client must be authenticated to access this resource.","status-code":401}`,
		simulator.Bitbucket: `{"errors":[{"context":null,"exceptionName":"com.atlassian.bitbucket.AuthorisationException",` +
			`"message":"Client must be authenticated to access this resource."}]}`,
	} {
		instance, _ := newInstance(t, product)
		wantEqual(t, "body", ask(http.MethodGet, instance.URL()+inactivePath).send(t).body, want)
	}
}

func TestAuthentication_bitbucketTakesTokensForWhatNeedsNoAdministrator(t *testing.T) {
	t.Parallel()
	bitbucket, _ := newInstance(t, simulator.Bitbucket)
	url := bitbucket.URL() + "/rest/api/latest/application-properties"
	got := ask(http.MethodGet, url).bearer(adminToken).send(t).wantStatus(t, http.StatusOK)
	wantEqual(t, "X-AUSERNAME", got.header.Get("X-AUSERNAME"), "admin")
}

func TestAuthentication_wrongTokenIsAnonymousWhereAnybodyMayLook(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	url := jira.URL() + "/rest/api/2/serverInfo"
	got := ask(http.MethodGet, url).bearer("nonsense").send(t).wantStatus(t, http.StatusOK)
	wantEqual(t, "X-AUSERNAME", got.header.Get("X-AUSERNAME"), "anonymous")
	ask(http.MethodGet, url).basic("admin", "nonsense").send(t).wantStatus(t, http.StatusUnauthorized)
}

func TestAuthentication_basicCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.SetBasicAuthDisabled(true)
	got := ask(http.MethodGet, jira.URL()+inactivePath).basic("admin", password).send(t)
	got.wantStatus(t, http.StatusForbidden)
	wantEqual(t, "body", got.body, `{"message":"Basic Authentication has been disabled on this instance."}`)
	ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken).send(t).wantStatus(t, http.StatusOK)
}

func TestAuthentication_failedLoginsEndInACaptcha(t *testing.T) {
	t.Parallel()
	jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.CaptchaAfter = 2 })
	read := ask(http.MethodGet, jira.URL()+inactivePath)
	const denied = "X-Authentication-Denied-Reason"
	for range 2 {
		got := read.basic("admin", "nonsense").send(t).wantStatus(t, http.StatusUnauthorized)
		wantEqual(t, denied, got.header.Get(denied), "")
	}

	got := read.basic("admin", password).send(t).wantStatus(t, http.StatusUnauthorized)
	if !strings.HasPrefix(got.header.Get(denied), "CAPTCHA_CHALLENGE; login-url=https://jira.internal.example/") {
		t.Errorf("unexpected %s %q", denied, got.header.Get(denied))
	}
	read.bearer(adminToken).send(t).wantStatus(t, http.StatusOK)

	jira.ClearCaptcha()
	read.basic("admin", password).send(t).wantStatus(t, http.StatusOK)
}

func TestAuthentication_failedLoginsCountOnAnonymousPathsToo(t *testing.T) {
	t.Parallel()
	confluence, _ := newInstance(t, simulator.Confluence)
	for _, path := range []string{"/status", "/rest/applinks/1.0/manifest", absentPath} {
		ask(http.MethodGet, confluence.URL()+path).basic("admin", "nonsense").send(t).wantStatus(t, 401)
	}
	got := ask(http.MethodGet, confluence.URL()+"/status").basic("admin", password).send(t).wantStatus(t, 401)
	if got.header.Get("X-Authentication-Denied-Reason") == "" {
		t.Error("three failed logins asked for no CAPTCHA")
	}
	ask(http.MethodGet, confluence.URL()+"/status").send(t).wantStatus(t, http.StatusOK)
}

func TestAuthentication_captchaCanBeSwitchedOff(t *testing.T) {
	t.Parallel()
	confluence, _ := newInstance(t, simulator.Confluence, func(c *simulator.InstanceConfig) { c.CaptchaAfter = -1 })
	for range 4 {
		ask(http.MethodGet, confluence.URL()+"/status").basic("admin", "nonsense").send(t).wantStatus(t, 401)
	}
	ask(http.MethodGet, confluence.URL()+"/status").basic("admin", password).send(t).wantStatus(t, 200)
}

func TestAuthentication_captchaHasTheFormOfTheProduct(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403} {
		for product, want := range map[simulator.Product]string{
			simulator.Jira:      "CAPTCHA required",
			simulator.Bitbucket: "CaptchaRequiredAuthenticationException\"",
		} {
			instance, _ := newInstance(t, product, func(c *simulator.InstanceConfig) {
				c.CaptchaAfter, c.Guesses.CaptchaStatus = 1, status
			})
			read := ask(http.MethodGet, instance.URL()+inactivePath)
			read.basic("admin", "nonsense").send(t).wantStatus(t, 401)
			got := read.basic("admin", password).send(t).wantStatus(t, status)
			if !strings.Contains(got.body, want) {
				t.Errorf("unexpected body %s", got.body)
			}
		}
	}
}

func TestAuthentication_lackOfPermissionIsAnsweredAsEachAPIDoes(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]int{
		inactivePath:                    401,
		"/rest/auditing/1.0/events":     403,
		"/rest/api/2/cluster/nodes":     403,
		"/rest/api/2/cluster/zdu/state": 403,
	} {
		ask(http.MethodGet, newKeyInstance(t).URL()+path).bearer(userToken).send(t).wantStatus(t, want)
	}
}

func TestAuthentication_permissionStatusIsSwitchable(t *testing.T) {
	t.Parallel()
	bitbucket, _ := newInstance(t, simulator.Bitbucket, func(c *simulator.InstanceConfig) {
		c.Guesses.PermissionStatus = http.StatusForbidden
	})
	read := ask(http.MethodGet, bitbucket.URL()+inactivePath)
	read.bearer(adminToken).send(t).wantStatus(t, http.StatusForbidden)
	read.send(t).wantStatus(t, http.StatusUnauthorized)
}

func TestAuthentication_webSudoWantsAnAdministratorSession(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.SetWebSudo(true)
	read := ask(http.MethodGet, jira.URL()+inactivePath)
	const want = `{"message":"This resource requires WebSudo.","status-code":401}`
	wantEqual(t, "body for a token", read.bearer(adminToken).send(t).wantStatus(t, 401).body, want)
	wantEqual(t, "body for a session", read.with("Cookie", "JSESSIONID=x").send(t).wantStatus(t, 401).body, want)
	read.basic("admin", password).send(t).wantStatus(t, http.StatusOK)
	ask(http.MethodGet, jira.URL()+"/rest/api/2/cluster/zdu/state").bearer(adminToken).send(t).
		wantStatus(t, http.StatusOK)
}
