// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"cmp"
	"time"
)

// Guesses holds the Data Center behavior that no public documentation settles.
// The zero value is the most plausible behavior; each field switches one
// [guess] to another.
type Guesses struct {
	// RotationStatus and RotationMessage are the fields of a successful
	// rotation, by default "SUCCESS" and "AES key rotated successfully".
	RotationStatus, RotationMessage string
	// RefusalStatus is the status field of a refused rotation, by default
	// "FAILED".
	RefusalStatus string
	// EmptyRefusals makes a refused rotation answer 406 or 501 without a body.
	EmptyRefusals bool
	// RotateWhileUpgrading allows a rotation during a zero-downtime upgrade,
	// which is otherwise refused with 406.
	RotateWhileUpgrading bool
	// RotateWithMixedVersions allows a rotation on a cluster whose nodes run
	// several versions, which is otherwise refused with 406.
	RotateWithMixedVersions bool
	// DeleteNothingStatus is the answer to a deletion where no key is
	// inactive; 0 is 200 with an empty list.
	DeleteNothingStatus int
	// KeyName names a new AES key after the time of its making, by default
	// javax.crypto.spec.SecretKeySpec_ and 13 digits of milliseconds.
	KeyName func(created time.Time) string
	// PermissionStatus is the answer to a known user without the permission;
	// 0 is what each endpoint documents (401: the AES key API and Bitbucket's
	// own) or what was measured (403: audit log, cluster and upgrade state).
	PermissionStatus int
	// XSRF is which requests are guarded against forgery.
	XSRF XSRFGuard
	// AnyMediaType takes a JSON body whatever its media type. Otherwise
	// anything but application/json is refused with 415.
	AnyMediaType bool
	// AbsentPath is how a REST path that does not exist is answered.
	AbsentPath AbsentPath
	// CaptchaStatus is the answer where a CAPTCHA has to be solved first, 401
	// (if 0) or 403; both were seen.
	CaptchaStatus int
	// IgnoreUndocumentedInput lets undocumented query parameters and bodies
	// pass. They are otherwise refused with 400, so that a client that sends
	// them is found out.
	IgnoreUndocumentedInput bool
	// AnswerWhileNotRunning serves every endpoint in every state. Otherwise
	// all but the status endpoint answer 503 unless the state is RUNNING.
	AnswerWhileNotRunning bool
	// AcceptForeignTokens installs any security key, also one of no tunnel or
	// of the past, as an instance does that does not ask Cloud about it.
	AcceptForeignTokens bool
	// SampleTunnelAnswer answers an installed security key with the words of
	// Atlassian's page as they are printed there, which is no JSON.
	SampleTunnelAnswer bool
	// ForeignTokenStatus is the answer to a security key that belongs to no
	// tunnel of this instance; 0 is 400.
	ForeignTokenStatus int
	// AuditDelay is how long an audit entry takes to appear; 0 is a second and
	// less than 0 is at once.
	AuditDelay time.Duration
	// AuditCategory and the action names are the display names of the entries
	// that a rotation and a deletion write, by default "Security", "AES key
	// rotated" and "Inactive AES keys deleted".
	AuditCategory, AuditActionRotated, AuditActionDeleted string
	// SilentAudit makes rotations and deletions write no audit entries.
	SilentAudit bool
	// BitbucketTypeID is the application type in Bitbucket's manifest, by
	// default "stash".
	BitbucketTypeID string
	// AuditTimes is how the audit log writes the times of entries that do not
	// say otherwise.
	AuditTimes AuditTimeForm
	// AuditWithoutPaging leaves pagingInfo out of pages of the audit log.
	AuditWithoutPaging bool
	// Tokens are the guesses about tokens.
	Tokens TokenGuesses
}

// XSRFGuard is which mutating requests need the header X-Atlassian-Token where
// their media type is that of a form, or where they have none.
type XSRFGuard int

const (
	// XSRFDocumented lets the AES key API be called as its documentation shows,
	// and guards the POSTs that are known to be guarded.
	XSRFDocumented XSRFGuard = iota
	// XSRFEveryPOST guards every POST, as the REST framework does unless a
	// resource opts out. Whether the AES key API does is an inference.
	XSRFEveryPOST
	// XSRFEverywhere guards PUT and DELETE besides, as newer generations of the
	// framework may.
	XSRFEverywhere
)

// Lenient returns the guesses with every refusal that rests on a guess alone
// lifted.
func (g Guesses) Lenient() Guesses {
	g.IgnoreUndocumentedInput = true
	g.AnyMediaType = true
	g.AcceptForeignTokens = true
	g.RotateWhileUpgrading = true
	g.RotateWithMixedVersions = true
	g.XSRF = XSRFDocumented
	return g
}

// withDefaults fills what is empty.
func (g Guesses) withDefaults() Guesses {
	for _, text := range []struct {
		field    *string
		fallback string
	}{
		{&g.RotationStatus, "SUCCESS"},
		{&g.RotationMessage, "AES key rotated successfully"},
		{&g.RefusalStatus, "FAILED"},
		{&g.AuditCategory, "Security"},
		{&g.AuditActionRotated, "AES key rotated"},
		{&g.AuditActionDeleted, "Inactive AES keys deleted"},
		{&g.BitbucketTypeID, "stash"},
	} {
		if *text.field == "" {
			*text.field = text.fallback
		}
	}
	g.CaptchaStatus = cmp.Or(g.CaptchaStatus, 401)
	g.ForeignTokenStatus = cmp.Or(g.ForeignTokenStatus, 400)
	if g.AuditDelay == 0 {
		g.AuditDelay = time.Second
	}
	if g.KeyName == nil {
		g.KeyName = secretKeySpecName
	}
	return g
}
