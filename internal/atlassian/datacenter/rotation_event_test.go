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
	event, ok := at.client.LastRotation(t.Context(), auditDay().Add(20*time.Minute), []string{"key-1"})
	if !ok || event.AuthorName != "bob" {
		t.Errorf("got %+v, %t", event, ok)
	}
	if event, ok := at.client.LastRotation(t.Context(), auditDay().Add(2*time.Hour), nil); ok {
		t.Errorf("got %+v, want nothing", event)
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
				if event, ok := at.client.LastRotation(t.Context(), auditDay(), nil); ok {
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
		if event, ok := at.client.LastRotation(t.Context(), auditDay(), nil); ok {
			t.Errorf("got %+v", event)
		}
		if took := time.Since(start); took != rotationEventTimeout {
			t.Errorf("took %s, want %s", took, rotationEventTimeout)
		}
	})
}
