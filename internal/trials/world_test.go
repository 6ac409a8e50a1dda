// SPDX-License-Identifier: MPL-2.0

package trials

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// world is a site with everything under management, and what the model knows of
// it.
type world struct {
	*site
	rt     *rapid.T
	things []*thing
	// calm is true while no fault is set.
	calm bool
}

// thing is a managed resource with its configuration.
type thing struct {
	name     string
	typeName string
	resource *acctest.ManagedResource
	config   object
	// instance is that of a rotation, and of a tunnel.
	instance *simulator.Instance
	// saved is a plan file, made for a version of the state.
	saved   *savedPlan
	version int

	ledger
}

type savedPlan struct {
	plan    *acctest.Plan
	version int
	// external is how many rotations others had made by then.
	external int
}

// ledger counts what was decided of one instance, and what may have happened.
type ledger struct {
	// decisions is how many rotations were decided, external how many others made.
	decisions, external int
	// allowance is how many more rotations than decisions are nobody's fault:
	// after a kill, or where what had happened was hidden.
	allowance int
	// pursued are the triggers of a decision that has not come to its end; base is
	// how many rotations there were before it.
	pursued *string
	base    int
	// listed names the inactive keys that the state has ever held, and surprising
	// is true where the present apply may meet others on nodes that disagree.
	listed     map[string]bool
	surprising bool
	// hidden is true while lists do not show everything.
	hidden bool
	// news is true while a rotation elsewhere has not been saved.
	news bool
	// unaware is true where a killed provider leaves a state that knows nothing of
	// what it did.
	unaware bool
}

const knownLater = "(known after apply)"

func newWorld(rt *rapid.T) *world {
	s := newSite(rt)
	wiki := s.AddInstance(simulator.InstanceConfig{
		Name: "wiki", Product: simulator.Confluence, Token: "wiki-token", InactiveKeys: []string{"wiki-old-1", "wiki-old-2"},
		Guesses: simulator.Guesses{SilentAudit: true, KeyName: func(at time.Time) string { return "wiki-" + at.UTC().Format("20060102T150405.000") }},
	})
	s.instances = append(s.instances, wiki)
	w := &world{site: s, rt: rt, calm: true}
	w.add("jira", rotationType, s.jira, object{"instance": "jira"})
	w.add("wiki", rotationType, wiki, object{"instance": "wiki"})
	w.add("tunnel", tunnelType, s.jira, object{"hostname": tunnelID, "instance": "jira"})
	w.add("key", apiKeyType, nil, object{"label": "a"})
	w.look()
	return w
}

func (w *world) add(name, typeName string, instance *simulator.Instance, config object) {
	w.things = append(w.things, &thing{name: name, typeName: typeName, resource: w.NewManagedResource(typeName), config: config, instance: instance})
}

func (w *world) anything() *thing {
	return w.draw("jira", "wiki", "tunnel", "key")
}

// anyRotation is a thing whose rotations can be seen.
func (w *world) anyRotation() *thing {
	return w.draw("jira", "wiki")
}

func (w *world) draw(names ...string) *thing {
	name := rapid.SampledFrom(names).Draw(w.rt, "thing")
	return w.things[slices.IndexFunc(w.things, func(th *thing) bool { return th.name == name })]
}

// existing is anything that is in state.
func (w *world) existing() *thing {
	th := w.anything()
	if !th.resource.Exists() {
		w.rt.Skip("not in state")
	}
	return th
}

func (th *thing) rotates(t acctest.T, plan *acctest.Plan) bool {
	return th.typeName != apiKeyType && plan.Changes() && plan.String(t, "last_rotated_at") == knownLater
}

// own is how many rotations of an instance nobody else has made.
func (th *thing) own() int {
	return th.instance.Rotations() - th.external
}

// planned plans, and checks what the plan is worth; nil where it fails.
func (w *world) planned(th *thing) *acctest.Plan {
	plan := th.resource.Plan(w.rt, th.config)
	if len(plan.Diagnostics.Errors()) > 0 {
		return nil
	}
	if th.news && !th.hidden && th.resource.Exists() && !plan.Changes() {
		w.rt.Errorf("%s: a rotation elsewhere hides behind an empty plan", th.name)
	}
	if th.resource.Exists() && !plan.Changes() {
		w.mustMoveNoDate(th, plan)
		if th.typeName == rotationType && th.resource.String(w.rt, "drift_acknowledged") == "false" {
			w.rt.Errorf("%s: what a refresh has saved hides behind an empty plan", th.name)
		}
	}
	return plan
}

// mustMoveNoDate fails where an empty plan has other dates than state.
func (w *world) mustMoveNoDate(th *thing, plan *acctest.Plan) {
	if th.typeName == apiKeyType {
		return
	}
	for _, date := range []string{"last_rotated_at", "rotation_attempted_at", "rotation_origin"} {
		if before, after := th.resource.String(w.rt, date), plan.String(w.rt, date); before != after {
			w.rt.Errorf("%s: %s goes from %q to %q behind an empty plan", th.name, date, before, after)
		}
	}
	if th.typeName == rotationType {
		before, after := dates(th.resource.String(w.rt, "inactive_since")), dates(plan.String(w.rt, "inactive_since"))
		for name, at := range after {
			if was, ok := before[name]; ok && was != at {
				w.rt.Errorf("%s: %s is inactive since %s, was since %s, behind an empty plan", th.name, name, at, was)
			}
		}
	}
}

// dates reads a map as the plan writes it.
func dates(text string) map[string]string {
	all := map[string]string{}
	for _, pair := range strings.Fields(strings.Trim(text, "{}")) {
		name, at, _ := strings.Cut(pair, "=")
		all[name] = at
	}
	return all
}

// decide counts a plan that rotates, unless it goes on with what was decided
// before.
func (w *world) decide(th *thing, plan *acctest.Plan) {
	triggers := plan.String(w.rt, "rotate_triggers")
	if th.pursued != nil && *th.pursued == triggers {
		if th.hidden {
			th.allowance++
		}
		return
	}
	th.decisions++
	th.pursued, th.base = &triggers, th.instance.Rotations()
}

// apply applies a plan. A killed provider says nothing, and state stays as it
// was.
func (w *world) apply(th *thing, plan *acctest.Plan, killed bool) {
	w.hearPlan(th.instance, plan.Diagnostics)
	rotates := th.rotates(w.rt, plan)
	if rotates {
		w.decide(th, plan)
	}
	if plan.Replaces() {
		w.excuseReplacement(th)
	}
	w.expectSurprises(th)
	before := *th.resource
	said := th.resource.Apply(w.rt.Context(), w.rt, plan)
	th.version++
	if killed {
		w.completePending()
		*th.resource = before
		if rotates || plan.Replaces() {
			th.allowance++
			th.unaware = true
		}
		return
	}
	w.remember(th)
	if len(said.Errors()) > 0 {
		if w.calm && th.typeName != apiKeyType {
			w.rt.Errorf("%s: the apply fails without a fault: %q", th.name, said.Errors())
		}
		return
	}
	th.news = false
	if rotates {
		w.concluded(th, said)
	}
}

// inactive names the inactive keys that there are before an apply.
func (th *thing) inactive() []string {
	if th.typeName != rotationType {
		return nil
	}
	return th.instance.InactiveKeys()
}

// expectSurprises notes which keys no list may have shown: nobody can announce the
// deletion of one, nor tell it from what a rotation retires.
func (w *world) expectSurprises(th *thing) {
	th.surprising = false
	for _, name := range th.inactive() {
		if th.hidden && !th.listed[name] {
			th.surprising, w.announced[name] = true, true
		}
	}
}

// remember notes which inactive keys state holds.
func (w *world) remember(th *thing) {
	if th.typeName != rotationType || !th.resource.Exists() {
		return
	}
	if th.listed == nil {
		th.listed = map[string]bool{}
	}
	for name := range dates(th.resource.String(w.rt, "inactive_since")) {
		th.listed[name] = true
	}
}

// concluded expects of a rotation that was applied without an error that it took
// place, or is said to be open.
func (w *world) concluded(th *thing, said acctest.Diagnostics) {
	if th.resource.String(w.rt, "rotation_attempted_at") != "" {
		if !uncertain.MatchString(strings.Join(said.Warnings(), "\n")) {
			w.rt.Errorf("%s: the outcome is open, and nobody says so: %q", th.name, said.Warnings())
		}
		return
	}
	th.pursued, th.unaware = nil, false
	// A name that only the other node listed looks like what a rotation retires.
	if th.typeName == rotationType && th.instance.Rotations() == th.base && !th.surprising {
		w.rt.Errorf("%s: no error, and no rotation", th.name)
	}
}

// excuseReplacement takes out of account what a replacement by force ends: a CLI
// shows none of its warnings, but the attributes tell.
func (w *world) excuseReplacement(th *thing) {
	if th.config["inactive_key_retention"] == "0s" {
		w.announced[th.instance.ActiveKey()] = true
	}
	if th.typeName == rotationType && th.resource.Exists() && th.resource.String(w.rt, "delete_inactive_keys_on_destroy") == "true" {
		w.excuseAll(th)
	}
}

// forget is told where a state that knew of requests is given up.
func (w *world) forget(th *thing) {
	w.completePending()
	th.pursued, th.news, th.unaware, th.listed = nil, false, true, nil
	th.version++
}

// excuseAll takes the inactive keys of an instance out of account: they end
// elsewhere.
func (w *world) excuseAll(th *thing) {
	for _, name := range th.instance.InactiveKeys() {
		w.announced[name] = true
	}
}

// check holds after each step.
func (w *world) check() {
	w.mustHaveAnnounced()
	for _, th := range w.things {
		switch th.typeName {
		case rotationType:
			if own := th.own(); own > th.decisions+th.allowance {
				w.rt.Errorf("%s: %d rotations after %d decisions, %d more allowed", th.name, own, th.decisions, th.allowance)
			}
		case tunnelType:
			w.checkTunnel(th)
		}
	}
	if slices.ContainsFunc(w.organization.APIKeys(), func(key simulator.APIKey) bool { return key.ID == ownKeyID && !key.RevokedAt.IsZero() }) {
		w.rt.Errorf("the provider's own key was revoked")
	}
}

// checkTunnel expects that state takes the tunnel for no better than it is.
func (w *world) checkTunnel(th *thing) {
	if !th.resource.Exists() || th.unaware || th.resource.String(w.rt, "rotation_attempted_at") != "" {
		return
	}
	sum := sha256.Sum256([]byte(w.tunnel.Token()))
	if known := th.resource.String(w.rt, "token_sha256"); known != "" && known != hex.EncodeToString(sum[:]) {
		w.rt.Errorf("tunnel: state has another token, and does not know")
	}
	if th.resource.String(w.rt, "delivered") == "true" && !w.tunnel.Connected() {
		w.rt.Errorf("tunnel: state takes it for connected, and it is not")
	}
}

// settle ends all faults and expects two applies to reach an empty plan.
func (w *world) settle() {
	w.clearFaults()
	w.calm = true
	// No list lags for longer than an hour or three looks.
	w.Clock.Advance(2 * time.Hour)
	w.completePending()
	for _, th := range w.things[:2] {
		th.instance.SetListLag(simulator.ListLag{})
		th.instance.SetNodesMissing()
		for range 3 {
			w.Read(w.rt, "atlassian_dc_inactive_keys", object{"instance": th.name})
		}
		th.hidden = false
	}
	w.provideKey()
	for _, th := range w.things {
		if th.resource.Exists() {
			w.converge(th)
		}
	}
}

// provideKey makes the key that the configuration names, where there is none.
func (w *world) provideKey() {
	wanted := fmt.Sprint(w.things[len(w.things)-1].config["label"])
	for _, key := range w.organization.APIKeys() {
		if key.Label == wanted && key.RevokedAt.IsZero() {
			return
		}
	}
	w.organization.AddAPIKey(simulator.APIKey{Label: wanted, ExpiresAt: acctest.Start().AddDate(100, 0, 0)})
	w.look()
}

func (w *world) converge(th *thing) {
	for range 2 {
		plan := th.resource.Plan(w.rt, th.config)
		if errors := plan.Diagnostics.Errors(); len(errors) > 0 {
			w.rt.Fatalf("%s: the plan fails without a fault: %q", th.name, errors)
		}
		if !plan.Changes() {
			return
		}
		w.apply(th, plan, false)
		w.check()
	}
	plan := th.resource.Plan(w.rt, th.config)
	if len(plan.Diagnostics.Errors()) > 0 || plan.Changes() {
		w.rt.Errorf("%s: after two applies the plan changes %q, says %q", th.name, plan.ChangedAttributes(w.rt),
			append(plan.Diagnostics.Errors(), plan.Diagnostics.Warnings()...))
	}
}

// wayOut is what to do where fail_before_expiry stops a destroy.
const wayOut = "To destroy all the same, run terraform destroy -refresh=false."

// destroy is terraform destroy of one thing, by the way out where it is named.
func (w *world) destroy(th *thing) {
	if !th.resource.Exists() {
		return
	}
	said := th.resource.DestroyAll(w.rt, th.config)
	if strings.Contains(strings.Join(said.Errors(), "\n"), wayOut) {
		said = append(th.resource.PlanDestroy(w.rt), th.resource.Destroy(w.rt)...)
	}
	th.version++
	w.hearPlan(th.instance, said)
	if len(said.Errors()) > 0 {
		if w.calm {
			w.rt.Fatalf("%s: it cannot be destroyed: %q", th.name, said.Errors())
		}
		return
	}
	w.forget(th)
}

// end destroys everything, which has to get through.
func (w *world) end() {
	w.clearFaults()
	w.calm = true
	w.provideKey()
	for _, th := range w.things {
		w.destroy(th)
	}
	w.check()
}

func edited(config object, attribute string, value any) object {
	changed := maps.Clone(config)
	if value == nil {
		delete(changed, attribute)
	} else {
		changed[attribute] = value
	}
	return changed
}
