// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

// orgAPIKeyRefresh brings a state up to a fresh list of all keys.
type orgAPIKeyRefresh struct {
	organization *cloud.Organization
	state        *orgAPIKeyModel
	keys         []cloud.APIKey
	now          time.Time
}

// revokedAPIKeyEvent is what the audit log calls the revocation of an API key:
// https://support.atlassian.com/security-and-access-policies/docs/audit-log-activities-database/.
const revokedAPIKeyEvent = "Revoked admin API key"

func (r orgAPIKeyRefresh) run(ctx context.Context) diag.Diagnostics {
	if r.state.DriftAcknowledged.IsNull() {
		r.state.DriftAcknowledged = types.BoolValue(true)
	}
	key, found := apiKeyByID(r.keys, r.state.ID.ValueString())
	if found && !key.Revoked() {
		return r.seeKey(key)
	}
	if r.state.Label.IsNull() {
		// An import has read nothing yet.
		_, diags := apiKeySelector{keyID: r.state.ID}.find(r.organization.ID(), r.keys, r.now)
		return diags
	}
	return r.seeLoss(ctx, key, found)
}

// seeKey records what the list says of the key. When it was last used is no
// change by itself: a key in use would be drift at every refresh.
func (r orgAPIKeyRefresh) seeKey(key cloud.APIKey) diag.Diagnostics {
	before := *r.state
	r.state.record(key, r.now)
	r.acknowledge(before.Status)
	if r.state.equalButForUse(&before) {
		r.state.LastActiveAt = before.LastActiveAt
	}
	return r.state.warnOfExpiry(key, r.now)
}

// acknowledge marks what happened to a key that worked as news.
func (r orgAPIKeyRefresh) acknowledge(before types.String) {
	if !before.IsNull() && !before.Equal(r.state.Status) {
		r.state.DriftAcknowledged = types.BoolValue(false)
	}
}

// seeLoss records that the key is not listed any more, or revoked, and says who
// did it where the audit log tells.
func (r orgAPIKeyRefresh) seeLoss(ctx context.Context, key cloud.APIKey, found bool) diag.Diagnostics {
	before := r.state.Status
	r.state.Status = types.StringValue(apiKeyMissing)
	what := fmt.Sprintf("The organization %q no longer lists the API key %s", r.organization.ID(), r.state.name())
	if found {
		r.state.Status = types.StringValue(cloud.APIKeyRevoked)
		what = fmt.Sprintf("The API key %s of the organization %q was revoked", r.state.name(), r.organization.ID())
		if at := key.RevokedAt.Time; !at.IsZero() {
			what += " at " + inWords(at)
		}
	}
	r.acknowledge(before)
	r.state.judgeExpiry(r.now)
	return warningAt(path.Root("label"), fmt.Sprintf("API key %s %s", r.state.name(), r.state.Status.ValueString()), what+".", r.culprit(ctx, before),
		"The resource keeps it as it was; destroying it sends nothing. Where label names a key that works, the plan replaces this one by it.")
}

// culprit says who revoked the key, the first time that the loss is seen.
func (r orgAPIKeyRefresh) culprit(ctx context.Context, before types.String) string {
	if before.Equal(r.state.Status) {
		return ""
	}
	event, found := r.organization.LastEventAbout(ctx, r.state.ID.ValueString(), revokedAPIKeyEvent)
	if !found {
		return ""
	}
	return fmt.Sprintf("The audit log says that %s did it, at %s.", cmp.Or(event.Actor.Email, event.Actor.Name, event.Actor.ID), inWords(event.At))
}
