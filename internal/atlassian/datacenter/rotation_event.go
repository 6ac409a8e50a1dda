package datacenter

import (
	"context"
	"regexp"
	"slices"
	"time"
)

// rotationEventTimeout bounds the search for what may be missing.
const rotationEventTimeout = 15 * time.Second

// LastRotation returns the newest entry of the audit log since a time that tells
// of a rotation of an AES key, other than of those in known, which had become
// inactive before. It is for a detail that may well be missing: whatever keeps
// it from being found - no such log, no permission, entries that are not written
// yet - is answered with false, and soon.
//
// That rotations are in the log is documented, at
// https://confluence.atlassian.com/adminjiraserver/security-management-1489808496.html;
// what they are called there is a [guess] after the names of similar entries.
func (i *Instance) LastRotation(ctx context.Context, since time.Time, known []string) (AuditEvent, bool) {
	ctx, cancel := context.WithTimeout(ctx, rotationEventTimeout)
	defer cancel()
	rotation := regexp.MustCompile(`(?i)(key|secret).*rotat|rotat.*(key|secret)`)
	events, _, err := i.AuditEvents(ctx, AuditQuery{
		From:  since,
		Limit: 1,
		Matches: func(event AuditEvent) bool {
			return event.At.After(since) && !event.namesAny(known) &&
				(rotation.MatchString(event.ActionKey) || rotation.MatchString(event.Action))
		},
	})
	if err != nil || len(events) == 0 {
		return AuditEvent{}, false
	}
	return events[0], true
}

// namesAny reports whether the event is about one of the things with these names.
func (e AuditEvent) namesAny(names []string) bool {
	if slices.ContainsFunc(e.Objects, func(object string) bool { return slices.Contains(names, object) }) {
		return true
	}
	for _, value := range e.Attributes {
		if slices.Contains(names, value) {
			return true
		}
	}
	return false
}
