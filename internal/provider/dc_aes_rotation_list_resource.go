// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

var _ list.ListResourceWithConfigure = (*dcAESRotationListResource)(nil)

// NewDCAESRotationListResource returns the list resource
// atlassian_dc_aes_rotation: the instances of the provider block, ready to be
// imported.
func NewDCAESRotationListResource() list.ListResource {
	return &dcAESRotationListResource{}
}

// dcAESRotationListResource has the name and the provider's data of the resource.
type dcAESRotationListResource struct {
	dcAESRotationResource
}

func (l *dcAESRotationListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the instances of the provider block with `terraform query` (Terraform 1.14 or later), by their names, and writes configuration that imports them: the start of a fleet. " +
			"It sends no request and needs no permission; whether an instance has an AES key API shows at the import.",
	}
}

// List makes no request: the names are those of the provider block.
func (l *dcAESRotationListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	names := slices.Sorted(maps.Keys(l.data.instances))
	if req.Limit > 0 && req.Limit < int64(len(names)) {
		names = names[:req.Limit]
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for _, name := range names {
			if !push(l.result(ctx, req, name)) {
				return
			}
		}
	}
}

// result is one instance, as an import of it would leave it.
func (l *dcAESRotationListResource) result(ctx context.Context, req list.ListRequest, name string) list.ListResult {
	model := importedAESRotationModel(name)
	result := req.NewListResult(ctx)
	result.DisplayName = name
	if site := l.data.site(model.Instance); site != "" {
		result.DisplayName = fmt.Sprintf("%s (%s)", name, site)
	}
	result.Diagnostics.Append(result.Identity.Set(ctx, dcInstanceIdentity{model.Instance})...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, &model)...)
	}
	return result
}

// importedAESRotationModel is what an import knows of any instance.
func importedAESRotationModel(name string) dcAESRotationModel {
	none := durationValue{basetypes.NewStringNull()}
	model := dcAESRotationModel{
		ID:                          types.StringValue(name),
		Instance:                    types.StringValue(name),
		InactiveKeyRetention:        none,
		DeleteInactiveKeysOnDestroy: types.BoolValue(false),
		Preflight:                   types.BoolValue(true),
	}
	model.rotationModel = rotationModel{
		RotateTriggers:      types.MapNull(types.StringType),
		RotationInterval:    none,
		EarlyRotationWindow: none,
		RotationWindow:      types.ObjectNull(rotationWindowTypes()),
		FirstRotationAt:     timetypes.NewRFC3339Null(),
		RotationPaused:      types.BoolValue(false),
		RotateOnCreate:      types.BoolValue(true),
		Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
			"create": types.StringType, "read": types.StringType, "update": types.StringType, "delete": types.StringType,
		})},
	}
	model.forget()
	return model
}
