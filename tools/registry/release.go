// SPDX-License-Identifier: MPL-2.0

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// release is what was built, as its checksum file lists it.
type release struct {
	directory string
	version   string
	// sums is the name of the checksum file.
	sums      string
	protocols []string
	archives  []archive
	// key is the public key in ASCII armor.
	key string
}

// archive is the provider for one platform.
type archive struct {
	name, os, arch, checksum string
}

func (a archive) platform() string { return a.os + "_" + a.arch }

const project = "terraform-provider-atlassian"

var archiveName = regexp.MustCompile(`^` + project + `_(.+)_([a-z0-9]+)_([a-z0-9]+)\.zip$`)

// readRelease returns the release in directory. It fails where a file is missing
// or is not what the checksum file says.
func readRelease(directory, manifest, key string) (*release, error) {
	found, err := filepath.Glob(filepath.Join(directory, project+"_*_SHA256SUMS"))
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%s holds %d checksum files, not one", directory, len(found))
	}
	r := &release{directory: directory, sums: filepath.Base(found[0])}
	r.version = strings.TrimSuffix(strings.TrimPrefix(r.sums, project+"_"), "_SHA256SUMS")
	armored, err := os.ReadFile(key)
	if err != nil {
		return nil, err
	}
	r.key = string(armored)
	if r.protocols, err = readProtocols(manifest); err != nil {
		return nil, err
	}
	listed, err := os.ReadFile(found[0])
	if err != nil {
		return nil, err
	}
	manifestListed := false
	for line := range strings.Lines(string(listed)) {
		checksum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			return nil, fmt.Errorf("%s: unexpected line %q", r.sums, line)
		}
		path := filepath.Join(directory, name)
		if name == project+"_"+r.version+"_manifest.json" {
			path, manifestListed = manifest, true
		}
		if err := verify(path, checksum); err != nil {
			return nil, err
		}
		if parts := archiveName.FindStringSubmatch(name); parts != nil && parts[1] == r.version {
			r.archives = append(r.archives, archive{name: name, os: parts[2], arch: parts[3], checksum: checksum})
		}
	}
	if !manifestListed || len(r.archives) == 0 {
		return nil, fmt.Errorf("%s lists %d archives, and the manifest: %t", r.sums, len(r.archives), manifestListed)
	}
	return r, nil
}

func readProtocols(manifest string) ([]string, error) {
	content, err := os.ReadFile(manifest)
	if err != nil {
		return nil, err
	}
	var read struct {
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		} `json:"metadata"`
	}
	if err := json.Unmarshal(content, &read); err != nil {
		return nil, fmt.Errorf("%s: %w", manifest, err)
	}
	return read.Metadata.ProtocolVersions, nil
}

func verify(path, checksum string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != checksum {
		return fmt.Errorf("%s does not have the checksum %s that is listed", path, checksum)
	}
	return nil
}
