// SPDX-License-Identifier: MPL-2.0

// Command vulncheck looks for known vulnerabilities in the code of a module,
// as govulncheck does, where the vulnerability database can be reached. Where
// it cannot, vulncheck says so in one line and succeeds, so that a build
// without a network to the outside is not held up by it. With -required it
// fails there.
//
// Usage:
//
//	vulncheck [-required] DIRECTORY
//
// GOVULNDB names the database, as it does for govulncheck:
// https://go.dev/doc/security/vuln/.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	"golang.org/x/vuln/scan"
)

const defaultDatabase = "https://vuln.go.dev"

// patience is how long the database may take to answer before it counts as out
// of reach.
const patience = 3 * time.Second

func main() {
	os.Exit(run(context.Background(), os.Args[1:]))
}

// run returns the exit code: that of govulncheck, without a database 0 or, where
// it is required, 1, and 2 for wrong arguments.
func run(ctx context.Context, args []string) int {
	flags := flag.NewFlagSet("vulncheck", flag.ContinueOnError)
	required := flags.Bool("required", false, "fail where the database is out of reach")
	if flags.Parse(args) != nil || flags.NArg() != 1 {
		flags.Usage()
		return 2
	}
	database := cmp.Or(os.Getenv("GOVULNDB"), defaultDatabase)
	switch err := reach(ctx, http.DefaultClient, database, patience); {
	case err == nil:
		return exitCode(scanModule(ctx, database, flags.Arg(0)))
	case *required:
		fmt.Fprintf(os.Stderr, "NOT CHECKED, and the check is required: the vulnerability database is out of reach: %v\n", err)
		return 1
	default:
		fmt.Printf("NOT CHECKED: the vulnerability database is out of reach: %v\n", err)
		return 0
	}
}

func scanModule(ctx context.Context, database, directory string) error {
	command := scan.Command(ctx, "-db", database, "-C", directory, "./...")
	if err := command.Start(); err != nil {
		return err
	}
	return command.Wait()
}

func exitCode(err error) int {
	if err == nil {
		return 0
	}
	var exit interface{ ExitCode() int }
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	fmt.Fprintln(os.Stderr, "vulncheck:", err)
	return 1
}
