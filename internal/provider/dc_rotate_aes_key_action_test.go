// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	rotateAESKeyAction       = "atlassian_dc_rotate_aes_key"
	deleteInactiveKeysAction = "atlassian_dc_delete_inactive_keys"
)

// runAction runs steps that need actions, which Terraform has from 1.14 on; with
// an older CLI the test is skipped, and says so.
func runAction(t *testing.T, estate *acctest.Estate, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: estate.ProviderFactories(),
		Steps:                    steps,
	})
}

// triggeredBy returns a resource whose creation triggers an action of a type
// with the given lines in its configuration.
func triggeredBy(actionType, lines string) string {
	return "action \"" + actionType + "\" \"test\" {\n  config {\n" + lines + "\n  }\n}\n\n" +
		"resource \"terraform_data\" \"trigger\" {\n  lifecycle {\n    action_trigger {\n      events  = [after_create]\n      actions = [action." + actionType + ".test]\n    }\n  }\n}\n"
}

func mustSay(t *testing.T, progress []string, words ...string) {
	t.Helper()
	all := strings.Join(progress, "\n")
	for _, word := range words {
		if !strings.Contains(all, word) {
			t.Errorf("the progress does not say %q:\n%s", word, all)
		}
	}
}

func TestDCRotateAESKeyAction_checksLooksRotatesAndLooks(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	active := jira.ActiveKey()
	invocation := estate.InvokeAction(t, rotateAESKeyAction, acctest.Object{"instance": "jira"})
	invocation.Diagnostics.MustBeQuiet(t)
	verify(t, rotated(jira, 1), sent(jira,
		"GET /status", "GET /rest/applinks/1.0/manifest", listInactive,
		"GET /rest/api/2/cluster/zdu/state", "GET /rest/api/2/cluster/nodes", rotateKey, listInactive))
	if got, want := jira.InactiveKeys(), []string{"old-key", active}; !slices.Equal(got, want) {
		t.Errorf("inactive keys %q, want %q", got, want)
	}
	mustSay(t, invocation.Progress, "checking that the instance is ready", "rotating the AES key",
		`the AES key was rotated at 2026-01-05T08:00:00Z (status "SUCCESS", message "AES key rotated successfully")`)
}

func TestDCRotateAESKeyAction_deletesTheInactiveKeysWhereToldTo(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	active := jira.ActiveKey()
	invocation := estate.InvokeAction(t, rotateAESKeyAction, acctest.Object{"instance": "jira", "delete_inactive_keys": true, "preflight": false})
	invocation.Diagnostics.MustBeQuiet(t)
	verify(t, sent(jira, listInactive, rotateKey, listInactive, deleteInactive))
	mustSay(t, invocation.Progress, "deleted the inactive AES keys old-key, "+active)
}

func TestDCRotateAESKeyAction_isSeenByTheResourceAsExternal(t *testing.T) {
	t.Parallel()
	estate, _ := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	rotation.Create(t, acctest.Object{"instance": "jira"})
	estate.Clock.Advance(time.Hour)
	estate.InvokeAction(t, rotateAESKeyAction, acctest.Object{"instance": "jira"}).Diagnostics.MustBeQuiet(t)
	rotation.Refresh(t).MustWarn(t, `AES key of "jira" rotated outside of Terraform`)
	if got := rotation.String(t, "rotation_origin"); got != "external" {
		t.Errorf("the origin is %q", got)
	}
}

func TestDCRotateAESKeyAction_changesNothingWhereItMustNot(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		disturb func(jira *simulator.Instance)
		config  acctest.Object
		words   []string
	}{
		"unknown instance": {config: acctest.Object{"instance": "wiki"}, words: []string{`Unknown instance "wiki"`}},
		"no instance":      {config: acctest.Object{}, words: []string{"instance"}},
		"not running": {
			disturb: func(jira *simulator.Instance) { jira.SetState("MAINTENANCE") },
			config:  acctest.Object{"instance": "jira"}, words: []string{"not rotated", "MAINTENANCE", "Nothing was changed on the instance."},
		},
		"refused": {
			disturb: func(jira *simulator.Instance) { jira.SetRotating(true) },
			config:  acctest.Object{"instance": "jira"}, words: []string{"not rotated", "406", "Nothing was changed on the instance."},
		},
		"a time-out that is none": {
			config: acctest.Object{"instance": "jira", "timeouts": acctest.Object{"invoke": "soon"}}, words: []string{"soon"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			if test.disturb != nil {
				test.disturb(jira)
			}
			estate.InvokeAction(t, rotateAESKeyAction, test.config).Diagnostics.MustFail(t, test.words...)
			if got := jira.Rotations(); got != 0 {
				t.Errorf("%d rotations happened", got)
			}
		})
	}
}

func TestDCRotateAESKeyAction_saysWhatToDoAboutAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	jira.Inject(simulator.Fault{Method: http.MethodPost, Path: rotatePath, Kind: simulator.ResetBefore})
	estate.InvokeAction(t, rotateAESKeyAction, acctest.Object{"instance": "jira"}).Diagnostics.
		MustFail(t, "Outcome of the AES key rotation", "Before you invoke this again", "if another one has joined old-key, the rotation has happened")
	verify(t, equalRotations(jira, 0))
}

func TestDCRotateAESKeyAction_finishesARotationWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	jira.Inject(simulator.Fault{Method: http.MethodPost, Path: rotatePath, Kind: simulator.ResetAfter})
	invocation := estate.InvokeAction(t, rotateAESKeyAction, acctest.Object{"instance": "jira"})
	invocation.Diagnostics.MustWarn(t, "One rotation has happened since: that counts as this one.")
	verify(t, rotated(jira, 1))
}

// equalRotations checks how often the key changed, whatever was sent.
func equalRotations(instance *simulator.Instance, times int) resource.TestCheckFunc {
	return func(*terraform.State) error { return equal("rotations", instance.Rotations(), times) }
}

func TestDCDeleteInactiveKeysAction_deletesThemAll(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	first := estate.InvokeAction(t, deleteInactiveKeysAction, acctest.Object{"instance": "jira"})
	first.Diagnostics.MustBeQuiet(t)
	mustSay(t, first.Progress, "deleted the inactive AES keys old-key")
	second := estate.InvokeAction(t, deleteInactiveKeysAction, acctest.Object{"instance": "jira"})
	second.Diagnostics.MustBeQuiet(t)
	mustSay(t, second.Progress, "there are no inactive AES keys to delete")
	verify(t, sent(jira, listInactive, deleteInactive, listInactive))
}

func TestDCDeleteInactiveKeysAction_failsWithoutHarm(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	jira.Inject(simulator.Fault{Path: inactivePath, Status: http.StatusForbidden, Times: 1})
	estate.InvokeAction(t, deleteInactiveKeysAction, acctest.Object{"instance": "jira"}).Diagnostics.MustFail(t, `Inactive AES keys of "jira" not deleted: 403`)
	estate.InvokeAction(t, deleteInactiveKeysAction, acctest.Object{"instance": "wiki"}).Diagnostics.MustFail(t, `Unknown instance "wiki"`)
	jira.Inject(simulator.Fault{Method: http.MethodDelete, Kind: simulator.Status, Status: http.StatusUnauthorized})
	invocation := estate.InvokeAction(t, deleteInactiveKeysAction, acctest.Object{"instance": "jira"})
	invocation.Diagnostics.MustFail(t, `Inactive AES keys of "jira" not deleted`, "Nothing was changed on the instance.")
	if keys := jira.InactiveKeys(); len(keys) != 1 {
		t.Errorf("the inactive keys are %q", keys)
	}
}

func TestAccDCRotateAESKeyAction_isTriggered(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	runAction(t, estate, resource.TestStep{
		Config:        estate.ProviderBlock() + triggeredBy(rotateAESKeyAction, `instance = "jira"`),
		PostApplyFunc: func() { verify(t, rotated(jira, 1)) },
	})
}

func TestAccDCDeleteInactiveKeysAction_isTriggered(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	runAction(t, estate, resource.TestStep{
		Config:        estate.ProviderBlock() + triggeredBy(deleteInactiveKeysAction, `instance = "jira"`),
		PostApplyFunc: func() { verify(t, sent(jira, listInactive, deleteInactive)) },
	})
}
