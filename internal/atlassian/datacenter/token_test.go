// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const tokensOfOPS = httpTokensPath + "/projects/OPS"

func jiraWithPassword() simulator.InstanceConfig {
	return simulator.InstanceConfig{Product: simulator.Jira, Password: password}
}

func bamboo() simulator.InstanceConfig {
	return simulator.InstanceConfig{Product: simulator.Bamboo, Version: "10.2.0", Password: password}
}

func bitbucket() simulator.InstanceConfig {
	return simulator.InstanceConfig{Product: simulator.Bitbucket, Password: password, Projects: map[string][]string{"OPS": {"tools"}}}
}

func opsTokens(at *site) *Tokens {
	return at.client.Tokens(TokenOwner{Project: "OPS"})
}

// changeTokens carries out a change in the time that is allowed.
func changeTokens(t *testing.T, tokens *Tokens, change TokenChange) (TokenReport, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), allowed)
	defer cancel()
	return tokens.ChangeTokens(ctx, change)
}

func TestTokens_dialectIsLearnedFromTheFirstList(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config simulator.InstanceConfig
		want   []string
		takes  bool
	}{
		"jira":       {jiraWithPassword(), []string{"GET " + personalTokensPath, "GET " + personalTokensPath}, false},
		"confluence": {simulator.InstanceConfig{Product: simulator.Confluence, Password: password}, []string{"GET " + personalTokensPath, "GET " + personalTokensPath}, false},
		"bamboo":     {bamboo(), []string{"GET " + personalTokensPath, "GET " + bambooTokensPath, "GET " + bambooTokensPath}, true},
		"a login page in place of the path": {
			simulator.InstanceConfig{Product: simulator.Bamboo, Version: "10.2.0", Password: password, Guesses: simulator.Guesses{AbsentPath: simulator.AbsentByProduct}},
			[]string{"GET " + personalTokensPath, "GET " + bambooTokensPath, "GET " + bambooTokensPath}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, test.config, func(t *testing.T, at *site) {
				tokens := at.client.Tokens(TokenOwner{})
				for range 2 {
					if _, err := tokens.List(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if !slices.Equal(at.sent(), test.want) || tokens.TakesPermissions() != test.takes {
					t.Errorf("sent %q, permissions %t", at.sent(), tokens.TakesPermissions())
				}
			})
		})
	}
}

func TestTokens_sharedListIsReadOnceUntilSomethingChanges(t *testing.T) {
	t.Parallel()
	simulate(t, jiraWithPassword(), func(t *testing.T, at *site) {
		made := at.AddToken(simulator.AccessToken{Name: "one"})
		for range 3 {
			if listed, err := at.client.Tokens(TokenOwner{}).SharedList(t.Context()); err != nil || len(listed) != 1 {
				t.Fatalf("got %v, %v", listed, err)
			}
		}
		if err := at.client.Tokens(TokenOwner{}).Revoke(t.Context(), made.ID); err != nil {
			t.Fatal(err)
		}
		if listed, err := at.client.Tokens(TokenOwner{}).SharedList(t.Context()); err != nil || len(listed) != 0 {
			t.Errorf("got %v, %v", listed, err)
		}
		if sent := at.sent(); len(sent) != 3 {
			t.Errorf("sent %q", sent)
		}
	})
}

func TestTokens_listReadsEveryPage(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]simulator.InstanceConfig{"bamboo": bamboo(), "bitbucket": bitbucket()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, config, func(t *testing.T, at *site) {
				token, tokens := simulator.AccessToken{Name: "other"}, at.client.Tokens(TokenOwner{})
				if config.Product == simulator.Bitbucket {
					token.Project, tokens = "OPS", opsTokens(at)
				}
				for range 250 {
					at.AddToken(token)
				}
				listed, err := tokens.List(t.Context())
				if err != nil || len(listed) != 250 {
					t.Errorf("got %d, %v", len(listed), err)
				}
			})
		})
	}
}

func TestTokens_listThatIsNotWholeIsNone(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no end told":        `{"values":[{"id":"1"}]}`,
		"no next page told":  `{"values":[{"id":"1"}],"isLastPage":false}`,
		"an entry without":   `{"values":[{"name":"x"}],"isLastPage":true}`,
		"no list":            `{"isLastPage":true}`,
		"the same for ever":  `{"values":[{"id":"1"}],"isLastPage":false,"nextPageStart":25}`,
		"null in its place":  `{"values":null,"isLastPage":true}`,
		"a list in a list":   `{"values":[[{"id":"1"}]],"isLastPage":true}`,
		"an ID that is huge": `{"values":[{"id":"` + strings.Repeat("1", 5000) + `"}],"isLastPage":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, bitbucket(), func(t *testing.T, at *site) {
				at.Inject(simulator.Fault{Status: http.StatusOK, Body: body, Path: tokensOfOPS})
				if listed, err := opsTokens(at).List(t.Context()); err == nil || listed != nil {
					t.Errorf("got %v, %v", listed, err)
				}
			})
		})
	}
}

// Taken for empty, it would make every token look gone.
func TestTokens_bareListInAListIsNone(t *testing.T) {
	t.Parallel()
	simulate(t, jiraWithPassword(), func(t *testing.T, at *site) {
		at.AddToken(simulator.AccessToken{Name: "one"})
		at.Inject(simulator.Fault{Kind: simulator.WrappedInArray, Path: personalTokensPath})
		if listed, err := at.client.Tokens(TokenOwner{}).List(t.Context()); err == nil || listed != nil {
			t.Errorf("got %v, %v", listed, err)
		}
	})
}

func TestTokens_datesComeInManyForms(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)
	for name, body := range map[string]string{
		"without a colon": `[{"id":1,"createdAt":"2026-01-05T08:00:00.000+0000","expiringAt":null}]`,
		"RFC 3339":        `[{"id":1,"createdAt":"2026-01-05T08:00:00Z"}]`,
		"milliseconds":    `[{"id":1,"createdAt":1767600000000,"expiringAt":"9999-12-31T23:59:59.000+0000"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jiraWithPassword(), func(t *testing.T, at *site) {
				at.Inject(simulator.Fault{Status: http.StatusOK, Body: body, Path: personalTokensPath})
				listed, err := at.client.Tokens(TokenOwner{}).List(t.Context())
				if err != nil || len(listed) != 1 || listed[0].ID != "1" || !listed[0].CreatedAt.Equal(want) || !listed[0].ExpiresAt.IsZero() {
					t.Errorf("got %+v, %v", listed, err)
				}
			})
		})
	}
}

func TestTokens_revocationOfWhatIsGoneIsDone(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]simulator.InstanceConfig{"jira": jiraWithPassword(), "bamboo": bamboo(), "bitbucket": bitbucket()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, config, func(t *testing.T, at *site) {
				tokens := at.client.Tokens(TokenOwner{})
				if config.Product == simulator.Bitbucket {
					tokens = opsTokens(at)
				}
				if err := tokens.Revoke(t.Context(), "99"); err != nil {
					t.Error(err)
				}
				at.Inject(simulator.Fault{Status: http.StatusServiceUnavailable, Method: http.MethodGet})
				if err := tokens.Revoke(t.Context(), "99"); err == nil {
					t.Error("taken for gone, and no list has told so")
				}
			})
		})
	}
}

func TestChangeTokens_givesUpWhereEverySecretIsLost(t *testing.T) {
	t.Parallel()
	simulate(t, jiraWithPassword(), func(t *testing.T, at *site) {
		at.Inject(simulator.Fault{Kind: simulator.ResetAfter, Method: http.MethodPost, Path: personalTokensPath})
		report, err := changeTokens(t, at.client.Tokens(TokenOwner{}), TokenChange{Create: &TokenRequest{Name: "ci"}, Seed: "seed"})
		failure, ok := errors.AsType[*TokenError](err)
		if !ok || failure.Step != TokenCreate || failure.Unsettled || report.Made() || !report.UnsettledAt.IsZero() || len(report.Revoked) != tokenAttempts {
			t.Errorf("got %+v, %v", report, err)
		}
		if left := at.Tokens(); len(left) != 0 {
			t.Errorf("left are %v", left)
		}
	})
}

func TestChangeTokens_leavesTheAttemptsOfOthersAlone(t *testing.T) {
	t.Parallel()
	simulate(t, jiraWithPassword(), func(t *testing.T, at *site) {
		at.AddToken(simulator.AccessToken{Name: "ci-" + TokenMarker("other", 0)})
		at.AddToken(simulator.AccessToken{Name: "ci"})
		at.AddToken(simulator.AccessToken{Name: "renamed-" + TokenMarker("seed", 1)})
		report, err := changeTokens(t, at.client.Tokens(TokenOwner{}), TokenChange{Create: &TokenRequest{Name: "ci"}, Seed: "seed"})
		if err != nil || !slices.Equal(report.Revoked, []string{"3"}) || len(report.Listed) != 3 || report.Created.ID != "4" || report.Created.Secret == "" {
			t.Errorf("got %+v, %v", report, err)
		}
	})
}

// An abandoned request is waited for, but no longer than a server works on one.
func TestChangeTokens_waitsOutAnAbandonedRequest(t *testing.T) {
	t.Parallel()
	simulate(t, jiraWithPassword(), func(t *testing.T, at *site) {
		start := clock.System{}.Now()
		report, err := changeTokens(t, at.client.Tokens(TokenOwner{}), TokenChange{
			Create: &TokenRequest{Name: "ci"}, Seed: "seed", SentAt: start.Add(-14 * time.Minute),
		})
		if took := (clock.System{}).Now().Sub(start); err != nil || !report.Made() || took < time.Minute || took > 2*time.Minute {
			t.Errorf("took %s: %+v, %v", took, report, err)
		}
	})
}

// The context ends after the token was made: nothing is revoked, and the report
// says so.
func TestChangeTokens_interruptedBeforeTheRevocationKeepsBoth(t *testing.T) {
	t.Parallel()
	simulate(t, jiraWithPassword(), func(t *testing.T, at *site) {
		old := at.AddToken(simulator.AccessToken{Name: "old"})
		ctx, cancel := context.WithTimeout(t.Context(), allowed)
		defer cancel()
		at.wire.on(http.MethodPost, personalTokensPath, cancel)
		report, err := at.client.Tokens(TokenOwner{}).ChangeTokens(ctx, TokenChange{Create: &TokenRequest{Name: "ci"}, Seed: "seed", Retire: old.ID})
		if err != nil || !report.Made() || !errors.Is(report.Unrevoked, context.Canceled) || len(at.Tokens()) != 2 {
			t.Errorf("got %+v, %v", report, err)
		}
	})
}

func TestChangeTokens_revokesNothingBeforeTheNewTokenHasProvedItself(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"refused":          {Status: http.StatusUnauthorized},
		"taken for nobody": {Status: http.StatusOK, Body: `{"values":[],"isLastPage":true}`, Header: http.Header{"X-AUSERNAME": {"anonymous"}}},
		"down":             {Status: http.StatusServiceUnavailable},
		"login page":       {Kind: simulator.HTML},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, bitbucket(), func(t *testing.T, at *site) {
				old := at.AddToken(simulator.AccessToken{Name: "old", Project: "OPS"})
				fault.Path = "/rest/api/latest/projects"
				at.Inject(fault)
				report, err := changeTokens(t, opsTokens(at), TokenChange{
					Create: &TokenRequest{Name: "ci", Permissions: []string{"REPO_READ"}}, Seed: "seed", Retire: old.ID,
				})
				failure, ok := errors.AsType[*TokenError](err)
				if left := at.Tokens(); !ok || failure.Step != TokenProve || report.Made() || len(left) != 1 || left[0].ID != old.ID {
					t.Errorf("left are %v: %+v, %v", left, report, err)
				}
				if explained := at.client.Explain(err); explained.Cause == "" || explained.Remedy == "" {
					t.Errorf("explained as %+v", explained)
				}
			})
		})
	}
}

func TestExplainTokens_saysWhatIsTheMatterWithTokens(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config simulator.InstanceConfig
		spoil  func(*site)
		cause  string
		remedy string
	}{
		"switched off":    {jiraWithPassword(), func(s *site) { s.SetTokensEnabled(false) }, "it has no such tokens", "atlassian.pats.enabled"},
		"wrong product":   {bitbucket(), func(*site) {}, "it has no such tokens", "the one for the product"},
		"revoked token":   {jira(), func(s *site) { s.RevokeToken("1") }, "does not accept `token`", "own = true"},
		"wrong password":  {jiraWithPassword(), func(s *site) { s.Inject(simulator.Fault{Status: 401, Body: `{"message":"no"}`}) }, "`username` and `password`", "Nobody can make tokens for another user"},
		"no basic":        {jiraWithPassword(), func(s *site) { s.SetBasicAuthDisabled(true) }, "Basic authentication is switched off", "`token`"},
		"page of a proxy": {jiraWithPassword(), func(s *site) { s.Inject(simulator.Fault{Kind: simulator.HTML, Status: 403}) }, "gateway or proxy", "gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, test.config, func(t *testing.T, at *site) {
				test.spoil(at)
				_, err := at.client.Tokens(TokenOwner{}).List(t.Context())
				explained := at.client.Explain(err)
				if !strings.Contains(explained.Cause, test.cause) || !strings.Contains(explained.Remedy, test.remedy) {
					t.Errorf("%v is explained as %+v", err, explained)
				}
			})
		})
	}
}
