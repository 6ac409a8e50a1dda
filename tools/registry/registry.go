// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

const (
	filesPath  = "/files/"
	mirrorPath = "/mirror/"
	apiPath    = "/v1/providers/"
)

// registry answers as the Terraform Registry does for one release:
// https://developer.hashicorp.com/terraform/internals/provider-registry-protocol.
// It also serves the folder mirrored, where a CLI mirrored the provider, as a
// network mirror, under the address that the provider will have: no CLI takes a
// host with a port there.
// https://developer.hashicorp.com/terraform/internals/provider-network-mirror-protocol.
func registry(r *release, mirrored string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+filesPath, http.StripPrefix(filesPath, http.FileServer(http.Dir(r.directory))))
	mirror := mirrorPath + provider.Address + "/"
	mux.Handle("GET "+mirror, http.StripPrefix(mirror, http.FileServer(http.Dir(mirrored))))
	mux.HandleFunc("GET /.well-known/terraform.json", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]string{"providers.v1": apiPath})
	})
	mux.HandleFunc("GET "+apiPath+provider.Source()+"/versions", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, r.versions())
	})
	mux.HandleFunc("GET "+apiPath+provider.Source()+"/"+r.version+"/download/{os}/{arch}", func(w http.ResponseWriter, request *http.Request) {
		at := slices.IndexFunc(r.archives, func(a archive) bool {
			return a.os == request.PathValue("os") && a.arch == request.PathValue("arch")
		})
		if at < 0 {
			http.NotFound(w, request)
			return
		}
		answer(w, r.download(r.archives[at]))
	})
	return mux
}

// tampered serves what next does, but for a checksum file that was changed after
// it had been signed.
func tampered(next http.Handler, r *release) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", next)
	mux.HandleFunc("GET "+filesPath+r.sums, func(w http.ResponseWriter, _ *http.Request) {
		content, err := os.ReadFile(filepath.Join(r.directory, r.sums))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(append(content, '\n'))
	})
	return mux
}

func answer(w http.ResponseWriter, content any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(content)
}

type object map[string]any

func (r *release) versions() object {
	var platforms []object
	for _, a := range r.archives {
		platforms = append(platforms, object{"os": a.os, "arch": a.arch})
	}
	return object{"versions": []object{{"version": r.version, "protocols": r.protocols, "platforms": platforms}}}
}

func (r *release) download(a archive) object {
	return object{
		"protocols":             r.protocols,
		"os":                    a.os,
		"arch":                  a.arch,
		"filename":              a.name,
		"download_url":          filesPath + a.name,
		"shasums_url":           filesPath + r.sums,
		"shasums_signature_url": filesPath + r.sums + ".sig",
		"shasum":                a.checksum,
		"signing_keys":          object{"gpg_public_keys": []object{{"key_id": "", "ascii_armor": r.key}}},
	}
}
