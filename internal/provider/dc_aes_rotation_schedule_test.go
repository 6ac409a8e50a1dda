// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"slices"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

const day = 24 * time.Hour

func TestDCAESRotation_rotatesEarlyWithinTheEarlyWindow(t *testing.T) {
	t.Parallel()
	config := aesConfig(weekly(), acctest.Object{"early_rotation_window": "1d"})
	estate, jira, rotation := manageJira(t, config)
	estate.Clock.Advance(6*day - time.Second)
	mustSettle(t, rotation, config)
	estate.Clock.Advance(time.Second)
	apply(t, rotation, config)
	verify(t, rotated(jira, 2))
	rotation.MustHold(t, map[string]string{"last_rotated_at": "2026-01-11T08:00:00Z", "next_rotation_at": "2026-01-18T08:00:00Z", "rotation_reason": "schedule"})
}

// Each change of the schedule recomputes the date and leaves the key alone.
func TestDCAESRotation_changedScheduleOnlyMovesTheDate(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, weekly())
	mustSettle(t, rotation, aesConfig(acctest.Object{"rotation_interval": "168h"}))
	for _, change := range []struct {
		schedule acctest.Object
		next     string
	}{
		{acctest.Object{"rotation_interval": "30d", "early_rotation_window": "1d"}, "2026-02-04T08:00:00Z"},
		{acctest.Object{"rotation_interval": "30d"}, "2026-02-04T08:00:00Z"},
		{acctest.Object{}, ""},
		{acctest.Object{"rotation_interval": "1w2d"}, "2026-01-14T08:00:00Z"},
	} {
		config := aesConfig(change.schedule)
		changed := plan(t, rotation, config)
		changed.MustHold(t, map[string]string{"last_rotated_at": "2026-01-05T08:00:00Z", "next_rotation_at": change.next})
		rotation.Apply(t.Context(), t, changed).MustBeQuiet(t)
		rotation.MustHold(t, map[string]string{"next_rotation_at": change.next, "rotation_due": "false"})
		mustSettle(t, rotation, config)
	}
	verify(t, rotated(jira, 1))
}

// A shorter interval that has already passed rotates, but only in the plan after
// the one that records it.
func TestDCAESRotation_shortenedIntervalRotatesAfterTheNextRefresh(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, acctest.Object{"rotation_interval": "90d"})
	estate.Clock.Advance(10 * day)
	apply(t, rotation, aesConfig(weekly())).MustBeQuiet(t)
	verify(t, rotated(jira, 1))
	rotation.MustHold(t, map[string]string{"next_rotation_at": "2026-01-12T08:00:00Z", "rotation_due": "false"})
	apply(t, rotation, aesConfig(weekly()))
	verify(t, rotated(jira, 2))
}

// An interval that a due rotation is lengthened to takes the rotation back.
func TestDCAESRotation_lengthenedIntervalPostponesADueRotation(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, weekly())
	estate.Clock.Advance(10 * day)
	longer := aesConfig(acctest.Object{"rotation_interval": "30d"})
	apply(t, rotation, longer).MustBeQuiet(t)
	verify(t, rotated(jira, 1))
	mustSettle(t, rotation, longer)
}

func TestDCAESRotation_adoptedKeyRotatesOneIntervalAfterItsAdoption(t *testing.T) {
	t.Parallel()
	config := aesConfig(weekly(), acctest.Object{"rotate_on_create": false})
	estate, jira, rotation := manageJira(t, config)
	verify(t, rotated(jira, 0))
	rotation.MustHold(t, map[string]string{"next_rotation_at": "2026-01-12T08:00:00Z"})
	estate.Clock.Advance(7 * day)
	apply(t, rotation, config)
	verify(t, rotated(jira, 1))
	rotation.MustHold(t, map[string]string{"last_rotated_at": "2026-01-12T08:00:00Z", "rotation_origin": "terraform"})
}

func TestDCAESRotation_firstRotationAtSaysWhenTheFirstOneIsDueWhereNoneIsKnown(t *testing.T) {
	t.Parallel()
	config := aesConfig(weekly(), acctest.Object{"rotate_on_create": false, "first_rotation_at": "2026-03-01T00:00:00Z"})
	estate, jira, rotation := manageJira(t, config)
	rotation.MustHold(t, map[string]string{"next_rotation_at": "2026-03-01T00:00:00Z"})
	estate.Clock.Advance(54 * day)
	mustSettle(t, rotation, config)
	estate.Clock.Advance(day)
	apply(t, rotation, config)
	verify(t, rotated(jira, 1))
	rotation.MustHold(t, map[string]string{"last_rotated_at": "2026-03-01T08:00:00Z", "next_rotation_at": "2026-03-08T08:00:00Z"})
	mustSettle(t, rotation, config)
}

func TestDCAESRotation_firstRotationAtCountsNoMoreOnceARotationIsKnown(t *testing.T) {
	t.Parallel()
	config := aesConfig(weekly(), acctest.Object{"first_rotation_at": "2026-03-01T00:00:00Z"})
	_, _, rotation := manageJira(t, config)
	rotation.MustHold(t, map[string]string{"next_rotation_at": "2026-01-12T08:00:00Z"})
	mustSettle(t, rotation, config)
}

// Left out again, it is counted from when the key came under management.
func TestDCAESRotation_firstRotationAtTakenBackCountsFromTheAdoption(t *testing.T) {
	t.Parallel()
	adopted := acctest.Object{"rotate_on_create": false}
	estate, jira, rotation := manageJira(t, weekly(), adopted, acctest.Object{"first_rotation_at": "2026-03-01T00:00:00Z"})
	estate.Clock.Advance(2 * day)
	apply(t, rotation, aesConfig(weekly(), adopted)).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"next_rotation_at": "2026-01-12T08:00:00Z"})
	verify(t, rotated(jira, 0))
}

// A schedule that depends on something that is being created is not known to
// have changed until apply.
func TestDCAESRotation_unknownScheduleRotatesOnlyIfItStillIsDue(t *testing.T) {
	t.Parallel()
	window := func(part string) acctest.Object {
		parts := acctest.Object{"schedule": "0 0 * * *", "duration": "24h", "time_zone": "UTC"}
		parts[part] = acctest.Unknown{}
		return acctest.Object{"rotation_window": parts}
	}
	anytime := acctest.Object{"rotation_window": acctest.Object{"schedule": "0 0 * * *", "duration": "24h", "time_zone": "UTC"}}
	for name, test := range map[string]struct {
		before, unknown, known acctest.Object
		rotations              int
	}{
		"interval, the same":    {weekly(), acctest.Object{"rotation_interval": acctest.Unknown{}}, weekly(), 2},
		"interval, longer":      {weekly(), acctest.Object{"rotation_interval": acctest.Unknown{}}, acctest.Object{"rotation_interval": "30d"}, 1},
		"early window":          {weekly(), acctest.Object{"rotation_interval": "7d", "early_rotation_window": acctest.Unknown{}}, weekly(), 2},
		"first, null":           {weekly(), acctest.Object{"rotation_interval": "7d", "first_rotation_at": acctest.Unknown{}}, weekly(), 2},
		"window, null":          {weekly(), acctest.Object{"rotation_interval": "7d", "rotation_window": acctest.Unknown{}}, weekly(), 2},
		"schedule of a window":  {aesConfig(weekly(), anytime), aesConfig(weekly(), window("schedule")), aesConfig(weekly(), anytime), 2},
		"duration of a window":  {aesConfig(weekly(), anytime), aesConfig(weekly(), window("duration")), aesConfig(weekly(), anytime), 2},
		"time zone of a window": {aesConfig(weekly(), anytime), aesConfig(weekly(), window("time_zone")), aesConfig(weekly(), anytime), 2},
		"pause, off":            {weekly(), acctest.Object{"rotation_interval": "7d", "rotation_paused": acctest.Unknown{}}, weekly(), 2},
		"pause, on":             {weekly(), acctest.Object{"rotation_interval": "7d", "rotation_paused": acctest.Unknown{}}, aesConfig(weekly(), acctest.Object{"rotation_paused": true}), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira, rotation := manageJira(t, test.before)
			estate.Clock.Advance(8 * day)
			possible := plan(t, rotation, aesConfig(test.unknown))
			possible.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" possible`, "rotation due since 2026-01-12T08:00:00Z")
			rotation.Apply(t.Context(), t, possible.Know(aesConfig(test.known))).MustBeQuiet(t)
			verify(t, rotated(jira, test.rotations))
			mustSettle(t, rotation, aesConfig(test.known))
		})
	}
}

// A schedule of a new resource may be unknown as well.
func TestDCAESRotation_unknownScheduleOfACreationIsNoError(t *testing.T) {
	t.Parallel()
	for _, attribute := range []string{
		"rotation_interval", "early_rotation_window", "rotation_window", "first_rotation_at", "rotation_paused", "inactive_key_retention", "delete_inactive_keys_on_destroy", "preflight",
	} {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			rotation := estate.NewManagedResource(aesRotationType)
			unknown := aesConfig(weekly(), acctest.Object{attribute: acctest.Unknown{}})
			rotation.Validate(t, unknown).MustBeQuiet(t)
			possible := plan(t, rotation, unknown)
			known := aesConfig()
			if attribute != "rotation_interval" {
				known = aesConfig(weekly())
			}
			rotation.Apply(t.Context(), t, possible.Know(known)).MustBeQuiet(t)
			verify(t, rotated(jira, 1))
			mustSettle(t, rotation, known)
		})
	}
}

// What a plan said is what its apply does, however late that comes.
func TestDCAESRotation_savedPlanDoesWhatItSaid(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		plannedAfter time.Duration
		timeouts     string
		rotations    int
		next         string
	}{
		"it said to rotate":               {7 * day, "20m", 2, "2026-01-20T08:00:00Z"},
		"it said nothing of rotation":     {6*day + 12*time.Hour, "30m", 1, "2026-01-12T08:00:00Z"},
		"it said so, with another change": {7 * day, "30m", 2, "2026-01-20T08:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := func(timeout string) acctest.Object {
				return aesConfig(weekly(), acctest.Object{"timeouts": acctest.Object{"update": timeout}})
			}
			estate, jira, rotation := manageJira(t, config("20m"))
			estate.Clock.Advance(test.plannedAfter)
			saved := plan(t, rotation, config(test.timeouts))
			estate.Clock.Advance(day)
			rotation.Apply(t.Context(), t, saved).MustBeQuiet(t)
			verify(t, rotated(jira, test.rotations))
			rotation.MustHold(t, map[string]string{"next_rotation_at": test.next})
		})
	}
}

// A reader of a plan is not shown more than what a rotation changes.
func TestDCAESRotation_scheduledRotationChangesSixLinesAtMost(t *testing.T) {
	t.Parallel()
	estate, _, rotation := manageJira(t, weekly())
	for _, want := range [][]string{
		{"inactive_keys", "inactive_since", "last_rotated_at", "next_rotation_at", "rotation_due", "rotation_reason"},
		{"inactive_keys", "inactive_since", "last_rotated_at", "next_rotation_at", "rotation_due"},
	} {
		estate.Clock.Advance(7 * day)
		due := plan(t, rotation, aesConfig(weekly()))
		if got := due.ChangedAttributes(t); !slices.Equal(got, want) {
			t.Errorf("the plan changes %q, want %q", got, want)
		}
		rotation.Apply(t.Context(), t, due).MustBeQuiet(t)
		if changed, _ := rotation.RefreshOnlyPlan(t); changed {
			t.Error("the refresh after it finds something else")
		}
	}
}

// What is null is as if it were left out.
func TestDCAESRotation_nullIsAsIfLeftOut(t *testing.T) {
	t.Parallel()
	_, _, rotation := manageJira(t, weekly())
	for _, attribute := range []string{
		"rotate_triggers", "early_rotation_window", "rotation_window", "first_rotation_at", "rotation_paused", "rotate_on_create",
		"inactive_key_retention", "delete_inactive_keys_on_destroy", "preflight", "timeouts",
	} {
		config := aesConfig(weekly(), acctest.Object{attribute: nil})
		rotation.Validate(t, config).MustBeQuiet(t)
		mustSettle(t, rotation, config)
	}
	windowed := aesConfig(weekly(), acctest.Object{"rotation_window": acctest.Object{"schedule": "0 2 * * SUN", "duration": "4h", "time_zone": nil}})
	apply(t, rotation, windowed).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"next_rotation_at": "2026-01-18T02:00:00Z"})
	mustSettle(t, rotation, windowed)
}
