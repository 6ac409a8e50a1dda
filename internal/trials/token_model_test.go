// SPDX-License-Identifier: MPL-2.0

package trials

import (
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// Whatever happens in whatever order: no token ends that no plan has announced,
// the one in state works unless somebody else has ended it, no token is left that
// no state knows, and in the end everything is as it was configured.
func TestModel_randomSequencesOfTokensKeepTheirPromises(t *testing.T) {
	t.Parallel()
	mustKeepPromises(t, newTokenWorld)
}

// actions are the steps of a sequence, counted by their names.
func (w *tokenWorld) actions(steps map[string]int) map[string]func(*rapid.T) {
	return counting(steps, w.check, map[string]func(*rapid.T){
		"apply":                            func(*rapid.T) { w.planAndApply(w.anything(), false) },
		"apply once more":                  func(*rapid.T) { w.planAndApply(w.anything(), false) },
		"apply, killed before it is saved": func(*rapid.T) { w.planAndApply(w.anything(), true) },
		"apply without a refresh":          w.applyWithoutRefresh,
		"clear faults":                     func(*rapid.T) { w.clearFaults(); w.calm = true },
		"create_before_destroy":            func(*rapid.T) { th := w.anything(); th.createFirst = !th.createFirst },
		"destroy":                          func(*rapid.T) { w.destroy(w.existing()) },
		"edit":                             w.edit,
		"edit triggers":                    w.editTriggers,
		"elsewhere: change permissions":    w.changeElsewhere,
		"elsewhere: expire a token":        w.expireElsewhere,
		"elsewhere: make a token":          func(*rapid.T) { w.makeElsewhere(w.anything()) },
		"elsewhere: revoke a token":        w.revokeElsewhere,
		"fault":                            w.fault,
		"fault at a change":                w.faultAtChange,
		"hand over":                        func(*rapid.T) { w.handOver(w.all[len(w.all)-1]) },
		"import":                           w.importIt,
		"plan, and apply nothing":          func(*rapid.T) { w.planned(w.existing()) },
		"refresh-only apply":               w.refreshOnly,
		"remove from the state":            func(*rapid.T) { w.forget(w.existing()) },
		"replace":                          w.replace,
		"saved plan: apply":                w.applySaved,
		"saved plan: make":                 w.savePlan,
		"settle":                           func(*rapid.T) { w.settle() },
		"taint":                            func(*rapid.T) { w.taint(w.existing()) },
		"time passes":                      w.passTime,
	})
}

func (w *tokenWorld) planAndApply(th *managedToken, killed bool) {
	plan := w.planned(th)
	if plan == nil {
		return
	}
	said := w.apply(th, plan, killed)
	switch {
	case killed:
	case len(said.Errors()) == 0:
		w.mustWork(th, said)
	case w.calm && !w.lockedOut(th):
		w.rt.Errorf("%s: the apply fails without a fault: %q", th.name, said.Errors())
	}
}

func (w *tokenWorld) applyWithoutRefresh(*rapid.T) {
	th := w.existing()
	if plan := th.resource.PlanWithoutRefresh(w.rt, th.config); len(plan.Diagnostics.Errors()) == 0 {
		w.apply(th, plan, false)
	}
}

func (w *tokenWorld) savePlan(*rapid.T) {
	th := w.anything()
	th.saved = nil
	if plan := w.planned(th); plan != nil {
		th.saved = &savedPlan{plan: plan, version: th.version}
	}
}

// applySaved applies a plan file, however old. A CLI refuses one that was made
// for another state.
func (w *tokenWorld) applySaved(*rapid.T) {
	th := w.anything()
	if th.saved == nil || th.saved.version != th.version {
		w.rt.Skip("no plan for this state")
	}
	w.apply(th, th.saved.plan, false)
	th.saved = nil
}

func (w *tokenWorld) refreshOnly(*rapid.T) {
	th := w.existing()
	th.hear(th.resource.Refresh(w.rt))
	th.version++
}

func (w *tokenWorld) replace(*rapid.T) {
	th := w.existing()
	if plan := th.resource.PlanReplacement(w.rt, th.config); len(plan.Diagnostics.Errors()) == 0 {
		w.apply(th, plan, false)
	}
}

// taint has the next plan replace the resource. What private state knows, such as
// what a killed provider has left, Terraform then tells nobody.
func (w *tokenWorld) taint(th *managedToken) {
	w.completePending()
	ids := w.ids(th)
	for _, token := range th.at.Tokens() {
		th.outside[token.ID] = th.outside[token.ID] || !slices.Contains(ids, token.ID)
	}
	th.resource.Taint()
	th.version++
}

// importIt takes any token under management that the provider's own account may
// not need.
func (w *tokenWorld) importIt(*rapid.T) {
	th := w.anything()
	var ids []string
	for _, token := range th.at.Tokens() {
		if token.Name != administrators {
			ids = append(ids, token.ID)
		}
	}
	if th.resource.Exists() || len(ids) == 0 {
		w.rt.Skip("in state already, or none there")
	}
	th.resource.Import(w.rt, th.importID(rapid.SampledFrom(ids).Draw(w.rt, "id")))
	th.version++
	w.remember(th)
}

func (w *tokenWorld) passTime(*rapid.T) {
	w.Clock.Advance(rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 20 * time.Minute, 13 * time.Hour, 2 * day, 8 * day, 40 * day}).Draw(w.rt, "time"))
}

// anyToken is the ID of a token that is there.
func (w *tokenWorld) anyToken(th *managedToken) string {
	ids := slices.DeleteFunc(w.ids(th), func(id string) bool {
		_, there := th.token(id)
		return !there
	})
	if len(ids) == 0 {
		w.rt.Skip("no token there")
	}
	return rapid.SampledFrom(ids).Draw(w.rt, "id")
}

func (w *tokenWorld) revokeElsewhere(*rapid.T) {
	th := w.existing()
	id := w.anyToken(th)
	th.revokedElsewhere(id)
	th.at.RevokeToken(id)
}

func (w *tokenWorld) expireElsewhere(*rapid.T) {
	th := w.existing()
	if th.at == w.builds {
		w.rt.Skip("Bamboo tells nobody")
	}
	th.at.ExpireToken(w.anyToken(th))
}

// changeElsewhere has somebody give the token in state other permissions.
func (w *tokenWorld) changeElsewhere(*rapid.T) {
	th := w.existing()
	if th.typeName != httpTokenType || !w.calm || w.open(th) || th.resource.Tainted() {
		w.rt.Skip("no product but Bitbucket can")
	}
	id := th.resource.String(w.rt, "token_id")
	other := w.NewManagedResource(th.typeName)
	if said := other.Import(w.rt, th.importID(id)); len(said.Errors()) > 0 {
		w.rt.Skip("no such token of this owner")
	}
	plan := other.Plan(w.rt, edited(edited(th.config, "permissions", []string{"REPO_ADMIN"}), "rotation_interval", nil))
	if plan.String(w.rt, "token_id") != id {
		w.rt.Skip("it has expired")
	}
	other.Apply(w.rt.Context(), w.rt, plan)
}

func tokenChanges() []endpoint {
	return []endpoint{
		{simulator.Endpoint{Method: http.MethodPost, Pattern: "/rest/pat/latest/tokens"}, atJira},
		{simulator.Endpoint{Method: http.MethodDelete, Pattern: "/rest/pat/latest/tokens/{tokenId}"}, atJira},
		{simulator.Endpoint{Method: http.MethodPost, Pattern: "/rest/api/latest/access-token"}, atBuilds},
		{simulator.Endpoint{Method: http.MethodDelete, Pattern: "/rest/api/latest/access-token/{tokenId}"}, atBuilds},
		{simulator.Endpoint{Method: http.MethodPut, Pattern: "/rest/access-tokens/latest/projects/{projectKey}"}, atGit},
		{simulator.Endpoint{Method: http.MethodPost, Pattern: "/rest/access-tokens/latest/projects/{projectKey}/{tokenId}"}, atGit},
		{simulator.Endpoint{Method: http.MethodDelete, Pattern: "/rest/access-tokens/latest/projects/{projectKey}/{tokenId}"}, atGit},
	}
}

func tokenReads() []endpoint {
	return []endpoint{
		{simulator.Endpoint{Method: http.MethodGet, Pattern: "/rest/pat/latest/tokens"}, atJira},
		{simulator.Endpoint{Method: http.MethodGet, Pattern: "/rest/api/latest/access-token"}, atBuilds},
		{simulator.Endpoint{Method: http.MethodGet, Pattern: "/rest/api/latest/currentUser"}, atBuilds},
		{simulator.Endpoint{Method: http.MethodGet, Pattern: "/rest/access-tokens/latest/projects/{projectKey}"}, atGit},
		{simulator.Endpoint{Method: http.MethodGet, Pattern: "/rest/api/latest/projects"}, atGit},
	}
}

func (w *tokenWorld) fault(*rapid.T) {
	w.disturb(drawEndpoint(w.rt, append(tokenReads(), tokenChanges()...)), simulator.NamedFaults())
}

// faultAtChange prefers what leaves an outcome open.
func (w *tokenWorld) faultAtChange(*rapid.T) {
	at := drawEndpoint(w.rt, tokenChanges())
	w.disturb(at, openFaults())
	if rapid.Bool().Draw(w.rt, "no looks") {
		w.disturb(w.listOf(at), []simulator.NamedFault{{Name: "503", Fault: simulator.Fault{Status: http.StatusServiceUnavailable, Skip: rapid.IntRange(1, 3).Draw(w.rt, "skip")}}})
	}
}

// listOf is the list that tells what became of a change.
func (w *tokenWorld) listOf(change endpoint) endpoint {
	return tokenReads()[map[serverName]int{atJira: 0, atBuilds: 1, atGit: 3}[change.at]]
}

// disturb disturbs an endpoint; that of Jira stands for Confluence as well.
func (w *tokenWorld) disturb(at endpoint, with []simulator.NamedFault) {
	fault := drawFault(w.rt, at, with)
	w.calm = false
	w.late = w.late || fault.Kind == simulator.ChangeLater
	disturbed := w.servers()[at.at]
	if at.at == atJira && rapid.Bool().Draw(w.rt, "of Confluence") {
		disturbed = w.wiki
	}
	disturbed.Inject(fault)
}

func (w *tokenWorld) editTriggers(*rapid.T) {
	th := w.anything()
	th.config = edited(th.config, "rotate_triggers", object{"release": rapid.SampledFrom([]string{"1", "2", "3", "4"}).Draw(w.rt, "release")})
}

// edit changes any attribute, as far as the provider takes the result for valid.
func (w *tokenWorld) edit(*rapid.T) {
	th := w.anything()
	choices := tokenAttributes(th)
	name := rapid.SampledFrom(slices.Sorted(maps.Keys(choices))).Draw(w.rt, "attribute")
	config := edited(th.config, name, rapid.SampledFrom(choices[name]).Draw(w.rt, "value"))
	if len(th.resource.Validate(w.rt, config).Errors()) > 0 {
		w.rt.Skip("not valid")
	}
	th.config = config
}

// tokenAttributes lists values for every attribute that can be configured, nil for
// none.
func tokenAttributes(th *managedToken) map[string][]any {
	choices := map[string][]any{
		"name":                  {"ci", "deploy"},
		"expires_in":            {nil, "30d", "120d"},
		"rotate_triggers":       {nil, object{}, object{"release": "1"}},
		"rotation_interval":     {nil, "1d", "7d", "90d"},
		"early_rotation_window": {nil, "0s", "6h"},
		"rotation_window":       {nil, object{"schedule": "0 2 * * SUN", "duration": "4h", "time_zone": "Europe/Berlin"}, object{"schedule": "0 0 * * *", "duration": "12h"}},
		"first_rotation_at":     {nil, "2026-01-06T00:00:00Z", "2026-03-01T00:00:00Z"},
		"rotation_paused":       {nil, true, false},
		"revoke_previous_after": {nil, "0s", "12h", "3d"},
		"warn_before_expiry":    {nil, "7d", "40d"},
		"fail_before_expiry":    {nil, "1d"},
		"timeouts":              {nil, object{"update": "30m"}, object{"create": "40m"}},
	}
	switch th.name {
	case "robot", "own":
		choices["own"] = []any{nil, true, false}
	case "build":
		choices["permissions"] = []any{nil, []string{"READ"}, []string{"READ", "TRIGGER"}}
	case "deploy":
		choices["permissions"] = []any{[]string{"REPO_READ"}, []string{"REPO_WRITE"}}
		choices["repository"] = []any{nil, "tools"}
	}
	return choices
}
