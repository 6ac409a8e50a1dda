// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	listtimeouts "github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ list.ListResourceWithConfigure = (*bitbucketHTTPAccessTokenListResource)(nil)

// NewBitbucketHTTPAccessTokenListResource returns the list resource
// atlassian_bitbucket_http_access_token: the tokens of a user, a project or a
// repository, ready to be imported.
func NewBitbucketHTTPAccessTokenListResource() list.ListResource {
	return &bitbucketHTTPAccessTokenListResource{}
}

// bitbucketHTTPAccessTokenListResource has the name and the provider's data of
// the resource.
type bitbucketHTTPAccessTokenListResource struct {
	bitbucketHTTPAccessTokenResource
}

type bitbucketHTTPAccessTokenListModel struct {
	tokenOwnerModel

	Instance types.String       `tfsdk:"instance"`
	Timeouts listtimeouts.Value `tfsdk:"timeouts"`
}

func (l *bitbucketHTTPAccessTokenListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := tokenListAttributes()
	attributes["user"] = optionalListText("Slug of the user whose tokens to list. Exactly one of `user` and `project` is required.")
	attributes["project"] = optionalListText("Key of the project whose tokens to list.")
	attributes["repository"] = optionalListText("Slug of the repository of `project` whose tokens to list.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the HTTP access tokens of a user, a project or a repository of Bitbucket with `terraform query` (Terraform 1.14 or later), " +
			"those that expire first at the beginning, and writes configuration that imports them. " +
			"Anybody may list their own tokens; those of a project or repository take an administrator of it, and those of another user one of the instance.\n\n" + httpTokensPages,
		Attributes: attributes,
	}
}

func (l *bitbucketHTTPAccessTokenListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var model bitbucketHTTPAccessTokenListModel
	diags := req.Config.Get(ctx, &model)
	if !diags.HasError() {
		diags.Append(checkOwner(model.User, model.Project, model.Repository)...)
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	lister := tokenLister[httpTokenModel, *httpTokenModel]{l.data, func(imported tokenModel) *httpTokenModel {
		return &httpTokenModel{imported, model.tokenOwnerModel}
	}}
	lister.list(ctx, req, stream, model.Instance, model.tokenOwnerModel, model.Timeouts)
}
