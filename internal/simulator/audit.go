// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"slices"
	"time"
)

// Keys of the actions and categories that audit entries carry. Those of the
// keys' rotation and deletion are a [guess].
const (
	rotatedKeyAction  = "atlassian.secrets.audit.action.key.rotated"
	deletedKeysAction = "atlassian.secrets.audit.action.key.deleted"
	keysCategory      = "atlassian.secrets.audit.category"
	searchAction      = "atlassian.audit.event.action.audit.search"
	auditCategory     = "atlassian.audit.event.category.audit"
)

// AuditEvent is an entry of the audit log of an instance.
type AuditEvent struct {
	// Time is when it happened; zero is now.
	Time time.Time
	// TimeForm is how the time is written; zero is how the instance writes
	// them all.
	TimeForm AuditTimeForm
	// Author is the name of the user; empty leaves the author out, as entries
	// of the system do.
	Author string
	// CategoryKey and ActionKey are translation keys, Category and Action the
	// texts that they stand for, in which a client filters.
	CategoryKey, Category string
	ActionKey, Action     string
	// Objects are the names of what was affected.
	Objects []string
	// Attributes are names and values of extra attributes.
	Attributes map[string]string
}

// auditEntry is an event in the log. It appears some time after it happened.
type auditEntry struct {
	AuditEvent
	id        int64
	visibleAt time.Time
}

// auditLog holds all entries in the order in which they were written.
type auditLog struct {
	entries []auditEntry
	lastID  int64
}

func (l *auditLog) write(event AuditEvent, visibleAt time.Time) {
	l.lastID++
	l.entries = append(l.entries, auditEntry{AuditEvent: event, id: l.lastID, visibleAt: visibleAt})
}

// visible returns what has appeared by now, newest first.
func (l *auditLog) visible(now time.Time) []auditEntry {
	entries := slices.DeleteFunc(slices.Clone(l.entries), func(e auditEntry) bool {
		return e.visibleAt.After(now)
	})
	slices.SortFunc(entries, func(a, b auditEntry) int { return a.cursor().compare(b.cursor()) })
	return entries
}

// auditCursor is the place of an entry in the log.
type auditCursor struct {
	milliseconds, id int64
}

func (e auditEntry) cursor() auditCursor {
	return auditCursor{milliseconds: e.Time.UnixMilli(), id: e.id}
}

// compare orders the newest first.
func (c auditCursor) compare(other auditCursor) int {
	return cmp.Or(cmp.Compare(other.milliseconds, c.milliseconds), cmp.Compare(other.id, c.id))
}

// RecordAuditEvent writes an entry, which appears after the delay of all
// entries.
func (i *Instance) RecordAuditEvent(event AuditEvent) {
	i.set(func() { i.writeAudit(event) })
}

func (i *Instance) writeAudit(event AuditEvent) {
	now := i.now()
	event.Time = timeOr(event.Time, now)
	i.audit.write(event, now.Add(i.config.Guesses.AuditDelay))
}

// auditKeys writes what happened to keys. That "key rotation and deletion
// events can all be found in the audit logs" is documented; how they look is a
// [guess].
func (i *Instance) auditKeys(user, actionKey, action string, keys []string) {
	if i.config.Guesses.SilentAudit {
		return
	}
	i.writeAudit(AuditEvent{
		Author:      user,
		CategoryKey: keysCategory,
		Category:    i.config.Guesses.AuditCategory,
		ActionKey:   actionKey,
		Action:      action,
		Objects:     keys,
	})
}
