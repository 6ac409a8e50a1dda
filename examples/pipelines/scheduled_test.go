// SPDX-License-Identifier: MPL-2.0

package pipelines_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestScheduled_asksAtlantisToPlanTheProject stands in for an Atlantis server:
// https://www.runatlantis.io/docs/api-endpoints.html.
func TestScheduled_asksAtlantisToPlanTheProject(t *testing.T) {
	t.Parallel()
	needs(t, "sh", "jq", "curl")
	for name, test := range map[string]struct {
		status int
		fails  bool
	}{
		"nothing found":   {http.StatusOK, false},
		"something found": {http.StatusInternalServerError, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked object
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost || r.URL.Path != "/api/plan" || r.Header.Get("X-Atlantis-Token") != "secret" {
					http.Error(w, "refused", http.StatusUnauthorized)
					return
				}
				if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
					t.Error(err)
				}
				w.WriteHeader(test.status)
			}))
			defer server.Close()
			command := exec.CommandContext(t.Context(), "./atlantis/scheduled.sh", "drift")
			command.Env = append(os.Environ(), "ATLANTIS_URL="+server.URL, "ATLANTIS_API_SECRET=secret", "REPOSITORY=example/keys", "VCS=Gitlab")
			said, err := command.CombinedOutput()
			if (err != nil) != test.fails {
				t.Errorf("%v: %s", err, said)
			}
			want := object{"Repository": "example/keys", "Ref": "main", "Type": "Gitlab", "Projects": []any{"drift"}}
			if diff := cmp.Diff(want, asked); diff != "" {
				t.Errorf("asked for something else (-want +got):\n%s", diff)
			}
		})
	}
}
