// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/process"
)

// providerData is what the provider hands to its types.
type providerData struct {
	clock     clock.Clock
	instances map[string]configuredInstance
	// instancesUnknown is true where not even the names of the instances are
	// known yet.
	instancesUnknown bool
	// unreachableInstances is the attribute of that name.
	unreachableInstances types.String
	// organizationID is the organization of the provider block; null where it
	// names none.
	organizationID types.String
	// cloud is nil without an API key, or while it is not known.
	cloud        *cloud.Cloud
	cloudUnknown bool
	// apiKeyID names the API key that the provider works with; null where nobody
	// told.
	apiKeyID types.String
	// ownKeyWatched is done once the expiry of that key was looked at.
	ownKeyWatched sync.Once
	// maxRetries is how often a request is repeated.
	maxRetries int
	claims     *claims
}

// configuredInstance is an instance, or why there is none yet.
type configuredInstance struct {
	instance *datacenter.Instance
	// unknown names what of the provider block is not known yet.
	unknown string
}

// connect builds the clients that the settings describe. It sends nothing.
func (p *atlassianProvider) connect(settings providerSettings) (*providerData, diag.Diagnostics) {
	data := &providerData{
		clock:                p.clock,
		instances:            map[string]configuredInstance{},
		instancesUnknown:     settings.instances == nil,
		unreachableInstances: settings.UnreachableInstances,
		organizationID:       settings.OrganizationID,
		apiKeyID:             settings.APIKeyID,
		maxRetries:           settings.maxRetries(),
		claims:               newClaims(p.terraformVersion),
	}
	shared, err := transport.NewRoundTripper(settings.tls())
	if err != nil {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("HTTP not available", err.Error())}
	}
	base := p.transportConfig(settings, shared)
	data.connectCloud(settings, base)
	var diags diag.Diagnostics
	sites := datacenter.NewSites()
	for name, model := range settings.instances {
		instance, instanceDiags := model.connect(settings, base, sites)
		diags.Append(instanceDiags...)
		data.instances[name] = instance
	}
	return data, diags
}

// connectCloud makes the client of Atlassian Cloud, where there is an API key.
func (d *providerData) connectCloud(settings providerSettings, base transport.Config) {
	if settings.APIKey.IsUnknown() || settings.CloudURL.IsUnknown() || settings.CACertificate.IsUnknown() {
		d.cloudUnknown = true
		return
	}
	if settings.APIKey.IsNull() {
		return
	}
	address := defaultCloudURL
	if isSet(settings.CloudURL) {
		address = settings.CloudURL.ValueString()
	}
	base.BaseURL = baseURL(address)
	base.Credentials = transport.Bearer(settings.APIKey.ValueString())
	d.cloud = cloud.New(transport.New(base), base.Clock)
}

// transportConfig is what all clients have in common.
func (p *atlassianProvider) transportConfig(settings providerSettings, shared http.RoundTripper) transport.Config {
	return transport.Config{
		UserAgent:      p.userAgent(),
		RoundTripper:   shared,
		Clock:          p.clock,
		Log:            p.log(),
		Redactor:       p.redactor,
		MaxRetries:     settings.maxRetries(),
		MaxRetryWait:   boundOr(settings.MaxRetryWait, defaultMaxRetryWait),
		RequestTimeout: boundOr(settings.RequestTimeout, defaultRequestTimeout),
		Pauses:         transport.NewPauses(),
	}
}

// log returns what writes log lines; nil where nobody reads them, so that none is
// put together.
func (p *atlassianProvider) log() transport.Log {
	if process.LogsAsked(p.environment.lookup) {
		return logRequest
	}
	return nil
}

func logRequest(ctx context.Context, message string, fields map[string]any) {
	tflog.Debug(ctx, message, fields)
}

// connect makes the client of the instance, as far as it is known.
func (m instanceModel) connect(settings providerSettings, base transport.Config, sites *datacenter.Sites) (configuredInstance, diag.Diagnostics) {
	if settings.CACertificate.IsUnknown() {
		return configuredInstance{unknown: "ca_certificate"}, nil
	}
	if unknown := m.unknown(); unknown != "" {
		return configuredInstance{unknown: unknown}, nil
	}
	diags := m.missing()
	if diags.HasError() {
		return configuredInstance{}, diags
	}
	if m.ownTLS() {
		own, err := transport.NewRoundTripper(m.tlsWithin(settings.tls()))
		if err != nil {
			return configuredInstance{}, errorAt(m.whole(), unusableCertificate, m.subject()+err.Error()+".")
		}
		base.RoundTripper = own
	}
	base.BaseURL = baseURL(m.URL.ValueString())
	base.Credentials = m.credentials()
	base.Header = m.header()
	base.ProductHeader = datacenter.Header()
	return configuredInstance{instance: datacenter.New(datacenter.Config{
		Name:    m.name,
		Client:  transport.New(base),
		Bearer:  m.bearer(),
		Account: m.Username.ValueString(),
		Clock:   base.Clock,
		Sites:   sites,
	})}, diags
}

// toleratesUnreachable reports whether an instance that cannot be read is worth
// a warning instead of an error; false while that is not known.
func (d *providerData) toleratesUnreachable() bool {
	return d.unreachableInstances.ValueString() == unreachableIsWarning
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
		missing = configured.unknown + " of the provider block is"
	}
	diags.AddAttributeError(path.Root("instance"), fmt.Sprintf("Instance %q not known yet", name.ValueString()),
		missing+" not known before apply, and this needs it earlier. Nothing was sent. Apply what it depends on first, with -target.")
	return nil, diags
}

// site returns the base URL of the instance called name, the same for all its
// names; empty where it is not known.
func (d *providerData) site(name types.String) string {
	if d == nil || !isSet(name) || d.instances[name.ValueString()].instance == nil {
		return ""
	}
	return d.instances[name.ValueString()].instance.Site()
}

// checkOrganization reports what a request to the organization lacks. What is
// not known yet is no error.
func (d *providerData) checkOrganization(id types.String) diag.Diagnostics {
	var diags diag.Diagnostics
	if d == nil || d.cloudUnknown {
		return diags
	}
	switch id = d.organizationOr(id); {
	case id.IsUnknown():
		return diags
	case id.IsNull():
		return missingOrganization()
	case !cloud.IsOrganizationID(id.ValueString()):
		return errorAt(path.Root("organization_id"), "Not an organization",
			fmt.Sprintf("%q is no ID of an organization, which is a UUID. Nothing was sent.", id.ValueString()),
			"Set organization_id, or the environment variable ATLASSIAN_ORGANIZATION_ID, to what stands in the address of its page, https://admin.atlassian.com/o/<id>/overview.")
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

// organization returns the organization with the given ID, or that of the
// provider block where the ID is null, or says why there is none.
func (d *providerData) organization(id types.String) (*cloud.Organization, diag.Diagnostics) {
	diags := d.checkOrganization(id)
	if diags.HasError() {
		return nil, diags
	}
	id = d.organizationOr(id)
	if d.cloud == nil || id.IsUnknown() {
		diags.AddAttributeError(path.Root("organization_id"), "Organization or API key not known yet",
			"organization_id, api_key or cloud_url is not known before apply, and this needs it earlier. Nothing was sent. Apply what it depends on first, with -target.")
		return nil, diags
	}
	return d.cloud.Organization(id.ValueString()), diags
}

// resolveOrganization fills an ID that is null with that of the provider block,
// and returns the organization; nil, with the reason among diags, where there is
// none.
func (d *providerData) resolveOrganization(id *types.String, diags *diag.Diagnostics) *cloud.Organization {
	*id = d.organizationOr(*id)
	organization, because := d.organization(*id)
	diags.Append(because...)
	return organization
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

// ownKeyWarning is how long before its expiry the provider's own API key is
// warned of.
const ownKeyWarning = 14 * 24 * time.Hour

// watchOwnKey warns, once in a run and at no request of its own, where keys, all
// that there are, show that the key which the provider works with expires soon.
func (d *providerData) watchOwnKey(keys []cloud.APIKey) diag.Diagnostics {
	var diags diag.Diagnostics
	d.ownKeyWatched.Do(func() {
		now := d.clock.Now()
		for _, key := range keys {
			if !d.ownAPIKey(key.ID) || !key.ExpiresWithin(ownKeyWarning, now) {
				continue
			}
			expiry := "at a time that cannot be read"
			if at := key.ExpiresAt.Time; !at.IsZero() {
				expiry = "at " + inWords(at)
			}
			diags = warningAt(path.Empty(), fmt.Sprintf("API key %q of the provider itself expires soon", key.Label),
				fmt.Sprintf("The provider works with the API key %q (%s), which expires %s: nothing in Atlassian Cloud can be rotated after that.", key.Label, key.ID, expiry),
				"Create a successor on the administration page, and set it as api_key with its ID as api_key_id.")
		}
	})
	return diags
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
