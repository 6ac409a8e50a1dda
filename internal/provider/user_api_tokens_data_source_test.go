// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const tokensAddress = "data.atlassian_user_api_tokens.test"

func tokensConfig(lines string) string {
	return "data \"atlassian_user_api_tokens\" \"test\" {\n" + lines + "\n}\n"
}

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
func TestAccUserAPITokens_twoSourcesHaveOneShape(t *testing.T) {
	t.Parallel()
	estate, organization := newTokenOwner(t)
	token := func(status, scopes, name, email knownvalue.Check) knownvalue.Check {
		return knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
			"id":             knownvalue.StringExact("used-id"),
			"label":          knownvalue.StringExact("used"),
			"status":         status,
			"created_at":     knownvalue.StringExact("2025-09-27T08:00:00Z"),
			"expires_at":     knownvalue.StringExact("2026-09-27T08:00:00Z"),
			"last_active_at": knownvalue.StringExact("2026-01-04T08:00:00Z"),
			"scopes":         scopes,
			"user":           knownvalue.ObjectExact(map[string]knownvalue.Check{"id": knownvalue.StringExact("557058:ann"), "name": name, "email": email}),
		})})
	}
	has := func(attribute string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(tokensAddress, tfjsonpath.New(attribute), value)
	}
	run(t, estate,
		resource.TestStep{
			Config: tokensConfig(`label_regex = "^used$"`),
			ConfigStateChecks: []statecheck.StateCheck{
				has("id", knownvalue.StringExact(organization.ID())),
				has("tokens", token(knownvalue.StringExact("allowed"), knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("read:jira-work")}),
					knownvalue.StringExact("Ann"), knownvalue.StringExact("ann@example.com"))),
			},
		},
		resource.TestStep{
			Config: tokensConfig("account_id = \"557058:ann\"\nlabel_regex = \"^used$\""),
			ConfigStateChecks: []statecheck.StateCheck{
				has("id", knownvalue.StringExact("557058:ann")),
				has("tokens", token(knownvalue.Null(), knownvalue.Null(), knownvalue.Null(), knownvalue.Null())),
			},
		})
}

func TestAccUserAPITokens_badInputIsAnErrorOnTheAttribute(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scopes      []string
		lines, want string
	}{
		"regex that does not compile":  {nil, `label_regex = "["`, "Not a regular expression"},
		"unknown status":               {nil, `status = "ALLOWED"`, `(?s)status value must be one of.*allowed.*blocked`},
		"no time":                      {nil, `created_before = "yesterday"`, "Invalid RFC3339 String Value"},
		"no duration":                  {nil, `unused_for = "long"`, "Not a duration"},
		"no account ID":                {nil, `account_id = "ann@example.com"`, "must be an Atlassian account ID"},
		"status of one account":        {nil, "account_id = \"x\"\nstatus = \"allowed\"", `(?s)"account_id" cannot be specified when "status"`},
		"user_email of one account":    {nil, "account_id = \"x\"\nuser_email = \"a@b.c\"", `(?s)"account_id" cannot be specified when "user_email"`},
		"unknown account":              {nil, `account_id = "nobody"`, `(?s)API tokens of the account "nobody" not listed.*no managed\s+account`},
		"scoped key for one account":   {[]string{"read:tokens:admin"}, `account_id = "557058:ann"`, `(?s)403.*without\s+scopes`},
		"scope missing for all":        {[]string{"read:keys:admin"}, ``, `read:tokens:admin`},
		"scope for all is good enough": {[]string{"read:tokens:admin"}, `label_regex = ")"`, "Not a regular expression"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, _ := newTokenOwner(t, test.scopes...)
			run(t, estate, resource.TestStep{Config: tokensConfig(test.lines), ExpectError: regexp.MustCompile(test.want)})
		})
	}
}

// One account needs no organization, but an API key.
func TestAccUserAPITokens_accountNeedsNoOrganization(t *testing.T) {
	t.Parallel()
	estate, _ := newTokenOwner(t)
	estate.Setenv("ATLASSIAN_ORGANIZATION_ID", "")
	config := tokensConfig(`account_id = "557058:ann"`)
	run(t, estate, resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
		statecheck.ExpectKnownValue(tokensAddress, tfjsonpath.New("tokens"), knownvalue.ListSizeExact(2)),
		statecheck.ExpectKnownValue(tokensAddress, tfjsonpath.New("organization_id"), knownvalue.Null()),
	}})
	estate.Setenv("ATLASSIAN_API_KEY", "")
	run(t, estate, resource.TestStep{Config: config, ExpectError: regexp.MustCompile("API key missing")})
}

func TestAccUserAPITokens_readsEveryPage(t *testing.T) {
	t.Parallel()
	estate, organization := newTokenOwner(t)
	for range 200 {
		organization.AddUserAPIToken(simulator.UserAPIToken{UserID: "557058:ann", Label: "more"})
	}
	run(t, estate, resource.TestStep{
		PreConfig: func() { estate.Simulator.Cloud().ResetLog() },
		Config:    tokensConfig(`user_email = "Ann@Example.com"`) + "data \"atlassian_user_api_tokens\" \"too\" {}\n",
		Check: func(*terraform.State) error {
			// Plan, apply and the plans that follow are processes of their own.
			if asked := len(estate.Simulator.Cloud().Requests()); asked%3 != 0 || asked == 0 {
				return equal("requests", asked, 3)
			}
			return nil
		},
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(tokensAddress, tfjsonpath.New("tokens"), knownvalue.ListSizeExact(202)),
		},
	})
}
