// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// killed applies a configuration with a provider that is killed before anything is
// saved: the state stays the one before.
func (s *tokenSite) killed(t *testing.T, config acctest.Object) {
	t.Helper()
	victim := *s.ManagedResource
	victim.Apply(t.Context(), t, victim.Plan(t, config)).MustNotFail(t)
}

// newKilledRotation is a token whose rotation was killed before anything was
// saved, with the configuration that it had before.
func newKilledRotation(t *testing.T) (*tokenSite, acctest.Object) {
	t.Helper()
	site := newJiraToken(t)
	overlap := acctest.Object{"revoke_previous_after": "7d"}
	first := tokenConfig(overlap, tokenRelease("1"))
	site.Create(t, first)
	site.killed(t, tokenConfig(overlap, tokenRelease("2")))
	return site, first
}

// The configuration went back to what it was: no rotation would ever look for it.
func TestPersonalAccessToken_attemptThatNobodySavedIsRevokedThoughNothingRotates(t *testing.T) {
	t.Parallel()
	site, first := newKilledRotation(t)
	site.apply(t, first).MustWarn(t, "Revocation of the token 2", "its secret is lost")
	site.holds(t, 1)
	site.texts(t, map[string]string{"token_id": "1"})
	site.settled(t, first)
}

func TestPersonalAccessToken_attemptThatNobodySavedIsRevokedByTheDestruction(t *testing.T) {
	t.Parallel()
	site, first := newKilledRotation(t)
	said := site.DestroyAll(t, first)
	said.MustNotFail(t)
	said.MustWarn(t, "Revocation of the token 2", "its secret is lost")
	if left := site.names(); len(left) != 0 {
		t.Errorf("there are %q", left)
	}
}

// Somebody else revokes what the refresh has found, before the plan is applied.
func TestPersonalAccessToken_attemptThatIsGoneByTheApplyIsNoError(t *testing.T) {
	t.Parallel()
	site, first := newKilledRotation(t)
	plan := site.Plan(t, first)
	site.at.RevokeToken("2")
	site.Apply(t.Context(), t, plan).MustNotFail(t)
	site.settled(t, first)
}

// What has superseded the token elsewhere, with a marker that derives from it, is
// in use there.
func TestPersonalAccessToken_successorOfAnImportedOneIsLeftAlone(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	overlap := acctest.Object{"revoke_previous_after": "7d"}
	site.Create(t, tokenConfig(overlap, tokenRelease("1")))
	site.apply(t, tokenConfig(overlap, tokenRelease("2")))
	other := site.NewManagedResource(personalTokenType)
	other.Import(t, "robot/1").MustNotFail(t)
	for _, release := range []string{"3", "4"} {
		plan := other.Plan(t, tokenConfig(overlap, tokenRelease(release)))
		plan.Diagnostics.MustNotFail(t)
		other.Apply(t.Context(), t, plan).MustNotFail(t)
	}
	if token := tokenAt(site.at, "2"); token.Secret != site.String(t, "token") {
		t.Errorf("there are %q", site.names())
	}
}

// One node of a cluster, or a restored index, has not shown the token to the
// refresh.
func TestPersonalAccessToken_missedOneThatIsThereAfterAllIsRevokedByTheNextApply(t *testing.T) {
	t.Parallel()
	site := newJiraToken(t)
	site.Create(t, tokenConfig())
	site.at.Inject(simulator.Fault{Method: "GET", Path: personalTokens, Status: 200, Body: "[]", Times: 1})
	site.apply(t, tokenConfig()).MustWarn(t, `is gone`)
	site.texts(t, map[string]string{"token_id": "2", "previous_token_id": "1", "revocation_due": "true"})
	site.apply(t, tokenConfig()).MustWarn(t, "Revocation of the token 1")
	site.holds(t, 1)
	site.settled(t, tokenConfig())
}

func tokenAt(instance *simulator.Instance, id string) simulator.AccessToken {
	for _, token := range instance.Tokens() {
		if token.ID == id {
			return token
		}
	}
	return simulator.AccessToken{}
}
