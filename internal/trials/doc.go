// SPDX-License-Identifier: MPL-2.0

// Package trials holds what the provider as a whole is tried with: every fault at
// every request of every operation, and random sequences beside a model.
//
// A run tries a sample. SOAK=1 tries everything, SOAK=7 every seventh cell of the
// matrix, and TRIALS_FAMILY=access_token only those of families with that in their
// names. TRIALS_SEED repeats the random sequences of a run that printed it, and
// TRIALS_CHECKS and TRIALS_STEPS say how many there are and how long.
package trials
