// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	listtimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// tokenLister lists what tokens there are for an import.
type tokenLister[M any, P managedToken[M]] struct {
	data *providerData
	// model returns the model of the resource for an imported token.
	model func(imported tokenModel) P
}

// tokenListAttributes are those of every list resource for tokens.
func tokenListAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"instance": schema.StringAttribute{Required: true, MarkdownDescription: "Name of the instance in `instances` of the provider block."},
		"timeouts": listTimeouts(defaultListTimeout),
	}
}

func optionalListText(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}, MarkdownDescription: description}
}

// list lists the tokens of the owner, those that expire first at the beginning.
func (l tokenLister[M, P]) list(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream, instance types.String, owner tokenOwnerModel, limits listtimeouts.Value) {
	diags := owner.checkOptional()
	reading, cancel := bounded(ctx, limits.Read, defaultListTimeout, &diags)
	defer cancel()
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	_, listed, diags := owner.list(reading, l.data, instance)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	if listed = soonestFirst(listed); req.Limit > 0 && req.Limit < int64(len(listed)) {
		listed = listed[:req.Limit]
	}
	now := l.data.clock.Now()
	stream.Results = func(push func(list.ListResult) bool) {
		for _, token := range listed {
			if !push(l.result(ctx, req, instance, token, now)) {
				return
			}
		}
	}
}

// result is one token of the list, as an import of it would leave it.
func (l tokenLister[M, P]) result(ctx context.Context, req list.ListRequest, instance types.String, token datacenter.Token, now time.Time) list.ListResult {
	model := l.model(importedToken(instance, token, now))
	model.shared().ID = types.StringValue(model.importID())
	result := req.NewListResult(ctx)
	result.DisplayName = fmt.Sprintf("%s (%s)", token.Name, model.shared().Status.ValueString())
	result.Diagnostics.Append(result.Identity.Set(ctx, model.identity())...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, model)...)
	}
	return result
}

// importedToken is what an import knows of a token. Its name is taken for the
// prefix of those to come: a configuration that is generated from it needs one.
func importedToken(instance types.String, token datacenter.Token, now time.Time) tokenModel {
	model := tokenModel{
		rotationModel: rotationModel{
			RotateTriggers: types.MapNull(types.StringType),
			RotationWindow: types.ObjectNull(rotationWindowTypes()),
			RotationPaused: types.BoolValue(false),
			RotateOnCreate: types.BoolValue(true),
			Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
				"create": types.StringType, "read": types.StringType, "update": types.StringType, "delete": types.StringType,
			})},
		},
		expiryModel:         importedExpiry(),
		Instance:            instance,
		Name:                types.StringValue(token.Name),
		Permissions:         types.SetNull(types.StringType),
		RevokePreviousAfter: durationValue{types.StringValue("0s")},
		Own:                 types.BoolValue(false),
	}
	name := model.Name
	model.forget()
	model.Name = name
	if token.Permissions != nil {
		model.Permissions = stringSet(token.Permissions)
	}
	model.recordToken(token, now)
	model.judge(!model.works(), now)
	return model
}
