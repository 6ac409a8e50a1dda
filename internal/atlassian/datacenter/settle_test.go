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
				report, _ := at.client.ChangeAESKeys(ctx, AESKeyChange{Rotate: true})
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
				report, err := at.change(t, AESKeyChange{Rotate: true})
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
		report, err := at.change(t, AESKeyChange{Rotate: true})
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
				report, err := at.client.ChangeAESKeys(t.Context(), AESKeyChange{Rotate: true})
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
