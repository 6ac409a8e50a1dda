package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

// configuredDataSource is embedded in data sources that need the provider's data.
type configuredDataSource struct {
	data *providerData
}

// Configure keeps the provider's data.
func (d *configuredDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = configuredData(req.ProviderData, &resp.Diagnostics)
}

// instanceAttribute is the instance that a data source asks.
func instanceAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the instance in `instances` of the provider block.",
	}
}
