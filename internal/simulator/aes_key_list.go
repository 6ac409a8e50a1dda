// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"slices"
	"time"
)

// ListLag is how long a key that a rotation made inactive is missing from the
// list of inactive keys, because the node that is asked has not heard of it. It
// joins the list when both are over.
type ListLag struct {
	// Looks is how many looks at the list do not show it.
	Looks int
	// Duration is for how long after the rotation no look shows it.
	Duration time.Duration
}

// keyList is what looks at the inactive keys see of them.
type keyList struct {
	lag ListLag
	// late is what is left of the lag, by the name of the key.
	late map[string]*lateKey
	// missing holds, for each node, the names that it does not list. Looks go
	// from node to node.
	missing [][]string
	looks   int
}

type lateKey struct {
	looks int
	since time.Time
}

// added notes that a key became inactive.
func (l *keyList) added(name string, now time.Time) {
	if l.lag == (ListLag{}) {
		return
	}
	if l.late == nil {
		l.late = map[string]*lateKey{}
	}
	l.late[name] = &lateKey{looks: l.lag.Looks, since: now.Add(l.lag.Duration)}
}

// look returns which of the inactive keys the next look sees.
func (l *keyList) look(inactive []string, now time.Time) []string {
	var missing []string
	if len(l.missing) > 0 {
		missing = l.missing[l.looks%len(l.missing)]
	}
	l.looks++
	return slices.DeleteFunc(slices.Clone(inactive), func(name string) bool {
		return l.isLate(name, now) || slices.Contains(missing, name)
	})
}

func (l *keyList) isLate(name string, now time.Time) bool {
	key := l.late[name]
	if key == nil {
		return false
	}
	if key.looks == 0 && !now.Before(key.since) {
		delete(l.late, name)
		return false
	}
	key.looks = max(0, key.looks-1)
	return true
}

// SetListLag makes keys that become inactive from now on join the list late.
// That lists can lag is a [guess].
func (i *Instance) SetListLag(lag ListLag) {
	i.set(func() { i.keyList.lag = lag })
}

// SetNodesMissing makes the nodes of a cluster disagree about the inactive
// keys. Looks are answered by one node after the other, and each leaves out the
// names that are given for it; none for any node ends it. That nodes can
// disagree is a [guess].
func (i *Instance) SetNodesMissing(names ...[]string) {
	i.set(func() { i.keyList.missing, i.keyList.looks = names, 0 })
}

// RestoreKeys puts the inactive keys of a backup in the place of those there
// are, oldest first: some or all vanish, and older ones come back. The active
// key stays, and the audit log has nothing of it.
func (i *Instance) RestoreKeys(names ...string) {
	i.set(func() { i.keys.inactive = slices.Clone(names) })
}
