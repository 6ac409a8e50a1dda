// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestInstance_LastRotation_findsTheNewestOneThatIsNews(t *testing.T) {
	t.Parallel()
	at := newAuditedSite(t, jira(), 3)
	record := func(minute int, author string, event simulator.AuditEvent) {
		event.Time, event.Author = auditDay().Add(time.Duration(minute)*time.Minute), author
		at.RecordAuditEvent(event)
	}
	record(10, "before", simulator.AuditEvent{Action: "AES key rotated"})
	record(30, "ada", simulator.AuditEvent{Action: "Rotated secret key"})
	record(40, "bob", simulator.AuditEvent{ActionKey: "atlassian.secrets.audit.action.key.rotated", Action: "Schlüssel erneuert", Objects: []string{"key-2"}})
	record(50, "terraform", simulator.AuditEvent{Action: "AES key rotated", Objects: []string{"key-1"}})
	record(55, "terraform", simulator.AuditEvent{Action: "AES key rotated", Attributes: map[string]string{"Key": "key-1"}})
	record(60, "carl", simulator.AuditEvent{Action: "Inactive AES keys deleted"})
	event, ok := at.client.LastRotation(t.Context(), RotationSearch{After: auditDay().Add(20 * time.Minute), Known: []string{"key-1"}})
	if !ok || event.AuthorName != "bob" {
		t.Errorf("got %+v, %t", event, ok)
	}
	if event, ok := at.client.LastRotation(t.Context(), RotationSearch{After: auditDay().Add(2 * time.Hour)}); ok {
		t.Errorf("got %+v, want nothing", event)
	}
}

// The account of this provider is known by its user name, or by the entry of its
// own rotation, which is dated a little after it was sent.
func TestInstance_LastRotation_leavesOutOwnEntriesUnlessNothingElseFits(t *testing.T) {
	t.Parallel()
	type entry struct {
		minute int
		author string
	}
	for name, test := range map[string]struct {
		config  simulator.InstanceConfig
		account string
		sent    bool
		entries []entry
		want    entry
	}{
		"our own rotation is none":          {config: jira(), sent: true, entries: []entry{{2, "robot"}}},
		"dated before it was sent":          {config: jira(), sent: true, entries: []entry{{0, "robot"}, {40, "ada"}}, want: entry{40, "ada"}},
		"somebody else since":               {config: jira(), sent: true, entries: []entry{{2, "robot"}, {9, "ada"}}, want: entry{9, "ada"}},
		"we again, and somebody in between": {config: jira(), sent: true, entries: []entry{{2, "robot"}, {40, "ada"}, {50, "robot"}}, want: entry{40, "ada"}},
		"nobody but our account":            {config: jira(), sent: true, entries: []entry{{2, "robot"}, {40, "robot"}, {50, "robot"}}, want: entry{50, "robot"}},
		"our entry is missing":              {config: jira(), sent: true, entries: []entry{{45, "ada"}}, want: entry{45, "ada"}},
		"not sent from here":                {config: jira(), entries: []entry{{2, "ada"}}, want: entry{2, "ada"}},
		"by user name":                      {config: jira(), account: "Robot", entries: []entry{{5, "ada"}, {9, "robot"}}, want: entry{5, "ada"}},
		"by user name, nobody else":         {config: jira(), account: "robot", entries: []entry{{5, "robot"}}, want: entry{5, "robot"}},
		"not later than the last one":       {config: jira(), entries: []entry{{0, "ada"}, {-5, "ada"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := newAuditedSite(t, test.config, 0)
			at.client.account = test.account
			for _, entry := range test.entries {
				at.RecordAuditEvent(simulator.AuditEvent{Time: auditDay().Add(time.Duration(entry.minute) * time.Minute), Author: entry.author, Action: "AES key rotated"})
			}
			event, ok := at.client.LastRotation(t.Context(), RotationSearch{After: auditDay(), Sent: test.sent})
			if ok != (test.want != entry{}) || event.AuthorName != test.want.author || ok && !event.At.Equal(auditDay().Add(time.Duration(test.want.minute)*time.Minute)) {
				t.Errorf("got %+v, %t, want %+v", event, ok, test.want)
			}
		})
	}
}

func TestAuditEvent_isBy_readsTheUserNameInTheAddressOfTheProfile(t *testing.T) {
	t.Parallel()
	event := AuditEvent{AuthorName: "Robot of the Platform Team", AuthorID: "JIRAUSER10000", AuthorURI: "https://jira.example.com/secure/ViewProfile.jspa?name=robot"}
	for account, want := range map[string]bool{"robot": true, "JIRAUSER10000": true, "robot of the platform team": true, "ada": false, "": false} {
		if got := event.isBy(account); got != want {
			t.Errorf("%q: %t, want %t", account, got, want)
		}
	}
	if (AuditEvent{}).isBy("") || (AuditEvent{AuthorURI: "%zz"}).isBy("ada") {
		t.Error("an entry without an author is by somebody")
	}
}

func TestInstance_LastRotation_isQuietWhereTheLogDoesNotAnswer(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"forbidden":    {Kind: simulator.Status, Status: http.StatusForbidden},
		"absent":       {Kind: simulator.Status, Status: http.StatusNotFound},
		"broken":       {Kind: simulator.Status, Status: http.StatusInternalServerError},
		"a login page": {Kind: simulator.HTML},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(fault)
				start := time.Now()
				if event, ok := at.client.LastRotation(t.Context(), RotationSearch{After: auditDay(), Sent: true}); ok {
					t.Errorf("got %+v", event)
				}
				if took := time.Since(start); took > rotationEventTimeout {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

func TestInstance_LastRotation_doesNotWaitForALogThatNeverAnswers(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.wire.before(func(request *http.Request) error {
			<-request.Context().Done()
			return request.Context().Err()
		})
		start := time.Now()
		if event, ok := at.client.LastRotation(t.Context(), RotationSearch{After: auditDay(), Sent: true}); ok {
			t.Errorf("got %+v", event)
		}
		if took := time.Since(start); took != rotationEventTimeout {
			t.Errorf("took %s, want %s", took, rotationEventTimeout)
		}
	})
}
