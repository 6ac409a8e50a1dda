// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"slices"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func paused() acctest.Object {
	return acctest.Object{"rotation_paused": true}
}

// Pausing is one update that sends nothing and moves no date.
func TestDCAESRotation_pauseIsOneUpdateThatSendsNothing(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, weekly())
	jira.ResetLog()
	pause := plan(t, rotation, aesConfig(weekly(), paused()))
	pause.Diagnostics.MustWarn(t, `Scheduled rotation of the AES key of "jira" paused`, "2026-01-12T08:00:00Z")
	if got := pause.ChangedAttributes(t); !slices.Equal(got, []string{"rotation_paused"}) {
		t.Errorf("the plan changes %q", got)
	}
	rotation.Apply(t.Context(), t, pause).MustBeQuiet(t)
	verify(t, sent(jira, listInactive))
	rotation.MustHold(t, map[string]string{"last_rotated_at": "2026-01-05T08:00:00Z", "next_rotation_at": "2026-01-12T08:00:00Z"})
	after := plan(t, rotation, aesConfig(weekly(), paused()))
	after.MustBeEmpty(t)
	after.Diagnostics.MustBeQuiet(t)
}

func TestDCAESRotation_pausedScheduleNeverFallsDueUntilItIsResumed(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, weekly(), paused())
	estate.Clock.Advance(30 * day)
	mustSettle(t, rotation, aesConfig(weekly(), paused()))
	apply(t, rotation, aesConfig(weekly())).MustBeQuiet(t)
	verify(t, rotated(jira, 1))
	rotation.MustHold(t, map[string]string{"rotation_due": "false", "next_rotation_at": "2026-01-12T08:00:00Z"})
	resumed := plan(t, rotation, aesConfig(weekly()))
	resumed.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" planned: schedule`, "rotation due since 2026-01-12T08:00:00Z")
	rotation.Apply(t.Context(), t, resumed).MustBeQuiet(t)
	verify(t, rotated(jira, 2))
	mustSettle(t, rotation, aesConfig(weekly()))
}

// What a refresh found due already is not rotated by the plan that pauses it, nor
// by one that does not refresh.
func TestDCAESRotation_pauseTakesADueRotationBack(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, weekly())
	estate.Clock.Advance(8 * day)
	rotation.Refresh(t).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"rotation_due": "true"})
	unrefreshed := rotation.PlanWithoutRefresh(t, aesConfig(weekly(), paused()))
	unrefreshed.MustHold(t, map[string]string{"last_rotated_at": "2026-01-05T08:00:00Z", "rotation_due": "false", "next_rotation_at": "2026-01-12T08:00:00Z"})
	rotation.Apply(t.Context(), t, unrefreshed).MustBeQuiet(t)
	verify(t, rotated(jira, 1))
	mustSettle(t, rotation, aesConfig(weekly(), paused()))
}

// Triggers and retries go on while the schedule is paused.
func TestDCAESRotation_pauseHoldsBackNothingButTheSchedule(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, weekly(), paused(), release("1"))
	apply(t, rotation, aesConfig(weekly(), paused(), release("2"))).MustBeQuiet(t)
	verify(t, rotated(jira, 2))
	loseRotation(jira)
	config := aesConfig(weekly(), paused(), release("3"))
	rotation.Apply(t.Context(), t, plan(t, rotation, config)).MustFail(t, unknownOutcome)
	jira.ClearFaults()
	retry := plan(t, rotation, config)
	retry.MustHold(t, map[string]string{"rotation_reason": "retry"})
	rotation.Apply(t.Context(), t, retry).MustBeQuiet(t)
	verify(t, happened(jira, 3))
	mustSettle(t, rotation, config)
}

// sundayMornings are windows from two to six on Sunday mornings in Berlin.
func sundayMornings() acctest.Object {
	return acctest.Object{"rotation_window": acctest.Object{"schedule": "0 2 * * SUN", "duration": "4h", "time_zone": "Europe/Berlin"}}
}

// The clock starts on Monday, the fifth; the windows open on the eleventh and the
// eighteenth at one o'clock UTC.
func TestDCAESRotation_windowMovesWhatIsDueToItsOpening(t *testing.T) {
	t.Parallel()
	config := aesConfig(weekly(), sundayMornings())
	estate, jira, rotation := manageJira(t, config)
	rotation.MustHold(t, map[string]string{"next_rotation_at": "2026-01-18T01:00:00Z"})
	estate.Clock.Advance(12*day + 17*time.Hour - time.Second)
	mustSettle(t, rotation, config)
	estate.Clock.Advance(time.Second)
	due := plan(t, rotation, config)
	due.MustHold(t, map[string]string{"rotation_reason": "schedule"})
	rotation.Apply(t.Context(), t, due).MustBeQuiet(t)
	verify(t, rotated(jira, 2))
	rotation.MustHold(t, map[string]string{"last_rotated_at": "2026-01-18T01:00:00Z", "next_rotation_at": "2026-01-25T01:00:00Z"})
	mustSettle(t, rotation, config)
}

// Only a refresh judges: a plan of an open window is carried out after it closed.
func TestDCAESRotation_windowIsJudgedByRefreshOnly(t *testing.T) {
	t.Parallel()
	config := aesConfig(weekly(), sundayMornings())
	estate, jira, rotation := manageJira(t, config)
	estate.Clock.Advance(12*day + 18*time.Hour)
	saved := plan(t, rotation, config)
	estate.Clock.Advance(day)
	rotation.Apply(t.Context(), t, saved).MustBeQuiet(t)
	verify(t, rotated(jira, 2))
}

func TestDCAESRotation_missedWindowWaitsForTheNextOneAndSaysSo(t *testing.T) {
	t.Parallel()
	config := aesConfig(weekly(), sundayMornings())
	estate, jira, rotation := manageJira(t, config)
	estate.Clock.Advance(13 * day)
	missed := plan(t, rotation, config)
	missed.MustBeEmpty(t)
	missed.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" has missed its window`, "2026-01-18T01:00:00Z", "2026-01-25T01:00:00Z")
	missed.MustHold(t, map[string]string{"next_rotation_at": "2026-01-25T01:00:00Z", "rotation_due": "false"})
	estate.Clock.Advance(6*day + 18*time.Hour)
	apply(t, rotation, config).MustBeQuiet(t)
	verify(t, rotated(jira, 2))
}

// A window that a due rotation is given takes it back until it opens.
func TestDCAESRotation_changedWindowIsJudgedByTheNextRefresh(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, weekly())
	estate.Clock.Advance(8 * day)
	config := aesConfig(weekly(), sundayMornings())
	windowed := plan(t, rotation, config)
	windowed.MustHold(t, map[string]string{"last_rotated_at": "2026-01-05T08:00:00Z", "rotation_due": "false", "next_rotation_at": "2026-01-18T01:00:00Z"})
	rotation.Apply(t.Context(), t, windowed).MustBeQuiet(t)
	verify(t, rotated(jira, 1))
	mustSettle(t, rotation, config)
	apply(t, rotation, aesConfig(weekly())).MustBeQuiet(t)
	apply(t, rotation, aesConfig(weekly()))
	verify(t, rotated(jira, 2))
}

func TestDCAESRotation_triggersAndRetriesDoNotWaitForAWindow(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, weekly(), sundayMornings(), release("1"))
	apply(t, rotation, aesConfig(weekly(), sundayMornings(), release("2"))).MustBeQuiet(t)
	verify(t, rotated(jira, 2))
	config := aesConfig(weekly(), sundayMornings(), release("3"))
	loseRotation(jira)
	rotation.Apply(t.Context(), t, plan(t, rotation, config)).MustFail(t, unknownOutcome)
	jira.ClearFaults()
	apply(t, rotation, config).MustBeQuiet(t)
	verify(t, happened(jira, 3))
}

// The first rotation of an adopted key waits for a window as well.
func TestDCAESRotation_firstRotationAtMovesToTheOpeningOfAWindow(t *testing.T) {
	t.Parallel()
	_, _, rotation := manageJira(t, weekly(), sundayMornings(), acctest.Object{"rotate_on_create": false, "first_rotation_at": "2026-03-02T00:00:00Z"})
	rotation.MustHold(t, map[string]string{"next_rotation_at": "2026-03-08T01:00:00Z"})
}

func TestDCAESRotation_refusesWindowsThatAreNone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config acctest.Object
		path   string
	}{
		"no cron line":        {acctest.Object{"rotation_window": acctest.Object{"schedule": "weekly", "duration": "4h"}}, "rotation_window.schedule"},
		"too short":           {acctest.Object{"rotation_window": acctest.Object{"schedule": "0 2 * * SUN", "duration": "30m"}}, "rotation_window.duration"},
		"no zone":             {acctest.Object{"rotation_window": acctest.Object{"schedule": "0 2 * * SUN", "duration": "4h", "time_zone": "Berlin"}}, "rotation_window.time_zone"},
		"no time":             {acctest.Object{"first_rotation_at": "tomorrow"}, "first_rotation_at"},
		"time without offset": {acctest.Object{"first_rotation_at": "2026-03-01T00:00:00"}, "first_rotation_at"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, _ := newInstance(t, simulator.InstanceConfig{Product: simulator.Jira, Token: "jira-token"})
			estate.NewManagedResource(aesRotationType).Validate(t, aesConfig(weekly(), test.config)).MustFailAt(t, test.path)
		})
	}
}
