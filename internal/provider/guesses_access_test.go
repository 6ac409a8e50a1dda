// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// accessGuesses are those about what an instance refuses, and what it does not
// have.
func accessGuesses() map[string]guess[simulator.InstanceConfig] {
	guesses := map[string]guess[simulator.InstanceConfig]{
		"lack of permission is 401 everywhere": {
			func(c *simulator.InstanceConfig) { c.Guesses.PermissionStatus = http.StatusUnauthorized },
			lackOfPermissionIsAnError("answered 401: it does not accept this `token`"),
		},
		"lack of permission is 403 everywhere": {
			func(c *simulator.InstanceConfig) { c.Guesses.PermissionStatus = http.StatusForbidden },
			lackOfPermissionIsAnError("answered 403: these credentials may not do this"),
		},
		"every POST is guarded against forgery": {
			func(c *simulator.InstanceConfig) { c.Guesses.XSRF = simulator.XSRFEveryPOST }, everyWriteTakesPlace,
		},
		"every change is guarded against forgery": {
			func(c *simulator.InstanceConfig) { c.Guesses.XSRF = simulator.XSRFEverywhere }, everyWriteTakesPlace,
		},
		"any media type is taken": {
			func(c *simulator.InstanceConfig) { c.Guesses.AnyMediaType = true }, everyWriteTakesPlace,
		},
		"undocumented input is ignored": {
			func(c *simulator.InstanceConfig) { c.Guesses.IgnoreUndocumentedInput = true }, everyWriteTakesPlace,
		},
		"a CAPTCHA is asked for with 403": {
			func(c *simulator.InstanceConfig) { c.Guesses.CaptchaStatus = http.StatusForbidden }, captchaIsNamed,
		},
		"an instance that does not run answers all the same": {
			func(c *simulator.InstanceConfig) { c.Guesses.AnswerWhileNotRunning = true },
			onlyThePreflightRefuses(set((*simulator.Instance).SetState, "MAINTENANCE"), `its status is "MAINTENANCE"`),
		},
		"Bitbucket is called bitbucket": {
			func(c *simulator.InstanceConfig) { c.Guesses.BitbucketTypeID = "bitbucket" }, bitbucketIsKnown,
		},
	}
	for _, form := range simulator.AbsentPaths() {
		if form == simulator.AbsentByProduct {
			continue
		}
		guesses[fmt.Sprintf("what is absent is answered by %v", form)] = guess[simulator.InstanceConfig]{
			func(c *simulator.InstanceConfig) { c.Guesses.AbsentPath = form }, whatIsAbsentIsNoFailure,
		}
	}
	return guesses
}

// lackOfPermissionIsAnError returns a check that somebody who is no administrator
// is told so wherever it takes one.
func lackOfPermissionIsAnError(cause string) func(*testing.T, turnInstance) {
	return func(t *testing.T, turn turnInstance) {
		t.Helper()
		config := withToken()
		config.UnprivilegedToken = "nobodys-token"
		estate, jira := newInstance(t, with(config, turn))
		use("nobodys-token", "", "")(t, estate, jira)
		rotation := estate.NewManagedResource(aesRotationType)
		rotation.Apply(t.Context(), t, plan(t, rotation, aesConfig())).MustFail(t, `AES key of "jira" not rotated`, cause, "Nothing was changed on the instance.")
		for _, dataSource := range []string{inactiveKeysType, auditEventsType} {
			_, said := estate.Read(t, dataSource, acctest.Object{"instance": "jira"})
			said.MustFail(t, cause)
		}
		verify(t, asked(jira, 0, 0))
		use("jira-token", "", "")(t, estate, jira)
		rotation.Create(t, aesConfig())
		verify(t, rotated(jira, 1))
	}
}

// everyWriteTakesPlace sends each kind of request that changes an instance.
func everyWriteTakesPlace(t *testing.T, turn turnInstance) {
	t.Helper()
	keysAreRotatedAndDeleted(t, turn)
	tokensAreRotatedAndRevoked(t, simulator.Jira, turn)
	tokensAreRotatedAndRevoked(t, simulator.Confluence, turn)
	tokensAreRotatedAndRevoked(t, simulator.Bamboo, turn)
	tokensAreRotatedAndRevoked(t, simulator.Bitbucket, turn)
	newTokensAreDelivered(t, turn)
}

func captchaIsNamed(t *testing.T, turn turnInstance) {
	t.Helper()
	for _, product := range []simulator.Product{simulator.Jira, simulator.Confluence, simulator.Bitbucket} {
		config := withPassword(product)
		config.CaptchaAfter = 1
		estate, instance := newInstance(t, with(config, turn))
		rotation := estate.NewManagedResource(aesRotationType)
		logInWrongly(t, estate, instance)
		rotation.Apply(t.Context(), t, plan(t, rotation, aesConfig())).
			MustFail(t, `AES key of "jira" not rotated`, "The instance answered 403 and demands a CAPTCHA", "Nothing was changed on the instance.", "Log in once in a browser")
		verify(t, asked(instance, 0, 0))
		instance.ClearCaptcha()
		rotation.Create(t, aesConfig())
		verify(t, rotated(instance, 1))
	}
}

func bitbucketIsKnown(t *testing.T, turn turnInstance) {
	t.Helper()
	estate, git := newInstance(t, with(withPassword(simulator.Bitbucket), turn))
	rotation := estate.NewManagedResource(aesRotationType)
	apply(t, rotation, aesConfig()).MustBeQuiet(t)
	verify(t, rotated(git, 1))
	rotation.MustHold(t, map[string]string{"product": "bitbucket"})
	mustSettle(t, rotation, aesConfig())
}

// whatIsAbsentIsNoFailure asks products for what they do not have.
func whatIsAbsentIsNoFailure(t *testing.T, turn turnInstance) {
	t.Helper()
	crowdIsRotatedWithoutAManifest(t, turn)
	bambooIsDescribedWithoutKeys(t, turn)
	oldJiraIsNotRotated(t, turn)
}

func crowdIsRotatedWithoutAManifest(t *testing.T, turn turnInstance) {
	t.Helper()
	estate, crowd := newInstance(t, with(withPassword(simulator.Crowd), turn))
	rotation := estate.NewManagedResource(aesRotationType)
	apply(t, rotation, aesConfig()).MustBeQuiet(t)
	verify(t, rotated(crowd, 1))
	rotation.MustHold(t, map[string]string{"product": "crowd"})
	mustSettle(t, rotation, aesConfig())
	read, said := estate.Read(t, auditEventsType, acctest.Object{"instance": "jira"})
	said.MustBeQuiet(t)
	if got := textOf(t, read, "id"); got != "jira" {
		t.Errorf("read %q", got)
	}
	if available := truthOf(t, read, "available"); available {
		t.Error("Crowd has an audit log")
	}
}

func bambooIsDescribedWithoutKeys(t *testing.T, turn turnInstance) {
	t.Helper()
	estate, _ := newInstance(t, with(simulator.InstanceConfig{Product: simulator.Bamboo, Token: "bamboo-token"}, turn))
	read, said := estate.Read(t, "atlassian_dc_instance", acctest.Object{"instance": "jira"})
	said.MustBeQuiet(t)
	if got := textOf(t, read, "product") + " " + textOf(t, read, "state"); got != "bamboo RUNNING" {
		t.Errorf("described as %q", got)
	}
	if truthOf(t, read, "aes_key_api") || !truthOf(t, read, "tunnel_client") {
		t.Error("Bamboo has no AES key API, but the client of tunnels")
	}
}

func oldJiraIsNotRotated(t *testing.T, turn turnInstance) {
	t.Helper()
	config := withToken()
	config.Version = "9.12.0"
	estate, jira := newInstance(t, with(config, turn))
	rotation := estate.NewManagedResource(aesRotationType)
	rotation.Apply(t.Context(), t, plan(t, rotation, aesConfig())).
		MustFail(t, `AES key of "jira" not rotated`, "it has no AES key API", "Nothing was changed on the instance.", "from 10.3")
	verify(t, asked(jira, 0, 0))
}
