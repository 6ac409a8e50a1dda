// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// sampleTexts are values that attributes of these names take, so that what comes
// after their validation is reached as well; others get a word.
func sampleTexts(url string) map[string]string {
	texts := map[string]string{
		"instance": "jira", "url": url, "cloud_url": url, "token": "jira-token", "hostname": "e1d4f2ae-3a9d-4d0a-9a4c-1f1b7a1c2d3e",
		"key_id": "ci-id", "account_id": "557058:ann", "policy_id": authPolicy, "emails": "ada@example.com", "unreachable_instances": "warn",
		"label_regex": "^ci", "actions_regex": "^ci", "status": "active", "timing": "immediate", "site_url": "https://example.atlassian.net",
		"aws_account_id": "279766244153", "realm": "Germany", "schedule": "0 2 * * SUN", "time_zone": "UTC", "duration": "4h",
		"early_rotation_window": "1h", "user_email": "ada@example.com",
		"permissions": "REPO_READ", "name_regex": "^ci", "token_id": "1", "project": "OPS",
	}
	for _, period := range []string{"create", "read", "update", "delete", "invoke", "max_retry_wait", "request_timeout"} {
		texts[period] = "1m"
	}
	for _, age := range []string{
		"rotation_interval", "unused_for", "older_than", "expires_within", "inactive_key_retention", "warn_before_expiry", "fail_before_expiry",
		"expires_in",
	} {
		texts[age] = "30d"
	}
	for _, time := range []string{"from", "to", "created_before", "first_rotation_at"} {
		texts[time] = "2026-01-05T08:00:00Z"
	}
	return texts
}

// sampler makes up configurations.
type sampler struct {
	texts map[string]string
	// omitted are names that are left out below the top.
	omitted []string
}

// config returns a configuration of the type that schema describes: with all
// attributes that a configuration may set, or only with those that it must.
func (s sampler) config(schema *tfprotov6.Schema, all bool) tftypes.Value {
	values := map[string]tftypes.Value{}
	for _, attribute := range schema.Block.Attributes {
		values[attribute.Name] = tftypes.NewValue(attribute.ValueType(), nil)
		if attribute.Required || all && attribute.Optional {
			values[attribute.Name] = s.value(attribute.Name, attribute.ValueType())
		}
	}
	return tftypes.NewValue(schema.ValueType(), values)
}

// value returns a whole value of the type for what is called name, with one
// element in each collection.
func (s sampler) value(name string, of tftypes.Type) tftypes.Value {
	switch of := of.(type) {
	case tftypes.Object:
		parts := map[string]tftypes.Value{}
		for part, partType := range of.AttributeTypes {
			if parts[part] = s.value(part, partType); slices.Contains(s.omitted, part) {
				parts[part] = tftypes.NewValue(partType, nil)
			}
		}
		return tftypes.NewValue(of, parts)
	case tftypes.Map:
		return tftypes.NewValue(of, map[string]tftypes.Value{"jira": s.value(name, of.ElementType)})
	case tftypes.List:
		return tftypes.NewValue(of, []tftypes.Value{s.value(name, of.ElementType)})
	case tftypes.Set:
		return tftypes.NewValue(of, []tftypes.Value{s.value(name, of.ElementType)})
	}
	switch {
	case of.Is(tftypes.Bool):
		return tftypes.NewValue(of, true)
	case of.Is(tftypes.Number):
		return tftypes.NewValue(of, 1)
	}
	text, ok := s.texts[name]
	if !ok {
		text = "word"
	}
	return tftypes.NewValue(of, text)
}

// spoiled calls try with each attribute of value that a configuration may set, and
// each element, at whatever depth, made null and made unknown, one at a time.
func spoiled(t *testing.T, schema *tfprotov6.Schema, value tftypes.Value, try func(what string, spoilt tftypes.Value)) {
	t.Helper()
	readOnly := map[tftypes.AttributePathStep]bool{}
	for _, attribute := range schema.Block.Attributes {
		readOnly[tftypes.AttributeName(attribute.Name)] = !attribute.Required && !attribute.Optional
	}
	var places []*tftypes.AttributePath
	if err := tftypes.Walk(value, func(place *tftypes.AttributePath, _ tftypes.Value) (bool, error) {
		if steps := place.Steps(); len(steps) > 0 && !readOnly[steps[0]] {
			places = append(places, place)
		}
		return true, nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, place := range places {
		for how, with := range map[string]any{"null": nil, "unknown": tftypes.UnknownValue} {
			spoilt, err := tftypes.Transform(value, func(at *tftypes.AttributePath, part tftypes.Value) (tftypes.Value, error) {
				if at.Equal(place) {
					return tftypes.NewValue(part.Type(), with), nil
				}
				return part, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			try(place.String()+" "+how, spoilt)
		}
	}
}

// mustCope fails the test where a call panics, or reports what only a bug of a
// provider can cause.
func mustCope(t *testing.T, what string, call func() ([]*tfprotov6.Diagnostic, error)) {
	t.Helper()
	defer func() {
		if reason := recover(); reason != nil {
			t.Errorf("%s: panic: %v", what, reason)
		}
	}()
	said, err := call()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	for _, diagnostic := range said {
		text := diagnostic.Summary + ": " + diagnostic.Detail
		for _, bug := range []string{"always an error in the provider", "bug", "Value Conversion Error"} {
			if strings.Contains(text, bug) {
				t.Errorf("%s: %s", what, text)
			}
		}
	}
}

// kindOfType is a kind of types and what a CLI calls of one.
type kindOfType struct {
	name    string
	schemas map[string]*tfprotov6.Schema
	calls   func(typeName string, config *tfprotov6.DynamicValue) map[string]func() ([]*tfprotov6.Diagnostic, error)
}

type rpc = func() ([]*tfprotov6.Diagnostic, error)

// kindsOfTypes are all that a provider has.
func kindsOfTypes(ctx context.Context, t *testing.T, process *acctest.Process) []kindOfType {
	t.Helper()
	server := process.Server
	actions, ok := server.(tfprotov6.ActionServer)
	if !ok {
		t.Fatal("no actions")
	}
	lists, ok := server.(tfprotov6.ListResourceServer)
	if !ok {
		t.Fatal("no lists")
	}
	actionSchemas := map[string]*tfprotov6.Schema{}
	for name, action := range process.Schemas.ActionSchemas {
		actionSchemas[name] = action.Schema
	}
	return []kindOfType{
		{"resource", process.Schemas.ResourceSchemas, func(name string, config *tfprotov6.DynamicValue) map[string]rpc {
			nothing, err := tfprotov6.NewDynamicValue(process.Schemas.ResourceSchemas[name].ValueType(), tftypes.NewValue(process.Schemas.ResourceSchemas[name].ValueType(), nil))
			if err != nil {
				t.Fatal(err)
			}
			return map[string]rpc{
				"validate": func() ([]*tfprotov6.Diagnostic, error) {
					resp, err := server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: config})
					return resp.Diagnostics, err
				},
				"plan": func() ([]*tfprotov6.Diagnostic, error) {
					resp, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{TypeName: name, PriorState: &nothing, ProposedNewState: config, Config: config})
					return resp.Diagnostics, err
				},
			}
		}},
		{"data source", process.Schemas.DataSourceSchemas, func(name string, config *tfprotov6.DynamicValue) map[string]rpc {
			return map[string]rpc{
				"validate": func() ([]*tfprotov6.Diagnostic, error) {
					resp, err := server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})
					return resp.Diagnostics, err
				},
				"read": func() ([]*tfprotov6.Diagnostic, error) {
					resp, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config})
					return resp.Diagnostics, err
				},
			}
		}},
		{"action", actionSchemas, func(name string, config *tfprotov6.DynamicValue) map[string]rpc {
			return map[string]rpc{
				"validate": func() ([]*tfprotov6.Diagnostic, error) {
					resp, err := actions.ValidateActionConfig(ctx, &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: config})
					return resp.Diagnostics, err
				},
				"plan": func() ([]*tfprotov6.Diagnostic, error) {
					resp, err := actions.PlanAction(ctx, &tfprotov6.PlanActionRequest{ActionType: name, Config: config})
					return resp.Diagnostics, err
				},
				"invoke": func() (said []*tfprotov6.Diagnostic, err error) {
					resp, err := actions.InvokeAction(ctx, &tfprotov6.InvokeActionRequest{ActionType: name, Config: config})
					if err != nil {
						return nil, err
					}
					for event := range resp.Events {
						if done, ok := event.Type.(tfprotov6.CompletedInvokeActionEventType); ok {
							said = append(said, done.Diagnostics...)
						}
					}
					return said, nil
				},
			}
		}},
		{"list resource", process.Schemas.ListResourceSchemas, func(name string, config *tfprotov6.DynamicValue) map[string]rpc {
			return map[string]rpc{
				"validate": func() ([]*tfprotov6.Diagnostic, error) {
					resp, err := lists.ValidateListResourceConfig(ctx, &tfprotov6.ValidateListResourceConfigRequest{TypeName: name, Config: config})
					return resp.Diagnostics, err
				},
				"list": func() (said []*tfprotov6.Diagnostic, err error) {
					resp, err := lists.ListResource(ctx, &tfprotov6.ListResourceRequest{TypeName: name, Config: config, IncludeResource: true, Limit: 10})
					if err != nil {
						return nil, err
					}
					for result := range resp.Results {
						said = append(said, result.Diagnostics...)
					}
					return said, nil
				},
			}
		}},
	}
}

// Whatever of a configuration is null or not known yet, a user gets an answer
// and never a bug report.
func TestTypes_copeWithNullAndUnknownInEveryPlace(t *testing.T) {
	t.Parallel()
	estate := newWholeEstate(t)
	samples := sampler{texts: sampleTexts(estate.jira.URL())}
	for _, kind := range kindsOfTypes(t.Context(), t, estate.StartProcess(t)) {
		if len(kind.schemas) == 0 {
			t.Errorf("no %s", kind.name)
		}
		for typeName, schema := range kind.schemas {
			tried := 0
			for _, all := range []bool{true, false} {
				spoiled(t, schema, samples.config(schema, all), func(what string, spoilt tftypes.Value) {
					config, err := tfprotov6.NewDynamicValue(spoilt.Type(), spoilt)
					if err != nil {
						t.Fatal(err)
					}
					for step, call := range kind.calls(typeName, &config) {
						mustCope(t, fmt.Sprintf("%s %s: %s: %s", kind.name, typeName, what, step), call)
						tried++
					}
				})
			}
			if tried == 0 && len(schema.Block.Attributes) > 0 {
				t.Errorf("nothing was tried of the %s %s", kind.name, typeName)
			}
		}
	}
}

func TestProvider_copesWithNullAndUnknownInEveryPlace(t *testing.T) {
	t.Parallel()
	estate := newWholeEstate(t)
	texts := sampleTexts(estate.jira.URL())
	texts["ca_certificate"] = string(estate.Simulator.AddInstance(simulator.InstanceConfig{Product: simulator.Jira, TLS: true}).CertificatePEM())
	configured := 0
	for _, omitted := range [][]string{{"username", "password", "client_certificate", "client_key"}, {"token", "client_certificate", "client_key"}} {
		schema := estate.StartProcess(t).Schemas.Provider
		block := sampler{texts: texts, omitted: omitted}.config(schema, true)
		spoiled(t, schema, block, func(what string, spoilt tftypes.Value) {
			process := estate.StartProcess(t)
			encoded, err := tfprotov6.NewDynamicValue(spoilt.Type(), spoilt)
			if err != nil {
				t.Fatal(err)
			}
			mustCope(t, what+": validate", func() ([]*tfprotov6.Diagnostic, error) {
				resp, err := process.Server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &encoded})
				return resp.Diagnostics, err
			})
			refused := false
			mustCope(t, what+": configure", func() ([]*tfprotov6.Diagnostic, error) {
				resp, err := process.Server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &encoded})
				refused = len(acctest.Diagnostics(resp.Diagnostics).Errors()) > 0
				return resp.Diagnostics, err
			})
			if refused {
				return
			}
			configured++
			mustCope(t, what+": read", func() ([]*tfprotov6.Diagnostic, error) {
				config := process.Encode(process.Schemas.DataSourceSchemas[inactiveKeysType], acctest.Object{"instance": "jira"})
				resp, err := process.Server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: inactiveKeysType, Config: config})
				return resp.Diagnostics, err
			})
		})
	}
	if configured == 0 {
		t.Error("no block was accepted")
	}
}
