package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

// readTimeout returns the timeouts attribute of a data source, with a
// description, which the library leaves out.
func readTimeout(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx)
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "How long the read may take, all its requests and waits together. Default: `\"5m\"`."
	return nested
}
