// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// actionModel is the configuration of an action and what the action does. None
// of its methods takes an unknown value for an error.
type actionModel interface {
	// check reports what attributes say that do not go together.
	check() diag.Diagnostics
	// require reports what the action needs of the provider and does not find.
	require(data *providerData) diag.Diagnostics
	// limit is how long the action may take unless configured otherwise, and
	// allowed how long it may take.
	limit() time.Duration
	allowed(ctx context.Context, otherwise time.Duration) (time.Duration, diag.Diagnostics)
	// run does it, once everything is known and checked.
	run(ctx context.Context, data *providerData, report func(message string)) diag.Diagnostics
}

// planningModel is an [actionModel] that has something to say in the plan, once
// everything is known and checked.
type planningModel interface {
	announce(ctx context.Context, data *providerData) diag.Diagnostics
}

// configuredAction is embedded in every action. It makes each rule of the
// action hold when it is validated, planned and invoked: Terraform validates an
// action only while variables are unknown, so that a value that is null or empty
// in the end was never seen by a validator.
type configuredAction[M any, P interface {
	*M
	actionModel
}] struct {
	data *providerData
}

// Configure keeps the provider's data.
func (a *configuredAction[M, P]) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.data = configuredData(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig checks what the validators of the attributes, which the
// framework has run, do not see.
func (a *configuredAction[M, P]) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var model M
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(P(&model).check()...)
	}
}

// ModifyPlan reports what is wrong or missing while nothing has been done.
func (a *configuredAction[M, P]) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	model, diags := a.checked(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	planning, announces := any(model).(planningModel)
	if resp.Diagnostics.HasError() || a.data == nil || !announces || !req.Config.Raw.IsFullyKnown() {
		return
	}
	ctx, cancel := bounded(ctx, model.allowed, model.limit(), &resp.Diagnostics)
	defer cancel()
	resp.Diagnostics.Append(planning.announce(ctx, a.data)...)
}

// Invoke does what the action is for.
func (a *configuredAction[M, P]) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	model, diags := a.checked(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(unknownAttributes(req.Config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := bounded(ctx, model.allowed, model.limit(), &resp.Diagnostics)
	defer cancel()
	resp.Diagnostics.Append(model.run(ctx, a.data, tell(resp))...)
}

// checked returns the configuration and what is wrong with it.
func (a *configuredAction[M, P]) checked(ctx context.Context, config tfsdk.Config) (P, diag.Diagnostics) {
	model := P(new(M))
	diags := config.Get(ctx, model)
	if diags.HasError() {
		return model, diags
	}
	diags.Append(checkAttributes(ctx, config)...)
	diags.Append(model.check()...)
	_, timeoutDiags := model.allowed(ctx, model.limit())
	diags.Append(timeoutDiags...)
	if !diags.HasError() && a.data != nil {
		diags.Append(model.require(a.data)...)
	}
	return model, diags
}

// unknownAttributes reports what is not known when it is needed.
func unknownAttributes(config tfsdk.Config) diag.Diagnostics {
	var diags diag.Diagnostics
	var values map[string]tftypes.Value
	if err := config.Raw.As(&values); err != nil {
		diags.AddError("Unreadable configuration", err.Error())
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !values[name].IsFullyKnown() {
			diags.AddAttributeError(path.Root(name), name+" not known",
				"An action needs the whole of its configuration when it is invoked. Nothing was sent. Apply what "+name+" depends on first.")
		}
	}
	return diags
}

// actionBase is embedded in the model of every action.
type actionBase struct {
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// check finds nothing, for an action whose attributes go together as they are.
func (b actionBase) check() diag.Diagnostics {
	return nil
}

func (b actionBase) allowed(ctx context.Context, otherwise time.Duration) (time.Duration, diag.Diagnostics) {
	return b.Timeouts.Invoke(ctx, otherwise)
}

// actionInstance is the instance that an action works on.
func actionInstance() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the instance in `instances` of the provider block.",
	}
}

// actionOrganization is the organization that an action works on.
func actionOrganization() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		MarkdownDescription: "ID of the organization, in upper or lower case. Default: `organization_id` of the provider block.",
	}
}

// actionPreflight is whether an action checks first. An action has no defaults:
// what is left out is true.
func actionPreflight(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description + " Default: `true`."}
}

// actionTimeouts bounds an action, by otherwise where nothing is configured.
func actionTimeouts(ctx context.Context, otherwise time.Duration) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{InvokeDescription: timeoutDescription("the action", otherwise)})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "Bound on the time that the action takes."
		return nested
	}
	return attribute
}

// tell returns what sends messages to whoever invoked an action.
func tell(resp *action.InvokeResponse) func(message string) {
	return func(message string) { resp.SendProgress(action.InvokeProgressEvent{Message: message}) }
}
