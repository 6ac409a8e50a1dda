package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Defaults of the provider block.
const (
	defaultCloudURL       = "https://api.atlassian.com"
	defaultMaxRetries     = 4
	defaultMaxRetryWait   = 5 * time.Minute
	defaultRequestTimeout = time.Minute
)

// defaultInstance is the instance that ATLASSIAN_DC_URL defines.
const defaultInstance = "default"

// providerModel is the provider block.
type providerModel struct {
	OrganizationID types.String  `tfsdk:"organization_id"`
	APIKey         types.String  `tfsdk:"api_key"`
	APIKeyID       types.String  `tfsdk:"api_key_id"`
	CloudURL       types.String  `tfsdk:"cloud_url"`
	MaxRetries     types.Int64   `tfsdk:"max_retries"`
	MaxRetryWait   durationValue `tfsdk:"max_retry_wait"`
	RequestTimeout durationValue `tfsdk:"request_timeout"`
	Instances      types.Map     `tfsdk:"instances"`
}

// validate reports what is wrong with the block whatever is applied with it.
func (m providerModel) validate(ctx context.Context, env environment) diag.Diagnostics {
	var diags diag.Diagnostics
	diags.Append(checkURL(path.Root("cloud_url"), env.fill(m.CloudURL, "ATLASSIAN_CLOUD_URL"), types.BoolNull())...)
	instances, instanceDiags := m.instances(ctx, env)
	diags.Append(instanceDiags...)
	for _, instance := range instances {
		diags.Append(instance.validate()...)
	}
	return diags
}

// instances returns the instances of the block and of the environment by their
// names; nil where the whole map is unknown.
func (m providerModel) instances(ctx context.Context, env environment) (map[string]instanceModel, diag.Diagnostics) {
	if m.Instances.IsUnknown() {
		return nil, nil
	}
	if m.Instances.IsNull() {
		return environmentInstance(env), nil
	}
	configured := map[string]instanceModel{}
	diags := m.Instances.ElementsAs(ctx, &configured, false)
	for name, instance := range configured {
		configured[name] = instance.named(name, env)
	}
	return configured, diags
}

// environmentInstance returns the one instance that the environment defines on
// its own, if it does.
func environmentInstance(env environment) map[string]instanceModel {
	instances := map[string]instanceModel{}
	instance := instanceModel{}.filled(env, defaultInstancePrefix)
	if !instance.URL.IsNull() {
		instance.path = path.Root("instances")
		instances[defaultInstance] = instance
	}
	return instances
}

func (m providerModel) maxRetries() int {
	if m.MaxRetries.IsNull() || m.MaxRetries.IsUnknown() {
		return defaultMaxRetries
	}
	return int(m.MaxRetries.ValueInt64())
}

func durationOr(value durationValue, otherwise time.Duration) time.Duration {
	if !isSet(value) {
		return otherwise
	}
	return value.duration()
}
