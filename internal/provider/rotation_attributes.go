package provider

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
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
	RotateOnCreate      types.Bool        `tfsdk:"rotate_on_create"`
	LastRotatedAt       timetypes.RFC3339 `tfsdk:"last_rotated_at"`
	NextRotationAt      timetypes.RFC3339 `tfsdk:"next_rotation_at"`
	RotationDue         types.Bool        `tfsdk:"rotation_due"`
	RotationOrigin      types.String      `tfsdk:"rotation_origin"`
	RotationAttemptedAt timetypes.RFC3339 `tfsdk:"rotation_attempted_at"`
	Timeouts            timeouts.Value    `tfsdk:"timeouts"`
}

// withRotationAttributes adds to own what all rotating resources share. thing
// names what rotates, such as "the AES key".
func withRotationAttributes(ctx context.Context, thing string, own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := rotationInputs(ctx, thing)
	maps.Copy(attributes, rotationOutputs(thing))
	maps.Copy(attributes, own)
	return attributes
}

func rotationInputs(ctx context.Context, thing string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"rotate_triggers": schema.MapAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "Arbitrary keys and values. Any change rotates " + thing + " in place. Values that are known only during apply make the plan say that it may rotate.",
		},
		"rotation_interval": durationAttribute(
			"Rotate "+thing+" when this long has passed since the last rotation, such as `\"90d\"` (units `w`, `d`, `h`, `m`, `s`; at least `\"1h\"`). "+
				"A refresh that finds it due sets `rotation_due`, and the plan after it rotates. Without it there is no schedule.",
			durationAtLeast(time.Hour)),
		"early_rotation_window": durationAttribute(
			"Let a plan rotate this long before the rotation is due, such as `\"1d\"` (less than `rotation_interval`). " +
				"Set it to at least the period of the pipeline that applies, so that no run comes a moment too early. Default: rotate when due, not earlier."),
		"rotate_on_create": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether creating this resource rotates. `false` takes " + thing + " under management as it is, without a call that changes it, " +
				"and counts `rotation_interval` from then on. Default: `true`.",
		},
		"timeouts": timeoutsAttribute(ctx, timeouts.Opts{
			Create: true, CreateDescription: "How long creating may take, the rotation included, such as `\"20m\"`.",
			Read: true, ReadDescription: "How long refreshing may take, such as `\"5m\"`.",
			Update: true, UpdateDescription: "How long updating may take, the rotation included, such as `\"20m\"`.",
			Delete: true, DeleteDescription: "How long destroying may take, such as `\"5m\"`.",
		}),
	}
}

func rotationOutputs(thing string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"last_rotated_at": timestampAttribute("When " + thing + " was last rotated, as far as this resource knows (RFC 3339). A rotation elsewhere is dated by when it was seen, or by the audit log where there is one that tells. Null where no rotation is known."),
		"next_rotation_at": timestampAttribute("When the next rotation is due (RFC 3339): `rotation_interval` after the last rotation, or after it came under management where no rotation is known. " +
			"Null without `rotation_interval`."),
		"rotation_due": schema.BoolAttribute{
			Computed:            true,
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "Whether the next apply rotates because of the schedule. Set by refresh, so that `terraform plan -refresh-only` shows it too.",
		},
		"rotation_origin": schema.StringAttribute{
			Computed:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "Where the last rotation came from: `terraform` (this resource), `external` (seen to have happened elsewhere), or null where no rotation is known.",
		},
		"rotation_attempted_at": timestampAttribute("When a rotation was sent whose outcome is not known (RFC 3339); the next apply sees to it. Null in normal times."),
	}
}

func durationAttribute(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		CustomType:          durationType{},
		Optional:            true,
		Validators:          validators,
		PlanModifiers:       []planmodifier.String{keepEquallyLong()},
		MarkdownDescription: description,
	}
}

func timestampAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		CustomType:          timetypes.RFC3339Type{},
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		MarkdownDescription: description,
	}
}

// computedString is a computed string that stays as it is until a rotation.
func computedString(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		MarkdownDescription: description,
	}
}

func (m *rotationModel) schedule() rotation.Schedule {
	return rotation.Schedule{Interval: m.RotationInterval.duration(), EarlyWindow: m.EarlyRotationWindow.duration()}
}

// rotates reports whether the plan m says that applying it rotates.
func (m *rotationModel) rotates() bool {
	return m.LastRotatedAt.IsUnknown()
}

// situation sums up what a plan judges by: m is the plan, state what it
// changes, nil for a creation.
func (m *rotationModel) situation(state *rotationModel, imported bool) rotation.Situation {
	if state == nil {
		return rotation.Situation{Creating: true, RotateOnCreate: knownTrue(m.RotateOnCreate)}
	}
	return rotation.Situation{
		Imported: imported,
		Triggers: compareTriggers(state.RotateTriggers, m.RotateTriggers),
		Schedule: m.compareSchedule(state),
		Due:      state.RotationDue.ValueBool(),
		DueAt:    timeOf(state.NextRotationAt),
	}
}

func knownTrue(value types.Bool) rotation.Change {
	switch {
	case value.IsUnknown():
		return rotation.ChangeUnknown
	case value.ValueBool():
		return rotation.Changed
	default:
		return rotation.Unchanged
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

// planRotation marks in the plan m what a rotation will change.
func (m *rotationModel) planRotation(decided rotation.Change) {
	m.LastRotatedAt = timetypes.NewRFC3339Unknown()
	m.NextRotationAt = timetypes.NewRFC3339Unknown()
	if m.RotationInterval.IsNull() {
		m.NextRotationAt = timetypes.NewRFC3339Null()
	}
	m.RotationDue = types.BoolValue(false)
	m.RotationAttemptedAt = timetypes.NewRFC3339Null()
	m.RotationOrigin = types.StringUnknown()
	if decided == rotation.Changed {
		m.RotationOrigin = types.StringValue(originTerraform)
	}
}

// planAdoption marks in the plan m what a creation without rotation leaves.
func (m *rotationModel) planAdoption() {
	m.LastRotatedAt = timetypes.NewRFC3339Null()
	m.NextRotationAt = timetypes.NewRFC3339Unknown()
	if m.RotationInterval.IsNull() {
		m.NextRotationAt = timetypes.NewRFC3339Null()
	}
	m.RotationDue = types.BoolValue(false)
	m.RotationOrigin = types.StringNull()
	m.RotationAttemptedAt = timetypes.NewRFC3339Null()
}

// reschedule recomputes the dates of m after its inputs took the place of those
// of prior. The next refresh judges by them: a change of the schedule is no
// rotation. A schedule that has nothing else to count from starts at now, and
// stays unknown where now is zero, as in a plan.
func (m *rotationModel) reschedule(prior *rotationModel, now time.Time) {
	if m.sameSchedule(prior) {
		return
	}
	m.RotationDue = types.BoolValue(false)
	anchor := prior.anchor()
	if anchor.IsZero() {
		anchor = now
	}
	if m.RotationInterval.IsUnknown() || isSet(m.RotationInterval) && anchor.IsZero() {
		m.NextRotationAt = timetypes.NewRFC3339Unknown()
		return
	}
	m.countFrom(anchor)
}

func (m *rotationModel) sameSchedule(other *rotationModel) bool {
	return m.RotationInterval.sameAs(other.RotationInterval) && m.EarlyRotationWindow.sameAs(other.EarlyRotationWindow)
}

func (m *rotationModel) compareSchedule(state *rotationModel) rotation.Change {
	switch {
	case m.sameSchedule(state):
		return rotation.Unchanged
	case m.RotationInterval.IsUnknown() || m.EarlyRotationWindow.IsUnknown():
		return rotation.ChangeUnknown
	default:
		return rotation.Changed
	}
}

// anchor returns the time that the schedule counts from; zero where there is
// none yet.
func (m *rotationModel) anchor() time.Time {
	if last := timeOf(m.LastRotatedAt); !last.IsZero() {
		return last
	}
	if next := timeOf(m.NextRotationAt); !next.IsZero() && isSet(m.RotationInterval) {
		return next.Add(-m.RotationInterval.duration())
	}
	return time.Time{}
}

// countFrom sets the date of the next rotation.
func (m *rotationModel) countFrom(anchor time.Time) {
	m.NextRotationAt = timetypes.NewRFC3339Null()
	if next, ok := m.schedule().Next(anchor); ok {
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

// attempted records a rotation that was sent and whose outcome is not known:
// it stays due until somebody has seen to it.
func (m *rotationModel) attempted(at time.Time) {
	m.RotationAttemptedAt = timestamp(at)
	m.RotationDue = types.BoolValue(true)
}

// forget sets everything computed to null: the state before a creation.
func (m *rotationModel) forget() {
	m.LastRotatedAt = timetypes.NewRFC3339Null()
	m.NextRotationAt = timetypes.NewRFC3339Null()
	m.RotationDue = types.BoolValue(false)
	m.RotationOrigin = types.StringNull()
	m.RotationAttemptedAt = timetypes.NewRFC3339Null()
}

// takeInputs replaces the inputs in the state m by those of plan.
func (m *rotationModel) takeInputs(plan *rotationModel) {
	m.RotateTriggers = plan.RotateTriggers
	m.RotationInterval = plan.RotationInterval
	m.EarlyRotationWindow = plan.EarlyRotationWindow
	m.RotateOnCreate = plan.RotateOnCreate
	m.Timeouts = plan.Timeouts
}

// judgeDue sets rotation_due for a refresh at now.
func (m *rotationModel) judgeDue(now time.Time) {
	m.RotationDue = types.BoolValue(m.schedule().Due(timeOf(m.NextRotationAt), now))
}

// timestamp writes t in UTC, to the second.
func timestamp(t time.Time) timetypes.RFC3339 {
	return timetypes.NewRFC3339TimeValue(t.UTC().Truncate(time.Second))
}

// timeOf returns the time that value holds; zero for null and unknown.
func timeOf(value timetypes.RFC3339) time.Time {
	if value.IsNull() || value.IsUnknown() {
		return time.Time{}
	}
	t, _ := value.ValueRFC3339Time()
	return t
}
