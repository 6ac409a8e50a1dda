// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// tinyServer serves a provider that has one type of each kind, and does
// nothing.
func tinyServer(t *testing.T) tfprotov6.ProviderServer {
	t.Helper()
	return providerserver.NewProtocol6(tinyProvider{})()
}

var (
	_ provider.ProviderWithActions            = tinyProvider{}
	_ provider.ProviderWithEphemeralResources = tinyProvider{}
	_ provider.ProviderWithFunctions          = tinyProvider{}
	_ provider.ProviderWithListResources      = tinyProvider{}
)

type tinyProvider struct{}

func (tinyProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = shortName
}

func (tinyProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{
		MarkdownDescription: "All kinds.",
		Attributes: map[string]providerschema.Attribute{
			"instances": providerschema.MapNestedAttribute{
				MarkdownDescription: "Instances by name.",
				Optional:            true,
				NestedObject: providerschema.NestedAttributeObject{
					Attributes: map[string]providerschema.Attribute{
						"token": providerschema.StringAttribute{Description: "A token.", Optional: true, Sensitive: true},
					},
				},
			},
		},
	}
}

func (tinyProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (tinyProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return tinyResource{} }}
}

func (tinyProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return tinyDataSource{} }}
}

func (tinyProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return tinyEphemeralResource{} }}
}

func (tinyProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return tinyListResource{} }}
}

func (tinyProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{func() action.Action { return tinyAction{} }}
}

func (tinyProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{func() function.Function { return tinyFunction{} }}
}

// tinyResource leaves out what runs only when the resource is used.
type tinyResource struct{ resource.Resource }

func (tinyResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "atlassian_key"
}

func (tinyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"key_id":          identityschema.StringAttribute{Description: "The key.", RequiredForImport: true},
			"organization_id": identityschema.StringAttribute{Description: "Its owner.", OptionalForImport: true},
		},
	}
}

func (tinyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceschema.Schema{
		Version:             2,
		MarkdownDescription: "A key.",
		Attributes: map[string]resourceschema.Attribute{
			"key_id": resourceschema.StringAttribute{MarkdownDescription: "The key.", Required: true},
			"value":  resourceschema.StringAttribute{Description: "Its value.", Optional: true, WriteOnly: true, DeprecationMessage: "Gone soon."},
			"triggers": resourceschema.MapAttribute{
				Description: "Any change rotates.",
				Optional:    true,
				Computed:    true,
				ElementType: types.StringType,
			},
		},
		Blocks: map[string]resourceschema.Block{
			"owner": resourceschema.ListNestedBlock{
				Description: "Who owns it.",
				NestedObject: resourceschema.NestedBlockObject{
					Attributes: map[string]resourceschema.Attribute{
						"name": resourceschema.StringAttribute{Description: "The name.", Optional: true},
					},
				},
			},
		},
	}
}

type tinyDataSource struct{ datasource.DataSource }

func (tinyDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "atlassian_keys"
}

func (tinyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = datasourceschema.Schema{
		Description: "All keys.",
		Attributes: map[string]datasourceschema.Attribute{
			"total": datasourceschema.Int64Attribute{Description: "How many.", Computed: true},
		},
	}
}

type tinyEphemeralResource struct{ ephemeral.EphemeralResource }

func (tinyEphemeralResource) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "atlassian_session"
}

func (tinyEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralschema.Schema{
		Description: "A session.",
		Attributes: map[string]ephemeralschema.Attribute{
			"open": ephemeralschema.BoolAttribute{Description: "Whether it is open.", Computed: true},
		},
	}
}

type tinyListResource struct{ list.ListResource }

func (tinyListResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "atlassian_key"
}

func (tinyListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{
		Description: "Finds keys.",
		Attributes: map[string]listschema.Attribute{
			"prefix": listschema.StringAttribute{Description: "How labels begin.", Optional: true},
		},
	}
}

type tinyAction struct{ action.Action }

func (tinyAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "atlassian_rotate"
}

func (tinyAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = actionschema.Schema{
		Description: "Rotates a key.",
		Attributes: map[string]actionschema.Attribute{
			"key_id": actionschema.StringAttribute{Description: "The key.", Required: true},
		},
	}
}

type tinyFunction struct{ function.Function }

func (tinyFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "join"
}

func (tinyFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:     "Joins words.",
		Description: "Joins words with a separator.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "separator", Description: "Stands between words.", AllowNullValue: true},
		},
		VariadicParameter: function.StringParameter{Name: "words", Description: "The words."},
		Return:            function.StringReturn{},
	}
}
