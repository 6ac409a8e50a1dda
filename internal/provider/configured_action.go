package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
)

// configuredAction is embedded in actions that need the provider's data.
type configuredAction struct {
	data *providerData
}

// Configure keeps the provider's data.
func (a *configuredAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.data = configuredData(req.ProviderData, &resp.Diagnostics)
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
		MarkdownDescription: "ID of the organization. Default: `organization_id` of the provider block.",
	}
}

// actionPreflight is whether an action checks first. An action has no defaults:
// what is left out is true.
func actionPreflight(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description + " Default: `true`."}
}

// actionTimeouts bounds an action. limit is the default, in words.
func actionTimeouts(ctx context.Context, limit string) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		InvokeDescription: "How long the action may take, a [duration](https://pkg.go.dev/time#ParseDuration) such as `\"" + limit + "\"`, the default.",
	})
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
