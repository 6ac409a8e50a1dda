// SPDX-License-Identifier: MPL-2.0

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

const manifest = "../../terraform-registry-manifest.json"

func TestReadRelease_findsWhatIsWrongWithOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		damage func(t *testing.T, dist string)
		want   string
	}{
		"nothing": {damage: func(*testing.T, string) {}},
		"an archive that was changed": {
			damage: func(t *testing.T, dist string) {
				put(t, dist, project+"_1.2.3-beta1_linux_amd64.zip", "something else")
			},
			want: "does not have the checksum",
		},
		"an archive that is missing": {
			damage: func(t *testing.T, dist string) {
				if err := os.Remove(filepath.Join(dist, project+"_1.2.3-beta1_linux_amd64.zip")); err != nil {
					t.Fatal(err)
				}
			},
			want: "no such file",
		},
		"two releases": {
			damage: func(t *testing.T, dist string) { put(t, dist, project+"_1.2.2_SHA256SUMS", "") },
			want:   "2 checksum files",
		},
		"no archives": {
			damage: func(t *testing.T, dist string) { put(t, dist, project+"_1.2.3-beta1_SHA256SUMS", "") },
			want:   "lists 0 archives",
		},
		"no list": {
			damage: func(t *testing.T, dist string) {
				put(t, dist, project+"_1.2.3-beta1_SHA256SUMS", "<html>")
			},
			want: "unexpected line",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dist, key := newDist(t)
			test.damage(t, dist)
			release, err := readRelease(dist, manifest, key)
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got error %v, want one that says %q", err, test.want)
				}
				return
			}
			if err != nil || release.version != "1.2.3-beta1" || len(release.archives) != 2 || release.archives[0].platform() != "linux_amd64" {
				t.Errorf("got %+v, %v", release, err)
			}
		})
	}
}

func TestRegistry_answersTheProtocol(t *testing.T) {
	t.Parallel()
	dist, key := newDist(t)
	release, err := readRelease(dist, manifest, key)
	if err != nil {
		t.Fatal(err)
	}
	handler := registry(release, t.TempDir())
	versions := "/v1/providers/" + provider.Source() + "/"
	for path, wanted := range map[string][]string{
		"/.well-known/terraform.json":                       {`"providers.v1":"/v1/providers/"`},
		versions + "versions":                               {`"version":"1.2.3-beta1"`, `"protocols":["6.0"]`, `"os":"windows"`},
		versions + "1.2.3-beta1/download/linux/amd64":       {`"shasum":"` + checksum("linux"), `_SHA256SUMS.sig"`, `"ascii_armor":"KEY"`},
		versions + "1.2.3-beta1/download/plan9/amd64":       {"404"},
		"/files/" + project + "_1.2.3-beta1_SHA256SUMS.sig": {"SIGNATURE"},
	} {
		if got := get(t, handler, path); !containsAll(got, wanted) {
			t.Errorf("%s: got %s, want %q in it", path, got, wanted)
		}
	}
}

func TestTampered_changesTheChecksumFileAlone(t *testing.T) {
	t.Parallel()
	dist, key := newDist(t)
	release, err := readRelease(dist, manifest, key)
	if err != nil {
		t.Fatal(err)
	}
	genuine := registry(release, t.TempDir())
	forged := tampered(genuine, release)
	for _, name := range []string{release.sums, release.sums + ".sig", release.archives[0].name} {
		path := filesPath + name
		if changed := get(t, genuine, path) != get(t, forged, path); changed != (name == release.sums) {
			t.Errorf("%s: changed is %t", name, changed)
		}
	}
}

// newDist returns a folder with a release for two platforms, and a file with a
// key.
func newDist(t *testing.T) (dist, key string) {
	t.Helper()
	dist = t.TempDir()
	var sums strings.Builder
	for _, platform := range []string{"linux", "windows"} {
		name := project + "_1.2.3-beta1_" + platform + "_amd64.zip"
		put(t, dist, name, platform)
		_, _ = fmt.Fprintf(&sums, "%s  %s\n", checksum(platform), name)
	}
	content, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(&sums, "%s  %s_1.2.3-beta1_manifest.json\n", checksum(string(content)), project)
	put(t, dist, project+"_1.2.3-beta1_SHA256SUMS", sums.String())
	put(t, dist, project+"_1.2.3-beta1_SHA256SUMS.sig", "SIGNATURE")
	put(t, dist, "key.asc", "KEY")
	return dist, filepath.Join(dist, "key.asc")
}

// get returns the status and the body of an answer, as it goes over a connection.
func get(t *testing.T, handler http.Handler, path string) string {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(response.StatusCode) + " " + string(content)
}

func put(t *testing.T, directory, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(directory, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func checksum(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func containsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
