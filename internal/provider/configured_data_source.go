// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

const (
	// defaultListTimeout bounds the reading of a list or of a few answers.
	defaultListTimeout = 5 * time.Minute
	// defaultLogTimeout bounds the reading of a log, which may be long and slow.
	defaultLogTimeout = 20 * time.Minute
)

// configuredDataSource is embedded in data sources that need the provider's data.
type configuredDataSource struct {
	data *providerData
}

// Configure keeps the provider's data.
func (d *configuredDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = configuredData(req.ProviderData, &resp.Diagnostics)
}

// readTimeouts bounds a data source, by otherwise where nothing is configured.
func readTimeouts(ctx context.Context, otherwise time.Duration) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{ReadDescription: timeoutDescription("reading", otherwise)})
	if nested, ok := attribute.(schema.SingleNestedAttribute); ok {
		nested.MarkdownDescription = "Bound on the time that reading takes."
		return nested
	}
	return attribute
}

// instanceAttribute is the instance that a data source asks.
func instanceAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Name of the instance in `instances` of the provider block.",
	}
}
