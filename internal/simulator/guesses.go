package simulator

import "time"

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
	// 0 is 401, the only refusal that the AES key API documents.
	PermissionStatus int
	// LenientXSRF makes PUT and DELETE pass the XSRF check, as older
	// generations of the REST framework do.
	LenientXSRF bool
	// IgnoreUndocumentedInput lets undocumented query parameters and bodies
	// pass. They are otherwise refused with 400, so that a client that sends
	// them is found out.
	IgnoreUndocumentedInput bool
	// AnswerWhileNotRunning serves every endpoint in every state. Otherwise
	// all but the status endpoint answer 503 unless the state is RUNNING.
	AnswerWhileNotRunning bool
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
	// ConfluenceUpgradeState offers GET /rest/zdu/state on Confluence, which
	// otherwise answers 404.
	ConfluenceUpgradeState bool
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
	g.PermissionStatus = orStatus(g.PermissionStatus, 401)
	g.ForeignTokenStatus = orStatus(g.ForeignTokenStatus, 400)
	if g.AuditDelay == 0 {
		g.AuditDelay = time.Second
	}
	if g.KeyName == nil {
		g.KeyName = secretKeySpecName
	}
	return g
}

func orStatus(status, fallback int) int {
	if status == 0 {
		return fallback
	}
	return status
}
