// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// wantListed looks at the list of inactive keys once.
func wantListed(t *testing.T, i *simulator.Instance, want ...string) {
	t.Helper()
	list := decode[keyLists](t, ask(http.MethodGet, i.URL()+inactivePath).bearer(adminToken).send(t).wantStatus(t, 200))
	if diff := cmp.Diff(append([]string{}, want...), list.InactiveKeys); diff != "" {
		t.Error(diff)
	}
}

func TestKeyList_alternatesBetweenNodesThatDisagree(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.SetNodesMissing(nil, []string{"second"}, []string{"first", "second"})
	for range 2 {
		wantListed(t, jira, "first", "second")
		wantListed(t, jira, "first")
		wantListed(t, jira)
	}
	jira.SetNodesMissing()
	wantListed(t, jira, "first", "second")
	wantListed(t, jira, "first", "second")
}

func TestKeyList_lagsByLooks(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.SetListLag(simulator.ListLag{Looks: 2})
	third := jira.Rotate()
	wantListed(t, jira, "first", "second")
	wantListed(t, jira, "first", "second")
	wantListed(t, jira, "first", "second", third)
}

func TestKeyList_lagsByTheClock(t *testing.T) {
	t.Parallel()
	jira, clock := newInstance(t, simulator.Jira)
	jira.SetListLag(simulator.ListLag{Duration: time.Minute, Looks: 1})
	third := jira.Rotate()
	wantListed(t, jira, "first", "second")
	clock.Advance(time.Minute - 1)
	wantListed(t, jira, "first", "second")
	clock.Advance(1)
	wantListed(t, jira, "first", "second", third)
	jira.SetListLag(simulator.ListLag{})
	wantListed(t, jira, "first", "second", third)
	wantListed(t, jira, "first", "second", third, jira.Rotate())
}

func TestKeyList_deletionTakesWhatIsNotListedToo(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.SetListLag(simulator.ListLag{Looks: 5})
	jira.Rotate()
	ask(http.MethodDelete, jira.URL()+inactivePath).bearer(adminToken).send(t).wantStatus(t, http.StatusOK)
	wantEqual(t, "inactive keys", len(jira.InactiveKeys()), 0)
}

func TestKeys_aRestoredBackupBringsOtherKeys(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	active := jira.ActiveKey()
	jira.RestoreKeys("ancient", "second")
	wantListed(t, jira, "ancient", "second")
	jira.RestoreKeys()
	wantListed(t, jira)
	wantEqual(t, "active key", jira.ActiveKey(), active)
	wantEqual(t, "rotations", jira.Rotations(), 0)
}
