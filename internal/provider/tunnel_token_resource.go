package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"
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

// ModifyPlan decides by state and configuration alone whether applying the plan
// makes a new token or delivers the stored one.
func (r *tunnelTokenResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		var state tunnelTokenModel
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		resp.Diagnostics.Append(state.announceForgetting()...)
		return
	}
	modifyRotatingPlan[tunnelTokenModel](ctx, r.data, req, resp)
}

func (r *tunnelTokenResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var state tunnelTokenModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, state.Timeouts.Create, defaultTunnelTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	report, done := state.carryOut(ctx, r.data, nil, &resp.Diagnostics)
	if !done {
		return
	}
	state.create(report, r.data.clock.Now())
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// Read makes no request, because Atlassian documents no endpoint that tells
// anything of a tunnel: it only judges the schedule.
func (r *tunnelTokenResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state tunnelTokenModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state.RotationAttemptedAt.IsNull() {
		state.judgeDue(r.data.clock.Now())
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *tunnelTokenResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state tunnelTokenModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	ctx, cancel := bounded(ctx, plan.Timeouts.Update, defaultTunnelTimeout, &resp.Diagnostics)
	defer cancel()
	if resp.Diagnostics.HasError() {
		return
	}
	report, done := plan.carryOut(ctx, r.data, &state, &resp.Diagnostics)
	if !done {
		return
	}
	state.apply(&plan, report, r.data.clock.Now())
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(unmark(ctx, resp.Private, importedKey)...)
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
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
	imported.Hostname = types.StringValue(hostname)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, imported)...)
	resp.Diagnostics.Append(mark(ctx, resp.Private, importedKey)...)
}
