// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

// tunnelSundays is a window of four hours each Sunday night.
func tunnelSundays() acctest.Object {
	return acctest.Object{"schedule": "0 2 * * SUN", "duration": "4h", "time_zone": nil}
}

func TestTunnelToken_rotatesOnlyWhileAWindowIsOpen(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	config := handedOver(acctest.Object{"rotation_interval": "7d", "rotation_window": tunnelSundays()})
	token.Create(t, config)
	// A week later is a Monday; the window after it opens on Sunday, the 18th.
	token.MustHold(t, map[string]string{"next_rotation_at": "2026-01-18T02:00:00Z"})
	site.Clock.Advance(8 * day)
	token.Plan(t, config).MustBeEmpty(t)
	site.Clock.Advance(5*day - 5*time.Hour)
	plan := token.Plan(t, config)
	plan.MustHold(t, map[string]string{"rotation_reason": "schedule"})
	token.Apply(t.Context(), t, plan).MustBeQuiet(t)
	token.MustHold(t, map[string]string{"last_rotated_at": "2026-01-18T03:00:00Z", "next_rotation_at": "2026-01-25T03:00:00Z"})
	verify(t, site.regenerated(2), site.connected())
}

// Triggers, retries and repairs do not wait for a window, and no pause holds
// them back.
func TestTunnelToken_triggersWaitForNoWindow(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token, quiet := site.token(), acctest.Object{"rotation_interval": "7d", "rotation_window": tunnelSundays(), "rotation_paused": true}
	token.Create(t, handedOver(quiet, released("1")))
	applyTunnel(t, token, handedOver(quiet, released("2"))).MustBeQuiet(t)
	verify(t, site.regenerated(2), site.connected())
}

func TestTunnelToken_pauseHoldsBackTheScheduleAndKeepsItsDates(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token, weekly := site.token(), acctest.Object{"rotation_interval": "7d"}
	paused := handedOver(weekly, acctest.Object{"rotation_paused": true})
	token.Create(t, handedOver(weekly))
	plan := token.Plan(t, paused)
	plan.Diagnostics.MustWarn(t, "Scheduled rotation of the security key of the tunnel", "paused", "2026-01-12T08:00:00Z")
	if changed := plan.ChangedAttributes(t); len(changed) != 1 || changed[0] != "rotation_paused" {
		t.Errorf("the pause changes %q", changed)
	}
	token.Apply(t.Context(), t, plan).MustNotFail(t)
	site.Clock.Advance(30 * day)
	token.Plan(t, paused).MustBeEmpty(t)
	token.MustHold(t, map[string]string{"next_rotation_at": "2026-01-12T08:00:00Z"})
	verify(t, site.regenerated(1))
	applyTunnel(t, token, handedOver(weekly)).MustNotFail(t)
	applyTunnel(t, token, handedOver(weekly)).MustNotFail(t)
	verify(t, site.regenerated(2), site.connected())
}

func TestTunnelToken_firstRotationIsDueWhenConfigured(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	config := handedOver(acctest.Object{"rotate_on_create": false, "rotation_interval": "7d", "first_rotation_at": "2026-02-01T00:00:00Z"})
	token.Create(t, config)
	token.MustHold(t, map[string]string{"next_rotation_at": "2026-02-01T00:00:00Z", "last_rotated_at": ""})
	site.Clock.Advance(26 * day)
	token.Plan(t, config).MustBeEmpty(t)
	site.Clock.Advance(day)
	applyTunnel(t, token, config).MustBeQuiet(t)
	verify(t, site.regenerated(1))
	token.MustHold(t, map[string]string{"rotation_reason": "schedule", "next_rotation_at": "2026-02-08T08:00:00Z"})
}

// scheduleInputs are the schedule's inputs, each at its shortest.
func tunnelScheduleInputs() map[string]any {
	return map[string]any{
		"rotation_interval": "7d",
		"rotation_window":   tunnelSundays(),
		"first_rotation_at": "2026-02-01T00:00:00Z",
		"rotation_paused":   true,
	}
}

// Null is the same as left out.
func TestTunnelToken_nullScheduleIsNone(t *testing.T) {
	t.Parallel()
	for name := range tunnelScheduleInputs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token := site.token()
			token.Create(t, handedOver(acctest.Object{name: nil}))
			token.Plan(t, handedOver()).MustBeEmpty(t)
			token.MustHold(t, map[string]string{"rotation_paused": "false", "next_rotation_at": ""})
		})
	}
}

// What is not known before apply fails nothing, in a creation or in an update,
// and comes out as planned.
func TestTunnelToken_unknownScheduleIsTakenAsItTurnsOut(t *testing.T) {
	t.Parallel()
	for name, value := range tunnelScheduleInputs() {
		for _, exists := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				site := newTunnelSite(t)
				token, weekly := site.token(), acctest.Object{"rotation_interval": "7d"}
				if exists {
					token.Create(t, handedOver(weekly))
				}
				plan := token.Plan(t, handedOver(weekly, acctest.Object{name: acctest.Unknown{}}))
				known := handedOver(weekly, acctest.Object{name: value})
				token.Apply(t.Context(), t, plan.Know(known)).MustNotFail(t)
				token.Plan(t, known).MustBeEmpty(t)
				verify(t, site.regenerated(1), site.connected())
			})
		}
	}
}

func TestTunnelToken_unknownPartsOfAWindowAreTakenAsTheyTurnOut(t *testing.T) {
	t.Parallel()
	for part, value := range tunnelSundays() {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token, weekly := site.token(), acctest.Object{"rotation_interval": "7d"}
			window := tunnelSundays()
			window[part] = acctest.Unknown{}
			plan := token.Plan(t, handedOver(weekly, acctest.Object{"rotation_window": window}))
			known := tunnelSundays()
			if known[part] = value; value == nil {
				known[part] = "Europe/Berlin"
			}
			token.Apply(t.Context(), t, plan.Know(handedOver(weekly, acctest.Object{"rotation_window": known}))).MustNotFail(t)
			token.Plan(t, handedOver(weekly, acctest.Object{"rotation_window": known})).MustBeEmpty(t)
			verify(t, site.regenerated(1))
		})
	}
}

// A rotation that is due stays open while its schedule is not known.
func TestTunnelToken_dueRotationIsPossibleWhileThePauseIsNotKnown(t *testing.T) {
	t.Parallel()
	for paused, regenerations := range map[bool]int{true: 1, false: 2} {
		site := newTunnelSite(t)
		token, weekly := site.token(), acctest.Object{"rotation_interval": "7d"}
		token.Create(t, handedOver(weekly))
		site.Clock.Advance(8 * day)
		plan := token.Plan(t, handedOver(weekly, acctest.Object{"rotation_paused": acctest.Unknown{}}))
		plan.Diagnostics.MustWarn(t, "possible", "unless the schedule, which is not known before apply, turns out to differ")
		token.Apply(t.Context(), t, plan.Know(handedOver(weekly, acctest.Object{"rotation_paused": paused}))).MustNotFail(t)
		verify(t, site.regenerated(regenerations), site.connected())
	}
}
