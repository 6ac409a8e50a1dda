// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// deleteApprovedKeys deletes what [jira] has inactive.
func deleteApprovedKeys() AESKeyChange {
	return AESKeyChange{DeleteBefore: true, Known: []string{"old-key"}, Deletable: []string{"old-key"}}
}

func TestChangeAESKeys_deletesWhatIsApproved(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		inactive, deletable []string
		// want names the keys that are deleted.
		want []string
	}{
		"one":                        {[]string{"a"}, []string{"a"}, []string{"a"}},
		"several, in any order":      {[]string{"a", "b"}, []string{"b", "a"}, []string{"a", "b"}},
		"more approved than listed":  {[]string{"b"}, []string{"a", "b"}, []string{"b"}},
		"none listed":                {nil, []string{"a"}, nil},
		"none listed, none approved": {nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := jira()
			config.InactiveKeys = test.inactive
			simulate(t, config, func(t *testing.T, at *site) {
				report, err := at.change(t, AESKeyChange{DeleteBefore: true, Known: test.deletable, Deletable: test.deletable})
				if err != nil || len(report.Warnings) > 0 || report.DeletionPending {
					t.Errorf("error %v, report %+v", err, report)
				}
				if !slices.Equal(report.Deleted, test.want) || report.Changed() != (len(test.want) > 0) {
					t.Errorf("deleted %q, want %q", report.Deleted, test.want)
				}
				if report.InactiveKeys == nil || len(report.InactiveKeys) > 0 || len(at.InactiveKeys()) > 0 {
					t.Errorf("inactive keys %#v", report.InactiveKeys)
				}
				at.expectCounts(t, 0, min(len(test.want), 1))
			})
		})
	}
}

func TestChangeAESKeys_sparesWhatNobodyApproved(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		known, deletable []string
		// spared names the keys that the warning is about; "news" is that of a
		// rotation by somebody else.
		spared []string
	}{
		"one that joined":         {[]string{"old-key"}, []string{"old-key"}, []string{"news"}},
		"one known for long":      {[]string{"old-key", "news"}, []string{"news"}, []string{"old-key"}},
		"all":                     {[]string{"old-key", "news"}, nil, []string{"old-key", "news"}},
		"all, as others approved": {[]string{"old-key"}, []string{"older-key"}, []string{"old-key", "news"}},
	} {
		for _, place := range []string{"before", "after", "before and after", "after alone"} {
			t.Run(name+"/"+place, func(t *testing.T) {
				t.Parallel()
				simulate(t, jira(), func(t *testing.T, at *site) {
					news := at.Rotate()
					change := AESKeyChange{
						DeleteBefore: strings.Contains(place, "before"),
						Rotate:       place != "after alone",
						DeleteAfter:  strings.Contains(place, "after"),
						Known:        renamed(test.known, "news", news),
						Deletable:    renamed(test.deletable, "news", news),
					}
					former := at.ActiveKey()
					report, err := at.change(t, change)
					if err != nil || !report.DeletionPending || report.Deleted != nil || report.RotatedAt.IsZero() == change.Rotate {
						t.Errorf("error %v, report %+v", err, report)
					}
					said := report.Warnings[len(report.Warnings)-1]
					if want := "that of " + strings.Join(renamed(test.spared, "news", news), ", ") + ", and"; !strings.Contains(said, want) || !strings.Contains(said, "No inactive key was deleted") {
						t.Errorf("warnings %q do not say %q", report.Warnings, want)
					}
					if strings.Contains(said, former) {
						t.Errorf("warning %q is about the key that the rotation retired", said)
					}
					rotations := 0
					if change.Rotate {
						rotations = 1
					}
					at.expectCounts(t, rotations, 0)
				})
			})
		}
	}
}

// renamed returns the names with another in the place of one.
func renamed(names []string, one, another string) []string {
	names = slices.Clone(names)
	for place, name := range names {
		if name == one {
			names[place] = another
		}
	}
	return names
}

func TestChangeAESKeys_deletesAnyKeyWhereTold(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		news := at.Rotate()
		report, err := at.change(t, AESKeyChange{DeleteAfter: true, DeleteAny: true})
		if err != nil || report.DeletionPending || !slices.Equal(report.Deleted, []string{"old-key", news}) {
			t.Errorf("error %v, report %+v", err, report)
		}
		expectWarning(t, report)
		at.expectSent(t, getInactive, deleteKeys)
	})
}

func TestChangeAESKeys_deletesTheFormerKeyToo(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		former := at.ActiveKey()
		report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Deletable: []string{"old-key"}, Rotate: true, DeleteAfter: true})
		if err != nil || !slices.Equal(report.Deleted, []string{"old-key", former}) || report.DeletionPending {
			t.Errorf("error %v, deleted %q", err, report.Deleted)
		}
		if report.RotatedAt.IsZero() || len(report.InactiveKeys) > 0 || at.ActiveKey() == former {
			t.Errorf("report %+v", report)
		}
		if want := []string{"old-key", former}; !slices.Equal(report.Seen, want) {
			t.Errorf("seen %q, want %q", report.Seen, want)
		}
	})
}

func TestChangeAESKeys_deletesAFormerKeyThatIsNotListed(t *testing.T) {
	t.Parallel()
	config := jira()
	config.InactiveKeys = nil
	simulate(t, config, func(t *testing.T, at *site) {
		former := at.ActiveKey()
		at.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Status: 200, Body: `{"inactiveKeys":[]}`})
		report, err := at.change(t, AESKeyChange{Rotate: true, DeleteAfter: true, DeleteAny: true})
		if err != nil || !slices.Equal(report.Deleted, []string{former}) || report.Unlisted {
			t.Errorf("error %v, report %+v", err, report)
		}
	})
}

func TestChangeAESKeys_keepsAFormerKeyThatIsNotListed(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Inject(unchangedList(0))
		report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Deletable: []string{"old-key"}, Rotate: true, DeleteAfter: true})
		if err != nil || !report.Unlisted || !report.DeletionPending || report.Deleted != nil {
			t.Errorf("error %v, report %+v", err, report)
		}
		expectWarning(t, report, "not listed as inactive yet")
		at.expectCounts(t, 1, 0)
	})
}

// A replacement that creates first destroys after the creation has rotated.
func TestChangeAESKeys_keepsWhatARotationOfTheRunHasRetiredUnlisted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rotation simulator.Fault
		// lists is how many looks lag: all for none.
		lists int
		want  string
	}{
		"rotated":               {simulator.Fault{Status: 200, After: true}, 0, "not listed yet"},
		"unsettled":             {simulator.Fault{Status: 500}, 0, "not listed yet"},
		"listed by the next":    {simulator.Fault{Status: 200, After: true}, 6, "no plan has announced that of javax"},
		"certainly not rotated": {simulator.Fault{Status: 406}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodPost, rotatePath, treatment{fault: &test.rotation})
				at.Inject(unchangedList(test.lists))
				_, _ = at.change(t, AESKeyChange{Known: []string{"old-key"}, Rotate: true})
				report, err := at.change(t, deleteApprovedKeys())
				kept := test.want != ""
				if err != nil || report.DeletionPending != kept || (report.Deleted == nil) != kept {
					t.Errorf("error %v, report %+v", err, report)
				}
				if kept {
					expectWarning(t, report, "No inactive key was deleted", test.want)
				}
			})
		})
	}
}

func TestChangeAESKeys_deletesNothingAfterAFailedRotation(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"refused":   {Method: http.MethodPost, Status: 406},
		"unsettled": {Method: http.MethodPost, Status: 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(fault)
				report, err := at.change(t, AESKeyChange{Rotate: true, DeleteAfter: true, DeleteAny: true})
				if got := failedStep(t, err, StepRotate).Unsettled; got != (name == "unsettled") {
					t.Errorf("error %v, unsettled %t", err, got)
				}
				if report.DeletionPending || report.Deleted != nil {
					t.Errorf("report %+v", report)
				}
				at.expectCounts(t, 1, 0)
			})
		})
	}
}

func TestChangeAESKeys_rotatesNothingAfterAFailedDeletion(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Inject(simulator.Fault{Method: http.MethodDelete, Status: 403})
		change := deleteApprovedKeys()
		change.Rotate = true
		report, err := at.change(t, change)
		if failedStep(t, err, StepDelete).Unsettled || report.Changed() {
			t.Errorf("report %+v", report)
		}
		at.expectCounts(t, 0, 1)
	})
}

func TestChangeAESKeys_warnsWhereOthersChangedTheKeys(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		meanwhile func(*site)
		want      []string
	}{
		"one joined": {func(at *site) { at.Rotate() }, nil},
		"all gone":   {func(at *site) { at.DeleteInactiveKeys() }, []string{"old-key"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.wire.on(http.MethodDelete, inactivePath, func() { test.meanwhile(at) })
				report, err := at.change(t, deleteApprovedKeys())
				if err != nil || len(report.Warnings) != 1 || !strings.Contains(report.Warnings[0], "somebody else") {
					t.Errorf("error %v, warnings %q", err, report.Warnings)
				}
				if !slices.Equal(report.InactiveKeys, test.want) {
					t.Errorf("inactive keys %q, want %q", report.InactiveKeys, test.want)
				}
			})
		})
	}
}

func TestChangeAESKeys_leavesARefusedDeletionPending(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		// looks is whether the keys may be gone for that reason.
		looks bool
	}{
		"400": {simulator.Fault{Status: 400}, true},
		"401": {simulator.Fault{Status: 401}, false},
		"403": {simulator.Fault{Status: 403}, false},
		"404": {simulator.Fault{Status: 404}, true},
		"405": {simulator.Fault{Status: 405}, true},
		"429": {simulator.Fault{Kind: simulator.RateLimited, Wait: time.Hour}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodDelete, inactivePath, treatment{fault: &test.fault})
				report, err := at.change(t, deleteApprovedKeys())
				expectPending(t, report, err, false)
				sent := []string{getInactive, deleteKeys}
				if test.looks {
					sent = append(sent, getInactive)
				}
				at.expectSent(t, sent...)
			})
		})
	}
}

// Somebody else was faster, and the instance refuses to delete nothing.
func TestChangeAESKeys_takesARefusedDeletionOfKeysThatAreGoneForOne(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404, 406, 409, 410} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodDelete, inactivePath, treatment{fault: &simulator.Fault{Status: status}})
				at.wire.on(http.MethodDelete, inactivePath, at.DeleteInactiveKeys)
				report, err := at.change(t, deleteApprovedKeys())
				if err != nil || !slices.Equal(report.Deleted, []string{"old-key"}) || report.DeletionPending || len(report.InactiveKeys) > 0 {
					t.Errorf("error %v, report %+v", err, report)
				}
				expectWarning(t, report, "old-key had been deleted before")
				at.expectSent(t, getInactive, deleteKeys, getInactive)
			})
		})
	}
}

// expectPending fails unless a deletion failed.
func expectPending(t *testing.T, report AESKeyReport, err error, unsettled bool) {
	t.Helper()
	if got := failedStep(t, err, StepDelete).Unsettled; got != unsettled {
		t.Errorf("error %v, unsettled %t", err, got)
	}
	if !report.DeletionPending || report.Deleted != nil || len(report.Warnings) > 0 {
		t.Errorf("report %+v", report)
	}
}

// expectFound fails unless a deletion of unknown outcome was found to have
// happened.
func expectFound(t *testing.T, report AESKeyReport, err error, deleted ...string) {
	t.Helper()
	if err != nil || !slices.Equal(report.Deleted, deleted) || report.DeletionPending || len(report.InactiveKeys) > 0 || report.Abandoned != (Abandoned{}) {
		t.Errorf("error %v, report %+v", err, report)
	}
	expectWarning(t, report, "shows that it happened")
}

func TestChangeAESKeys_establishesTheOutcomeOfADeletion(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"500":           {},
		"504":           {Status: 504},
		"reset":         {Kind: simulator.ResetBefore},
		"login page":    {Kind: simulator.HTML},
		"redirect":      {Kind: simulator.Redirect},
		"empty":         {Status: 200},
		"no content":    {Status: 204},
		"missing field": {Status: 200, Body: `{"keys":["old-key"]}`},
		"null field":    {Status: 200, Body: `{"deletedKeys":null}`},
		"wrong type":    {Status: 200, Body: `{"deletedKeys":"old-key"}`},
		"no JSON":       {Status: 200, Body: "deleted"},
	} {
		fault.Method = http.MethodDelete
		t.Run(name+", deleted", func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(fault)
				at.wire.on(http.MethodDelete, inactivePath, at.DeleteInactiveKeys)
				report, err := at.change(t, deleteApprovedKeys())
				expectFound(t, report, err, "old-key")
				at.expectSent(t, getInactive, deleteKeys, getInactive)
			})
		})
		t.Run(name+", not deleted", func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(fault)
				report, err := at.change(t, deleteApprovedKeys())
				expectPending(t, report, err, true)
				if abandoned := !report.Abandoned.DeletionAt.IsZero(); abandoned != (name == "504") || !report.Abandoned.RotationAt.IsZero() {
					t.Errorf("abandoned %+v", report.Abandoned)
				}
				at.expectCounts(t, 0, 1)
			})
		})
		t.Run(name+", nobody can look", func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(fault)
				at.Inject(simulator.Fault{Method: http.MethodGet, Skip: 1, Status: 401})
				at.wire.on(http.MethodDelete, inactivePath, at.DeleteInactiveKeys)
				report, err := at.change(t, deleteApprovedKeys())
				expectPending(t, report, err, true)
				if !slices.Equal(report.InactiveKeys, []string{"old-key"}) {
					t.Errorf("inactive keys %q", report.InactiveKeys)
				}
			})
		})
	}
}

func TestChangeAESKeys_keepsTheRotationWhereTheDeletionFails(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Inject(simulator.Fault{Method: http.MethodDelete, Status: 500})
		report, err := at.change(t, AESKeyChange{Rotate: true, DeleteAfter: true, DeleteAny: true})
		expectPending(t, report, err, true)
		if report.RotatedAt.IsZero() || report.Status == "" || len(report.InactiveKeys) != 2 || !report.Changed() {
			t.Errorf("report %+v", report)
		}
		at.expectCounts(t, 1, 1)
	})
}

func TestChangeAESKeys_deletionNotSentIsSettled(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.wire.cut(http.MethodDelete, inactivePath)
		report, err := at.change(t, deleteApprovedKeys())
		expectPending(t, report, err, false)
		at.expectCounts(t, 0, 0)
	})
}

func TestChangeAESKeys_giveADeletionTheTimeItTakes(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		// Longer than the time-out of every other request.
		at.treat(http.MethodDelete, inactivePath, treatment{back: 4 * time.Minute})
		report, err := at.change(t, deleteApprovedKeys())
		if err != nil || len(report.Warnings) > 0 || !slices.Equal(report.Deleted, []string{"old-key"}) {
			t.Errorf("error %v, report %+v", err, report)
		}
		at.expectSent(t, getInactive, deleteKeys)
	})
}

func TestChangeAESKeys_looksForADeletionAsLongAsForARotation(t *testing.T) {
	t.Parallel()
	const never = -1
	for name, test := range map[string]struct {
		answer treatment
		// gone is when the keys are gone after the deletion was sent.
		gone time.Duration
		// looked is how long it took to find them gone, or to give up.
		looked           time.Duration
		found, abandoned bool
	}{
		"502, gone":                      {treatment{fault: &simulator.Fault{Status: 502, After: true}}, never, 0, true, false},
		"502, never gone":                {treatment{fault: &simulator.Fault{Status: 502}}, never, settleTime, false, false},
		"502, gone late":                 {treatment{fault: &simulator.Fault{Status: 502}}, 9 * time.Second, settleTime, true, false},
		"502, gone too late":             {treatment{fault: &simulator.Fault{Status: 502}}, time.Minute, settleTime, false, false},
		"reset, gone":                    {treatment{fault: &simulator.Fault{Kind: simulator.ResetAfter}}, never, 0, true, false},
		"reset, never gone":              {treatment{fault: &simulator.Fault{Kind: simulator.ResetBefore}}, never, settleTime, false, false},
		"reset, gone late":               {treatment{fault: &simulator.Fault{Kind: simulator.ResetBefore}}, 3 * time.Second, 3500 * time.Millisecond, true, false},
		"504, gone":                      {treatment{fault: &simulator.Fault{Status: 504, After: true}}, never, 0, true, false},
		"504, never gone":                {treatment{fault: &simulator.Fault{Status: 504}}, never, allowed - settleTime, false, true},
		"504, gone late":                 {treatment{fault: &simulator.Fault{Status: 504}}, time.Minute, 61500 * time.Millisecond, true, false},
		"never answered, gone":           {treatment{back: forever}, never, 270 * time.Second, true, false},
		"never answered, never gone":     {treatment{fault: &simulator.Fault{}, back: forever}, never, allowed - 7500*time.Millisecond, false, true},
		"never answered, gone meanwhile": {treatment{fault: &simulator.Fault{}, back: forever}, time.Minute, 270 * time.Second, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodDelete, inactivePath, test.answer)
				if test.gone >= 0 {
					at.wire.on(http.MethodDelete, inactivePath, func() { after(t, test.gone, at.DeleteInactiveKeys) })
				}
				start := clock.System{}.Now()
				report, err := at.change(t, deleteApprovedKeys())
				if took := (clock.System{}).Now().Sub(start); took != test.looked {
					t.Errorf("took %s, want %s", took, test.looked)
				}
				at.expectCounts(t, 0, 1)
				if test.found {
					expectFound(t, report, err, "old-key")
					return
				}
				expectPending(t, report, err, true)
				want := Abandoned{}
				if test.abandoned {
					want.DeletionAt = start
				}
				if report.Abandoned != want || test.abandoned && !report.Changed() {
					t.Errorf("abandoned %+v, want %+v", report.Abandoned, want)
				}
			})
		})
	}
}

func TestChangeAESKeys_seesADeletionToItsEnd(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer treatment
		takes  time.Duration
		found  bool
	}{
		"success":        {treatment{back: 2 * time.Minute}, 2 * time.Minute, false},
		"502, gone":      {treatment{fault: &simulator.Fault{Status: 502, After: true}}, 0, true},
		"never answered": {treatment{back: forever}, 270 * time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodDelete, inactivePath, test.answer)
				start := clock.System{}.Now()
				report, err := at.interruptedChange(t, deleteApprovedKeys(), http.MethodDelete, inactivePath)
				if took := (clock.System{}).Now().Sub(start); took != test.takes {
					t.Errorf("took %s, want %s", took, test.takes)
				}
				if err != nil || !slices.Equal(report.Deleted, []string{"old-key"}) || (len(report.Warnings) > 0) != test.found {
					t.Errorf("error %v, report %+v", err, report)
				}
				at.expectCounts(t, 0, 1)
			})
		})
	}
}

func TestChangeAESKeys_sparesKeysThatOthersRetired(t *testing.T) {
	t.Parallel()
	known := []string{"old-key"}
	for name, test := range map[string]struct {
		counts    bool
		rotations int
	}{
		"beside this rotation":  {false, 1},
		"beside an earlier one": {true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				if test.counts {
					at.Rotate()
					at.Rotate()
				}
				at.wire.on(http.MethodPost, rotatePath, func() { at.Rotate() })
				report, err := at.change(t, AESKeyChange{
					Known: known, Deletable: known, Rotate: true, DeleteAfter: true,
					Earlier: clock.System{}.Now(), EarlierCounts: test.counts,
				})
				if err != nil || report.RotatedAt.IsZero() || !report.DeletionPending || report.Deleted != nil || len(report.InactiveKeys) != 3 {
					t.Errorf("error %v, report %+v", err, report)
				}
				at.expectCounts(t, test.rotations, 0)
			})
		})
	}
}

func TestChangeAESKeys_deletesNoFormerKeyBeforeARotation(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		former, known := at.Rotate(), []string{"old-key"}
		report, err := at.change(t, AESKeyChange{
			Known: known, Deletable: known, DeleteBefore: true, Rotate: true,
			Earlier: clock.System{}.Now(), EarlierCounts: true,
		})
		if err != nil || !report.DeletionPending || report.Deleted != nil {
			t.Errorf("error %v, report %+v", err, report)
		}
		if said := report.Warnings[len(report.Warnings)-1]; !strings.Contains(said, former) {
			t.Errorf("warnings %q do not name %q", report.Warnings, former)
		}
		at.expectCounts(t, 0, 0)
	})
}

// learntDeletions are the ways to learn of a deletion: from its answer, or from a
// look because that was lost.
func learntDeletions() map[string]simulator.Fault {
	return map[string]simulator.Fault{
		"answered": {Method: http.MethodDelete, Skip: 9},
		"found":    {Method: http.MethodDelete, Status: 502, After: true},
	}
}

func TestChangeAESKeys_reportsBothDeletions(t *testing.T) {
	t.Parallel()
	for name, fault := range learntDeletions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(fault)
				former, change := at.ActiveKey(), deleteApprovedKeys()
				change.Rotate, change.DeleteAfter = true, true
				report, err := at.change(t, change)
				if want := []string{"old-key", former}; err != nil || !slices.Equal(report.Deleted, want) {
					t.Errorf("error %v, deleted %q, want %q", err, report.Deleted, want)
				}
				at.expectCounts(t, 1, 2)
			})
		})
	}
}

func TestChangeAESKeys_leavesNothingPendingWhereOthersDeletedWhatWasSpared(t *testing.T) {
	t.Parallel()
	for name, fault := range learntDeletions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Rotate()
				at.Inject(fault)
				at.wire.on(http.MethodPost, rotatePath, at.DeleteInactiveKeys)
				former, change := at.ActiveKey(), deleteApprovedKeys()
				change.Rotate, change.DeleteAfter = true, true
				report, err := at.change(t, change)
				if err != nil || report.DeletionPending || !slices.Equal(report.Deleted, []string{former}) {
					t.Errorf("error %v, report %+v", err, report)
				}
				at.expectCounts(t, 1, 1)
			})
		})
	}
}

func TestChangeAESKeys_findsNoDeletionOfKeysThatWereNeverListed(t *testing.T) {
	t.Parallel()
	config := jira()
	config.InactiveKeys = nil
	simulate(t, config, func(t *testing.T, at *site) {
		at.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Times: 7, Status: 200, Body: `{"inactiveKeys":[]}`})
		at.Inject(simulator.Fault{Method: http.MethodDelete, Status: 500})
		report, err := at.change(t, AESKeyChange{Rotate: true, DeleteAfter: true, DeleteAny: true})
		if !failedStep(t, err, StepDelete).Unsettled || !report.DeletionPending || report.Deleted != nil {
			t.Errorf("error %v, report %+v", err, report)
		}
		at.expectCounts(t, 1, 1)
	})
}

func TestChangeAESKeys_leavesTheDeletionOfAFormerKeyPendingThatTheInstanceDidNotName(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Inject(unchangedList(0))
		at.Inject(simulator.Fault{Method: http.MethodDelete, Status: 200, Body: `{"deletedKeys":["old-key"]}`})
		report, err := at.change(t, AESKeyChange{Rotate: true, DeleteAfter: true, DeleteAny: true})
		if err != nil || !report.Unlisted || !report.DeletionPending || !slices.Equal(report.Deleted, []string{"old-key"}) {
			t.Errorf("error %v, report %+v", err, report)
		}
		at.expectCounts(t, 1, 1)
	})
}
