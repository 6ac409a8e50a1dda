// SPDX-License-Identifier: MPL-2.0

package trials

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// trial is one operation under one fault.
type trial struct {
	*site
	operation operation
	cell      cell
	resource  *acctest.ManagedResource
	// said is what the operation said.
	said acctest.Diagnostics
	// live is true from the beginning of the operation to its end.
	live bool
	// attempted is what was open when the operation began.
	attempted string
	// begun is when the operation began, rotations and regenerations how many there
	// were before.
	begun                    time.Time
	rotations, regenerations int
	// planned and applied are the requests of the two phases of the operation.
	planned, applied []endpoint
	// secret is the token in state when the operation began, worked whether it
	// worked then.
	secret string
	worked bool
	// storedTokens are the IDs of tokens that were in state, announcedTokens of those
	// whose revocation a plan has announced.
	storedTokens, announcedTokens map[string]bool
}

// operation is something that a user has the provider do.
type operation struct {
	family, name string
	typeName     string
	// config is what the operation aims at; empty where nothing is to be there in
	// the end.
	config object
	// prepare leads up to the operation.
	prepare func(*trial)
	// perform is the operation. It calls applying between plan and apply.
	perform func(*trial)
	// rotates tells whether one rotation has to follow.
	rotates bool
	// ends names the keys that have to be gone in the end, elsewhere those that the
	// operation sees end without having a part in it.
	ends []string
	// action is true where nothing is kept in state.
	action bool
	// tokens is what configures tokens apart from their rotation; nil where it is
	// not about tokens.
	tokens object
}

func newTrial(t acctest.T, of operation, in cell) *trial {
	tr := &trial{site: newSite(t), operation: of, cell: in, storedTokens: map[string]bool{}, announcedTokens: map[string]bool{}}
	tr.resource = tr.NewManagedResource(of.typeName)
	return tr
}

// run leads up to the operation, performs it under the fault, judges what came
// of it, and ends the fault: what follows then has to make everything good.
func (tr *trial) run() {
	tr.begin()
	tr.strike(planning)
	tr.operation.perform(tr)
	tr.finishPhase(&tr.applied)
	tr.live = false
	tr.judge()
	tr.end()
}

func (tr *trial) begin() {
	if tr.operation.prepare != nil {
		tr.operation.prepare(tr)
	}
	tr.excuse()
	if tr.ofTokens() {
		tr.excuseTokens()
	}
	tr.Clock.Advance(time.Hour)
	tr.begun, tr.said = tr.Clock.Now().Truncate(time.Second), nil
	tr.attempted = tr.attemptedAt()
	tr.live = true
	tr.rotations, tr.regenerations = tr.jira.Rotations(), tr.tunnel.Regenerations()
	tr.resetLogs()
	if tr.cell.hangs() {
		tr.SetProviderBlock(object{"instances": tr.addresses(), "request_timeout": "1s"})
	}
}

// addresses are the instances of the provider block.
func (tr *trial) addresses() object {
	block := object{}
	for _, instance := range []*simulator.Instance{tr.jira, tr.git, tr.builds} {
		block[instance.Name()] = object{"url": instance.URL()}
	}
	return block
}

// configured is config with what the fault makes necessary.
func (tr *trial) configured(config object) object {
	if !tr.live || !tr.cell.hangs() {
		return config
	}
	limits := map[string]object{
		rotationType:      {"create": "3s", "update": "3s", "read": "3s", "delete": "3s"},
		tunnelType:        {"create": "3s", "update": "3s"},
		apiKeyType:        {"create": "3s", "read": "3s", "delete": "3s"},
		personalTokenType: {"create": "3s", "update": "3s", "read": "3s", "delete": "3s"},
		httpTokenType:     {"create": "3s", "update": "3s", "read": "3s", "delete": "3s"},
	}[tr.operation.typeName]
	return merged(config, object{"timeouts": limits})
}

// applying ends the plan of the operation and begins its apply.
func (tr *trial) applying() {
	tr.finishPhase(&tr.planned)
	tr.strike(inApply)
	if tr.cell.comesLate() && tr.cell.endpoint.Method == http.MethodDelete {
		// It takes the key as well that is retired until it comes.
		tr.announced[tr.jira.ActiveKey()] = true
	}
}

func (tr *trial) finishPhase(requests *[]endpoint) {
	*requests = tr.requests()
	tr.resetLogs()
}

func (tr *trial) strike(at phase) {
	if !tr.live || tr.cell.fault.Name == "" || tr.cell.strike.from != at {
		return
	}
	fault := tr.cell.fault.Fault
	fault.Times = tr.cell.strike.times
	if tr.cell.strike.late {
		fault.CompleteAfter = 3 * time.Minute
	}
	tr.inject(tr.cell.endpoint, fault)
	if tr.cell.strike.blind {
		for _, look := range tr.cell.looks {
			tr.inject(look.endpoint, simulator.Fault{Kind: simulator.Status, Status: 503, Skip: look.before})
		}
	}
}

// mustHaveAnnounced fails where a key or a token has ended that no plan has
// announced.
func (tr *trial) mustHaveAnnounced() {
	tr.t.Helper()
	tr.site.mustHaveAnnounced()
	if tr.ofTokens() {
		tr.mustHaveAnnouncedTokens()
	}
}

// hear notes what was said.
func (tr *trial) hear(said acctest.Diagnostics) bool {
	tr.hearTokens(said.Warnings())
	tr.said = append(tr.said, said...)
	return len(said.Errors()) == 0
}

// apply plans and applies a configuration.
func (tr *trial) apply(config object) {
	tr.carryOut(tr.resource.Plan(tr.t, tr.configured(config)))
}

// applyWithoutRefresh is apply with -refresh=false.
func (tr *trial) applyWithoutRefresh(config object) {
	tr.carryOut(tr.resource.PlanWithoutRefresh(tr.t, tr.configured(config)))
}

func (tr *trial) carryOut(plan *acctest.Plan) {
	tr.hearPlan(tr.jira, plan.Diagnostics)
	if !tr.hear(plan.Diagnostics) {
		return
	}
	tr.applying()
	tr.hear(tr.resource.Apply(tr.t.Context(), tr.t, plan))
	tr.mustHaveAnnounced()
}

// destroy does what terraform destroy does with a configuration.
func (tr *trial) destroy(config object) {
	plan := tr.resource.Plan(tr.t, tr.configured(config))
	if !tr.hear(plan.Diagnostics) || !tr.resource.Exists() {
		return
	}
	tr.resource.KeepRefreshed(plan)
	ending := tr.resource.PlanDestroy(tr.t)
	tr.hearPlan(tr.jira, ending)
	if !tr.hear(ending) {
		return
	}
	tr.applying()
	tr.hear(tr.resource.Destroy(tr.t))
	tr.mustHaveAnnounced()
}

// invoke runs an action, which announces what it does by being invoked.
func (tr *trial) invoke(typeName string, config object) {
	for _, key := range tr.present() {
		tr.announced[key] = key != "key-b" && key != ownKeyID
	}
	planned := tr.PlanAction(tr.t, typeName, config)
	if !tr.hear(planned.Diagnostics) {
		return
	}
	tr.applying()
	ran := tr.RunAction(tr.t, typeName, config)
	tr.hear(ran.Diagnostics)
	tr.mustHaveAnnounced()
}

// attemptedAt is when a rotation of unknown outcome was sent, as state says it.
func (tr *trial) attemptedAt() string {
	if !tr.resource.Exists() || tr.operation.typeName == apiKeyType {
		return ""
	}
	return tr.resource.String(tr.t, "rotation_attempted_at")
}

func (tr *trial) open() bool {
	return tr.attemptedAt() != ""
}

// uncertain is how it is said that an outcome is open.
var uncertain = regexp.MustCompile(`(?i)unknown|not known|\bmay\b|perhaps|if it was made`)

func (tr *trial) saidUncertain() bool {
	return uncertain.MatchString(strings.Join(append(tr.said.Errors(), tr.said.Warnings()...), "\n"))
}

// judge compares what the operation says of its outcome with what happened.
func (tr *trial) judge() {
	switch {
	case tr.cell.lies():
	case tr.operation.action && tr.ofTokens():
		tr.judgeRevocation()
	case tr.operation.action:
		tr.judgeAction()
	case tr.ofTokens():
		tr.judgeTokens()
	case tr.operation.typeName == rotationType:
		tr.judgeRotation()
	case tr.operation.typeName == tunnelType:
		tr.judgeTunnel()
	}
}

func (tr *trial) judgeAction() {
	failed := len(tr.said.Errors()) > 0
	rotated := tr.jira.Rotations() - tr.rotations
	wanted := 0
	if tr.operation.rotates {
		wanted = 1
	}
	if tr.operation.typeName == tunnelType {
		switch connected := tr.tunnel.Connected(); {
		case !failed && !connected && !tr.saidUncertain():
			tr.t.Errorf("no error, and the tunnel is down")
		case failed && !connected && !strings.Contains(strings.Join(tr.said.Errors(), "\n"), "down"):
			tr.t.Errorf("the tunnel is down, and nobody says so: %q", tr.said.Errors())
		}
		return
	}
	switch {
	case rotated > wanted:
		tr.t.Errorf("%d rotations", rotated)
	case !failed && rotated < wanted:
		tr.t.Errorf("no error, and no rotation")
	case failed && rotated > 0 && !tr.saidUncertain() && !strings.Contains(strings.Join(tr.said.Errors(), "\n"), "was rotated"):
		tr.t.Errorf("rotated, and the error does not say so: %q", tr.said.Errors())
	}
	if !failed {
		tr.mustHaveEnded()
	}
}

func (tr *trial) mustHaveEnded() {
	tr.t.Helper()
	for _, key := range tr.present() {
		for _, ended := range tr.operation.ends {
			if key == ended {
				tr.t.Errorf("%s has not ended", key)
			}
		}
	}
}

func (tr *trial) judgeRotation() {
	rotated := tr.jira.Rotations() - tr.rotations
	recorded := tr.recorded()
	failed := len(tr.said.Errors()) > 0
	switch {
	case rotated > 1 || rotated == 1 && !tr.operation.rotates:
		tr.t.Errorf("%d rotations", rotated)
	case tr.open():
		if tr.attemptedAt() != tr.attempted && !tr.saidUncertain() {
			tr.t.Errorf("the outcome is open, and nobody says so: %q", tr.said.Errors())
		}
	case rotated == 1 && !recorded:
		tr.t.Errorf("rotated, and state does not know: %q", tr.said.Errors())
	case rotated == 0 && recorded:
		tr.t.Errorf("not rotated, and state says so")
	case !failed && tr.operation.rotates && rotated == 0:
		tr.t.Errorf("no error, and no rotation")
	}
}

// recorded reports whether state has a rotation by the provider itself during
// the operation, or one that was sent before and found since.
func (tr *trial) recorded() bool {
	if !tr.resource.Exists() || tr.resource.String(tr.t, "rotation_origin") != "terraform" {
		return false
	}
	at, err := time.Parse(time.RFC3339, tr.resource.String(tr.t, "last_rotated_at"))
	return err == nil && !at.Before(tr.begun)
}

func (tr *trial) judgeTunnel() {
	regenerated := tr.tunnel.Regenerations() - tr.regenerations
	if !tr.resource.Exists() {
		if regenerated > 0 {
			tr.t.Errorf("regenerated, and state knows nothing: %q", tr.said.Errors())
		}
		return
	}
	if regenerated > 0 && !tr.operation.rotates {
		tr.t.Errorf("%d regenerations", regenerated)
	}
	if tr.open() {
		if tr.attemptedAt() != tr.attempted && !tr.saidUncertain() {
			tr.t.Errorf("the outcome is open, and nobody says so: %q", tr.said.Errors())
		}
		return
	}
	tr.mustKnowToken()
	if len(tr.said.Errors()) == 0 && tr.operation.rotates && regenerated == 0 {
		tr.t.Errorf("no error, and no regeneration")
	}
}

// mustKnowToken fails where state takes the tunnel for better than it is.
func (tr *trial) mustKnowToken() {
	tr.t.Helper()
	if known := tr.resource.String(tr.t, "token_sha256"); known != "" {
		sum := sha256.Sum256([]byte(tr.tunnel.Token()))
		if known != hex.EncodeToString(sum[:]) {
			tr.t.Errorf("state has another token than the tunnel, and does not know")
		}
	}
	if tr.resource.String(tr.t, "delivered") == "true" && !tr.tunnel.Connected() {
		tr.t.Errorf("state takes the tunnel for connected, and it is not")
	}
}

// end ends the fault and expects everything to become good.
func (tr *trial) end() {
	tr.clearFaults()
	if !tr.cell.strike.late {
		tr.completePending()
	}
	if tr.operation.action {
		tr.mustRevokeInTheEnd()
		return
	}
	tr.SetProviderBlock(nil)
	if len(tr.operation.config) == 0 {
		tr.mustEnd()
		return
	}
	tr.converge()
	if tr.cell.lies() {
		tr.mustEnd()
		return
	}
	tr.mustHaveConverged()
	// Nothing that was sent comes after that.
	tr.Clock.Advance(5 * time.Minute)
	tr.completePending()
	if tr.ofTokens() {
		tr.converge()
	}
	tr.mustHaveConverged()
	tr.mustEnd()
}

func (tr *trial) converge() {
	tr.t.Helper()
	for range tr.applies() {
		plan := tr.resource.Plan(tr.t, tr.operation.config)
		tr.hearPlan(tr.jira, plan.Diagnostics)
		tr.hearTokens(plan.Diagnostics.Warnings())
		tr.mustNotFail("the plan after the fault", plan.Diagnostics)
		if !plan.Changes() {
			return
		}
		tr.mustNotFail("the apply after the fault", tr.resource.Apply(tr.t.Context(), tr.t, plan))
		tr.mustHaveAnnounced()
	}
	tr.mustBeDone()
}

// applies is how many applies it may take. Cloud may work on a regeneration for a
// quarter of an hour, an apply waits for not quite half of its ten minutes, and a
// plan is empty only when none can come any more.
func (tr *trial) applies() int {
	if tr.operation.typeName == tunnelType {
		return 4
	}
	return 2
}

func (tr *trial) mustBeDone() {
	tr.t.Helper()
	plan := tr.resource.Plan(tr.t, tr.operation.config)
	tr.mustNotFail("the last plan", plan.Diagnostics)
	if plan.Changes() {
		tr.t.Errorf("after all applies the plan changes %q, said %q", plan.ChangedAttributes(tr.t), plan.Diagnostics.Warnings())
	}
}

func (tr *trial) mustNotFail(what string, said acctest.Diagnostics) {
	tr.t.Helper()
	if errors := said.Errors(); len(errors) > 0 {
		tr.t.Fatalf("%s fails: %q", what, errors)
	}
}

// mustHaveConverged expects exactly what was decided, once.
func (tr *trial) mustHaveConverged() {
	tr.t.Helper()
	wanted := 0
	if tr.operation.rotates && tr.operation.typeName == rotationType {
		wanted = 1
	}
	most := wanted
	if tr.cell.comesLate() && tr.operation.rotates && tr.cell.strike.late {
		most++
	}
	if rotated := tr.jira.Rotations() - tr.rotations; rotated < wanted || rotated > most {
		tr.t.Errorf("%d rotations in the end, said %q", rotated, append(tr.said.Errors(), tr.said.Warnings()...))
	}
	tr.mustHaveEnded()
	tr.mustHaveAnnounced()
	if tr.ofTokens() {
		tr.mustHoldTokens()
	}
	if tr.operation.typeName == tunnelType && !tr.cell.comesLate() {
		tr.mustKnowToken()
		if tr.open() {
			tr.t.Errorf("still open")
		}
	}
}

// mustEnd expects that destroying gets through.
func (tr *trial) mustEnd() {
	tr.t.Helper()
	if !tr.resource.Exists() {
		return
	}
	tr.said = nil
	config := tr.operation.config
	if len(config) == 0 {
		config = tr.operation.destroyed()
	}
	tr.destroy(config)
	tr.mustNotFail("the destruction after the fault", tr.said)
	if tr.resource.Exists() {
		tr.t.Errorf("destroying leaves it in state")
	}
	if tr.ofTokens() && !tr.cell.lies() {
		tr.mustHaveNoOrphan()
	}
	if len(tr.operation.config) == 0 && !tr.cell.lies() {
		tr.mustHaveEnded()
	}
}
