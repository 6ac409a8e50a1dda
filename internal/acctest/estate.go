// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// Estate is a simulated Atlassian estate and the provider in front of it.
type Estate struct {
	Simulator *simulator.Simulator
	Clock     *Clock

	variables  map[string]string
	urls       map[string]string
	configured Object
	// terraformVersion is what the CLI says it is.
	terraformVersion string
	recording        *Recording
}

// Start returns the time that the clock of every new estate stands at.
func Start() time.Time {
	return time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)
}

// Lifetime is what an estate ends with: a test, a benchmark or a property.
type Lifetime interface {
	Helper()
	Cleanup(done func())
}

// NewEstate starts an estate without instances that ends with the test.
func NewEstate(t Lifetime, options ...simulator.Option) *Estate {
	t.Helper()
	clock := NewClock(Start())
	options = append([]simulator.Option{simulator.WithClock(clock.Now), simulator.WithSleep(clock.Sleep)}, options...)
	estate := &Estate{
		Simulator: simulator.New(options...),
		Clock:     clock,
		variables: map[string]string{},
		urls:      map[string]string{},
	}
	t.Cleanup(estate.Simulator.Close)
	return estate
}

// AddInstance starts an instance that the provider knows by its name, with
// the credentials of config in the provider's environment.
func (e *Estate) AddInstance(config simulator.InstanceConfig) *simulator.Instance {
	instance := e.Simulator.AddInstance(config)
	prefix := "ATLASSIAN_INSTANCE_" + strings.ToUpper(strings.ReplaceAll(instance.Name(), "-", "_")) + "_"
	if config.Token != "" && config.Product != simulator.Bitbucket {
		e.variables[prefix+"TOKEN"] = config.Token
	} else {
		e.variables[prefix+"USERNAME"] = "admin"
		e.variables[prefix+"PASSWORD"] = config.Password
	}
	e.urls[instance.Name()] = instance.URL()
	return instance
}

// SetProviderBlock configures the provider with block instead of with the
// instances of the estate, in what speaks to it over the protocol.
func (e *Estate) SetProviderBlock(block Object) {
	e.configured = block
}

// SetTerraformVersion has the provider run by a CLI of that version, in what
// speaks to it over the protocol.
func (e *Estate) SetTerraformVersion(version string) {
	e.terraformVersion = version
}

// Setenv sets a variable in the provider's environment.
func (e *Estate) Setenv(name, value string) {
	e.variables[name] = value
}

// Environment returns the provider's environment as lines NAME=value.
func (e *Estate) Environment() []string {
	lines := make([]string, 0, len(e.variables))
	for _, name := range slices.Sorted(maps.Keys(e.variables)) {
		lines = append(lines, name+"="+e.variables[name])
	}
	return lines
}

// ProviderFactories returns the provider with the clock and the environment of
// the estate.
func (e *Estate) ProviderFactories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"atlassian": func() (tfprotov6.ProviderServer, error) { return e.newServer(), nil },
	}
}

func (e *Estate) newServer() tfprotov6.ProviderServer {
	return provider.NewServer("test", provider.WithClock(e.Clock), provider.WithEnvironment(e.lookup), provider.WithVariableNames(e.variableNames))()
}

func (e *Estate) lookup(name string) (string, bool) {
	value, ok := e.variables[name]
	return value, ok
}

func (e *Estate) variableNames() []string {
	return slices.Collect(maps.Keys(e.variables))
}

// ProviderBlock returns the provider block for the instances of the estate,
// with the given lines added.
func (e *Estate) ProviderBlock(lines ...string) string {
	var block strings.Builder
	block.WriteString("provider \"atlassian\" {\n")
	for _, line := range lines {
		block.WriteString("  " + line + "\n")
	}
	block.WriteString("  instances = {\n")
	for _, name := range slices.Sorted(maps.Keys(e.urls)) {
		fmt.Fprintf(&block, "    %q = { url = %q }\n", name, e.urls[name])
	}
	block.WriteString("  }\n}\n")
	return block.String()
}
