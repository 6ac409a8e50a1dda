// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"slices"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const revokeTokensType = "atlassian_revoke_user_api_tokens"

func tokenIDs(organization *simulator.Organization) []string {
	var ids []string
	for _, token := range organization.UserAPITokens() {
		ids = append(ids, token.ID)
	}
	return ids
}

func TestRevokeUserAPITokens_revokesWhatAllFiltersMean(t *testing.T) {
	t.Parallel()
	const used, unused = `Revoked the API token "used" (used-id).`, `Revoked the API token "unused" (unused-id).`
	for name, test := range map[string]struct {
		filters  acctest.Object
		progress []string
		left     []string
	}{
		"by ID":          {acctest.Object{"token_ids": []string{"used-id"}}, []string{"1 of the 2 API tokens of the account 557058:ann match.", used}, []string{"unused-id", "bob-id"}},
		"unused":         {acctest.Object{"unused_for": "90d"}, []string{"1 of the 2 API tokens of the account 557058:ann match.", unused}, []string{"used-id", "bob-id"}},
		"old":            {acctest.Object{"older_than": "200d"}, []string{"1 of the 2 API tokens of the account 557058:ann match.", unused}, []string{"used-id", "bob-id"}},
		"all":            {acctest.Object{"all": true}, []string{"2 of the 2 API tokens of the account 557058:ann match.", used, unused}, []string{"bob-id"}},
		"none meets all": {acctest.Object{"token_ids": []string{"used-id"}, "unused_for": "90d"}, []string{"0 of the 2 API tokens of the account 557058:ann match."}, []string{"used-id", "unused-id", "bob-id"}},
		"dry run": {acctest.Object{"all": true, "dry_run": true}, []string{
			"2 of the 2 API tokens of the account 557058:ann match.",
			`Would revoke the API token "used" (used-id).`, `Would revoke the API token "unused" (unused-id).`,
		}, []string{"used-id", "unused-id", "bob-id"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newTokenOwner(t)
			test.filters["account_id"] = "557058:ann"
			said := estate.InvokeAction(t, revokeTokensType, test.filters)
			said.Diagnostics.MustNotFail(t)
			if warned := len(said.Diagnostics.Warnings()) > 0; warned != (name == "all") {
				t.Errorf("warned: %q", said.Diagnostics.Warnings())
			}
			if !slices.Equal(said.Progress, test.progress) {
				t.Errorf("said %q, want %q", said.Progress, test.progress)
			}
			if left := tokenIDs(organization); !slices.Equal(left, test.left) {
				t.Errorf("left are %q, want %q", left, test.left)
			}
		})
	}
}

func TestRevokeUserAPITokens_goesOnAfterAFailure(t *testing.T) {
	t.Parallel()
	estate, organization := newTokenOwner(t)
	estate.Simulator.Cloud().Inject(simulator.Fault{Method: "DELETE", Path: "/used-id", Status: 403, Body: `{"key":"forbidden.action"}`})
	config := acctest.Object{"account_id": "557058:ann", "all": true}
	said := estate.InvokeAction(t, revokeTokensType, config)
	said.Diagnostics.MustFail(t, `API tokens of the account "557058:ann" not revoked`, "1 of 2 tokens were revoked", `- "used" (used-id): `, "403")
	if len(said.Progress) != 3 {
		t.Errorf("said %q", said.Progress)
	}
	if left := tokenIDs(organization); !slices.Equal(left, []string{"used-id", "bob-id"}) {
		t.Errorf("left are %q", left)
	}
	estate.Simulator.Cloud().ClearFaults()
	estate.InvokeAction(t, revokeTokensType, config).Diagnostics.MustWarn(t, "has 1 API tokens now")
}

func TestRevokeUserAPITokens_planSaysHowManyAllAre(t *testing.T) {
	t.Parallel()
	estate, organization := newTokenOwner(t)
	for name, filters := range map[string]acctest.Object{
		"by name":     {"all": true},
		"by no bound": {"older_than": "0s"},
	} {
		filters["account_id"] = "557058:ann"
		said := estate.PlanAction(t, revokeTokensType, filters)
		said.Diagnostics.MustWarn(t, `The account "557058:ann" has 2 API tokens now`, "dry_run")
		if left := tokenIDs(organization); len(left) != 3 {
			t.Errorf("%s: the plan left %q", name, left)
		}
	}
	if seen := len(estate.Simulator.Cloud().Requests()); seen != 2 {
		t.Errorf("%d requests, want one for each plan", seen)
	}
}

func TestRevokeUserAPITokens_planFailsWhereAllCannotBeCounted(t *testing.T) {
	t.Parallel()
	estate, _ := newTokenOwner(t, "delete:tokens:admin")
	said := estate.PlanAction(t, revokeTokensType, acctest.Object{"account_id": "557058:ann", "all": true})
	said.Diagnostics.MustFail(t, "not listed", "403", "without scopes")
}

func TestRevokeUserAPITokens_missingTokenIsAWarning(t *testing.T) {
	t.Parallel()
	estate, organization := newTokenOwner(t)
	said := estate.InvokeAction(t, revokeTokensType, acctest.Object{"account_id": "557058:ann", "token_ids": []string{"used-id", "gone-id", "bob-id"}})
	said.Diagnostics.MustWarn(t, "API tokens not found", "bob-id, gone-id")
	if left := tokenIDs(organization); !slices.Equal(left, []string{"unused-id", "bob-id"}) {
		t.Errorf("left are %q", left)
	}
}

func TestRevokeUserAPITokens_badInputIsAnError(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scopes []string
		config acctest.Object
		want   []string
	}{
		"nothing that says which": {nil, acctest.Object{"account_id": "557058:ann"}, []string{"Nothing says which tokens", "token_ids, unused_for and older_than"}},
		"only dry_run":            {nil, acctest.Object{"account_id": "557058:ann", "dry_run": true}, []string{"Nothing says which tokens", "token_ids, unused_for and older_than"}},
		"no IDs":                  {nil, acctest.Object{"account_id": "557058:ann", "token_ids": []string{}}, []string{"at least 1 elements"}},
		"no duration":             {nil, acctest.Object{"account_id": "557058:ann", "older_than": "365"}, []string{"Not a duration"}},
		"no account":              {nil, acctest.Object{"account_id": "../x", "all": true}, []string{"must be an Atlassian account ID"}},
		"unknown account":         {nil, acctest.Object{"account_id": "nobody", "all": true}, []string{`account "nobody" not listed`, "404"}},
		"scoped key":              {[]string{"delete:tokens:admin"}, acctest.Object{"account_id": "557058:ann", "all": true}, []string{"403", "without scopes"}},
		"protected account":       {nil, acctest.Object{"account_id": "557058:bob", "all": true}, []string{"0 of 1 tokens were revoked", `"bob" (bob-id)`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newTokenOwner(t, test.scopes...)
			estate.InvokeAction(t, revokeTokensType, test.config).Diagnostics.MustFail(t, test.want...)
			if left := tokenIDs(organization); len(left) != 3 {
				t.Errorf("left are %q", left)
			}
		})
	}
}
