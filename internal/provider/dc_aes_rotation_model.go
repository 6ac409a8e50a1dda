package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// dcAESRotationModel is an atlassian_dc_aes_rotation.
type dcAESRotationModel struct {
	rotationModel

	ID                          types.String  `tfsdk:"id"`
	Instance                    types.String  `tfsdk:"instance"`
	InactiveKeyRetention        durationValue `tfsdk:"inactive_key_retention"`
	DeleteInactiveKeysOnDestroy types.Bool    `tfsdk:"delete_inactive_keys_on_destroy"`
	Preflight                   types.Bool    `tfsdk:"preflight"`
	InactiveKeys                types.List    `tfsdk:"inactive_keys"`
	InactiveSince               types.Map     `tfsdk:"inactive_since"`
	DeletionDue                 types.Bool    `tfsdk:"deletion_due"`
	LastRotatedBy               types.String  `tfsdk:"last_rotated_by"`
	RotationStatus              types.String  `tfsdk:"rotation_status"`
	RotationMessage             types.String  `tfsdk:"rotation_message"`
	Product                     types.String  `tfsdk:"product"`
	Version                     types.String  `tfsdk:"version"`
}

// situation adds to what all rotating resources judge by the rotation that was
// sent and not seen to happen.
func (m *dcAESRotationModel) situation(state *dcAESRotationModel, imported bool) rotation.Situation {
	if state == nil {
		return m.rotationModel.situation(nil, imported)
	}
	situation := m.rotationModel.situation(&state.rotationModel, imported)
	situation.AttemptedAt = state.openAttempt().At
	return situation
}

// deletion tells whether applying the plan m to state deletes the inactive keys
// that state knows, apart from what a rotation deletes right after itself. A
// changed retention is judged by the next refresh first.
func (m *dcAESRotationModel) deletion(state *dcAESRotationModel) rotation.Change {
	switch {
	case !state.DeletionDue.ValueBool(), m.InactiveKeyRetention.IsNull():
		return rotation.Unchanged
	case m.InactiveKeyRetention.IsUnknown():
		return rotation.ChangeUnknown
	case m.InactiveKeyRetention.sameAs(state.InactiveKeyRetention):
		return rotation.Changed
	default:
		return rotation.Unchanged
	}
}

// deletesAtOnce reports whether a rotation is followed by a deletion.
func (m *dcAESRotationModel) deletesAtOnce() bool {
	return isSet(m.InactiveKeyRetention) && m.InactiveKeyRetention.duration() == 0
}

// planKeyChange marks in the plan m what a change of the keys changes.
func (m *dcAESRotationModel) planKeyChange() {
	m.InactiveKeys = types.ListUnknown(types.StringType)
	m.InactiveSince = types.MapUnknown(timetypes.RFC3339Type{})
}

// planServerWords marks in the plan m what the instance will say about a
// rotation.
func (m *dcAESRotationModel) planServerWords() {
	m.LastRotatedBy = types.StringUnknown()
	m.RotationStatus = types.StringUnknown()
	m.RotationMessage = types.StringUnknown()
	m.Product = types.StringUnknown()
	m.Version = types.StringUnknown()
}

// forget sets everything computed to null: the state before a creation.
func (m *dcAESRotationModel) forget() {
	m.rotationModel.forget()
	m.InactiveKeys = types.ListNull(types.StringType)
	m.InactiveSince = types.MapNull(timetypes.RFC3339Type{})
	m.DeletionDue = types.BoolValue(false)
	m.LastRotatedBy = types.StringNull()
	m.RotationStatus = types.StringNull()
	m.RotationMessage = types.StringNull()
	m.Product = types.StringNull()
	m.Version = types.StringNull()
}

// takeInputs replaces the inputs in the state m by those of plan.
func (m *dcAESRotationModel) takeInputs(plan *dcAESRotationModel) {
	m.rotationModel.takeInputs(&plan.rotationModel)
	m.InactiveKeyRetention = plan.InactiveKeyRetention
	m.DeleteInactiveKeysOnDestroy = plan.DeleteInactiveKeysOnDestroy
	m.Preflight = plan.Preflight
}

// keys returns the inactive keys in the order that they are recorded in.
func (m *dcAESRotationModel) keys() []string {
	names := make([]string, 0, len(m.InactiveKeys.Elements()))
	for _, element := range m.InactiveKeys.Elements() {
		if name, ok := element.(types.String); ok {
			names = append(names, name.ValueString())
		}
	}
	return names
}

// recordKeys replaces the inactive keys by what the instance listed. Names that
// were not recorded yet count as inactive since the given time.
func (m *dcAESRotationModel) recordKeys(ctx context.Context, listed []string, since time.Time) diag.Diagnostics {
	known := m.InactiveSince.Elements()
	names := rotation.OldestFirst(m.keys(), listed)
	times := make(map[string]attr.Value, len(names))
	for _, name := range names {
		if seen, ok := known[name]; ok && isSet(seen) {
			times[name] = seen
			continue
		}
		times[name] = timestamp(since)
	}
	var diags, mapDiags diag.Diagnostics
	m.InactiveKeys, diags = types.ListValueFrom(ctx, types.StringType, names)
	m.InactiveSince, mapDiags = types.MapValue(timetypes.RFC3339Type{}, times)
	return append(diags, mapDiags...)
}

// judgeDeletion sets deletion_due for a refresh at now. A retention of "0s"
// means right after each rotation: seen is true where one was seen elsewhere.
func (m *dcAESRotationModel) judgeDeletion(now time.Time, seen bool) {
	due := false
	switch {
	case !isSet(m.InactiveKeyRetention), len(m.keys()) == 0:
	case m.deletesAtOnce():
		due = seen || m.DeletionDue.ValueBool()
	default:
		due = rotation.AllOlderThan(m.inactiveTimes(), m.InactiveKeyRetention.duration(), now)
	}
	m.DeletionDue = types.BoolValue(due)
}

func (m *dcAESRotationModel) inactiveTimes() []time.Time {
	times := make([]time.Time, 0, len(m.InactiveSince.Elements()))
	for _, element := range m.InactiveSince.Elements() {
		if since, ok := element.(timetypes.RFC3339); ok {
			times = append(times, timeOf(since))
		}
	}
	return times
}

// attempt returns the rotation that was sent and, when it was, not seen to
// happen. One that was seen since dates the last rotation and is no longer due.
func (m *dcAESRotationModel) attempt() datacenter.Attempt {
	return datacenter.Attempt{
		At:     timeOf(m.RotationAttemptedAt),
		Before: m.keys(),
		Seen:   !m.RotationAttemptedAt.IsNull() && m.RotationAttemptedAt.Equal(m.LastRotatedAt) && !m.RotationDue.ValueBool(),
	}
}

// openAttempt returns the rotation that nobody has seen to happen yet.
func (m *dcAESRotationModel) openAttempt() datacenter.Attempt {
	if attempt := m.attempt(); !attempt.Seen {
		return attempt
	}
	return datacenter.Attempt{}
}

// record takes over what happened to the keys of the instance at now.
func (m *dcAESRotationModel) record(ctx context.Context, report datacenter.AESKeyReport, now time.Time) diag.Diagnostics {
	var diags diag.Diagnostics
	m.DeletionDue = types.BoolValue(report.DeletionPending)
	if report.Changed() {
		diags = m.recordKeys(ctx, report.InactiveKeys, now)
	}
	if report.Product.Name != "" {
		m.Product = types.StringValue(report.Product.Name)
		m.Version = types.StringValue(report.Product.Version)
	}
	if !report.RotatedAt.IsZero() {
		m.rotated(report.RotatedAt, originTerraform)
		m.LastRotatedBy = types.StringNull()
		m.RotationStatus = stringOrNull(report.Status)
		m.RotationMessage = stringOrNull(report.Message)
	}
	if !report.Unsettled.At.IsZero() {
		m.attempted(report.Unsettled.At)
	}
	return diags
}

func stringOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}
