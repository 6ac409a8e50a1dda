package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
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
	now      time.Time
	// unlisted is true while a rotation of this resource has not shown in the
	// list yet.
	unlisted bool
}

// run tells from the names that joined the list who has rotated, and judges the
// schedule and the retention.
func (r *aesKeyRefresh) run(ctx context.Context, listed []string) diag.Diagnostics {
	var diags diag.Diagnostics
	firstLook := r.state.InactiveKeys.IsNull()
	joined := rotation.Joined(r.state.keys(), listed)
	external := false
	switch {
	case firstLook, len(joined) == 0:
	case r.unlisted && len(joined) == 1:
		r.unlisted = false
	case !r.state.openAttempt().At.IsZero():
		diags.Append(r.settleAttempt()...)
	default:
		external, r.unlisted = true, false
		diags.Append(r.seeExternal(ctx, joined)...)
	}
	diags.Append(r.state.recordKeys(ctx, listed, r.now)...)
	r.state.judgeDeletion(r.now, external)
	if r.state.openAttempt().At.IsZero() {
		r.judgeDue()
	}
	return diags
}

// judgeDue sets rotation_due. What is due again needs no mark any more of an
// attempt that was seen to have happened.
func (r *aesKeyRefresh) judgeDue() {
	r.state.judgeDue(r.now)
	if r.state.RotationDue.ValueBool() {
		r.state.RotationAttemptedAt = timetypes.NewRFC3339Null()
	}
}

// settleAttempt counts what has shown as the rotation that was attempted. An
// object that had never rotated keeps the mark: its creation may have failed,
// and its replacement needs to know.
func (r *aesKeyRefresh) settleAttempt() diag.Diagnostics {
	attempted := r.state.RotationAttemptedAt
	neverRotated := r.state.LastRotatedAt.IsNull()
	r.state.rotated(timeOf(attempted), originTerraform)
	r.state.LastRotatedBy = types.StringNull()
	if neverRotated {
		r.state.RotationAttemptedAt = attempted
	}
	return warningAt(path.Root("instance"), "Attempted AES key rotation has happened",
		fmt.Sprintf("The rotation of the AES key of the instance %q that was sent at %s, and whose outcome was not known, has happened. It counts as rotated then; no other rotation follows from it.",
			r.state.Instance.ValueString(), attempted.ValueString()))
}

// unknownRotations is how far back the audit log is searched for a rotation
// where none is known that it came after.
const unknownRotations = 30 * 24 * time.Hour

// seeExternal records a rotation elsewhere, dated and attributed by the audit
// log of the instance where that tells.
func (r *aesKeyRefresh) seeExternal(ctx context.Context, joined []string) diag.Diagnostics {
	since := timeOf(r.state.LastRotatedAt)
	if since.IsZero() {
		since = r.now.Add(-unknownRotations)
	}
	at, counts := r.now, "The schedule counts from now on."
	event, logged := r.instance.LastRotation(ctx, datacenter.RotationSearch{
		After: since,
		Sent:  r.state.RotationOrigin.ValueString() == originTerraform,
		Known: r.state.keys(),
	})
	if logged && event.At.Before(r.now) {
		at = event.At
		counts = fmt.Sprintf("The audit log tells of a rotation by %s at %s; the schedule counts from then on.",
			cmp.Or(event.AuthorName, "the system"), event.At.UTC().Format(time.RFC3339))
	}
	r.state.rotated(at, originExternal)
	r.state.LastRotatedBy = stringOrNull(event.AuthorName)
	r.state.RotationStatus = types.StringNull()
	r.state.RotationMessage = types.StringNull()
	return warningAt(path.Root("instance"), "AES key rotated outside of Terraform",
		fmt.Sprintf("Keys of the instance %q became inactive without this resource having rotated: %s. %s",
			r.state.Instance.ValueString(), strings.Join(joined, ", "), counts))
}
