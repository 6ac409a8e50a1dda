// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

// An instance that left the provider block does not stop the plan that Terraform
// makes before it destroys; what has to hand over a token fails in time.
func TestTunnelToken_instanceThatLeftTheConfigurationFailsOnlyWhatHasToBeSent(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Create(t, handedOver(released("1")))
	site.SetProviderBlock(acctest.Object{"instances": acctest.Object{}})
	site.resetLogs()
	kept := token.Plan(t, handedOver(released("1")))
	kept.MustBeEmpty(t)
	kept.Diagnostics.MustWarn(t, `Unknown instance "jira"`, "fails before anything is changed")
	rotates := token.Plan(t, handedOver(released("2")))
	rotates.Diagnostics.MustNotFail(t)
	token.Apply(t.Context(), t, rotates).MustFail(t, `Unknown instance "jira"`)
	token.MustHold(t, map[string]string{"rotate_triggers": "{release=1}", "delivered": "true"})
	token.Plan(t, handedOver(acctest.Object{"instance": "nobody"})).Diagnostics.MustFail(t, `Unknown instance "nobody"`)
	verify(t, site.sent(), site.regenerated(1))
	token.DestroyAll(t, handedOver(released("1"))).MustNotFail(t)
	if token.Exists() {
		t.Error("it is still in state")
	}
}

// Who takes the instance out and another one in later gets a tunnel that is up, as
// who changes it in one step.
func TestTunnelToken_instanceAfterOneThatWasTakenOutGetsAToken(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	site.twoNames()
	token := site.token()
	token.Create(t, handedOver())
	applyTunnel(t, token, stored())
	site.resetLogs()
	moved := handedOver(acctest.Object{"instance": "moved"})
	plan := token.Plan(t, moved)
	plan.MustHold(t, map[string]string{"delivered": knownLater, "rotation_reason": "repair"})
	token.Apply(t.Context(), t, plan).MustBeQuiet(t)
	token.MustHold(t, map[string]string{"delivered": "true"})
	verify(t, site.sent(site.rotation()...), site.connected(), site.regenerated(2))
	token.Plan(t, moved).MustBeEmpty(t)
}
