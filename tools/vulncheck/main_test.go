// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestRun_succeedsWithoutADatabaseUnlessItIsRequired(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	t.Setenv("GOVULNDB", closed.URL)

	if code := run(t.Context(), []string{t.TempDir()}); code != 0 {
		t.Errorf("got exit code %d, want 0", code)
	}
	if code := run(t.Context(), []string{"-required", t.TempDir()}); code != 1 {
		t.Errorf("got exit code %d where the database is required, want 1", code)
	}
}

func TestRun_failsWhereTheDatabaseIsBroken(t *testing.T) {
	t.Setenv("GOVULNDB", "file://"+t.TempDir())

	if code := run(t.Context(), []string{t.TempDir()}); code == 0 {
		t.Error("got exit code 0 from an empty database")
	}
}

func TestRun_wantsOneDirectory(t *testing.T) {
	t.Parallel()

	for _, args := range [][]string{nil, {"one", "two"}, {"-unknown", "one"}} {
		if code := run(t.Context(), args); code != 2 {
			t.Errorf("%q: got exit code %d, want 2", args, code)
		}
	}
}

func TestExitCode_isThatOfTheScan(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		err  error
		want int
	}{
		"clean":                 {nil, 0},
		"vulnerabilities found": {fmt.Errorf("scan: %w", exit(3)), 3},
		"any other failure":     {errors.New("no such module"), 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := exitCode(test.err); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

// exit is an error that carries an exit code.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func (e exit) ExitCode() int { return int(e) }
