// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// AESKeyChange is what is to be done to the AES keys of an instance. The steps
// run in the order of the fields, and the first that fails ends them.
type AESKeyChange struct {
	// Preflight checks first that the instance is ready and learns what it is.
	Preflight bool
	// DeleteBefore deletes the inactive keys first, as far as Deletable allows.
	DeleteBefore bool
	// Rotate rotates the active key.
	Rotate bool
	// DeleteAfter deletes the inactive keys, the formerly active one included, as
	// far as Deletable allows.
	DeleteAfter bool

	// Known names every inactive key that was ever seen; nil where nobody has
	// looked yet, so that none is news.
	Known []string
	// Deletable names the inactive keys whose deletion somebody has approved. As
	// Atlassian deletes all or none, one that is not among them, and that the
	// rotation itself has not retired, keeps them all.
	Deletable []string
	// DeleteAny leaves Deletable out of account.
	DeleteAny bool
	// Earlier is when a rotation was sent that nobody has seen to happen; zero for
	// none.
	Earlier time.Time
	// EarlierCounts is true where Earlier was sent for the decision that Rotate
	// stands for: if it turns out to have happened, no other one is sent.
	EarlierCounts bool
	// Abandoned is a request of an earlier change that nobody waited for to its
	// end: the instance may still be at work on it.
	Abandoned Abandoned
	// Progress hears what is being done, in a few words; nil for nobody.
	Progress func(message string)
}

// Abandoned tells of a request that was sent and may still be carried out.
type Abandoned struct {
	// RotationAt and DeletionAt are when such a request was sent; zero for none.
	RotationAt, DeletionAt time.Time
}

// AESKeyReport says what was found and done, also where a step failed.
type AESKeyReport struct {
	// Product is known after a preflight.
	Product Product
	// InactiveKeys is the newest list, in the order of the server; nil where
	// no step got to see one.
	InactiveKeys []string
	// Seen names all keys that any list held.
	Seen []string
	// RotatedAt is when the rotation was sent; zero where none happened.
	RotatedAt time.Time
	// Status and Message are the server's own words about the rotation.
	Status, Message string
	// Unlisted is true for a rotation whose formerly active key had not joined
	// the list of inactive keys when it was last asked for.
	Unlisted bool
	// UnsettledAt is when a rotation was sent that was not seen to happen; zero
	// for none.
	UnsettledAt time.Time
	// Deleted names the keys that were deleted.
	Deleted []string
	// DeletionPending is true where a deletion was asked for and did not happen,
	// as far as is known.
	DeletionPending bool
	// Abandoned tells of the requests of this change that may still be carried
	// out, and not again of those of earlier ones.
	Abandoned Abandoned
	// Warnings says what a person should know, a sentence each.
	Warnings []string
}

// Changed reports whether anything was changed on the instance, or may have been.
func (r AESKeyReport) Changed() bool {
	return r.Sent() || len(r.Deleted) > 0 || r.Abandoned != Abandoned{}
}

// Sent reports whether a rotation was sent that happened, or may have.
func (r AESKeyReport) Sent() bool {
	return !r.RotatedAt.IsZero() || !r.UnsettledAt.IsZero()
}

// Step is a step of an [AESKeyChange].
type Step string

// The steps, in the words that complete "failed to …".
const (
	StepQueue  Step = "wait for its turn"
	StepCheck  Step = "check the instance"
	StepLook   Step = "list the inactive AES keys"
	StepRotate Step = "rotate the AES key"
	StepDelete Step = "delete the inactive AES keys"
)

// StepError is a failure of one step.
type StepError struct {
	Step Step
	// Aim is what the step was taken for: [StepRotate], [StepDelete], or
	// [StepLook] where the change only looks.
	Aim Step
	// Unsettled is true where nobody knows whether the step took effect.
	Unsettled bool
	Err       error
}

func (e *StepError) Error() string {
	return fmt.Sprintf("failed to %s: %v", e.Step, e.Err)
}

func (e *StepError) Unwrap() error {
	return e.Err
}

// ChangeAESKeys carries out change, never two changes of one instance at a
// time. The context needs a deadline: a rotation takes as long as re-encrypting
// takes. Once a rotation is sent, its outcome is established even if the
// context is cancelled meanwhile. Every error is a [*StepError]; the report
// holds whatever happened before it.
func (i *Instance) ChangeAESKeys(ctx context.Context, change AESKeyChange) (AESKeyReport, error) {
	work := aesKeyWork{instance: i, change: change}
	release, err := i.turn(ctx, allTurns)
	if err != nil {
		return work.report, &StepError{Step: StepQueue, Aim: change.aim(), Err: err}
	}
	defer release()

	err = work.run(ctx)
	if failure, ok := errors.AsType[*StepError](err); ok {
		failure.Aim = change.aim()
	}
	return work.report, err
}

// aim returns what the steps before a change are taken for.
func (c AESKeyChange) aim() Step {
	switch {
	case c.Rotate:
		return StepRotate
	case c.DeleteBefore, c.DeleteAfter:
		return StepDelete
	default:
		return StepLook
	}
}

// aesKeyWork is a change on its way.
type aesKeyWork struct {
	instance *Instance
	change   AESKeyChange
	report   AESKeyReport
	// known names all keys that are no news any more.
	known []string
	// retired names the keys that the rotation made inactive.
	retired []string
}

func (w *aesKeyWork) run(ctx context.Context) error {
	if err := w.prepare(ctx); err != nil {
		return err
	}
	if w.change.DeleteBefore {
		if err := w.delete(ctx); err != nil {
			return err
		}
	}
	if w.change.Rotate && w.report.RotatedAt.IsZero() {
		if err := w.rotate(ctx); err != nil {
			return err
		}
	}
	if w.change.DeleteAfter {
		return w.delete(ctx)
	}
	return nil
}

// prepare checks and looks, and changes nothing.
func (w *aesKeyWork) prepare(ctx context.Context) error {
	w.known = w.change.Known
	if err := w.firstLook(ctx); err != nil {
		return err
	}
	if err := w.waitOut(ctx); err != nil {
		return &StepError{Step: StepLook, Err: err}
	}
	w.recogniseEarlier()
	return nil
}

// firstLook lists the keys, together with the checks that come before a rotation.
func (w *aesKeyWork) firstLook(ctx context.Context) error {
	if err := w.instance.keysTrial.refusal(); err != nil {
		return &StepError{Step: StepLook, Err: err}
	}
	if w.change.Preflight && w.change.Rotate {
		return w.checkReady(ctx)
	}
	if err := w.look(ctx); err != nil {
		return &StepError{Step: StepLook, Err: err}
	}
	if w.change.Preflight {
		// What the instance is matters to nobody but the reader.
		w.report.Product, _ = w.instance.Product(ctx)
	}
	return nil
}

func (w *aesKeyWork) checkReady(ctx context.Context) error {
	w.progress("checking that the instance is ready")
	ready, err := w.instance.CheckReady(ctx)
	w.report.Product = ready.Product
	w.report.Warnings = append(w.report.Warnings, ready.Warnings...)
	if err == nil {
		w.looked(ready.InactiveKeys)
	}
	return err
}

func (w *aesKeyWork) look(ctx context.Context) error {
	names, err := w.instance.InactiveKeys(ctx)
	if err == nil {
		w.looked(names)
	}
	return err
}

func (w *aesKeyWork) looked(names []string) {
	w.report.InactiveKeys = names
	w.report.Seen = rotation.Union(w.report.Seen, names)
	w.instance.saw(names)
}

// observe holds what was seen against all that is known: a name counts though a
// node that lags lists it no longer.
func (w *aesKeyWork) observe() rotation.Observation {
	return rotation.Observe(w.known, nil, w.report.Seen)
}

// waitOut gives a request of an earlier change that may still be carried out the
// time to show: a rotation or a deletion that comes after what is done now
// would be one too many.
func (w *aesKeyWork) waitOut(ctx context.Context) error {
	if !w.change.Rotate && !w.change.DeleteBefore && !w.change.DeleteAfter {
		return nil
	}
	err := w.waitOutRequest(ctx, w.change.Abandoned.RotationAt, func() bool { return w.observe().Rotated() })
	if err != nil {
		return err
	}
	return w.waitOutRequest(ctx, w.change.Abandoned.DeletionAt, func() bool { return w.gone(w.change.Known) })
}

// waitOutRequest fails where the last look does: what is done next rests on it.
func (w *aesKeyWork) waitOutRequest(ctx context.Context, sentAt time.Time, shows func() bool) error {
	patience := w.patienceSince(ctx, sentAt)
	if patience == 0 || shows() {
		return nil
	}
	return w.lookUntil(ctx, patience, shows)
}

// patienceSince returns how long to wait for a request that was sent at a time:
// no longer than a server works on one, and not for more than half of the time
// that is left.
func (w *aesKeyWork) patienceSince(ctx context.Context, at time.Time) time.Duration {
	left := min(at.Add(transport.AbandonedTime).Sub(w.instance.clock.Now()), transport.AbandonedTime)
	if remaining, ok := clock.Remaining(ctx); ok {
		left = min(left, remaining/2)
	}
	return max(left, 0)
}

// recogniseEarlier looks for an earlier rotation of unknown outcome, and counts
// it as the one that is asked for where it was sent for that.
func (w *aesKeyWork) recogniseEarlier() {
	joined := w.observe().Joined
	earlier := w.change.Earlier
	switch {
	case len(joined) == 0 || !w.change.Rotate:
	case earlier.IsZero() && w.change.Known == nil:
	case earlier.IsZero() || !w.change.EarlierCounts:
		w.warn("%s became inactive since the last refresh: somebody else has rotated, or an earlier request was carried out after all.", enumerate(joined))
	default:
		w.report.RotatedAt, w.retired = earlier, joined
		w.warn("%s since the request of %s, whose outcome was not known: that counts as the rotation asked for, and no other one was sent.",
			Rotations(len(joined)), earlier.UTC().Format(time.RFC3339))
	}
}

// Rotations says that so many have happened, to begin a sentence.
func Rotations(count int) string {
	if count == 1 {
		return "One rotation has happened"
	}
	return fmt.Sprintf("%d rotations have happened", count)
}

func (w *aesKeyWork) rotate(ctx context.Context) error {
	w.progress("rotating the AES key")
	if err := ctx.Err(); err != nil {
		return &StepError{Step: StepRotate, Err: err}
	}
	ctx, cancel := clock.Uninterrupted(ctx)
	defer cancel()

	// What was seen before the request is no effect of it.
	w.known = rotation.Union(w.known, w.report.Seen)
	w.instance.beforeRotation = append([]string{}, w.known...)
	sentAt := w.instance.clock.Now()
	answer, err := w.instance.rotate(ctx, changeTimeout(ctx))
	if err == nil {
		w.rotated(sentAt, answer)
		w.lookForFormerKey(ctx)
		return nil
	}
	if refused(err) {
		w.instance.beforeRotation = nil
		return &StepError{Step: StepRotate, Err: err}
	}
	return w.establish(ctx, sentAt, err)
}

// refused reports whether it is certain that a rotation was not carried out.
// Besides what is never carried out this is 501: an instance that cannot rotate.
//
// See https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-security/.
func refused(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return ok && (failure.Unchanged() || failure.Status == http.StatusNotImplemented)
}

func (w *aesKeyWork) rotated(sentAt time.Time, answer rotationAnswer) {
	w.report.RotatedAt = sentAt
	w.report.Status, w.report.Message = answer.Status, answer.Message
}

// lookForFormerKey finds the name under which the formerly active key is listed
// now. The rotation is done; a list that does not show it is only reported.
func (w *aesKeyWork) lookForFormerKey(ctx context.Context) {
	err := w.lookUntilRotated(ctx, patience(ctx, nil))
	if w.retired = w.observe().Joined; len(w.retired) > 0 {
		return
	}
	w.report.Unlisted = true
	if err != nil {
		w.warn("The rotation succeeded, but the inactive keys could not be listed afterwards (%v); the next refresh records them.", err)
		return
	}
	w.warn("The rotation succeeded, but the formerly active key is not listed as inactive yet; the next refresh records it.")
}

// establish finds out whether a rotation happened whose answer said neither yes
// nor no.
func (w *aesKeyWork) establish(ctx context.Context, sentAt time.Time, cause error) error {
	w.progress("the answer does not tell whether the rotation happened; looking for it")
	err := w.lookUntilRotated(ctx, patience(ctx, cause))
	if w.retired = w.observe().Joined; len(w.retired) > 0 {
		w.rotated(sentAt, rotationAnswer{})
		w.warn("The answer to the rotation did not tell its outcome (%v). %s since: that counts as this one.", cause, Rotations(len(w.retired)))
		return nil
	}
	w.report.UnsettledAt = sentAt
	if mayStillRun(cause) {
		w.report.Abandoned.RotationAt = sentAt
	}
	return &StepError{Step: StepRotate, Unsettled: true, Err: errors.Join(cause, err)}
}

func (w *aesKeyWork) lookUntilRotated(ctx context.Context, patience time.Duration) error {
	return w.lookUntil(ctx, patience, func() bool { return w.observe().Rotated() })
}

// lookUntil looks until the newest list shows what is waited for or patience
// runs out. The error is that of the last look.
func (w *aesKeyWork) lookUntil(ctx context.Context, patience time.Duration, shows func() bool) error {
	now := w.instance.clock.Now
	end := now().Add(patience)
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		err := w.look(ctx)
		left := end.Sub(now())
		if err == nil && shows() || left <= 0 {
			return err
		}
		if w.instance.clock.Sleep(ctx, min(wait, left)) != nil {
			return err
		}
	}
}

// gone reports whether the newest list holds none of names; where there are
// none, nobody can tell.
func (w *aesKeyWork) gone(names []string) bool {
	return len(names) > 0 && len(rotation.Missing(names, w.report.InactiveKeys)) == len(rotation.Union(w.report.InactiveKeys, nil))
}

// delete deletes the inactive keys, unless there are none or one of them is not
// to be deleted.
func (w *aesKeyWork) delete(ctx context.Context) error {
	w.report.DeletionPending = false
	if w.instance.beforeRotation != nil && !w.change.DeleteAny {
		w.postponeDeletion()
		return nil
	}
	if len(w.report.InactiveKeys) == 0 && !w.report.Unlisted {
		return nil
	}
	if kept := w.undeletable(); len(kept) > 0 {
		w.report.DeletionPending = true
		w.warn("No inactive key was deleted: no plan has announced that of %s, and Atlassian deletes all or none.", enumerate(kept))
		return nil
	}
	if err := ctx.Err(); err != nil {
		w.report.DeletionPending = true
		return &StepError{Step: StepDelete, Err: err}
	}
	w.progress("deleting the inactive AES keys")
	ctx, cancel := clock.Uninterrupted(ctx)
	defer cancel()

	listed, sentAt := w.report.InactiveKeys, w.instance.clock.Now()
	deleted, err := w.instance.deleteInactive(ctx, changeTimeout(ctx))
	if err != nil {
		return w.establishDeletion(ctx, listed, sentAt, err)
	}
	w.deleted(listed, deleted)
	return nil
}

// postponeDeletion keeps the keys while nobody knows the name of the one that a
// rotation has retired: it would go with the others.
func (w *aesKeyWork) postponeDeletion() {
	w.report.DeletionPending = true
	if w.report.RotatedAt.IsZero() {
		w.warn("No inactive key was deleted: a rotation of this run has retired a key that is not listed yet, or may have, and Atlassian deletes all or none.")
	}
}

// undeletable returns the listed keys whose deletion nobody has approved. The key
// that the rotation retired goes with DeleteAfter alone; among several that
// joined, nobody can tell which one it is.
func (w *aesKeyWork) undeletable() []string {
	if w.change.DeleteAny {
		return nil
	}
	deletable := w.change.Deletable
	if w.change.DeleteAfter && len(w.retired) == 1 {
		deletable = rotation.Union(deletable, w.retired)
	}
	return rotation.Missing(deletable, w.report.InactiveKeys)
}

func (w *aesKeyWork) deleted(listed, deleted []string) {
	approved := rotation.Union(listed, w.change.Deletable)
	if !w.report.Unlisted && (len(rotation.Missing(approved, deleted)) > 0 || len(rotation.Missing(deleted, listed)) > 0) {
		w.warn("The instance deleted %s, while %s had been listed: somebody else changed the keys meanwhile.", enumerate(deleted), enumerate(listed))
	}
	w.report.Deleted = rotation.Union(w.report.Deleted, deleted)
	w.report.Seen = rotation.Union(w.report.Seen, deleted)
	w.instance.saw(deleted)
	w.report.Unlisted = w.report.Unlisted && len(rotation.Missing(listed, deleted)) == 0
	w.report.DeletionPending = w.report.Unlisted
	w.report.InactiveKeys = append([]string{}, rotation.Missing(deleted, listed)...)
	w.instance.inactiveKeys.Put(w.report.InactiveKeys)
}

// establishDeletion finds out whether a deletion took effect in spite of err. It
// is looked for as long as a rotation is.
func (w *aesKeyWork) establishDeletion(ctx context.Context, listed []string, sentAt time.Time, cause error) error {
	if refused(cause) {
		return w.refusedDeletion(ctx, listed, cause)
	}
	w.progress("the answer does not tell whether the inactive keys were deleted; looking for them")
	err := w.lookUntil(ctx, patience(ctx, cause), func() bool { return w.gone(listed) })
	if err == nil && w.gone(listed) {
		w.report.Deleted = rotation.Union(w.report.Deleted, listed)
		w.report.Unlisted = false
		w.warn("The answer to the deletion did not tell its outcome (%v); the list of inactive keys shows that it happened.", cause)
		return nil
	}
	w.report.DeletionPending = true
	if mayStillRun(cause) {
		w.report.Abandoned.DeletionAt = sentAt
	}
	return &StepError{Step: StepDelete, Unsettled: true, Err: errors.Join(cause, err)}
}

// refusedDeletion fails unless somebody else has deleted the keys meanwhile: an
// instance may refuse to delete what is not there [guess].
func (w *aesKeyWork) refusedDeletion(ctx context.Context, listed []string, cause error) error {
	if mayBeOfNothing(cause) && w.look(ctx) == nil && w.gone(listed) {
		w.report.Deleted = rotation.Union(w.report.Deleted, listed)
		w.warn("The instance refused the deletion (%v), and the list of inactive keys shows that %s had been deleted before: somebody else did.", cause, enumerate(listed))
		return nil
	}
	w.report.DeletionPending = true
	return &StepError{Step: StepDelete, Err: cause}
}

// mayBeOfNothing reports whether a refusal may be about what was to be deleted,
// and not about who asks or how often.
func mayBeOfNothing(err error) bool {
	return isRefused(err) && !hasStatus(err, http.StatusUnauthorized, http.StatusForbidden)
}

// mayStillRun reports whether the instance may still be at work on the request
// that failed with err.
func mayStillRun(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return ok && failure.MayStillRun()
}

func (w *aesKeyWork) progress(message string) {
	if w.change.Progress != nil {
		w.change.Progress(message)
	}
}

func (w *aesKeyWork) warn(format string, arguments ...any) {
	w.report.Warnings = append(w.report.Warnings, fmt.Sprintf(format, arguments...))
}

func enumerate(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

const (
	// settleTime is how long a rotation may take to show in the list of
	// inactive keys once the server has stopped working on it.
	settleTime  = 10 * time.Second
	firstWait   = 500 * time.Millisecond
	longestWait = 30 * time.Second
)

// changeTimeout leaves a rotation or a deletion all the time there is but what a
// look at its outcome needs.
func changeTimeout(ctx context.Context) time.Duration {
	remaining, ok := clock.Remaining(ctx)
	if !ok {
		return transport.Unbounded
	}
	return remaining - min(3*settleTime, remaining/4)
}

// patience is how long to look for what was sent after cause, nil for a success:
// where the server may still be at work, as long as there is time. The last look
// is left time to be answered.
func patience(ctx context.Context, cause error) time.Duration {
	remaining, ok := clock.Remaining(ctx)
	if !ok {
		return settleTime
	}
	left := remaining - min(settleTime, remaining/4)
	if mayStillRun(cause) {
		return left
	}
	return min(settleTime, left)
}
