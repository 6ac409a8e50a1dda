// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// Whatever keeps a creation from rotating, nothing is in state, and once it is
// over the next apply finishes the job with one rotation in all.
func TestDCAESRotation_refusedCreationIsMadeUpForOnce(t *testing.T) {
	t.Parallel()
	for _, troubles := range []map[string]trouble{credentialTroubles(), stateTroubles(), answerTroubles()} {
		for name, test := range troubles {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				estate, instance := newInstance(t, test.config)
				rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
				config := acctest.Object{"instance": "jira"}
				test.begin(t, estate, instance)
				rotation.Apply(t.Context(), t, rotation.Plan(t, config)).
					MustFail(t, `AES key of "jira" not rotated`, test.cause, "Nothing was changed on the instance.", test.remedy)
				verify(t, happened(instance, 0))
				if rotation.Exists() {
					t.Error("the failed creation is in state")
				}
				test.end(t, estate, instance)
				rotation.Create(t, config)
				verify(t, happened(instance, 1))
			})
		}
	}
}

// A refused update leaves the former inputs in state, so that the same plan
// comes again.
func TestDCAESRotation_refusedUpdateIsMadeUpForOnce(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, weekly(), release("1"))
	changed := aesConfig(weekly(), release("2"))
	for _, want := range []struct {
		prepare   func()
		rotations int
		reason    string
	}{
		{func() {}, 2, "triggers"},
		{func() { estate.Clock.Advance(8 * day) }, 3, "schedule"},
	} {
		want.prepare()
		last := rotation.String(t, "last_rotated_at")
		jira.SetRotating(true)
		rotation.Apply(t.Context(), t, plan(t, rotation, changed)).MustFail(t, `AES key of "jira" not rotated`, "answered 406", "Nothing was changed on the instance.")
		verify(t, happened(jira, want.rotations-1))
		rotation.MustHold(t, map[string]string{"last_rotated_at": last, "rotation_attempted_at": ""})
		jira.SetRotating(false)
		again := plan(t, rotation, changed)
		again.MustHold(t, map[string]string{"rotation_reason": want.reason})
		rotation.Apply(t.Context(), t, again).MustBeQuiet(t)
		verify(t, happened(jira, want.rotations))
	}
	mustSettle(t, rotation, changed)
}

// A refresh that fails leaves the state as it was.
func TestDCAESRotation_failedRefreshKeepsTheState(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t)
	jira.Stop()
	rotation.Plan(t, aesConfig()).Diagnostics.MustFail(t, `Inactive AES keys of "jira" not listed`, "could not be reached", `Nothing was changed on the instance "jira".`)
	jira.Start()
	jira.SetKeyAPI(false)
	rotation.Plan(t, aesConfig()).Diagnostics.MustFail(t, `Inactive AES keys of "jira" not listed`, "it has no AES key API")
	jira.SetKeyAPI(true)
	mustSettle(t, rotation, aesConfig())
	verify(t, rotated(jira, 1))
}

// The first line names what was wanted, also where the look before it is what failed.
func TestDCAESRotation_aFailureSaysWhatItWasFor(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	refused := simulator.Fault{Path: inactivePath, Status: http.StatusForbidden, Times: 1}
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	config := acctest.Object{"instance": "jira", "rotate_on_create": false, "delete_inactive_keys_on_destroy": true}
	creation := rotation.Plan(t, config)
	// Terraform plans once more before it creates.
	jira.Inject(refused)
	jira.Inject(refused)
	rotation.Apply(t.Context(), t, creation).MustFail(t, `Inactive AES keys of "jira" not listed: 403`)
	rotation.Create(t, config)
	jira.Inject(refused)
	rotation.Destroy(t).MustFail(t, `Inactive AES keys of "jira" not deleted: 403`)
	verify(t, rotated(jira, 0))
}
