// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// aesKeyRefresh brings a state up to a fresh list of inactive keys.
type aesKeyRefresh struct {
	instance *datacenter.Instance
	state    *dcAESRotationModel
	memory   *rotationMemory
	now      time.Time
}

// run tells from the list who has rotated and deleted, and judges the schedule
// and the retention.
func (r *aesKeyRefresh) run(ctx context.Context, listed []string) diag.Diagnostics {
	firstLook := r.state.InactiveKeys.IsNull()
	seen := rotation.Observe(r.memory.vanishedNames(), r.state.keys(), listed)
	since, rotated := r.now, seen.Rotated() && !firstLook
	var diags diag.Diagnostics
	if r.state.DriftAcknowledged.IsNull() {
		r.state.DriftAcknowledged = types.BoolValue(true)
	}
	switch {
	case !rotated:
	case r.memory.Unlisted && len(seen.Joined) == 1:
		r.memory.Unlisted, since = false, timeOf(r.state.LastRotatedAt)
	case !r.state.attemptedAt().IsZero():
		since = r.state.attemptedAt()
		diags.Append(r.settleAttempt(seen.Joined)...)
	default:
		diags.Append(r.seeRotation(ctx, seen.Joined)...)
	}
	diags.Append(r.seeAtLast()...)
	r.memory.Unlisted = r.memory.Unlisted && !seen.Deleted
	diags.Append(r.seeVanished(seen)...)
	r.state.recordKeys(listed, since, r.memory)
	r.state.recordAnswer(*r.memory)
	r.state.recordProduct(*r.memory)
	return append(diags, r.judge(rotated)...)
}

// seeAtLast tells of the first list of an instance that an import could not read:
// when a key was first seen has to be saved, as with any other key.
func (r *aesKeyRefresh) seeAtLast() diag.Diagnostics {
	if !r.memory.Unread {
		return nil
	}
	r.state.DriftAcknowledged = types.BoolValue(false)
	return warningAt(path.Root("inactive_keys"), fmt.Sprintf("Inactive AES keys of %q listed for the first time", r.state.Instance.ValueString()),
		fmt.Sprintf("The instance %q could not be read when it was imported. Its inactive keys count as inactive from now on.", r.state.Instance.ValueString()))
}

// judge sets what depends on the time.
func (r *aesKeyRefresh) judge(rotated bool) diag.Diagnostics {
	r.state.judgeDeletion(r.now, rotated, *r.memory)
	return r.state.judgeDue(r.state.thing(), r.now)
}

// settleAttempt counts what has shown as the rotation that was attempted.
func (r *aesKeyRefresh) settleAttempt(joined []string) diag.Diagnostics {
	attempted := r.state.attemptedAt()
	r.state.rotated(attempted, originTerraform)
	r.state.LastRotatedBy = types.StringNull()
	r.state.DriftAcknowledged = types.BoolValue(false)
	r.memory.RotationSentAt, r.memory.Status, r.memory.Message = time.Time{}, "", ""
	return warningAt(path.Root("instance"), fmt.Sprintf("Rotation of the AES key of %q found to have happened", r.state.Instance.ValueString()),
		fmt.Sprintf("%s since the request of %s, whose outcome was not known: %s became inactive. That counts as the rotation asked for; no other one follows from it.",
			datacenter.Rotations(len(joined)), inWords(attempted), strings.Join(joined, ", ")))
}

// unknownRotations is how far back the audit log is searched for a rotation
// where none is known that it came after.
const unknownRotations = 30 * 24 * time.Hour

// seeRotation records a rotation elsewhere, dated and attributed by the audit
// log of the instance where that tells.
func (r *aesKeyRefresh) seeRotation(ctx context.Context, joined []string) diag.Diagnostics {
	at, counts := r.now, "The schedule counts from now on."
	own := ""
	if r.memory.Unlisted {
		own = fmt.Sprintf(" One of them is the key that the rotation of %s by this resource has retired.", inWords(timeOf(r.state.LastRotatedAt)))
	}
	event, logged := r.lastRotation(ctx)
	if logged {
		at = event.At
		counts = fmt.Sprintf("The audit log tells of a rotation by %s at %s; the schedule counts from then on.", cmp.Or(event.AuthorName, "the system"), inWords(event.At))
	}
	r.memory.Unlisted, r.memory.Status, r.memory.Message = false, "", ""
	r.state.rotated(at, originExternal)
	r.state.RotationReason = types.StringValue(string(rotation.ReasonExternal))
	r.state.LastRotatedBy = stringOrNull(event.AuthorName)
	r.state.DriftAcknowledged = types.BoolValue(false)
	return warningAt(path.Root("instance"), fmt.Sprintf("AES key of %q rotated outside of Terraform", r.state.Instance.ValueString()),
		fmt.Sprintf("Keys of the instance %q became inactive without this resource having rotated: %s.%s %s",
			r.state.Instance.ValueString(), strings.Join(joined, ", "), own, counts))
}

// lastRotation asks the audit log for a rotation after the last one that is
// known here, or else since the key came under management.
func (r *aesKeyRefresh) lastRotation(ctx context.Context) (datacenter.AuditEvent, bool) {
	after := timeOf(r.state.LastRotatedAt)
	if after.IsZero() {
		after = r.memory.ManagedSince
	}
	if after.IsZero() {
		after = r.now.Add(-unknownRotations)
	}
	event, logged := r.instance.LastRotation(ctx, datacenter.RotationSearch{
		After: after,
		Sent:  r.state.RotationOrigin.ValueString() == originTerraform,
		Known: r.state.known(*r.memory),
	})
	return event, logged && event.At.Before(r.now)
}

// seeVanished tells of keys that are not listed any more.
func (r *aesKeyRefresh) seeVanished(seen rotation.Observation) diag.Diagnostics {
	gone, name := strings.Join(seen.Vanished, ", "), r.state.Instance.ValueString()
	switch {
	case len(seen.Vanished) == 0:
		return nil
	case seen.Deleted && !r.memory.DeletionSentAt.IsZero():
		sentAt := r.memory.DeletionSentAt
		r.memory.DeletionSentAt = time.Time{}
		r.state.DriftAcknowledged = types.BoolValue(false)
		return warningAt(path.Root("inactive_keys"), fmt.Sprintf("Deletion of inactive AES keys of %q found to have happened", name),
			fmt.Sprintf("The deletion that was sent at %s, and whose outcome was not known, has happened: %s.", inWords(sentAt), gone))
	case seen.Deleted:
		r.state.DriftAcknowledged = types.BoolValue(false)
		return warningAt(path.Root("inactive_keys"), fmt.Sprintf("Inactive AES keys of %q deleted outside of Terraform", name),
			fmt.Sprintf("The instance %q no longer lists %s.", name, gone))
	default:
		return warningAt(path.Root("inactive_keys"), fmt.Sprintf("Some inactive AES keys of %q not listed", name),
			fmt.Sprintf("The instance %q no longer lists %s, while others are still there. Atlassian deletes all inactive keys or none, so this is no deletion:", name, gone),
			"a node of the cluster may lag behind, or a backup of the shared home was restored. In the latter case secrets that the missing keys encrypted may not be readable.")
	}
}
