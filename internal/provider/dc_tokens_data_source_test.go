// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	dcTokensType    = "atlassian_dc_tokens"
	revokeTokenType = "atlassian_dc_revoke_token"
)

// textOf returns a text of an object; empty where it is null.
func textOf(t *testing.T, attributes map[string]tftypes.Value, name string) string {
	t.Helper()
	var text *string
	if err := attributes[name].As(&text); err != nil {
		t.Fatal(err)
	}
	if text == nil {
		return ""
	}
	return *text
}

// truthOf returns a truth value of an object; false where it is null.
func truthOf(t *testing.T, attributes map[string]tftypes.Value, name string) bool {
	t.Helper()
	var truth *bool
	if err := attributes[name].As(&truth); err != nil {
		t.Fatal(err)
	}
	return truth != nil && *truth
}

// entriesOf returns the objects of a list.
func entriesOf(t *testing.T, list tftypes.Value) []map[string]tftypes.Value {
	t.Helper()
	var elements []tftypes.Value
	if err := list.As(&elements); err != nil {
		t.Fatal(err)
	}
	entries := make([]map[string]tftypes.Value, len(elements))
	for n, element := range elements {
		if err := element.As(&entries[n]); err != nil {
			t.Fatal(err)
		}
	}
	return entries
}

// addTokens gives the administrator three tokens.
func addTokens(site *tokenSite) {
	site.at.AddToken(simulator.AccessToken{Name: "eternal"})
	site.at.AddToken(simulator.AccessToken{Name: "ci-late", ExpiresAt: acctest.Start().Add(90 * day)})
	site.at.AddToken(simulator.AccessToken{Name: "ci-soon", ExpiresAt: acctest.Start().Add(9 * day)})
}

func TestTokens_dataSourceListsThoseThatExpireFirstAtTheBeginning(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config acctest.Object
		want   string
	}{
		"all":     {acctest.Object{}, "ci-soon ci-late eternal"},
		"by name": {acctest.Object{"name_regex": "^ci-"}, "ci-soon ci-late"},
		"soon":    {acctest.Object{"expires_within": "30d"}, "ci-soon"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newJiraToken(t)
			addTokens(site)
			test.config["instance"] = "robot"
			read, said := site.Read(t, dcTokensType, test.config)
			said.MustBeQuiet(t)
			var names []string
			for _, entry := range entriesOf(t, read["tokens"]) {
				names = append(names, textOf(t, entry, "name"))
			}
			if strings.Join(names, " ") != test.want {
				t.Errorf("listed are %q", names)
			}
			site.expect(t, listTokens)
		})
	}
}

func TestTokens_dataSourceTellsWhatTheProductTells(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		instance simulator.InstanceConfig
		token    simulator.AccessToken
		config   acctest.Object
		want     map[string]string
	}{
		"jira": {
			simulator.InstanceConfig{Product: simulator.Jira, Guesses: simulator.Guesses{Tokens: simulator.TokenGuesses{TellLastUse: true, NeverIsYear9999: true}}},
			simulator.AccessToken{LastUsedAt: acctest.Start()}, nil,
			map[string]string{"id": "1", "status": "active", "expires_at": "", "last_used_at": "2026-01-05T08:00:00Z", "created_at": "2026-01-05T08:00:00Z"},
		},
		"expired": {
			simulator.InstanceConfig{Product: simulator.Confluence}, simulator.AccessToken{ExpiresAt: acctest.Start().Add(-day)}, nil,
			map[string]string{"status": "expired", "expires_at": "2026-01-04T08:00:00Z"},
		},
		"bamboo": {
			simulator.InstanceConfig{Product: simulator.Bamboo, Version: "10.2.0"}, simulator.AccessToken{ExpiresAt: acctest.Start().Add(day)}, nil,
			map[string]string{"id": "075905477751", "expires_at": "", "created_at": "2026-01-05T08:00:00Z"},
		},
		"bitbucket": {
			bitbucketConfig(), simulator.AccessToken{Project: "OPS", Repository: "tools", ExpiresAt: acctest.Start().Add(day)}, acctest.Object{"project": "OPS", "repository": "tools"},
			map[string]string{"id": "075905477751", "expires_at": "2026-01-06T08:00:00Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTokenSite(t, personalTokenType, test.instance)
			site.at.AddToken(test.token)
			config := acctest.Object{"instance": "robot"}
			for attribute, value := range test.config {
				config[attribute] = value
			}
			read, said := site.Read(t, dcTokensType, config)
			said.MustBeQuiet(t)
			entries := entriesOf(t, read["tokens"])
			if len(entries) != 1 {
				t.Fatalf("listed are %d", len(entries))
			}
			for attribute, want := range test.want {
				if got := textOf(t, entries[0], attribute); got != want {
					t.Errorf("%s is %q, want %q", attribute, got, want)
				}
			}
		})
	}
}

func TestTokens_ownersThatNobodyCanMeanAreOneError(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	for _, owner := range []acctest.Object{{"user": "admin", "project": "OPS"}, {"repository": "tools"}} {
		owner["instance"] = "robot"
		_, said := site.Read(t, dcTokensType, owner)
		said.MustFail(t, "Set exactly one of user and project")
		_, said = site.List(t, httpTokenType, 0, owner)
		said.MustFail(t, "Set exactly one of user and project")
		owner["token_id"] = "1"
		site.InvokeAction(t, revokeTokenType, owner).Diagnostics.MustFail(t, "Set exactly one of user and project")
	}
	_, said := site.Read(t, dcTokensType, acctest.Object{"instance": "robot"})
	said.MustFail(t, "it has no such tokens", "Check that the resource is the one for the product")
}

func TestTokens_listResourcesFindWhatCanBeImported(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	addTokens(site)
	found, said := site.List(t, personalTokenType, 2, acctest.Object{"instance": "robot"})
	said.MustBeQuiet(t)
	if len(found) != 2 || found[0].DisplayName != "ci-soon (active)" {
		t.Fatalf("found %d, first %q", len(found), found[0].DisplayName)
	}
	if textOf(t, found[0].Identity, "token_id") != "3" || textOf(t, found[0].Resource, "id") != "robot/3" || textOf(t, found[0].Resource, "token") != "" {
		t.Errorf("found %v", found[0])
	}

	git := newProjectToken(t)
	made := git.at.AddToken(simulator.AccessToken{Name: "deploy", Project: "OPS", Permissions: []string{"REPO_READ"}})
	found, said = git.List(t, httpTokenType, 0, acctest.Object{"instance": "robot", "project": "OPS"})
	said.MustBeQuiet(t)
	if len(found) != 1 || textOf(t, found[0].Identity, "project") != "OPS" || textOf(t, found[0].Resource, "id") != "robot/projects/OPS/"+made.ID {
		t.Errorf("found %v", found)
	}
}

func TestRevokeToken_revokesOneAndSaysWhich(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	addTokens(site)
	said := site.InvokeAction(t, revokeTokenType, acctest.Object{"instance": "robot", "token_id": "2"})
	said.Diagnostics.MustBeQuiet(t)
	if strings.Join(said.Progress, "|") != `Revoked the token "ci-late" (2) of "robot".` || len(site.at.Tokens()) != 2 {
		t.Errorf("said %q, left are %q", said.Progress, site.names())
	}
	site.expect(t, listTokens, revokeToken("2"))
	site.InvokeAction(t, revokeTokenType, acctest.Object{"instance": "robot", "token_id": "2"}).Diagnostics.MustFail(t, `No token "2"`, "Nothing was changed")
	site.InvokeAction(t, revokeTokenType, acctest.Object{"instance": "robot", "token_id": ""}).Diagnostics.MustFail(t, "length")
	site.at.Inject(simulator.Fault{Kind: simulator.Status, Status: 403, Method: "DELETE", Path: personalTokens + "/1"})
	site.InvokeAction(t, revokeTokenType, acctest.Object{"instance": "robot", "token_id": "1"}).Diagnostics.MustFail(t, "not revoked", "may still work")
}
