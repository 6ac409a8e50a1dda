// SPDX-License-Identifier: MPL-2.0

package rotation

import "time"

// Change is what a plan knows about a change of an input.
type Change int

const (
	// Unchanged: the planned value equals the one in state.
	Unchanged Change = iota
	// Changed: the planned value differs from the one in state.
	Changed
	// ChangeUnknown: the planned value is not known before apply.
	ChangeUnknown
)

// Reason says why a rotation takes place, in the one word that rotation_reason
// holds.
type Reason string

// The reasons for a rotation.
const (
	// ReasonCreation: the key comes under management with rotate_on_create.
	ReasonCreation Reason = "creation"
	// ReasonTriggers: rotate_triggers changed.
	ReasonTriggers Reason = "triggers"
	// ReasonSchedule: the schedule says so.
	ReasonSchedule Reason = "schedule"
	// ReasonRetry: a rotation was sent and not seen to happen.
	ReasonRetry Reason = "retry"
	// ReasonRepair: an earlier rotation has to be made good by another one.
	ReasonRepair Reason = "repair"
	// ReasonExternal: somebody else rotated.
	ReasonExternal Reason = "external"
)

// Situation is all that a plan may judge by: state and configuration, never the
// clock, because a plan runs again when it is applied.
type Situation struct {
	// Creating is true where nothing is in state yet.
	Creating bool
	// RotateOnCreate is ChangeUnknown where rotate_on_create is not known,
	// Changed where it is true.
	RotateOnCreate Change
	// Imported is true from an import until the first apply.
	Imported bool
	// Triggers tells whether rotate_triggers differ from those in state.
	Triggers Change
	// Schedule tells whether what the schedule is made of differs from what is in
	// state.
	Schedule Change
	// Paused is ChangeUnknown where rotation_paused is not known, Changed where it
	// is true.
	Paused Change
	// Due is what the last refresh recorded, DueAt when it falls due.
	Due   bool
	DueAt time.Time
	// AttemptedAt is when a rotation was sent whose outcome nobody has seen yet.
	AttemptedAt time.Time
	// Repair says why an earlier rotation has to be made good by another one,
	// in a few words; empty where there is nothing to make good.
	Repair string
}

// Decision says whether applying the plan rotates and why.
type Decision struct {
	// Rotate is Unchanged for no, Changed for yes and ChangeUnknown for a plan
	// that cannot know yet.
	Rotate Change
	// Reason is empty where Rotate is Unchanged, and where it rotates in any case
	// and only the apply tells whether rotate_triggers are what for.
	Reason Reason
	// Why says the same in a few words for a person.
	Why string
}

// Decide makes the one decision whether to rotate. Triggers come first: a change
// of them is a decision of its own, whatever else asks for a rotation.
func Decide(s Situation) Decision {
	decision := decide(s)
	if decision.Rotate == Changed && !s.Creating && s.Triggers == ChangeUnknown && !s.Imported {
		decision.Reason = ""
	}
	return decision
}

func decide(s Situation) Decision {
	switch {
	case s.Creating:
		return decideCreate(s.RotateOnCreate)
	case s.Triggers == Changed && !s.Imported:
		return Decision{Changed, ReasonTriggers, "rotate_triggers changed"}
	case !s.AttemptedAt.IsZero():
		return Decision{Changed, ReasonRetry, "the rotation sent at " + stamp(s.AttemptedAt) + " has not been seen to happen"}
	case s.Repair != "":
		return Decision{Changed, ReasonRepair, s.Repair}
	case s.Due && s.Schedule == Unchanged && s.Paused == Unchanged:
		return Decision{Changed, ReasonSchedule, dueReason(s.DueAt)}
	case s.Due && s.Schedule != Changed && s.Paused != Changed:
		return Decision{ChangeUnknown, ReasonSchedule, dueReason(s.DueAt) + ", unless the schedule, which is not known before apply, turns out to differ"}
	case s.Triggers == ChangeUnknown && !s.Imported:
		return Decision{ChangeUnknown, ReasonTriggers, "rotate_triggers are not known before apply; it rotates if they turn out to differ"}
	default:
		return Decision{}
	}
}

func decideCreate(rotateOnCreate Change) Decision {
	switch rotateOnCreate {
	case Changed:
		return Decision{Changed, ReasonCreation, "it comes under management with rotate_on_create = true"}
	case ChangeUnknown:
		return Decision{ChangeUnknown, ReasonCreation, "rotate_on_create is not known before apply"}
	default:
		return Decision{}
	}
}

func dueReason(at time.Time) string {
	if at.IsZero() {
		return "rotation due"
	}
	return "rotation due since " + stamp(at)
}

func stamp(t time.Time) string {
	return t.UTC().Format(time.RFC3339)
}
