// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// TokenChange is what is to be done to the tokens of one owner. The steps run in
// the order of the fields, and the first that fails ends them.
type TokenChange struct {
	// Leftovers are the IDs of tokens that were superseded earlier or whose secret is
	// lost. They go before anything is made, so that no more than two tokens count
	// against the limit.
	Leftovers []string
	// Create describes the new token; nil for none. Its name is what comes before
	// the marker.
	Create *TokenRequest
	// Seed is what the markers of all attempts at one token derive from, see
	// [NewTokenSeed]; empty only where none is made. Tokens with one of those
	// markers are attempts whose secret is lost: they are revoked.
	Seed string
	// SentAt is when an earlier attempt was sent that nobody waited for to its end:
	// the instance may still carry it out. Zero for none.
	SentAt time.Time
	// Retire is the ID of the token that the new one supersedes and that is revoked
	// once the new one has proved itself; empty for none.
	Retire string
	// Own is true where the instance is configured with the token that is to be
	// retired: the new one revokes it.
	Own bool
	// Secret is the newest token of an Own chain, which acts in place of the
	// credentials of the instance; empty where nobody knows it.
	Secret string
	// Progress hears what is being done, in a few words; nil for nobody.
	Progress func(message string)
}

// Empty reports whether nothing is to be done.
func (c TokenChange) Empty() bool {
	return len(c.Leftovers) == 0 && c.Create == nil && c.Seed == "" && c.Retire == ""
}

// TokenReport says what was found and done, also where a step failed.
type TokenReport struct {
	// Created is the new token; its ID is empty where there is none.
	Created NewToken
	// CreatedAt is when it was asked for; zero where there is none.
	CreatedAt time.Time
	// UnsettledAt is when a token was asked for that may exist, or may come to
	// exist; AbandonedAt the same where the instance may still be at work on it.
	UnsettledAt, AbandonedAt time.Time
	// Revoked holds the IDs of the tokens that are gone.
	Revoked []string
	// Unrevoked says why the token that was to be retired may still work; nil where
	// it is gone or was not to be retired.
	Unrevoked error
	// Retried is true where an earlier request than the one that made the token was
	// not found to have made one.
	Retried bool
	// Listed are the tokens that the owner had at the beginning.
	Listed []Token
	// Warnings says what a person should know, a sentence each.
	Warnings []string
}

// Made reports whether there is a new token.
func (r TokenReport) Made() bool {
	return r.Created.ID != ""
}

// Changed reports whether anything was changed on the instance, or may have been.
func (r TokenReport) Changed() bool {
	return r.Made() || len(r.Revoked) > 0 || !r.UnsettledAt.IsZero()
}

// TokenStep is a step of a [TokenChange].
type TokenStep string

// The steps, in the words that complete "failed to …".
const (
	TokenQueue  TokenStep = "wait for its turn"
	TokenLook   TokenStep = "list the tokens"
	TokenClear  TokenStep = "revoke a token that was superseded earlier"
	TokenCreate TokenStep = "make a new token"
	TokenProve  TokenStep = "use the new token"
)

// TokenError is a failure of one step.
type TokenError struct {
	Step TokenStep
	// Unsettled is true where nobody knows whether the step took effect.
	Unsettled bool
	Err       error
}

func (e *TokenError) Error() string {
	return fmt.Sprintf("failed to %s: %v", e.Step, e.Err)
}

func (e *TokenError) Unwrap() error {
	return e.Err
}

const (
	// tokenAttempts is how often a token is made whose secret was lost each time.
	tokenAttempts = 3
	markerBytes   = 5
)

// NewTokenSeed returns a seed that nobody has used before.
func NewTokenSeed() string {
	return rand.Text()
}

// TokenMarker is what the name of the nth attempt at a token ends in: the same
// for the same seed, and in all likelihood no other's.
func TokenMarker(seed string, attempt int) string {
	digest := sha256.Sum256(fmt.Appendf(nil, "%s/%d", seed, attempt))
	return strings.ToLower(base32.StdEncoding.EncodeToString(digest[:markerBytes]))
}

// attemptOf returns which attempt of the seed a name is of; -1 for none.
func attemptOf(seed, name string) int {
	for attempt := range tokenAttempts {
		if strings.HasSuffix(name, "-"+TokenMarker(seed, attempt)) {
			return attempt
		}
	}
	return -1
}

// IsTokenAttempt reports whether a name is that of an attempt of one of the
// seeds.
func IsTokenAttempt(name string, seeds ...string) bool {
	return slices.ContainsFunc(seeds, func(seed string) bool { return seed != "" && attemptOf(seed, name) >= 0 })
}

// ChangeTokens carries out change. The context needs a deadline. Once a token was
// asked for, its outcome is established even if the context is cancelled
// meanwhile. Every error is a [*TokenError]; the report holds whatever happened
// before it. A token that could not be retired is no error: the new one works.
func (t *Tokens) ChangeTokens(ctx context.Context, change TokenChange) (TokenReport, error) {
	work := tokenWork{tokens: t, change: change}
	if change.Own && change.Secret != "" {
		work.tokens = t.as(change.Secret)
	} else if err := t.known.trial.refusal(); err != nil {
		return work.report, &TokenError{Step: TokenLook, Err: err}
	}
	// What is written while every secret is encrypted again might be lost.
	release, err := t.instance.DeliveryTurn(ctx)
	if err != nil {
		return work.report, &TokenError{Step: TokenQueue, Err: err}
	}
	defer release()
	err = work.run(ctx)
	return work.report, err
}

// tokenWork is a change on its way.
type tokenWork struct {
	tokens *Tokens
	change TokenChange
	report TokenReport
	// listed is the newest list.
	listed []Token
}

func (w *tokenWork) run(ctx context.Context) error {
	if w.change.Seed != "" {
		if err := w.look(ctx); err != nil {
			return &TokenError{Step: TokenLook, Err: err}
		}
		w.report.Listed = slices.Clone(w.listed)
	}
	for _, id := range w.change.Leftovers {
		w.progress("revoking a token that was superseded earlier")
		if err := w.revoke(ctx, id); err != nil {
			return &TokenError{Step: TokenClear, Unsettled: !unchanged(err), Err: err}
		}
	}
	if w.change.Seed != "" {
		if err := w.settleEarlier(ctx); err != nil {
			return err
		}
	}
	if w.change.Create != nil {
		if err := w.create(ctx); err != nil {
			return err
		}
		if err := w.prove(ctx); err != nil {
			return err
		}
	}
	w.retire(ctx)
	return nil
}

// unchanged reports whether it is certain that what failed with err has changed
// nothing.
func unchanged(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return ok && failure.Unchanged()
}

func (w *tokenWork) look(ctx context.Context) (err error) {
	w.listed, err = w.tokens.List(ctx)
	return err
}

func (w *tokenWork) revoke(ctx context.Context, id string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := clock.Uninterrupted(ctx)
	defer cancel()
	if err := w.tokens.Revoke(ctx, id); err != nil {
		return err
	}
	w.report.Revoked = append(w.report.Revoked, id)
	w.listed = slices.DeleteFunc(w.listed, func(token Token) bool { return token.ID == id })
	return nil
}

// create makes the token. One whose secret was lost with the answer is found by
// its marker, revoked, and made once more under another one.
func (w *tokenWork) create(ctx context.Context) error {
	if !w.tokens.TakesPermissions() && len(w.change.Create.Permissions) > 0 {
		return &TokenError{Step: TokenCreate, Err: errNoPermissions}
	}
	if err := ctx.Err(); err != nil {
		return &TokenError{Step: TokenCreate, Err: err}
	}
	w.progress("making a new token")
	ctx, cancel := clock.Uninterrupted(ctx)
	defer cancel()
	var cause error
	for attempt := range tokenAttempts {
		request := *w.change.Create
		request.Name += "-" + TokenMarker(w.change.Seed, attempt)
		sentAt := w.tokens.instance.clock.Now()
		made, err := w.tokens.create(ctx, request)
		if err == nil {
			w.report.Created, w.report.CreatedAt = made, sentAt
			return nil
		}
		if refusedToMake(err) {
			return &TokenError{Step: TokenCreate, Err: err}
		}
		if cause = err; w.establish(ctx, sentAt, err) != nil {
			return &TokenError{Step: TokenCreate, Unsettled: true, Err: err}
		}
	}
	return &TokenError{Step: TokenCreate, Err: cause}
}

// refusedToMake reports whether it is certain that no token was made: it was
// refused, or not even asked for.
func refusedToMake(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return !ok || failure.Unchanged()
}

// establish finds out what became of a request whose answer told nothing, and
// revokes what it made. It fails where nobody can tell.
func (w *tokenWork) establish(ctx context.Context, sentAt time.Time, cause error) error {
	w.progress("the answer does not tell whether a token was made; looking for it")
	err := w.lookUntilMarked(ctx, patience(ctx, nil))
	if err == nil && !w.marked() && !mayStillRun(cause) {
		w.report.Retried = true
		w.warn("The answer to the request for a token did not tell its outcome (%v). The list of tokens shows that none was made; another one was asked for.", cause)
		return nil
	}
	if err == nil && w.marked() {
		return w.revokeMarked(ctx, sentAt)
	}
	w.report.UnsettledAt = sentAt
	if mayStillRun(cause) {
		w.report.AbandonedAt = sentAt
	}
	return errors.Join(cause, err)
}

// settleEarlier revokes what earlier attempts at the token have left, after it
// has given one that the instance may still be at work on the time to show.
func (w *tokenWork) settleEarlier(ctx context.Context) error {
	if patience := w.patienceSince(ctx, w.change.SentAt); patience > 0 && !w.marked() {
		w.progress("waiting for an earlier request to end")
		if err := w.lookUntilMarked(ctx, patience); err != nil {
			return &TokenError{Step: TokenLook, Err: err}
		}
	}
	if err := w.revokeMarked(ctx, w.change.SentAt); err != nil {
		return &TokenError{Step: TokenClear, Unsettled: !unchanged(err), Err: err}
	}
	return nil
}

// patienceSince returns how long to wait for a request that was sent at a time:
// no longer than a server works on one, and not for more than half of the time
// that is left.
func (w *tokenWork) patienceSince(ctx context.Context, at time.Time) time.Duration {
	if at.IsZero() {
		return 0
	}
	left := at.Add(transport.AbandonedTime).Sub(w.tokens.instance.clock.Now())
	if remaining, ok := clock.Remaining(ctx); ok {
		left = min(left, remaining/2)
	}
	return max(left, 0)
}

// marked reports whether the newest list holds an attempt at the token.
func (w *tokenWork) marked() bool {
	return slices.ContainsFunc(w.listed, w.isAttempt)
}

func (w *tokenWork) isAttempt(token Token) bool {
	return token.ID != w.report.Created.ID && token.ID != w.change.Retire && attemptOf(w.change.Seed, token.Name) >= 0
}

// revokeMarked revokes the attempts at the token that the newest list holds: the
// secrets of all of them are lost.
func (w *tokenWork) revokeMarked(ctx context.Context, sentAt time.Time) error {
	for _, token := range slices.Clone(w.listed) {
		if !w.isAttempt(token) {
			continue
		}
		if err := w.revoke(ctx, token.ID); err != nil {
			w.report.UnsettledAt = sentAt
			return err
		}
		w.warn("The token %q (%s) had been made by a request whose answer, and with it the secret, was lost: it was revoked.", token.Name, token.ID)
	}
	return nil
}

// lookUntilMarked looks until the newest list holds an attempt or patience runs
// out. The error is that of the last look.
func (w *tokenWork) lookUntilMarked(ctx context.Context, patience time.Duration) error {
	now := w.tokens.instance.clock.Now
	end := now().Add(patience)
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		err := w.look(ctx)
		left := end.Sub(now())
		if err == nil && w.marked() || left <= 0 {
			return err
		}
		if w.tokens.instance.clock.Sleep(ctx, min(wait, left)) != nil {
			return err
		}
	}
}

// prove uses the new token once. One that does not work is revoked: the token
// that it was to supersede stays.
func (w *tokenWork) prove(ctx context.Context) error {
	w.progress("using the new token")
	ctx, cancel := clock.Uninterrupted(ctx)
	defer cancel()
	err := w.tokens.prove(ctx, w.report.Created)
	if err == nil {
		return nil
	}
	useless, at := w.report.Created, w.report.CreatedAt
	w.report.Created, w.report.CreatedAt = NewToken{}, time.Time{}
	if revokeErr := w.revoke(ctx, useless.ID); revokeErr != nil {
		w.report.UnsettledAt = at
		w.warn("The new token %q (%s) could not be revoked (%v); the next apply does.", useless.Name, useless.ID, revokeErr)
	}
	return &TokenError{Step: TokenProve, Err: err}
}

// retire revokes the token that was superseded. Its failure is reported and no
// error.
func (w *tokenWork) retire(ctx context.Context) {
	if w.change.Retire == "" {
		return
	}
	if w.change.Own && w.report.Made() {
		w.tokens = w.tokens.as(w.report.Created.Secret)
	}
	w.progress("revoking the token that was superseded")
	w.report.Unrevoked = w.revoke(ctx, w.change.Retire)
}

func (w *tokenWork) progress(message string) {
	if w.change.Progress != nil {
		w.change.Progress(message)
	}
}

func (w *tokenWork) warn(format string, arguments ...any) {
	w.report.Warnings = append(w.report.Warnings, fmt.Sprintf(format, arguments...))
}
