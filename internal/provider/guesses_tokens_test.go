// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// tokenGuesses are those about what products answer about tokens.
func tokenGuesses() map[string]guess[simulator.InstanceConfig] {
	return map[string]guess[simulator.InstanceConfig]{
		"a token is made with 200": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.CreatedStatus = http.StatusOK },
			onEach(simulator.Jira, simulator.Confluence),
		},
		"times of tokens end in Z": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.RFC3339Times = true },
			onEach(simulator.Jira, simulator.Confluence),
		},
		"never is the year 9999": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.NeverIsYear9999 = true }, neverIsNoExpiry,
		},
		"names of tokens are unique": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.UniqueNames = true }, everyProductRotates,
		},
		"the last use is told": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.TellLastUse = true }, lastUseIsNoChange,
		},
		"expired tokens vanish": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.PruneExpired = true }, expiredTokenIsReplaced,
		},
		"Bitbucket writes dates as text": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.TextDates = true }, onEach(simulator.Bitbucket),
		},
		"Bitbucket adds what a permission implies": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.WidenPermissions = true }, impliedPermissionsAreNoDrift,
		},
		"Bamboo tells the days that are left": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.BambooCountsDown = true }, daysLeftAreNoOtherExpiry,
		},
	}
}

// newTurnedToken is a token on an instance of a product with the switch turned,
// and its configuration, which is that of a product whose tokens have
// permissions where it has.
func newTurnedToken(t *testing.T, config simulator.InstanceConfig, turn turnInstance) (*tokenSite, func(...acctest.Object) acctest.Object) {
	t.Helper()
	if config.Product == simulator.Bitbucket {
		config.Projects = map[string][]string{"OPS": {"tools"}}
		return newTokenSite(t, httpTokenType, with(config, turn)), projectConfig
	}
	return newTokenSite(t, personalTokenType, with(config, turn)), tokenConfig
}

// tokensAreRotatedAndRevoked has a token made, rotated by triggers and by its
// schedule, imported and revoked.
func tokensAreRotatedAndRevoked(t *testing.T, product simulator.Product, turn turnInstance) {
	t.Helper()
	site, config := newTurnedToken(t, simulator.InstanceConfig{Product: product}, turn)
	lasting := acctest.Object{"expires_in": "90d", "rotation_interval": "60d"}
	site.apply(t, config(lasting, tokenRelease("1"))).MustBeQuiet(t)
	site.texts(t, map[string]string{"created_at": "2026-01-05T08:00:00Z", "expires_at": "2026-04-05T08:00:00Z", "status": "active"})
	site.settled(t, config(lasting, tokenRelease("1")))
	first := site.String(t, "token_id")

	site.apply(t, config(lasting, tokenRelease("2"))).MustWarn(t, "Revocation of the token", first)
	site.holds(t, 1)
	site.Clock.Advance(59 * day)
	site.settled(t, config(lasting, tokenRelease("2")))
	site.Clock.Advance(day)
	site.apply(t, config(lasting, tokenRelease("2"))).MustWarn(t, "rotation due since")
	site.holds(t, 1)
	site.texts(t, map[string]string{"rotation_reason": "schedule", "created_at": "2026-03-06T08:00:00Z", "expires_at": "2026-06-04T08:00:00Z"})
	site.settled(t, config(lasting, tokenRelease("2")))
	site.mustList(t, product)
	site.Destroy(t).MustBeQuiet(t)
	if len(site.at.Tokens()) != 0 {
		t.Errorf("there are %q", site.names())
	}
}

// mustList fails the test unless the data source tells of the token in state, and
// nothing is told of it that is not so.
func (s *tokenSite) mustList(t *testing.T, product simulator.Product) {
	t.Helper()
	config := acctest.Object{"instance": "robot"}
	if product == simulator.Bitbucket {
		config["project"] = "OPS"
	}
	read, said := s.Read(t, dcTokensType, config)
	said.MustBeQuiet(t)
	entries := entriesOf(t, read["tokens"])
	if len(entries) != 1 {
		t.Fatalf("listed are %d tokens", len(entries))
	}
	want := map[string]string{"id": s.String(t, "token_id"), "name": s.String(t, "token_name"), "created_at": s.String(t, "created_at"), "expires_at": s.String(t, "expires_at")}
	if product == simulator.Bamboo {
		want["expires_at"] = ""
	}
	for attribute, text := range want {
		if got := textOf(t, entries[0], attribute); got != text {
			t.Errorf("%s: %s is listed as %q, want %q", product, attribute, got, text)
		}
	}
}

// onEach returns a check of the tokens of the products.
func onEach(products ...simulator.Product) func(*testing.T, turnInstance) {
	return func(t *testing.T, turn turnInstance) {
		t.Helper()
		for _, product := range products {
			tokensAreRotatedAndRevoked(t, product, turn)
		}
	}
}

func everyProductRotates(t *testing.T, turn turnInstance) {
	t.Helper()
	onEach(simulator.Jira, simulator.Confluence, simulator.Bamboo, simulator.Bitbucket)(t, turn)
}

func neverIsNoExpiry(t *testing.T, turn turnInstance) {
	t.Helper()
	onEach(simulator.Jira, simulator.Confluence)(t, turn)
	site, config := newTurnedToken(t, simulator.InstanceConfig{Product: simulator.Jira}, turn)
	site.apply(t, config(acctest.Object{"fail_before_expiry": "365d"})).MustBeQuiet(t)
	site.texts(t, map[string]string{"expires_at": "", "status": "active"})
	site.Clock.Advance(3000 * day)
	site.settled(t, config(acctest.Object{"fail_before_expiry": "365d"}))
	site.mustList(t, simulator.Jira)
}

// lastUseIsNoChange has the token used: the data source tells when, and a token in
// use is no drift.
func lastUseIsNoChange(t *testing.T, turn turnInstance) {
	t.Helper()
	onEach(simulator.Jira, simulator.Confluence)(t, turn)
	site, config := newTurnedToken(t, simulator.InstanceConfig{Product: simulator.Jira}, turn)
	site.apply(t, config()).MustBeQuiet(t)
	site.Clock.Advance(day)
	site.use(t)
	if changed, said := site.RefreshOnlyPlan(t); changed || len(said) > 0 {
		t.Errorf("a refresh changes the state: %t, and says %v", changed, said)
	}
	site.settled(t, config())
	read, said := site.Read(t, dcTokensType, acctest.Object{"instance": "robot"})
	said.MustBeQuiet(t)
	mustSayAt(t, entriesOf(t, read["tokens"])[0], "last_used_at", "2026-01-06T08:00:00Z")
	site.holds(t, 1)
}

// use has the token in state open something.
func (s *tokenSite) use(t *testing.T) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.at.URL()+personalTokens, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.String(t, "token"))
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("answered %d, %v", response.StatusCode, err)
	}
}

func expiredTokenIsReplaced(t *testing.T, turn turnInstance) {
	t.Helper()
	for _, product := range []simulator.Product{simulator.Jira, simulator.Confluence, simulator.Bamboo, simulator.Bitbucket} {
		site, config := newTurnedToken(t, simulator.InstanceConfig{Product: product}, turn)
		lasting := acctest.Object{"expires_in": "30d"}
		site.Create(t, config(lasting))
		site.Clock.Advance(31 * day)
		site.apply(t, config(lasting)).MustWarn(t, "makes another one")
		site.texts(t, map[string]string{"rotation_reason": "repair", "status": "active"})
		site.settled(t, config(lasting))
		site.mustList(t, product)
	}
}

func impliedPermissionsAreNoDrift(t *testing.T, turn turnInstance) {
	t.Helper()
	onEach(simulator.Bitbucket)(t, turn)
	site, config := newTurnedToken(t, simulator.InstanceConfig{Product: simulator.Bitbucket}, turn)
	may := config(acctest.Object{"permissions": []string{"PROJECT_WRITE"}})
	site.Create(t, may)
	if got := strings.Join(site.at.Tokens()[0].Permissions, " "); got != "PROJECT_WRITE REPO_WRITE" {
		t.Errorf("the token may %q", got)
	}
	site.settled(t, may)
	site.Refresh(t).MustBeQuiet(t)
	site.settled(t, may)
}

func daysLeftAreNoOtherExpiry(t *testing.T, turn turnInstance) {
	t.Helper()
	onEach(simulator.Bamboo)(t, turn)
	site, config := newTurnedToken(t, simulator.InstanceConfig{Product: simulator.Bamboo}, turn)
	lasting := config(acctest.Object{"expires_in": "90d"})
	site.Create(t, lasting)
	for range 3 {
		site.Clock.Advance(20 * day)
		site.settled(t, lasting)
		site.Refresh(t).MustNotFail(t)
		site.texts(t, map[string]string{"expires_at": "2026-04-05T08:00:00Z"})
	}
}

// otherTokenGuesses are those about tokens that an instance refuses.
func otherTokenGuesses() map[string]guess[simulator.InstanceConfig] {
	return map[string]guess[simulator.InstanceConfig]{
		"too long an expiry is refused": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.RefuseLongExpiry = true }, tooLongAnExpiryIsOneError,
		},
		"one token too many is refused with 409": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.LimitStatus = http.StatusConflict }, reachedLimitIsOneError(http.StatusConflict),
		},
		"a revoked secret is nobody's": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.RevokedIsAnonymous = true }, revokedSecretProvesNothing,
		},
		"tokens of Bamboo make tokens": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.BambooTokensCreate = true }, tokenOfBambooRotatesItself,
		},
		"Bamboo before 9.4 ignores an expiry": {
			func(c *simulator.InstanceConfig) { c.Guesses.Tokens.BambooIgnoresExpiry = true }, ignoredExpiryIsWarnedOf,
		},
	}
}

func tooLongAnExpiryIsOneError(t *testing.T, turn turnInstance) {
	t.Helper()
	for _, product := range []simulator.Product{simulator.Jira, simulator.Confluence} {
		site, config := newTurnedToken(t, simulator.InstanceConfig{Product: product, TokenRules: simulator.TokenRules{MaxDays: 90}}, turn)
		site.mustNotMake(t, config(acctest.Object{"expires_in": "365d"}), "at most 90 days", "Nothing was changed")
		site.apply(t, config(acctest.Object{"expires_in": "90d"})).MustBeQuiet(t)
		site.holds(t, 1)
	}
}

// mustNotMake fails the test unless a creation fails with these words, and makes
// nothing.
func (s *tokenSite) mustNotMake(t *testing.T, config acctest.Object, words ...string) {
	t.Helper()
	before := len(s.at.Tokens())
	plan := s.Plan(t, config)
	plan.Diagnostics.MustNotFail(t)
	s.Apply(t.Context(), t, plan).MustFail(t, append([]string{`Token of "robot" not made`}, words...)...)
	if s.Exists() || len(s.at.Tokens()) != before {
		t.Errorf("there are %q", s.names())
	}
}

// reachedLimitIsOneError returns a check that it costs nothing.
func reachedLimitIsOneError(status int) func(*testing.T, turnInstance) {
	return func(t *testing.T, turn turnInstance) {
		t.Helper()
		site, config := newTurnedToken(t, simulator.InstanceConfig{Product: simulator.Jira}, turn)
		site.Create(t, config(tokenRelease("1")))
		for range 9 {
			site.at.AddToken(simulator.AccessToken{Name: "other"})
		}
		plan := site.Plan(t, config(tokenRelease("2")))
		site.Apply(t.Context(), t, plan).MustFail(t, "not made", fmt.Sprintf("The instance refused with %d", status), "10 tokens were listed before", "present token goes on working")
		site.texts(t, map[string]string{"token_id": "1", "status": "active"})
		site.at.RevokeToken("5")
		site.apply(t, config(tokenRelease("2")))
		site.texts(t, map[string]string{"token_id": "11"})
	}
}

// revokedSecretProvesNothing has somebody revoke the new token before it is used:
// that an instance answers nobody does not prove it.
func revokedSecretProvesNothing(t *testing.T, turn turnInstance) {
	t.Helper()
	for _, product := range []simulator.Product{simulator.Jira, simulator.Confluence, simulator.Bamboo, simulator.Bitbucket} {
		revokedBeforeItIsUsed(t, product, turn)
	}
}

func revokedBeforeItIsUsed(t *testing.T, product simulator.Product, turn turnInstance) {
	t.Helper()
	var site *tokenSite
	revoke := true
	estate := acctest.NewEstate(t, simulator.WithWitness(func(moment simulator.Moment, r *http.Request) {
		if moment == simulator.CarriedOut && revoke && (r.Method == http.MethodPost || r.Method == http.MethodPut) {
			site.at.RevokeToken(site.at.Tokens()[0].ID)
		}
	}))
	typeName, config := personalTokenType, tokenConfig
	if product == simulator.Bitbucket {
		typeName, config = httpTokenType, projectConfig
	}
	at := estate.AddInstance(with(simulator.InstanceConfig{
		Name: "robot", Product: product, Password: "robot-password", Projects: map[string][]string{"OPS": {"tools"}},
	}, turn))
	site = &tokenSite{Estate: estate, ManagedResource: estate.NewManagedResource(typeName), at: at}
	site.mustNotMake(t, config(), "The instance answered 401: it does not accept the new token", "Nothing else was changed")
	revoke = false
	site.apply(t, config()).MustNotFail(t)
	site.holds(t, 1)
	site.settled(t, config())
}

// tokenOfBambooRotatesItself has the configured token make its successor, by which
// it is revoked.
func tokenOfBambooRotatesItself(t *testing.T, turn turnInstance) {
	t.Helper()
	site, config := newTurnedToken(t, simulator.InstanceConfig{Product: simulator.Bamboo, Token: "configured-token"}, turn)
	own := acctest.Object{"own": true, "permissions": []string{"USER"}}
	configured := site.at.Tokens()[0].ID
	site.Import(t, "robot/"+configured).MustNotFail(t)
	site.apply(t, config(own, tokenRelease("1"))).MustNotFail(t)
	site.apply(t, config(own, tokenRelease("2"))).MustNotFail(t)
	site.holds(t, 1)
	site.Setenv("ATLASSIAN_INSTANCE_ROBOT_TOKEN", site.String(t, "token"))
	site.settled(t, config(own, tokenRelease("2")))
}

// ignoredExpiryIsWarnedOf says that the token works longer than was asked for.
func ignoredExpiryIsWarnedOf(t *testing.T, turn turnInstance) {
	t.Helper()
	site, config := newTurnedToken(t, simulator.InstanceConfig{Product: simulator.Bamboo, Version: "9.2.0"}, turn)
	lasting := config(acctest.Object{"expires_in": "90d"})
	said := site.apply(t, lasting)
	said.MustNotFail(t)
	if !slices.ContainsFunc(said.Warnings(), func(warning string) bool { return strings.Contains(warning, "works 90 days") }) {
		t.Errorf("said %q", said.Warnings())
	}
	site.holds(t, 1)
	site.texts(t, map[string]string{"expires_at": ""})
	site.settled(t, lasting)
}
