// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// wholeEstate has an instance and an organization with something of every kind.
type wholeEstate struct {
	*acctest.Estate
	jira *simulator.Instance
}

func newWholeEstate(t *testing.T) wholeEstate {
	t.Helper()
	estate, _ := newTokenOwner(t)
	estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
	return wholeEstate{estate, estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token", InactiveKeys: []string{"old-key"}})}
}

// requests counts what the instance and the organization were sent.
func (e wholeEstate) requests() int {
	return len(e.jira.Requests()) + len(e.Simulator.Cloud().Requests())
}

// stall keeps every answer back as long as somebody waits for it.
func (e wholeEstate) stall() {
	e.jira.Inject(simulator.Fault{Kind: simulator.Delay})
	e.Simulator.Cloud().Inject(simulator.Fault{Kind: simulator.Delay})
}

// A CLI validates an action while variables are unknown, so each rule has to
// hold in the plan and in the run, where the values are known. None of this
// sends anything.
func TestActions_everyRuleHoldsWhenValidatedPlannedAndRun(t *testing.T) {
	t.Parallel()
	type object = acctest.Object
	const ada = "ada@example.com"
	for name, test := range map[string]struct {
		typeName string
		config   object
		says     string
	}{
		"tokens, no filter":           {revokeTokensType, object{"account_id": "557058:ann"}, "Nothing says which tokens"},
		"tokens, null filters":        {revokeTokensType, object{"account_id": "557058:ann", "token_ids": nil, "unused_for": nil, "older_than": nil, "all": nil}, "Nothing says which tokens"},
		"tokens, all switched off":    {revokeTokensType, object{"account_id": "557058:ann", "all": false}, "Nothing says which tokens"},
		"tokens, all and some":        {revokeTokensType, object{"account_id": "557058:ann", "all": true, "older_than": "90d"}, "All tokens and only some"},
		"tokens, no account":          {revokeTokensType, object{"account_id": "", "all": true}, "must be an Atlassian account ID"},
		"tokens, path for an account": {revokeTokensType, object{"account_id": "../x", "all": true}, "must be an Atlassian account ID"},
		"tokens, no IDs":              {revokeTokensType, object{"account_id": "557058:ann", "token_ids": []string{}}, "at least 1"},
		"tokens, null ID":             {revokeTokensType, object{"account_id": "557058:ann", "token_ids": []any{"used-id", nil}}, "null"},
		"tokens, empty ID":            {revokeTokensType, object{"account_id": "557058:ann", "token_ids": []string{""}}, "at least 1"},
		"tokens, no duration":         {revokeTokensType, object{"account_id": "557058:ann", "older_than": "90"}, "Not a duration"},
		"tokens, empty duration":      {revokeTokensType, object{"account_id": "557058:ann", "unused_for": ""}, "Not a duration"},
		"tokens, no time":             {revokeTokensType, object{"account_id": "557058:ann", "all": true, "timeouts": object{"invoke": "soon"}}, "soon"},
		"key, empty":                  {revokeKeyType, object{"key_id": ""}, "at least 1"},
		"key, no organization":        {revokeKeyType, object{"key_id": "ci-id", "organization_id": ""}, "at least 1"},
		"policy, empty":               {addAuthPolicyUsersAction, object{"policy_id": "", "emails": []string{ada}}, "must be the ID of an authentication policy"},
		"policy, path":                {addAuthPolicyUsersAction, object{"policy_id": "..", "emails": []string{ada}}, "must be the ID of an authentication policy"},
		"policy, nobody":              {addAuthPolicyUsersAction, object{"policy_id": authPolicy, "emails": []string{}}, "at least 1"},
		"policy, no address":          {addAuthPolicyUsersAction, object{"policy_id": authPolicy, "emails": []string{"not an address"}}, "must be an e-mail address"},
		"policy, address in brackets": {addAuthPolicyUsersAction, object{"policy_id": authPolicy, "emails": []string{"Ada<ada@example.com>"}}, "must be an e-mail address"},
		"policy, list in one":         {addAuthPolicyUsersAction, object{"policy_id": authPolicy, "emails": []string{"ada@example.com,bob@example.com"}}, "must be an e-mail address"},
		"policy, empty address":       {addAuthPolicyUsersAction, object{"policy_id": authPolicy, "emails": []string{""}}, "must be an e-mail address"},
		"policy, null address":        {addAuthPolicyUsersAction, object{"policy_id": authPolicy, "emails": []any{ada, nil}}, "null"},
		"policy, the same twice":      {addAuthPolicyUsersAction, object{"policy_id": authPolicy, "emails": []string{ada, ada}}, "duplicate"},
		"tunnel, no host":             {rotateTunnelTokenAction, object{"hostname": "", "instance": "jira"}, "names no tunnel"},
		"tunnel, no organization":     {rotateTunnelTokenAction, object{"hostname": "e1d4f2ae-3a9d-4d0a-9a4c-1f1b7a1c2d3e", "instance": "jira", "organization_id": ""}, "at least 1"},
		"rotation, no time":           {rotateAESKeyAction, object{"instance": "jira", "timeouts": object{"invoke": "1 minute"}}, "1 minute"},
		"deletion, no time":           {deleteInactiveKeysAction, object{"instance": "jira", "timeouts": object{"invoke": ""}}, ""},
		"rotation, no instance":       {rotateAESKeyAction, object{"instance": nil}, "instance"},
		"tokens, null account":        {revokeTokensType, object{"account_id": nil, "all": true}, "account_id"},
		"policy, null addresses":      {addAuthPolicyUsersAction, object{"policy_id": authPolicy, "emails": nil}, "emails"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := newWholeEstate(t)
			estate.ValidateAction(t, test.typeName, test.config).MustFail(t, test.says)
			estate.PlanAction(t, test.typeName, test.config).Diagnostics.MustFail(t, test.says)
			said := estate.RunAction(t, test.typeName, test.config)
			said.Diagnostics.MustFail(t, test.says)
			if len(said.Progress) > 0 || estate.requests() > 0 {
				t.Errorf("said %q, %d requests", said.Progress, estate.requests())
			}
		})
	}
}

// What is not known yet is no error in a plan, and one in a run, whatever it is.
func TestActions_unknownIsNoErrorBeforeTheyRun(t *testing.T) {
	t.Parallel()
	type object = acctest.Object
	for name, test := range map[string]struct {
		typeName string
		config   object
		unknown  string
	}{
		"account":          {revokeTokensType, object{"account_id": acctest.Unknown{}, "all": true}, "account_id"},
		"the only filter":  {revokeTokensType, object{"account_id": "557058:ann", "token_ids": acctest.Unknown{}}, "token_ids"},
		"whether all":      {revokeTokensType, object{"account_id": "557058:ann", "all": acctest.Unknown{}}, "all"},
		"age":              {revokeTokensType, object{"account_id": "557058:ann", "older_than": acctest.Unknown{}}, "older_than"},
		"key":              {revokeKeyType, object{"key_id": acctest.Unknown{}}, "key_id"},
		"organization":     {revokeKeyType, object{"key_id": "ci-id", "organization_id": acctest.Unknown{}}, "organization_id"},
		"policy":           {addAuthPolicyUsersAction, object{"policy_id": acctest.Unknown{}, "emails": []string{"ada@example.com"}}, "policy_id"},
		"addresses":        {addAuthPolicyUsersAction, object{"policy_id": authPolicy, "emails": acctest.Unknown{}}, "emails"},
		"an address":       {addAuthPolicyUsersAction, object{"policy_id": authPolicy, "emails": []any{"ada@example.com", acctest.Unknown{}}}, "emails"},
		"host":             {rotateTunnelTokenAction, object{"hostname": acctest.Unknown{}, "instance": "jira"}, "hostname"},
		"instance":         {rotateAESKeyAction, object{"instance": acctest.Unknown{}}, "instance"},
		"whether to check": {rotateAESKeyAction, object{"instance": "jira", "preflight": acctest.Unknown{}}, "preflight"},
		"time":             {deleteInactiveKeysAction, object{"instance": "jira", "timeouts": object{"invoke": acctest.Unknown{}}}, "timeouts"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := newWholeEstate(t)
			estate.ValidateAction(t, test.typeName, test.config).MustBeQuiet(t)
			estate.PlanAction(t, test.typeName, test.config).Diagnostics.MustBeQuiet(t)
			estate.RunAction(t, test.typeName, test.config).Diagnostics.MustFailAt(t, test.unknown, test.unknown+" not known", "Nothing was sent")
			if estate.requests() > 0 {
				t.Errorf("%d requests", estate.requests())
			}
		})
	}
}

// Every action takes a bound on its time and names the one that it has.
func TestActions_haveABound(t *testing.T) {
	t.Parallel()
	schemas := acctest.NewEstate(t).StartProcess(t).Schemas.ActionSchemas
	if len(schemas) == 0 {
		t.Fatal("no actions")
	}
	for name, action := range schemas {
		mustHaveTimeout(t, name, action.Schema, "invoke")
	}
}

// mustHaveTimeout fails the test unless the type has a timeout for the operation
// whose description names the default.
func mustHaveTimeout(t *testing.T, typeName string, schema *tfprotov6.Schema, operation string) {
	t.Helper()
	for _, attribute := range schema.Block.Attributes {
		if attribute.Name != "timeouts" {
			continue
		}
		for _, bound := range attribute.NestedType.Attributes {
			if bound.Name == operation && strings.Contains(bound.Description, "Default: `\"") {
				return
			}
		}
	}
	t.Errorf("%s has no timeouts.%s that says its default", typeName, operation)
}

// An organization ID is a UUID, and case means nothing in it.
func TestActions_organizationInUpperCaseIsTheSame(t *testing.T) {
	t.Parallel()
	estate, organization := newInventory(t)
	estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
	said := estate.InvokeAction(t, revokeKeyType, acctest.Object{"key_id": "ci-id", "organization_id": strings.ToUpper(organization.ID())})
	said.Diagnostics.MustBeQuiet(t)
	verify(t, revokedKeys(organization, "ci-id", "old-id"))
}

func TestRevokeOrgAPIKey_planWarnsWhereTheOwnKeyIsNotNamed(t *testing.T) {
	t.Parallel()
	estate, _ := newInventory(t)
	estate.PlanAction(t, revokeKeyType, acctest.Object{"key_id": "ci-id"}).Diagnostics.MustWarn(t, "api_key_id", "ATLASSIAN_API_KEY_ID", `"ci-id"`)
	estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
	estate.PlanAction(t, revokeKeyType, acctest.Object{"key_id": "ci-id"}).Diagnostics.MustBeQuiet(t)
}
