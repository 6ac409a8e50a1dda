// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	addAuthPolicyUsersAction = "atlassian_add_auth_policy_users"
	authPolicy               = "5f2b1a9e-0c6d-4b1e-9b52-0d8f7a3c6e11"
)

func newAuthPolicy(t *testing.T, polls int) (*acctest.Estate, *simulator.Organization) {
	t.Helper()
	estate := acctest.NewEstate(t)
	return estate, estate.AddOrganization(simulator.OrganizationConfig{
		Users:        []simulator.User{{ID: "ada-id", Email: "ada@example.com"}, {ID: "bob-id", Email: "bob@example.com"}},
		AuthPolicies: []string{authPolicy},
		TaskPolls:    polls,
	})
}

func moveAda() acctest.Object {
	return acctest.Object{"policy_id": authPolicy, "emails": []string{"ada@example.com"}}
}

func TestAddAuthPolicyUsersAction_movesAndTells(t *testing.T) {
	t.Parallel()
	estate, organization := newAuthPolicy(t, 2)
	invocation := estate.InvokeAction(t, addAuthPolicyUsersAction, moveAda())
	invocation.Diagnostics.MustBeQuiet(t)
	if got, want := organization.PolicyMembers(authPolicy), []string{"ada@example.com"}; !slices.Equal(got, want) {
		t.Errorf("members %q, want %q", got, want)
	}
	mustSay(t, invocation.Progress, "moving 1 accounts to the policy "+authPolicy, "1 in progress, 0 moved, 0 failed", "0 in progress, 1 moved, 0 failed")
}

func TestAddAuthPolicyUsersAction_reportsEachAccountThatFailed(t *testing.T) {
	t.Parallel()
	estate, organization := newAuthPolicy(t, 0)
	organization.SetPolicyFailure("bob@example.com", simulator.PolicyFailure{Status: 2154, Title: "Not managed", Detail: "Claim the domain first."})
	invocation := estate.InvokeAction(t, addAuthPolicyUsersAction, acctest.Object{
		"policy_id": authPolicy, "emails": []string{"ada@example.com", "bob@example.com"},
	})
	invocation.Diagnostics.MustFail(t, "1 accounts were moved, and 1 were not", "- bob@example.com: Not managed: Claim the domain first.")
	if got := organization.PolicyMembers(authPolicy); len(got) != 1 {
		t.Errorf("members %q", got)
	}
}

func TestAddAuthPolicyUsersAction_givesUpOnATaskWithoutEnd(t *testing.T) {
	t.Parallel()
	estate, _ := newAuthPolicy(t, 1<<20)
	config := moveAda()
	config["timeouts"] = acctest.Object{"invoke": "2m"}
	estate.InvokeAction(t, addAuthPolicyUsersAction, config).Diagnostics.
		MustFail(t, "Outcome of the move", "has not finished within", "1 accounts in progress", "Invoke the action again")
}

func TestAddAuthPolicyUsersAction_refusesBadInput(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config acctest.Object
		words  string
	}{
		"nobody":           {acctest.Object{"policy_id": authPolicy, "emails": []string{}}, "at least 1"},
		"no address":       {acctest.Object{"policy_id": authPolicy, "emails": []string{"ada"}}, "must be an e-mail address"},
		"the same twice":   {acctest.Object{"policy_id": authPolicy, "emails": []string{"ada@example.com", "ada@example.com"}}, "duplicate"},
		"no policy":        {acctest.Object{"policy_id": "", "emails": []string{"ada@example.com"}}, "must be the ID of an authentication policy"},
		"unknown policy":   {acctest.Object{"policy_id": "unknown", "emails": []string{"ada@example.com"}}, "Check policy_id"},
		"unknown timeouts": {acctest.Object{"policy_id": authPolicy, "emails": []string{"ada@example.com"}, "timeouts": acctest.Object{"invoke": "soon"}}, "soon"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newAuthPolicy(t, 0)
			estate.InvokeAction(t, addAuthPolicyUsersAction, test.config).Diagnostics.MustFail(t, test.words)
			if got := organization.PolicyMembers(authPolicy); len(got) != 0 {
				t.Errorf("members %q", got)
			}
		})
	}
}

func TestAddAuthPolicyUsersAction_saysWhatWasAndWasNotDone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		words []string
	}{
		"no scope":        {simulator.Fault{Kind: simulator.Status, Status: http.StatusForbidden}, []string{"No account was moved.", "write:policies:admin"}},
		"the answer lost": {simulator.Fault{Method: http.MethodPost, Kind: simulator.ResetAfter}, []string{"may have been moved all the same"}},
		"the task hidden": {simulator.Fault{Method: http.MethodGet, Kind: simulator.Status, Status: http.StatusForbidden}, []string{"Outcome of the move", "goes on without this run"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, _ := newAuthPolicy(t, 0)
			estate.Simulator.Cloud().Inject(test.fault)
			estate.InvokeAction(t, addAuthPolicyUsersAction, moveAda()).Diagnostics.MustFail(t, test.words...)
		})
	}
}

func TestAddAuthPolicyUsersAction_needsAnOrganizationAndAKey(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	estate.InvokeAction(t, addAuthPolicyUsersAction, moveAda()).Diagnostics.MustFail(t, "Organization missing")
	config := moveAda()
	config["organization_id"] = "0c632b13-d717-4d1f-b895-208a5599d2f2"
	estate.InvokeAction(t, addAuthPolicyUsersAction, config).Diagnostics.MustFail(t, "API key missing")
}

func TestAccAddAuthPolicyUsersAction_isTriggered(t *testing.T) {
	t.Parallel()
	estate, organization := newAuthPolicy(t, 1)
	runAction(t, estate, resource.TestStep{
		Config: estate.ProviderBlock() + triggeredBy(addAuthPolicyUsersAction, "policy_id = \""+authPolicy+"\"\nemails = [\"ada@example.com\"]"),
		PostApplyFunc: func() {
			if got := organization.PolicyMembers(authPolicy); len(got) != 1 {
				t.Errorf("members %q", got)
			}
		},
	})
}
