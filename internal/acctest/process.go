// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

// Object is a configuration as a CLI would read it: what encoding/json makes of
// the values. Attributes that it leaves out are null.
type Object map[string]any

// Process is a configured provider that is spoken to over the plugin protocol,
// as a CLI starts one for each plan and each apply. It serves where no CLI of
// every supported version can: time that passes between plan and apply,
// warnings, interruptions, actions and lists.
type Process struct {
	// Server is the provider.
	Server tfprotov6.ProviderServer
	// Schemas are those of everything that the provider offers.
	Schemas *tfprotov6.GetProviderSchemaResponse

	t                T
	recording        *Recording
	terraformVersion string
}

// StartProcess starts a provider that is configured for the instances of the
// estate, or as [Estate.SetProviderBlock] said. It fails the test where the configuration is refused.
func (e *Estate) StartProcess(t T) *Process {
	t.Helper()
	process := e.newProcess(t)
	process.configure(e.block()).MustNotFail(t)
	return process
}

// block is the provider block of the estate.
func (e *Estate) block() Object {
	if e.configured != nil {
		return e.configured
	}
	instances := map[string]any{}
	for name, url := range e.urls {
		instances[name] = Object{"url": url}
	}
	return Object{"instances": instances}
}

// CheckProvider validates a provider block and, where nothing is wrong with it,
// configures the provider with it.
func (e *Estate) CheckProvider(t T, block Object) Diagnostics {
	t.Helper()
	process := e.newProcess(t)
	response := call(t.Context(), process, process.Server.ValidateProviderConfig, &tfprotov6.ValidateProviderConfigRequest{
		Config: process.Encode(process.Schemas.Provider, block),
	})
	if diagnostics := Diagnostics(response.Diagnostics); len(diagnostics.Errors()) > 0 {
		return diagnostics
	}
	return append(response.Diagnostics, process.configure(block)...)
}

func (e *Estate) newProcess(t T) *Process {
	t.Helper()
	return &Process{Server: e.newServer(), Schemas: knownSchemas(t), t: t, recording: e.recording, terraformVersion: e.terraformVersion}
}

func knownSchemas(t T) *tfprotov6.GetProviderSchemaResponse {
	t.Helper()
	known, err := schemas()
	if err != nil {
		t.Fatal(err)
	}
	return known
}

// schemas asks a provider when the first test needs them: they are the same in
// every process, and large.
var schemas = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
	return provider.NewServer("test")().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
})

func (p *Process) configure(block Object) Diagnostics {
	p.t.Helper()
	response := call(p.t.Context(), p, p.Server.ConfigureProvider, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: p.terraformVersion, Config: p.Encode(p.Schemas.Provider, block),
	})
	return response.Diagnostics
}

// Encode returns config as the protocol carries it.
func (p *Process) Encode(schema *tfprotov6.Schema, config Object) *tfprotov6.DynamicValue {
	p.t.Helper()
	return p.dynamic(p.decode(schema, config))
}

// decode returns config as a value of the schema's type.
func (p *Process) decode(schema *tfprotov6.Schema, config Object) tftypes.Value {
	p.t.Helper()
	text, err := json.Marshal(config)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.withUnknowns(p.value(schema, &tfprotov6.DynamicValue{JSON: text}), config)
}

func (p *Process) value(schema *tfprotov6.Schema, encoded *tfprotov6.DynamicValue) tftypes.Value {
	p.t.Helper()
	return decoded(p.t, schema, encoded)
}

func decoded(t T, schema *tfprotov6.Schema, encoded *tfprotov6.DynamicValue) tftypes.Value {
	t.Helper()
	value, err := encoded.Unmarshal(schema.ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func (p *Process) dynamic(value tftypes.Value) *tfprotov6.DynamicValue {
	p.t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		p.t.Fatal(err)
	}
	return &encoded
}
