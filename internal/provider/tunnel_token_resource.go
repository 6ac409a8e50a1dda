// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/tunnel"
)

var (
	_ resource.ResourceWithConfigure        = (*tunnelTokenResource)(nil)
	_ resource.ResourceWithConfigValidators = (*tunnelTokenResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*tunnelTokenResource)(nil)
	_ resource.ResourceWithImportState      = (*tunnelTokenResource)(nil)
	_ resource.ResourceWithIdentity         = (*tunnelTokenResource)(nil)
)

// NewTunnelTokenResource returns atlassian_tunnel_token: the security key of an
// application tunnel, regenerated in Cloud and handed to the instance.
func NewTunnelTokenResource() resource.Resource {
	return &tunnelTokenResource{}
}

type tunnelTokenResource struct {
	configuredResource
}

func (r *tunnelTokenResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_tunnel_token"
}

func (r *tunnelTokenResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = tunnelTokenSchema(ctx)
}

func (r *tunnelTokenResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"organization_id": identityschema.StringAttribute{
			OptionalForImport: true,
			Description:       "ID of the organization. Default: organization_id of the provider block.",
		},
		"hostname": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "UUID of the tunnel, its host name or its application link URL.",
		},
	}}
}

func (r *tunnelTokenResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{rotationConfigValidator{}, tokenTakerConfigValidator{}}
}

// defaultTunnelTimeout bounds the regeneration and the delivery together.
const defaultTunnelTimeout = 10 * time.Minute

// ModifyPlan decides by state and configuration alone whether applying the plan
// makes a new token or delivers the stored one.
func (r *tunnelTokenResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	modifyRotatingPlan(ctx, r.data, tunnelPlanner{r.data}, req, resp)
}

// Create makes a new token and delivers it, or takes the tunnel as it is. A
// regeneration that was sent and not seen is no failure: the state says that it
// is open.
func (r *tunnelTokenResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var state tunnelTokenModel
	resp.Diagnostics.Append(get(ctx, req.Plan, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, state.Timeouts.Create, defaultTunnelTimeout, &resp.Diagnostics)
	defer cancel()
	change, diags := r.change(&state, nil, rotationMemory{})
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	report, err := carryOut(ctx, change)
	resp.Diagnostics.Append(tunnelDiagnosis{change, report}.ofCreation(err)...)
	if err != nil && !report.Changed() {
		return
	}
	r.data.claims.recordMade(tunnelPlanner{r.data}.subject(&state))
	var memory rotationMemory
	state.create(report, r.data.clock.Now(), &memory)
	resp.Diagnostics.Append(set(ctx, resp.Identity, state.identity())...)
	resp.Diagnostics.Append(set(ctx, &resp.State, &state)...)
	resp.Diagnostics.Append(memory.write(ctx, resp.Private, rotationMemory{})...)
}

// Read makes no request, because Atlassian documents no endpoint that tells
// anything of a tunnel: it judges the schedule, and records what the last rotation
// was answered with.
func (r *tunnelTokenResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state tunnelTokenModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	earlier, diags := readMemory(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	before, memory := state, earlier
	state.recordWords(&memory)
	resp.Diagnostics.Append(memory.write(ctx, resp.Private, earlier)...)
	resp.Diagnostics.Append(state.judgeDue(state.thing(), r.data.clock.Now())...)
	resp.Diagnostics.Append(set(ctx, resp.Identity, state.identity())...)
	resp.Diagnostics.Append(setChanged(ctx, &resp.State, &before, &state)...)
}

// Update carries out what the plan says.
func (r *tunnelTokenResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state tunnelTokenModel
	resp.Diagnostics.Append(get(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	earlier, diags := readMemory(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(set(ctx, resp.Identity, state.identity())...)
	ctx, cancel := bounded(ctx, plan.Timeouts.Update, defaultTunnelTimeout, &resp.Diagnostics)
	defer cancel()
	change, diags := r.change(&plan, &state, earlier)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	report, err := carryOut(ctx, change)
	resp.Diagnostics.Append(tunnelDiagnosis{change, report}.ofUpdate(err)...)
	memory, now := earlier, r.data.clock.Now()
	if err == nil || report.Changed() {
		state.apply(&plan, report, err, now, &memory)
		resp.Diagnostics.Append(set(ctx, &resp.State, &state)...)
	} else {
		memory.abandon(datacenter.Abandoned{RotationAt: report.AbandonedAt}, now)
	}
	resp.Diagnostics.Append(memory.write(ctx, resp.Private, earlier)...)
}

// change returns what applying the plan to state does; state is nil for a
// creation, and the change names no organization where nothing has to be sent.
func (r *tunnelTokenResource) change(plan, state *tunnelTokenModel, memory rotationMemory) (tunnel.Change, diag.Diagnostics) {
	if !plan.rotates() && (state == nil || !plan.delivers(state)) {
		return tunnel.Change{}, nil
	}
	organization, diags := r.data.organization(plan.OrganizationID)
	change := tunnel.Change{
		Organization: organization,
		Hostname:     plan.Hostname.canonical(),
		Clock:        r.data.clock,
		Preflight:    plan.Preflight.ValueBool(),
		Regenerate:   plan.rotates(),
		MaxRetries:   r.data.maxRetries,
		AbandonedAt:  memory.RotationSentAt,
	}
	if !plan.Instance.IsNull() {
		var instanceDiags diag.Diagnostics
		change.Instance, instanceDiags = r.data.instance(plan.Instance)
		diags.Append(instanceDiags...)
	}
	if state != nil {
		change.Token = state.Token.ValueString()
	}
	return change, diags
}

// carryOut runs a change where there is one.
func carryOut(ctx context.Context, change tunnel.Change) (tunnel.Report, error) {
	if change.Organization == nil {
		return tunnel.Report{}, nil
	}
	return change.Run(ctx)
}

// Delete only forgets the tunnel: Atlassian documents no endpoint that deletes
// one, and the token goes on working.
func (r *tunnelTokenResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// ImportState takes a tunnel under management by "organization_id/hostname", by
// "hostname" or by its identity. It makes no request and rotates nothing.
func (r *tunnelTokenResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	imported, diags := importedTunnel(ctx, req)
	resp.Diagnostics.Append(diags...)
	if imported.OrganizationID.IsNull() {
		imported.OrganizationID = r.data.organizationID
	}
	resp.Diagnostics.Append(imported.validate()...)
	if resp.Diagnostics.HasError() {
		return
	}
	hostname := tunnelHostnameValue{imported.Hostname}.canonical()
	for attribute, value := range map[string]any{
		"id":               hostname,
		"hostname":         hostname,
		"organization_id":  imported.OrganizationID,
		"store_token":      true,
		"preflight":        true,
		"rotate_on_create": true,
		"rotation_paused":  false,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
	imported.Hostname = types.StringValue(hostname)
	resp.Diagnostics.Append(set(ctx, resp.Identity, imported)...)
	resp.Diagnostics.Append(rotationMemory{Imported: true}.write(ctx, resp.Private, rotationMemory{})...)
}
