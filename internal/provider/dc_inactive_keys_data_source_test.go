// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const inactiveKeys address = "data.atlassian_dc_inactive_keys.test"

// list returns a list of strings.
func list(names ...string) tftypes.Value {
	elements := make([]tftypes.Value, 0, len(names))
	for _, name := range names {
		elements = append(elements, tftypes.NewValue(tftypes.String, name))
	}
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, elements)
}

func TestDCInactiveKeys_listsTheKeysInTheOrderOfTheInstance(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]string{"several": {"b-key", "a-key"}, "none": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newInstance(t, simulator.InstanceConfig{Product: simulator.Jira, Token: "jira-token", InactiveKeys: keys})
			read, said := estate.Read(t, inactiveKeysType, acctest.Object{"instance": "jira"})
			said.MustBeQuiet(t)
			verify(t, sent(jira, listInactive))
			if got := read["inactive_keys"]; !got.Equal(list(keys...)) {
				t.Errorf("inactive_keys is %s", got)
			}
			if got := read["id"]; !got.Equal(tftypes.NewValue(tftypes.String, "jira")) {
				t.Errorf("id is %s", got)
			}
		})
	}
}

// The data source shares the request of the resource, and read after a rotation
// it knows what that has looked up.
func TestAccDCInactiveKeys_shareWhatTheResourceHasListed(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, "preflight = false") +
		"data \"atlassian_dc_inactive_keys\" \"test\" {\n  instance = atlassian_dc_aes_rotation.test.id\n  depends_on = [atlassian_dc_aes_rotation.test]\n}\n"
	run(t, estate,
		resource.TestStep{
			Config: config,
			Check:  resource.ComposeTestCheckFunc(sent(jira, tried(listInactive, rotateKey, listInactive)...), inactiveKeys.shows("inactive_keys.#", "2")),
		},
		resource.TestStep{
			PreConfig:        jira.ResetLog,
			Config:           config,
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
			Check:            sent(jira, listInactive),
		})
}

func TestDCInactiveKeys_reportsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		instance string
		fault    simulator.Fault
		says     []string
	}{
		"unknown instance": {instance: "wiki", says: []string{`Unknown instance "wiki"`, `the instances "jira"`}},
		"not allowed": {
			instance: "jira",
			fault:    simulator.Fault{Kind: simulator.Status, Status: http.StatusForbidden},
			says:     []string{`Inactive AES keys of "jira" not listed`, "answered 403", "Nothing was changed"},
		},
		"answer without a list": {
			instance: "jira",
			fault:    simulator.Fault{Kind: simulator.Status, Status: http.StatusOK, Body: `{}`},
			says:     []string{`Inactive AES keys of "jira" not listed`, `holds no list "inactiveKeys"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			jira.Inject(test.fault)
			_, said := estate.Read(t, inactiveKeysType, acctest.Object{"instance": test.instance})
			said.MustFail(t, test.says...)
		})
	}
}

func TestDCInactiveKeys_areNullWhereAnUnreachableInstanceIsWorthAWarning(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	estate.SetProviderBlock(acctest.Object{"unreachable_instances": "warn", "instances": acctest.Object{"jira": acctest.Object{"url": jira.URL()}}})
	jira.Stop()
	read, said := estate.Read(t, inactiveKeysType, acctest.Object{"instance": "jira"})
	said.MustWarn(t, `Instance "jira" not read`, "could not be reached", "inactive_keys is null")
	if !read["inactive_keys"].IsNull() {
		t.Errorf("inactive_keys is %s", read["inactive_keys"])
	}
}
