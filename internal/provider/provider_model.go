// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// Defaults of the provider block.
const (
	defaultCloudURL       = "https://api.atlassian.com"
	defaultMaxRetries     = 4
	defaultMaxRetryWait   = 5 * time.Minute
	defaultRequestTimeout = time.Minute
)

// shortestBound is the shortest wait and the shortest time for a request that
// can be configured.
const shortestBound = time.Second

// defaultInstance is the instance that ATLASSIAN_DC_URL defines.
const defaultInstance = "default"

// What unreachable_instances can be.
const (
	unreachableIsError   = "error"
	unreachableIsWarning = "warn"
)

// providerModel is the provider block.
type providerModel struct {
	OrganizationID       types.String `tfsdk:"organization_id"`
	APIKey               types.String `tfsdk:"api_key"`
	APIKeyID             types.String `tfsdk:"api_key_id"`
	CloudURL             types.String `tfsdk:"cloud_url"`
	UnreachableInstances types.String `tfsdk:"unreachable_instances"`
	CACertificate        types.String `tfsdk:"ca_certificate"`
	MaxRetries           types.Int64  `tfsdk:"max_retries"`
	MaxRetryWait         types.String `tfsdk:"max_retry_wait"`
	RequestTimeout       types.String `tfsdk:"request_timeout"`
	Instances            types.Map    `tfsdk:"instances"`
}

// providerSettings are a provider block together with what the environment adds
// to it, checked as far as it is known.
type providerSettings struct {
	providerModel

	// instances are by their names; nil where the whole map is unknown.
	instances map[string]instanceModel
}

// settings returns what the block comes to, and what is wrong with it whatever
// is applied with it.
func (m providerModel) settings(env environment) (providerSettings, diag.Diagnostics) {
	settings := providerSettings{providerModel: m.filled(env)}
	diags := settings.check()
	var instanceDiags diag.Diagnostics
	settings.instances, instanceDiags = m.definedInstances(env)
	diags.Append(instanceDiags...)
	for _, name := range slices.Sorted(maps.Keys(settings.instances)) {
		if instance := settings.instances[name]; !instance.wholeUnknown {
			diags.Append(instance.check()...)
		}
	}
	return settings, diags
}

// filled returns the block with what the environment adds to it. Empty text
// counts as left out.
func (m providerModel) filled(env environment) providerModel {
	m.OrganizationID = env.fill(m.OrganizationID, "ATLASSIAN_ORGANIZATION_ID")
	m.APIKey = env.fill(m.APIKey, "ATLASSIAN_API_KEY")
	m.APIKeyID = env.fill(m.APIKeyID, "ATLASSIAN_API_KEY_ID")
	m.CloudURL = env.fill(m.CloudURL, "ATLASSIAN_CLOUD_URL")
	for _, text := range []*types.String{&m.UnreachableInstances, &m.CACertificate, &m.MaxRetryWait, &m.RequestTimeout} {
		*text = textOrNull(*text)
	}
	return m
}

// check reports what is wrong with the block besides its instances.
func (s providerSettings) check() diag.Diagnostics {
	var diags diag.Diagnostics
	diags.Append(checkURL(path.Root("cloud_url"), "cloud_url (or ATLASSIAN_CLOUD_URL): ", s.CloudURL, types.BoolNull())...)
	diags.Append(checkBearer(path.Root("api_key"), "api_key (or ATLASSIAN_API_KEY)", s.APIKey)...)
	diags.Append(s.checkAuthority()...)
	diags.Append(checkBound(path.Root("max_retry_wait"), s.MaxRetryWait, "To send no request twice, set max_retries = 0.")...)
	diags.Append(checkBound(path.Root("request_timeout"), s.RequestTimeout, "")...)
	switch s.UnreachableInstances.ValueString() {
	case "", unreachableIsError, unreachableIsWarning:
	default:
		diags.AddAttributeError(path.Root("unreachable_instances"), "Unknown choice",
			fmt.Sprintf("unreachable_instances is %q or %q.", unreachableIsError, unreachableIsWarning))
	}
	return diags
}

func (s providerSettings) checkAuthority() diag.Diagnostics {
	at := path.Root("ca_certificate")
	diags := checkPEM(at, at.String(), s.CACertificate)
	if !diags.HasError() {
		diags.Append(checkTLS(at, at.String(), s.tls())...)
	}
	return diags
}

// checkBound reports a bound on time that cannot be read or is too short;
// otherwise says what to do instead.
func checkBound(at path.Path, value types.String, otherwise string) diag.Diagnostics {
	if !isSet(value) {
		return nil
	}
	switch bound, err := rotation.ParseDuration(value.ValueString()); {
	case err != nil:
		return errorAt(at, "Not a duration", err.Error()+".")
	case bound < shortestBound:
		return errorAt(at, "Duration too short",
			fmt.Sprintf("%s is at least %q, and %q is shorter.", at, rotation.FormatDuration(shortestBound), value.ValueString()), otherwise)
	}
	return nil
}

// definedInstances returns the instances of the block and of the environment by
// their names; nil where the whole map is unknown.
func (m providerModel) definedInstances(env environment) (map[string]instanceModel, diag.Diagnostics) {
	if m.Instances.IsUnknown() {
		return nil, nil
	}
	instances, diags := m.configuredInstances()
	prefixes := map[string]bool{}
	for name := range m.Instances.Elements() {
		prefixes[instancePrefix(name)] = true
	}
	for _, name := range env.instanceNames() {
		if prefix := instancePrefix(name); !prefixes[prefix] {
			instances[name] = instanceModel{name: name, prefix: prefix}
		}
	}
	if url, _ := env.lookup(defaultInstancePrefix + urlVariable); url != "" && len(instances) == 0 {
		instances[defaultInstance] = instanceModel{name: defaultInstance, prefix: defaultInstancePrefix}
	}
	for name, instance := range instances {
		instances[name] = instance.filled(env)
	}
	return instances, diags
}

// configuredInstances returns the elements of instances. One that is null is no
// instance, whatever the environment holds for it.
func (m providerModel) configuredInstances() (map[string]instanceModel, diag.Diagnostics) {
	var diags diag.Diagnostics
	instances, byPrefix := map[string]instanceModel{}, map[string]string{}
	elements := m.Instances.Elements()
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		element, ok := elements[name].(types.Object)
		if !ok || element.IsNull() {
			continue
		}
		var instance instanceModel
		if !element.IsUnknown() {
			diags.Append(modelOf(element, &instance)...)
		}
		instance.name, instance.prefix = name, instancePrefix(name)
		instance.configured, instance.wholeUnknown = true, element.IsUnknown()
		if other, taken := byPrefix[instance.prefix]; taken {
			diags.Append(instance.sharesVariables(other)...)
		}
		byPrefix[instance.prefix] = name
		instances[name] = instance
	}
	return instances, diags
}

// sharesVariables says that the instance called other reads the same variables.
func (m instanceModel) sharesVariables(other string) diag.Diagnostics {
	return errorAt(m.whole(), fmt.Sprintf("Instances %q and %q share their environment variables", other, m.name),
		fmt.Sprintf("Both read the variables that start with %s, so that a token could go to a host that it was not meant for.", m.prefix),
		"Rename one of them, so that the names still differ in upper case and with _ for every character but letters and digits.")
}

// tls is what every connection trusts.
func (s providerSettings) tls() transport.TLS {
	return transport.TLS{CACertificate: []byte(s.CACertificate.ValueString())}
}

// secrets lists what must never be shown, whoever says it.
func (s providerSettings) secrets() []string {
	secrets := []string{s.APIKey.ValueString()}
	for _, instance := range s.instances {
		secrets = append(secrets, instance.secrets()...)
	}
	return slices.DeleteFunc(secrets, func(secret string) bool { return secret == "" })
}

func (m providerModel) maxRetries() int {
	if !isSet(m.MaxRetries) {
		return defaultMaxRetries
	}
	return int(m.MaxRetries.ValueInt64())
}

// boundOr returns a bound on time that was checked, or otherwise where none is set.
func boundOr(value types.String, otherwise time.Duration) time.Duration {
	bound, err := rotation.ParseDuration(value.ValueString())
	if err != nil {
		return otherwise
	}
	return bound
}
