// SPDX-License-Identifier: MPL-2.0

// Command registry installs a release the way its users do: from a registry,
// from a mirror in a folder and from one on the network, all on loopback. It
// proves that the signature, the checksums and the layout of the release hold
// before anybody sees it.
//
// Usage:
//
//	registry -cli PATH -dist DIRECTORY -manifest FILE -key FILE
//
// dist holds the archives, their checksums and the signature; key is the public
// key that belongs to it, in ASCII armor. The CLI is terraform or tofu.
// Works on systems where SSL_CERT_FILE tells programs in Go whom to trust, and
// so neither on macOS nor on Windows.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "registry:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("registry", flag.ContinueOnError)
	cli := flags.String("cli", "terraform", "`path` of terraform or tofu")
	dist := flags.String("dist", "dist", "`directory` with the archives, their checksums and the signature")
	manifest := flags.String("manifest", "terraform-registry-manifest.json", "`file` that the registry reads the protocol versions from")
	key := flags.String("key", "", "`file` with the public key in ASCII armor")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *key == "" || flags.NArg() > 0 {
		flags.Usage()
		return errors.New("give -key, and nothing but flags")
	}
	release, err := readRelease(*dist, *manifest, *key)
	if err != nil {
		return err
	}
	directory, err := os.MkdirTemp("", "registry")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(directory)) }()
	rehearsal, err := newRehearsal(*cli, directory, release)
	if err != nil {
		return err
	}
	defer rehearsal.server.Close()
	return rehearsal.run(ctx)
}
