// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	listtimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

var _ list.ListResourceWithConfigure = (*orgAPIKeyListResource)(nil)

// NewOrgAPIKeyListResource returns the list resource atlassian_org_api_key: the
// API keys of an organization, ready to be imported.
func NewOrgAPIKeyListResource() list.ListResource {
	return &orgAPIKeyListResource{}
}

// orgAPIKeyListResource has the name and the provider's data of the resource.
type orgAPIKeyListResource struct {
	orgAPIKeyResource
}

type orgAPIKeyListModel struct {
	apiKeyFilterModel

	OrganizationID types.String       `tfsdk:"organization_id"`
	Timeouts       listtimeouts.Value `tfsdk:"timeouts"`
}

func (l *orgAPIKeyListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := map[string]schema.Attribute{
		"organization_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "ID of the organization. Default: `organization_id` of the provider block.",
		},
		"timeouts": listTimeouts(defaultListTimeout),
	}
	maps.Copy(attributes, apiKeyFilterListAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds API keys of an organization with `terraform query` (Terraform 1.14 or later), those that expire first at the beginning, and writes configuration that imports them. " +
			"Filters narrow down together.\n\n" +
			"Needs an organization API key, which an organization admin makes, with the scope `read:keys:admin`, or one without scopes. " +
			"See the [API access API](https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-api-key/).",
		Attributes: attributes,
	}
}

// listTimeouts bounds a list, by otherwise where nothing is configured. It calls
// the bound read, as a data source does.
func listTimeouts(otherwise time.Duration) schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		CustomType:          listtimeouts.Type{ObjectType: types.ObjectType{AttrTypes: map[string]attr.Type{"read": types.StringType}}},
		MarkdownDescription: "Bound on the time that reading takes.",
		Attributes: map[string]schema.Attribute{
			"read": schema.StringAttribute{Optional: true, MarkdownDescription: timeoutDescription("reading", otherwise)},
		},
	}
}

func (l *orgAPIKeyListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var model orgAPIKeyListModel
	diags := req.Config.Get(ctx, &model)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	reading, cancel := bounded(ctx, model.Timeouts.Read, defaultListTimeout, &diags)
	defer cancel()
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	organization, diags := l.data.organization(model.OrganizationID)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	keys, err := organization.APIKeys(reading)
	if err != nil {
		stream.Results = list.ListResultsStreamDiagnostics(notListed("API keys", organization, err))
		return
	}
	now := l.data.clock.Now()
	importable := slices.DeleteFunc(model.apply(keys, now), cloud.APIKey.Revoked)
	if req.Limit > 0 && req.Limit < int64(len(importable)) {
		importable = importable[:req.Limit]
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for _, key := range importable {
			if !push(apiKeyResult(ctx, req, organization, key, now)) {
				return
			}
		}
	}
}

// apiKeyResult is one key of the list, as an import of it would leave it; but
// without its label, because a configuration that is generated from it may hold
// no more than one of label and key_id.
func apiKeyResult(ctx context.Context, req list.ListRequest, organization *cloud.Organization, key cloud.APIKey, now time.Time) list.ListResult {
	model := importedAPIKeyModel(organization)
	model.record(key, now)
	model.Label = types.StringNull()
	result := req.NewListResult(ctx)
	result.DisplayName = fmt.Sprintf("%s (%s)", key.Label, key.Status(now))
	result.Diagnostics.Append(result.Identity.Set(ctx, model.identity())...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, &model)...)
	}
	return result
}

// importedAPIKeyModel is what an import knows of any key of the organization.
func importedAPIKeyModel(organization *cloud.Organization) orgAPIKeyModel {
	return orgAPIKeyModel{
		expiryModel:     importedExpiry(),
		OrganizationID:  types.StringValue(organization.ID()),
		RevokeOnDestroy: types.BoolValue(true),
		Timeouts: timeouts.Value{Object: types.ObjectNull(map[string]attr.Type{
			"create": types.StringType, "read": types.StringType, "delete": types.StringType,
		})},
	}
}
