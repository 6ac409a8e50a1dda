// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

// rehearsal installs a release with a CLI.
type rehearsal struct {
	cli       string
	directory string
	release   *release
	// server is the registry as it should be; forged has another checksum file
	// than the one that was signed.
	server, forged *httptest.Server
}

func newRehearsal(cli, directory string, r *release) (*rehearsal, error) {
	cli, err := exec.LookPath(cli)
	if err != nil {
		return nil, err
	}
	if cli, err = filepath.Abs(cli); err != nil {
		return nil, err
	}
	rehearsal := &rehearsal{cli: cli, directory: directory, release: r}
	// The mirror is named by the address that the server gets only now.
	rehearsal.server = httptest.NewUnstartedServer(nil)
	mirrored := filepath.Join(rehearsal.mirror(), rehearsal.server.Listener.Addr().String(), provider.Source())
	handler := registry(r, mirrored)
	rehearsal.server.Config.Handler = handler
	rehearsal.server.StartTLS()
	rehearsal.forged = httptest.NewTLSServer(tampered(handler, r))
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rehearsal.server.Certificate().Raw})
	return rehearsal, os.WriteFile(rehearsal.certificate(), certificate, 0o600)
}

func (r *rehearsal) mirror() string { return filepath.Join(r.directory, "mirror") }

func (r *rehearsal) packed() string { return filepath.Join(r.directory, "packed") }

func (r *rehearsal) certificate() string { return filepath.Join(r.directory, "ca.pem") }

// step is one thing that users do with a release.
type step struct {
	does     string
	from     *httptest.Server
	settings string
	commands [][]string
	// refused is what the CLI complains of; empty where it must succeed.
	refused string
	// address is the provider's; empty is that at the registry it is from.
	address string
	// mirrors is set where a mirror is written or read that the CLI wrote.
	mirrors bool
}

// run installs the release in every way, and fails at the first one that does
// not do what it should.
func (r *rehearsal) run(ctx context.Context) error {
	defer r.forged.Close()
	if err := r.pack(); err != nil {
		return err
	}
	fmt.Printf("==> Installing %s %s\n", provider.Source(), r.release.version)
	for _, step := range r.steps() {
		if step.mirrors && strings.Contains(r.release.version, "-") {
			fmt.Printf("    left out, because terraform providers mirror takes no pre-release: %s\n", step.does)
			continue
		}
		if err := r.take(ctx, step); err != nil {
			return fmt.Errorf("%s: %w", step.does, err)
		}
		fmt.Println("    " + step.does)
	}
	return nil
}

func (r *rehearsal) steps() []step {
	platforms := make([]string, 0, len(r.release.archives))
	for _, a := range r.release.archives {
		platforms = append(platforms, "-platform="+a.platform())
	}
	install := [][]string{{"init"}, {"plan"}}
	return []step{
		{does: "refuses checksums that were changed after they had been signed", from: r.forged, settings: source("direct"), commands: [][]string{{"init"}}, refused: "signature"},
		{does: "installs from a registry and plans", from: r.server, settings: source("direct"), commands: install},
		{does: "locks every platform", from: r.server, settings: source("direct"), commands: [][]string{slices.Concat([]string{"providers", "lock"}, platforms)}},
		{does: "installs from archives in a folder", from: r.server, settings: source("filesystem_mirror", "path", r.packed()), commands: install},
		{does: "fills a mirror for every platform", from: r.server, settings: source("direct"), commands: [][]string{slices.Concat([]string{"providers", "mirror"}, platforms, []string{r.mirror()})}, mirrors: true},
		{does: "installs from a mirror in a folder", from: r.server, settings: source("filesystem_mirror", "path", r.mirror()), commands: install, mirrors: true},
		{does: "installs from a mirror on the network", from: r.server, settings: source("network_mirror", "url", r.server.URL+mirrorPath), commands: install, address: provider.Address, mirrors: true},
	}
}

// source returns settings of a CLI that installs providers from one place.
func source(method string, argument ...string) string {
	if len(argument) == 0 {
		return fmt.Sprintf("provider_installation {\n  %s {}\n}\n", method)
	}
	return fmt.Sprintf("provider_installation {\n  %s {\n    %s = %q\n  }\n}\n", method, argument[0], argument[1])
}

// pack copies the archives to where a person without the CLI puts them.
func (r *rehearsal) pack() error {
	folder := filepath.Join(r.packed(), r.address(r.server))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, a := range r.release.archives {
		content, err := os.ReadFile(filepath.Join(r.release.directory, a.name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, a.name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// address is the provider's at a registry.
func (r *rehearsal) address(host *httptest.Server) string {
	return strings.TrimPrefix(host.URL, "https://") + "/" + provider.Source()
}

// take takes a step in a fresh folder.
func (r *rehearsal) take(ctx context.Context, step step) error {
	folder, err := os.MkdirTemp(r.directory, "step")
	if err != nil {
		return err
	}
	configuration := fmt.Sprintf(`terraform {
  required_providers {
    atlassian = {
      source  = %q
      version = "= %s"
    }
  }
}

output "hostname" {
  value = provider::atlassian::tunnel_hostname("http://e5e9e8f0-d429-4cb9-80bc-2f02cb91f587.atlassian.com")
}
`, cmp.Or(step.address, r.address(step.from)), r.release.version)
	if err := errors.Join(
		os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600),
		os.WriteFile(filepath.Join(folder, "cli.tfrc"), []byte(step.settings), 0o600),
	); err != nil {
		return err
	}
	for _, arguments := range step.commands {
		said, err := r.command(ctx, folder, arguments)
		switch {
		case step.refused == "" && err != nil:
			return fmt.Errorf("%s: %w\n%s", arguments[0], err, said)
		case step.refused != "" && (err == nil || !strings.Contains(said, step.refused)):
			return fmt.Errorf("%s should have complained of %q, and said:\n%s", arguments[0], step.refused, said)
		}
	}
	return nil
}

func (r *rehearsal) command(ctx context.Context, folder string, arguments []string) (string, error) {
	command := exec.CommandContext(ctx, r.cli, arguments...)
	command.Dir = folder
	command.Env = append(slices.DeleteFunc(os.Environ(), func(line string) bool { return strings.HasPrefix(line, "TF_") }),
		"CHECKPOINT_DISABLE=1",
		"TF_IN_AUTOMATION=1",
		"TF_INPUT=0",
		"TF_CLI_CONFIG_FILE="+filepath.Join(folder, "cli.tfrc"),
		"SSL_CERT_FILE="+r.certificate(),
	)
	said, err := command.CombinedOutput()
	return string(said), err
}
