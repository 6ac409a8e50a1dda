package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

// planDestruction says what the destruction of the state m revokes.
func (m *orgAPIKeyModel) planDestruction(data *providerData) diag.Diagnostics {
	diags := m.hold(data)
	diags.Append(m.guardOwnKey(data)...)
	if diags.HasError() {
		return diags
	}
	return append(diags, m.announceRevocation()...)
}

// planCreation looks up the key that config names and marks in the plan m what
// adopting it leaves. What is not known yet is looked up in apply.
func (m *orgAPIKeyModel) planCreation(ctx context.Context, data *providerData, config *orgAPIKeyModel) diag.Diagnostics {
	if m.OrganizationID.IsUnknown() && config.OrganizationID.IsNull() {
		m.OrganizationID = data.organizationID
	}
	diags := data.checkOrganization(m.OrganizationID)
	if diags.HasError() || config.selector().unknown() || m.OrganizationID.IsUnknown() || data.cloudUnknown {
		return diags
	}
	key, lookDiags := m.lookUp(ctx, data, config.selector())
	diags.Append(lookDiags...)
	if diags.HasError() {
		return diags
	}
	m.plan(key)
	if !data.apiKeys.want(m.OrganizationID.ValueString(), key.ID) {
		return append(diags, m.takenTwice()...)
	}
	now := data.clock.Now()
	// Where the run has begun to destroy it is too late to call the plan off: the
	// key that this one replaces may be revoked already.
	if m.expiresWithin(m.FailBeforeExpiry, now) && !data.apiKeys.applying() {
		return append(diags, m.failOfExpiry()...)
	}
	return append(diags, m.warnOfExpiry(key, now)...)
}

// planUpdate marks in the plan m what config changes of state, and returns the
// attributes because of which it takes a replacement.
func (m *orgAPIKeyModel) planUpdate(ctx context.Context, data *providerData, config, state *orgAPIKeyModel) (path.Paths, diag.Diagnostics) {
	diags := state.hold(data)
	if !m.sameWindows(state) {
		m.ExpiresSoon = types.BoolUnknown()
		m.ExpiryCritical = types.BoolUnknown()
	}
	switch {
	case diags.HasError():
		return nil, diags
	case config.selector().unknown() || config.OrganizationID.IsUnknown():
		return nil, append(diags, m.announceOpenSelection(state)...)
	case !config.selectsOtherThan(state):
		return nil, append(diags, m.planKeeping(state)...)
	}
	key, lookDiags := m.lookUp(ctx, data, config.selector())
	diags.Append(lookDiags...)
	if diags.HasError() {
		return nil, diags
	}
	m.adopt(key)
	if m.identity() == state.identity() {
		return nil, diags
	}
	diags.Append(m.planReplacement(data, state, key)...)
	return m.replacing(state), diags
}

// planKeeping fails the plan m where state says that its key expires too soon.
// The window is that of the refresh which said so: a changed one counts from the
// next refresh.
func (m *orgAPIKeyModel) planKeeping(state *orgAPIKeyModel) diag.Diagnostics {
	if state.ExpiryCritical.ValueBool() && m.sameWindows(state) {
		return m.failOfExpiry()
	}
	return nil
}

// planReplacement marks in the plan m that key takes the place of the one in
// state.
func (m *orgAPIKeyModel) planReplacement(data *providerData, state *orgAPIKeyModel, key cloud.APIKey) diag.Diagnostics {
	m.plan(key)
	diags := state.guardOwnKey(data)
	if m.expiresWithin(m.FailBeforeExpiry, data.clock.Now()) {
		diags.Append(m.failOfExpiry()...)
	}
	if diags.HasError() {
		return diags
	}
	return append(diags, state.announceRevocation()...)
}

// replacing returns the attributes that name another key in the plan m than in
// state.
func (m *orgAPIKeyModel) replacing(state *orgAPIKeyModel) path.Paths {
	var paths path.Paths
	for name, same := range map[string]bool{
		"label":           m.Label.Equal(state.Label),
		"key_id":          m.KeyID.Equal(state.KeyID),
		"organization_id": m.OrganizationID.Equal(state.OrganizationID),
	} {
		if !same {
			paths.Append(path.Root(name))
		}
	}
	return paths
}

// selectsOtherThan reports whether the configuration m names another label, key
// or organization than state.
func (m *orgAPIKeyModel) selectsOtherThan(state *orgAPIKeyModel) bool {
	differs := func(configured, known types.String) bool { return !configured.IsNull() && !configured.Equal(known) }
	return differs(m.Label, state.Label) || differs(m.KeyID, state.KeyID) || differs(m.OrganizationID, state.OrganizationID)
}

// lookUp finds the key that selector names in the organization of the plan m.
func (m *orgAPIKeyModel) lookUp(ctx context.Context, data *providerData, selector apiKeySelector) (cloud.APIKey, diag.Diagnostics) {
	organization, diags := data.organization(m.OrganizationID)
	ctx, cancel := bounded(ctx, m.Timeouts.Create, defaultReadTimeout, &diags)
	defer cancel()
	if diags.HasError() {
		return cloud.APIKey{}, diags
	}
	return apiKeyOf(ctx, organization, selector, data.clock.Now())
}

// hold says that the state m has its key, unless destroying m leaves it alone.
func (m *orgAPIKeyModel) hold(data *providerData) diag.Diagnostics {
	if !m.RevokeOnDestroy.ValueBool() || data.apiKeys.hold(m.OrganizationID.ValueString(), m.ID.ValueString()) {
		return nil
	}
	return m.takenTwice()
}

func (m *orgAPIKeyModel) takenTwice() diag.Diagnostics {
	return errorAt(path.Root("label"), "API key taken under management twice",
		fmt.Sprintf("This plan creates a resource for the API key %s that another resource, or this one before, has in state: destroying that one revokes the key.", m.name()),
		"Nothing was changed.",
		"To rename a resource, write a moved block. To replace a key, create its successor and set label or key_id to that one. "+
			"To undo `terraform taint`, run `terraform untaint`. To hand the key over, apply revoke_on_destroy = false first.")
}

// guardOwnKey says where destroying the state m would revoke the provider's own
// key.
func (m *orgAPIKeyModel) guardOwnKey(data *providerData) diag.Diagnostics {
	if !m.RevokeOnDestroy.ValueBool() || !data.ownAPIKey(m.ID.ValueString()) {
		return nil
	}
	return ownKeyGuarded(path.Root("revoke_on_destroy"), m.ID.ValueString())
}

func (m *orgAPIKeyModel) announceRevocation() diag.Diagnostics {
	if !m.RevokeOnDestroy.ValueBool() {
		return nil
	}
	used := "It was never used, as far as the last refresh tells."
	if last := timeOf(m.LastActiveAt); !last.IsZero() {
		used = "It was last used at " + last.UTC().Format(time.RFC3339) + "."
	}
	return warningAt(path.Root("revoke_on_destroy"), "API key revocation planned",
		fmt.Sprintf("Applying this plan revokes the API key %s for good.", m.name()), used,
		"To keep it, apply revoke_on_destroy = false on its own first.")
}

// announceOpenSelection warns that the key may turn out to be another one than
// in state. A plan that has not found the other one does not replace.
func (m *orgAPIKeyModel) announceOpenSelection(state *orgAPIKeyModel) diag.Diagnostics {
	return warningAt(path.Root("label"), "API key not known before apply",
		fmt.Sprintf("label, key_id or organization_id depends on what is known only during apply. Where it turns out to name another API key than %s, the apply stops with an error that speaks of an inconsistent plan and leaves the key alone; the next plan replaces it.", state.name()))
}
