// SPDX-License-Identifier: MPL-2.0

// Command licenses writes the licenses of everything that a program of this
// module is linked with, the standard library included, into one text. It
// fails where a module has no license, or one that is not known to allow
// redistribution in binary form.
//
// Usage:
//
//	licenses [-out FILE] DIRECTORY
//
// DIRECTORY is that of the main package. Without -out it only checks.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// platforms are those that a release is built for; every one may link modules
// of its own. The architecture makes no difference to them.
var platforms = []string{"darwin", "freebsd", "linux", "windows"}

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "licenses:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("licenses", flag.ContinueOnError)
	out := flags.String("out", "", "write the licenses to this `file`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("give the directory of one main package")
	}
	linked, err := link(ctx, flags.Arg(0))
	if err != nil {
		return err
	}
	text, err := compile(linked)
	if err != nil || *out == "" {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(*out), 0o755); err != nil {
		return err
	}
	return os.WriteFile(*out, []byte(text), 0o644)
}

// compile returns the licenses of all modules, in the order of their names.
func compile(modules []module) (string, error) {
	slices.SortFunc(modules, func(a, b module) int { return cmp.Compare(a.name, b.name) })
	var text strings.Builder
	text.WriteString("Licenses of what this program is linked with\n")
	var errs []error
	for _, m := range modules {
		if err := m.write(&text); err != nil {
			errs = append(errs, err)
		}
	}
	return text.String(), errors.Join(errs...)
}
