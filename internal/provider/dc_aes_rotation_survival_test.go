// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// Each of these is one way in which what was seen, sent or decided could be
// forgotten, doubled or done in silence.

// nightly plans every night for some nights and applies nothing.
func nightly(t *testing.T, estate *acctest.Estate, rotation *acctest.ManagedResource, config acctest.Object, nights int) {
	t.Helper()
	for range nights {
		if !plan(t, rotation, config).Changes() {
			t.Error("the plan is empty, and what it saw is lost")
		}
		estate.Clock.Advance(day)
	}
}

func TestDCAESRotation_whatARefreshSawIsNotLostBehindAnEmptyPlan(t *testing.T) {
	t.Parallel()
	estate, jira := newInstance(t, simulator.InstanceConfig{Product: simulator.Jira, Token: "jira-token", Guesses: simulator.Guesses{SilentAudit: true}})
	rotation := estate.NewManagedResource(aesRotationType)
	config := aesConfig(weekly(), retention("7d"))
	rotation.Create(t, config)
	estate.Clock.Advance(day)
	external := jira.Rotate()
	nightly(t, estate, rotation, config, 3)
	apply(t, rotation, config).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"last_rotated_at": "2026-01-09T08:00:00Z", "next_rotation_at": "2026-01-16T08:00:00Z"})
	if since := rotation.String(t, "inactive_since"); !strings.Contains(since, external+"=2026-01-09T08:00:00Z") {
		t.Errorf("inactive_since is %s", since)
	}
	mustSettle(t, rotation, config)
	estate.Clock.Advance(7 * day)
	apply(t, rotation, config)
	verify(t, asked(jira, 2, 3), deleted(jira, 1, 1))
}

// An attempt found to have happened is saved the same way.
func TestDCAESRotation_attemptThatARefreshFoundIsNotLostBehindAnEmptyPlan(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageOpenJira(t, weekly())
	recoverJira(jira)
	config := aesConfig(weekly(), release("2"))
	nightly(t, estate, rotation, config, 3)
	apply(t, rotation, config).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"last_rotated_at": "2026-01-05T08:00:00Z", "rotation_attempted_at": ""})
	mustSettle(t, rotation, config)
	verify(t, rotated(jira, 2))
}

func TestDCAESRotation_nameThatWasKnownIsNoNewsThoughNodesDisagree(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, weekly())
	config := aesConfig(weekly())
	for _, save := range []bool{false, true} {
		estate.Clock.Advance(day)
		jira.SetNodesMissing([]string{"old-key"})
		partial := plan(t, rotation, config)
		partial.MustBeEmpty(t)
		partial.Diagnostics.MustWarn(t, `Some inactive AES keys of "jira" not listed`, "old-key", "a node of the cluster may lag behind", "backup")
		partial.MustHold(t, map[string]string{"last_rotated_at": "2026-01-05T08:00:00Z", "rotation_origin": "terraform"})
		if save {
			rotation.Refresh(t).MustNotFail(t)
		}
		jira.SetNodesMissing()
		whole := plan(t, rotation, config)
		whole.MustBeEmpty(t)
		whole.Diagnostics.MustBeQuiet(t)
		whole.MustHold(t, map[string]string{"last_rotated_at": "2026-01-05T08:00:00Z", "next_rotation_at": "2026-01-12T08:00:00Z"})
		if since := whole.String(t, "inactive_since"); !strings.Contains(since, "old-key=2026-01-05T08:00:00Z") {
			t.Errorf("inactive_since is %s", since)
		}
	}
	estate.Clock.Advance(5 * day)
	apply(t, rotation, config)
	verify(t, rotated(jira, 2))
}

// The whole list may be missing for a while, which is told as a deletion; its
// names are no rotation when they come back.
func TestDCAESRotation_namesThatComeBackAreNoNews(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, weekly())
	keys := jira.InactiveKeys()
	jira.RestoreKeys()
	seen := plan(t, rotation, aesConfig(weekly()))
	seen.Diagnostics.MustWarn(t, "deleted outside of Terraform")
	rotation.Apply(t.Context(), t, seen).MustBeQuiet(t)
	estate.Clock.Advance(day)
	jira.RestoreKeys(keys...)
	back := plan(t, rotation, aesConfig(weekly()))
	back.MustBeEmpty(t)
	back.MustHold(t, map[string]string{"rotation_origin": "terraform", "last_rotated_at": "2026-01-05T08:00:00Z"})
	apply(t, rotation, aesConfig(weekly(), release("1"))).MustBeQuiet(t)
	verify(t, rotated(jira, 2))
}

// K1 and K2 are known; the look before the request misses K2 and the look after it
// lists it again: that is no rotation.
func TestDCAESRotation_knownNameSettlesNoAttempt(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, release("1"), acctest.Object{"preflight": false})
	missed := jira.InactiveKeys()[1]
	config := aesConfig(release("2"), acctest.Object{"preflight": false})
	saved := plan(t, rotation, config)
	jira.SetNodesMissing([]string{missed}, nil)
	jira.Inject(onRotate(simulator.Fault{Kind: simulator.Status, Status: http.StatusBadGateway}))
	rotation.Apply(t.Context(), t, saved).MustFail(t, unknownOutcome)
	verify(t, happened(jira, 1))
	jira.SetNodesMissing()
	jira.ClearFaults()
	retry := plan(t, rotation, config)
	retry.MustHold(t, map[string]string{"rotation_reason": "retry"})
	rotation.Apply(t.Context(), t, retry).MustBeQuiet(t)
	verify(t, happened(jira, 2))
	mustSettle(t, rotation, config)
}

// A creation that sent a rotation never fails: what follows is an update, and
// nothing that befalls it forgets the rotation.
func TestDCAESRotation_creationThatSentARotationNeverFails(t *testing.T) {
	t.Parallel()
	for name, befall := range map[string]func(*testing.T, *simulator.Instance, *acctest.ManagedResource, *acctest.Plan){
		"503 of the status": func(t *testing.T, jira *simulator.Instance, rotation *acctest.ManagedResource, next *acctest.Plan) {
			t.Helper()
			jira.Inject(simulator.Fault{Path: "/status", Kind: simulator.Status, Status: http.StatusServiceUnavailable})
			rotation.Apply(t.Context(), t, next).MustFail(t, `AES key of "jira" not rotated`)
		},
		"Ctrl-C": func(t *testing.T, _ *simulator.Instance, rotation *acctest.ManagedResource, next *acctest.Plan) {
			t.Helper()
			interrupted, interrupt := context.WithCancel(t.Context())
			interrupt()
			rotation.Apply(interrupted, t, next).MustFail(t, `AES key of "jira" not rotated`)
		},
		"401": func(t *testing.T, jira *simulator.Instance, rotation *acctest.ManagedResource, next *acctest.Plan) {
			t.Helper()
			jira.Inject(simulator.Fault{Path: inactivePath, Kind: simulator.Status, Status: http.StatusUnauthorized})
			rotation.Apply(t.Context(), t, next).MustFail(t, `AES key of "jira" not rotated`, "401")
		},
		"maintenance": func(t *testing.T, jira *simulator.Instance, rotation *acctest.ManagedResource, next *acctest.Plan) {
			t.Helper()
			jira.SetState("MAINTENANCE")
			rotation.Apply(t.Context(), t, next).MustFail(t, `AES key of "jira" not rotated`, "MAINTENANCE")
			jira.SetState("RUNNING")
		},
		"nothing": func(*testing.T, *simulator.Instance, *acctest.ManagedResource, *acctest.Plan) {},
	} {
		for _, createFirst := range []bool{false, true} {
			t.Run(name+map[bool]string{true: ", create_before_destroy"}[createFirst], func(t *testing.T) {
				t.Parallel()
				estate, jira := newJira(t)
				rotation := estate.NewManagedResource(aesRotationType)
				rotation.CreateBeforeDestroy = createFirst
				config := aesConfig(acctest.Object{"delete_inactive_keys_on_destroy": true})
				jira.Inject(onRotate(simulator.Fault{Kind: simulator.ResetAfter}))
				jira.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Skip: len(tried()) + 1, Kind: simulator.Status, Status: http.StatusServiceUnavailable})
				rotation.Apply(t.Context(), t, plan(t, rotation, config)).MustWarn(t, unknownOutcome)
				if rotation.Tainted() {
					t.Fatal("the creation failed")
				}
				rotation.MustHold(t, map[string]string{"rotation_attempted_at": "2026-01-05T08:00:00Z", "last_rotated_at": "", "rotation_origin": ""})

				// Planned from state alone, as the instance answers nothing.
				next := rotation.PlanWithoutRefresh(t, config)
				if next.Replaces() {
					t.Fatal("the next plan replaces it")
				}
				next.MustHold(t, map[string]string{"rotation_reason": "retry"})
				jira.ClearFaults()
				befall(t, jira, rotation, next)
				jira.ClearFaults()

				apply(t, rotation, config)
				verify(t, rotated(jira, 1), deleted(jira, 0, 2))
				rotation.MustHold(t, map[string]string{"last_rotated_at": "2026-01-05T08:00:00Z", "rotation_origin": "terraform", "rotation_attempted_at": ""})
				mustSettle(t, rotation, config)
			})
		}
	}
}

// The creation retires a key that no list shows when the destruction comes.
func TestDCAESRotation_replacementThatCreatesFirstKeepsTheKeyThatItRetires(t *testing.T) {
	t.Parallel()
	config := aesConfig(acctest.Object{"delete_inactive_keys_on_destroy": true})
	for name, disturb := range map[string]func(*simulator.Instance){
		"list lags": func(jira *simulator.Instance) { jira.SetListLag(simulator.ListLag{Duration: time.Hour}) },
		"outcome unknown": func(jira *simulator.Instance) {
			jira.Inject(onRotate(simulator.Fault{Kind: simulator.ChangeLater, CompleteAfter: time.Hour}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, jira, rotation := manageJira(t, config)
			rotation.CreateBeforeDestroy = true
			disturb(jira)
			rotation.Apply(t.Context(), t, rotation.PlanReplacement(t, config)).MustWarn(t, `a rotation of this run has retired a key that is not listed yet, or may have`)
			jira.CompletePending()
			verify(t, rotated(jira, 2), deleted(jira, 0, 3))
		})
	}
}

// Nobody knows which key the deletion would take: an open rotation keeps them all.
func TestDCAESRotation_destroyWithAnOpenRotationDeletesNothingAndSaysSo(t *testing.T) {
	t.Parallel()
	config := aesConfig(acctest.Object{"delete_inactive_keys_on_destroy": true}, release("2"))
	for name, end := range map[string]func(*testing.T, *acctest.ManagedResource) acctest.Diagnostics{
		"destroyed": func(t *testing.T, rotation *acctest.ManagedResource) acctest.Diagnostics {
			t.Helper()
			return rotation.DestroyAll(t, config)
		},
		"replaced": func(t *testing.T, rotation *acctest.ManagedResource) acctest.Diagnostics {
			t.Helper()
			moved := plan(t, rotation, aesConfig(config, acctest.Object{"instance": "wiki", "rotate_on_create": false}))
			return append(moved.Diagnostics, rotation.Apply(t.Context(), t, moved)...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira, rotation := manageOpenJira(t, acctest.Object{"delete_inactive_keys_on_destroy": true})
			estate.AddInstance(simulator.InstanceConfig{Name: "wiki", Product: simulator.Confluence, Token: "wiki-token"})
			end(t, rotation).MustWarn(t, `Inactive AES keys of "jira" kept`, "only forgets the instance")
			verify(t, deleted(jira, 0, 2))
		})
	}
}

// An attempt belongs to the triggers that it was sent for: other ones are another
// decision, and another rotation.
func TestDCAESRotation_attemptCountsOnlyForItsOwnDecision(t *testing.T) {
	t.Parallel()
	for name, refreshed := range map[string]bool{"without a refresh": false, "refreshed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, jira, rotation := manageOpenJira(t)
			recoverJira(jira)
			config := aesConfig(release("3"))
			next := rotation.PlanWithoutRefresh(t, config)
			if refreshed {
				next = plan(t, rotation, config)
			}
			next.MustHold(t, map[string]string{"rotation_reason": "triggers"})
			rotation.Apply(t.Context(), t, next).MustNotFail(t)
			verify(t, rotated(jira, 3))
			rotation.MustHold(t, map[string]string{"rotation_reason": "triggers", "rotation_attempted_at": "", "rotate_triggers": "{release=3}"})
			mustSettle(t, rotation, config)
		})
	}
}

// Triggers that are not known at plan are held against the attempt at apply.
func TestDCAESRotation_attemptCountsForTriggersThatTurnOutItsOwn(t *testing.T) {
	t.Parallel()
	for turnsOut, rotations := range map[string]int{"2": 2, "3": 3} {
		t.Run(turnsOut, func(t *testing.T) {
			t.Parallel()
			_, jira, rotation := manageOpenJira(t)
			recoverJira(jira)
			next := rotation.PlanWithoutRefresh(t, aesConfig(acctest.Object{"rotate_triggers": acctest.Unknown{}}))
			next.Diagnostics.MustNotFail(t)
			rotation.Apply(t.Context(), t, next.Know(aesConfig(release(turnsOut)))).MustNotFail(t)
			verify(t, rotated(jira, rotations))
			mustSettle(t, rotation, aesConfig(release(turnsOut)))
		})
	}
}

// A request that was certainly refused is settled by nobody else's rotation.
func TestDCAESRotation_refusedRotationIsNotSettledByAnotherOne(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, release("1"))
	jira.SetRotating(true)
	rotation.Apply(t.Context(), t, plan(t, rotation, aesConfig(release("2")))).MustFail(t, "answered 406")
	jira.SetRotating(false)
	other := jira.Rotate()
	again := plan(t, rotation, aesConfig(release("2")))
	again.Diagnostics.MustWarn(t, "rotated outside of Terraform", other)
	again.MustHold(t, map[string]string{"rotation_reason": "triggers"})
	rotation.Apply(t.Context(), t, again).MustBeQuiet(t)
	verify(t, asked(jira, 3, 3))
	mustSettle(t, rotation, aesConfig(release("2")))
}

// What follows a rotation follows however it was learned of.
func TestDCAESRotation_deletionRightAfterARotationFollowsHoweverThatWasLearned(t *testing.T) {
	t.Parallel()
	config := func(version string) acctest.Object { return aesConfig(retention("0s"), release(version)) }
	for name, learn := range map[string]func(*testing.T, *acctest.Estate, *simulator.Instance, *acctest.ManagedResource){
		"from a look": func(t *testing.T, _ *acctest.Estate, jira *simulator.Instance, rotation *acctest.ManagedResource) {
			t.Helper()
			jira.Inject(onRotate(simulator.Fault{Kind: simulator.ResetAfter}))
			rotation.Apply(t.Context(), t, plan(t, rotation, config("2"))).MustNotFail(t)
			verify(t, deleted(jira, 1, 0))
		},
		"from a refresh": func(t *testing.T, _ *acctest.Estate, jira *simulator.Instance, rotation *acctest.ManagedResource) {
			t.Helper()
			loseRotation(jira)
			rotation.Apply(t.Context(), t, plan(t, rotation, config("2"))).MustFail(t, unknownOutcome)
			recoverJira(jira)
		},
		"from the look of the next apply": func(t *testing.T, _ *acctest.Estate, jira *simulator.Instance, rotation *acctest.ManagedResource) {
			t.Helper()
			loseRotation(jira)
			rotation.Apply(t.Context(), t, plan(t, rotation, config("2"))).MustFail(t, unknownOutcome)
			retry := plan(t, rotation, config("2"))
			retry.Diagnostics.MustWarn(t, "followed by the deletion of the AES key that it retires")
			recoverJira(jira)
			rotation.Apply(t.Context(), t, retry).MustNotFail(t)
			verify(t, deleted(jira, 1, 0))
		},
		"from a list that lagged": func(t *testing.T, estate *acctest.Estate, jira *simulator.Instance, rotation *acctest.ManagedResource) {
			t.Helper()
			jira.SetListLag(simulator.ListLag{Duration: day})
			rotation.Apply(t.Context(), t, plan(t, rotation, config("2"))).MustWarn(t, "is not listed as inactive yet")
			plan(t, rotation, config("2")).MustBeEmpty(t)
			estate.Clock.Advance(2 * day)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira := newInstance(t, simulator.InstanceConfig{Product: simulator.Jira, Token: "jira-token"})
			rotation := estate.NewManagedResource(aesRotationType)
			rotation.Create(t, aesConfig(release("1"), retention("300d")))
			jira.DeleteInactiveKeys()
			apply(t, rotation, config("1"))
			mustSettle(t, rotation, config("1"))
			retired := jira.ActiveKey()
			learn(t, estate, jira, rotation)
			if next := plan(t, rotation, config("2")); next.Changes() {
				next.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, retired)
				rotation.Apply(t.Context(), t, next).MustNotFail(t)
			}
			verify(t, rotated(jira, 2), deleted(jira, 1, 0))
			mustSettle(t, rotation, config("2"))
		})
	}
}

// A deletion whose answer is lost is looked for like a rotation.
func TestDCAESRotation_deletionWithoutAnswerIsLookedFor(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"reset after the change": {Kind: simulator.ResetAfter},
		"500 after the change":   {Kind: simulator.Status, After: true},
		"late 504":               {Kind: simulator.Delay, Status: http.StatusGatewayTimeout, LateChange: true, Delay: time.Minute},
		"answer cut short":       {Kind: simulator.TruncatedBody},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira, rotation := manageJira(t, retention("30d"))
			estate.Clock.Advance(30 * day)
			jira.Inject(onDelete(fault))
			rotation.Apply(t.Context(), t, plan(t, rotation, aesConfig(retention("30d")))).MustWarn(t, "the list of inactive keys shows that it happened")
			verify(t, rotated(jira, 1), deleted(jira, 1, 0))
			mustSettle(t, rotation, aesConfig(retention("30d")))
		})
	}
}

// One that shows only at a later look is found as well.
func TestDCAESRotation_deletionThatShowsLateIsLookedForUntilItDoes(t *testing.T) {
	t.Parallel()
	estate, jira := newCompletingJira(t)
	rotation := estate.NewManagedResource(aesRotationType)
	config := aesConfig(retention("30d"), patient("5m"))
	rotation.Create(t, config)
	estate.Clock.Advance(30 * day)
	due := plan(t, rotation, config)
	jira.Inject(onDelete(simulator.Fault{Kind: simulator.ChangeLater, Status: http.StatusBadGateway}))
	completeAtLook(jira, 2)
	rotation.Apply(t.Context(), t, due).MustWarn(t, "the list of inactive keys shows that it happened")
	verify(t, deleted(jira, 1, 0))
	mustSettle(t, rotation, config)
}

// patient gives an update that long.
func patient(duration string) acctest.Object {
	return acctest.Object{"timeouts": acctest.Object{"update": duration}}
}

// A deletion that may still be carried out is waited for before anything else:
// carried out later, it would take the younger key, which nobody has approved.
func TestDCAESRotation_lateDeletionIsWaitedForBeforeARotation(t *testing.T) {
	t.Parallel()
	estate, jira := newCompletingJira(t)
	rotation := estate.NewManagedResource(aesRotationType)
	hasty := aesConfig(retention("30d"), release("1"), patient("5m"))
	rotation.Create(t, hasty)
	estate.Clock.Advance(30 * day)
	jira.Inject(onDelete(simulator.Fault{Kind: simulator.ChangeLater, Status: http.StatusGatewayTimeout, Times: 1}))
	rotation.Apply(t.Context(), t, plan(t, rotation, hasty)).MustFail(t, unknownDeletion, "is not known")
	verify(t, deleted(jira, 1, 2))

	config := aesConfig(retention("30d"), release("2"), patient("1h"))
	next := plan(t, rotation, config)
	next.Diagnostics.MustWarn(t, `Rotation of the AES key of "jira" planned: triggers`, "A deletion sent at 2026-02-04T08:00:00Z may still be carried out")
	completeAtLook(jira, 2)
	rotation.Apply(t.Context(), t, next).MustNotFail(t)
	verify(t, rotated(jira, 2), deleted(jira, 1, 1))
	mustSettle(t, rotation, config)
}

// A change that sends nothing leaves an open deletion as it is, and the keys too.
func TestDCAESRotation_openDeletionOutlivesAChangeThatSendsNothing(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, retention("30d"), patient("5m"))
	estate.Clock.Advance(30 * day)
	jira.Inject(onDelete(simulator.Fault{Kind: simulator.ChangeLater, Status: http.StatusGatewayTimeout, Times: 1}))
	rotation.Apply(t.Context(), t, plan(t, rotation, aesConfig(retention("30d"), patient("5m")))).MustFail(t, "is not known")
	before := rotation.String(t, "inactive_keys")
	config := aesConfig(retention("90d"), patient("5m"))
	apply(t, rotation, config).MustBeQuiet(t)
	rotation.MustHold(t, map[string]string{"inactive_keys": before})
	mustSettle(t, rotation, config)

	jira.CompletePending()
	found := plan(t, rotation, config)
	found.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "jira" found to have happened`, "old-key")
	rotation.Apply(t.Context(), t, found).MustBeQuiet(t)
	mustSettle(t, rotation, config)
	verify(t, deleted(jira, 1, 0))
}

// One bad instance does not hold up the others where the provider block says so.
func TestDCAESRotation_unreachableInstanceIsWarnedOfAndJudgedByTheClock(t *testing.T) {
	t.Parallel()
	for name, disturb := range map[string]event{
		"down":        do(func(i *simulator.Instance) { i.Stop() }),
		"wrong token": use("wrong-token", "", ""),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, jira, rotation := manageJira(t, weekly())
			wiki := estate.AddInstance(simulator.InstanceConfig{Name: "wiki", Product: simulator.Confluence, Token: "wiki-token"})
			other := estate.NewManagedResource(aesRotationType)
			elsewhere := acctest.Object{"instance": "wiki", "rotation_interval": "7d"}
			other.Create(t, elsewhere)
			disturb(t, estate, jira)
			rotation.Plan(t, aesConfig(weekly())).Diagnostics.MustFail(t, `Inactive AES keys of "jira" not listed`)

			estate.SetProviderBlock(acctest.Object{"unreachable_instances": "warn", "instances": acctest.Object{
				"jira": acctest.Object{"url": jira.URL()}, "wiki": acctest.Object{"url": wiki.URL()},
			}})
			quiet := plan(t, rotation, aesConfig(weekly()))
			quiet.MustBeEmpty(t)
			quiet.Diagnostics.MustWarn(t, `Instance "jira" not read`, "kept as it is and judged by the clock")
			estate.Clock.Advance(7 * day)
			due := plan(t, rotation, aesConfig(weekly()))
			due.MustHold(t, map[string]string{"rotation_reason": "schedule"})
			apply(t, other, elsewhere).MustBeQuiet(t)
			verify(t, rotated(wiki, 2), happened(jira, 1))
			rotation.Apply(t.Context(), t, due).MustFail(t, `AES key of "jira" not rotated`)
			rotation.MustHold(t, map[string]string{"last_rotated_at": "2026-01-05T08:00:00Z"})
		})
	}
}

// An instance that is taken out of the provider block together with its resource
// holds up nothing.
func TestDCAESRotation_instanceThatLeftTheConfigurationCanBeDestroyed(t *testing.T) {
	t.Parallel()
	for _, deletes := range []bool{false, true} {
		config := aesConfig(acctest.Object{"delete_inactive_keys_on_destroy": deletes})
		estate, jira, rotation := manageJira(t, config)
		estate.SetProviderBlock(acctest.Object{"instances": acctest.Object{}})
		rotation.Refresh(t).MustWarn(t, `Instance "jira" not read`, "Unknown instance")
		planned := rotation.PlanDestroy(t)
		planned.MustNotFail(t)
		mustNotWarn(t, planned, "Deletion of inactive AES keys")
		said := rotation.Destroy(t)
		said.MustNotFail(t)
		if deletes {
			planned.MustWarn(t, `Inactive AES keys of "jira" kept`, `Unknown instance "jira"`)
			said.MustWarn(t, "Its inactive AES keys were not deleted, and the resource is forgotten.")
		}
		if rotation.Exists() {
			t.Error("it is still in state")
		}
		verify(t, deleted(jira, 0, 2))
	}
}

// An update that has nothing to send needs no instance; one that has fails.
func TestDCAESRotation_instanceThatLeftTheConfigurationFailsOnlyWhatHasToBeSent(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, release("1"))
	estate.SetProviderBlock(acctest.Object{"instances": acctest.Object{}})
	apply(t, rotation, aesConfig(weekly(), release("1"))).MustBeQuiet(t)
	rotation.Apply(t.Context(), t, plan(t, rotation, aesConfig(weekly(), release("2")))).MustFail(t, `Unknown instance "jira"`)
	verify(t, rotated(jira, 1))
	rotation.MustHold(t, map[string]string{"rotate_triggers": "{release=1}"})
}

// Summaries of one fleet are not folded into one: each names its instance.
func TestDCAESRotation_everyWarningNamesItsInstanceInItsFirstLine(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, weekly(), retention("7d"), acctest.Object{"delete_inactive_keys_on_destroy": true})
	estate.Clock.Advance(8 * day)
	jira.Rotate()
	due := plan(t, rotation, aesConfig(weekly(), retention("7d"), release("1")))
	for _, said := range append(due.Diagnostics, rotation.PlanDestroy(t)...) {
		if !strings.Contains(said.Summary, `"jira"`) {
			t.Errorf("%q does not name the instance", said.Summary)
		}
	}
}

// newCompletingJira starts an estate with a jira that carries out what it had
// kept whenever it delays an answer.
func newCompletingJira(t *testing.T) (*acctest.Estate, *simulator.Instance) {
	t.Helper()
	var jira *simulator.Instance
	estate := acctest.NewEstate(t, simulator.WithSleep(func(context.Context, time.Duration) error { jira.CompletePending(); return nil }))
	jira = estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token", InactiveKeys: []string{"old-key"}})
	return estate, jira
}

// completeAtLook has jira carry out what it kept while the list is asked for, after
// so many looks.
func completeAtLook(jira *simulator.Instance, looks int) {
	jira.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Kind: simulator.Delay, Delay: time.Second, Skip: looks, Times: 1})
}

// So is a rotation: sent again meanwhile, it would be one too many.
func TestDCAESRotation_lateRotationIsWaitedForBeforeAnotherOne(t *testing.T) {
	t.Parallel()
	for next, rotations := range map[string]int{"2": 2, "3": 3} {
		t.Run("release "+next, func(t *testing.T) {
			t.Parallel()
			estate, jira := newCompletingJira(t)
			rotation := estate.NewManagedResource(aesRotationType)
			rotation.Create(t, aesConfig(release("1"), patient("5m")))
			jira.Inject(onRotate(simulator.Fault{Kind: simulator.ChangeLater, Status: http.StatusGatewayTimeout, Times: 1}))
			rotation.Apply(t.Context(), t, plan(t, rotation, aesConfig(release("2"), patient("5m")))).MustFail(t, unknownOutcome)
			verify(t, happened(jira, 1))
			config := aesConfig(release(next), patient("1h"))
			again := plan(t, rotation, config)
			completeAtLook(jira, 2)
			rotation.Apply(t.Context(), t, again).MustNotFail(t)
			verify(t, rotated(jira, rotations))
			mustSettle(t, rotation, config)
		})
	}
}
