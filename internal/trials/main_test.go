// SPDX-License-Identifier: MPL-2.0

package trials

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
)

// TestMain tells the property tests how much to try and with which seed, and
// prints it: the same seed tries the same sequences.
func TestMain(m *testing.M) {
	flag.Parse()
	// What a change has to pass is the same for everybody; a soak tries what nobody
	// has tried before.
	seed := "2026"
	if soaks() {
		seed = fmt.Sprint(rand.Uint64())
	}
	seed = valueOr("TRIALS_SEED", seed)
	set("rapid.seed", seed)
	set("rapid.nofailfile", "true")
	checks, steps := "12", "25"
	if soaks() {
		checks, steps = "600", "30"
	}
	set("rapid.checks", valueOr("TRIALS_CHECKS", checks))
	set("rapid.steps", valueOr("TRIALS_STEPS", steps))
	fmt.Printf("TRIALS_SEED=%s\n", seed)
	os.Exit(m.Run())
}

func valueOr(variable, fallback string) string {
	if value := os.Getenv(variable); value != "" {
		return value
	}
	return fallback
}

func set(name, value string) {
	if err := flag.Set(name, value); err != nil {
		panic(err)
	}
}
