// SPDX-License-Identifier: MPL-2.0

package trials

import (
	"slices"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// A key that a rotation has retired and that no list has shown yet has no name
// that a plan could announce.
func TestFound_keyThatNoListHasShownIsNotDeletedWithTheOthers(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*site, object){
		"destroy": func(s *site, config object) {
			rotation := s.NewManagedResource(rotationType)
			rotation.Create(s.t, config)
			rotation.PlanDestroy(s.t).MustWarn(s.t, `Inactive AES keys of "jira" kept`)
			rotation.Destroy(s.t).MustNotFail(s.t)
		},
		"retention": func(s *site, config object) {
			rotation := s.NewManagedResource(rotationType)
			rotation.Create(s.t, merged(config, object{"inactive_key_retention": "1d"}))
			s.Clock.Advance(2 * day)
			rotation.Plan(s.t, merged(config, object{"inactive_key_retention": "1d"})).MustBeEmpty(s.t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.jira.SetListLag(simulator.ListLag{Duration: 90 * day})
			retired := s.jira.ActiveKey()
			end(s, object{"instance": "jira", "delete_inactive_keys_on_destroy": true})
			if !slices.Contains(s.jira.InactiveKeys(), retired) {
				t.Errorf("%s is gone, and nobody has announced that", retired)
			}
		})
	}
}
