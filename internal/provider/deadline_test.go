// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

// Every read takes a bound on its time and names the one that it has.
func TestDataSourcesAndLists_haveABound(t *testing.T) {
	t.Parallel()
	schemas := acctest.NewEstate(t).StartProcess(t).Schemas
	for _, kind := range []map[string]*tfprotov6.Schema{schemas.DataSourceSchemas, schemas.ListResourceSchemas} {
		if len(kind) == 0 {
			t.Fatal("none")
		}
		for name, schema := range kind {
			if name == aesRotationType {
				// Its list reads the provider block and sends nothing.
				continue
			}
			mustHaveTimeout(t, name, schema, "read")
		}
	}
}

// A server that never answers does not hold anybody longer than the bound.
func TestActions_endWithTheirBound(t *testing.T) {
	t.Parallel()
	type object = acctest.Object
	for typeName, config := range map[string]object{
		rotateAESKeyAction:       {"instance": "jira"},
		deleteInactiveKeysAction: {"instance": "jira"},
		rotateTunnelTokenAction:  {"hostname": "e1d4f2ae-3a9d-4d0a-9a4c-1f1b7a1c2d3e", "instance": "jira"},
		revokeKeyType:            {"key_id": "ci-id"},
		revokeTokensType:         {"account_id": "557058:ann", "all": true},
		addAuthPolicyUsersAction: {"policy_id": authPolicy, "emails": []string{"ada@example.com"}},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			estate := newWholeEstate(t)
			estate.stall()
			config["timeouts"] = object{"invoke": "50ms"}
			estate.RunAction(t, typeName, config).Diagnostics.MustFail(t, "timeouts")
			if typeName == revokeTokensType {
				estate.PlanAction(t, typeName, config).Diagnostics.MustFail(t, "timeouts")
			}
		})
	}
}

// A server that never answers ends with the bound, whatever the read.
func TestDataSourcesAndLists_endWithTheirBound(t *testing.T) {
	t.Parallel()
	soon := acctest.Object{"read": "50ms"}
	for typeName, config := range map[string]acctest.Object{
		"atlassian_dc_inactive_keys": {"instance": "jira"},
		"atlassian_dc_audit_events":  {"instance": "jira"},
		"atlassian_org_api_keys":     {},
		"atlassian_org_events":       {},
		"atlassian_user_api_tokens":  {},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			estate := newWholeEstate(t)
			estate.stall()
			config["timeouts"] = soon
			_, said := estate.Read(t, typeName, config)
			said.MustFail(t, "timeouts")
		})
	}
	t.Run("list", func(t *testing.T) {
		t.Parallel()
		estate := newWholeEstate(t)
		estate.stall()
		_, said := estate.List(t, "atlassian_org_api_key", 0, acctest.Object{"timeouts": soon})
		said.MustFail(t, "timeouts")
	})
	t.Run("list, no duration", func(t *testing.T) {
		t.Parallel()
		estate := newWholeEstate(t)
		_, said := estate.List(t, "atlassian_org_api_key", 0, acctest.Object{"timeouts": acctest.Object{"read": "soon"}})
		if said.MustFail(t, "soon"); estate.requests() > 0 {
			t.Errorf("%d requests", estate.requests())
		}
	})
}
