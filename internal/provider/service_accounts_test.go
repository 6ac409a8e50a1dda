// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	serviceAccountsType     = "atlassian_service_accounts"
	oauthClientsType        = "atlassian_oauth_clients"
	revokeServiceTokensType = "atlassian_revoke_service_account_tokens"
	deleteOAuthClientType   = "atlassian_delete_oauth_client"
)

// newServiceAccounts starts an estate with two service accounts, the first of
// which has two tokens, and two OAuth clients.
func newServiceAccounts(t *testing.T, scopes ...string) (*acctest.Estate, *simulator.Organization) {
	t.Helper()
	estate := acctest.NewEstate(t)
	return estate, estate.AddOrganization(simulator.OrganizationConfig{
		APIKeys: []simulator.APIKey{{Label: "terraform", Scopes: scopes}},
		ServiceAccounts: []simulator.ServiceAccount{
			{ID: "ci", DisplayName: "ci-bot", Email: "ci@example.com", Tokens: []simulator.UserAPIToken{{ID: "a", Label: "one"}, {ID: "b", Label: "two"}}},
			{ID: "report", DisplayName: "report-bot"},
		},
		OAuthClients: []simulator.OAuthClient{{ID: "one", Name: "ci"}, {ID: "two", Name: "report"}},
	})
}

func TestServiceAccounts_areListed(t *testing.T) {
	t.Parallel()
	estate, organization := newServiceAccounts(t, "read:service-accounts:admin")
	for n := range 50 {
		organization.AddServiceAccount(simulator.ServiceAccount{DisplayName: fmt.Sprintf("other-%d", n)})
	}
	read, said := estate.Read(t, serviceAccountsType, acctest.Object{})
	said.MustBeQuiet(t)
	if all := entriesOf(t, read["service_accounts"]); len(all) != 52 {
		t.Errorf("%d are listed", len(all))
	}
	read, said = estate.Read(t, serviceAccountsType, acctest.Object{"name_regex": "^ci"})
	said.MustBeQuiet(t)
	entries := entriesOf(t, read["service_accounts"])
	if len(entries) != 1 || textOf(t, entries[0], "id") != "ci" || textOf(t, entries[0], "email") != "ci@example.com" ||
		textOf(t, entries[0], "status") != "active" || textOf(t, entries[0], "updated_at") != "2026-01-05T08:00:00Z" {
		t.Errorf("listed are %v", entries)
	}
}

func TestOAuthClients_areListed(t *testing.T) {
	t.Parallel()
	estate, _ := newServiceAccounts(t, "read:service-accounts-tokens:admin")
	read, said := estate.Read(t, oauthClientsType, acctest.Object{"name_regex": "ci|port"})
	said.MustBeQuiet(t)
	entries := entriesOf(t, read["oauth_clients"])
	if len(entries) != 2 || textOf(t, entries[1], "id") != "two" || textOf(t, entries[1], "created_at") != "2026-01-05T08:00:00Z" {
		t.Errorf("listed are %v", entries)
	}
}

func TestServiceAccounts_lackOfAScopeIsNamed(t *testing.T) {
	t.Parallel()
	estate, _ := newServiceAccounts(t, "read:keys:admin")
	_, said := estate.Read(t, serviceAccountsType, acctest.Object{})
	said.MustFail(t, "not listed", "read:service-accounts:admin")
	_, said = estate.Read(t, oauthClientsType, acctest.Object{})
	said.MustFail(t, "not listed", "read:service-accounts-tokens:admin")
}

func TestServiceAccounts_oddShapesCostNothingElse(t *testing.T) {
	t.Parallel()
	estate, organization := newServiceAccounts(t)
	estate.Simulator.Cloud().Inject(simulator.Fault{
		Path:   "/orgs/" + organization.ID() + "/service-accounts",
		Status: 200, Body: `{"items":[{"atlassianId":7,"displayName":{"text":"odd"},"updatedAt":"soon","status":null},"odd"]}`,
	})
	read, said := estate.Read(t, serviceAccountsType, acctest.Object{})
	said.MustBeQuiet(t)
	if entries := entriesOf(t, read["service_accounts"]); len(entries) != 1 || textOf(t, entries[0], "id") != "7" || textOf(t, entries[0], "updated_at") != "" {
		t.Errorf("listed are %v", entries)
	}
}

func TestRevokeServiceAccountTokens_revokesAllOfOneAndSaysHowMany(t *testing.T) {
	t.Parallel()
	estate, organization := newServiceAccounts(t)
	config := acctest.Object{"service_account_id": "ci"}
	said := estate.InvokeAction(t, revokeServiceTokensType, config)
	said.Diagnostics.MustWarn(t, `"ci" has 2 API tokens now`, "cannot be undone")
	if strings.Join(said.Progress, "|") != `Revoked all API tokens of the service account "ci-bot" (ci).` {
		t.Errorf("said %q", said.Progress)
	}
	if left := organization.ServiceAccounts()[0].Tokens; len(left) != 0 {
		t.Errorf("left are %v", left)
	}
	estate.InvokeAction(t, revokeServiceTokensType, acctest.Object{"service_account_id": "nobody"}).Diagnostics.MustFail(t, `No service account "nobody"`, "Nothing was changed")
	estate.Simulator.Cloud().Inject(simulator.Fault{Method: "DELETE", Path: "/ci/api-tokens", Status: 403, Body: `{"code":"403"}`})
	estate.RunAction(t, revokeServiceTokensType, config).Diagnostics.MustFail(t, "not revoked", "still work", "delete:service-accounts-tokens:admin")
}

func TestRevokeServiceAccountTokens_listThatNobodyKnowsKeepsNothingFromIt(t *testing.T) {
	t.Parallel()
	estate, organization := newServiceAccounts(t)
	estate.Simulator.Cloud().Inject(simulator.Fault{Method: "GET", Path: "/ci/api-tokens", Status: 200, Body: `{"count":2}`})
	said := estate.InvokeAction(t, revokeServiceTokensType, acctest.Object{"service_account_id": "ci"})
	said.Diagnostics.MustWarn(t, "how many it has now could not be told")
	if left := organization.ServiceAccounts()[0].Tokens; len(left) != 0 {
		t.Errorf("left are %v", left)
	}
}

func TestDeleteOAuthClient_deletesOne(t *testing.T) {
	t.Parallel()
	estate, organization := newServiceAccounts(t)
	config := acctest.Object{"client_id": "one"}
	estate.Simulator.Cloud().Inject(simulator.Fault{Kind: simulator.ResetAfter, Method: "DELETE", Path: "/oauth-clients/one", Times: 1})
	said := estate.InvokeAction(t, deleteOAuthClientType, config)
	said.Diagnostics.MustBeQuiet(t)
	if strings.Join(said.Progress, "|") != `Deleted the OAuth client "ci" (one).` {
		t.Errorf("said %q", said.Progress)
	}
	if left := organization.OAuthClients(); len(left) != 1 || left[0].ID != "two" {
		t.Errorf("left are %v", left)
	}
	estate.InvokeAction(t, deleteOAuthClientType, config).Diagnostics.MustFail(t, `No OAuth client "one"`)
	estate.Simulator.Cloud().Inject(simulator.Fault{Method: "DELETE", Path: "/oauth-clients/two", Status: 403, Body: `{"code":"403"}`})
	estate.InvokeAction(t, deleteOAuthClientType, acctest.Object{"client_id": "two"}).Diagnostics.MustFail(t, "not deleted", "still works")
	estate.InvokeAction(t, deleteOAuthClientType, acctest.Object{"client_id": ""}).Diagnostics.MustFail(t, "length")
}
