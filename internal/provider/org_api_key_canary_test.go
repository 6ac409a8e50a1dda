// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// The API keys that nothing may show: the one that the provider works with, and
// one that is mistyped.
const (
	canaryOrgAPIKey      = "ATCTT3xFfGN0c4nary/API+key_-=0A1B2C3D"
	canaryWrongOrgAPIKey = "ATCTT3xFfGN0c4nary/wrong=4E5F6A7B"
)

const apiKeyCanaryConfig = `
provider "atlassian" {
  max_retries = 1
}

data "atlassian_org_api_keys" "all" {}

data "atlassian_user_api_tokens" "all" {}

data "atlassian_user_api_tokens" "ann" {
  account_id = "557058:ann"
}
`

func TestAccOrgAPIKey_secretsAreNowhereToBeFound(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	organization := estate.AddOrganization(simulator.OrganizationConfig{
		APIKeys:       []simulator.APIKey{{ID: ownKeyID, Label: "terraform", Secret: canaryOrgAPIKey, ExpiresAt: inDays(36500)}, lasting("ci-1"), lasting("ci-2")},
		Users:         []simulator.User{{ID: "557058:ann", Name: "Ann"}},
		UserAPITokens: []simulator.UserAPIToken{{ID: "token-id", Label: "token", UserID: "557058:ann"}},
	})
	workspace := estate.NewWorkspace(t)
	workspace.Env = append(workspace.Env, "TF_LOG=TRACE", "TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH="+filepath.Join(workspace.Dir, "trace.log"))
	sound := workspace.Env
	runs := newTranscript(workspace)

	workspace.MustConfigure(apiKeyCanaryConfig + apiKeyConfig(label("ci-1")))
	runs.run(0, "plan", "-out=plan.bin")
	runs.run(0, "show", "-json", "plan.bin")
	runs.run(0, "apply", "plan.bin")
	runs.run(0, "show", "-json")
	workspace.Env = append(workspace.Env, "ATLASSIAN_API_KEY="+canaryWrongOrgAPIKey)
	runs.run(1, "plan")
	workspace.Env = sound

	cloud := estate.Simulator.Cloud()
	for _, status := range []int{http.StatusInternalServerError, http.StatusForbidden} {
		cloud.Inject(simulator.Fault{Status: status, Body: fmt.Sprintf(`{"code":%d,"message":"no access for %s"}`, status, canaryOrgAPIKey)})
		runs.run(1, "plan", "-refresh-only")
		runs.run(1, "plan", "-json")
		cloud.ClearFaults()
	}
	workspace.MustConfigure(apiKeyCanaryConfig + apiKeyConfig(label("ci-2")))
	runs.run(0, "apply", "-auto-approve")
	runs.run(0, "destroy", "-auto-approve")
	verify(t, revoked(estate, organization, "ci-1-id", "ci-2-id"))

	left := runs.everything(t)
	if !bytes.Contains(left["trace.log"], []byte("no access for ***")) {
		t.Error("the log lacks the masked words of the server: it proves nothing")
	}
	expectNowhere(t, left, []string{canaryOrgAPIKey, canaryWrongOrgAPIKey})
}
