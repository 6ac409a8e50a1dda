package provider_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const inactiveKeys address = "data.atlassian_dc_inactive_keys.test"

const inactiveKeysBlock = "data \"atlassian_dc_inactive_keys\" \"test\" {\n  instance = \"jira\"\n}\n"

func TestAccDCInactiveKeys_listsTheKeysInTheOrderOfTheInstance(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]string{"several": {"b-key", "a-key"}, "none": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := acctest.NewEstate(t)
			jira := estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token", InactiveKeys: keys})
			listed := make([]knownvalue.Check, 0, len(keys))
			for _, key := range keys {
				listed = append(listed, knownvalue.StringExact(key))
			}
			run(t, estate, resource.TestStep{
				Config: estate.ProviderBlock() + inactiveKeysBlock,
				Check:  sent(jira, listInactive),
				ConfigStateChecks: []statecheck.StateCheck{
					inactiveKeys.has("id", knownvalue.StringExact("jira")),
					inactiveKeys.has("inactive_keys", knownvalue.ListExact(listed)),
				},
			})
		})
	}
}

func TestAccDCInactiveKeys_shareTheRequestOfTheResource(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, "preflight = false") + inactiveKeysBlock
	run(t, estate,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        jira.ResetLog,
			Config:           config,
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
			Check:            sent(jira, listInactive),
		})
}

// Read after a rotation, the data source knows what the rotation has looked up.
func TestAccDCInactiveKeys_seeTheRotationBeforeThem(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate, resource.TestStep{
		Config: aesRotationConfig(estate, "preflight = false") +
			"data \"atlassian_dc_inactive_keys\" \"test\" {\n  instance = atlassian_dc_aes_rotation.test.id\n  depends_on = [atlassian_dc_aes_rotation.test]\n}\n",
		Check: resource.ComposeTestCheckFunc(
			sent(jira, listInactive, rotateKey, listInactive),
			inactiveKeys.shows("inactive_keys.#", "2")),
	})
}

func TestAccDCInactiveKeys_reportsWhatIsWrong(t *testing.T) {
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
			run(t, estate, resource.TestStep{
				Config:      estate.ProviderBlock() + "data \"atlassian_dc_inactive_keys\" \"test\" {\n  instance = \"" + test.instance + "\"\n}\n",
				ExpectError: says(test.says...),
			})
		})
	}
}
