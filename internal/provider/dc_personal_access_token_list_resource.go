// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	listtimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ list.ListResourceWithConfigure = (*dcPersonalAccessTokenListResource)(nil)

// NewDCPersonalAccessTokenListResource returns the list resource
// atlassian_dc_personal_access_token: the tokens of the account of an instance,
// ready to be imported.
func NewDCPersonalAccessTokenListResource() list.ListResource {
	return &dcPersonalAccessTokenListResource{}
}

// dcPersonalAccessTokenListResource has the name and the provider's data of the
// resource.
type dcPersonalAccessTokenListResource struct {
	dcPersonalAccessTokenResource
}

type dcPersonalAccessTokenListModel struct {
	Instance types.String       `tfsdk:"instance"`
	Timeouts listtimeouts.Value `tfsdk:"timeouts"`
}

func (l *dcPersonalAccessTokenListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the personal access tokens of the account that a Jira, Confluence or Bamboo instance is configured with, using `terraform query` (Terraform 1.14 or later), " +
			"those that expire first at the beginning, and writes configuration that imports them. Anybody may list their own tokens.\n\n" + personalTokensPages,
		Attributes: tokenListAttributes(),
	}
}

func (l *dcPersonalAccessTokenListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var model dcPersonalAccessTokenListModel
	if diags := req.Config.Get(ctx, &model); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	lister := tokenLister[personalTokenModel, *personalTokenModel]{l.data, func(imported tokenModel) *personalTokenModel {
		return &personalTokenModel{imported}
	}}
	lister.list(ctx, req, stream, model.Instance, tokenOwnerModel{}, model.Timeouts)
}
