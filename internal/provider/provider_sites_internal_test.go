// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// connectedTo returns the data of a provider whose instances have the given URLs.
func connectedTo(t *testing.T, urls map[string]string) *providerData {
	t.Helper()
	configured := map[string]instanceModel{}
	for name, url := range urls {
		configured[name] = instanceModel{name: name, URL: types.StringValue(url), Token: types.StringValue("jira-token")}
	}
	built, ok := New("test")().(*atlassianProvider)
	if !ok {
		t.Fatal("another provider")
	}
	data, diags := built.connect(providerSettings{instances: configured})
	if diags.HasError() {
		t.Fatal(diags)
	}
	return data
}

func TestProviderData_twoNamesOfOneBaseURLShareOneList(t *testing.T) {
	t.Parallel()
	estate := simulator.New()
	t.Cleanup(estate.Close)
	jira := estate.AddInstance(simulator.InstanceConfig{Product: simulator.Jira, Token: "jira-token"})
	data := connectedTo(t, map[string]string{"one": jira.URL(), "two": strings.ToUpper(jira.URL()[:4]) + jira.URL()[4:] + "/"})
	for _, name := range []string{"one", "two"} {
		instance, diags := data.instance(types.StringValue(name))
		if diags.HasError() {
			t.Fatal(diags)
		}
		if instance.Name() != name {
			t.Errorf("%q is called %q", name, instance.Name())
		}
		if _, err := instance.SharedInactiveKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(jira.Requests()); got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
}

func TestProviderData_toleratesUnreachableInstancesOnlyWhereItIsTold(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value attr.Value
		want  bool
	}{
		{types.StringNull(), false}, {types.StringUnknown(), false}, {types.StringValue("error"), false}, {types.StringValue("warn"), true},
	} {
		text, _ := test.value.(types.String)
		if got := (&providerData{unreachableInstances: text}).toleratesUnreachable(); got != test.want {
			t.Errorf("%s: %t, want %t", test.value, got, test.want)
		}
	}
}
