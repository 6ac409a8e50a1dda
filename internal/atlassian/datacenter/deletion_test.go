package datacenter

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// deleteKnownKeys deletes what [jira] has inactive.
func deleteKnownKeys() AESKeyChange {
	return AESKeyChange{DeleteBefore: true, Known: []string{"old-key"}}
}

func TestChangeAESKeys_deletesWhatIsKnown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		inactive, known []string
		// want names the keys that are deleted.
		want []string
	}{
		"one":                     {[]string{"a"}, []string{"a"}, []string{"a"}},
		"several, in any order":   {[]string{"a", "b"}, []string{"b", "a"}, []string{"a", "b"}},
		"more known than listed":  {[]string{"b"}, []string{"a", "b"}, []string{"b"}},
		"none listed":             {nil, []string{"a"}, nil},
		"none listed, none known": {nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := jira()
			config.InactiveKeys = test.inactive
			simulate(t, config, func(t *testing.T, at *site) {
				report, err := at.change(t, AESKeyChange{DeleteBefore: true, Known: test.known})
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

func TestChangeAESKeys_sparesNews(t *testing.T) {
	t.Parallel()
	for name, known := range map[string][]string{
		"one unknown":  {"old-key"},
		"all unknown":  nil,
		"others known": {"older-key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				news := at.Rotate()
				report, err := at.change(t, AESKeyChange{DeleteBefore: true, Known: known, Rotate: true})
				if err != nil || report.DeletionPending || report.Deleted != nil {
					t.Errorf("error %v, report %+v", err, report)
				}
				if len(report.Warnings) != 1 || !strings.Contains(report.Warnings[0], news) || !strings.Contains(report.Warnings[0], "Nothing was deleted") {
					t.Errorf("warnings %q do not name %q", report.Warnings, news)
				}
				at.expectCounts(t, 1, 0)
			})
		})
	}
}

func TestChangeAESKeys_deletesTheFormerKeyToo(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		former := at.ActiveKey()
		report, err := at.change(t, AESKeyChange{Rotate: true, DeleteAfter: true})
		if err != nil || !slices.Equal(report.Deleted, []string{"old-key", former}) {
			t.Errorf("error %v, deleted %q", err, report.Deleted)
		}
		if report.RotatedAt.IsZero() || len(report.InactiveKeys) > 0 || at.ActiveKey() == former {
			t.Errorf("report %+v", report)
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
		report, err := at.change(t, AESKeyChange{Rotate: true, DeleteAfter: true})
		if err != nil || !slices.Equal(report.Deleted, []string{former}) || report.Unlisted {
			t.Errorf("error %v, report %+v", err, report)
		}
	})
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
				report, err := at.change(t, AESKeyChange{Rotate: true, DeleteAfter: true})
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
		change := deleteKnownKeys()
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
				report, err := at.change(t, deleteKnownKeys())
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
	for name, fault := range map[string]simulator.Fault{
		"400": {Status: 400},
		"401": {Status: 401},
		"403": {Status: 403},
		"404": {Status: 404},
		"405": {Status: 405},
		"429": {Kind: simulator.RateLimited, Wait: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodDelete, inactivePath, treatment{fault: &fault})
				report, err := at.change(t, deleteKnownKeys())
				expectPending(t, report, err, false)
				at.expectSent(t, getInactive, deleteKeys)
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
				report, err := at.change(t, deleteKnownKeys())
				if err != nil || !slices.Equal(report.Deleted, []string{"old-key"}) || report.DeletionPending || len(report.InactiveKeys) > 0 {
					t.Errorf("error %v, report %+v", err, report)
				}
				if len(report.Warnings) != 1 || !strings.Contains(report.Warnings[0], "shows that it happened") {
					t.Errorf("warnings %q", report.Warnings)
				}
				at.expectCounts(t, 0, 1)
			})
		})
		t.Run(name+", not deleted", func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(fault)
				report, err := at.change(t, deleteKnownKeys())
				expectPending(t, report, err, true)
				at.expectCounts(t, 0, 1)
			})
		})
		t.Run(name+", nobody can look", func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(fault)
				at.Inject(simulator.Fault{Method: http.MethodGet, Skip: 1, Status: 401})
				at.wire.on(http.MethodDelete, inactivePath, at.DeleteInactiveKeys)
				report, err := at.change(t, deleteKnownKeys())
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
		report, err := at.change(t, AESKeyChange{Rotate: true, DeleteAfter: true})
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
		report, err := at.change(t, deleteKnownKeys())
		expectPending(t, report, err, false)
		at.expectCounts(t, 0, 0)
	})
}
