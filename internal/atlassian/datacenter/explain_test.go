// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// bodyCanary stands in bodies that must not be repeated.
const bodyCanary = "canary-body"

// lookAt lists the inactive keys, which must fail.
func lookAt(t *testing.T, at *site) error {
	_, err := at.client.InactiveKeys(t.Context())
	return err
}

// rotateAt rotates, which must fail.
func rotateAt(t *testing.T, at *site) error {
	_, err := at.change(t, AESKeyChange{Preflight: true, Rotate: true})
	return err
}

// deliverTo hands over the key of a tunnel, which must fail.
func deliverTo(t *testing.T, at *site) error {
	_, err := at.client.DeliverTunnelToken(t.Context(), "tunnel-key")
	return err
}

// auditAt reads the audit log, which must fail.
func auditAt(t *testing.T, at *site) error {
	_, _, err := at.client.AuditEvents(t.Context(), AuditQuery{Limit: 1})
	return err
}

func TestExplain_namesAURLThatLooksLikeThePathOfAWebPage(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://dc.example.com/secure/Dashboard.jspa":      "/secure/Dashboard.jspa",
		"https://dc.example.com/jira/secure/Dashboard.jspa": "/secure/Dashboard.jspa",
		"https://dc.example.com/wiki/dashboard.action":      "/dashboard.action",
		"https://dc.example.com/bitbucket/projects":         "/projects",
		"https://dc.example.com/rest/api/2":                 "/rest/api/2",
		"https://dc.example.com":                            "",
		"https://dc.example.com/jira":                       "",
		"https://dc.example.com/apps/confluence":            "",
	} {
		if got := pagePath(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	for at, want := range map[string]bool{"https://dc.example.com/jira": false, "https://dc.example.com/secure/Dashboard.jspa": true} {
		base, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		instance := New(Config{Client: transport.New(transport.Config{BaseURL: base})})
		failure := &transport.Error{Kind: transport.Refused, Status: http.StatusNotFound, URL: at + inactivePath}
		if cause := instance.Explain(failure).Cause; strings.Contains(cause, "`url` ends in /secure/Dashboard.jspa") != want {
			t.Errorf("%s: explained as %s", at, cause)
		}
	}
}

func TestExplain_saysWhatItMeansAndWhatToDo(t *testing.T) {
	t.Parallel()
	basic := simulator.InstanceConfig{Product: simulator.Jira, Password: password, CaptchaAfter: 1}
	page := `<html>` + bodyCanary + `</html>`
	for name, test := range map[string]struct {
		config        simulator.InstanceConfig
		fault         simulator.Fault
		prepare       func(*site)
		fail          func(*testing.T, *site) error
		cause, remedy []string
	}{
		"not running": {
			prepare: func(at *site) { at.SetState("MAINTENANCE") }, fail: rotateAt,
			cause: []string{"not running", "MAINTENANCE"}, remedy: []string{"when it is ready", "preflight = false"},
		},
		"rolling upgrade": {
			prepare: func(at *site) { at.SetUpgradeState("MIXED") }, fail: rotateAt,
			cause: []string{"rolling upgrade", "MIXED"}, remedy: []string{"when it is ready"},
		},
		"unreachable": {
			prepare: func(at *site) { at.wire.before(unreachable) }, fail: lookAt,
			cause: []string{"could not be reached", "connection refused"}, remedy: []string{"URL", "certificates", "proxy"},
		},
		"bearer refused": {
			fault: simulator.Fault{Status: 401, Body: `{"message":"no such token ` + token + `"}`}, fail: lookAt,
			cause: []string{"401", "`token`", "no such token"}, remedy: []string{"system administrator", "Bitbucket", "`username` and `password`"},
		},
		"password refused": {
			config: basic, fault: simulator.Fault{Status: 401, Body: `{"message":"no"}`}, fail: lookAt,
			cause: []string{"401", "`username` and `password`"}, remedy: []string{"system administrator"},
		},
		"a gateway's page, 401": {
			config: basic, fault: simulator.Fault{Status: 401, Body: page, ContentType: "text/html"}, fail: lookAt,
			cause: []string{"answered 401 by the page of a gateway or proxy", "not the instance's word on these credentials"}, remedy: []string{"gateway", "`username` and `password`"},
		},
		"a gateway's page, 403": {
			fault: simulator.Fault{Status: 403, Body: page, ContentType: "text/html"}, fail: lookAt,
			cause: []string{"answered 403 by the page of a gateway"}, remedy: []string{"Cloudflare Access", "`token`"},
		},
		"a gateway's page, 405": {
			fault: simulator.Fault{Method: http.MethodPost, Status: 405, Body: page, ContentType: "text/html"}, fail: rotateAt,
			cause: []string{"answered 405 by the page of a gateway"}, remedy: []string{"firewall"},
		},
		"CAPTCHA, 403": {
			config: basic,
			fault:  simulator.Fault{Status: 403, Body: page, ContentType: "text/html", Header: http.Header{"X-Authentication-Denied-Reason": {"CAPTCHA_CHALLENGE; login-url=https://x"}}},
			fail:   lookAt,
			cause:  []string{"answered 403 and demands a CAPTCHA"}, remedy: []string{"browser"},
		},
		"CAPTCHA of Bitbucket": {
			config: basic,
			fault:  simulator.Fault{Status: 401, Body: `{"errors":[{"message":"no","exceptionName":"com.atlassian.bitbucket.auth.CaptchaRequiredAuthenticationException"}]}`},
			fail:   lookAt,
			cause:  []string{"demands a CAPTCHA"}, remedy: []string{"browser"},
		},
		"a check that fails": {
			fault: simulator.Fault{Method: http.MethodGet, Path: "/cluster/zdu/state", Status: 500}, fail: rotateAt,
			cause: []string{"did not say whether its cluster is in a rolling upgrade", "500"}, remedy: []string{"logs", "preflight = false"},
		},
		"tunnel not supported": {
			fault: simulator.Fault{Path: tunnelTokenPath, Status: 501}, fail: deliverTo,
			cause: []string{"501", "security key of a tunnel"}, remedy: []string{"version"},
		},
		"no tunnel client": {
			prepare: func(at *site) { at.SetTunnelApp(false) }, fail: deliverTo,
			cause: []string{"login page or proxy", "302", "no application tunnels client"}, remedy: []string{"Application tunnels", "single sign-on"},
		},
		"no tunnel client, 404": {
			fault: simulator.Fault{Path: tunnelTokenPath, Status: 404}, fail: deliverTo,
			cause: []string{"404", "no application tunnels client"}, remedy: []string{"Application tunnels"},
		},
		"no audit log": {
			fault: simulator.Fault{Path: auditPath, Status: 302, Header: http.Header{"Location": {"/login.jsp"}}}, fail: auditAt,
			cause: []string{"login page or proxy", "302", "no REST API for its audit log"}, remedy: []string{"8.8", "single sign-on"},
		},
		"CAPTCHA": {
			config: basic,
			fault:  simulator.Fault{Status: 401, Header: http.Header{"X-Authentication-Denied-Reason": {"CAPTCHA_CHALLENGE; login-url=https://x/" + bodyCanary}}},
			fail:   lookAt,
			cause:  []string{"401", "CAPTCHA"}, remedy: []string{"browser", "failed login count"},
		},
		"WebSudo": {
			prepare: func(at *site) { at.SetWebSudo(true) }, fail: lookAt,
			cause: []string{"401", "WebSudo"}, remedy: []string{"personal access token", "basic authentication"},
		},
		"basic authentication is off": {
			config: basic, prepare: func(at *site) { at.SetBasicAuthDisabled(true) }, fail: lookAt,
			cause: []string{"Basic authentication is switched off"}, remedy: []string{"`token`", "Allow basic authentication on API calls"},
		},
		"XSRF": {
			fault: simulator.Fault{Method: http.MethodPost, Status: 403, Body: "XSRF check failed", ContentType: "text/plain"}, fail: rotateAt,
			cause: []string{"XSRF"}, remedy: []string{"proxy", "X-Atlassian-Token"},
		},
		"403": {
			fault: simulator.Fault{Status: 403, Body: `{"message":"not yours","other":"` + bodyCanary + `"}`}, fail: lookAt,
			cause: []string{"403", "not yours"}, remedy: []string{"system administrator"},
		},
		"no key API": {
			prepare: func(at *site) { at.SetKeyAPI(false) }, fail: lookAt,
			cause: []string{"login page or proxy", "302", "no AES key API"}, remedy: []string{"single sign-on", "Jira", "10.3", "Confluence", "9.3", "Bitbucket", "9.5", "Crowd", "6.3", "Bamboo", "context path"},
		},
		"no key API, 404": {
			fault: simulator.Fault{Status: 404}, fail: lookAt,
			cause: []string{"404", "no AES key API"}, remedy: []string{"Jira", "10.3", "context path"},
		},
		"no key API, XML": {
			config:  simulator.InstanceConfig{Product: simulator.Bitbucket, Version: "9.4.0", Password: password},
			prepare: func(*site) {}, fail: lookAt,
			cause: []string{"404", "no AES key API"}, remedy: []string{"Bitbucket", "9.5"},
		},
		"406 as documented": {
			prepare: func(at *site) { at.SetRotating(true) }, fail: rotateAt,
			cause: []string{"406", "cannot take place", "already in progress", "FAILED"}, remedy: []string{"apply again"},
		},
		"406 without the documented body": {
			fault: simulator.Fault{Method: http.MethodPost, Status: 406, Body: page, ContentType: "text/html"}, fail: rotateAt,
			cause: []string{"406", "content negotiation", "not a refused rotation"}, remedy: []string{"proxy", "Accept"},
		},
		"not supported": {
			config:  simulator.InstanceConfig{Product: simulator.Bitbucket, Password: password},
			prepare: func(at *site) { at.SetRotationSupported(false) }, fail: rotateAt,
			cause: []string{"501", "not supported"}, remedy: []string{"secured secrets"},
		},
		"500": {
			fault: simulator.Fault{Status: 500, Body: `{"status":"ERROR","message":"disk full","trace":"` + bodyCanary + `"}`}, fail: lookAt,
			cause: []string{"500 Internal Server Error", "ERROR", "disk full"}, remedy: []string{"application logs"},
		},
		"502 page": {
			fault: simulator.Fault{Status: 502, Body: page, ContentType: "text/html"}, fail: lookAt,
			cause: []string{"502 Bad Gateway"}, remedy: []string{"logs"},
		},
		"400": {
			fault: simulator.Fault{Status: 400, Body: `{"errors":[{"message":"odd request"}]}`}, fail: lookAt,
			cause: []string{"400 Bad Request", "odd request"}, remedy: []string{"Correct what it complains about"},
		},
		"rate limited": {
			fault: simulator.Fault{Status: 429, Header: http.Header{"Retry-After": {"7200"}}}, fail: lookAt,
			cause: []string{"limits the rate", "2000-01-01T02:00:00Z"}, remedy: []string{"max_retry_wait"},
		},
		"login page": {
			fault: simulator.Fault{Status: 200, Body: page, ContentType: "text/html"}, fail: lookAt,
			cause: []string{"login page or proxy"}, remedy: []string{"context path", "single sign-on"},
		},
		"redirect": {
			fault: simulator.Fault{Status: 302, Header: http.Header{"Location": {"https://sso.example.com/?state=" + bodyCanary}}}, fail: lookAt,
			cause: []string{"login page or proxy"}, remedy: []string{"context path", "single sign-on"},
		},
		"timed out": {
			prepare: func(at *site) { at.wire.delay(http.MethodGet, inactivePath, 0, forever) }, fail: lookAt,
			cause: []string{"did not answer in time"}, remedy: []string{"request_timeout", "timeouts"},
		},
		"connection broke": {
			fault: simulator.Fault{Method: http.MethodPost, Kind: simulator.ResetBefore}, fail: rotateAt,
			cause: []string{"connection broke"}, remedy: []string{"network", "proxy"},
		},
		"unreadable": {
			fault: simulator.Fault{Status: 200, Body: `{"` + bodyCanary + `":1}`}, fail: lookAt,
			cause: []string{"could not be read", "inactiveKeys"}, remedy: []string{"URL", "proxy"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.config.Product == "" {
				test.config = jira()
			}
			simulate(t, test.config, func(t *testing.T, at *site) {
				if test.prepare != nil {
					test.prepare(at)
				} else {
					at.Inject(keyFault(test.fault))
				}
				expectExplained(t, at, test.fail(t, at), test.cause, test.remedy)
			})
		})
	}
}

// keyFault restricts a fault to the AES key API.
func keyFault(fault simulator.Fault) simulator.Fault {
	if fault.Path != "" {
		return fault
	}
	fault.Path = inactivePath
	if fault.Method == http.MethodPost {
		fault.Path = rotatePath
	}
	return fault
}

// expectExplained fails unless the explanation of err has all of these words,
// is made of sentences and gives nothing away.
func expectExplained(t *testing.T, at *site, err error, cause, remedy []string) {
	t.Helper()
	if err == nil {
		t.Fatal("nothing failed")
	}
	explanation := at.client.Explain(err)
	for text, wanted := range map[string][]string{explanation.Cause: cause, explanation.Remedy: remedy} {
		for _, want := range wanted {
			if !strings.Contains(text, want) {
				t.Errorf("%q does not say %q", text, want)
			}
		}
		if !strings.HasSuffix(text, ".") || strings.HasSuffix(text, "..") {
			t.Errorf("%q is no sentence", text)
		}
		for _, secret := range []string{bodyCanary, token, password} {
			if strings.Contains(text, secret) || strings.Contains(err.Error(), secret) {
				t.Errorf("%q, of %v, gives %q away", text, err, secret)
			}
		}
	}
}

func TestExplain_knowsErrorsThatAreNotHTTPs(t *testing.T) {
	t.Parallel()
	at := newSite(t, jira())
	for name, test := range map[string]struct {
		err           error
		cause, remedy []string
	}{
		"time ran out":      {&StepError{Step: StepQueue, Err: context.DeadlineExceeded}, []string{"`timeouts`", "ran out"}, []string{"Raise"}},
		"interrupted":       {&StepError{Step: StepQueue, Err: context.Canceled}, []string{"interrupted"}, []string{"Apply again"}},
		"wrapped":           {fmt.Errorf("reading: %w", context.Canceled), []string{"interrupted"}, []string{"Apply again"}},
		"not ready":         {&NotReadyError{Reason: "is asleep"}, []string{"The instance is asleep."}, []string{"preflight = false"}},
		"not ready, a step": {&StepError{Step: StepCheck, Err: &NotReadyError{Reason: "is asleep"}}, []string{"is asleep"}, []string{"preflight = false"}},
		"anything else":     {errors.New("odd"), []string{"odd."}, []string{"Apply again"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectExplained(t, at, test.err, test.cause, test.remedy)
		})
	}
}

func TestExplain_ofAnUnsettledRotationTellsWhatItsAnswerWas(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Inject(simulator.Fault{Method: http.MethodPost, Status: 502})
		at.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Skip: 1, Status: 401})
		_, err := at.change(t, AESKeyChange{Rotate: true})
		expectExplained(t, at, err, []string{"502 Bad Gateway"}, []string{"logs"})
	})
}

func TestExplain_ofARateLimitSaysUntilWhenOrThatNobodyKnows(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Inject(simulator.Fault{Kind: simulator.RateLimited, Wait: 90 * time.Minute})
		first := at.client.Explain(lookAt(t, at))
		second := at.client.Explain(lookAt(t, at))
		if !strings.Contains(first.Cause, "2000-01-01T01:30:00Z") || second.Cause != first.Cause {
			t.Errorf("first %q, then %q", first.Cause, second.Cause)
		}
		if got := at.Count("", ""); got != 1 {
			t.Errorf("sent %d requests to who wants none", got)
		}
	})
}
