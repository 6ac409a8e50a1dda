// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const revokeKeyType = "atlassian_revoke_org_api_key"

func TestRevokeOrgAPIKey_revokesAndSaysSo(t *testing.T) {
	t.Parallel()
	estate, organization := newInventory(t)
	estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
	for _, test := range []struct{ id, want string }{
		{"ci-id", `Revoked the API key "ci" (ci-id).`},
		{"ci-id", `The API key "ci" (ci-id) is revoked already.`},
		{"late-id", `Revoked the API key "late" (late-id).`},
	} {
		said := estate.InvokeAction(t, revokeKeyType, acctest.Object{"key_id": test.id})
		if said.Diagnostics.MustBeQuiet(t); strings.Join(said.Progress, "\n") != test.want {
			t.Errorf("said %q, want %q", said.Progress, test.want)
		}
	}
	verify(t, revokedKeys(organization, "ci-id", "old-id", "late-id"))
}

func TestRevokeOrgAPIKey_refusesWhatItMustNotOrCannotRevoke(t *testing.T) {
	t.Parallel()
	estate, organization := newInventory(t)
	estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
	for name, test := range map[string]struct {
		config acctest.Object
		want   []string
	}{
		"own key":              {acctest.Object{"key_id": ownKeyID}, []string{"does not revoke its own API key", "set it as api_key"}},
		"own key, other case":  {acctest.Object{"key_id": "OWN-ID"}, []string{"does not revoke its own API key"}},
		"mistyped ID":          {acctest.Object{"key_id": "ci-ie"}, []string{`No API key with the ID "ci-ie"`, `"ci" (ci-id)`}},
		"label as ID":          {acctest.Object{"key_id": "ci"}, []string{"set label instead of key_id"}},
		"another organization": {acctest.Object{"key_id": "ci-id", "organization_id": "nowhere"}, []string{`organization "nowhere" not listed`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := estate.InvokeAction(t, revokeKeyType, test.config)
			if said.Diagnostics.MustFail(t, test.want...); len(said.Progress) > 0 {
				t.Errorf("said %q", said.Progress)
			}
		})
	}
	t.Cleanup(func() { verify(t, revokedKeys(organization, "old-id")) })
}

func TestRevokeOrgAPIKey_failureIsAnError(t *testing.T) {
	t.Parallel()
	estate, organization := newInventory(t)
	estate.Simulator.Cloud().Inject(simulator.Fault{Method: "PATCH", Status: 403})
	said := estate.InvokeAction(t, revokeKeyType, acctest.Object{"key_id": "ci-id"})
	said.Diagnostics.MustFail(t, `API key "ci-id" not revoked`, "delete:keys:admin", "The key still works.")
	verify(t, revokedKeys(organization, "old-id"))
}

func TestRevokeOrgAPIKey_missingAPIKeyFailsThePlan(t *testing.T) {
	t.Parallel()
	estate, _ := newInventory(t)
	estate.Setenv("ATLASSIAN_API_KEY", "")
	estate.InvokeAction(t, revokeKeyType, acctest.Object{"key_id": "ci-id"}).Diagnostics.MustFail(t, "API key missing")
	estate.InvokeAction(t, revokeTokensType, acctest.Object{"account_id": "x", "older_than": "0s"}).Diagnostics.MustFail(t, "API key missing")
}

func TestAccRevokeOrgAPIKey_runsAfterAnEvent(t *testing.T) {
	t.Parallel()
	estate, organization := newInventory(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: estate.ProviderFactories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		Steps: []resource.TestStep{{
			Config: `
action "atlassian_revoke_org_api_key" "leaked" {
  config {
    key_id = "ci-id"
  }
}
resource "terraform_data" "incident" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.atlassian_revoke_org_api_key.leaked]
    }
  }
}`,
			PostApplyFunc: func() { verify(t, revokedKeys(organization, "ci-id", "old-id")) },
		}},
	})
}
