package main

import (
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
	handler := registry(r, rehearsal.mirror())
	rehearsal.server = httptest.NewTLSServer(handler)
	rehearsal.forged = httptest.NewTLSServer(tampered(handler, r))
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rehearsal.server.Certificate().Raw})
	return rehearsal, os.WriteFile(rehearsal.certificate(), certificate, 0o600)
}

func (r *rehearsal) mirror() string { return filepath.Join(r.directory, "mirror") }

func (r *rehearsal) certificate() string { return filepath.Join(r.directory, "ca.pem") }

// run installs the release in every way, and fails at the first one that does
// not do what it should.
func (r *rehearsal) run(ctx context.Context) error {
	defer r.forged.Close()
	fmt.Printf("==> Installing %s %s\n", provider.Source(), r.release.version)
	platforms := make([]string, 0, len(r.release.archives))
	for _, a := range r.release.archives {
		platforms = append(platforms, "-platform="+a.platform())
	}
	direct := "provider_installation {\n  direct {}\n}\n"
	for _, step := range []struct {
		does     string
		from     *httptest.Server
		settings string
		commands [][]string
		// refused is what the CLI complains of; empty where it must succeed.
		refused string
	}{
		{"refuses checksums that were changed after they had been signed", r.forged, direct, [][]string{{"init"}}, "signature"},
		{"installs from a registry and plans", r.server, direct, [][]string{{"init"}, {"plan"}}, ""},
		{"locks every platform", r.server, direct, [][]string{slices.Concat([]string{"providers", "lock"}, platforms)}, ""},
		{"fills a mirror for every platform", r.server, direct, [][]string{slices.Concat([]string{"providers", "mirror"}, platforms, []string{r.mirror()})}, ""},
		{"installs from a mirror in a folder", r.server, fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", r.mirror()), [][]string{{"init"}, {"plan"}}, ""},
		{"installs from a mirror on the network", r.server, fmt.Sprintf("provider_installation {\n  network_mirror {\n    url = %q\n  }\n}\n", r.server.URL+mirrorPath), [][]string{{"init"}, {"plan"}}, ""},
	} {
		if err := r.step(ctx, step.from, step.settings, step.commands, step.refused); err != nil {
			return fmt.Errorf("%s: %w", step.does, err)
		}
		fmt.Println("    " + step.does)
	}
	return nil
}

// step runs commands in a fresh folder, with the provider at the address that
// host gives it.
func (r *rehearsal) step(ctx context.Context, host *httptest.Server, settings string, commands [][]string, refused string) error {
	folder, err := os.MkdirTemp(r.directory, "step")
	if err != nil {
		return err
	}
	address := strings.TrimPrefix(host.URL, "https://") + "/" + provider.Source()
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
`, address, r.release.version)
	if err := errors.Join(
		os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600),
		os.WriteFile(filepath.Join(folder, "cli.tfrc"), []byte(settings), 0o600),
	); err != nil {
		return err
	}
	for _, arguments := range commands {
		said, err := r.command(ctx, folder, arguments)
		switch {
		case refused == "" && err != nil:
			return fmt.Errorf("%s: %w\n%s", arguments[0], err, said)
		case refused != "" && (err == nil || !strings.Contains(said, refused)):
			return fmt.Errorf("%s should have complained of %q, and said:\n%s", arguments[0], refused, said)
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
