// SPDX-License-Identifier: MPL-2.0

package process

import "runtime/debug"

const (
	// garbagePercent is how much a heap may grow between two collections. A
	// provider lives for seconds and allocates for each request what it never
	// needs again: with Go's 100 it collects garbage for a sixth of its time.
	garbagePercent = 300
	// memoryLimit is where garbage is collected as often as it takes.
	memoryLimit = 512 << 20
)

// TuneMemory lets garbage pile up to a bound, where the environment has not said
// how much may.
func TuneMemory(lookup Lookup) {
	if _, ok := lookup("GOGC"); !ok {
		debug.SetGCPercent(garbagePercent)
	}
	if _, ok := lookup("GOMEMLIMIT"); !ok {
		debug.SetMemoryLimit(memoryLimit)
	}
}
