package provider

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// providerData is what the provider hands to its types.
type providerData struct {
	clock     clock.Clock
	instances map[string]configuredInstance
	// instancesUnknown is true where not even the names of the instances are
	// known yet.
	instancesUnknown bool
	// organizationID is the organization of the provider block; null where it
	// names none.
	organizationID types.String
	// cloud is nil without an API key, or while it is not known.
	cloud        *cloud.Cloud
	cloudUnknown bool
	// apiKeyID names the API key that the provider works with; null where nobody
	// told.
	apiKeyID  types.String
	apiKeys   *apiKeyClaims
	handovers *handovers
}

// configuredInstance is an instance, or why there is none yet.
type configuredInstance struct {
	instance *datacenter.Instance
	// unknown names the attribute that is not known yet.
	unknown string
}

// connect builds the clients that config describes. It sends nothing.
func (p *atlassianProvider) connect(ctx context.Context, config providerModel) (*providerData, diag.Diagnostics) {
	data := &providerData{
		clock:            p.clock,
		instances:        map[string]configuredInstance{},
		instancesUnknown: config.Instances.IsUnknown(),
		organizationID:   p.environment.fill(config.OrganizationID, "ATLASSIAN_ORGANIZATION_ID"),
		apiKeyID:         p.environment.fill(config.APIKeyID, "ATLASSIAN_API_KEY_ID"),
		apiKeys:          newAPIKeyClaims(),
		handovers:        newHandovers(),
	}
	shared, err := transport.NewRoundTripper(transport.TLS{})
	if err != nil {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("HTTP not available", err.Error())}
	}
	base := p.transportConfig(config, shared)
	p.connectCloud(data, config, base)
	models, diags := config.instances(ctx, p.environment)
	for name, model := range models {
		instance, instanceDiags := p.connectInstance(name, model, base)
		diags.Append(instanceDiags...)
		data.instances[name] = instance
	}
	return data, diags
}

// connectCloud makes the client of Atlassian Cloud, where there is an API key.
func (p *atlassianProvider) connectCloud(data *providerData, config providerModel, base transport.Config) {
	key := p.environment.fill(config.APIKey, "ATLASSIAN_API_KEY")
	address := p.environment.fill(config.CloudURL, "ATLASSIAN_CLOUD_URL")
	if key.IsUnknown() || address.IsUnknown() {
		data.cloudUnknown = true
		return
	}
	if key.IsNull() {
		return
	}
	if address.IsNull() {
		address = types.StringValue(defaultCloudURL)
	}
	base.BaseURL = baseURL(address.ValueString())
	base.Credentials = transport.Bearer(key.ValueString())
	data.cloud = cloud.New(transport.New(base), p.clock)
}

// transportConfig is what all clients have in common.
func (p *atlassianProvider) transportConfig(config providerModel, shared http.RoundTripper) transport.Config {
	return transport.Config{
		UserAgent:      p.userAgent(),
		RoundTripper:   shared,
		Clock:          p.clock,
		Log:            logRequest,
		MaxRetries:     config.maxRetries(),
		MaxRetryWait:   durationOr(config.MaxRetryWait, defaultMaxRetryWait),
		RequestTimeout: durationOr(config.RequestTimeout, defaultRequestTimeout),
		Pauses:         transport.NewPauses(),
	}
}

func logRequest(ctx context.Context, message string, fields map[string]any) {
	tflog.Debug(ctx, message, fields)
}

func (p *atlassianProvider) connectInstance(name string, model instanceModel, base transport.Config) (configuredInstance, diag.Diagnostics) {
	if unknown := model.unknown(); unknown != "" {
		return configuredInstance{unknown: unknown}, nil
	}
	diags := model.missing()
	if diags.HasError() {
		return configuredInstance{}, diags
	}
	if model.ownTLS() {
		own, err := transport.NewRoundTripper(model.tls())
		if err != nil {
			diags.AddAttributeError(model.path, "Unusable certificate or key", err.Error())
			return configuredInstance{}, diags
		}
		base.RoundTripper = own
	}
	base.BaseURL = baseURL(model.URL.ValueString())
	base.Credentials = model.credentials()
	base.Header = datacenter.Header()
	return configuredInstance{instance: datacenter.New(datacenter.Config{
		Name:   name,
		Client: transport.New(base),
		Bearer: model.bearer(),
		Clock:  p.clock,
	})}, diags
}

// checkInstance reports a name that no instance has. What is not known yet is
// no error.
func (d *providerData) checkInstance(name types.String) diag.Diagnostics {
	var diags diag.Diagnostics
	if d == nil || d.instancesUnknown || name.IsNull() || name.IsUnknown() {
		return diags
	}
	if _, ok := d.instances[name.ValueString()]; !ok {
		diags.AddAttributeError(path.Root("instance"), fmt.Sprintf("Unknown instance %q", name.ValueString()),
			"The provider block configures "+d.instanceNames()+". Add it to the instances of the provider, or correct the name.")
	}
	return diags
}

// instance returns the instance called name, or says why there is none.
func (d *providerData) instance(name types.String) (*datacenter.Instance, diag.Diagnostics) {
	diags := d.checkInstance(name)
	if diags.HasError() {
		return nil, diags
	}
	configured := d.instances[name.ValueString()]
	if configured.instance != nil {
		return configured.instance, nil
	}
	missing := "The instances of the provider block are"
	if !d.instancesUnknown {
		missing = fmt.Sprintf("instances[%q].%s of the provider block is", name.ValueString(), configured.unknown)
	}
	diags.AddAttributeError(path.Root("instance"), fmt.Sprintf("Instance %q not known yet", name.ValueString()),
		missing+" not known before apply, and this needs it earlier. Nothing was sent. Apply what it depends on first, with -target.")
	return nil, diags
}

// checkOrganization reports what a request to the organization lacks. What is
// not known yet is no error.
func (d *providerData) checkOrganization(id types.String) diag.Diagnostics {
	var diags diag.Diagnostics
	if d == nil || id.IsUnknown() || d.cloudUnknown {
		return diags
	}
	if id.IsNull() {
		return missingOrganization()
	}
	if d.cloud == nil {
		diags.AddAttributeError(path.Root("organization_id"), "API key missing", missingAPIKey)
	}
	return diags
}

func missingOrganization() diag.Diagnostics {
	return errorAt(path.Root("organization_id"), "Organization missing",
		"Set organization_id here or in the provider block, or the environment variable ATLASSIAN_ORGANIZATION_ID.")
}

// organization returns the organization with the given ID, or says why there is
// none.
func (d *providerData) organization(id types.String) (*cloud.Organization, diag.Diagnostics) {
	diags := d.checkOrganization(id)
	if diags.HasError() {
		return nil, diags
	}
	if d.cloud == nil || id.IsUnknown() {
		diags.AddAttributeError(path.Root("organization_id"), "Organization or API key not known yet",
			"organization_id, api_key or cloud_url is not known before apply, and this needs it earlier. Nothing was sent. Apply what it depends on first, with -target.")
		return nil, diags
	}
	return d.cloud.Organization(id.ValueString()), diags
}

// organizationOr returns the configured ID of an organization, or else that of
// the provider block.
func (d *providerData) organizationOr(id types.String) types.String {
	if id.IsNull() {
		return d.organizationID
	}
	return id
}

// connectedCloud returns Atlassian Cloud for a request that names no
// organization, or says what it lacks.
func (d *providerData) connectedCloud(at path.Path) (*cloud.Cloud, diag.Diagnostics) {
	switch {
	case d.cloud != nil:
		return d.cloud, nil
	case d.cloudUnknown:
		return nil, errorAt(at, "API key not known yet",
			"api_key or cloud_url of the provider block is not known before apply, and this needs it earlier. Nothing was sent. Apply what it depends on first, with -target.")
	default:
		return nil, errorAt(at, "API key missing", missingAPIKey)
	}
}

// missingAPIKey says what to do without an API key.
const missingAPIKey = "Atlassian Cloud needs an organization API key. Set api_key in the provider block, or the environment variable ATLASSIAN_API_KEY."

// ownAPIKey reports whether keyID names the API key that the provider works
// with, as far as api_key_id is known.
func (d *providerData) ownAPIKey(keyID string) bool {
	own := strings.TrimSpace(d.apiKeyID.ValueString())
	return own != "" && strings.EqualFold(own, strings.TrimSpace(keyID))
}

// mustKeepAPIKey reports whether keyID names the API key that the provider works
// with, or may name it: for a revocation that is about to be sent.
func (d *providerData) mustKeepAPIKey(keyID string) bool {
	return d.apiKeyID.IsUnknown() || d.ownAPIKey(keyID)
}

func (d *providerData) instanceNames() string {
	names := slices.Sorted(maps.Keys(d.instances))
	if len(names) == 0 {
		return "no instances, and the environment variable " + defaultInstancePrefix + "URL defines none"
	}
	for i, name := range names {
		names[i] = fmt.Sprintf("%q", name)
	}
	return "the instances " + strings.Join(names, ", ")
}

// configuredData takes the provider's data out of a Configure request; nil
// before the provider is configured.
func configuredData(data any, diags *diag.Diagnostics) *providerData {
	if data == nil {
		return nil
	}
	configured, ok := data.(*providerData)
	if !ok {
		diags.AddError("Unexpected provider data", fmt.Sprintf("Expected *providerData, got %T. This is a bug of the provider.", data))
	}
	return configured
}
