// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// tokenRefresh brings a state up to a fresh list of all tokens of the owner.
type tokenRefresh struct {
	state  *tokenModel
	memory *rotationMemory
	now    time.Time
}

// run tells from the whole list what became of the token and of the one that it
// has superseded, and judges schedule, overlap and expiry.
func (r tokenRefresh) run(listed []datacenter.Token) diag.Diagnostics {
	if r.state.DriftAcknowledged.IsNull() {
		r.state.DriftAcknowledged = types.BoolValue(true)
	}
	var diags diag.Diagnostics
	if isSet(r.state.TokenID) {
		diags.Append(r.see(tokenByID(listed, r.state.TokenID.ValueString()))...)
	}
	if isSet(r.state.PreviousTokenID) && tokenByID(listed, r.state.PreviousTokenID.ValueString()) == nil {
		r.state.forgetPrevious()
	}
	diags.Append(r.seeStrays(listed)...)
	diags.Append(r.judge()...)
	if r.state.RotationDue.ValueBool() && len(listed) >= defaultTokenLimit {
		diags.Append(r.warnOfLimit(len(listed))...)
	}
	return diags
}

// seeStrays finds what came of requests that had been given up, or
// that a provider has sent which was killed before it could save their outcome.
func (r tokenRefresh) seeStrays(listed []datacenter.Token) diag.Diagnostics {
	var diags diag.Diagnostics
	r.memory.Strays = nil
	for _, token := range listed {
		if slices.Contains(r.state.ids(), token.ID) || !datacenter.IsTokenAttempt(token.Name, r.memory.StraySeed, r.state.seed(*r.memory)) {
			continue
		}
		r.memory.Strays = append(r.memory.Strays, token.ID)
		r.state.DriftAcknowledged = types.BoolValue(false)
		diags.Append(warningAt(path.Root("instance"), fmt.Sprintf("Token %s of %q found that nobody can use", nameOfListed(token), r.state.Instance.ValueString()),
			"The instance has made it for this resource, and its secret is nowhere: the answer was lost, or the provider was killed before it could save it. The plan revokes it.")...)
	}
	return diags
}

// judge sets what depends on the time.
func (r tokenRefresh) judge() diag.Diagnostics {
	due := timeOf(r.state.PreviousRevocationDue)
	if isSet(r.state.PreviousTokenID) && !r.state.RevocationDue.ValueBool() {
		r.state.RevocationDue = types.BoolValue(!due.IsZero() && !r.now.Before(due))
	}
	r.state.judge(!r.state.works(), r.now)
	diags := r.state.judgeDue(r.state.thing(), r.now)
	return append(diags, r.state.warnOfExpiry()...)
}

// see records what the list says of the token; found is nil where it lacks it.
func (r tokenRefresh) see(found *datacenter.Token) diag.Diagnostics {
	if found == nil {
		return r.seeLoss()
	}
	before := *r.state
	r.state.recordToken(*found, r.now)
	diags := r.seePermissions(*found)
	if !before.Status.IsNull() && !before.Status.Equal(r.state.Status) {
		r.state.DriftAcknowledged = types.BoolValue(false)
	}
	if r.state.equalButForUse(&before) {
		r.state.LastUsedAt = before.LastUsedAt
	}
	if r.state.Status.ValueString() == tokenExpired {
		diags.Append(warningAt(path.Root("instance"), fmt.Sprintf("Token %s of %q has expired", r.state.present(), r.state.Instance.ValueString()),
			fmt.Sprintf("It expired at %s. The plan makes another one.", r.state.ExpiresAt.ValueString()))...)
	}
	return diags
}

// equalButForUse reports whether m and other differ in nothing but when the token
// was last used.
func (m *tokenModel) equalButForUse(other *tokenModel) bool {
	one, two := *m, *other
	one.LastUsedAt, two.LastUsedAt = timetypes.NewRFC3339Null(), timetypes.NewRFC3339Null()
	return reflect.DeepEqual(one, two)
}

// seeLoss records that the whole list lacks the token.
func (r tokenRefresh) seeLoss() diag.Diagnostics {
	if r.state.TokenName.IsNull() {
		// An import has read nothing yet.
		return errorAt(path.Root("token_id"), fmt.Sprintf("No token %q on the instance %q", r.state.TokenID.ValueString(), r.state.Instance.ValueString()),
			"The account that the instance is configured with, or the user, project or repository that was named, has no token with this ID.",
			"The data source atlassian_dc_tokens lists the IDs.")
	}
	if r.state.Status.ValueString() != tokenMissing {
		r.state.DriftAcknowledged = types.BoolValue(false)
	}
	r.state.Status = types.StringValue(tokenMissing)
	return warningAt(path.Root("instance"), fmt.Sprintf("Token %s of %q is gone", r.state.present(), r.state.Instance.ValueString()),
		"The instance no longer lists it: it was revoked elsewhere, or removed after it expired. Whatever uses it is refused.",
		"Its secret cannot be read again: the plan makes another one.")
}

// seePermissions records permissions that somebody has changed. An instance may
// name those as well that others imply.
func (r tokenRefresh) seePermissions(found datacenter.Token) diag.Diagnostics {
	known := texts(r.state.Permissions)
	switch {
	case found.Permissions == nil, samePermissions(known, found.Permissions):
		return nil
	case r.memory.Imported && r.state.Permissions.IsNull():
		r.state.Permissions = stringSet(found.Permissions)
		return nil
	case r.state.Permissions.IsNull():
		return nil
	}
	r.state.Permissions = stringSet(found.Permissions)
	r.state.DriftAcknowledged = types.BoolValue(false)
	return warningAt(path.Root("permissions"), fmt.Sprintf("Permissions of the token %s of %q changed outside of Terraform", r.state.present(), r.state.Instance.ValueString()),
		fmt.Sprintf("They are %s now, and were %s.", strings.Join(texts(r.state.Permissions), ", "), strings.Join(known, ", ")))
}

// samePermissions reports whether two sets of permissions let do the same.
func samePermissions(one, other []string) bool {
	return slices.Equal(withImplied(one), withImplied(other))
}

// withImplied adds to permissions what others of them imply: that on a project
// is one on its repositories.
func withImplied(permissions []string) []string {
	all := slices.Clone(permissions)
	for _, permission := range permissions {
		if level, ok := strings.CutPrefix(permission, "PROJECT_"); ok {
			all = append(all, "REPO_"+level)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// warnOfLimit warns that there may be no room for another token.
func (r tokenRefresh) warnOfLimit(listed int) diag.Diagnostics {
	return warningAt(path.Root("instance"), fmt.Sprintf("Room for another token on %q not certain", r.state.Instance.ValueString()),
		fmt.Sprintf("%d tokens are listed, and a rotation needs room for one more until it has revoked the superseded one; %d is the default limit of Jira and Confluence, which no endpoint tells.", listed, defaultTokenLimit),
		"Revoke tokens that nobody uses: atlassian_dc_tokens lists them, and the action atlassian_dc_revoke_token revokes one.")
}

func tokenByID(tokens []datacenter.Token, id string) *datacenter.Token {
	for n, token := range tokens {
		if token.ID == id {
			return &tokens[n]
		}
	}
	return nil
}
