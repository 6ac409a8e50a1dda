// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
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
	DriftAcknowledged           types.Bool    `tfsdk:"drift_acknowledged"`
	LastRotatedBy               types.String  `tfsdk:"last_rotated_by"`
	RotationStatus              types.String  `tfsdk:"rotation_status"`
	RotationMessage             types.String  `tfsdk:"rotation_message"`
	Product                     types.String  `tfsdk:"product"`
	Version                     types.String  `tfsdk:"version"`
}

// thing names what rotates in a sentence.
func (m *dcAESRotationModel) thing() string {
	return fmt.Sprintf("the AES key of %q", m.Instance.ValueString())
}

// acknowledged reports whether what refresh saw happen elsewhere was saved.
func (m *dcAESRotationModel) acknowledged() bool {
	return m.DriftAcknowledged.IsNull() || m.DriftAcknowledged.ValueBool()
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

// mayDeleteAtOnce is deletesAtOnce for a plan that may not know yet.
func (m *dcAESRotationModel) mayDeleteAtOnce() bool {
	return m.InactiveKeyRetention.IsUnknown() || m.deletesAtOnce()
}

// planKeyChange marks in the plan m what a change of the keys changes.
func (m *dcAESRotationModel) planKeyChange() {
	m.InactiveKeys = types.ListUnknown(types.StringType)
	m.InactiveSince = types.MapUnknown(timetypes.RFC3339Type{})
}

// planServerWords marks in the plan m what the instance will say about a
// rotation. What it has said before stays, because it mostly says the same, and a
// reader of the plan is spared the lines; where it says something else, the next
// refresh records that.
func (m *dcAESRotationModel) planServerWords(rotates rotation.Change) {
	m.LastRotatedBy = types.StringNull()
	if rotates == rotation.ChangeUnknown {
		m.LastRotatedBy = types.StringUnknown()
	}
	if m.RotationStatus.IsNull() || m.RotationMessage.IsNull() {
		m.RotationStatus, m.RotationMessage = types.StringUnknown(), types.StringUnknown()
	}
	if m.Product.IsNull() {
		m.Product, m.Version = types.StringUnknown(), types.StringUnknown()
	}
}

// recordServerWords takes over what the instance said last, as far as the plan
// left that open.
func (m *dcAESRotationModel) recordServerWords(plan *dcAESRotationModel, memory rotationMemory) {
	if plan.RotationStatus.IsUnknown() {
		m.recordAnswer(memory)
	}
	if plan.Product.IsUnknown() {
		m.recordProduct(memory)
	}
}

// recordAnswer takes over what the instance answered the last rotation with.
func (m *dcAESRotationModel) recordAnswer(memory rotationMemory) {
	m.RotationStatus, m.RotationMessage = stringOrNull(memory.Status), stringOrNull(memory.Message)
}

// recordProduct takes over what the last preflight saw.
func (m *dcAESRotationModel) recordProduct(memory rotationMemory) {
	if memory.Product != "" {
		m.Product, m.Version = types.StringValue(memory.Product), stringOrNull(memory.Version)
	}
}

// forget sets everything computed to null: the state before a creation.
func (m *dcAESRotationModel) forget() {
	m.rotationModel.forget()
	m.InactiveKeys = types.ListNull(types.StringType)
	m.InactiveSince = types.MapNull(timetypes.RFC3339Type{})
	m.DeletionDue = types.BoolValue(false)
	m.DriftAcknowledged = types.BoolValue(true)
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
	return texts(m.InactiveKeys)
}

// deletable returns the inactive keys that a deletion takes, as far as anybody
// knows: those that are listed, and those that only a lagging list lacks.
func (m *dcAESRotationModel) deletable(memory rotationMemory) []string {
	return rotation.Union(m.keys(), memory.Hidden)
}

// known returns the names of all keys that were ever seen inactive; nil where
// nobody has looked yet.
func (m *dcAESRotationModel) known(memory rotationMemory) []string {
	if m.InactiveKeys.IsNull() {
		return nil
	}
	return append([]string{}, rotation.Union(m.keys(), memory.vanishedNames())...)
}

// recordKeys replaces the inactive keys by what the instance listed. Names that
// nobody has seen before count as inactive since the given time; what is not
// listed any more is remembered.
func (m *dcAESRotationModel) recordKeys(listed []string, since time.Time, memory *rotationMemory) {
	firstSeen := maps.Clone(memory.Vanished)
	if firstSeen == nil {
		firstSeen = map[string]time.Time{}
	}
	maps.Copy(firstSeen, m.inactiveTimes())
	seen := rotation.Observe(memory.vanishedNames(), m.keys(), listed)
	memory.hide(seen, listed)
	memory.Unread = false
	names := rotation.OldestFirst(m.keys(), listed)
	times := make(map[string]attr.Value, len(names))
	for _, name := range names {
		at, ok := firstSeen[name]
		if !ok {
			at = since
		}
		times[name] = timestamp(at)
		delete(firstSeen, name)
	}
	m.InactiveKeys = stringList(names)
	m.InactiveSince = types.MapValueMust(timetypes.RFC3339Type{}, times)
	memory.Vanished = firstSeen
}

// remember keeps names in mind that were seen and are not listed any more.
func (m *dcAESRotationModel) remember(seen []string, at time.Time, memory *rotationMemory) {
	missing := rotation.Missing(m.known(*memory), seen)
	if len(missing) == 0 {
		return
	}
	memory.Vanished = maps.Clone(memory.Vanished)
	if memory.Vanished == nil {
		memory.Vanished = map[string]time.Time{}
	}
	for _, name := range missing {
		memory.Vanished[name] = at.UTC().Truncate(time.Second)
	}
}

// inactiveTimes returns when each inactive key was first seen inactive.
func (m *dcAESRotationModel) inactiveTimes() map[string]time.Time {
	times := make(map[string]time.Time, len(m.InactiveSince.Elements()))
	for name, element := range m.InactiveSince.Elements() {
		if since, ok := element.(timetypes.RFC3339); ok {
			times[name] = timeOf(since)
		}
	}
	return times
}

// judgeDeletion sets deletion_due for a refresh at now. A retention of "0s"
// means right after each rotation: rotated is true where one has just been
// learned of. Any other waits for a retired key that no list has shown yet: a
// deletion would take it with the others.
func (m *dcAESRotationModel) judgeDeletion(now time.Time, rotated bool, memory rotationMemory) {
	due := false
	switch {
	case !isSet(m.InactiveKeyRetention), len(m.keys()) == 0:
	case m.deletesAtOnce():
		due = rotated || m.DeletionDue.ValueBool()
	case memory.Unlisted:
	default:
		due = rotation.AllOlderThan(m.deletableSince(memory), m.InactiveKeyRetention.duration(), now)
	}
	m.DeletionDue = types.BoolValue(due)
}

// deletableSince returns when each key was first seen inactive that a deletion
// takes.
func (m *dcAESRotationModel) deletableSince(memory rotationMemory) []time.Time {
	all := slices.Collect(maps.Values(m.inactiveTimes()))
	for _, name := range memory.Hidden {
		all = append(all, memory.Vanished[name])
	}
	return all
}

// creation returns what creating the plan m does to the keys. What is inactive
// already no plan has named: it is not deleted.
func (m *dcAESRotationModel) creation() datacenter.AESKeyChange {
	return datacenter.AESKeyChange{
		Preflight:   m.Preflight.ValueBool(),
		Rotate:      m.rotates(),
		DeleteAfter: m.rotates() && m.deletesAtOnce(),
	}
}

// update returns what updating state to the plan m does to the keys.
func (m *dcAESRotationModel) update(state *dcAESRotationModel, memory rotationMemory) datacenter.AESKeyChange {
	rotates, atOnce := m.rotates(), m.deletesAtOnce()
	return datacenter.AESKeyChange{
		Preflight:     rotates && m.Preflight.ValueBool(),
		DeleteBefore:  m.deletion(state) == rotation.Changed && (!rotates || !atOnce),
		Rotate:        rotates,
		DeleteAfter:   rotates && atOnce,
		Known:         state.known(memory),
		Deletable:     state.deletable(memory),
		Earlier:       state.attemptedAt(),
		EarlierCounts: compareTriggers(state.RotateTriggers, m.RotateTriggers) == rotation.Unchanged || memory.Imported,
		Abandoned:     memory.abandoned(),
	}
}

// destruction returns what destroying the state m does to the keys, where it does
// something to them.
func (m *dcAESRotationModel) destruction(memory rotationMemory) datacenter.AESKeyChange {
	return datacenter.AESKeyChange{DeleteBefore: true, Known: m.known(memory), Deletable: m.deletable(memory), Abandoned: memory.abandoned()}
}

// create turns the plan m into the state after a creation at now, of which err
// is the outcome.
func (m *dcAESRotationModel) create(report datacenter.AESKeyReport, err error, now time.Time, memory *rotationMemory) {
	reason := m.RotationReason
	m.forget()
	m.countFrom(m.manage(memory, now))
	m.recordKeys(report.InactiveKeys, now, memory)
	m.record(report, err, now, memory)
	m.recordAnswer(*memory)
	m.recordProduct(*memory)
	if report.Sent() {
		m.RotationReason = reason
	}
}

// apply turns the state m into the one after an update to plan, of which err is
// the outcome. An update that failed before it rotated keeps the inputs in
// state, so that the next plan asks for the same again.
func (m *dcAESRotationModel) apply(plan *dcAESRotationModel, report datacenter.AESKeyReport, err error, now time.Time, memory *rotationMemory) {
	if err == nil || report.Sent() {
		prior, since := m.rotationModel, m.manage(memory, now)
		m.takeInputs(plan)
		m.reschedule(&prior, since)
		m.DriftAcknowledged = plan.DriftAcknowledged
		m.RotationDue = types.BoolValue(false)
		memory.Imported = false
	}
	if report.Sent() {
		m.RotationReason = plan.RotationReason
	}
	m.record(report, err, now, memory)
	m.recordServerWords(plan, *memory)
}

// record takes over what happened to the keys of the instance at now. A deletion
// that was kept from happening stays due only where no refresh would find it so.
func (m *dcAESRotationModel) record(report datacenter.AESKeyReport, err error, now time.Time, memory *rotationMemory) {
	m.DeletionDue = types.BoolValue(report.DeletionPending && (err != nil || m.deletesAtOnce()))
	memory.abandon(report.Abandoned, now)
	if report.Product.Name != "" {
		memory.Product, memory.Version = report.Product.Name, report.Product.Version
	}
	if report.Changed() {
		m.recordKeys(report.InactiveKeys, now, memory)
		m.remember(report.Seen, now, memory)
		memory.hideFrom(report)
	}
	if !report.UnsettledAt.IsZero() {
		m.RotationAttemptedAt = timestamp(report.UnsettledAt)
	}
	if report.RotatedAt.IsZero() {
		return
	}
	m.rotated(report.RotatedAt, originTerraform)
	m.LastRotatedBy = types.StringNull()
	memory.Status, memory.Message = report.Status, report.Message
	memory.Unlisted = report.Unlisted
}
