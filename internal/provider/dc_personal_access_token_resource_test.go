// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestPersonalAccessToken_creationMakesAndProvesOne(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	config := tokenConfig(acctest.Object{"expires_in": "90d", "rotation_interval": "60d"})
	site.apply(t, config).MustBeQuiet(t)
	// The plan tries, and tries again inside apply.
	site.expect(t, listTokens, listTokens, listTokens, makeToken, listTokens)
	site.holds(t, 1)
	site.texts(t, map[string]string{
		"id": "robot/1", "token_id": "1", "status": "active", "previous_token_id": "", "previous_revocation_due": "",
		"created_at": "2026-01-05T08:00:00Z", "expires_at": "2026-04-05T08:00:00Z", "last_used_at": "",
		"last_rotated_at": "2026-01-05T08:00:00Z", "next_rotation_at": "2026-03-06T08:00:00Z",
		"rotation_origin": "terraform", "rotation_reason": "creation", "rotation_attempted_at": "",
	})
	if name := site.String(t, "token_name"); !strings.HasPrefix(name, "ci-") || len(name) != len("ci-")+8 {
		t.Errorf("the token is called %q", name)
	}
	site.settled(t, config)
}

func TestPersonalAccessToken_rotationMakesProvesSavesAndThenRevokes(t *testing.T) {
	t.Parallel()
	for name, product := range map[string]simulator.Product{"jira": simulator.Jira, "confluence": simulator.Confluence} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTokenSite(t, personalTokenType, simulator.InstanceConfig{Product: product})
			site.Create(t, tokenConfig(tokenRelease("1")))
			site.at.ResetLog()
			plan := site.Plan(t, tokenConfig(tokenRelease("2")))
			plan.Diagnostics.MustWarn(t, "Rotation of", "triggers")
			plan.Diagnostics.MustWarn(t, "Revocation of the token", "(1)", "cannot be undone")
			site.Apply(t.Context(), t, plan).MustNotFail(t)
			site.expect(t, listTokens, listTokens, makeToken, listTokens, revokeToken("1"))
			site.holds(t, 1)
			site.texts(t, map[string]string{"token_id": "2", "rotation_reason": "triggers", "previous_token_id": ""})
			site.settled(t, tokenConfig(tokenRelease("2")))
		})
	}
}

func TestPersonalAccessToken_scheduleRotatesBeforeTheExpiry(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	config := tokenConfig(acctest.Object{"expires_in": "90d", "rotation_interval": "60d"})
	site.Create(t, config)
	site.Clock.Advance(59 * day)
	site.settled(t, config)
	site.Clock.Advance(day)
	site.apply(t, config).MustWarn(t, "rotation due since")
	site.holds(t, 1)
	site.texts(t, map[string]string{"token_id": "2", "rotation_reason": "schedule", "expires_at": "2026-06-04T08:00:00Z"})
	site.settled(t, config)
}

func TestPersonalAccessToken_supersededOneWorksAsLongAsItIsToldTo(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	overlap := acctest.Object{"revoke_previous_after": "7d"}
	site.Create(t, tokenConfig(overlap, tokenRelease("1")))
	said := site.apply(t, tokenConfig(overlap, tokenRelease("2")))
	said.MustWarn(t, "Rotation of", `(1), goes on working for 7d`)
	for _, warning := range said.Warnings() {
		if strings.Contains(warning, "Revocation") {
			t.Errorf("announced: %s", warning)
		}
	}
	site.holds(t, 2)
	site.texts(t, map[string]string{"previous_token_id": "1", "previous_revocation_due": "2026-01-12T08:00:00Z"})
	site.Clock.Advance(6 * day)
	site.settled(t, tokenConfig(overlap, tokenRelease("2")))
	site.Clock.Advance(day)
	site.at.ResetLog()
	site.apply(t, tokenConfig(overlap, tokenRelease("2"))).MustWarn(t, "Revocation of the token 1", "superseded")
	site.expect(t, listTokens, listTokens, revokeToken("1"))
	site.holds(t, 1)
	site.texts(t, map[string]string{"previous_token_id": "", "previous_revocation_due": "", "token_id": "2"})
	site.settled(t, tokenConfig(overlap, tokenRelease("2")))
}

func TestPersonalAccessToken_furtherRotationRevokesTheSupersededOneFirst(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	overlap := acctest.Object{"revoke_previous_after": "7d"}
	site.Create(t, tokenConfig(overlap, tokenRelease("1")))
	site.apply(t, tokenConfig(overlap, tokenRelease("2")))
	site.at.ResetLog()
	site.apply(t, tokenConfig(overlap, tokenRelease("3"))).MustWarn(t, "Revocation of the token 1", "only one superseded token is kept")
	site.expect(t, listTokens, listTokens, revokeToken("1"), makeToken, listTokens)
	site.holds(t, 2)
	site.texts(t, map[string]string{"previous_token_id": "2", "token_id": "3"})
}

func TestPersonalAccessToken_failedRevocationStaysPendingAndIsAnnounced(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"refused":     {Kind: simulator.Status, Status: 403},
		"server down": {Kind: simulator.Status, Status: 503},
		"no answer":   {Kind: simulator.ResetBefore},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newJiraToken(t)
			site.Create(t, tokenConfig(tokenRelease("1")))
			fault.Method, fault.Path = "DELETE", personalTokens+"/1"
			site.at.Inject(fault)
			site.apply(t, tokenConfig(tokenRelease("2"))).MustWarn(t, "Superseded token 1", "not revoked", "the next apply revokes it")
			site.holds(t, 2)
			site.texts(t, map[string]string{"previous_token_id": "1", "previous_revocation_due": "2026-01-05T08:00:00Z", "token_id": "2"})
			site.at.ClearFaults()
			site.apply(t, tokenConfig(tokenRelease("2"))).MustWarn(t, "Revocation of the token 1")
			site.holds(t, 1)
			site.settled(t, tokenConfig(tokenRelease("2")))
		})
	}
}

func TestPersonalAccessToken_lostAnswerOfARevocationIsLookedUp(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Create(t, tokenConfig(tokenRelease("1")))
	site.at.Inject(simulator.Fault{Kind: simulator.ResetAfter, Method: "DELETE", Path: personalTokens + "/1"})
	site.apply(t, tokenConfig(tokenRelease("2")))
	site.holds(t, 1)
	site.texts(t, map[string]string{"previous_token_id": ""})
}

func TestPersonalAccessToken_lostAnswerLeavesOneToken(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"500 after the change":                {Kind: simulator.Status, After: true},
		"connection dropped after the change": {Kind: simulator.ResetAfter},
		"connection dropped before it":        {Kind: simulator.ResetBefore},
		"answer cut short":                    {Kind: simulator.TruncatedBody},
		"answer without a secret":             {Kind: simulator.Status, Status: 201, Body: `{"id":7}`, After: true},
		"login page after the change":         {Kind: simulator.HTML, After: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newJiraToken(t)
			fault.Method, fault.Path, fault.Times = "POST", personalTokens, 1
			site.at.Inject(fault)
			said := site.apply(t, tokenConfig(tokenRelease("1")))
			said.MustWarn(t, "Unexpected while changing the tokens")
			site.holds(t, 1)
			site.at.Inject(fault)
			site.apply(t, tokenConfig(tokenRelease("2"))).MustWarn(t, "Unexpected while changing the tokens")
			site.holds(t, 1)
			site.settled(t, tokenConfig(tokenRelease("2")))
		})
	}
}

func TestPersonalAccessToken_lostAnswerThatNobodyCanLookUpIsRetriedByTheNextApply(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	breakIt := func(answeredLooks int) {
		site.at.Inject(simulator.Fault{Kind: simulator.ResetAfter, Method: "POST", Path: personalTokens, Times: 1})
		site.at.Inject(simulator.Fault{Kind: simulator.Status, Status: 503, Method: "GET", Path: personalTokens, Skip: answeredLooks})
	}
	breakIt(3)
	site.apply(t, tokenConfig(tokenRelease("1"))).MustWarn(t, "Outcome of the request for a token", "unknown")
	site.texts(t, map[string]string{"token": "", "token_id": "", "rotation_attempted_at": "2026-01-05T08:00:00Z"})
	site.at.ClearFaults()
	if len(site.at.Tokens()) != 1 {
		t.Fatalf("there are %q", site.names())
	}
	site.apply(t, tokenConfig(tokenRelease("1"))).MustWarn(t, "retry")
	site.holds(t, 1)
	site.texts(t, map[string]string{"rotation_attempted_at": "", "rotation_reason": "retry"})
	site.settled(t, tokenConfig(tokenRelease("1")))

	breakIt(1)
	site.at.Inject(simulator.Fault{Kind: simulator.Status, Status: 503, Method: "GET", Path: personalTokens, Skip: 1})
	plan := site.Plan(t, tokenConfig(tokenRelease("2")))
	site.at.ClearFaults()
	breakIt(1)
	said := site.Apply(t.Context(), t, plan)
	said.MustFail(t, "Outcome of the request for a token", "unknown")
	site.at.ClearFaults()
	if len(site.at.Tokens()) != 2 {
		t.Fatalf("there are %q", site.names())
	}
	site.apply(t, tokenConfig(tokenRelease("2"))).MustNotFail(t)
	site.holds(t, 1)
	site.settled(t, tokenConfig(tokenRelease("2")))
}

func TestPersonalAccessToken_requestThatIsCarriedOutLaterIsWaitedOut(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Create(t, tokenConfig(tokenRelease("1")))
	site.at.Inject(simulator.Fault{
		Kind: simulator.ChangeLater, Status: 504, Method: "POST", Path: personalTokens, Times: 1, CompleteAfter: 2 * time.Minute,
	})
	plan := site.Plan(t, tokenConfig(tokenRelease("2")))
	site.Apply(t.Context(), t, plan).MustFail(t, "Outcome of the request for a token")
	site.apply(t, tokenConfig(tokenRelease("2"))).MustWarn(t, "was revoked")
	site.Clock.Advance(time.Hour)
	site.holds(t, 1)
	site.settled(t, tokenConfig(tokenRelease("2")))
}

func TestPersonalAccessToken_requestThatIsCarriedOutAfterAnotherOneWasMadeIsRevoked(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	overlap := acctest.Object{"revoke_previous_after": "7d"}
	site.Create(t, tokenConfig(overlap, tokenRelease("1")))
	site.at.Inject(simulator.Fault{Kind: simulator.ChangeLater, Method: "POST", Path: personalTokens, Times: 1, CompleteAfter: time.Hour})
	site.apply(t, tokenConfig(overlap, tokenRelease("2"))).MustWarn(t, "another one was asked for")
	site.settled(t, tokenConfig(overlap, tokenRelease("2")))
	site.at.CompletePending()
	if len(site.at.Tokens()) != 3 {
		t.Fatalf("there are %q", site.names())
	}
	site.apply(t, tokenConfig(overlap, tokenRelease("2"))).MustWarn(t, "Revocation of the token 3", "its secret is lost")
	if len(site.at.Tokens()) != 2 || site.at.Tokens()[0].ID != "1" || site.at.Tokens()[1].ID != site.String(t, "token_id") {
		t.Errorf("there are %q", site.names())
	}
	site.texts(t, map[string]string{"previous_token_id": "1"})
	site.settled(t, tokenConfig(overlap, tokenRelease("2")))
}

func TestPersonalAccessToken_attemptThatNobodySavedIsRevokedByTheNextApply(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Create(t, tokenConfig(tokenRelease("1")))
	killed := *site.ManagedResource
	process := killed
	plan := process.Plan(t, tokenConfig(tokenRelease("2"), acctest.Object{"revoke_previous_after": "1d"}))
	process.Apply(t.Context(), t, plan)
	if len(site.at.Tokens()) != 2 {
		t.Fatalf("there are %q", site.names())
	}
	// The provider was killed before it could save: the state is the one before.
	site.apply(t, tokenConfig(tokenRelease("2"))).MustWarn(t, "Revocation of the token 2", "its secret is lost")
	site.holds(t, 1)
	site.settled(t, tokenConfig(tokenRelease("2")))
}

func TestPersonalAccessToken_tokenThatDoesNotWorkIsRevokedAndTheOldOneStays(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Create(t, tokenConfig(tokenRelease("1")))
	plan := site.Plan(t, tokenConfig(tokenRelease("2")))
	site.at.Inject(simulator.Fault{Kind: simulator.Status, Status: 401, Method: "GET", Path: personalTokens, Skip: 1, Times: 1})
	site.Apply(t.Context(), t, plan).MustFail(t, "Token of", "not made", "does not accept the new token", "present token goes on working")
	site.holds(t, 1)
	site.texts(t, map[string]string{"token_id": "1"})
	site.apply(t, tokenConfig(tokenRelease("2")))
	site.holds(t, 1)
}

func TestPersonalAccessToken_listThatCannotBeReadDecidesNothing(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"cut short":   {Kind: simulator.TruncatedBody},
		"not a list":  {Kind: simulator.Status, Status: 200, Body: `{"tokens":[]}`},
		"without IDs": {Kind: simulator.Status, Status: 200, Body: `[{"name":"ci"}]`},
		"list within": {Kind: simulator.WrappedInArray},
		"refused":     {Kind: simulator.Status, Status: 401},
		"forbidden":   {Kind: simulator.Status, Status: 403},
		"login page":  {Kind: simulator.HTML},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newJiraToken(t)
			site.Create(t, tokenConfig())
			fault.Method, fault.Path = "GET", personalTokens
			site.at.Inject(fault)
			site.Refresh(t).MustFail(t, `Tokens of "robot" not listed`, "Nothing was changed")
			site.texts(t, map[string]string{"status": "active"})
		})
	}
}

func TestPersonalAccessToken_vanishedTokenPlansAnotherOne(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*tokenSite){
		"revoked": func(s *tokenSite) { s.at.RevokeToken("1") },
		"expired": func(s *tokenSite) { s.at.ExpireToken("1") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newJiraToken(t)
			site.Create(t, tokenConfig())
			lose(site)
			plan := site.Plan(t, tokenConfig())
			plan.Diagnostics.MustWarn(t, "makes another one")
			plan.Diagnostics.MustWarn(t, "Rotation of", "repair")
			site.Apply(t.Context(), t, plan).MustNotFail(t)
			site.holds(t, 1)
			site.texts(t, map[string]string{"status": "active", "rotation_reason": "repair", "token_id": "2"})
			site.settled(t, tokenConfig())
		})
	}
}

func TestPersonalAccessToken_changedExpiryRotates(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Create(t, tokenConfig(acctest.Object{"expires_in": "90d"}))
	site.settled(t, tokenConfig(acctest.Object{"expires_in": "2160h"}))
	site.apply(t, tokenConfig(acctest.Object{"expires_in": "30d"})).MustWarn(t, "expires_in changed")
	site.holds(t, 1)
	site.texts(t, map[string]string{"expires_at": "2026-02-04T08:00:00Z", "rotation_reason": "repair"})
	site.apply(t, tokenConfig()).MustWarn(t, "expires_in changed")
	site.texts(t, map[string]string{"expires_at": ""})
	site.settled(t, tokenConfig())
}

func TestPersonalAccessToken_changedNameCountsFromTheNextRotationOn(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Create(t, tokenConfig(tokenRelease("1")))
	site.at.ResetLog()
	renamed := acctest.Object{"name": "robot"}
	site.apply(t, tokenConfig(tokenRelease("1"), renamed)).MustBeQuiet(t)
	site.expect(t, listTokens)
	site.apply(t, tokenConfig(tokenRelease("2"), renamed))
	if name := site.String(t, "token_name"); !strings.HasPrefix(name, "robot-") {
		t.Errorf("the token is called %q", name)
	}
}

func TestPersonalAccessToken_clampedExpiryIsWarnedOf(t *testing.T) {
	t.Parallel()
	site := newTokenSite(t, personalTokenType, simulator.InstanceConfig{Product: simulator.Jira, TokenRules: simulator.TokenRules{MaxDays: 90}})
	config := tokenConfig(acctest.Object{"expires_in": "365d"})
	site.apply(t, config).MustWarn(t, "works 365 days", "works 90 days")
	site.texts(t, map[string]string{"expires_at": "2026-04-05T08:00:00Z"})
	site.settled(t, config)
}

func TestPersonalAccessToken_refusedExpiryIsOneError(t *testing.T) {
	t.Parallel()
	site := newTokenSite(t, personalTokenType, simulator.InstanceConfig{
		Product: simulator.Jira, TokenRules: simulator.TokenRules{MaxDays: 90}, Guesses: simulator.Guesses{Tokens: simulator.TokenGuesses{RefuseLongExpiry: true}},
	})
	plan := site.Plan(t, tokenConfig(acctest.Object{"expires_in": "365d"}))
	site.Apply(t.Context(), t, plan).MustFail(t, "Token of", "at most 90 days", "Nothing was changed")
	if site.Exists() || len(site.at.Tokens()) != 0 {
		t.Errorf("something was made: %q", site.names())
	}
}

func TestPersonalAccessToken_reachedLimitIsOneErrorAndLosesNothing(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Create(t, tokenConfig(tokenRelease("1")))
	for range 9 {
		site.at.AddToken(simulator.AccessToken{Name: "other"})
	}
	plan := site.Plan(t, tokenConfig(tokenRelease("2")))
	site.Apply(t.Context(), t, plan).MustFail(t, "not made", "10 tokens were listed before", "default limit", "present token goes on working")
	site.texts(t, map[string]string{"token_id": "1", "status": "active"})
	site.at.RevokeToken("5")
	site.apply(t, tokenConfig(tokenRelease("2")))
	site.texts(t, map[string]string{"token_id": "11"})
}

func TestPersonalAccessToken_rotationThatMayLackRoomIsWarnedOfByRefresh(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	config := tokenConfig(acctest.Object{"rotation_interval": "30d"})
	site.Create(t, config)
	for range 9 {
		site.at.AddToken(simulator.AccessToken{Name: "other"})
	}
	site.Refresh(t).MustBeQuiet(t)
	site.Clock.Advance(30 * day)
	site.Refresh(t).MustWarn(t, "Room for another token", "10 tokens are listed")
}

func TestPersonalAccessToken_instanceWithoutTokensIsOneError(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.at.SetTokensEnabled(false)
	plan := site.Plan(t, tokenConfig())
	site.Apply(t.Context(), t, plan).MustFail(t, "Token of", "not made", "it has no such tokens", "8.14", "switch them off")
	if site.Exists() {
		t.Error("the state holds something")
	}
}

func TestPersonalAccessToken_refreshOfManyListsOnce(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	second := site.NewManagedResource(personalTokenType)
	site.Create(t, tokenConfig())
	second.Create(t, tokenConfig(acctest.Object{"name": "other"}))
	site.at.ResetLog()
	process := site.StartProcess(t)
	site.RefreshIn(t, process).MustBeQuiet(t)
	second.RefreshIn(t, process).MustBeQuiet(t)
	site.expect(t, listTokens)
}

func TestPersonalAccessToken_destroyRevokesBothAndTakesGoneForASuccess(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	overlap := acctest.Object{"revoke_previous_after": "7d"}
	site.Create(t, tokenConfig(overlap, tokenRelease("1")))
	site.apply(t, tokenConfig(overlap, tokenRelease("2")))
	said := site.PlanDestroy(t)
	said.MustWarn(t, "Revocation of the token 1")
	said.MustWarn(t, "Revocation of the token", "(2)")
	site.at.RevokeToken("1")
	site.at.Inject(simulator.Fault{Kind: simulator.Status, Status: 503, Method: "DELETE", Path: personalTokens + "/2"})
	site.Destroy(t).MustFail(t, "Token 2 of", "not revoked", "Destroy again")
	site.at.ClearFaults()
	site.Destroy(t).MustBeQuiet(t)
	if site.Exists() || len(site.at.Tokens()) != 0 {
		t.Errorf("there are %q", site.names())
	}
}

func TestPersonalAccessToken_destroyOfOneThatIsGoneSendsNothing(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Create(t, tokenConfig())
	site.at.RevokeToken("1")
	site.Refresh(t).MustNotFail(t)
	site.PlanDestroy(t).MustWarn(t, "only forgotten")
	site.at.ResetLog()
	site.Destroy(t).MustBeQuiet(t)
	site.expect(t)
}

func TestPersonalAccessToken_expiryIsWarnedOfWhereNoRotationComesBefore(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	config := tokenConfig(acctest.Object{"expires_in": "30d", "fail_before_expiry": "5d"})
	site.Create(t, config)
	site.Clock.Advance(15 * day)
	site.Refresh(t).MustBeQuiet(t)
	site.Clock.Advance(2 * day)
	site.Refresh(t).MustWarn(t, "expires soon", "no scheduled rotation")
	site.Clock.Advance(9 * day)
	site.Plan(t, config).Diagnostics.MustFail(t, "expires too soon", "fail_before_expiry")
	config["rotate_triggers"] = acctest.Object{"now": "yes"}
	site.apply(t, config).MustNotFail(t)
	site.holds(t, 1)
}

func TestPersonalAccessToken_importKeepsTheTokenAndSaysThatItsSecretIsNotKnown(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	made := site.at.AddToken(simulator.AccessToken{Name: "by-hand"})
	site.Import(t, "robot/"+made.ID).MustNotFail(t)
	site.at.ResetLog()
	plan := site.Plan(t, tokenConfig(acctest.Object{"expires_in": "90d"}, tokenRelease("1")))
	plan.Diagnostics.MustWarn(t, "Secret of the token", "by-hand", "null until a rotation")
	site.Apply(t.Context(), t, plan).MustNotFail(t)
	site.expect(t, listTokens)
	site.texts(t, map[string]string{"token": "", "token_id": made.ID, "token_name": "by-hand", "status": "active"})
	site.settled(t, tokenConfig(acctest.Object{"expires_in": "90d"}, tokenRelease("1")))
	site.apply(t, tokenConfig(acctest.Object{"expires_in": "90d"}, tokenRelease("2")))
	site.holds(t, 1)
}

func TestPersonalAccessToken_importOfWhatIsNoTokenFails(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Import(t, "robot/99").MustFail(t, `No token "99"`, "atlassian_dc_tokens")
	for _, identity := range []acctest.Object{{"instance": "robot", "token_id": ""}, {"instance": "", "token_id": "1"}} {
		site.ImportByIdentity(t, identity).MustFail(t, "Not a token", "instance/token_id")
	}
	site.ImportByIdentity(t, acctest.Object{"instance": "nobody", "token_id": "1"}).MustFail(t, `Unknown instance "nobody"`)
}

func TestPersonalAccessToken_badInputIsOneErrorEach(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	for name, test := range map[string]struct {
		config acctest.Object
		at     string
		says   string
	}{
		"not whole days":          {acctest.Object{"expires_in": "36h"}, "expires_in", "whole days"},
		"no days":                 {acctest.Object{"expires_in": "0s"}, "expires_in", "whole days"},
		"no duration":             {acctest.Object{"expires_in": "90"}, "expires_in", "Not a duration"},
		"interval as long":        {acctest.Object{"expires_in": "90d", "rotation_interval": "90d"}, "rotation_interval", "not shorter than expires_in"},
		"overlap too long":        {acctest.Object{"expires_in": "90d", "rotation_interval": "80d", "revoke_previous_after": "11d"}, "revoke_previous_after", "longer than what is left"},
		"overlap beyond the next": {acctest.Object{"rotation_interval": "7d", "revoke_previous_after": "7d"}, "revoke_previous_after", "not shorter than rotation_interval"},
		"no creation":             {acctest.Object{"rotate_on_create": false}, "rotate_on_create", "import a token"},
		"no name":                 {acctest.Object{"name": ""}, "name", "length"},
		"unknown permission":      {acctest.Object{"permissions": []string{"ADMIN"}}, "permissions", "ADMIN"},
	} {
		said := site.Validate(t, tokenConfig(test.config))
		if len(said.Errors()) != 1 || !strings.Contains(said.Errors()[0], test.says) {
			t.Errorf("%s: %q, want one with %q", name, said.Errors(), test.says)
		}
	}
	site.Validate(t, tokenConfig(acctest.Object{"expires_in": "90d", "rotation_interval": "80d", "revoke_previous_after": "10d"})).MustBeQuiet(t)
}

func TestPersonalAccessToken_ofJiraTakesNoPermissions(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	plan := site.Plan(t, tokenConfig(acctest.Object{"permissions": []string{"READ"}}))
	site.Apply(t.Context(), t, plan).MustFail(t, "no permissions of their own")
	if len(site.at.Tokens()) != 0 {
		t.Errorf("there are %q", site.names())
	}
}

func TestPersonalAccessToken_ofBambooHasPermissions(t *testing.T) {
	t.Parallel()
	site := newTokenSite(t, personalTokenType, simulator.InstanceConfig{Product: simulator.Bamboo, Version: "10.2.0"})
	may := acctest.Object{"permissions": []string{"READ", "TRIGGER"}, "expires_in": "90d"}
	site.apply(t, tokenConfig(may, tokenRelease("1"))).MustBeQuiet(t)
	site.holds(t, 1)
	site.expect(t, listTokens, "GET "+bambooTokens, listTokens, "GET "+bambooTokens, "GET "+bambooTokens, "POST "+bambooTokens, "GET /rest/api/latest/currentUser")
	site.texts(t, map[string]string{"expires_at": "2026-04-05T08:00:00Z"})
	site.Clock.Advance(day)
	site.settled(t, tokenConfig(may, tokenRelease("1")))
	site.texts(t, map[string]string{"expires_at": "2026-04-05T08:00:00Z"})
	first := site.String(t, "token_id")
	site.at.ResetLog()
	site.apply(t, tokenConfig(may, acctest.Object{"permissions": []string{"READ"}}, tokenRelease("1"))).MustWarn(t, "permissions changed")
	site.expect(t, listTokens, "GET "+bambooTokens, listTokens, "GET "+bambooTokens, "POST "+bambooTokens, "GET /rest/api/latest/currentUser", "DELETE "+bambooTokens+"/"+first)
	site.holds(t, 1)
}

func TestPersonalAccessToken_ofBambooThatIsGoneIsRevokedAlready(t *testing.T) {
	t.Parallel()
	site := newTokenSite(t, personalTokenType, simulator.InstanceConfig{Product: simulator.Bamboo, Version: "10.2.0"})
	site.Create(t, tokenConfig())
	site.at.RevokeToken(site.String(t, "token_id"))
	site.Destroy(t).MustBeQuiet(t)
}

// The configured token of the instance is the first; the resource imports it.
func TestPersonalAccessToken_ownOneIsRevokedLastAndByTheNewOne(t *testing.T) {
	t.Parallel()
	site := newTokenSite(t, personalTokenType, simulator.InstanceConfig{Product: simulator.Jira, Token: "configured-token"})
	own := acctest.Object{"own": true}
	site.Import(t, "robot/1").MustNotFail(t)
	site.apply(t, tokenConfig(own, tokenRelease("1")))
	site.apply(t, tokenConfig(own, tokenRelease("2"))).MustNotFail(t)
	site.holds(t, 1)
	last := site.at.Requests()[len(site.at.Requests())-1]
	if last.Method != "DELETE" || last.Status != 204 {
		t.Errorf("the last request was %s %s: %d", last.Method, last.Path, last.Status)
	}
	site.Refresh(t).MustFail(t, "does not accept `token`", "own = true")
	site.Setenv("ATLASSIAN_INSTANCE_ROBOT_TOKEN", site.String(t, "token"))
	site.settled(t, tokenConfig(own, tokenRelease("2")))
	site.apply(t, tokenConfig(own, tokenRelease("3"))).MustNotFail(t)
	site.holds(t, 1)
}

// What hands the new token to the next run has failed: the old one still works.
func TestPersonalAccessToken_ownOneThatWasNotHandedOverStillWorks(t *testing.T) {
	t.Parallel()
	site := newTokenSite(t, personalTokenType, simulator.InstanceConfig{Product: simulator.Jira, Token: "configured-token"})
	own := acctest.Object{"own": true, "revoke_previous_after": "7d"}
	site.Import(t, "robot/1").MustNotFail(t)
	site.apply(t, tokenConfig(own, tokenRelease("1")))
	site.apply(t, tokenConfig(own, tokenRelease("2"))).MustNotFail(t)
	site.settled(t, tokenConfig(own, tokenRelease("2")))
	site.Clock.Advance(7 * day)
	site.apply(t, tokenConfig(own, tokenRelease("2"))).MustWarn(t, "Revocation of the token 1")
	site.holds(t, 1)
	site.Setenv("ATLASSIAN_INSTANCE_ROBOT_TOKEN", site.String(t, "token"))
	site.settled(t, tokenConfig(own, tokenRelease("2")))
}

func TestPersonalAccessToken_ownOneWithoutAnOverlapIsWarnedOf(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Validate(t, tokenConfig(acctest.Object{"own": true})).MustWarn(t, "no second chance", "revoke_previous_after")
	site.Validate(t, tokenConfig(acctest.Object{"own": true, "revoke_previous_after": "7d"})).MustBeQuiet(t)
	site.Validate(t, tokenConfig(acctest.Object{"own": acctest.Unknown{}})).MustBeQuiet(t)
}

func TestPersonalAccessToken_instanceThatCannotBeReadMayBeToleratedAndIsJudgedByTheClock(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	config := tokenConfig(acctest.Object{"expires_in": "90d", "rotation_interval": "60d"})
	site.Create(t, config)
	site.at.Inject(simulator.Fault{Kind: simulator.Status, Status: 503})
	site.Refresh(t).MustFail(t, "not listed", "503")
	site.SetProviderBlock(acctest.Object{"unreachable_instances": "warn", "max_retries": 0, "instances": acctest.Object{"robot": acctest.Object{"url": site.at.URL()}}})
	site.Clock.Advance(60 * day)
	plan := site.Plan(t, config)
	plan.Diagnostics.MustWarn(t, `Tokens of "robot" not read`, "kept as it is")
	plan.Diagnostics.MustWarn(t, "Rotation of", "schedule")
	site.Apply(t.Context(), t, plan).MustFail(t, "not made", "Nothing was changed")
	site.at.ClearFaults()
	site.apply(t, config).MustNotFail(t)
	site.holds(t, 1)
}

func TestPersonalAccessToken_instanceThatLeftTheConfigurationDoesNotStopTheDestruction(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Create(t, tokenConfig())
	site.SetProviderBlock(acctest.Object{"instances": acctest.Object{"other": acctest.Object{"url": site.at.URL(), "token": "x-token"}}})
	site.Setenv("ATLASSIAN_INSTANCE_ROBOT_USERNAME", "")
	site.Setenv("ATLASSIAN_INSTANCE_ROBOT_PASSWORD", "")
	site.Refresh(t).MustWarn(t, "not read", "Unknown instance")
	site.Destroy(t).MustWarn(t, "not revoked", "still works")
}

func TestPersonalAccessToken_shortenedOverlapIsJudgedByTheNextRefresh(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Create(t, tokenConfig(acctest.Object{"revoke_previous_after": "30d"}, tokenRelease("1")))
	site.apply(t, tokenConfig(acctest.Object{"revoke_previous_after": "30d"}, tokenRelease("2")))
	site.Clock.Advance(10 * day)
	shorter := tokenConfig(acctest.Object{"revoke_previous_after": "7d"}, tokenRelease("2"))
	site.apply(t, shorter).MustBeQuiet(t)
	site.texts(t, map[string]string{"previous_revocation_due": "2026-01-12T08:00:00Z", "previous_token_id": "1"})
	site.apply(t, shorter).MustWarn(t, "Revocation of the token 1")
	site.holds(t, 1)
	site.settled(t, shorter)
}

func TestPersonalAccessToken_supersededOneThatIsGoneIsNoMoreToRevoke(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	overlap := acctest.Object{"revoke_previous_after": "7d"}
	site.Create(t, tokenConfig(overlap, tokenRelease("1")))
	site.apply(t, tokenConfig(overlap, tokenRelease("2")))
	site.at.RevokeToken("1")
	site.Clock.Advance(7 * day)
	site.settled(t, tokenConfig(overlap, tokenRelease("2")))
	site.Refresh(t).MustNotFail(t)
	site.texts(t, map[string]string{"previous_token_id": ""})
}

func TestPersonalAccessToken_pausedScheduleStillRepairs(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	config := tokenConfig(acctest.Object{"rotation_interval": "30d", "rotation_paused": true})
	site.Create(t, config)
	site.Clock.Advance(40 * day)
	site.settled(t, config)
	site.at.RevokeToken("1")
	site.apply(t, config).MustWarn(t, "repair")
	site.holds(t, 1)
}

func TestPersonalAccessToken_inputsThatAreNotKnownYetRotateOnlyWhereTheyDiffer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		unknown, known acctest.Object
		rotates        bool
	}{
		"same expiry":    {acctest.Object{"expires_in": acctest.Unknown{}}, acctest.Object{"expires_in": "90d"}, false},
		"other expiry":   {acctest.Object{"expires_in": acctest.Unknown{}}, acctest.Object{"expires_in": "30d"}, true},
		"same triggers":  {acctest.Object{"rotate_triggers": acctest.Unknown{}}, tokenRelease("1"), false},
		"other triggers": {acctest.Object{"rotate_triggers": acctest.Unknown{}}, tokenRelease("2"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newJiraToken(t)
			base := []acctest.Object{{"expires_in": "90d"}, tokenRelease("1")}
			site.Create(t, tokenConfig(base...))
			plan := site.Plan(t, tokenConfig(append(base, test.unknown)...))
			plan.Diagnostics.MustWarn(t, "may rotate")
			site.Apply(t.Context(), t, plan.WithConfig(tokenConfig(append(base, test.known)...))).MustNotFail(t)
			site.holds(t, 1)
			if rotated := site.String(t, "token_id") == "2"; rotated != test.rotates {
				t.Errorf("rotated: %t", rotated)
			}
			site.settled(t, tokenConfig(append(base, test.known)...))
		})
	}
}

// A further rotation revokes the token that the instance is configured with: from
// then on only the newest one in state can act.
func TestPersonalAccessToken_ownOneActsOnceTheConfiguredOneIsRevoked(t *testing.T) {
	t.Parallel()
	site := newTokenSite(t, personalTokenType, simulator.InstanceConfig{Product: simulator.Jira, Token: "configured-token"})
	own := acctest.Object{"own": true, "revoke_previous_after": "7d"}
	site.Import(t, "robot/1").MustNotFail(t)
	for _, release := range []string{"1", "2", "3"} {
		site.apply(t, tokenConfig(own, tokenRelease(release))).MustNotFail(t)
	}
	site.holds(t, 2)
	site.texts(t, map[string]string{"token_id": "3", "previous_token_id": "2"})
}

// The token that is revoked could not be asked whether it was.
func TestPersonalAccessToken_lostAnswerOfTheRevocationOfAnOwnOneIsLookedUpByTheNewOne(t *testing.T) {
	t.Parallel()
	site := newTokenSite(t, personalTokenType, simulator.InstanceConfig{Product: simulator.Jira, Token: "configured-token"})
	own := acctest.Object{"own": true}
	site.Import(t, "robot/1").MustNotFail(t)
	site.apply(t, tokenConfig(own, tokenRelease("1")))
	site.at.Inject(simulator.Fault{Kind: simulator.ResetAfter, Method: "DELETE", Path: personalTokens + "/1", Times: 1})
	site.apply(t, tokenConfig(own, tokenRelease("2"))).MustNotFail(t)
	site.holds(t, 1)
	site.texts(t, map[string]string{"token_id": "2", "previous_token_id": ""})
}

func TestPersonalAccessToken_destroyRevokesWhatALostAnswerHasLeft(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.at.Inject(simulator.Fault{Kind: simulator.ResetAfter, Method: "POST", Path: personalTokens, Times: 1})
	site.at.Inject(simulator.Fault{Kind: simulator.Status, Status: 503, Method: "GET", Path: personalTokens, Skip: 3})
	site.apply(t, tokenConfig()).MustWarn(t, "Outcome of the request for a token")
	site.at.ClearFaults()
	if len(site.at.Tokens()) != 1 {
		t.Fatalf("there are %q", site.names())
	}
	site.PlanDestroy(t).MustWarn(t, "if there is one", "its secret was lost")
	site.Destroy(t).MustNotFail(t)
	if site.Exists() || len(site.at.Tokens()) != 0 {
		t.Errorf("there are %q", site.names())
	}
}
