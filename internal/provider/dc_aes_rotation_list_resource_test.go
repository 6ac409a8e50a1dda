// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// newFleetToList starts an estate with three instances.
func newFleetToList(t *testing.T) (*acctest.Estate, []*simulator.Instance) {
	t.Helper()
	estate := acctest.NewEstate(t)
	var fleet []*simulator.Instance
	for _, name := range []string{"wiki", "jira", "crowd"} {
		fleet = append(fleet, estate.AddInstance(simulator.InstanceConfig{Name: name, Product: simulator.Jira, Token: "canary-token-of-" + name}))
	}
	return estate, fleet
}

func TestDCAESRotationList_findsTheInstancesOfTheProviderBlockAndSendsNothing(t *testing.T) {
	t.Parallel()
	estate, fleet := newFleetToList(t)
	for name, test := range map[string]struct {
		limit int64
		want  []string
	}{
		"all":                 {0, []string{"crowd", "jira", "wiki"}},
		"no more than wanted": {2, []string{"crowd", "jira"}},
		"more than there are": {100, []string{"crowd", "jira", "wiki"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results, diagnostics := estate.List(t, "atlassian_dc_aes_rotation", test.limit, acctest.Object{})
			diagnostics.MustBeQuiet(t)
			var got []string
			for _, result := range results {
				var instance string
				if err := result.Identity["instance"].As(&instance); err != nil {
					t.Fatal(err)
				}
				got = append(got, instance)
				if !strings.HasPrefix(result.DisplayName, instance+" (http://127.0.0.1:") {
					t.Errorf("%q is shown as %q", instance, result.DisplayName)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	for _, instance := range fleet {
		if requests := len(instance.Requests()); requests != 0 {
			t.Errorf("%d requests", requests)
		}
	}
}

// What a generated configuration says is what an import finds.
func TestDCAESRotationList_resultsAreWhatAnImportLeaves(t *testing.T) {
	t.Parallel()
	estate, _ := newFleetToList(t)
	results, _ := estate.List(t, "atlassian_dc_aes_rotation", 1, acctest.Object{})
	attributes := results[0].Resource
	for name, want := range map[string]tftypes.Value{
		"instance":         tftypes.NewValue(tftypes.String, "crowd"),
		"rotate_on_create": tftypes.NewValue(tftypes.Bool, true),
		"rotation_paused":  tftypes.NewValue(tftypes.Bool, false),
		"preflight":        tftypes.NewValue(tftypes.Bool, true),
		"rotate_triggers":  tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, nil),
	} {
		if !attributes[name].Equal(want) {
			t.Errorf("%s is %s, want %s", name, attributes[name], want)
		}
	}
}
