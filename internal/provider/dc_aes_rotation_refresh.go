package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// aesKeyRefresh brings a state up to a fresh list of inactive keys.
type aesKeyRefresh struct {
	state *dcAESRotationModel
	now   time.Time
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
		diags.Append(r.seeExternal(joined)...)
	}
	diags.Append(r.state.recordKeys(ctx, listed, r.now)...)
	r.state.judgeDeletion(r.now, external)
	if r.state.openAttempt().At.IsZero() {
		r.state.judgeDue(r.now)
	}
	return diags
}

// settleAttempt counts what has shown as the rotation that was attempted. An
// object that had never rotated keeps the mark: its creation may have failed,
// and its replacement needs to know.
func (r *aesKeyRefresh) settleAttempt() diag.Diagnostics {
	attempted := r.state.RotationAttemptedAt
	neverRotated := r.state.LastRotatedAt.IsNull()
	r.state.rotated(timeOf(attempted), originTerraform)
	if neverRotated {
		r.state.RotationAttemptedAt = attempted
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("instance"), "Attempted AES key rotation has happened",
		fmt.Sprintf("The rotation of the AES key of the instance %q that was sent at %s, and whose outcome was not known, has happened. It counts as rotated then; no other rotation follows from it.",
			r.state.Instance.ValueString(), attempted.ValueString()))}
}

func (r *aesKeyRefresh) seeExternal(joined []string) diag.Diagnostics {
	r.state.rotated(r.now, originExternal)
	r.state.RotationStatus = types.StringNull()
	r.state.RotationMessage = types.StringNull()
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("instance"), "AES key rotated outside of Terraform",
		fmt.Sprintf("Keys of the instance %q became inactive without this resource having rotated: %s. The schedule counts from now on.",
			r.state.Instance.ValueString(), strings.Join(joined, ", ")))}
}
