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
	// Schedule tells whether interval or window differ from those in state.
	Schedule Change
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
	// Reason says why in a few words; empty where Rotate is Unchanged.
	Reason string
}

// Decide makes the one decision whether to rotate.
func Decide(s Situation) Decision {
	switch {
	case s.Creating:
		return decideCreate(s.RotateOnCreate)
	case !s.AttemptedAt.IsZero() && s.Due:
		return Decision{Changed, "the rotation sent at " + stamp(s.AttemptedAt) + " has not been seen to happen"}
	case s.Repair != "":
		return Decision{Changed, s.Repair}
	case s.Triggers == Changed && !s.Imported:
		return Decision{Changed, "rotate_triggers changed"}
	case s.Due && s.Schedule == Unchanged:
		return Decision{Changed, dueReason(s.DueAt)}
	case s.Due && s.Schedule == ChangeUnknown:
		return Decision{ChangeUnknown, dueReason(s.DueAt) + ", unless the schedule, which is not known before apply, turns out to differ"}
	case s.Triggers == ChangeUnknown && !s.Imported:
		return Decision{ChangeUnknown, "rotate_triggers are not known before apply; it rotates if they turn out to differ"}
	default:
		return Decision{}
	}
}

func decideCreate(rotateOnCreate Change) Decision {
	switch rotateOnCreate {
	case Changed:
		return Decision{Changed, "it comes under management with rotate_on_create = true"}
	case ChangeUnknown:
		return Decision{ChangeUnknown, "rotate_on_create is not known before apply"}
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
