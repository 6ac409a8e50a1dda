// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"bytes"
	"context"
	"reflect"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"
)

// Recording is everything that leaves the provider, by where it goes.
type Recording struct {
	// log is what the provider and the framework log at TRACE, words what people
	// read: diagnostics, messages and names. Values are states, plans, private states
	// and identities.
	log, words, values guardedBuffer
}

// Record makes the provider log at TRACE and keeps everything that it says over
// the protocol from now on.
func (e *Estate) Record() *Recording {
	e.Setenv("TF_LOG", "TRACE")
	e.recording = &Recording{}
	return e.recording
}

// Log returns what was logged.
func (r *Recording) Log() []byte { return r.log.bytes() }

// Words returns what was said to people.
func (r *Recording) Words() []byte { return r.words.bytes() }

// Values returns what goes to state and plan files.
func (r *Recording) Values() []byte { return r.values.bytes() }

// Logging returns a context in which logs are kept.
func (r *Recording) Logging(ctx context.Context) context.Context {
	if r == nil {
		return ctx
	}
	return tfsdklogtest.RootLogger(tflogtest.RootLogger(ctx, &r.log), &r.log)
}

// keep keeps the texts of an answer, and its encoded values.
func (r *Recording) keep(answer any) {
	if r != nil {
		r.walk(reflect.ValueOf(answer))
	}
}

func (r *Recording) walk(value reflect.Value) {
	switch value.Kind() {
	case reflect.String:
		r.words.line([]byte(value.String()))
	case reflect.Pointer, reflect.Interface:
		if !value.IsNil() {
			r.walk(value.Elem())
		}
	case reflect.Struct:
		for i := range value.NumField() {
			r.walk(value.Field(i))
		}
	case reflect.Slice:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			r.values.line(value.Bytes())
			return
		}
		for i := range value.Len() {
			r.walk(value.Index(i))
		}
	case reflect.Map:
		for entries := value.MapRange(); entries.Next(); {
			r.walk(entries.Key())
			r.walk(entries.Value())
		}
	}
}

// call makes one call of the protocol. It fails the test where that breaks.
func call[Q, A any](ctx context.Context, p *Process, method func(context.Context, Q) (A, error), request Q) A {
	p.t.Helper()
	answer, err := method(p.recording.Logging(ctx), request)
	if err != nil {
		p.t.Fatal(err)
	}
	p.recording.keep(answer)
	return answer
}

// guardedBuffer is a buffer that several loggers write to. It grows without
// copying what it holds.
type guardedBuffer struct {
	mutex sync.Mutex
	parts [][]byte
}

func (b *guardedBuffer) Write(p []byte) (int, error) {
	b.keep(bytes.Clone(p))
	return len(p), nil
}

func (b *guardedBuffer) line(text []byte) {
	b.keep(append(bytes.Clone(text), '\n'))
}

func (b *guardedBuffer) keep(part []byte) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.parts = append(b.parts, part)
}

// bytes returns what is in the buffer, which the caller must not change.
func (b *guardedBuffer) bytes() []byte {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	whole := bytes.Join(b.parts, nil)
	b.parts = [][]byte{whole}
	return whole
}

// MustHold fails the test unless the log has all of these in it: without them it
// proves nothing.
func (r *Recording) MustHold(t *testing.T, wanted ...string) {
	t.Helper()
	for _, text := range wanted {
		if !bytes.Contains(r.Log(), []byte(text)) {
			t.Errorf("the log lacks %q: it proves nothing", text)
		}
	}
}
