// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// unchangedList is a list of inactive keys on which no rotation shows.
func unchangedList(times int) simulator.Fault {
	return simulator.Fault{
		Method: http.MethodGet, Path: inactivePath, Skip: 1, Times: times,
		Status: http.StatusOK, Body: `{"inactiveKeys":["old-key"]}`,
	}
}

func TestChangeAESKeys_looksOnASchedule(t *testing.T) {
	t.Parallel()
	const second, half = time.Second, 500 * time.Millisecond
	settling := []time.Duration{0, half, 1500 * time.Millisecond, 3500 * time.Millisecond, 7500 * time.Millisecond, 10 * second}
	hurried := []time.Duration{0, half, 1500 * time.Millisecond, 3 * second}
	patient := []time.Duration{0, half, 1500 * time.Millisecond, 3500 * time.Millisecond, 7500 * time.Millisecond, 15500 * time.Millisecond}
	for look := 31500 * time.Millisecond; look < allowed-settleTime; look += 30 * second {
		patient = append(patient, look)
	}
	patient = append(patient, allowed-settleTime)
	for name, test := range map[string]struct {
		answer treatment
		// unchanged is how many looks show no rotation; zero for all.
		unchanged int
		allowed   time.Duration
		want      []time.Duration
	}{
		"success, shown at once":           {treatment{fault: &simulator.Fault{Status: 200, After: true}}, -1, allowed, []time.Duration{0}},
		"success, shown by the third look": {treatment{fault: &simulator.Fault{Status: 200, After: true}}, 2, allowed, settling[:3]},
		"success, never shown":             {treatment{fault: &simulator.Fault{Status: 200, After: true}}, 0, allowed, settling},
		"500, shown at once":               {treatment{fault: &simulator.Fault{After: true}}, -1, allowed, []time.Duration{0}},
		"500, shown by the fifth look":     {treatment{fault: &simulator.Fault{After: true}}, 4, allowed, settling[:5]},
		"500, never shown":                 {treatment{fault: &simulator.Fault{}}, 0, allowed, settling},
		"500, little time":                 {treatment{fault: &simulator.Fault{}}, 0, 4 * second, hurried},
		"504, shown by the tenth look":     {treatment{fault: &simulator.Fault{Status: 504, After: true}}, 9, allowed, patient[:10]},
		"504, never shown":                 {treatment{fault: &simulator.Fault{Status: 504}}, 0, allowed, patient},
		"504, little time":                 {treatment{fault: &simulator.Fault{Status: 504}}, 0, 4 * second, hurried},
		"never answered":                   {treatment{back: forever}, 0, allowed, delayed(270*second, append(patient[:6:6], 22500*time.Millisecond))},
		"never answered, little time":      {treatment{back: forever}, 0, 20 * second, delayed(15*second, append(settling[:4:4], 3750*time.Millisecond))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodPost, rotatePath, test.answer)
				if test.unchanged >= 0 {
					at.Inject(unchangedList(test.unchanged))
				}
				ctx, cancel := context.WithTimeout(t.Context(), test.allowed)
				defer cancel()
				start := clock.System{}.Now()
				report, _ := at.client.ChangeAESKeys(ctx, AESKeyChange{Known: []string{"old-key"}, Rotate: true})
				if !report.Changed() {
					t.Errorf("report %+v", report)
				}
				if got := at.wire.sent(start, http.MethodGet, inactivePath)[1:]; !slices.Equal(got, test.want) {
					t.Errorf("looks at %s, want %s", got, test.want)
				}
				at.expectCounts(t, 1, 0)
			})
		})
	}
}

// delayed returns the times, each later by d.
func delayed(d time.Duration, times []time.Duration) []time.Duration {
	later := make([]time.Duration, 0, len(times))
	for _, at := range times {
		later = append(later, at+d)
	}
	return later
}

func TestChangeAESKeys_reportsAFormerKeyThatIsNotListed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		looks   simulator.Fault
		warning string
	}{
		"list unchanged":      {unchangedList(0), "not listed as inactive yet"},
		"list refused":        {simulator.Fault{Method: http.MethodGet, Path: inactivePath, Skip: 1, Status: 401}, "401 Unauthorized"},
		"list of no use":      {simulator.Fault{Method: http.MethodGet, Path: inactivePath, Skip: 1, Status: 200, Body: `{"inactiveKeys":null}`}, "could not be listed"},
		"list fails for ever": {simulator.Fault{Method: http.MethodGet, Path: inactivePath, Skip: 1}, "500 Internal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(test.looks)
				report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Rotate: true})
				if err != nil || report.RotatedAt.IsZero() || !report.Unlisted {
					t.Errorf("error %v, report %+v", err, report)
				}
				if len(report.Warnings) != 1 || !strings.Contains(report.Warnings[0], test.warning) {
					t.Errorf("warnings %q, want %q", report.Warnings, test.warning)
				}
				if !slices.Equal(report.InactiveKeys, []string{"old-key"}) {
					t.Errorf("inactive keys %q", report.InactiveKeys)
				}
			})
		})
	}
}

func TestChangeAESKeys_giveARotationTheTimeItTakes(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		// Longer than the time-out of every other request.
		at.treat(http.MethodPost, rotatePath, treatment{back: 4 * time.Minute})
		report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Rotate: true})
		if err != nil || len(report.Warnings) > 0 || report.Status == "" {
			t.Errorf("error %v, report %+v", err, report)
		}
	})
}

func TestChangeAESKeys_withoutADeadline(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer treatment
		took   time.Duration
	}{
		"waits for the answer":   {treatment{back: 3 * time.Hour}, 3 * time.Hour},
		"does not look for ever": {treatment{fault: &simulator.Fault{Status: 504}}, settleTime},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.treat(http.MethodPost, rotatePath, test.answer)
				start := clock.System{}.Now()
				report, err := at.client.ChangeAESKeys(t.Context(), AESKeyChange{Known: []string{"old-key"}, Rotate: true})
				if (err == nil) == report.RotatedAt.IsZero() {
					t.Errorf("error %v, report %+v", err, report)
				}
				if took := (clock.System{}).Now().Sub(start); took != test.took {
					t.Errorf("took %s, want %s", took, test.took)
				}
			})
		})
	}
}

// waitingFor lists when looks happen from a second one at once until the last.
func waitingFor(last time.Duration) []time.Duration {
	looks := []time.Duration{0, 0}
	for look, wait := firstWait, 2*firstWait; look < last; look, wait = look+wait, min(2*wait, longestWait) {
		looks = append(looks, look)
	}
	return append(looks, last)
}

func TestChangeAESKeys_waitsOutAnAbandonedRotation(t *testing.T) {
	t.Parallel()
	const never, unbounded = -1, 0
	known := []string{"old-key"}
	rotation := AESKeyChange{Known: known, Rotate: true}
	deletion := AESKeyChange{Known: known, Deletable: known, DeleteBefore: true}
	for name, test := range map[string]struct {
		change AESKeyChange
		// counts is true where the earlier rotation counts as the one asked for.
		counts bool
		// ago is when the earlier one was sent, happens when it shows.
		ago, happens, allowed time.Duration
		// looks is when looks happen before anything is sent.
		looks                []time.Duration
		rotations, deletions int
	}{
		"shown already":                        {rotation, true, time.Minute, 0, allowed, []time.Duration{0}, 0, 0},
		"shown at last":                        {rotation, true, time.Minute, time.Minute, allowed, waitingFor(61500 * time.Millisecond), 0, 0},
		"shown at last, for another decision":  {rotation, false, time.Minute, time.Minute, allowed, waitingFor(61500 * time.Millisecond), 1, 0},
		"never shown":                          {rotation, true, time.Minute, never, allowed, waitingFor(allowed / 2), 1, 0},
		"never shown, for another decision":    {rotation, false, time.Minute, never, allowed, waitingFor(allowed / 2), 1, 0},
		"shown too late":                       {rotation, true, time.Minute, allowed/2 + time.Second, allowed, waitingFor(allowed / 2), 1, 0},
		"never shown, all the time there is":   {rotation, true, time.Minute, never, unbounded, waitingFor(14 * time.Minute), 1, 0},
		"never shown, by a clock that is fast": {rotation, true, -time.Hour, never, unbounded, waitingFor(15 * time.Minute), 1, 0},
		"sent 14 minutes ago":                  {rotation, true, 14 * time.Minute, never, allowed, waitingFor(time.Minute), 1, 0},
		"sent 15 minutes ago":                  {rotation, true, 15 * time.Minute, never, allowed, []time.Duration{0}, 1, 0},
		"sent long ago":                        {rotation, true, 100 * time.Hour, never, allowed, []time.Duration{0}, 1, 0},
		"deletion, shown at last":              {deletion, false, time.Minute, time.Minute, allowed, waitingFor(61500 * time.Millisecond), 0, 0},
		"deletion, never shown":                {deletion, false, time.Minute, never, allowed, waitingFor(allowed / 2), 0, 1},
		"nothing but a look":                   {AESKeyChange{Known: known}, false, time.Minute, never, allowed, []time.Duration{0}, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				start := clock.System{}.Now()
				sentAt := start.Add(-test.ago)
				change := test.change
				change.Earlier, change.EarlierCounts, change.Abandoned = sentAt, test.counts, Abandoned{RotationAt: sentAt}
				if test.happens == 0 {
					at.Rotate()
				} else if test.happens > 0 {
					after(t, test.happens, func() { at.Rotate() })
				}
				report, err := at.changeWithin(t, test.allowed, change)
				if err != nil || report.Abandoned != (Abandoned{}) {
					t.Errorf("error %v, report %+v", err, report)
				}
				if got := at.wire.sent(start, http.MethodGet, inactivePath); !slices.Equal(got[:len(got)-test.rotations], test.looks) {
					t.Errorf("looks at %s, want %s", got, test.looks)
				}
				if recognised := test.change.Rotate && test.rotations == 0; report.RotatedAt.Equal(sentAt) != recognised {
					t.Errorf("rotated at %s, the earlier one at %s", report.RotatedAt, sentAt)
				}
				at.expectCounts(t, test.rotations, test.deletions)
			})
		})
	}
}

// changeWithin carries out a change in a time, zero for any.
func (s *site) changeWithin(t *testing.T, allowed time.Duration, change AESKeyChange) (AESKeyReport, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	if allowed > 0 {
		ctx, cancel = context.WithTimeout(t.Context(), allowed)
	}
	defer cancel()
	return s.client.ChangeAESKeys(ctx, change)
}

func TestChangeAESKeys_waitsOutAnAbandonedDeletion(t *testing.T) {
	t.Parallel()
	const never = -1
	known := []string{"old-key"}
	deletion := AESKeyChange{Known: known, Deletable: known, DeleteBefore: true}
	rotation := AESKeyChange{Known: known, Rotate: true}
	for name, test := range map[string]struct {
		change AESKeyChange
		// ago is when the earlier one was sent, happens when it shows.
		ago, happens time.Duration
		// looks is when looks happen before anything is sent.
		looks                []time.Duration
		rotations, deletions int
		// inactive counts the keys that are inactive in the end.
		inactive int
	}{
		"shown already":           {deletion, time.Minute, 0, []time.Duration{0}, 0, 0, 0},
		"shown at last":           {deletion, time.Minute, time.Minute, waitingFor(61500 * time.Millisecond), 0, 0, 0},
		"never shown":             {deletion, time.Minute, never, waitingFor(allowed / 2), 0, 1, 0},
		"sent 14 minutes ago":     {deletion, 14 * time.Minute, never, waitingFor(time.Minute), 0, 1, 0},
		"sent 15 minutes ago":     {deletion, 15 * time.Minute, never, []time.Duration{0}, 0, 1, 0},
		"rotation, shown at last": {rotation, time.Minute, time.Minute, waitingFor(61500 * time.Millisecond), 1, 0, 1},
		"rotation, never shown":   {rotation, time.Minute, never, waitingFor(allowed / 2), 1, 0, 2},
		"nothing but a look":      {AESKeyChange{Known: known}, time.Minute, never, []time.Duration{0}, 0, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				start := clock.System{}.Now()
				change := test.change
				change.Abandoned.DeletionAt = start.Add(-test.ago)
				if test.happens == 0 {
					at.DeleteInactiveKeys()
				} else if test.happens > 0 {
					after(t, test.happens, at.DeleteInactiveKeys)
				}
				report, err := at.change(t, change)
				if err != nil || report.DeletionPending || report.Abandoned != (Abandoned{}) || len(report.InactiveKeys) != test.inactive {
					t.Errorf("error %v, report %+v", err, report)
				}
				if got := at.wire.sent(start, http.MethodGet, inactivePath); !slices.Equal(got[:len(got)-test.rotations], test.looks) {
					t.Errorf("looks at %s, want %s", got, test.looks)
				}
				at.expectCounts(t, test.rotations, test.deletions)
			})
		})
	}
}

func TestChangeAESKeys_changesNothingWhereNobodyCanLookAfterTheWait(t *testing.T) {
	t.Parallel()
	for name, abandoned := range map[string]func(time.Time) Abandoned{
		"rotation": func(at time.Time) Abandoned { return Abandoned{RotationAt: at} },
		"deletion": func(at time.Time) Abandoned { return Abandoned{DeletionAt: at} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Skip: 1, Status: 401})
				known := []string{"old-key"}
				report, err := at.change(t, AESKeyChange{
					DeleteBefore: true, Rotate: true, DeleteAfter: true, Known: known, Deletable: known,
					Abandoned: abandoned(clock.System{}.Now().Add(-14 * time.Minute)),
				})
				if failedStep(t, err, StepLook).Unsettled || report.Changed() {
					t.Errorf("error %v, report %+v", err, report)
				}
				at.expectCounts(t, 0, 0)
			})
		})
	}
}
