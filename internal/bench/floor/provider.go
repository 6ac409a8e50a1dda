// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ provider.Provider = (*floorProvider)(nil)

type floorProvider struct {
	// wide is true where the provider has its wide resources as well.
	wide bool
}

type floorModel struct {
	Endpoint types.String `tfsdk:"endpoint"`
}

func (p *floorProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "scaffolding"
}

func (p *floorProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"endpoint": schema.StringAttribute{Optional: true, MarkdownDescription: "Example provider attribute."},
	}}
}

func (p *floorProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config floorModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
}

func (p *floorProvider) Resources(context.Context) []func() resource.Resource {
	if p.wide {
		return []func() resource.Resource{newExampleResource, newWideKey, newWideInstance}
	}
	return []func() resource.Resource{newExampleResource}
}

func (p *floorProvider) DataSources(context.Context) []func() datasource.DataSource {
	return nil
}
