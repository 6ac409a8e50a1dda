package provider

import (
	"context"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

var (
	_ resource.ResourceWithConfigure        = (*dcAESRotationResource)(nil)
	_ resource.ResourceWithConfigValidators = (*dcAESRotationResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*dcAESRotationResource)(nil)
	_ resource.ResourceWithImportState      = (*dcAESRotationResource)(nil)
	_ resource.ResourceWithIdentity         = (*dcAESRotationResource)(nil)
)

// NewDCAESRotationResource returns atlassian_dc_aes_rotation: the AES keys of a
// Data Center instance, rotated by triggers and by schedule.
func NewDCAESRotationResource() resource.Resource {
	return &dcAESRotationResource{}
}

type dcAESRotationResource struct {
	configuredResource
}

// dcInstanceIdentity identifies what belongs to one Data Center instance.
type dcInstanceIdentity struct {
	Instance types.String `tfsdk:"instance"`
}

func (r *dcAESRotationResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_dc_aes_rotation"
}

func (r *dcAESRotationResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = dcAESRotationSchema(ctx)
}

func (r *dcAESRotationResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"instance": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "Name of the instance in the provider block.",
		},
	}}
}

func (r *dcAESRotationResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{rotationConfigValidator{}, retentionConfigValidator{}}
}

// ModifyPlan decides by state and configuration alone whether applying the plan
// rotates or deletes keys, says why, and marks what that will change.
func (r *dcAESRotationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	modifyRotatingPlan[dcAESRotationModel](ctx, r.data, req, resp)
}

func (r *dcAESRotationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan dcAESRotationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, plan.Timeouts.Create, defaultChangeTimeout, &resp.Diagnostics)
	defer cancel()
	instance, diags := r.data.instance(plan.Instance)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	report, err := instance.ChangeAESKeys(ctx, plan.creation(r.data.handovers.take(instance.Name())))
	resp.Diagnostics.Append(creationDiagnostics(instance, report, err)...)
	if err != nil && !report.Changed() {
		return
	}
	state := plan
	resp.Diagnostics.Append(state.create(ctx, report, r.data.clock.Now())...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, dcInstanceIdentity{state.Instance})...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	resp.Diagnostics.Append(markUnlisted(ctx, resp.Private, report.Unlisted)...)
}

func (r *dcAESRotationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state dcAESRotationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, state.Timeouts.Read, defaultReadTimeout, &resp.Diagnostics)
	defer cancel()
	instance, diags := r.data.instance(state.Instance)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	listed, err := instance.SharedInactiveKeys(ctx)
	if err != nil {
		resp.Diagnostics.Append(listingError(instance, err)...)
		return
	}
	unlisted, diags := isMarked(ctx, req.Private, unlistedKey)
	resp.Diagnostics.Append(diags...)
	refresh := aesKeyRefresh{instance: instance, state: &state, now: r.data.clock.Now(), unlisted: unlisted}
	resp.Diagnostics.Append(refresh.run(ctx, listed)...)
	if unlisted && !refresh.unlisted {
		resp.Diagnostics.Append(unmark(ctx, resp.Private, unlistedKey)...)
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, dcInstanceIdentity{state.Instance})...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *dcAESRotationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state dcAESRotationModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, plan.Timeouts.Update, defaultChangeTimeout, &resp.Diagnostics)
	defer cancel()
	instance, diags := r.data.instance(plan.Instance)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	resp.Diagnostics.Append(resp.Identity.Set(ctx, dcInstanceIdentity{state.Instance})...)
	report, err := changeAESKeys(ctx, instance, plan.update(&state))
	resp.Diagnostics.Append(updateDiagnostics(instance, report, err)...)
	if err != nil && !report.Changed() {
		return
	}
	resp.Diagnostics.Append(state.apply(ctx, &plan, report, err, r.data.clock.Now())...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	if !report.RotatedAt.IsZero() {
		resp.Diagnostics.Append(markUnlisted(ctx, resp.Private, report.Unlisted)...)
	}
	resp.Diagnostics.Append(unmark(ctx, resp.Private, importedKey)...)
}

// Delete forgets the instance, and deletes its inactive keys where it was told to.
func (r *dcAESRotationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state dcAESRotationModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !state.RotationAttemptedAt.IsNull() {
		r.data.handovers.leave(state.Instance.ValueString(), state.attempt())
	}
	if !state.DeleteInactiveKeysOnDestroy.ValueBool() {
		return
	}
	ctx, cancel := bounded(ctx, state.Timeouts.Delete, defaultDeleteTimeout, &resp.Diagnostics)
	defer cancel()
	instance, diags := r.data.instance(state.Instance)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	report, err := instance.ChangeAESKeys(ctx, datacenter.AESKeyChange{DeleteBefore: true, Known: state.keys()})
	resp.Diagnostics.Append(updateDiagnostics(instance, report, err)...)
}

// ImportState takes an instance under management by its name. It never rotates:
// the first plan after it records the triggers of the configuration.
func (r *dcAESRotationResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("instance"), path.Root("instance"), req, resp)
	var name types.String
	resp.Diagnostics.Append(resp.State.GetAttribute(ctx, path.Root("instance"), &name)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.data.checkInstance(name)...)
	for attribute, value := range map[string]any{
		"id":                              name,
		"rotate_on_create":                true,
		"preflight":                       true,
		"delete_inactive_keys_on_destroy": false,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
	resp.Diagnostics.Append(mark(ctx, resp.Private, importedKey)...)
}
