// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestTryInactiveKeys_asksOnceAlsoWhereTheAnswerIsNo(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Inject(simulator.Fault{Status: http.StatusForbidden})
		for range 3 {
			if _, err := at.client.TryInactiveKeys(t.Context()); !hasStatus(err, http.StatusForbidden) {
				t.Errorf("failed with %v, want 403", err)
			}
			if err := at.client.TryCredentials(t.Context()); !hasStatus(err, http.StatusForbidden) {
				t.Errorf("the credentials failed with %v, want 403", err)
			}
		}
		if got := at.Count("", ""); got != 1 {
			t.Errorf("%d requests, want one", got)
		}
	})
}

func TestTryInactiveKeys_thatIsInterruptedSettlesNothing(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		interrupted, interrupt := context.WithCancel(t.Context())
		interrupt()
		if _, err := at.client.TryInactiveKeys(interrupted); !errors.Is(err, context.Canceled) {
			t.Errorf("failed with %v, want that it was interrupted", err)
		}
		if _, err := at.client.TryInactiveKeys(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Only refused credentials settle what a change would find: whatever else failed
// may be over.
func TestChangeAESKeys_asksNotAgainWithCredentialsThatAPlanFoundRefused(t *testing.T) {
	t.Parallel()
	for status, requests := range map[int]int{http.StatusUnauthorized: 1, http.StatusForbidden: 2} {
		simulate(t, jira(), func(t *testing.T, at *site) {
			at.Inject(simulator.Fault{Status: status})
			_, tried := at.client.TryInactiveKeys(t.Context())
			_, err := at.change(t, AESKeyChange{Rotate: true})
			if !hasStatus(tried, status) || !hasStatus(err, status) {
				t.Errorf("tried with %v and changed with %v, want %d", tried, err, status)
			}
			if got := at.Count("", ""); got != requests {
				t.Errorf("%d: %d requests, want %d", status, got, requests)
			}
		})
	}
}
