package datacenter

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
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
	// DeleteBefore deletes the inactive keys first, provided that all of them
	// are in Known: a key that nobody knew of may still be needed.
	DeleteBefore bool
	// Rotate rotates the active key.
	Rotate bool
	// DeleteAfter deletes the inactive keys, the formerly active one included.
	DeleteAfter bool

	// Known names the inactive keys that the caller knows of.
	Known []string
	// Earlier is a rotation that was sent before and whose outcome was not
	// seen; if it turns out to have happened, no other one is sent.
	Earlier Attempt
	// Progress hears what is being done, in a few words; nil for nobody.
	Progress func(message string)
}

// Attempt is a rotation that was sent.
type Attempt struct {
	// At is when it was sent; zero for none.
	At time.Time
	// Before names the inactive keys listed right before.
	Before []string
	// Seen is true where somebody has seen since that it happened.
	Seen bool
}

// AESKeyReport says what was found and done, also where a step failed.
type AESKeyReport struct {
	// Product is known after a preflight.
	Product Product
	// InactiveKeys is the newest list, in the order of the server; nil where
	// no step got to see one.
	InactiveKeys []string
	// RotatedAt is when the rotation was sent; zero where none happened.
	RotatedAt time.Time
	// Status and Message are the server's own words about the rotation.
	Status, Message string
	// Unlisted is true for a rotation whose formerly active key had not joined
	// the list of inactive keys when it was last asked for.
	Unlisted bool
	// Unsettled is a rotation that was sent and not seen to happen.
	Unsettled Attempt
	// Deleted names the keys that were deleted.
	Deleted []string
	// DeletionPending is true where a deletion was asked for and failed.
	DeletionPending bool
	// Warnings says what a person should know, a sentence each.
	Warnings []string
}

// Changed reports whether anything was changed on the instance, or may have been.
func (r AESKeyReport) Changed() bool {
	return !r.RotatedAt.IsZero() || !r.Unsettled.At.IsZero() || len(r.Deleted) > 0
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
		return work.report, &StepError{Step: StepQueue, Err: err}
	}
	defer release()

	err = work.run(ctx)
	return work.report, err
}

// aesKeyWork is a change on its way.
type aesKeyWork struct {
	instance *Instance
	change   AESKeyChange
	report   AESKeyReport
}

func (w *aesKeyWork) run(ctx context.Context) error {
	if err := w.prepare(ctx); err != nil {
		return err
	}
	if w.change.DeleteBefore {
		if err := w.deleteKnown(ctx); err != nil {
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
	if w.change.Preflight {
		if err := w.checkReady(ctx); err != nil {
			return &StepError{Step: StepCheck, Err: err}
		}
	}
	if err := w.look(ctx); err != nil {
		return &StepError{Step: StepLook, Err: err}
	}
	w.recogniseEarlier()
	if w.change.Preflight && w.change.Rotate && w.report.RotatedAt.IsZero() {
		if err := w.instance.CheckCluster(ctx, w.report.Product.Name); err != nil {
			return &StepError{Step: StepCheck, Err: err}
		}
	}
	return nil
}

func (w *aesKeyWork) checkReady(ctx context.Context) error {
	w.progress("checking that the instance is ready")
	if err := w.instance.CheckRunning(ctx); err != nil {
		return err
	}
	product, err := w.instance.Product(ctx)
	w.report.Product = product
	return err
}

func (w *aesKeyWork) look(ctx context.Context) error {
	names, err := w.instance.InactiveKeys(ctx)
	if err == nil {
		w.report.InactiveKeys = names
	}
	return err
}

// recogniseEarlier counts an earlier rotation that has shown since as the one
// that is asked for.
func (w *aesKeyWork) recogniseEarlier() {
	earlier := w.change.Earlier
	if !w.change.Rotate || earlier.At.IsZero() {
		return
	}
	if !earlier.Seen && !rotation.Judge(earlier.Before, w.report.InactiveKeys).Happened() {
		return
	}
	w.report.RotatedAt = earlier.At
	w.warn("The rotation sent at %s has happened after all; no other one was sent.", earlier.At.UTC().Format(time.RFC3339))
}

func (w *aesKeyWork) rotate(ctx context.Context) error {
	w.progress("rotating the AES key")
	if err := ctx.Err(); err != nil {
		return &StepError{Step: StepRotate, Err: err}
	}
	ctx, cancel := clock.Uninterrupted(ctx)
	defer cancel()

	sent := Attempt{At: w.instance.clock.Now(), Before: w.report.InactiveKeys}
	answer, err := w.instance.rotate(ctx, rotateTimeout(ctx))
	if err == nil {
		w.rotated(sent, answer)
		w.lookForFormerKey(ctx, sent)
		return nil
	}
	if refused(err) {
		return &StepError{Step: StepRotate, Err: err}
	}
	return w.establish(ctx, sent, err)
}

// refused reports whether it is certain that a rotation was not carried out.
// Besides what is never carried out this is 501: an instance that cannot rotate.
//
// See https://developer.atlassian.com/server/bitbucket/rest/v905/api-group-security/.
func refused(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return ok && (failure.Unchanged() || failure.Status == http.StatusNotImplemented)
}

func (w *aesKeyWork) rotated(sent Attempt, answer rotationAnswer) {
	w.report.RotatedAt = sent.At
	w.report.Status, w.report.Message = answer.Status, answer.Message
}

// lookForFormerKey finds the name under which the formerly active key is listed
// now. The rotation is done; a list that does not show it is only reported.
func (w *aesKeyWork) lookForFormerKey(ctx context.Context, sent Attempt) {
	verdict, err := w.settle(ctx, sent, patience(ctx, nil))
	if verdict.Happened() {
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
func (w *aesKeyWork) establish(ctx context.Context, sent Attempt, cause error) error {
	w.progress("the answer does not tell whether the rotation happened; looking for it")
	verdict, err := w.settle(ctx, sent, patience(ctx, cause))
	if verdict.Happened() {
		w.rotated(sent, rotationAnswer{})
		w.warn("The answer to the rotation did not tell its outcome (%v); the list of inactive keys shows that it happened.", cause)
		if verdict == rotation.RotatedRepeatedly {
			w.warn("More than one key became inactive meanwhile: somebody else rotated as well.")
		}
		return nil
	}
	w.report.Unsettled = sent
	return &StepError{Step: StepRotate, Unsettled: true, Err: errors.Join(cause, err)}
}

// settle looks until the rotation shows or patience runs out, and keeps the
// newest list in the report. The error is that of the last look.
func (w *aesKeyWork) settle(ctx context.Context, sent Attempt, patience time.Duration) (rotation.Verdict, error) {
	now := w.instance.clock.Now
	end := now().Add(patience)
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		err := w.look(ctx)
		verdict := rotation.Judge(sent.Before, w.report.InactiveKeys)
		left := end.Sub(now())
		if verdict.Happened() || left <= 0 {
			return verdict, err
		}
		if w.instance.clock.Sleep(ctx, min(wait, left)) != nil {
			return verdict, err
		}
	}
}

// deleteKnown deletes the inactive keys unless one of them is news.
func (w *aesKeyWork) deleteKnown(ctx context.Context) error {
	news := rotation.Joined(w.change.Known, w.report.InactiveKeys)
	if len(news) > 0 {
		w.warn("Nothing was deleted: %s became inactive since the plan was made, and Atlassian deletes all inactive keys or none.", strings.Join(news, ", "))
		return nil
	}
	return w.delete(ctx)
}

func (w *aesKeyWork) delete(ctx context.Context) error {
	if len(w.report.InactiveKeys) == 0 && !w.report.Unlisted {
		return nil
	}
	w.progress("deleting the inactive AES keys")
	listed := w.report.InactiveKeys
	deleted, err := w.instance.deleteInactive(ctx)
	if err != nil {
		return w.establishDeletion(ctx, listed, err)
	}
	w.deleted(listed, deleted)
	return nil
}

func (w *aesKeyWork) deleted(listed, deleted []string) {
	if !w.report.Unlisted && (len(rotation.Joined(listed, deleted)) > 0 || len(rotation.Joined(deleted, listed)) > 0) {
		w.warn("The instance deleted %s, while %s had been listed: somebody else changed the keys meanwhile.", enumerate(deleted), enumerate(listed))
	}
	w.report.Deleted = deleted
	w.report.Unlisted = w.report.Unlisted && len(rotation.Joined(listed, deleted)) == 0
	w.report.InactiveKeys = slices.DeleteFunc(slices.Clone(listed), func(name string) bool {
		return slices.Contains(deleted, name)
	})
	w.instance.inactiveKeys.Put(w.report.InactiveKeys)
}

// establishDeletion looks whether a deletion took effect in spite of err.
func (w *aesKeyWork) establishDeletion(ctx context.Context, listed []string, err error) error {
	failure := new(transport.Error)
	if errors.As(err, &failure) && !failure.Unchanged() && w.look(ctx) == nil && len(w.report.InactiveKeys) == 0 {
		w.report.Deleted = listed
		w.report.Unlisted = false
		w.warn("The answer to the deletion did not tell its outcome (%v); the list of inactive keys shows that it happened.", err)
		return nil
	}
	w.report.DeletionPending = true
	return &StepError{Step: StepDelete, Unsettled: failure.Kind != 0 && !failure.Unchanged(), Err: err}
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

// rotateTimeout leaves the rotation all the time there is but what a look at
// its outcome needs.
func rotateTimeout(ctx context.Context) time.Duration {
	remaining, ok := clock.Remaining(ctx)
	if !ok {
		return transport.Unbounded
	}
	return remaining - min(3*settleTime, remaining/4)
}

// patience is how long to look for a rotation after cause, nil for a success:
// where the server may still be at work, as long as there is time. The last look
// is left time to be answered.
func patience(ctx context.Context, cause error) time.Duration {
	remaining, ok := clock.Remaining(ctx)
	if !ok {
		return settleTime
	}
	left := remaining - min(settleTime, remaining/4)
	if failure, ok := errors.AsType[*transport.Error](cause); ok && failure.MayStillRun() {
		return left
	}
	return min(settleTime, left)
}
