// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// What rotation_origin says.
const (
	originTerraform = "terraform"
	originExternal  = "external"
)

// rotationModel holds the attributes that all rotating resources share.
type rotationModel struct {
	RotateTriggers      types.Map         `tfsdk:"rotate_triggers"`
	RotationInterval    durationValue     `tfsdk:"rotation_interval"`
	EarlyRotationWindow durationValue     `tfsdk:"early_rotation_window"`
	RotationWindow      types.Object      `tfsdk:"rotation_window"`
	FirstRotationAt     timetypes.RFC3339 `tfsdk:"first_rotation_at"`
	RotationPaused      types.Bool        `tfsdk:"rotation_paused"`
	RotateOnCreate      types.Bool        `tfsdk:"rotate_on_create"`
	LastRotatedAt       timetypes.RFC3339 `tfsdk:"last_rotated_at"`
	NextRotationAt      timetypes.RFC3339 `tfsdk:"next_rotation_at"`
	RotationDue         types.Bool        `tfsdk:"rotation_due"`
	RotationOrigin      types.String      `tfsdk:"rotation_origin"`
	RotationReason      types.String      `tfsdk:"rotation_reason"`
	RotationAttemptedAt timetypes.RFC3339 `tfsdk:"rotation_attempted_at"`
	Timeouts            timeouts.Value    `tfsdk:"timeouts"`
}

// schedule returns when to rotate. What is not known yet is left out.
func (m *rotationModel) schedule() rotation.Schedule {
	return rotation.Schedule{
		Interval:    m.RotationInterval.duration(),
		EarlyWindow: m.EarlyRotationWindow.duration(),
		Window:      m.window(),
		FirstAt:     timeOf(m.FirstRotationAt),
		Paused:      m.RotationPaused.ValueBool(),
	}
}

// window returns the maintenance window; nil for none, and for one that
// validation has refused.
func (m *rotationModel) window() *rotation.Window {
	if !isSet(m.RotationWindow) {
		return nil
	}
	parts := m.RotationWindow.Attributes()
	schedule, _ := parts["schedule"].(types.String)
	duration, _ := parts["duration"].(durationValue)
	zone, _ := parts["time_zone"].(types.String)
	window, err := rotation.NewWindow(schedule.ValueString(), duration.duration(), zone.ValueString())
	if err != nil {
		return nil
	}
	return &window
}

// rotates reports whether the plan m says that applying it rotates.
func (m *rotationModel) rotates() bool {
	return m.LastRotatedAt.IsUnknown()
}

// attemptedAt returns when a rotation was sent that nobody has seen to happen;
// zero for none.
func (m *rotationModel) attemptedAt() time.Time {
	return timeOf(m.RotationAttemptedAt)
}

// sameSchedule reports whether m says the same as other of when to rotate. A
// pause is none of that: the dates stay as they are.
func (m *rotationModel) sameSchedule(other *rotationModel) bool {
	return m.RotationInterval.sameAs(other.RotationInterval) &&
		m.EarlyRotationWindow.sameAs(other.EarlyRotationWindow) &&
		m.RotationWindow.Equal(other.RotationWindow) &&
		m.FirstRotationAt.Equal(other.FirstRotationAt)
}

// scheduleKnown reports whether all is known that says when to rotate.
func (m *rotationModel) scheduleKnown() bool {
	if m.RotationInterval.IsUnknown() || m.EarlyRotationWindow.IsUnknown() || m.FirstRotationAt.IsUnknown() || m.RotationWindow.IsUnknown() {
		return false
	}
	for _, part := range m.RotationWindow.Attributes() {
		if part.IsUnknown() {
			return false
		}
	}
	return true
}

func (m *rotationModel) compareSchedule(state *rotationModel) rotation.Change {
	switch {
	case m.sameSchedule(state):
		return rotation.Unchanged
	case !m.scheduleKnown():
		return rotation.ChangeUnknown
	default:
		return rotation.Changed
	}
}

func compareTriggers(state, plan types.Map) rotation.Change {
	if plan.IsUnknown() {
		return rotation.ChangeUnknown
	}
	known, differs := true, len(state.Elements()) != len(plan.Elements())
	for key, value := range plan.Elements() {
		if value.IsUnknown() {
			known = false
			continue
		}
		before, ok := state.Elements()[key]
		differs = differs || !ok || !before.Equal(value)
	}
	switch {
	case differs:
		return rotation.Changed
	case !known:
		return rotation.ChangeUnknown
	default:
		return rotation.Unchanged
	}
}

// reschedule recomputes the dates of m after its inputs took the place of those
// of prior. The next refresh judges by them: a change of the schedule is no
// rotation. Since is when the key came under management; where that is zero, as
// it may be in a plan, a schedule that has nothing else to count from stays
// unknown.
func (m *rotationModel) reschedule(prior *rotationModel, since time.Time) {
	if m.sameSchedule(prior) {
		return
	}
	m.RotationDue = types.BoolValue(false)
	if !m.scheduleKnown() || isSet(m.RotationInterval) && m.nothingToCountFrom(since) {
		m.NextRotationAt = timetypes.NewRFC3339Unknown()
		return
	}
	m.countFrom(since)
}

func (m *rotationModel) nothingToCountFrom(since time.Time) bool {
	return m.LastRotatedAt.IsNull() && m.FirstRotationAt.IsNull() && since.IsZero()
}

// managedSince returns when the key of the state m came under management: from
// memory, or else as far as the date of its first rotation tells; zero where
// nothing tells.
func (m *rotationModel) managedSince(memory rotationMemory) time.Time {
	next := timeOf(m.NextRotationAt)
	if !memory.ManagedSince.IsZero() || next.IsZero() || !isSet(m.RotationInterval) || !m.FirstRotationAt.IsNull() {
		return memory.ManagedSince
	}
	return next.Add(-m.RotationInterval.duration())
}

// manage notes that the key of the state m is under management, since now where
// nothing tells since when, and returns since when it is.
func (m *rotationModel) manage(memory *rotationMemory, now time.Time) time.Time {
	if memory.ManagedSince = m.managedSince(*memory).UTC(); memory.ManagedSince.IsZero() {
		memory.ManagedSince = now.UTC().Truncate(time.Second)
	}
	return memory.ManagedSince
}

// countFrom sets the date of the next rotation: after the last one, or where
// none is known after the key came under management.
func (m *rotationModel) countFrom(managedSince time.Time) {
	next, ok := m.schedule().First(managedSince)
	if last := timeOf(m.LastRotatedAt); !last.IsZero() {
		next, ok = m.schedule().Next(last)
	}
	m.NextRotationAt = timetypes.NewRFC3339Null()
	if ok {
		m.NextRotationAt = timestamp(next)
	}
}

// rotated records a rotation.
func (m *rotationModel) rotated(at time.Time, origin string) {
	m.LastRotatedAt = timestamp(at)
	m.RotationOrigin = types.StringValue(origin)
	m.RotationDue = types.BoolValue(false)
	m.RotationAttemptedAt = timetypes.NewRFC3339Null()
	m.countFrom(at)
}

// judgeDue sets what a refresh at now says of the schedule, and warns of a window
// that has passed unused. A rotation that was sent and not seen to happen is due
// whatever the schedule says.
func (m *rotationModel) judgeDue(thing string, now time.Time) diag.Diagnostics {
	schedule, next := m.schedule(), timeOf(m.NextRotationAt)
	opening := schedule.Postponed(next, now)
	m.RotationDue = types.BoolValue(!m.attemptedAt().IsZero() || schedule.Due(opening, now))
	if opening.Equal(next) {
		return nil
	}
	m.NextRotationAt = timestamp(opening)
	return warningAt(path.Root("rotation_window"), fmt.Sprintf("Rotation of %s has missed its window", thing),
		fmt.Sprintf("It was due at %s, and no window is open now: it waits for the one that opens at %s. Run the pipeline while a window is open, or let windows stay open longer than its period.", inWords(next), inWords(opening)))
}

// forget sets everything computed to null: the state before a creation.
func (m *rotationModel) forget() {
	m.LastRotatedAt = timetypes.NewRFC3339Null()
	m.NextRotationAt = timetypes.NewRFC3339Null()
	m.RotationDue = types.BoolValue(false)
	m.RotationOrigin = types.StringNull()
	m.RotationReason = types.StringNull()
	m.RotationAttemptedAt = timetypes.NewRFC3339Null()
}

// takeInputs replaces the inputs in the state m by those of plan.
func (m *rotationModel) takeInputs(plan *rotationModel) {
	m.RotateTriggers = plan.RotateTriggers
	m.RotationInterval = plan.RotationInterval
	m.EarlyRotationWindow = plan.EarlyRotationWindow
	m.RotationWindow = plan.RotationWindow
	m.FirstRotationAt = plan.FirstRotationAt
	m.RotationPaused = plan.RotationPaused
	m.RotateOnCreate = plan.RotateOnCreate
	m.Timeouts = plan.Timeouts
}

// situation sums up what a plan judges by: m is the plan, state what it
// changes, nil for a creation.
func (m *rotationModel) situation(state *rotationModel, imported bool) rotation.Situation {
	if state == nil {
		return rotation.Situation{Creating: true, RotateOnCreate: knownTrue(m.RotateOnCreate)}
	}
	return rotation.Situation{
		Imported:    imported,
		Triggers:    compareTriggers(state.RotateTriggers, m.RotateTriggers),
		Schedule:    m.compareSchedule(state),
		Paused:      knownTrue(m.RotationPaused),
		Due:         state.RotationDue.ValueBool(),
		DueAt:       timeOf(state.NextRotationAt),
		AttemptedAt: state.attemptedAt(),
	}
}

// planRotation marks in the plan m what a rotation will change.
func (m *rotationModel) planRotation(decision rotation.Decision) {
	m.LastRotatedAt = timetypes.NewRFC3339Unknown()
	m.planNextRotation()
	m.RotationDue = types.BoolValue(false)
	m.RotationAttemptedAt = timetypes.NewRFC3339Null()
	m.RotationOrigin, m.RotationReason = types.StringUnknown(), types.StringUnknown()
	if decision.Rotate == rotation.Changed {
		m.RotationOrigin = types.StringValue(originTerraform)
	}
	if decision.Rotate == rotation.Changed && decision.Reason != "" {
		m.RotationReason = types.StringValue(string(decision.Reason))
	}
}

// planOpenOutcome marks in the plan m what stays open where a rotation whose
// outcome nobody sees is no error.
func (m *rotationModel) planOpenOutcome() {
	m.RotationOrigin = types.StringUnknown()
	m.RotationAttemptedAt = timetypes.NewRFC3339Unknown()
}

// planAdoption marks in the plan m what a creation without rotation leaves.
func (m *rotationModel) planAdoption() {
	m.forget()
	m.planNextRotation()
}

func (m *rotationModel) planNextRotation() {
	m.NextRotationAt = timetypes.NewRFC3339Unknown()
	if m.RotationInterval.IsNull() {
		m.NextRotationAt = timetypes.NewRFC3339Null()
	}
}
