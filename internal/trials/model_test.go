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

// Whatever happens in whatever order: each decision rotates once, nothing ends
// that no plan has announced, nothing is taken for better than it is, and in the
// end everything is as it was configured.
func TestModel_randomSequencesKeepTheirPromises(t *testing.T) {
	t.Parallel()
	mustKeepPromises(t, newWorld)
}

// model is what random steps are taken in.
type model interface {
	// actions are the steps of a sequence, counted by their names.
	actions(steps map[string]int) map[string]func(*rapid.T)
	// check compares what has happened with what was promised so far.
	check()
	// settle ends all faults and expects everything to become good.
	settle()
	// end destroys everything, which has to get through.
	end()
}

func mustKeepPromises[M model](t *testing.T, begin func(*rapid.T) M) {
	t.Helper()
	steps := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		m := begin(rt)
		rt.Repeat(m.actions(steps))
		m.settle()
		m.check()
		m.end()
	})
	reportSteps(t, steps)
}

func reportSteps(t *testing.T, steps map[string]int) {
	t.Helper()
	total := 0
	for _, name := range slices.Sorted(maps.Keys(steps)) {
		t.Logf("%6d steps: %s", steps[name], name)
		total += steps[name]
	}
	t.Logf("%d steps", total)
}

// counting counts the steps by their names, and checks after each.
func counting(steps map[string]int, check func(), all map[string]func(*rapid.T)) map[string]func(*rapid.T) {
	for name, act := range all {
		all[name] = func(rt *rapid.T) {
			act(rt)
			steps[name]++
		}
	}
	all[""] = func(*rapid.T) { check() }
	return all
}

// actions are the steps of a sequence, counted by their names.
func (w *world) actions(steps map[string]int) map[string]func(*rapid.T) {
	return counting(steps, w.check, map[string]func(*rapid.T){
		"apply":                            func(*rapid.T) { w.planAndApply(w.anything(), false) },
		"apply once more":                  func(*rapid.T) { w.planAndApply(w.anything(), false) },
		"apply a rotation":                 func(*rapid.T) { w.planAndApply(w.anyRotation(), false) },
		"apply, killed before it is saved": func(*rapid.T) { w.planAndApply(w.anything(), true) },
		"apply without a refresh":          w.applyWithoutRefresh,
		"clear faults":                     func(*rapid.T) { w.clearFaults(); w.calm = true },
		"create_before_destroy":            func(*rapid.T) { th := w.anything(); th.resource.CreateBeforeDestroy = !th.resource.CreateBeforeDestroy },
		"destroy":                          func(*rapid.T) { w.destroy(w.existing()) },
		"edit":                             w.edit,
		"edit triggers":                    w.editTriggers,
		"elsewhere: delete inactive keys":  w.deleteElsewhere,
		"elsewhere: make an API key":       func(*rapid.T) { w.provideKey() },
		"elsewhere: restore a backup":      w.restoreBackup,
		"elsewhere: revoke an API key":     w.revokeElsewhere,
		"elsewhere: rotate":                w.rotateElsewhere,
		"fault":                            w.fault,
		"fault at a change":                w.faultAtChange,
		"import":                           w.importIt,
		"lists lag":                        w.lag,
		"nodes disagree":                   w.disagree,
		"plan, and apply nothing":          func(*rapid.T) { w.planned(w.existing()) },
		"refresh-only apply":               w.refreshOnly,
		"remove from the state":            w.removeFromState,
		"replace":                          w.replace,
		"saved plan: apply":                w.applySaved,
		"saved plan: make":                 w.savePlan,
		"second resource for the same":     w.planTwin,
		"settle":                           func(*rapid.T) { w.settle() },
		"taint":                            w.taint,
		"time passes":                      w.passTime,
	})
}

func (w *world) planAndApply(th *thing, killed bool) {
	if plan := w.planned(th); plan != nil {
		w.apply(th, plan, killed)
	}
}

func (w *world) applyWithoutRefresh(*rapid.T) {
	th := w.existing()
	news := th.news
	if plan := th.resource.PlanWithoutRefresh(w.rt, th.config); len(plan.Diagnostics.Errors()) == 0 {
		w.apply(th, plan, false)
		th.news = news
	}
}

func (w *world) savePlan(*rapid.T) {
	th := w.anything()
	th.saved = nil
	if plan := w.planned(th); plan != nil {
		th.saved = &savedPlan{plan, th.version, th.external}
	}
}

// applySaved applies a plan file, however old. A CLI refuses one that was made
// for another state.
func (w *world) applySaved(*rapid.T) {
	th := w.anything()
	if th.saved == nil || th.saved.version != th.version {
		w.rt.Skip("no plan for this state")
	}
	newer := th.news && th.external > th.saved.external
	w.apply(th, th.saved.plan, false)
	th.saved, th.news = nil, th.news || newer
}

func (w *world) refreshOnly(*rapid.T) {
	th := w.existing()
	said := th.resource.Refresh(w.rt)
	th.version++
	if len(said.Errors()) == 0 && th.typeName == rotationType {
		// From here on state knows of it.
		th.news = false
		w.remember(th)
	}
}

func (w *world) taint(*rapid.T) {
	th := w.existing()
	if th.typeName == apiKeyType {
		w.rt.Skip("refused, because the one object would revoke the key of the other")
	}
	th.resource.Taint()
	w.forget(th)
}

func (w *world) replace(*rapid.T) {
	th := w.existing()
	if th.typeName == apiKeyType {
		w.rt.Skip("refused, because the one object would revoke the key of the other")
	}
	if plan := th.resource.PlanReplacement(w.rt, th.config); len(plan.Diagnostics.Errors()) == 0 {
		w.forget(th)
		w.apply(th, plan, false)
	}
}

func (w *world) removeFromState(*rapid.T) {
	th := w.existing()
	*th.resource = *w.NewManagedResource(th.typeName)
	w.forget(th)
}

func (w *world) importIt(*rapid.T) {
	th := w.anything()
	if th.resource.Exists() {
		w.rt.Skip("in state already")
	}
	id := map[string]string{"jira": "jira", "wiki": "wiki", "tunnel": w.organization.ID() + "/" + tunnelID, "key": "key-a"}[th.name]
	w.forget(th)
	th.resource.Import(w.rt, id)
}

// planTwin plans a second resource for the same thing in the same run.
func (w *world) planTwin(*rapid.T) {
	th := w.anything()
	w.provideKey()
	process := w.StartProcess(w.rt)
	if len(th.resource.PlanIn(w.rt, process, th.config).Diagnostics.Errors()) > 0 {
		return
	}
	twin := w.NewManagedResource(th.typeName)
	said := twin.PlanIn(w.rt, process, edited(th.config, "timeouts", object{"create": "59m"})).Diagnostics
	if len(said.Errors()) == 0 && (th.typeName != apiKeyType || w.calm) {
		w.rt.Errorf("%s: nobody refuses a second resource for the same", th.name)
	}
}

func (w *world) passTime(*rapid.T) {
	w.Clock.Advance(rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 20 * time.Minute, 13 * time.Hour, 8 * day, 40 * day}).Draw(w.rt, "time"))
}

func (w *world) rotateElsewhere(*rapid.T) {
	th := w.anyRotation()
	retired := th.instance.Rotate()
	th.external++
	// What was sent and is carried out later takes it as well.
	w.announced[retired] = w.announced[retired] || !w.calm
	if th.resource.Exists() && !th.hidden && !th.resource.Tainted() {
		th.news = true
	}
}

func (w *world) deleteElsewhere(*rapid.T) {
	th := w.anyRotation()
	w.excuseAll(th)
	th.instance.DeleteInactiveKeys()
	th.hide()
}

func (w *world) restoreBackup(*rapid.T) {
	th := w.anyRotation()
	w.excuseAll(th)
	var names []string
	for name := range w.known {
		if name != th.instance.ActiveKey() && (th.name == "wiki") == (len(name) > 4 && name[:4] == "wiki") && name[:3] != "key" && name != ownKeyID {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	restored := slices.DeleteFunc(names, func(name string) bool { return rapid.Bool().Draw(w.rt, name) })
	th.instance.RestoreKeys(restored...)
	th.hide()
}

// hide notes that what happened before can no longer be seen.
func (th *thing) hide() {
	th.news = false
	if th.pursued != nil {
		th.allowance++
	}
}

func (w *world) lag(*rapid.T) {
	th := w.anyRotation()
	th.instance.SetListLag(simulator.ListLag{
		Looks:    rapid.IntRange(0, 3).Draw(w.rt, "looks"),
		Duration: rapid.SampledFrom([]time.Duration{0, 3 * time.Second, time.Minute, time.Hour}).Draw(w.rt, "duration"),
	})
	th.hidden = true
}

func (w *world) disagree(*rapid.T) {
	th := w.anyRotation()
	missing := rapid.SliceOfN(rapid.SampledFrom(append(th.instance.InactiveKeys(), "nothing")), 1, 2)
	th.instance.SetNodesMissing(missing.Draw(w.rt, "first node"), missing.Draw(w.rt, "second node"))
	th.hidden = true
}

func (w *world) revokeElsewhere(*rapid.T) {
	id := rapid.SampledFrom([]string{"key-a", "key-b"}).Draw(w.rt, "key")
	w.announced[id] = true
	w.organization.RevokeAPIKey(id)
}

func changes() []endpoint {
	return []endpoint{
		{simulator.Endpoint{Method: http.MethodPost, Pattern: "/rest/secrets/1.0/keys/rotate"}, atJira},
		{simulator.Endpoint{Method: http.MethodDelete, Pattern: "/rest/secrets/1.0/keys/inactive"}, atJira},
		{simulator.Endpoint{Method: http.MethodPut, Pattern: "/rest/secure-tunneling/latest/tunnel/token"}, atJira},
		{simulator.Endpoint{Method: http.MethodPut, Pattern: "/tunnels/{hostname}/token"}, atCloud},
		{simulator.Endpoint{Method: http.MethodPatch, Pattern: "/api-keys/revoke/{apiKeyId}"}, atCloud},
	}
}

func reads() []endpoint {
	return []endpoint{
		{simulator.Endpoint{Method: http.MethodGet, Pattern: "/rest/secrets/1.0/keys/inactive"}, atJira},
		{simulator.Endpoint{Method: http.MethodGet, Pattern: "/status"}, atJira},
		{simulator.Endpoint{Method: http.MethodGet, Pattern: "/api-keys"}, atCloud},
	}
}

func drawEndpoint(rt *rapid.T, among []endpoint) endpoint {
	var names []string
	for _, at := range among {
		names = append(names, at.String())
	}
	return among[slices.Index(names, rapid.SampledFrom(names).Draw(rt, "endpoint"))]
}

func (w *world) fault(*rapid.T) {
	w.disturb(drawEndpoint(w.rt, append(reads(), changes()...)), simulator.NamedFaults())
}

// faultAtChange prefers what leaves an outcome open.
func (w *world) faultAtChange(*rapid.T) {
	w.disturb(drawEndpoint(w.rt, changes()), openFaults())
	if rapid.Bool().Draw(w.rt, "no looks") {
		w.disturb(reads()[0], []simulator.NamedFault{{Name: "503", Fault: simulator.Fault{Status: http.StatusServiceUnavailable, Skip: rapid.IntRange(1, 3).Draw(w.rt, "skip")}}})
	}
}

// openFaults are those that leave the outcome of a change open.
func openFaults() []simulator.NamedFault {
	return slices.DeleteFunc(simulator.NamedFaults(), func(fault simulator.NamedFault) bool {
		return fault.Kind != simulator.ChangeLater && !fault.After && fault.Kind != simulator.ResetAfter
	})
}

func (w *world) disturb(at endpoint, with []simulator.NamedFault) {
	fault := drawFault(w.rt, at, with)
	w.calm = false
	if at.at == atCloud {
		w.Simulator.Cloud().Inject(fault)
		return
	}
	w.anyRotation().instance.Inject(fault)
}

// drawFault returns one of the faults, at an endpoint.
func drawFault(rt *rapid.T, at endpoint, with []simulator.NamedFault) simulator.Fault {
	var names []string
	for _, fault := range with {
		names = append(names, fault.Name)
	}
	name := rapid.SampledFrom(names).Draw(rt, "fault")
	named := with[slices.Index(names, name)]
	in := cell{endpoint: at, fault: named}
	if in.hangs() || in.lies() || in.comesLate() || named.Kind == simulator.HugeBody {
		rt.Skip("takes real time, much memory, or what the provider cannot see through")
	}
	fault := named.Fault
	fault.Times = rapid.IntRange(0, 3).Draw(rt, "times")
	fault.CompleteAfter = rapid.SampledFrom([]time.Duration{10 * time.Second, time.Minute, 5 * time.Minute}).Draw(rt, "carried out after")
	return fault.On(at.Endpoint)
}

func (w *world) editTriggers(*rapid.T) {
	th := w.anything()
	if th.typeName == apiKeyType {
		w.rt.Skip("it has none")
	}
	th.config = edited(th.config, "rotate_triggers", object{"release": rapid.SampledFrom([]string{"1", "2", "3", "4"}).Draw(w.rt, "release")})
}

// edit changes any attribute, as far as the provider takes the result for valid.
func (w *world) edit(*rapid.T) {
	th := w.anything()
	choices := attributes(th.typeName)
	name := rapid.SampledFrom(slices.Sorted(maps.Keys(choices))).Draw(w.rt, "attribute")
	config := edited(th.config, name, rapid.SampledFrom(choices[name]).Draw(w.rt, "value"))
	if len(th.resource.Validate(w.rt, config).Errors()) > 0 {
		w.rt.Skip("not valid")
	}
	th.config = config
}

// attributes lists values for every attribute that can be configured, nil for
// none.
func attributes(typeName string) map[string][]any {
	rotating := map[string][]any{
		"rotate_triggers":       {nil, object{}, object{"release": "1"}, object{"release": "1", "leak": "yes"}},
		"rotation_interval":     {nil, "1d", "7d", "90d"},
		"early_rotation_window": {nil, "0s", "6h"},
		"rotation_window":       {nil, object{"schedule": "0 2 * * SUN", "duration": "4h", "time_zone": "Europe/Berlin"}, object{"schedule": "0 0 * * *", "duration": "12h"}},
		"first_rotation_at":     {nil, "2026-01-06T00:00:00Z", "2026-03-01T00:00:00Z"},
		"rotation_paused":       {nil, true, false},
		"rotate_on_create":      {nil, true, false},
		"preflight":             {nil, true, false},
		"timeouts":              {nil, object{"update": "30m"}, object{"create": "40m"}},
	}
	switch typeName {
	case rotationType:
		rotating["inactive_key_retention"] = []any{nil, "0s", "1d", "30d"}
		rotating["delete_inactive_keys_on_destroy"] = []any{nil, true, false}
		return rotating
	case tunnelType:
		rotating["instance"] = []any{nil, "jira"}
		rotating["store_token"] = []any{nil, true, false}
		rotating["hostname"] = []any{tunnelID, tunnelID + ".atlassian.com"}
		return rotating
	default:
		return map[string][]any{
			"label":              {"a", "b"},
			"warn_before_expiry": {nil, "7d", "30d"},
			"fail_before_expiry": {nil, "1d"},
			"revoke_on_destroy":  {nil, true, false},
			"timeouts":           {nil, object{"read": "3m"}},
		}
	}
}
