// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// A rotation mostly changes nothing of what is known of the tunnel: a reader of the
// plan is spared the lines.
func TestTunnelToken_rotationPlansWhatIsKnownOfTheTunnelToStay(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token, monthly := site.token(), acctest.Object{"rotation_interval": "30d"}
	token.Create(t, handedOver(monthly, released("1")))
	plan := token.Plan(t, handedOver(monthly, released("2")))
	want := []string{"delivered_at", "last_rotated_at", "next_rotation_at", "rotate_triggers", "rotation_attempted_at", "rotation_reason", "status", "token_sha256"}
	if got := slices.Sorted(slices.Values(plan.ChangedAttributes(t))); !slices.Equal(got, want) {
		t.Errorf("the plan changes %q, want %q", got, want)
	}
	token.Apply(t.Context(), t, plan).MustBeQuiet(t)
	token.Plan(t, handedOver(monthly, released("2"))).MustBeEmpty(t)
}

// What turned out to be another name is recorded by the next refresh.
func TestTunnelToken_rotationThatIsAnsweredOtherwiseIsRecordedByTheNextRefresh(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, handedOver(released("1")))
	site.tunnel.Rename("renamed")
	applyTunnel(t, token, handedOver(released("2"))).MustBeQuiet(t)
	token.MustHold(t, map[string]string{"name": "tunnel1", "status": "CONNECTED"})
	token.Refresh(t).MustBeQuiet(t)
	token.MustHold(t, map[string]string{"name": "renamed", "status": "CONNECTED"})
	token.Plan(t, handedOver(released("2"))).MustBeEmpty(t)
	if changed, _ := token.RefreshOnlyPlan(t); changed {
		t.Error("another refresh changes it again")
	}
}

func TestTunnelToken_changedTriggerRegeneratesOnceInPlace(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, handedOver(released("1")))
	site.Clock.Advance(day)
	site.resetLogs()
	plan := token.Plan(t, handedOver(released("2")))
	if plan.Replaces() {
		t.Error("the plan replaces the resource")
	}
	token.Apply(t.Context(), t, plan).MustBeQuiet(t)
	token.MustHold(t, map[string]string{"last_rotated_at": "2026-01-06T08:00:00Z", "delivered_at": "2026-01-06T08:00:00Z", "rotation_reason": "triggers"})
	site.mustHash(t, token)
	verify(t, site.connected(), site.regenerated(2), site.sent(site.rotation()...))
	token.Plan(t, handedOver(released("2"))).MustBeEmpty(t)
}

func TestTunnelToken_unknownTriggersRegenerateOnlyIfTheyDiffer(t *testing.T) {
	t.Parallel()
	for release, want := range map[string]struct {
		regenerations int
		reason        string
	}{"1": {1, "creation"}, "2": {2, "triggers"}} {
		t.Run(release, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token := site.token()
			token.Create(t, handedOver(released("1")))
			plan := token.Plan(t, handedOver(acctest.Object{"rotate_triggers": acctest.Object{"release": acctest.Unknown{}}}))
			plan.Diagnostics.MustWarn(t, "Rotation of the security key of the tunnel", "possible", "it rotates if they turn out to differ")
			plan.MustHold(t, map[string]string{"last_rotated_at": knownLater, "rotation_reason": knownLater, "rotation_origin": knownLater})
			token.Apply(t.Context(), t, plan.Know(handedOver(released(release)))).MustNotFail(t)
			token.MustHold(t, map[string]string{"rotation_reason": want.reason, "rotation_origin": "terraform"})
			verify(t, site.regenerated(want.regenerations), site.connected())
			token.Plan(t, handedOver(released(release))).MustBeEmpty(t)
		})
	}
}

// None of these inputs says that there is to be another token.
func TestTunnelToken_changedSettingsSendNothing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, handedOver())
	for _, more := range []acctest.Object{
		{"rotation_interval": "30d"},
		{"rotation_interval": "60d", "early_rotation_window": "1d"},
		{"rotation_interval": "60d", "rotation_paused": true},
		{"rotation_interval": "60d", "rotation_window": acctest.Object{"schedule": "0 2 * * SUN", "duration": "4h"}},
		{"first_rotation_at": "2027-01-01T00:00:00Z"},
		{"timeouts": acctest.Object{"create": "30m", "update": "30m"}},
		{"preflight": false},
		{"rotate_on_create": false},
		{},
	} {
		site.resetLogs()
		plan := token.Plan(t, handedOver(more))
		plan.MustHold(t, map[string]string{"last_rotated_at": startTime, "rotation_reason": "creation", "rotation_due": "false", "delivered": "true"})
		token.Apply(t.Context(), t, plan).MustNotFail(t)
		verify(t, site.sent())
		token.Plan(t, handedOver(more)).MustBeEmpty(t)
	}
	verify(t, site.regenerated(1), site.connected())
}

// Each plan says why it rotates, in a warning and in rotation_reason, which the
// state keeps.
func TestTunnelToken_plansSayWhyTheyRegenerate(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token, weekly := site.token(), acctest.Object{"rotation_interval": "7d"}
	rotates := func(config acctest.Object, reason string, words ...string) {
		t.Helper()
		plan := token.Plan(t, config)
		plan.Diagnostics.MustWarn(t, append(words, "Rotation of the security key of the tunnel", tunnelID, "planned: "+reason)...)
		plan.MustHold(t, map[string]string{"rotation_reason": reason, "last_rotated_at": knownLater, "rotation_due": "false"})
		token.Apply(t.Context(), t, plan)
		token.MustHold(t, map[string]string{"rotation_reason": reason})
	}
	rotates(handedOver(weekly), "creation", "rotate_on_create = true")
	unchanged := token.Plan(t, handedOver(weekly))
	unchanged.Diagnostics.MustBeQuiet(t)
	unchanged.MustBeEmpty(t)
	rotates(handedOver(weekly, released("1")), "triggers", "rotate_triggers changed")
	site.Clock.Advance(8 * day)
	rotates(handedOver(weekly, released("1")), "schedule", "rotation due since 2026-01-12T08:00:00Z")

	site.lose(simulator.Fault{After: true}, 0)
	rotates(handedOver(weekly, released("2")), "triggers", "rotate_triggers changed")
	site.clearFaults()
	rotates(handedOver(weekly, released("2")), "retry", "has not been seen to happen")

	site.jira.Inject(simulator.Fault{Method: http.MethodPut, Path: deliverPath, Status: http.StatusBadRequest})
	rotates(handedOver(weekly, released("3")), "triggers", "rotate_triggers changed")
	site.clearFaults()
	rotates(handedOver(weekly, released("3")), "repair", "waits for a token that its instance never got")
	token.Plan(t, handedOver(weekly, released("3"))).MustBeEmpty(t)
	verify(t, site.connected())
}

// Triggers that change while a regeneration is open are a decision of their own.
func TestTunnelToken_triggersThatChangeWhileARotationIsOpenAreTheReason(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, handedOver(released("1")))
	site.lose(simulator.Fault{After: true}, 0)
	applyTunnel(t, token, handedOver(released("2"))).MustFail(t, "Outcome of the regeneration")
	site.clearFaults()
	plan := token.Plan(t, handedOver(released("3")))
	plan.MustHold(t, map[string]string{"rotation_reason": "triggers"})
	token.Apply(t.Context(), t, plan).MustBeQuiet(t)
	token.MustHold(t, map[string]string{"rotation_reason": "triggers", "rotation_attempted_at": ""})
	token.Plan(t, handedOver(released("3"))).MustBeEmpty(t)
}

// The decision falls with the plan: a saved one that regenerates does so a day
// later, and one that does not leaves the token alone although it is due by then.
func TestTunnelToken_savedPlansDoWhatTheySay(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token, weekly := site.token(), acctest.Object{"rotation_interval": "7d"}
	token.Create(t, handedOver(weekly))

	quiet := token.Plan(t, handedOver(weekly, acctest.Object{"preflight": false}))
	site.Clock.Advance(8 * day)
	token.Apply(t.Context(), t, quiet).MustBeQuiet(t)
	verify(t, site.regenerated(1))

	due := token.Plan(t, handedOver(weekly))
	site.Clock.Advance(day)
	token.Apply(t.Context(), t, due).MustBeQuiet(t)
	verify(t, site.regenerated(2), site.connected())
}

func TestTunnelToken_rotatesWhenTheIntervalHasPassed(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token, config := site.token(), handedOver(acctest.Object{"rotation_interval": "7d", "early_rotation_window": "1d"})
	token.Create(t, config)
	token.MustHold(t, map[string]string{"next_rotation_at": "2026-01-12T08:00:00Z"})
	site.Clock.Advance(6*day - time.Minute)
	token.Plan(t, config).MustBeEmpty(t)
	site.Clock.Advance(time.Minute)
	if changed, _ := token.RefreshOnlyPlan(t); !changed {
		t.Error("a refresh does not find the rotation due")
	}
	verify(t, site.regenerated(1))
	applyTunnel(t, token, config).MustBeQuiet(t)
	verify(t, site.regenerated(2), site.connected())
	token.MustHold(t, map[string]string{"next_rotation_at": "2026-01-18T08:00:00Z", "rotation_due": "false", "rotation_reason": "schedule"})
}
