// SPDX-License-Identifier: MPL-2.0

package trials

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// doubt is what an error says of a token that may have been revoked.
var doubt = regexp.MustCompile(`The token (\S+) of the instance "\S+" may still work`)

// administrators is the name of the token that an instance is configured with.
const administrators = "administrator"

// tokenWorld is a site with a token of each kind under management, and what the
// model knows of them.
type tokenWorld struct {
	*site
	rt   *rapid.T
	wiki *simulator.Instance
	all  []*managedToken
	// calm is true while no fault is set, late while a request may still be carried
	// out that was kept for later.
	calm, late bool
	// pruned is true where Confluence lists no expired tokens.
	pruned bool
}

// managedToken is a resource for tokens with its configuration.
type managedToken struct {
	name     string
	typeName string
	at       *simulator.Instance
	resource *acctest.ManagedResource
	config   object
	// handedOver is the token that the instance is configured with; empty where no
	// resource manages that one.
	handedOver string
	saved      *savedPlan
	version    int
	// createFirst is create_before_destroy.
	createFirst bool

	tokenLedger
}

// tokenLedger says what each token is, by its ID.
type tokenLedger struct {
	// known are those that were ever in state, or that somebody else has made.
	known map[string]bool
	// outside are those that no state has to know: made by somebody else, forgotten,
	// or left by a creation of which a killed provider could tell nobody.
	outside map[string]bool
	// ended are those that may be gone: a plan has announced it, or it happened
	// elsewhere.
	ended map[string]bool
	// doubted are those that a failed apply has called uncertain.
	doubted map[string]bool
	// lost are those that ended elsewhere, or in an apply that nobody got to save.
	lost map[string]bool
}

func newTokenWorld(rt *rapid.T) *tokenWorld {
	w := &tokenWorld{site: newSite(rt), rt: rt, calm: true, pruned: rapid.Bool().Draw(rt, "expired tokens are not listed")}
	w.wiki = w.AddInstance(simulator.InstanceConfig{
		Name: "wiki", Product: simulator.Confluence, Token: "wiki-token",
		Guesses: simulator.Guesses{Tokens: simulator.TokenGuesses{PruneExpired: w.pruned}},
	})
	w.instances = append(w.instances, w.wiki)
	w.add("robot", personalTokenType, w.jira, object{"instance": "jira", "name": "ci"})
	w.add("build", personalTokenType, w.builds, object{"instance": "builds", "name": "ci", "permissions": []string{"READ"}})
	w.add("deploy", httpTokenType, w.git, object{"instance": "git", "project": "OPS", "name": "ci", "permissions": []string{"REPO_READ"}})
	own := w.add("own", personalTokenType, w.wiki, object{"instance": "wiki", "name": "ci", "own": true, "revoke_previous_after": "3d"})
	own.handedOver = "wiki-token"
	own.resource.Import(rt, "wiki/"+w.wiki.Tokens()[0].ID).MustNotFail(rt)
	w.look()
	return w
}

func (w *tokenWorld) add(name, typeName string, at *simulator.Instance, config object) *managedToken {
	th := &managedToken{name: name, typeName: typeName, at: at, resource: w.NewManagedResource(typeName), config: config}
	th.tokenLedger = tokenLedger{known: map[string]bool{}, outside: map[string]bool{}, ended: map[string]bool{}, doubted: map[string]bool{}, lost: map[string]bool{}}
	for _, token := range at.Tokens() {
		th.known[token.ID], th.outside[token.ID] = true, true
	}
	w.all = append(w.all, th)
	return th
}

func (w *tokenWorld) anything() *managedToken {
	name := rapid.SampledFrom([]string{"robot", "build", "deploy", "own"}).Draw(w.rt, "token")
	return w.all[slices.IndexFunc(w.all, func(th *managedToken) bool { return th.name == name })]
}

// existing is anything that is in state.
func (w *tokenWorld) existing() *managedToken {
	th := w.anything()
	if !th.resource.Exists() {
		w.rt.Skip("not in state")
	}
	return th
}

// ids are the IDs of the tokens in state: the present one, and the one before.
func (w *tokenWorld) ids(th *managedToken) []string {
	if !th.resource.Exists() {
		return nil
	}
	ids := []string{th.resource.String(w.rt, "token_id"), th.resource.String(w.rt, "previous_token_id")}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// open reports whether a token was asked for that may exist.
func (w *tokenWorld) open(th *managedToken) bool {
	return th.resource.Exists() && th.resource.String(w.rt, "rotation_attempted_at") != ""
}

func (th *managedToken) token(id string) (simulator.AccessToken, bool) {
	tokens := th.at.Tokens()
	index := slices.IndexFunc(tokens, func(token simulator.AccessToken) bool { return token.ID == id })
	if index < 0 {
		return simulator.AccessToken{}, false
	}
	return tokens[index], true
}

// opens reports whether a secret opens the instance.
func (w *tokenWorld) opens(th *managedToken, secret string) bool {
	return slices.ContainsFunc(th.at.Tokens(), func(token simulator.AccessToken) bool {
		return token.Secret == secret && !w.expired(token)
	})
}

func (w *tokenWorld) expired(token simulator.AccessToken) bool {
	return !token.ExpiresAt.IsZero() && !w.Clock.Now().Before(token.ExpiresAt)
}

// lockedOut reports whether the instance is configured with a token that opens
// nothing any more.
func (w *tokenWorld) lockedOut(th *managedToken) bool {
	return th.handedOver != "" && !w.opens(th, th.handedOver)
}

// provide hands a token that works to the provider block where it has none: the
// one in state, or one that somebody makes by hand.
func (w *tokenWorld) provide(th *managedToken) {
	if !w.lockedOut(th) {
		return
	}
	if !w.handOver(th) {
		made := w.makeElsewhere(th)
		w.configure(th, made.Secret)
	}
}

// handOver hands the token in state to the provider block.
func (w *tokenWorld) handOver(th *managedToken) bool {
	if th.handedOver == "" || !th.resource.Exists() || !w.opens(th, th.resource.String(w.rt, "token")) {
		return false
	}
	w.configure(th, th.resource.String(w.rt, "token"))
	return true
}

func (w *tokenWorld) configure(th *managedToken, secret string) {
	th.handedOver = secret
	w.Setenv("ATLASSIAN_INSTANCE_WIKI_TOKEN", secret)
}

func (w *tokenWorld) makeElsewhere(th *managedToken) simulator.AccessToken {
	project, _ := th.config["project"].(string)
	made := th.at.AddToken(simulator.AccessToken{Name: bystander, Project: project, Permissions: permissionsOf(th.config)})
	th.known[made.ID], th.outside[made.ID] = true, true
	return made
}

func permissionsOf(config object) []string {
	permissions, _ := config["permissions"].([]string)
	return permissions
}

// planned plans; nil where that fails.
func (w *tokenWorld) planned(th *managedToken) *acctest.Plan {
	plan := th.resource.Plan(w.rt, th.config)
	if len(plan.Diagnostics.Errors()) > 0 {
		return nil
	}
	if th.resource.Exists() && !plan.Changes() && th.resource.String(w.rt, "drift_acknowledged") == "false" {
		w.rt.Errorf("%s: what a refresh has saved hides behind an empty plan", th.name)
	}
	return plan
}

// hear notes the tokens whose revocation is announced.
func (th *managedToken) hear(said acctest.Diagnostics) {
	for _, id := range announcedTokens(said.Warnings()) {
		th.ended[id] = true
	}
}

// hearDoubt notes the tokens of which an error says that nobody knows whether they
// were revoked.
func (th *managedToken) hearDoubt(said acctest.Diagnostics) {
	for _, doubt := range doubt.FindAllStringSubmatch(strings.Join(said.Errors(), "\n"), -1) {
		th.doubted[doubt[1]] = true
	}
}

// apply applies a plan. A killed provider says nothing, and state stays as it
// was.
func (w *tokenWorld) apply(th *managedToken, plan *acctest.Plan, killed bool) acctest.Diagnostics {
	th.hear(plan.Diagnostics)
	if plan.Replaces() {
		// A CLI drops what a plan of a forced replacement says.
		th.excuse(w.ids(th))
	}
	// What is replaced half-way leaves two objects, of which the glue keeps one.
	th.resource.CreateBeforeDestroy = th.createFirst && w.calm
	before, there := *th.resource, th.at.Tokens()
	makes := plan.Changes() && plan.String(w.rt, "token_id") == knownLater
	said := th.resource.Apply(w.rt.Context(), w.rt, plan)
	th.version++
	th.hearDoubt(said)
	w.remember(th)
	if !makes && !w.late && len(th.at.Tokens()) > len(there) {
		w.rt.Errorf("%s: a token was made, and no plan has said so", th.name)
	}
	if killed {
		w.kill(th, before, there, plan)
	}
	return said
}

// kill puts the state back to what it was before an apply whose outcome nobody
// got to save.
func (w *tokenWorld) kill(th *managedToken, before acctest.ManagedResource, there []simulator.AccessToken, plan *acctest.Plan) {
	w.completePending()
	*th.resource = before
	for _, token := range th.at.Tokens() {
		if !slices.ContainsFunc(there, func(old simulator.AccessToken) bool { return old.ID == token.ID }) {
			// Nobody finds what a creation has made. An update is known by its marker.
			th.outside[token.ID] = plan.Replaces() || !before.Exists()
			th.known[token.ID] = th.outside[token.ID]
		}
	}
	for _, id := range w.ids(th) {
		if _, there := th.token(id); !there {
			th.lost[id] = true
		}
	}
}

func (th *managedToken) excuse(ids []string) {
	for _, id := range ids {
		th.ended[id] = true
	}
}

func (w *tokenWorld) remember(th *managedToken) {
	for _, id := range w.ids(th) {
		th.known[id] = true
		delete(th.outside, id)
	}
}

// forget gives up the state: its tokens belong to nobody any more.
func (w *tokenWorld) forget(th *managedToken) {
	w.completePending()
	for _, token := range th.at.Tokens() {
		th.known[token.ID], th.outside[token.ID] = true, true
	}
	*th.resource = *w.NewManagedResource(th.typeName)
	th.version++
}

// revokedElsewhere notes that somebody else ends a token.
func (th *managedToken) revokedElsewhere(id string) {
	th.ended[id], th.lost[id] = true, true
}

// check holds after each step.
func (w *tokenWorld) check() {
	for _, th := range w.all {
		w.mustHaveAnnounced(th)
		w.mustHoldToken(th)
		w.tidy(th)
	}
}

// mustHaveAnnounced fails where a token has ended that somebody may have, and
// nobody has announced it.
func (w *tokenWorld) mustHaveAnnounced(th *managedToken) {
	for id, known := range th.known {
		if _, there := th.token(id); known && !there && !th.ended[id] {
			w.rt.Errorf("%s: the token %s has ended, and no plan has announced that", th.name, id)
		}
	}
}

// mustHoldToken fails where the token in state has ended by the provider's doing,
// or has another secret.
func (w *tokenWorld) mustHoldToken(th *managedToken) {
	if !th.resource.Exists() {
		return
	}
	id, secret := th.resource.String(w.rt, "token_id"), th.resource.String(w.rt, "token")
	if id == "" {
		if !w.open(th) {
			w.rt.Errorf("%s: there is no token in state, and none was asked for", th.name)
		}
		return
	}
	token, there := th.token(id)
	switch {
	case th.lost[id]:
	case !there && th.ended[id] && (w.late || th.doubted[id] || w.lockedOut(th)):
		// A revocation that failed was carried out after all, or what became of it could
		// be looked up by nobody.
		th.lost[id] = true
	case !there:
		w.rt.Errorf("%s: the token %s in state was revoked", th.name, id)
	case secret != "" && secret != token.Secret:
		w.rt.Errorf("%s: the secret in state is not that of the token %s", th.name, id)
	}
}

// tidy keeps what nobody manages from using up the limit of the instance.
func (w *tokenWorld) tidy(th *managedToken) {
	tokens := th.at.Tokens()
	for _, token := range tokens {
		if len(tokens) > 5 && th.outside[token.ID] && token.Name != administrators && token.Secret != th.handedOver {
			th.revokedElsewhere(token.ID)
			th.at.RevokeToken(token.ID)
		}
	}
}

// mustWork expects of an apply without an error that the token in state opens the
// instance, or is said to be open.
func (w *tokenWorld) mustWork(th *managedToken, said acctest.Diagnostics) {
	token, there := th.token(th.resource.String(w.rt, "token_id"))
	// Bamboo tells nobody when a token expires that was imported.
	told := th.at != w.builds || th.resource.String(w.rt, "expires_at") != ""
	expired := told && w.expired(token)
	if !w.open(th) && (!there || expired) {
		w.rt.Errorf("%s: no error, and no token that works: there %t, expired %t, said %q", th.name, there, expired, said.Warnings())
	}
}

// settle ends all faults and expects two applies to reach an empty plan, with no
// token left that state does not know.
func (w *tokenWorld) settle() {
	w.calmDown()
	for _, th := range w.all {
		delete(th.config, "fail_before_expiry")
		if th.resource.Exists() {
			w.converge(th)
			w.mustHaveNoOrphan(th)
		}
	}
}

// calmDown ends all faults and all that was sent.
func (w *tokenWorld) calmDown() {
	w.clearFaults()
	w.Clock.Advance(day / 12)
	w.completePending()
	w.check()
	w.calm, w.late = true, false
}

func (w *tokenWorld) converge(th *managedToken) {
	for range 2 {
		w.provide(th)
		plan := th.resource.Plan(w.rt, th.config)
		if errors := plan.Diagnostics.Errors(); len(errors) > 0 {
			w.rt.Fatalf("%s: the plan fails without a fault: %q", th.name, errors)
		}
		if !plan.Changes() {
			return
		}
		said := w.apply(th, plan, false)
		if errors := said.Errors(); len(errors) > 0 {
			if plan.Replaces() && w.lockedOut(th) {
				// It began with the revocation of the token that the provider works with.
				continue
			}
			w.rt.Fatalf("%s: the apply fails without a fault: %q", th.name, errors)
		}
		w.mustWork(th, said)
		w.check()
	}
	w.provide(th)
	plan := th.resource.Plan(w.rt, th.config)
	if len(plan.Diagnostics.Errors()) > 0 || plan.Changes() {
		w.rt.Errorf("%s: after two applies the plan changes %q, says %q", th.name, plan.ChangedAttributes(w.rt),
			append(plan.Diagnostics.Errors(), plan.Diagnostics.Warnings()...))
	}
}

// unlisted reports whether no list shows a token any more, because it has expired.
func (w *tokenWorld) unlisted(th *managedToken, token simulator.AccessToken) bool {
	return w.pruned && th.at == w.wiki && w.expired(token)
}

func (w *tokenWorld) mustHaveNoOrphan(th *managedToken) {
	ids := w.ids(th)
	for _, token := range th.at.Tokens() {
		if !slices.Contains(ids, token.ID) && !th.outside[token.ID] && !w.unlisted(th, token) {
			w.rt.Errorf("%s: the token %s (%s) is there, and state does not know it", th.name, token.Name, token.ID)
		}
	}
}

// destroy is terraform destroy of one resource.
func (w *tokenWorld) destroy(th *managedToken) {
	ids := w.ids(th)
	said := th.resource.DestroyAll(w.rt, th.config)
	th.version++
	th.hear(said)
	th.hearDoubt(said)
	if len(said.Errors()) > 0 {
		if w.calm && !w.lockedOut(th) && th.config["fail_before_expiry"] == nil {
			w.rt.Fatalf("%s: it cannot be destroyed: %q", th.name, said.Errors())
		}
		w.remember(th)
		return
	}
	for _, id := range ids {
		if token, there := th.token(id); there && !w.unlisted(th, token) {
			w.rt.Errorf("%s: the token %s outlives its resource, said %q", th.name, id, said.Warnings())
		}
	}
	if !w.late {
		w.mustHaveNoOrphan(th)
	}
	w.forget(th)
}

// end destroys everything, which has to get through.
func (w *tokenWorld) end() {
	w.calmDown()
	for _, th := range w.all {
		delete(th.config, "fail_before_expiry")
		w.provide(th)
		if th.resource.Exists() {
			w.destroy(th)
		}
	}
	w.check()
}

// importID is what a token of the owner in the configuration is imported by.
func (th *managedToken) importID(id string) string {
	owner := th.at.Name()
	if project, ok := th.config["project"]; ok {
		owner += fmt.Sprintf("/projects/%s", project)
	}
	if repository, ok := th.config["repository"]; ok {
		owner += fmt.Sprintf("/repos/%s", repository)
	}
	return owner + "/" + id
}
