// SPDX-License-Identifier: MPL-2.0

package acctest

import "context"

// T is what tests have in common with properties that are tried with random
// input.
type T interface {
	Helper()
	Context() context.Context
	Cleanup(done func())
	Error(said ...any)
	Errorf(format string, arguments ...any)
	Fatal(said ...any)
	Fatalf(format string, arguments ...any)
}
