// Package trials holds what the provider as a whole is tried with: every fault at
// every request of every operation, and random sequences beside a model.
//
// A run tries a sample. TRIALS=all tries everything, TRIALS_SEED repeats the
// random sequences of a run that printed it.
package trials
