// SPDX-License-Identifier: MPL-2.0

// Package provider is the Terraform face of the rotation of Atlassian keys.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// TypeName is what every type of the provider starts with.
const TypeName = "atlassian"

var (
	_ provider.Provider                   = (*atlassianProvider)(nil)
	_ provider.ProviderWithActions        = (*atlassianProvider)(nil)
	_ provider.ProviderWithFunctions      = (*atlassianProvider)(nil)
	_ provider.ProviderWithListResources  = (*atlassianProvider)(nil)
	_ provider.ProviderWithValidateConfig = (*atlassianProvider)(nil)
)

// Option changes how a provider is built; tests hand in what they control.
type Option func(*atlassianProvider)

// WithClock makes the provider tell the time and wait by c instead of the
// machine's clock.
func WithClock(c clock.Clock) Option {
	return func(p *atlassianProvider) { p.clock = c }
}

// WithEnvironment makes the provider look environment variables up with lookup
// instead of in the environment of the process. Without [WithVariableNames] it
// takes no instance from them that the provider block does not name.
func WithEnvironment(lookup func(name string) (value string, ok bool)) Option {
	return func(p *atlassianProvider) {
		p.environment = environment{lookup: lookup, names: func() []string { return nil }}
	}
}

// WithVariableNames tells the provider which variables [WithEnvironment] can
// look up. It has to follow that option.
func WithVariableNames(names func() []string) Option {
	return func(p *atlassianProvider) { p.environment.names = names }
}

// New returns a function that makes the provider of the given version.
func New(version string, options ...Option) func() provider.Provider {
	return func() provider.Provider { return newProvider(version, options) }
}

func newProvider(version string, options []Option) *atlassianProvider {
	p := &atlassianProvider{version: version, clock: clock.System{}, environment: processEnvironment(), redactor: transport.NewRedactor()}
	for _, option := range options {
		option(p)
	}
	p.redactor.Learn(transport.ProxySecrets(p.environment.lookup)...)
	return p
}

type atlassianProvider struct {
	version     string
	clock       clock.Clock
	environment environment
	// redactor knows every secret that the provider was told.
	redactor *transport.Redactor
	// terraformVersion is that of the CLI; empty before Configure.
	terraformVersion string
}

func (p *atlassianProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = TypeName
	resp.Version = p.version
}

func (p *atlassianProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// ValidateConfig checks what can be known without the environment being
// complete; it makes no network call.
func (p *atlassianProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings, diags := config.settings(p.environment)
	p.redactor.Learn(settings.secrets()...)
	resp.Diagnostics.Append(diags...)
}

// Configure prepares the clients of everything that is configured. It makes no
// network call, and what is not known yet is no error until it is needed.
func (p *atlassianProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	p.terraformVersion = req.TerraformVersion
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings, diags := config.settings(p.environment)
	p.redactor.Learn(settings.secrets()...)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	data, diags := p.connect(settings)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.ActionData = data
	resp.ListResourceData = data
}

func (p *atlassianProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		NewBitbucketHTTPAccessTokenResource,
		NewDCAESRotationResource,
		NewDCPersonalAccessTokenResource,
		NewOrgAPIKeyResource,
		NewTunnelTokenResource,
	}
}

func (p *atlassianProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		NewCMKReencryptionRequestDataSource,
		NewDCAuditEventsDataSource,
		NewDCInactiveKeysDataSource,
		NewDCInstanceDataSource,
		NewDCTokensDataSource,
		NewOAuthClientsDataSource,
		NewOrgAPIKeysDataSource,
		NewOrgEventsDataSource,
		NewServiceAccountsDataSource,
		NewUserAPITokensDataSource,
	}
}

func (p *atlassianProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		NewAddAuthPolicyUsersAction,
		NewDCDeleteInactiveKeysAction,
		NewDCRevokeTokenAction,
		NewDCRotateAESKeyAction,
		NewDeleteOAuthClientAction,
		NewRevokeOrgAPIKeyAction,
		NewRevokeServiceAccountTokensAction,
		NewRevokeUserAPITokensAction,
		NewRotateTunnelTokenAction,
	}
}

func (p *atlassianProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{
		NewBitbucketHTTPAccessTokenListResource,
		NewDCAESRotationListResource,
		NewDCPersonalAccessTokenListResource,
		NewOrgAPIKeyListResource,
	}
}

func (p *atlassianProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		NewTunnelHostnameFunction,
	}
}
