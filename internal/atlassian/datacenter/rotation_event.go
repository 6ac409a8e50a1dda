// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	// rotationEventTimeout bounds the search for what may be missing.
	rotationEventTimeout = 15 * time.Second
	// ownEntryDelay is how long after a rotation was sent the entry of it may be
	// dated: the secrets are encrypted again in between.
	ownEntryDelay = 30 * time.Minute
	// clockSkew is how much earlier the clock of the instance may make it.
	clockSkew = time.Minute
)

// RotationSearch says which entry about a rotation of an AES key is wanted.
type RotationSearch struct {
	// After is when the last known rotation was; only later entries count.
	After time.Time
	// Sent is true where that rotation was sent from here. Its entry is dated a
	// little later, and tells by whose account this provider acts.
	Sent bool
	// Known names keys that had become inactive before; entries about them do
	// not count.
	Known []string
}

// LastRotation returns the newest entry of the audit log that tells of a
// rotation of an AES key by somebody else; one by this provider's own account,
// as far as that is known, only where there is no other. The account is known
// by its user name, or else by the entry of the rotation that was sent from
// here; of a token that never rotated nothing is known.
//
// It is for a detail that may well be missing: whatever keeps it from being
// found - no such log, no permission, entries that are not written yet - is
// answered with false, and soon. That rotations are in the log is documented, at
// https://confluence.atlassian.com/adminjiraserver/security-management-1489808496.html;
// what they are called there is a [guess] after the names of similar entries.
func (i *Instance) LastRotation(ctx context.Context, search RotationSearch) (AuditEvent, bool) {
	ctx, cancel := context.WithTimeout(ctx, rotationEventTimeout)
	defer cancel()
	var ours AuditEvent
	if search.Sent {
		ours = i.ownRotation(ctx, search.After)
	}
	var fallback AuditEvent
	found, _, err := i.AuditEvents(ctx, AuditQuery{
		From:  search.After,
		Limit: 1,
		Matches: func(event AuditEvent) bool {
			if !event.tellsOfRotation(search.After) || event.namesAny(search.Known) || event.isSame(ours) {
				return false
			}
			if !event.isBy(i.account) && !event.isBySame(ours) {
				return true
			}
			if fallback.At.IsZero() {
				fallback = event
			}
			return false
		},
	})
	if err == nil && len(found) > 0 {
		return found[0], true
	}
	return fallback, !fallback.At.IsZero()
}

// ownRotation returns the entry of a rotation that was sent from here at a time:
// the first one about then; a zero one where there is none.
func (i *Instance) ownRotation(ctx context.Context, sent time.Time) AuditEvent {
	var first AuditEvent
	earliest := sent.Add(-clockSkew)
	_, _, _ = i.AuditEvents(ctx, AuditQuery{
		From: earliest,
		To:   sent.Add(ownEntryDelay),
		Matches: func(event AuditEvent) bool {
			if event.tellsOfRotation(earliest) {
				first = event
			}
			return false
		},
	})
	return first
}

var aboutRotation = regexp.MustCompile(`(?i)(key|secret).*rotat|rotat.*(key|secret)`)

// tellsOfRotation reports whether the event is a rotation after a time.
func (e AuditEvent) tellsOfRotation(after time.Time) bool {
	return e.At.After(after) && (aboutRotation.MatchString(e.ActionKey) || aboutRotation.MatchString(e.Action))
}

// isSame reports whether other is the same entry, read once more.
func (e AuditEvent) isSame(other AuditEvent) bool {
	return e.At.Equal(other.At) && e.AuthorID == other.AuthorID && e.AuthorName == other.AuthorName && e.ActionKey == other.ActionKey && e.Action == other.Action
}

// isBy reports whether the account with a user name did it.
func (e AuditEvent) isBy(account string) bool {
	if account == "" {
		return false
	}
	if strings.EqualFold(e.AuthorName, account) || e.AuthorID == account {
		return true
	}
	profile, err := url.Parse(e.AuthorURI)
	return err == nil && strings.EqualFold(profile.Query().Get("name"), account)
}

// isBySame reports whether the account that did other did it.
func (e AuditEvent) isBySame(other AuditEvent) bool {
	if other.AuthorID != "" {
		return e.AuthorID == other.AuthorID
	}
	return other.AuthorName != "" && e.AuthorName == other.AuthorName
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
