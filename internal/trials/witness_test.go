// SPDX-License-Identifier: MPL-2.0

package trials

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

var _ acctest.T = (*witness)(nil)

// witness watches one trial and writes down what is wrong with it, so that
// thousands of trials are one test.
type witness struct {
	ctx context.Context

	mutex    sync.Mutex
	wrong    []string
	cleanups []func()
}

// watch runs a trial and returns what is wrong with it. A panic of the provider
// is wrong as well.
func watch(ctx context.Context, trial func(w *witness)) []string {
	w := &witness{ctx: ctx}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer w.end()
		trial(w)
	}()
	<-done
	return w.wrong
}

func (w *witness) end() {
	if cause := recover(); cause != nil {
		w.Errorf("panic: %v\n%s", cause, debug.Stack())
	}
	for _, cleanup := range slices.Backward(w.cleanups) {
		cleanup()
	}
}

func (w *witness) Helper() {}

func (w *witness) Context() context.Context {
	return w.ctx
}

func (w *witness) Cleanup(done func()) {
	w.cleanups = append(w.cleanups, done)
}

func (w *witness) Error(said ...any) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.wrong = append(w.wrong, fmt.Sprint(said...))
}

func (w *witness) Errorf(format string, arguments ...any) {
	w.Error(fmt.Sprintf(format, arguments...))
}

func (w *witness) Fatal(said ...any) {
	w.Error(said...)
	runtime.Goexit()
}

func (w *witness) Fatalf(format string, arguments ...any) {
	w.Fatal(fmt.Sprintf(format, arguments...))
}
