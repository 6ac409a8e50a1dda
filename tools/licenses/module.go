// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// module is what a program is linked with.
type module struct {
	// name is its path and version.
	name string
	// root is the directory that holds it.
	root string
	// directories hold its packages that are linked; the license of a package
	// stands beside it or above it.
	directories []string
}

// listed is what go list -json says of a package:
// https://pkg.go.dev/cmd/go#hdr-List_packages_or_modules.
type listed struct {
	Dir      string
	Standard bool
	Module   *struct {
		Path, Version, Dir string
		Main               bool
	}
}

// link returns the modules that the main package in directory is linked with on
// any platform of a release.
func link(ctx context.Context, directory string) ([]module, error) {
	found := map[string]*module{}
	for _, platform := range platforms {
		packages, err := list(ctx, directory, platform)
		if err != nil {
			return nil, err
		}
		for _, p := range packages {
			add(found, p)
		}
	}
	var modules []module
	for _, m := range found {
		modules = append(modules, *m)
	}
	return modules, nil
}

func add(found map[string]*module, p listed) {
	m := module{name: "Go " + runtime.Version(), root: runtime.GOROOT()} //nolint:staticcheck // The compiler that runs this is the one that builds the release.
	switch {
	case p.Standard:
	case p.Module == nil || p.Module.Main:
		return
	default:
		m = module{name: p.Module.Path + " " + p.Module.Version, root: p.Module.Dir}
	}
	if found[m.name] == nil {
		found[m.name] = &m
	}
	if !p.Standard {
		found[m.name].directories = append(found[m.name].directories, p.Dir)
	}
}

func list(ctx context.Context, directory, platform string) ([]listed, error) {
	command := exec.CommandContext(ctx, "go", "list", "-deps", "-json=Dir,Standard,Module", ".")
	command.Dir = directory
	command.Env = append(os.Environ(), "GOOS="+platform, "GOARCH=amd64", "CGO_ENABLED=0")
	var complaint strings.Builder
	command.Stderr = &complaint
	answer, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list for %s: %w\n%s", platform, err, complaint.String())
	}
	var packages []listed
	for decoder := json.NewDecoder(strings.NewReader(string(answer))); ; {
		var p listed
		switch err := decoder.Decode(&p); {
		case errors.Is(err, io.EOF):
			return packages, nil
		case err != nil:
			return nil, err
		}
		packages = append(packages, p)
	}
}

// write adds the licenses of m to text.
func (m module) write(text io.Writer) error {
	files, err := m.files()
	if err != nil {
		return err
	}
	licensed := false
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		kind := recognize(string(content))
		if kind == "" && !isNotice(file) {
			return fmt.Errorf("%s: %s is no license that is known here", m.name, file)
		}
		licensed = licensed || kind != ""
		relative, _ := filepath.Rel(m.root, file)
		_, _ = fmt.Fprintf(text, "\n%s\n%s: %s\n\n%s\n", strings.Repeat("=", 80), m.name, cmp.Or(kind, relative), strings.TrimSpace(string(content)))
	}
	if !licensed {
		return fmt.Errorf("%s has no license", m.name)
	}
	return nil
}

var legal = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice)([.-].*)?$`)

func isNotice(file string) bool {
	return strings.HasPrefix(strings.ToLower(filepath.Base(file)), "notice")
}

// files returns the legal texts beside the linked packages and above them, up
// to the root of the module.
func (m module) files() ([]string, error) {
	directories := map[string]bool{m.root: true}
	for _, directory := range m.directories {
		for ; directory != m.root && strings.HasPrefix(directory, m.root); directory = filepath.Dir(directory) {
			directories[directory] = true
		}
	}
	var files []string
	for _, directory := range slices.Sorted(maps.Keys(directories)) {
		entries, err := os.ReadDir(directory)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if entry.Type().IsRegular() && legal.MatchString(entry.Name()) && filepath.Ext(entry.Name()) != ".go" {
				files = append(files, filepath.Join(directory, entry.Name()))
			}
		}
	}
	return files, nil
}
