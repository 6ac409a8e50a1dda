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

const (
	// Re-encrypting every secret of a large instance takes minutes.
	defaultChangeTimeout = 20 * time.Minute
	defaultReadTimeout   = 5 * time.Minute
	defaultDeleteTimeout = 5 * time.Minute
)

// ModifyPlan decides by state and configuration alone whether applying the plan
// rotates or deletes keys, says why, and marks what that will change.
func (r *dcAESRotationResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	modifyRotatingPlan(ctx, r.data, aesKeyPlanner{r.data}, req, resp)
}

// Create rotates, or takes the instance as it is. Once a rotation was sent it
// does not fail any more: the state says what is open.
func (r *dcAESRotationResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var state dcAESRotationModel
	resp.Diagnostics.Append(get(ctx, req.Plan, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, state.Timeouts.Create, defaultChangeTimeout, &resp.Diagnostics)
	defer cancel()
	instance, diags := r.data.instance(state.Instance)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	report, err := instance.ChangeAESKeys(ctx, state.creation())
	resp.Diagnostics.Append(creationDiagnostics(instance, report, err)...)
	if err != nil && !report.Sent() {
		return
	}
	r.data.claims.recordMade(aesKeyPlanner{r.data}.subject(&state))
	var memory rotationMemory
	state.create(report, err, r.data.clock.Now(), &memory)
	resp.Diagnostics.Append(set(ctx, resp.Identity, dcInstanceIdentity{state.Instance})...)
	resp.Diagnostics.Append(set(ctx, &resp.State, &state)...)
	resp.Diagnostics.Append(memory.write(ctx, resp.Private, rotationMemory{})...)
}

// Read brings the state up to the list of inactive keys.
func (r *dcAESRotationResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state dcAESRotationModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	earlier, diags := readMemory(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, state.Timeouts.Read, defaultReadTimeout, &resp.Diagnostics)
	defer cancel()
	before, memory := state, earlier
	resp.Diagnostics.Append(r.refresh(ctx, &state, &memory)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(memory.write(ctx, resp.Private, earlier)...)
	resp.Diagnostics.Append(set(ctx, resp.Identity, dcInstanceIdentity{state.Instance})...)
	resp.Diagnostics.Append(setChanged(ctx, &resp.State, &before, &state)...)
}

// refresh asks the instance for its inactive keys. An instance that is not
// configured any more does not stop the plan that removes its resource, nor does
// one that cannot be read where the provider block says so.
func (r *dcAESRotationResource) refresh(ctx context.Context, state *dcAESRotationModel, memory *rotationMemory) diag.Diagnostics {
	refresh := aesKeyRefresh{state: state, memory: memory, now: r.data.clock.Now()}
	instance, diags := r.data.instance(state.Instance)
	if diags.HasError() {
		memory.Unread = state.InactiveKeys.IsNull()
		return append(refresh.judge(false), unread(state.Instance.ValueString(), diags[0].Summary()+".", diags[0].Detail())...)
	}
	refresh.instance = instance
	listed, err := instance.SharedInactiveKeys(ctx)
	switch {
	case err == nil:
		return refresh.run(ctx, listed)
	case r.data.toleratesUnreachable():
		memory.Unread = state.InactiveKeys.IsNull()
		explanation := instance.Explain(err)
		return append(refresh.judge(false), unread(instance.Name(), explanation.Cause, explanation.Remedy)...)
	default:
		return orDestroy(listingError(instance, err))
	}
}

// Update carries out what the plan says, and saves what was seen before.
func (r *dcAESRotationResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state dcAESRotationModel
	resp.Diagnostics.Append(get(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	earlier, diags := readMemory(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, plan.Timeouts.Update, defaultChangeTimeout, &resp.Diagnostics)
	defer cancel()
	resp.Diagnostics.Append(set(ctx, resp.Identity, dcInstanceIdentity{state.Instance})...)
	report, diags, err := r.change(ctx, &state, plan.update(&state, earlier))
	resp.Diagnostics.Append(diags...)
	if diags.HasError() && !report.Changed() {
		return
	}
	memory := earlier
	state.apply(&plan, report, err, r.data.clock.Now(), &memory)
	resp.Diagnostics.Append(set(ctx, &resp.State, &state)...)
	resp.Diagnostics.Append(memory.write(ctx, resp.Private, earlier)...)
}

// change carries out a change of the keys of the instance in state, and sends
// nothing where it is none.
func (r *dcAESRotationResource) change(ctx context.Context, state *dcAESRotationModel, change datacenter.AESKeyChange) (datacenter.AESKeyReport, diag.Diagnostics, error) {
	if !change.Rotate && !change.DeleteBefore {
		return datacenter.AESKeyReport{}, nil, nil
	}
	instance, diags := r.data.instance(state.Instance)
	if diags.HasError() {
		return datacenter.AESKeyReport{}, diags, nil
	}
	report, err := instance.ChangeAESKeys(ctx, change)
	return report, append(diags, changeDiagnostics(instance, report, err)...), err
}

// Delete forgets the instance, and deletes its inactive keys where it was told
// to. An object whose rotation is open, or whose last retired key no list has
// shown, deletes nothing: nobody knows which key that would take.
func (r *dcAESRotationResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.data.claims.startApplying()
	var state dcAESRotationModel
	resp.Diagnostics.Append(get(ctx, req.State, &state)...)
	earlier, diags := readMemory(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || !state.DeleteInactiveKeysOnDestroy.ValueBool() || !state.attemptedAt().IsZero() || earlier.Unlisted {
		return
	}
	ctx, cancel := bounded(ctx, state.Timeouts.Delete, defaultDeleteTimeout, &resp.Diagnostics)
	defer cancel()
	instance, diags := r.data.instance(state.Instance)
	if diags.HasError() {
		resp.Diagnostics.Append(leftUndeleted(state.Instance.ValueString(), diags[0].Summary()+".")...)
		return
	}
	report, err := instance.ChangeAESKeys(ctx, state.destruction(earlier))
	resp.Diagnostics.Append(deletionDiagnostics(instance, report, err)...)
	memory := earlier
	memory.abandon(report.Abandoned, r.data.clock.Now())
	resp.Diagnostics.Append(memory.write(ctx, resp.Private, earlier)...)
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
		"rotation_paused":                 false,
		"drift_acknowledged":              true,
		"preflight":                       true,
		"delete_inactive_keys_on_destroy": false,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(attribute), value)...)
	}
	resp.Diagnostics.Append(rotationMemory{Imported: true}.write(ctx, resp.Private, rotationMemory{})...)
}
