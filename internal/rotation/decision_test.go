// SPDX-License-Identifier: MPL-2.0

package rotation

import (
	"fmt"
	"testing"
	"time"
)

const (
	dueReasonAtNoon       = "rotation due since 2026-01-05T12:00:00Z"
	attemptReasonAtNoon   = "the rotation sent at 2026-01-05T12:00:00Z has not been seen to happen"
	repairReason          = "the token was not delivered"
	triggersReason        = "rotate_triggers changed"
	triggersUnknownReason = "rotate_triggers are not known before apply; it rotates if they turn out to differ"
)

func TestDecide_judgesBySituation(t *testing.T) {
	t.Parallel()
	elsewhere := noon().In(time.FixedZone("", -5*60*60))
	for name, test := range map[string]struct {
		situation Situation
		want      Decision
	}{
		"creation that takes it as it is": {Situation{Creating: true}, Decision{}},
		"creation that rotates":           {Situation{Creating: true, RotateOnCreate: Changed}, Decision{Changed, ReasonCreation, "it comes under management with rotate_on_create = true"}},
		"creation that may rotate":        {Situation{Creating: true, RotateOnCreate: ChangeUnknown}, Decision{ChangeUnknown, ReasonCreation, "rotate_on_create is not known before apply"}},
		"creation, whatever the triggers": {Situation{Creating: true, Triggers: Changed, Due: true}, Decision{}},

		"nothing changed":                  {Situation{}, Decision{}},
		"due date without being due":       {Situation{DueAt: noon()}, Decision{}},
		"schedule changed":                 {Situation{Schedule: Changed}, Decision{}},
		"rotate_on_create changed":         {Situation{RotateOnCreate: Changed}, Decision{}},
		"import":                           {Situation{Imported: true}, Decision{}},
		"import with other triggers":       {Situation{Imported: true, Triggers: Changed}, Decision{}},
		"import with unknown triggers":     {Situation{Imported: true, Triggers: ChangeUnknown}, Decision{}},
		"import of what a refresh saw due": {Situation{Imported: true, Due: true, DueAt: noon()}, Decision{Changed, ReasonSchedule, dueReasonAtNoon}},

		"triggers changed":                      {Situation{Triggers: Changed}, Decision{Changed, ReasonTriggers, triggersReason}},
		"triggers unknown":                      {Situation{Triggers: ChangeUnknown}, Decision{ChangeUnknown, ReasonTriggers, triggersUnknownReason}},
		"triggers and schedule changed":         {Situation{Triggers: Changed, Schedule: Changed}, Decision{Changed, ReasonTriggers, triggersReason}},
		"triggers unknown and schedule changed": {Situation{Triggers: ChangeUnknown, Schedule: Changed}, Decision{ChangeUnknown, ReasonTriggers, triggersUnknownReason}},

		"due":                          {Situation{Due: true, DueAt: noon()}, Decision{Changed, ReasonSchedule, dueReasonAtNoon}},
		"due, in another zone":         {Situation{Due: true, DueAt: elsewhere}, Decision{Changed, ReasonSchedule, dueReasonAtNoon}},
		"due, nobody knows since when": {Situation{Due: true}, Decision{Changed, ReasonSchedule, "rotation due"}},
		"due, and schedule unknown": {Situation{Due: true, DueAt: noon(), Schedule: ChangeUnknown},
			Decision{ChangeUnknown, ReasonSchedule, dueReasonAtNoon + ", unless the schedule, which is not known before apply, turns out to differ"}},
		"schedule unknown":                                {Situation{Schedule: ChangeUnknown}, Decision{}},
		"due, and schedule changed":                       {Situation{Due: true, DueAt: noon(), Schedule: Changed}, Decision{}},
		"due, and triggers changed":                       {Situation{Due: true, DueAt: noon(), Triggers: Changed}, Decision{Changed, ReasonTriggers, triggersReason}},
		"repair":                                          {Situation{Repair: repairReason}, Decision{Changed, ReasonRepair, repairReason}},
		"repair of a creation":                            {Situation{Creating: true, Repair: repairReason}, Decision{}},
		"repair after an import":                          {Situation{Repair: repairReason, Imported: true, Triggers: Changed}, Decision{Changed, ReasonRepair, repairReason}},
		"repair, and triggers unknown":                    {Situation{Repair: repairReason, Triggers: ChangeUnknown}, Decision{Changed, "", repairReason}},
		"attempt, and triggers unknown":                   {Situation{AttemptedAt: noon(), Triggers: ChangeUnknown}, Decision{Changed, "", attemptReasonAtNoon}},
		"attempt after an import, and triggers unknown":   {Situation{AttemptedAt: noon(), Imported: true, Triggers: ChangeUnknown}, Decision{Changed, ReasonRetry, attemptReasonAtNoon}},
		"repair, and triggers changed":                    {Situation{Repair: repairReason, Triggers: Changed}, Decision{Changed, ReasonTriggers, triggersReason}},
		"due, and paused":                                 {Situation{Due: true, DueAt: noon(), Paused: Changed}, Decision{}},
		"due, and paused unknown":                         {Situation{Due: true, DueAt: noon(), Paused: ChangeUnknown}, Decision{ChangeUnknown, ReasonSchedule, dueReasonAtNoon + ", unless the schedule, which is not known before apply, turns out to differ"}},
		"paused, and triggers changed":                    {Situation{Paused: Changed, Triggers: Changed}, Decision{Changed, ReasonTriggers, triggersReason}},
		"paused, and an attempt is open":                  {Situation{Paused: Changed, AttemptedAt: noon()}, Decision{Changed, ReasonRetry, attemptReasonAtNoon}},
		"paused, and something to repair":                 {Situation{Paused: Changed, Repair: repairReason}, Decision{Changed, ReasonRepair, repairReason}},
		"repair, and schedule changed":                    {Situation{Repair: repairReason, Schedule: Changed}, Decision{Changed, ReasonRepair, repairReason}},
		"repair, and an attempt is open":                  {Situation{Repair: repairReason, AttemptedAt: noon(), Due: true}, Decision{Changed, ReasonRetry, attemptReasonAtNoon}},
		"due, and triggers unknown":                       {Situation{Due: true, DueAt: noon(), Triggers: ChangeUnknown}, Decision{Changed, "", dueReasonAtNoon}},
		"due under the former schedule, triggers unknown": {Situation{Due: true, Schedule: Changed, Triggers: ChangeUnknown}, Decision{ChangeUnknown, ReasonTriggers, triggersUnknownReason}},

		"attempt of unknown outcome":                   {Situation{AttemptedAt: noon(), Due: true}, Decision{Changed, ReasonRetry, attemptReasonAtNoon}},
		"attempt of unknown outcome, schedule changed": {Situation{AttemptedAt: noon(), Due: true, Schedule: Changed}, Decision{Changed, ReasonRetry, attemptReasonAtNoon}},
		"attempt of unknown outcome, triggers changed": {Situation{AttemptedAt: noon(), Due: true, Triggers: Changed}, Decision{Changed, ReasonTriggers, triggersReason}},
		"attempt of unknown outcome that is not due":   {Situation{AttemptedAt: noon()}, Decision{Changed, ReasonRetry, attemptReasonAtNoon}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Decide(test.situation); got != test.want {
				t.Errorf("decided %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestDecide_holdsItsPromisesInEverySituation(t *testing.T) {
	t.Parallel()
	for s := range situations() {
		decided := Decide(s)
		reasonOpen := decided.Rotate == Changed && s.Triggers == ChangeUnknown && !s.Imported && !s.Creating
		if (decided.Reason == "") != (decided.Rotate == Unchanged || reasonOpen) {
			t.Errorf("%+v: decided %+v", s, decided)
		}
		for promise, broken := range brokenPromises(s, decided) {
			if broken {
				t.Errorf("%s: %+v: decided %+v", promise, s, decided)
			}
		}
	}
}

// brokenPromises tells which promises to the user a decision breaks.
func brokenPromises(s Situation, decided Decision) map[string]bool {
	rotates, mayRotate := decided.Rotate == Changed, decided.Rotate != Unchanged
	open := !s.AttemptedAt.IsZero() || s.Repair != ""
	return map[string]bool{
		"nothing changed and nothing due": !s.Creating && s.Triggers == Unchanged && !s.Due && !open && mayRotate,
		"only the schedule changed":       !s.Creating && s.Schedule == Changed && s.Triggers == Unchanged && !open && mayRotate,
		"an import rotates by triggers":   !s.Creating && s.Imported && !s.Due && !open && mayRotate,
		"a creation rotates unasked":      s.Creating && decided.Rotate != s.RotateOnCreate,
		"changed triggers are ignored":    !s.Creating && !s.Imported && s.Triggers == Changed && !rotates,
		"unknown triggers are ignored":    !s.Creating && !s.Imported && s.Triggers == ChangeUnknown && !mayRotate,
		"a due rotation is left out":      !s.Creating && s.Due && s.Schedule == Unchanged && s.Paused == Unchanged && !rotates,
		"an unknown schedule hides it":    !s.Creating && s.Due && s.Schedule == ChangeUnknown && s.Paused == Unchanged && !mayRotate,
		"a pause is ignored":              decided.Reason == ReasonSchedule && s.Paused == Changed,
		"changed triggers go unnamed":     !s.Creating && !s.Imported && s.Triggers == Changed && decided.Reason != ReasonTriggers,
		"an open matter is forgotten":     !s.Creating && open && !rotates,
	}
}

// situations yields every combination of what a plan may judge by.
func situations() func(yield func(Situation) bool) {
	changes := []Change{Unchanged, Changed, ChangeUnknown}
	times := []time.Time{{}, noon()}
	repairs := []string{"", repairReason}
	return func(yield func(Situation) bool) {
		for flags := range 1 << 6 {
			set := func(bit int) bool { return flags>>bit&1 == 1 }
			for n := range 81 {
				s := Situation{
					Creating: set(0), Imported: set(1), Due: set(2),
					DueAt: times[flags>>3&1], AttemptedAt: times[flags>>4&1], Repair: repairs[flags>>5],
					RotateOnCreate: changes[n/27], Paused: changes[n/9%3], Triggers: changes[n/3%3], Schedule: changes[n%3],
				}
				if !yield(s) {
					return
				}
			}
		}
	}
}

func TestDecide_takesAnUnknownKindOfChangeForNone(t *testing.T) {
	t.Parallel()
	for _, odd := range []Change{-1, ChangeUnknown + 1} {
		for _, s := range []Situation{{Triggers: odd}, {Creating: true, RotateOnCreate: odd}} {
			t.Run(fmt.Sprintf("%+v", s), func(t *testing.T) {
				t.Parallel()
				if got := Decide(s); got != (Decision{}) {
					t.Errorf("decided %+v", got)
				}
			})
		}
	}
}
