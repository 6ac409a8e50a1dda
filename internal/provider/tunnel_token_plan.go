// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

var _ rotationPlanner[tunnelTokenModel] = tunnelPlanner{}

// tunnelPlanner plans changes of an atlassian_tunnel_token.
type tunnelPlanner struct {
	data *providerData
}

func (p tunnelPlanner) subject(plan *tunnelTokenModel) subject {
	organization := plan.OrganizationID
	if organization.IsUnknown() && p.data != nil {
		organization = p.data.organizationID
	}
	if !isSet(organization) || !isSet(plan.Hostname) {
		return subject{}
	}
	return subject{"tunnel", strings.ToLower(organization.ValueString()) + "/" + plan.Hostname.canonical()}
}

func (p tunnelPlanner) replaces(plan, state *tunnelTokenModel) bool {
	return !plan.Hostname.sameAs(state.Hostname) || !plan.OrganizationID.Equal(state.OrganizationID)
}

func (p tunnelPlanner) creation(ctx context.Context, plan *tunnelTokenModel) diag.Diagnostics {
	diags := p.defaults(plan)
	diags.Append(p.data.checkInstance(plan.Instance)...)
	decision := plan.decide(nil, false)
	if decision.Rotate == rotation.Unchanged {
		plan.forget()
		plan.planAdoption()
		return diags
	}
	diags.Append(p.regeneration(plan, decision)...)
	plan.planOpenOutcome()
	if diags.HasError() {
		return diags
	}
	return append(diags, p.try(ctx, plan)...)
}

// try asks the instance what its preflight will ask with its credentials.
func (p tunnelPlanner) try(ctx context.Context, plan *tunnelTokenModel) diag.Diagnostics {
	if !plan.Preflight.ValueBool() {
		return nil
	}
	return p.data.tryCreation(ctx, plan.Instance, creationTrial{
		timeouts: plan.Timeouts,
		ask: func(ctx context.Context, instance *datacenter.Instance) error {
			return instance.TryCredentials(ctx)
		},
		failed:      fmt.Sprintf("Instance %q not ready for the token of %s", plan.Instance.ValueString(), plan.tunnel()),
		consequence: "As long as this lasts, applying the plan fails before it regenerates the token: the tunnel stays as it is.",
	})
}

func (p tunnelPlanner) update(plan, state *tunnelTokenModel, memory rotationMemory) diag.Diagnostics {
	diags := p.defaults(plan)
	diags.Append(p.checkTaker(plan, state)...)
	diags.Append(announceImportedTriggers(&state.rotationModel, &plan.rotationModel, memory.Imported)...)
	plan.reschedule(&state.rotationModel, state.managedSince(memory))
	plan.RotationDue = types.BoolValue(false)
	plan.planKeeping()
	decision := plan.decide(state, memory.Imported)
	switch {
	case decision.Rotate != rotation.Unchanged:
		diags.Append(p.regeneration(plan, decision)...)
		plan.planKnownWords(state)
	case plan.delivers(state):
		plan.planDelivery()
		diags.Append(p.data.checkOrganization(plan.OrganizationID)...)
		diags.Append(p.announceDelivery(plan)...)
	default:
		diags.Append(announcePause(&state.rotationModel, &plan.rotationModel, plan.thing())...)
	}
	return diags
}

// destruction says that a tunnel is only forgotten, and warns before one is that
// waits for its token.
func (p tunnelPlanner) destruction(state *tunnelTokenModel, _ rotationMemory) diag.Diagnostics {
	const onlyForgotten = "Destroying this resource changes nothing in Atlassian Cloud or on the instance: Atlassian documents no endpoint that deletes a tunnel, and its token goes on working."
	if !state.waiting() && state.attemptedAt().IsZero() {
		return warningAt(path.Root("hostname"), fmt.Sprintf("Tunnel %q only forgotten", state.Hostname.canonical()), onlyForgotten, state.lastCopy())
	}
	return warningAt(path.Root("hostname"), fmt.Sprintf("Tunnel %q forgotten without its token", state.Hostname.canonical()),
		"The tunnel may be down: it waits for a token that its instance never got, as far as is known. Destroying this resource only forgets it. Apply first to bring it back.")
}

// defaults fills what the configuration leaves to the rest of it and to the
// provider block.
func (p tunnelPlanner) defaults(plan *tunnelTokenModel) diag.Diagnostics {
	if plan.OrganizationID.IsUnknown() && p.data != nil {
		plan.OrganizationID = p.data.organizationID
	}
	if isSet(plan.Hostname) {
		plan.ID = types.StringValue(plan.Hostname.canonical())
	}
	diags := checkTokenTaker(plan.Instance, plan.StoreToken)
	if plan.OrganizationID.IsNull() {
		diags.Append(missingOrganization()...)
	}
	return diags
}

// checkTaker reports an instance that the provider block lacks. One that left it is
// no error before it has to be sent a token: Terraform plans so before it destroys.
func (p tunnelPlanner) checkTaker(plan, state *tunnelTokenModel) diag.Diagnostics {
	unknown := p.data.checkInstance(plan.Instance)
	if !unknown.HasError() || !plan.Instance.Equal(state.Instance) {
		return unknown
	}
	return warningAt(path.Root("instance"), unknown[0].Summary(), unknown[0].Detail(),
		fmt.Sprintf("The state of %s is kept. An apply that has to hand over a token fails before anything is changed.", plan.tunnel()))
}

// regeneration marks what a new token changes.
func (p tunnelPlanner) regeneration(plan *tunnelTokenModel, decision rotation.Decision) diag.Diagnostics {
	plan.planRotation(decision)
	plan.planToken()
	plan.RotationAttemptedAt = timetypes.NewRFC3339Unknown()
	diags := p.data.checkOrganization(plan.OrganizationID)
	diags.Append(announceRotation(path.Root("hostname"), plan.thing(), decision)...)
	return append(diags, p.announceStorage(plan)...)
}

func (p tunnelPlanner) announceDelivery(plan *tunnelTokenModel) diag.Diagnostics {
	return warningAt(path.Root("instance"), fmt.Sprintf("Delivery of the token of the tunnel %q planned", plan.Hostname.canonical()),
		fmt.Sprintf("The plan delivers the stored token of the tunnel %q to the instance %q.", plan.Hostname.canonical(), plan.Instance.ValueString()))
}

// announceStorage says what a new token without an instance means.
func (p tunnelPlanner) announceStorage(plan *tunnelTokenModel) diag.Diagnostics {
	if !plan.Instance.IsNull() {
		return nil
	}
	return warningAt(path.Root("instance"), fmt.Sprintf("New token of %s for somebody to hand over", plan.tunnel()),
		"No instance gets the new token: it is kept in the state, as token, and the tunnel is down until somebody gives it to the Data Center instance.")
}
