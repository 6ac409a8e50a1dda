// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// onRotate makes the fault strike rotations.
func onRotate(fault simulator.Fault) simulator.Fault {
	fault.Method, fault.Path = http.MethodPost, rotatePath
	return fault
}

// lostAnswers are the ways in which a rotation happens without saying so.
func lostAnswers() map[string]simulator.Fault {
	return map[string]simulator.Fault{
		"500 after the change":                {Kind: simulator.Status, After: true},
		"504 of a gateway, and a late change": {Kind: simulator.Delay, Status: http.StatusGatewayTimeout, LateChange: true, Delay: time.Minute},
		"connection dropped after the change": {Kind: simulator.ResetAfter},
		"answer cut short":                    {Kind: simulator.TruncatedBody},
		"answer that is no JSON":              {Kind: simulator.Status, Status: http.StatusOK, Body: "done", After: true},
		"login page after the change":         {Kind: simulator.HTML, After: true},
		"redirect to a login page after it":   {Kind: simulator.Redirect, After: true},
		"no answer before the time-out":       {Kind: simulator.Delay},
		"502 of a gateway after the change":   {Kind: simulator.Status, Status: http.StatusBadGateway, After: true},
	}
}

func TestDCAESRotation_lostAnswerIsOneRotation(t *testing.T) {
	t.Parallel()
	for name, fault := range lostAnswers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			jira.Inject(onRotate(fault))
			parts := []acctest.Object{weekly()}
			if fault.Kind == simulator.Delay && fault.Delay == 0 {
				// The deadline is the machine's, so this really waits.
				parts = append(parts, acctest.Object{"timeouts": acctest.Object{"create": "4s", "update": "4s"}})
			}
			rotation := estate.NewManagedResource(aesRotationType)
			config := func(version string) acctest.Object { return aesConfig(append(parts, release(version))...) }
			rotation.Apply(t.Context(), t, plan(t, rotation, config("1"))).MustWarn(t, "did not tell its outcome", "One rotation has happened since: that counts as this one.")
			verify(t, rotated(jira, 1))
			rotation.MustHold(t, map[string]string{
				"last_rotated_at": "2026-01-05T08:00:00Z", "rotation_origin": "terraform", "rotation_reason": "creation",
				"rotation_attempted_at": "", "rotation_status": "", "drift_acknowledged": "true",
			})
			mustSettle(t, rotation, config("1"))
			apply(t, rotation, config("2"))
			verify(t, rotated(jira, 2))
			mustSettle(t, rotation, config("2"))
			estate.Clock.Advance(8 * day)
			apply(t, rotation, config("2"))
			verify(t, rotated(jira, 3))
			mustSettle(t, rotation, config("2"))
		})
	}
}

// loseRotation makes rotations fail without a word: they take effect when the
// test has the instance complete them, or never.
func loseRotation(jira *simulator.Instance) {
	jira.Inject(onRotate(simulator.Fault{Kind: simulator.ChangeLater, Status: http.StatusBadGateway}))
}

// recover ends the faults of jira and has what they kept done.
func recoverJira(jira *simulator.Instance) {
	jira.ClearFaults()
	jira.CompletePending()
}

// unknownOutcome is what is said of a rotation that was sent and not seen.
const unknownOutcome = `Outcome of the AES key rotation of "jira" unknown`

// manageOpenJira returns a rotation of jira whose second one was sent and not
// seen.
func manageOpenJira(t *testing.T, parts ...acctest.Object) (*acctest.Estate, *simulator.Instance, *acctest.ManagedResource) {
	t.Helper()
	estate, jira, rotation := manageJira(t, append(parts, release("1"))...)
	loseRotation(jira)
	rotation.Apply(t.Context(), t, plan(t, rotation, aesConfig(append(parts, release("2"))...))).MustFail(t, unknownOutcome, "Run plan or apply again")
	return estate, jira, rotation
}

func TestDCAESRotation_attemptShowsUntilItsOutcomeIsKnown(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageOpenJira(t)
	rotation.Refresh(t).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{
		"rotation_attempted_at": "2026-01-05T08:00:00Z", "rotation_due": "true", "last_rotated_at": "2026-01-05T08:00:00Z", "rotate_triggers": "{release=2}",
	})
	retry := plan(t, rotation, aesConfig(release("2")))
	retry.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" planned: retry`, "the rotation sent at 2026-01-05T08:00:00Z has not been seen to happen")
	retry.MustHold(t, map[string]string{"rotation_reason": "retry", "rotation_attempted_at": ""})
	jira.ClearFaults()
	rotation.Apply(t.Context(), t, retry).MustBeQuiet(t)
	verify(t, asked(jira, 3, 2))
	rotation.MustHold(t, map[string]string{"rotation_reason": "retry", "rotation_attempted_at": "", "rotation_due": "false"})
	mustSettle(t, rotation, aesConfig(release("2")))
}

// The rotation takes effect only after the apply that sent it has given up.
func TestDCAESRotation_lateRotationOfAnUpdateCountsAtTheNextRefresh(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageOpenJira(t)
	estate.Clock.Advance(day)
	recoverJira(jira)
	seen := plan(t, rotation, aesConfig(release("2")))
	seen.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" found to have happened`, "One rotation has happened since the request of 2026-01-05T08:00:00Z")
	if got := seen.ChangedAttributes(t); len(got) != 1 || got[0] != "drift_acknowledged" {
		t.Errorf("the plan changes %q", got)
	}
	rotation.Apply(t.Context(), t, seen).MustBeQuiet(t)
	verify(t, rotated(jira, 2))
	rotation.MustHold(t, map[string]string{
		"last_rotated_at": "2026-01-05T08:00:00Z", "rotation_origin": "terraform", "rotation_reason": "triggers", "rotation_attempted_at": "", "rotation_due": "false", "rotation_status": "",
	})
	mustSettle(t, rotation, aesConfig(release("2")))
}

// Nobody refreshed in between, and the look before the next rotation finds it.
func TestDCAESRotation_lateRotationOfAnUpdateCountsAtTheNextApply(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageOpenJira(t)
	retry := plan(t, rotation, aesConfig(release("2")))
	recoverJira(jira)
	rotation.Apply(t.Context(), t, retry).MustWarn(t, "One rotation has happened since the request of 2026-01-05T08:00:00Z", "no other one was sent")
	verify(t, rotated(jira, 2))
	mustSettle(t, rotation, aesConfig(release("2")))
}

// A rotation that succeeded stays one where the look after it fails, and is not
// taken for somebody else's later.
func TestDCAESRotation_failedLookAfterTheRotationIsMadeUpForByRefresh(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource(aesRotationType)
	config := aesConfig(acctest.Object{"preflight": false})
	jira.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Skip: len(tried()) + 1, Kind: simulator.Status})
	rotation.Apply(t.Context(), t, plan(t, rotation, config)).MustWarn(t, "could not be listed afterwards")
	verify(t, rotated(jira, 1))
	rotation.MustHold(t, map[string]string{"inactive_keys": "[old-key]"})
	jira.ClearFaults()
	mustSettle(t, rotation, config)
	rotation.Refresh(t).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"rotation_origin": "terraform", "last_rotated_at": "2026-01-05T08:00:00Z"})
	jira.Rotate()
	rotation.Refresh(t).MustWarn(t, "rotated outside of Terraform")
}

// Neither does an update in between make it somebody else's.
func TestDCAESRotation_unlistedRotationOutlivesAnUpdate(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource(aesRotationType)
	config := func(timeout string) acctest.Object {
		return aesConfig(acctest.Object{"timeouts": acctest.Object{"update": timeout}})
	}
	jira.SetListLag(simulator.ListLag{Duration: day})
	rotation.Apply(t.Context(), t, plan(t, rotation, config("20m"))).MustWarn(t, "is not listed as inactive yet")
	apply(t, rotation, config("30m")).MustBeQuiet(t)
	estate.Clock.Advance(day)
	seen := plan(t, rotation, config("30m"))
	seen.MustBeEmpty(t)
	seen.Diagnostics.MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"rotation_origin": "terraform"})
}

// The first rotation of an adopted key is sent without word, and seen later. What
// is due after that is the schedule's, and a rotation elsewhere is one.
func TestDCAESRotation_attemptThatWasSeenLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageOpenJira(t, weekly(), acctest.Object{"rotate_on_create": false})
	recoverJira(jira)
	rotation.Refresh(t).MustWarn(t, "found to have happened")
	estate.Clock.Advance(8 * day)
	config := aesConfig(weekly(), release("2"), acctest.Object{"rotate_on_create": false})
	plan(t, rotation, config).Diagnostics.MustWarn(t, "rotation due since 2026-01-12T08:00:00Z")
	jira.Rotate()
	plan(t, rotation, config).Diagnostics.MustWarn(t, "rotated outside of Terraform")
	rotation.MustHold(t, map[string]string{"rotation_attempted_at": ""})
}

// A rate limit and a refused connection come before the rotation: it is sent again.
func TestDCAESRotation_rotationThatWasNotCarriedOutIsRepeatedAtOnce(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	jira.Inject(onRotate(simulator.Fault{Kind: simulator.RateLimited, Wait: time.Minute, Times: 2}))
	rotation.Apply(t.Context(), t, rotation.Plan(t, acctest.Object{"instance": "jira"})).MustBeQuiet(t)
	verify(t, asked(jira, 3, 1))
	if got := rotation.String(t, "rotation_status"); got != "SUCCESS" {
		t.Errorf("the status is %q", got)
	}
}

// An interrupted apply sees a rotation that it has sent to its end.
func TestDCAESRotation_interruptionDoesNotLoseARotation(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"it succeeds":                   {Kind: simulator.Delay, Delay: time.Minute},
		"its answer is lost":            {Kind: simulator.Delay, Delay: time.Minute, Status: http.StatusBadGateway},
		"it happens late, without word": {Kind: simulator.Delay, Delay: time.Minute, Status: http.StatusGatewayTimeout, LateChange: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			estate := acctest.NewEstate(t, simulator.WithSleep(func(context.Context, time.Duration) error { interrupt(); return nil }))
			jira := estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token"})
			jira.Inject(onRotate(fault))
			rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
			rotation.Apply(ctx, t, rotation.Plan(t, acctest.Object{"instance": "jira"})).MustNotFail(t)
			verify(t, rotated(jira, 1))
			if got := rotation.String(t, "last_rotated_at"); got != "2026-01-05T08:00:00Z" {
				t.Errorf("the rotation is recorded as of %q", got)
			}
		})
	}
}

// Interrupted before it is sent, a rotation is not sent.
func TestDCAESRotation_interruptionBeforeTheRotationSendsNone(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	estate := acctest.NewEstate(t, simulator.WithSleep(func(context.Context, time.Duration) error { interrupt(); return nil }))
	jira := estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token"})
	jira.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Kind: simulator.Delay, Delay: time.Minute})
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	rotation.Apply(ctx, t, rotation.Plan(t, acctest.Object{"instance": "jira"})).MustFail(t, "Nothing was changed on the instance")
	verify(t, rotated(jira, 0))
}
