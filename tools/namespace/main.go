// SPDX-License-Identifier: MPL-2.0

// Command namespace checks that whatever names the provider's source names that
// of provider.Address, and that its namespace is written out nowhere else. Code
// derives it; examples and pages cannot, and are written.
//
// Usage:
//
//	namespace [-write] DIRECTORY
//
// DIRECTORY is the root of the repository. -write changes the examples and the
// templates instead of checking; make docs writes the pages from these.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

const (
	// constantFile declares provider.Address.
	constantFile = "internal/provider/registry_address.go"
	// modulePath is where Go finds the code, which is no matter of the registry.
	modulePath = `github\.com/[a-z0-9-]+/terraform-provider-atlassian`
)

func main() {
	if err := run(provider.Source(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "namespace:", err)
		os.Exit(1)
	}
}

func run(source string, args []string) error {
	flags := flag.NewFlagSet("namespace", flag.ContinueOnError)
	write := flags.Bool("write", false, "write the source into examples and templates")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("give the root of the repository")
	}
	root := flags.Arg(0)
	files, err := texts(root)
	if err != nil {
		return err
	}
	var faults []error
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return err
		}
		switch {
		case !*write:
			faults = append(faults, check(file, string(content), source)...)
		case isWritten(file):
			written := sources.ReplaceAll(content, []byte("${1}"+source))
			if err := os.WriteFile(filepath.Join(root, file), written, 0o644); err != nil {
				return err
			}
		}
	}
	return errors.Join(faults...)
}

// texts returns the files below root that people wrote or that are generated
// from these, with slashes.
func texts(root string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && slices.Contains([]string{".git", ".cache", ".terraform", "dist"}, name) {
			return filepath.SkipDir
		}
		if entry.Type().IsRegular() && (filepath.Ext(name) != "" || name == "GNUmakefile") {
			relative, err := filepath.Rel(root, path)
			files = append(files, filepath.ToSlash(relative))
			return err
		}
		return nil
	})
	return files, err
}

// sources finds what names the provider in a configuration or on disk.
var sources = regexp.MustCompile(`("|registry\.(?:terraform\.io|opentofu\.org)/)[a-z0-9-]+/atlassian\b`)

func isWritten(file string) bool {
	return strings.HasPrefix(file, "examples/") || strings.HasPrefix(file, "templates/")
}

// check returns what is wrong with a file.
func check(file, text, source string) []error {
	if file == constantFile {
		return nil
	}
	var faults []error
	if isWritten(file) || strings.HasPrefix(file, "docs/") {
		for _, found := range sources.FindAllString(text, -1) {
			if !strings.HasSuffix(found, source) {
				faults = append(faults, fmt.Errorf("%s says %q, not %q: make namespace docs", file, found, source))
			}
		}
		text = sources.ReplaceAllString(text, "")
	}
	namespace, _, _ := strings.Cut(source, "/")
	rest := regexp.MustCompile(modulePath).ReplaceAllString(text, "")
	written := regexp.MustCompile(`"` + regexp.QuoteMeta(namespace) + `"|\b` + regexp.QuoteMeta(source) + `\b`)
	for number, line := range strings.Split(rest, "\n") {
		if written.MatchString(line) {
			faults = append(faults, fmt.Errorf("%s:%d writes the namespace out: derive it from provider.Address", file, number+1))
		}
	}
	return faults
}
