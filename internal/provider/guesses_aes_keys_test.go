// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// turnInstance turns a switch of an instance.
type turnInstance = func(*simulator.InstanceConfig)

// with returns the configuration with the switch turned.
func with(config simulator.InstanceConfig, turn turnInstance) simulator.InstanceConfig {
	turn(&config)
	return config
}

// aesKeyGuesses are those about what the AES key API answers.
func aesKeyGuesses() map[string]guess[simulator.InstanceConfig] {
	guesses := map[string]guess[simulator.InstanceConfig]{
		"a rotation answers another status": {
			func(c *simulator.InstanceConfig) { c.Guesses.RotationStatus = "DONE" }, rotationSays("rotation_status", "DONE"),
		},
		"a rotation answers another message": {
			func(c *simulator.InstanceConfig) { c.Guesses.RotationMessage = "The new key is in use" },
			rotationSays("rotation_message", "The new key is in use"),
		},
		"a refused rotation answers another status": {
			func(c *simulator.InstanceConfig) { c.Guesses.RefusalStatus = "NOT_NOW" },
			refusedRotationSays("answered 406: the rotation cannot take place"),
		},
		"a refused rotation answers no body": {
			func(c *simulator.InstanceConfig) { c.Guesses.EmptyRefusals = true },
			refusedRotationSays("406 without the body that Atlassian documents"),
		},
		"an instance rotates during an upgrade": {
			func(c *simulator.InstanceConfig) { c.Guesses.RotateWhileUpgrading = true },
			onlyThePreflightRefuses(set((*simulator.Instance).SetUpgradeState, "MIXED"), "its upgrade state is MIXED"),
		},
		"an instance rotates with nodes of several versions": {
			func(c *simulator.InstanceConfig) { c.Guesses.RotateWithMixedVersions = true },
			onlyThePreflightRefuses(set((*simulator.Instance).SetNodes, []simulator.Node{{ID: "a", Version: "10.3.11"}, {ID: "b", Version: "10.3.12"}}),
				"runs nodes of different versions: 10.3.11, 10.3.12"),
		},
		"keys have other names": {
			func(c *simulator.InstanceConfig) {
				c.Guesses.KeyName = func(at time.Time) string { return at.UTC().Format("key of 2006-01-02, 15:04:05.000") }
			}, keysAreRotatedAndDeleted,
		},
	}
	for _, status := range []int{http.StatusNoContent, http.StatusBadRequest, http.StatusNotFound, http.StatusNotAcceptable, http.StatusConflict, http.StatusInternalServerError} {
		guesses[fmt.Sprintf("a deletion of nothing answers %d", status)] = guess[simulator.InstanceConfig]{
			func(c *simulator.InstanceConfig) { c.Guesses.DeleteNothingStatus = status }, nothingLeftIsDeleted,
		}
	}
	return guesses
}

// keysAreRotatedAndDeleted has keys rotated by a creation, by triggers and by
// somebody else, and deleted after their retention.
func keysAreRotatedAndDeleted(t *testing.T, turn turnInstance) {
	t.Helper()
	estate, jira := newInstance(t, with(withToken(), turn))
	rotation := estate.NewManagedResource(aesRotationType)
	config := aesConfig(release("1"), retention("30d"))
	apply(t, rotation, config).MustBeQuiet(t)
	mustSettle(t, rotation, config)
	config = aesConfig(release("2"), retention("30d"))
	apply(t, rotation, config).MustBeQuiet(t)
	verify(t, rotated(jira, 2))
	mustSettle(t, rotation, config)

	estate.Clock.Advance(day)
	external := jira.Rotate()
	seen := plan(t, rotation, config)
	seen.Diagnostics.MustWarn(t, `AES key of "jira" rotated outside of Terraform`, external)
	rotation.Apply(t.Context(), t, seen).MustBeQuiet(t)
	mustSettle(t, rotation, config)

	estate.Clock.Advance(30 * day)
	due := plan(t, rotation, config)
	due.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, external)
	rotation.Apply(t.Context(), t, due).MustBeQuiet(t)
	verify(t, asked(jira, 2, 3), deleted(jira, 1, 0))
	mustSettle(t, rotation, config)
}

// rotationSays returns a check that the server's own words are in state.
func rotationSays(attribute, words string) func(*testing.T, turnInstance) {
	return func(t *testing.T, turn turnInstance) {
		t.Helper()
		keysAreRotatedAndDeleted(t, turn)
		estate, _ := newInstance(t, with(withToken(), turn))
		rotation := estate.NewManagedResource(aesRotationType)
		rotation.Create(t, aesConfig())
		rotation.MustHold(t, map[string]string{attribute: words})
	}
}

// refusedRotationSays returns a check of the error, and that the rotation is made
// up for once.
func refusedRotationSays(cause string) func(*testing.T, turnInstance) {
	return func(t *testing.T, turn turnInstance) {
		t.Helper()
		estate, jira := newInstance(t, with(withToken(), turn))
		rotation := estate.NewManagedResource(aesRotationType)
		rotation.Create(t, aesConfig(release("1")))
		jira.SetRotating(true)
		rotation.Apply(t.Context(), t, plan(t, rotation, aesConfig(release("2")))).
			MustFail(t, `AES key of "jira" not rotated`, cause, "Nothing was changed on the instance.")
		verify(t, happened(jira, 1))
		rotation.MustHold(t, map[string]string{"rotation_attempted_at": ""})
		jira.SetRotating(false)
		apply(t, rotation, aesConfig(release("2"))).MustBeQuiet(t)
		verify(t, happened(jira, 2))
		mustSettle(t, rotation, aesConfig(release("2")))
	}
}

// onlyThePreflightRefuses returns a check that a rotation is refused before it is
// sent, and takes place where the preflight is left out.
func onlyThePreflightRefuses(begin event, reason string) func(*testing.T, turnInstance) {
	return func(t *testing.T, turn turnInstance) {
		t.Helper()
		estate, jira := newInstance(t, with(withToken(), turn))
		begin(t, estate, jira)
		rotation := estate.NewManagedResource(aesRotationType)
		rotation.Apply(t.Context(), t, plan(t, rotation, aesConfig())).
			MustFail(t, `AES key of "jira" not rotated`, reason, "Nothing was changed on the instance.", "preflight = false")
		verify(t, asked(jira, 0, 0))
		unchecked := aesConfig(acctest.Object{"preflight": false})
		apply(t, rotation, unchecked).MustBeQuiet(t)
		verify(t, rotated(jira, 1))
		mustSettle(t, rotation, unchecked)
	}
}

// nothingLeftIsDeleted has somebody else delete the keys between the look at
// them and their deletion: what was wanted has come about.
func nothingLeftIsDeleted(t *testing.T, turn turnInstance) {
	t.Helper()
	config := withToken()
	config.InactiveKeys = []string{"old-key"}
	estate, jira := newInstance(t, with(config, turn))
	rotation := estate.NewManagedResource(aesRotationType)
	kept := aesConfig(retention("30d"), acctest.Object{"rotate_on_create": false})
	rotation.Create(t, kept)
	estate.Clock.Advance(30 * day)
	due := plan(t, rotation, kept)
	jira.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Status: http.StatusOK, Body: `{"inactiveKeys":["old-key"]}`, Times: 1})
	jira.DeleteInactiveKeys()
	rotation.Apply(t.Context(), t, due).MustNotFail(t)
	verify(t, asked(jira, 0, 0), deleted(jira, 1, 0))
	rotation.MustHold(t, map[string]string{"inactive_keys": "[]", "deletion_due": "false"})
	mustSettle(t, rotation, kept)
}
