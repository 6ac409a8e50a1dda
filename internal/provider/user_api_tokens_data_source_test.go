// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const tokensType = "atlassian_user_api_tokens"

// newTokenOwner starts an estate with two managed accounts that have tokens, the
// provider having a key with the given scopes.
func newTokenOwner(t *testing.T, scopes ...string) (*acctest.Estate, *simulator.Organization) {
	t.Helper()
	estate := acctest.NewEstate(t)
	return estate, estate.AddOrganization(simulator.OrganizationConfig{
		APIKeys: []simulator.APIKey{{ID: ownKeyID, Label: "terraform", Scopes: scopes}},
		Users: []simulator.User{
			{ID: "557058:ann", Name: "Ann", Email: "ann@example.com"},
			{ID: "557058:bob", Name: "Bob", Email: "bob@example.com", TokensProtected: true},
		},
		UserAPITokens: []simulator.UserAPIToken{
			{ID: "used-id", Label: "used", UserID: "557058:ann", CreatedAt: inDays(-100), LastActiveAt: inDays(-1), Scopes: []string{"read:jira-work"}},
			{ID: "unused-id", Label: "unused", UserID: "557058:ann", CreatedAt: inDays(-200)},
			{ID: "bob-id", Label: "bob", UserID: "557058:bob", CreatedAt: inDays(-10), Status: "BLOCKED"},
		},
	})
}

// Two APIs answer in two shapes, and the user sees one.
func TestUserAPITokens_twoSourcesHaveOneShape(t *testing.T) {
	t.Parallel()
	estate, organization := newTokenOwner(t)
	const told = " created_at=2025-09-27T08:00:00Z expires_at=2026-09-27T08:00:00Z id=used-id label=used last_active_at=2026-01-04T08:00:00Z "
	estate.MustRead(t, tokensType, acctest.Object{"label_regex": "^used$"}, map[string]string{
		"id": organization.ID(), "tokens": "[{" + strings.TrimSpace(told) + " scopes=[read:jira-work] status=allowed user={email=ann@example.com id=557058:ann name=Ann}}]",
	})
	estate.MustRead(t, tokensType, acctest.Object{"account_id": "557058:ann", "label_regex": "^used$"}, map[string]string{
		"id": "557058:ann", "tokens": "[{" + strings.TrimSpace(told) + " scopes= status= user={email= id=557058:ann name=}}]",
	})
}

func TestUserAPITokens_badInputIsAnErrorOnTheAttribute(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scopes []string
		config acctest.Object
		path   string
		words  []string
	}{
		"regex that does not compile":  {nil, acctest.Object{"label_regex": "["}, "label_regex", []string{"Not a regular expression"}},
		"unknown status":               {nil, acctest.Object{"status": "ALLOWED"}, "status", []string{"status value must be one of", "allowed", "blocked"}},
		"no time":                      {nil, acctest.Object{"created_before": "yesterday"}, "created_before", []string{"Invalid RFC3339 String Value"}},
		"no duration":                  {nil, acctest.Object{"unused_for": "long"}, "unused_for", []string{"Not a duration"}},
		"no account ID":                {nil, acctest.Object{"account_id": "ann@example.com"}, "account_id", []string{"must be an Atlassian account ID"}},
		"status of one account":        {nil, acctest.Object{"account_id": "x", "status": "allowed"}, "status", []string{`"account_id" cannot be specified when "status"`}},
		"user_email of one account":    {nil, acctest.Object{"account_id": "x", "user_email": "a@b.c"}, "user_email", []string{`"account_id" cannot be specified when "user_email"`}},
		"unknown account":              {nil, acctest.Object{"account_id": "nobody"}, "account_id", []string{`API tokens of the account "nobody" not listed`, "no managed account"}},
		"scoped key for one account":   {[]string{"read:tokens:admin"}, acctest.Object{"account_id": "557058:ann"}, "account_id", []string{"403", "without scopes"}},
		"scope missing for all":        {[]string{"read:keys:admin"}, acctest.Object{}, "organization_id", []string{"read:tokens:admin"}},
		"scope for all is good enough": {[]string{"read:tokens:admin"}, acctest.Object{"label_regex": ")"}, "label_regex", []string{"Not a regular expression"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, _ := newTokenOwner(t, test.scopes...)
			_, said := estate.Read(t, tokensType, test.config)
			said.MustFailAt(t, test.path, test.words...)
		})
	}
}

// One account needs no organization, but an API key.
func TestUserAPITokens_accountNeedsNoOrganization(t *testing.T) {
	t.Parallel()
	estate, _ := newTokenOwner(t)
	estate.Setenv("ATLASSIAN_ORGANIZATION_ID", "")
	config := acctest.Object{"account_id": "557058:ann"}
	estate.MustRead(t, tokensType, config, map[string]string{"tokens.#": "2", "organization_id": ""})
	estate.Setenv("ATLASSIAN_API_KEY", "")
	estate.MustNotRead(t, tokensType, config, "API key missing")
}

func TestUserAPITokens_readsEveryPageOnceInARun(t *testing.T) {
	t.Parallel()
	estate, organization := newTokenOwner(t)
	for range 200 {
		organization.AddUserAPIToken(simulator.UserAPIToken{UserID: "557058:ann", Label: "more"})
	}
	process := estate.StartProcess(t)
	process.MustRead(t, tokensType, acctest.Object{"user_email": "Ann@Example.com"}, map[string]string{"tokens.#": "202"})
	process.MustRead(t, tokensType, acctest.Object{}, map[string]string{"tokens.#": "203"})
	if asked := len(estate.Simulator.Cloud().Requests()); asked != 3 {
		t.Errorf("%d requests, want 3", asked)
	}
}
