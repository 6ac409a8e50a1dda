package provider_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

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

func TestAccDCAESRotation_lostAnswerIsOneRotation(t *testing.T) {
	t.Parallel()
	for name, fault := range lostAnswers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			jira.Inject(onRotate(fault))
			lines := "rotation_interval = \"7d\"\n"
			if fault.Kind == simulator.Delay && fault.Delay == 0 {
				// The deadline is the machine's, so this really waits.
				lines += "timeouts = { create = \"3s\", update = \"3s\" }\n"
			}
			one, two := aesRotationConfig(estate, lines+triggered("1")), aesRotationConfig(estate, lines+triggered("2"))
			run(t, estate,
				resource.TestStep{
					Config: one,
					Check:  rotated(jira, 1),
					ConfigStateChecks: []statecheck.StateCheck{
						aesRotation.hasText("last_rotated_at", "2026-01-05T08:00:00Z"),
						aesRotation.hasText("rotation_origin", "terraform"),
						aesRotation.has("rotation_attempted_at", knownvalue.Null()),
						aesRotation.has("rotation_status", knownvalue.Null()),
						aesRotation.has("inactive_keys", knownvalue.ListSizeExact(2)),
					},
				},
				resource.TestStep{Config: two, ConfigPlanChecks: plansRotation(), Check: rotated(jira, 2)},
				resource.TestStep{
					PreConfig:        func() { estate.Clock.Advance(8 * day) },
					Config:           two,
					ConfigPlanChecks: plansRotation(),
					Check:            rotated(jira, 3),
				})
		})
	}
}

func TestDCAESRotation_lostAnswerIsWarnedOf(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	jira.Inject(onRotate(simulator.Fault{Kind: simulator.Status, After: true}))
	for _, release := range []string{"1", "2"} {
		plan := rotation.Plan(t, acctest.Object{"instance": "jira", "rotate_triggers": acctest.Object{"release": release}})
		rotation.Apply(t.Context(), t, plan).MustWarn(t, "500 Internal Server Error", "the list of inactive keys shows that it happened")
	}
	verify(t, rotated(jira, 2))
}

// outcomeUnknown is what an apply says whose rotation was sent and not seen.
func outcomeUnknown(config string) resource.TestStep {
	return resource.TestStep{Config: config, ExpectError: says(`Outcome of the AES key rotation of the instance "jira" unknown`, "Run plan or apply again")}
}

// The rotation takes effect only after the apply that sent it has given up.
func TestAccDCAESRotation_lateRotationOfAnUpdateCountsAtTheNextRefresh(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, triggered("2"))
	failing := outcomeUnknown(config)
	failing.PreConfig = func() {
		estate.Clock.Advance(day)
		jira.Inject(onRotate(simulator.Fault{Kind: simulator.ChangeLater, Status: http.StatusInternalServerError}))
	}
	run(t, estate,
		resource.TestStep{Config: aesRotationConfig(estate, triggered("1")), Check: rotated(jira, 1)},
		failing,
		resource.TestStep{
			RefreshState:       true,
			ExpectNonEmptyPlan: true,
			Check: resource.ComposeTestCheckFunc(
				aesRotation.shows("rotation_attempted_at", "2026-01-06T08:00:00Z"),
				aesRotation.shows("rotation_due", "true"),
				aesRotation.shows("last_rotated_at", "2026-01-05T08:00:00Z"),
				aesRotation.shows("inactive_keys.#", "2"),
			),
		},
		resource.TestStep{
			PreConfig:        func() { estate.Clock.Advance(day); jira.ClearFaults(); jira.CompletePending() },
			Config:           config,
			ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionNoop),
			Check:            rotated(jira, 2),
			ConfigStateChecks: []statecheck.StateCheck{
				aesRotation.hasText("last_rotated_at", "2026-01-06T08:00:00Z"),
				aesRotation.hasText("rotation_origin", "terraform"),
				aesRotation.has("rotation_attempted_at", knownvalue.Null()),
				aesRotation.has("rotation_due", knownvalue.Bool(false)),
			},
		})
}

// Nobody refreshed in between, and the look before the next rotation finds it.
func TestDCAESRotation_lateRotationOfAnUpdateCountsAtTheNextApply(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	config := func(release string) acctest.Object {
		return acctest.Object{"instance": "jira", "rotate_triggers": acctest.Object{"release": release}}
	}
	rotation.Create(t, config("1"))
	jira.Inject(onRotate(simulator.Fault{Kind: simulator.ChangeLater}))
	rotation.Apply(t.Context(), t, rotation.Plan(t, config("2"))).MustFail(t, "Outcome", "unknown")

	plan := rotation.Plan(t, config("2"))
	plan.Diagnostics.MustWarn(t, "AES key rotation planned", "the rotation sent at 2026-01-05T08:00:00Z has not been seen to happen")
	jira.ClearFaults()
	jira.CompletePending()
	rotation.Apply(t.Context(), t, plan).MustWarn(t, "has happened after all; no other one was sent")
	verify(t, rotated(jira, 2))
	if rotation.Plan(t, config("2")).Changes() {
		t.Error("the plan after it is not empty")
	}
}

// Terraform taints what failed to be created; its replacement must not rotate again.
func TestAccDCAESRotation_lateRotationOfACreationIsNotRepeatedByItsReplacement(t *testing.T) {
	t.Parallel()
	for name, noRefresh := range map[string]bool{"seen by a refresh": false, "not refreshed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newJira(t)
			jira.Inject(onRotate(simulator.Fault{Kind: simulator.ChangeLater, Status: http.StatusBadGateway}))
			config := aesRotationConfig(estate, triggered("1"))
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: estate.ProviderFactories(),
				AdditionalCLIOptions:     &resource.AdditionalCLIOptions{Plan: resource.PlanOptions{NoRefresh: noRefresh}},
				Steps: []resource.TestStep{
					outcomeUnknown(config),
					{
						PreConfig:        func() { estate.Clock.Advance(day); jira.ClearFaults(); jira.CompletePending() },
						Config:           config,
						ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionDestroyBeforeCreate),
						Check:            rotated(jira, 1),
						ConfigStateChecks: []statecheck.StateCheck{
							aesRotation.hasText("last_rotated_at", "2026-01-05T08:00:00Z"),
							aesRotation.hasText("rotation_origin", "terraform"),
							aesRotation.has("rotation_attempted_at", knownvalue.Null()),
						},
					},
				},
			})
		})
	}
}

// An attempt that came to nothing is made up for, once.
func TestAccDCAESRotation_rotationThatNeverHappenedIsSentAgain(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	failing := func() {
		jira.ResetLog()
		jira.Inject(onRotate(simulator.Fault{Kind: simulator.Status, Status: http.StatusInternalServerError}))
	}
	first, second := outcomeUnknown(aesRotationConfig(estate, triggered("1"))), outcomeUnknown(aesRotationConfig(estate, triggered("2")))
	first.PreConfig, second.PreConfig = failing, failing
	repaired := func(config string, checks resource.ConfigPlanChecks, happened int) resource.TestStep {
		return resource.TestStep{
			PreConfig:         jira.ClearFaults,
			Config:            config,
			ConfigPlanChecks:  checks,
			Check:             asked(jira, 2, happened),
			ConfigStateChecks: []statecheck.StateCheck{aesRotation.has("rotation_attempted_at", knownvalue.Null())},
		}
	}
	run(t, estate,
		first,
		repaired(first.Config, aesRotation.plans(plancheck.ResourceActionDestroyBeforeCreate), 1),
		second,
		repaired(second.Config, plansRotation(), 2),
	)
}

// A rotation that succeeded stays one where the look after it fails, and is not
// taken for somebody else's later.
func TestAccDCAESRotation_failedLookAfterTheRotationIsMadeUpForByRefresh(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	config := aesRotationConfig(estate, "preflight = false")
	jira.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Skip: 1, Kind: simulator.Status})
	run(t, estate,
		resource.TestStep{
			Config: config,
			Check: resource.ComposeTestCheckFunc(
				rotated(jira, 1),
				aesRotation.shows("inactive_keys.#", "1"),
				clearingFaults(jira),
			),
		},
		resource.TestStep{
			RefreshState: true,
			Check: resource.ComposeTestCheckFunc(
				aesRotation.shows("inactive_keys.#", "2"),
				aesRotation.shows("rotation_origin", "terraform"),
				aesRotation.shows("last_rotated_at", "2026-01-05T08:00:00Z"),
			),
		},
		resource.TestStep{
			PreConfig:    func() { jira.Rotate() },
			RefreshState: true,
			Check:        aesRotation.shows("rotation_origin", "external"),
		})
}

// Neither does an update in between make it somebody else's.
func TestDCAESRotation_unlistedRotationOutlivesAnUpdate(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	config := func(timeout string) acctest.Object {
		return acctest.Object{"instance": "jira", "timeouts": acctest.Object{"update": timeout}}
	}
	stale := simulator.Fault{Method: http.MethodGet, Path: inactivePath, Status: http.StatusOK, Body: `{"inactiveKeys":["old-key"]}`}
	jira.Inject(stale)
	rotation.Apply(t.Context(), t, rotation.Plan(t, config("20m"))).MustWarn(t, "is not listed as inactive yet")
	rotation.Apply(t.Context(), t, rotation.Plan(t, config("30m"))).MustBeQuiet(t)
	jira.ClearFaults()
	rotation.Refresh(t).MustBeQuiet(t)
	if got := rotation.String(t, "rotation_origin"); got != "terraform" {
		t.Errorf("the origin is %q", got)
	}
}

// The first rotation of an adopted key is sent without word, and seen later. What
// is due after that is the schedule's, and a rotation elsewhere is one.
func TestDCAESRotation_attemptThatWasSeenLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	config := func(release string) acctest.Object {
		return acctest.Object{
			"instance": "jira", "rotate_on_create": false, "rotation_interval": "7d", "rotate_triggers": acctest.Object{"release": release},
		}
	}
	rotation.Create(t, config("1"))
	jira.Inject(onRotate(simulator.Fault{Kind: simulator.ChangeLater}))
	rotation.Apply(t.Context(), t, rotation.Plan(t, config("2"))).MustFail(t, "Outcome", "unknown")
	jira.ClearFaults()
	jira.CompletePending()
	rotation.Refresh(t).MustWarn(t, "Attempted AES key rotation has happened")
	estate.Clock.Advance(8 * day)
	rotation.Plan(t, config("2")).Diagnostics.MustWarn(t, "rotation due since 2026-01-12T08:00:00Z")
	jira.Rotate()
	rotation.Plan(t, config("2")).Diagnostics.MustWarn(t, "AES key rotated outside of Terraform")
	if got := rotation.String(t, "rotation_attempted_at"); got != "" {
		t.Errorf("rotation_attempted_at is still %q", got)
	}
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
