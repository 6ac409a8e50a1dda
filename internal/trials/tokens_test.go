// SPDX-License-Identifier: MPL-2.0

package trials

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// bystander is a token that somebody else has made.
const bystander = "ci-bystander"

// leakedToken is the ID of a token that is to be revoked by an action.
const leakedToken = "475905470000"

// tokenOperations are those of a type of token. Config is without triggers.
func tokenOperations(family, typeName string, config object) []operation {
	overlap := merged(config, object{"revoke_previous_after": "7d"})
	scheduled := merged(config, object{"expires_in": "120d", "rotation_interval": "90d"})
	superseded := func(tr *trial) { tr.applyUndisturbed(merged(overlap, released("2"))) }
	elsewhere := func(tr *trial) { tr.holder().RevokeToken(tr.resource.String(tr.t, "token_id")) }
	all := []operation{
		applies("create", typeName, config).rotating(),
		applies("read", typeName, config).after(config).performing(refreshing),
		applies("update by triggers", typeName, merged(config, released("2"))).rotating().after(merged(config, released("1"))),
		applies("update by schedule", typeName, scheduled).rotating().after(scheduled, later(91*day)),
		applies("update with an overlap", typeName, merged(overlap, released("2"))).rotating().after(merged(overlap, released("1"))),
		applies("update twice within the overlap", typeName, merged(overlap, released("3"))).rotating().after(merged(overlap, released("1")), superseded),
		applies("revoke the superseded one", typeName, merged(overlap, released("2"))).after(merged(overlap, released("1")), superseded, later(8*day)),
		applies("retry", typeName, merged(config, released("2"))).rotating().after(merged(config, released("1")), losingToken),
		applies("replace one revoked elsewhere", typeName, config).rotating().after(config, elsewhere),
		applies("delete", typeName, nil).after(config).performing(func(tr *trial) { tr.destroy(config) }),
		applies("delete with a superseded one", typeName, nil).after(merged(overlap, released("1")), superseded).
			performing(func(tr *trial) { tr.destroy(merged(overlap, released("2"))) }),
	}
	for n := range all {
		all[n].family, all[n].tokens = family, config
	}
	return all
}

func allTokenOperations() []operation {
	project := object{"instance": "git", "project": "OPS", "name": "ci", "permissions": []string{"REPO_READ"}}
	bamboo := object{"instance": "builds", "name": "ci", "permissions": []string{"READ", "TRIGGER"}}
	all := tokenOperations(personalTokenType, personalTokenType, object{"instance": "jira", "name": "ci"})
	all = append(all, tokenOperations(personalTokenType+" of Bamboo", personalTokenType, bamboo)...)
	all = append(all, tokenOperations(httpTokenType, httpTokenType, project)...)
	inPlace := applies("change in place", httpTokenType, merged(project, object{"name": "deploy", "permissions": []string{"REPO_WRITE"}})).after(project)
	otherPermissions := applies("update by permissions", personalTokenType, merged(bamboo, object{"permissions": []string{"READ"}})).rotating().after(bamboo)
	inPlace.tokens, otherPermissions.tokens = project, bamboo
	otherPermissions.family += " of Bamboo"
	return append(all, inPlace, otherPermissions)
}

// leaked is how an action revokes a token of an owner.
func leaked(tokens object) object {
	return merged(tokens, object{"token_id": leakedToken})
}

func leaking(tr *trial) {
	project, _ := tr.operation.tokens["project"].(string)
	tr.holder().AddToken(simulator.AccessToken{ID: leakedToken, Name: "leaked", Project: project})
}

// losingToken has the answer to a request for a token lost, and every look at what
// became of it.
func losingToken(tr *trial) {
	making := tr.making()
	tr.holder().Inject(simulator.Fault{Kind: simulator.ResetAfter}.On(making))
	// The refresh, the plan's and the first look are answered.
	tr.holder().Inject(simulator.Fault{Method: "GET", Path: making.Pattern, Status: 503, Skip: 2})
	tr.apply(tr.operation.config)
	tr.clearFaults()
	if !tr.open() {
		tr.t.Fatalf("no attempt is open: %q", tr.said.Errors())
	}
}

func (tr *trial) applyUndisturbed(config object) {
	tr.apply(config)
	tr.mustNotFail("preparing", tr.said)
}

func (tr *trial) ofTokens() bool {
	return tr.operation.tokens != nil
}

// holder is the instance that the tokens are of.
func (tr *trial) holder() *simulator.Instance {
	return map[any]*simulator.Instance{"jira": tr.jira, "builds": tr.builds, "git": tr.git}[tr.operation.tokens["instance"]]
}

// making is the endpoint that makes tokens.
func (tr *trial) making() simulator.Endpoint {
	return map[any]simulator.Endpoint{
		"jira":   {Method: "POST", Pattern: "/rest/pat/latest/tokens"},
		"builds": {Method: "POST", Pattern: "/rest/api/latest/access-token"},
		"git":    {Method: "PUT", Pattern: "/rest/access-tokens/latest/projects/OPS"},
	}[tr.operation.tokens["instance"]]
}

// leavesStray reports whether no state knows of the tokens that come of a fault:
// each connection of a creation is dropped, the list shows no token, the creation
// fails, and then the requests are carried out after all.
func (tr *trial) leavesStray(at endpoint, fault simulator.NamedFault, by strike) bool {
	makes := at.Method == http.MethodPost && strings.Contains(at.Pattern, "token") || at.Method == http.MethodPut && strings.Contains(at.Pattern, "/access-tokens/")
	return makes && fault.Kind == simulator.ChangeLater && fault.Status == 0 && tr.operation.prepare == nil && by.times == 0
}

// leaks reports whether the token is still there that an action is to revoke.
func (tr *trial) leaks() bool {
	return slices.ContainsFunc(tr.holder().Tokens(), func(token simulator.AccessToken) bool { return token.ID == leakedToken })
}

// judgeRevocation compares what the action says of a token with what became of it.
func (tr *trial) judgeRevocation() {
	switch failed := len(tr.said.Errors()) > 0; {
	case !failed && tr.leaks():
		tr.t.Errorf("no error, and the token is still there")
	case failed && !tr.leaks() && !tr.saidUncertain():
		tr.t.Errorf("revoked, and the error does not say so: %q", tr.said.Errors())
	}
}

// mustRevokeInTheEnd expects that an action which is invoked once more finds the
// token, or finds it gone.
func (tr *trial) mustRevokeInTheEnd() {
	tr.t.Helper()
	if !tr.ofTokens() {
		return
	}
	tr.SetProviderBlock(nil)
	there := tr.leaks()
	said := tr.RunAction(tr.t, "atlassian_dc_revoke_token", leaked(tr.operation.tokens)).Diagnostics.Errors()
	missed := len(said) > 0 && (there || !strings.Contains(said[0], "revoked already"))
	if tr.leaks() || missed {
		tr.t.Errorf("invoked once more: there is a token %t, said %q", tr.leaks(), said)
	}
}

// managed returns the tokens that the provider has made.
func (tr *trial) managed() []simulator.AccessToken {
	return slices.DeleteFunc(tr.holder().Tokens(), func(token simulator.AccessToken) bool {
		return token.Name == bystander || token.Name == "administrator"
	})
}

// works reports whether the token in state is there and the secret is its own.
func (tr *trial) works() bool {
	return tr.resource.Exists() && slices.ContainsFunc(tr.managed(), func(token simulator.AccessToken) bool {
		return token.ID == tr.resource.String(tr.t, "token_id") && token.Secret == tr.resource.String(tr.t, "token")
	})
}

// judgeTokens expects after the operation a token in state that works, unless
// there was none before and it is said that there is none, and no other token than
// those in state, unless an attempt is open.
func (tr *trial) judgeTokens() {
	failed := len(tr.said.Errors()) > 0
	destroys := len(tr.operation.config) == 0
	switch {
	case destroys && !failed && len(tr.managed()) > 0:
		tr.t.Errorf("destroyed, and %d tokens are left", len(tr.managed()))
	case destroys:
	case tr.open():
		if tr.attemptedAt() != tr.attempted && !tr.saidUncertain() {
			tr.t.Errorf("the outcome is open, and nobody says so: %q", tr.said.Errors())
		}
	case !failed && !tr.works():
		tr.t.Errorf("no error, and no token that works")
	case !failed && tr.operation.rotates && tr.resource.String(tr.t, "token") == tr.secret:
		tr.t.Errorf("no error, and no other token")
	}
	if !destroys && tr.worked && !tr.works() {
		tr.t.Errorf("the token in state worked before, and now none does: %q", tr.said.Errors())
	}
	if !tr.open() {
		tr.mustHaveNoOrphan()
	}
}

// mustHaveNoOrphan fails where there is a token that state does not know.
func (tr *trial) mustHaveNoOrphan() {
	tr.t.Helper()
	var known []string
	if tr.resource.Exists() {
		known = []string{tr.resource.String(tr.t, "token_id"), tr.resource.String(tr.t, "previous_token_id")}
	}
	for _, token := range tr.managed() {
		if !slices.Contains(known, token.ID) {
			tr.t.Errorf("the token %s (%s) is there, and state does not know it", token.Name, token.ID)
		}
	}
}

// mustHoldTokens expects the present token, and the one before only as long as it
// is to be kept.
func (tr *trial) mustHoldTokens() {
	tr.t.Helper()
	if tr.open() || !tr.works() {
		tr.t.Errorf("there is no token in the end: open %t", tr.open())
	}
	tr.mustHaveNoOrphan()
	if tr.operation.config["revoke_previous_after"] == nil && len(tr.managed()) != 1 {
		tr.t.Errorf("%d tokens in the end", len(tr.managed()))
	}
	if tr.operation.rotates && tr.resource.String(tr.t, "token") == tr.secret {
		tr.t.Errorf("no other token in the end")
	}
}

// tokenRevocation is how a plan announces that a token ends.
var tokenRevocation = regexp.MustCompile(`Revocation of the token (?:"[^"]*" \()?(\d+)\)? of`)

// excuseTokens notes what is in state when the operation begins; what ended before
// ended elsewhere.
func (tr *trial) excuseTokens() {
	tr.storedTokens, tr.announcedTokens = map[string]bool{}, map[string]bool{}
	tr.worked = tr.works()
	if !tr.resource.Exists() {
		return
	}
	tr.secret = tr.resource.String(tr.t, "token")
	for _, attribute := range []string{"token_id", "previous_token_id"} {
		id := tr.resource.String(tr.t, attribute)
		if slices.ContainsFunc(tr.managed(), func(token simulator.AccessToken) bool { return token.ID == id }) {
			tr.storedTokens[id] = true
		}
	}
}

// announcedTokens returns the IDs of the tokens whose revocation is announced.
func announcedTokens(said []string) []string {
	var ids []string
	for _, match := range tokenRevocation.FindAllStringSubmatch(strings.Join(said, "\n"), -1) {
		ids = append(ids, match[1])
	}
	return ids
}

// hearTokens notes the tokens whose revocation a plan announces.
func (tr *trial) hearTokens(said []string) {
	for _, id := range announcedTokens(said) {
		tr.announcedTokens[id] = true
	}
}

// mustHaveAnnouncedTokens fails where a token has ended that was in state, and no
// plan has announced it. Those whose secret was lost never were.
func (tr *trial) mustHaveAnnouncedTokens() {
	tr.t.Helper()
	present := tr.holder().Tokens()
	for id := range tr.storedTokens {
		gone := !slices.ContainsFunc(present, func(token simulator.AccessToken) bool { return token.ID == id })
		if gone && !tr.announcedTokens[id] {
			tr.t.Errorf("the token %s has ended, and no plan has announced that", id)
		}
	}
	if !slices.ContainsFunc(present, func(token simulator.AccessToken) bool { return token.Name == bystander }) {
		tr.t.Errorf("the token of somebody else has ended")
	}
	if tr.works() {
		tr.storedTokens[tr.resource.String(tr.t, "token_id")] = true
	}
}
