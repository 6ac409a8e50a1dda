// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// aesKeys is the key ring of a cluster: one active key and the inactive ones,
// oldest first.
type aesKeys struct {
	active    string
	inactive  []string
	rotations int
	name      func(time.Time) string
	latest    time.Time
}

func newAESKeys(now time.Time, config InstanceConfig) aesKeys {
	k := aesKeys{inactive: slices.Clone(config.InactiveKeys), name: config.Guesses.KeyName}
	k.active = k.newName(now)
	return k
}

// secretKeySpecName is the file name that Atlassian's library gives a key:
// https://confluence.atlassian.com/pages/viewpage.action?pageId=1081350330 shows
// it for the older library; that the newer one keeps it is a [guess].
func secretKeySpecName(created time.Time) string {
	return fmt.Sprintf("javax.crypto.spec.SecretKeySpec_%013d", created.UnixMilli())
}

// newName returns a name that no key of the ring has, though the clock may
// stand still.
func (k *aesKeys) newName(now time.Time) string {
	if !now.After(k.latest) {
		now = k.latest.Add(time.Millisecond)
	}
	for slices.Contains(k.inactive, k.name(now)) || k.name(now) == k.active {
		now = now.Add(time.Millisecond)
	}
	k.latest = now
	return k.name(now)
}

// rotate makes a new key the active one and returns the former.
func (k *aesKeys) rotate(now time.Time) string {
	former := k.active
	k.active = k.newName(now)
	k.inactive = append(k.inactive, former)
	k.rotations++
	return former
}

// deleteInactive removes all inactive keys and returns their names.
func (k *aesKeys) deleteInactive() []string {
	deleted := k.inactive
	k.inactive = nil
	return deleted
}

// InactiveKeys returns the names of the inactive keys, oldest first.
func (i *Instance) InactiveKeys() []string {
	return locked(i.simulator, func() []string { return slices.Clone(i.keys.inactive) })
}

// ActiveKey returns the name of the active key, which no endpoint tells.
func (i *Instance) ActiveKey() string {
	return locked(i.simulator, func() string { return i.keys.active })
}

// Rotations returns how often the AES key really changed.
func (i *Instance) Rotations() int {
	return locked(i.simulator, func() int { return i.keys.rotations })
}

// Rotate rotates behind the client's back, as another administrator would, and
// returns the key that became inactive.
func (i *Instance) Rotate() string {
	return locked(i.simulator, func() string { return i.rotateAs(otherAdministrator) })
}

// DeleteInactiveKeys deletes all inactive keys behind the client's back.
func (i *Instance) DeleteInactiveKeys() {
	i.set(func() { i.deleteKeysAs(otherAdministrator) })
}

// rotateKey answers POST /rest/secrets/1.0/keys/rotate as documented by
// https://confluence.atlassian.com/adminjiraserver/security-management-1489808496.html.
// The words of status and message are a [guess].
func (i *Instance) rotateKey(c call) reply {
	if problem := i.rotationProblem(); problem != "" {
		return i.refuseRotation(problem)
	}
	i.rotateAs(c.user.name)
	return jsonReply(http.StatusOK, object{
		"message": i.config.Guesses.RotationMessage,
		"status":  i.config.Guesses.RotationStatus,
	})
}

// rotationProblem returns the "invalid condition" that forbids a rotation.
// Which conditions do is a [guess].
func (i *Instance) rotationProblem() string {
	guesses := i.config.Guesses
	switch {
	case !i.rotationSupported:
		return "Key rotation is not supported on this instance"
	case i.rotating:
		return "A key rotation is already in progress"
	case i.upgradeState != upgradeStable && !guesses.RotateWhileUpgrading:
		return "Key rotation is not possible while the upgrade state is " + i.upgradeState
	case i.mixedVersions() && !guesses.RotateWithMixedVersions:
		return "Key rotation is not possible while nodes run different versions"
	default:
		return ""
	}
}

func (i *Instance) refuseRotation(problem string) reply {
	status := http.StatusNotAcceptable
	if !i.rotationSupported && i.config.Product == Bitbucket {
		status = http.StatusNotImplemented
	}
	if i.config.Guesses.EmptyRefusals {
		return emptyReply(status)
	}
	return jsonReply(status, object{
		"message": problem,
		"status":  i.config.Guesses.RefusalStatus,
	})
}

// listInactiveKeys answers GET /rest/secrets/1.0/keys/inactive.
func (i *Instance) listInactiveKeys(call) reply {
	return jsonReply(http.StatusOK, object{"inactiveKeys": names(i.keyList.look(i.keys.inactive, i.now()))})
}

// deleteInactiveKeys answers DELETE /rest/secrets/1.0/keys/inactive.
func (i *Instance) deleteInactiveKeys(c call) reply {
	if status := i.config.Guesses.DeleteNothingStatus; status != 0 && len(i.keys.inactive) == 0 {
		return emptyReply(status)
	}
	return jsonReply(http.StatusOK, object{"deletedKeys": names(i.deleteKeysAs(c.user.name))})
}

// names is an empty JSON array, never null, where there are none.
func names(list []string) []string {
	return append([]string{}, list...)
}

func (i *Instance) rotateAs(user string) string {
	now := i.now()
	former := i.keys.rotate(now)
	i.keyList.added(former, now)
	i.auditKeys(user, rotatedKeyAction, i.config.Guesses.AuditActionRotated, []string{former})
	return former
}

func (i *Instance) deleteKeysAs(user string) []string {
	deleted := i.keys.deleteInactive()
	if len(deleted) > 0 {
		i.auditKeys(user, deletedKeysAction, i.config.Guesses.AuditActionDeleted, deleted)
	}
	return deleted
}
