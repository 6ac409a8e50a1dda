// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// What a release leaves behind with its users: its schema and a state that it
// wrote. Every later version has to live with both. A release adds its own,
// written with -write-schema.
const (
	releasedSchema = "testdata/schema-0.1.0.txt"
	releasedState  = "testdata/state-0.1.0.json"
)

var writeSchema = flag.String("write-schema", "", "write today's schema to this `file`, instead of comparing it")

// What is new is said too: the change log of the next version is written from it.
func TestSchema_keepsWhatWasReleased(t *testing.T) {
	t.Parallel()
	today := describe(acctest.NewEstate(t).StartProcess(t).Schemas)
	if *writeSchema != "" {
		if err := os.WriteFile(*writeSchema, []byte(strings.Join(today, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	content, err := os.ReadFile(releasedSchema)
	if err != nil {
		t.Fatal(err)
	}
	released := strings.Split(strings.TrimSpace(string(content)), "\n")
	for _, line := range released {
		if !slices.Contains(today, line) {
			t.Errorf("released, and not there today: %s", line)
		}
	}
	for _, line := range today {
		if slices.Contains(released, line) {
			continue
		}
		t.Logf("new: %s", line)
		name, _, _ := strings.Cut(line, ": ")
		parent := name[:strings.LastIndex(name, ".")+1]
		if strings.HasSuffix(line, " required") && slices.ContainsFunc(released, func(line string) bool { return parent != "" && strings.HasPrefix(line, parent) }) {
			t.Errorf("configurations of the release lack what is required today: %s", line)
		}
	}
}

// describe returns a line for every attribute of the schemas, and for every
// type that has none.
func describe(schemas *tfprotov6.GetProviderSchemaResponse) []string {
	lines := describeBlock("provider", schemas.Provider.Block)
	for _, kind := range []struct {
		name    string
		schemas map[string]*tfprotov6.Schema
	}{
		{"resource", schemas.ResourceSchemas},
		{"data source", schemas.DataSourceSchemas},
		{"ephemeral resource", schemas.EphemeralResourceSchemas},
		{"list resource", schemas.ListResourceSchemas},
	} {
		for name, schema := range kind.schemas {
			lines = append(lines, describeBlock(kind.name+" "+name, schema.Block)...)
		}
	}
	for name, action := range schemas.ActionSchemas {
		lines = append(lines, describeBlock("action "+name, action.Schema.Block)...)
	}
	for name, function := range schemas.Functions {
		var parameters []string
		for _, parameter := range function.Parameters {
			parameters = append(parameters, parameter.Type.String())
		}
		lines = append(lines, fmt.Sprintf("function %s: (%s) %s", name, strings.Join(parameters, ", "), function.Return.Type))
	}
	slices.Sort(lines)
	return lines
}

func describeBlock(name string, block *tfprotov6.SchemaBlock) []string {
	lines := []string{name + ": exists"}
	for _, attribute := range block.Attributes {
		lines = append(lines, describeAttribute(name+"."+attribute.Name, attribute)...)
	}
	for _, nested := range block.BlockTypes {
		lines = append(lines, describeBlock(name+"."+nested.TypeName, nested.Block)...)
	}
	return lines
}

func describeAttribute(name string, attribute *tfprotov6.SchemaAttribute) []string {
	set := map[string]bool{
		"required": attribute.Required, "optional": attribute.Optional, "computed": attribute.Computed,
		"sensitive": attribute.Sensitive, "write-only": attribute.WriteOnly,
	}
	maps.DeleteFunc(set, func(_ string, isSet bool) bool { return !isSet })
	how := strings.Join(slices.Sorted(maps.Keys(set)), " ")
	if attribute.NestedType == nil {
		return []string{fmt.Sprintf("%s: %s %s", name, attribute.Type, how)}
	}
	lines := []string{fmt.Sprintf("%s: %s of objects, %s", name, attribute.NestedType.Nesting, how)}
	for _, nested := range attribute.NestedType.Attributes {
		lines = append(lines, describeAttribute(name+"."+nested.Name, nested)...)
	}
	return lines
}

func TestState_ofAReleaseIsPlannedWithoutReplacingAnything(t *testing.T) {
	t.Parallel()
	const apiKey = "0a4f3c52-7be2-4d16-9a0e-5c1d8e2b7f60"
	estate := acctest.NewEstate(t)
	jira := estate.AddInstance(simulator.InstanceConfig{
		Name: "jira", Product: simulator.Jira, Token: "jira-token",
		InactiveKeys: []string{"javax.crypto.spec.SecretKeySpec_1795645776144"},
	})
	organization := estate.AddOrganization(simulator.OrganizationConfig{
		ID: exampleOrganization, APIKeys: []simulator.APIKey{{Label: "terraform"}, {ID: apiKey, Label: "reporting"}},
	})
	organization.AddTunnel(simulator.TunnelConfig{ID: exampleTunnel, Instance: jira})
	configurations := map[string]acctest.Object{
		"atlassian_dc_aes_rotation": {
			"instance": "jira", "rotation_interval": "90d", "early_rotation_window": "1d", "inactive_key_retention": "30d",
			"rotate_triggers": acctest.Object{"generation": "1"}, "timeouts": acctest.Object{"create": "30m"},
		},
		"atlassian_tunnel_token": {
			"hostname": "http://" + exampleTunnel + ".atlassian.com", "instance": "jira", "rotation_interval": "30d",
			"rotate_triggers": acctest.Object{"generation": "1"},
		},
		"atlassian_org_api_key": {"label": "reporting", "warn_before_expiry": "14d"},
	}
	resources := acctest.ReadStateFile(t, releasedState)
	if len(resources) != len(configurations) {
		t.Errorf("the state holds %d resources, and the test knows %d", len(resources), len(configurations))
	}
	for _, stored := range resources {
		t.Run(stored.Type, func(t *testing.T) {
			t.Parallel()
			config, ok := configurations[stored.Type]
			if !ok {
				t.Fatal("the test has no configuration for it")
			}
			plan := estate.Upgrade(t, stored).Plan(t, config)
			plan.Diagnostics.MustNotFail(t)
			if plan.Replaces() {
				t.Error("the plan replaces it")
			}
		})
	}
}
