// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cache"
)

// trial is the one time in a run that plans ask for something, and what came of
// it. A failure is kept as well: each login that is refused brings an account
// closer to being locked. The zero value is ready to use.
type trial[T any] struct {
	kept    cache.Value[outcome[T]]
	refused atomic.Pointer[outcome[T]]
}

type outcome[T any] struct {
	value T
	err   error
}

// run returns what came of the trial, and asks where there was none yet. What
// ends before its answer is none.
func (t *trial[T]) run(ctx context.Context, ask func(ctx context.Context) (T, error)) (T, error) {
	done, err := t.kept.Get(ctx, func(ctx context.Context) (outcome[T], error) {
		value, err := ask(ctx)
		tried := outcome[T]{value, err}
		if hasStatus(err, http.StatusUnauthorized) {
			t.refused.Store(&tried)
		}
		return tried, ctx.Err()
	})
	if err != nil {
		return done.value, err
	}
	return done.value, done.err
}

// refusal returns how the trial was refused for its credentials; nil where it was
// not. Whoever is about to ask the same with the same credentials takes it for the
// answer.
func (t *trial[T]) refusal() error {
	if tried := t.refused.Load(); tried != nil {
		return tried.err
	}
	return nil
}
