// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// trouble keeps an instance from being rotated until it is over.
type trouble struct {
	config     simulator.InstanceConfig
	begin, end event
	// cause and remedy are what the error says before and after what was
	// changed.
	cause, remedy string
}

// event is something that happens to the instance, which is called jira
// whatever its product.
type event func(t *testing.T, estate *acctest.Estate, instance *simulator.Instance)

func set[T any](change func(*simulator.Instance, T), value T) event {
	return func(_ *testing.T, _ *acctest.Estate, instance *simulator.Instance) { change(instance, value) }
}

func do(change func(*simulator.Instance)) event {
	return func(_ *testing.T, _ *acctest.Estate, instance *simulator.Instance) { change(instance) }
}

// inject makes the fault strike requests to the path.
func inject(method, path string, fault simulator.Fault) event {
	fault.Method, fault.Path = method, path
	return set((*simulator.Instance).Inject, fault)
}

// use gives the provider other credentials; an empty one is none.
func use(token, username, password string) event {
	return func(_ *testing.T, estate *acctest.Estate, _ *simulator.Instance) {
		for kind, value := range map[string]string{"TOKEN": token, "USERNAME": username, "PASSWORD": password} {
			estate.Setenv("ATLASSIAN_INSTANCE_JIRA_"+kind, value)
		}
	}
}

// logInWrongly is a failed login of the administrator in another place.
func logInWrongly(t *testing.T, _ *acctest.Estate, instance *simulator.Instance) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, instance.URL()+inactivePath, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("admin", "wrong-password")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
}

func withToken() simulator.InstanceConfig {
	return simulator.InstanceConfig{Product: simulator.Jira, Token: "jira-token"}
}

func withPassword(product simulator.Product) simulator.InstanceConfig {
	return simulator.InstanceConfig{Product: product, Password: "jira-password"}
}

// endOfFaults ends every injected fault.
func endOfFaults(_ *testing.T, _ *acctest.Estate, instance *simulator.Instance) {
	instance.ClearFaults()
}

func running(_ *testing.T, _ *acctest.Estate, instance *simulator.Instance) {
	instance.SetState("RUNNING")
}

func credentialTroubles() map[string]trouble {
	return map[string]trouble{
		"wrong token": {
			config: withToken(),
			begin:  use("wrong-token", "", ""),
			end:    use("jira-token", "", ""),
			cause:  "answered 401: it does not accept this `token`",
			remedy: "belongs to a system administrator",
		},
		"wrong password": {
			config: withPassword(simulator.Jira),
			begin:  use("", "admin", "wrong-password"),
			end:    use("", "admin", "jira-password"),
			cause:  "answered 401: it does not accept `username` and `password`",
			remedy: "the user is a system administrator",
		},
		"token for Bitbucket": {
			config: simulator.InstanceConfig{Product: simulator.Bitbucket, Token: "http-token", Password: "jira-password"},
			begin:  use("http-token", "", ""),
			end:    use("", "admin", "jira-password"),
			cause:  "answered 401",
			remedy: "Bitbucket accepts no access token for administration: give it `username` and `password` instead",
		},
		"CAPTCHA": {
			config: simulator.InstanceConfig{Product: simulator.Jira, Password: "jira-password", CaptchaAfter: 1},
			begin:  logInWrongly,
			end:    do((*simulator.Instance).ClearCaptcha),
			cause:  "demands a CAPTCHA",
			remedy: "Log in once in a browser",
		},
		"WebSudo": {
			config: withToken(),
			begin:  set((*simulator.Instance).SetWebSudo, true),
			end:    set((*simulator.Instance).SetWebSudo, false),
			cause:  "(WebSudo)",
			remedy: "basic authentication",
		},
		"basic authentication switched off": {
			config: withPassword(simulator.Jira),
			begin:  set((*simulator.Instance).SetBasicAuthDisabled, true),
			end:    set((*simulator.Instance).SetBasicAuthDisabled, false),
			cause:  "Basic authentication is switched off",
			remedy: "a personal access token",
		},
		"token of somebody else": {
			config: withToken(),
			begin:  inject("", inactivePath, simulator.Fault{Status: http.StatusForbidden}),
			end:    endOfFaults,
			cause:  "answered 403",
			remedy: "the credentials of a system administrator",
		},
		"proxy that removes a header": {
			config: withToken(),
			begin:  inject(http.MethodPost, rotatePath, simulator.Fault{Status: http.StatusForbidden, Body: "XSRF check failed", ContentType: "text/plain"}),
			end:    endOfFaults,
			cause:  "The XSRF check",
			remedy: "X-Atlassian-Token",
		},
	}
}

func stateTroubles() map[string]trouble {
	return map[string]trouble{
		"instance is down": {
			config: withToken(),
			begin:  do(func(i *simulator.Instance) { i.Stop() }),
			end:    do(func(i *simulator.Instance) { i.Start() }),
			cause:  "could not be reached",
			remedy: "Check that it is up",
		},
		"instance starts": {
			config: withToken(),
			begin:  set((*simulator.Instance).SetState, "STARTING"),
			end:    running,
			cause:  `is not running: its status is "STARTING"`,
			remedy: "Apply again when it is ready",
		},
		"instance in maintenance": {
			config: withToken(),
			begin:  set((*simulator.Instance).SetState, "MAINTENANCE"),
			end:    running,
			cause:  `is not running: its status is "MAINTENANCE"`,
			remedy: "preflight = false",
		},
		"instance in error": {
			config: withToken(),
			begin:  set((*simulator.Instance).SetState, "ERROR"),
			end:    running,
			cause:  `is not running: its status is "ERROR"`,
		},
		"rolling upgrade": {
			config: withToken(),
			begin:  set((*simulator.Instance).SetUpgradeState, "MIXED"),
			end:    set((*simulator.Instance).SetUpgradeState, "STABLE"),
			cause:  "is in a rolling upgrade: its upgrade state is MIXED",
			remedy: "preflight = false",
		},
		"nodes of several versions": {
			config: withToken(),
			begin:  set((*simulator.Instance).SetNodes, []simulator.Node{{ID: "one", Version: "10.3.11"}, {ID: "two", Version: "10.3.12"}}),
			end:    set((*simulator.Instance).SetNodes, nil),
			cause:  "runs nodes of different versions: 10.3.11, 10.3.12",
			remedy: "preflight = false",
		},
		"product is too old": {
			config: withToken(),
			begin:  set((*simulator.Instance).SetKeyAPI, false),
			end:    set((*simulator.Instance).SetKeyAPI, true),
			cause:  "it has no AES key API",
			remedy: "Jira Data Center has it from 10.3",
		},
		"another rotation under way": {
			config: withToken(),
			begin:  set((*simulator.Instance).SetRotating, true),
			end:    set((*simulator.Instance).SetRotating, false),
			cause:  "answered 406: the rotation cannot take place",
			remedy: "apply again",
		},
		"rotation not supported": {
			config: withPassword(simulator.Bitbucket),
			begin:  set((*simulator.Instance).SetRotationSupported, false),
			end:    set((*simulator.Instance).SetRotationSupported, true),
			cause:  "answered 501: rotating AES keys is not supported",
			remedy: "another secret store",
		},
	}
}

func answerTroubles() map[string]trouble {
	return map[string]trouble{
		"406 of content negotiation": {
			config: withToken(),
			begin:  inject(http.MethodPost, rotatePath, simulator.Fault{Kind: simulator.HTML, Status: http.StatusNotAcceptable}),
			end:    endOfFaults,
			cause:  "406 without the body that Atlassian documents",
			remedy: "no proxy changes the Accept header",
		},
		"list fails": {
			config: withToken(),
			begin:  inject(http.MethodGet, inactivePath, simulator.Fault{Status: http.StatusInternalServerError}),
			end:    endOfFaults,
			cause:  "failed with 500 Internal Server Error",
			remedy: "application logs",
		},
		"login page": {
			config: withToken(),
			begin:  inject(http.MethodGet, inactivePath, simulator.Fault{Kind: simulator.HTML}),
			end:    endOfFaults,
			cause:  "answered by a login page or proxy",
			remedy: "single sign-on",
		},
		"redirect to a login page": {
			config: withToken(),
			begin:  inject(http.MethodGet, inactivePath, simulator.Fault{Kind: simulator.Redirect}),
			end:    endOfFaults,
			cause:  "answered by a login page or proxy (302)",
			remedy: "single sign-on",
		},
		"answer cut short": {
			config: withToken(),
			begin:  inject(http.MethodGet, inactivePath, simulator.Fault{Kind: simulator.TruncatedBody}),
			end:    endOfFaults,
			cause:  "The answer could not be read",
			remedy: "leads to the product itself",
		},
		"answer without a list": {
			config: withToken(),
			begin:  inject(http.MethodGet, inactivePath, simulator.Fault{Status: http.StatusOK, Body: `{"inactiveKeys":null}`}),
			end:    endOfFaults,
			cause:  `holds no list "inactiveKeys"`,
			remedy: "leads to the product itself",
		},
		"answer too large": {
			config: withToken(),
			begin:  inject(http.MethodGet, inactivePath, simulator.Fault{Kind: simulator.HugeBody}),
			end:    endOfFaults,
			cause:  "larger than 8 MiB",
			remedy: "leads to the product itself",
		},
		"dropped connections": {
			config: withToken(),
			begin:  inject(http.MethodGet, "/status", simulator.Fault{Kind: simulator.ResetBefore}),
			end:    endOfFaults,
			cause:  "The connection broke",
			remedy: "Check the network",
		},
		"longer rate limit than allowed": {
			config: withToken(),
			begin:  inject("", "", simulator.Fault{Kind: simulator.RateLimited, Wait: time.Hour}),
			end:    endOfFaults,
			cause:  "2026-01-05T09:00:00Z",
			remedy: "max_retry_wait",
		},
		"rate limit without end": {
			config: withToken(),
			begin:  set((*simulator.Instance).SetRateLimit, &simulator.RateLimit{}),
			end:    set((*simulator.Instance).SetRateLimit, nil),
			cause:  "blocks all requests",
			remedy: "rate limiting settings",
		},
	}
}
