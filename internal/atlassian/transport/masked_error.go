// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"errors"
	"net/url"
)

// maskedError stands for a cause whose own text may hold a secret. It says the
// masked text and can be compared, but does not give the cause away.
type maskedError struct {
	text  string
	cause error
}

// Error returns the masked text.
func (e *maskedError) Error() string {
	return e.text
}

// Is reports whether the cause is target, such as [context.Canceled].
func (e *maskedError) Is(target error) bool {
	return errors.Is(e.cause, target)
}

// textOf returns what an error says without the URL that net/http puts before it.
func textOf(err error) string {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err.Error()
	}
	return err.Error()
}
