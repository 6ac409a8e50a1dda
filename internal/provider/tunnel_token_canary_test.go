// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	canaryAPIKey = "c4nary-organization-key"
	// canaryByte is what every random byte is, so that the token is known before
	// it is made. In base64 it takes the characters that encodings change.
	canaryByte = 0xfb
)

// canaryReader reads one byte for ever.
type canaryReader struct{}

func (canaryReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = canaryByte
	}
	return len(p), nil
}

// canaryTunnelToken is the token that the tunnel always gets.
func canaryTunnelToken() string {
	return base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{canaryByte}, 64))
}

// tunnelCanaries returns what must not be found anywhere. An answer that is cut
// short holds a part of a token.
func tunnelCanaries() []string {
	return []string{canaryTunnelToken(), canaryTunnelToken()[:24], canaryAPIKey, canaryToken}
}

// canaryTunnel is a tunnel with known secrets, and what the CLI says about it.
type canaryTunnel struct {
	*tunnelSite
	*transcript
}

func newCanaryTunnel(t *testing.T) *canaryTunnel {
	t.Helper()
	estate := acctest.NewEstate(t, simulator.WithRandom(canaryReader{}))
	jira := estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: canaryToken})
	organization := estate.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Secret: canaryAPIKey}}})
	tunnel := organization.AddTunnel(simulator.TunnelConfig{ID: tunnelID, Instance: jira})
	workspace := estate.NewWorkspace(t)
	workspace.Env = append(workspace.Env, "TF_LOG=TRACE", "TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH="+filepath.Join(workspace.Dir, "trace.log"))
	return &canaryTunnel{
		tunnelSite: &tunnelSite{Estate: estate, organization: organization, tunnel: tunnel, jira: jira},
		transcript: newTranscript(workspace),
	}
}

// repeating answers with words that hold a secret.
func repeating(t *testing.T, path string, status int, secret string) simulator.Fault {
	t.Helper()
	body, err := json.Marshal(map[string]string{"message": "no access with " + secret})
	if err != nil {
		t.Fatal(err)
	}
	return simulator.Fault{Method: http.MethodPut, Path: path, Status: status, Body: string(body), Times: 1}
}

// rotateWithTrouble goes through everything that can happen to a token.
func (c *canaryTunnel) rotateWithTrouble(t *testing.T, lines ...string) {
	t.Helper()
	config := func(release string) string { return c.delivering(append(lines, triggered(release))...) }
	cloudPath := "/" + tunnelID + "/token"
	c.workspace.MustConfigure(config("1"))
	c.run(0, "plan", "-out=plan.bin")
	c.run(0, "show", "-json", "plan.bin")
	c.run(0, "apply", "plan.bin")
	c.run(0, "show")

	c.workspace.MustConfigure(config("2"))
	c.jira.Inject(repeating(t, deliverPath, http.StatusBadRequest, canaryTunnelToken()))
	c.run(1, "apply", "-auto-approve", "-json")
	c.run(0, "show")
	c.run(0, "apply", "-auto-approve")

	c.workspace.MustConfigure(config("3"))
	cloud := c.Simulator.Cloud()
	cloud.Inject(repeating(t, cloudPath, http.StatusForbidden, canaryAPIKey))
	c.run(1, "apply", "-auto-approve")
	cloud.Inject(repeating(t, cloudPath, http.StatusInternalServerError, canaryTunnelToken()))
	cloud.Inject(simulator.Fault{Method: http.MethodPut, Path: cloudPath, Kind: simulator.TruncatedBody, Times: 1})
	cloud.Inject(simulator.Fault{Method: http.MethodPut, Path: cloudPath, Status: http.StatusOK, Body: canaryTunnelToken(), Times: 1})
	c.jira.Inject(repeating(t, deliverPath, http.StatusInternalServerError, canaryTunnelToken()))
	c.run(0, "apply", "-auto-approve")
	c.run(0, "plan", "-refresh-only")
}

// expectNowhere fails where one of the secrets is in one of the files.
func expectNowhere(t *testing.T, files map[string][]byte, secrets []string) {
	t.Helper()
	for name, content := range files {
		for _, secret := range secrets {
			for _, form := range formsOf(t, secret) {
				if i := bytes.Index(content, []byte(form)); i >= 0 {
					t.Errorf("%s shows %q: …%s…", name, form, content[max(0, i-200):min(len(content), i+200)])
				}
			}
		}
	}
}

func TestAccTunnelToken_tokensAreNowhereElse(t *testing.T) {
	t.Parallel()
	t.Run("delivered", testDeliveredTokens)
	t.Run("stored", testStoredTokens)
}

// With an instance to take it, the token is nowhere but there and in Cloud.
func testDeliveredTokens(t *testing.T) {
	t.Parallel()
	canary := newCanaryTunnel(t)
	canary.rotateWithTrouble(t)
	canary.run(0, "show", "-json")
	canary.run(0, "destroy", "-auto-approve")

	left := canary.everything(t)
	for _, wanted := range []string{"Sending HTTP request", "Received HTTP answer", "no access with ***", `\"token\":\"***\"`} {
		if !bytes.Contains(left["trace.log"], []byte(wanted)) {
			t.Errorf("the log lacks %s: it proves nothing", wanted)
		}
	}
	expectNowhere(t, left, tunnelCanaries())
}

// Where it is to be stored, it is in state and in what is made of the state, and
// in no log, output or error.
func testStoredTokens(t *testing.T) {
	t.Parallel()
	canary := newCanaryTunnel(t)
	canary.rotateWithTrouble(t, "store_token = true")

	left := canary.everything(t)
	if !bytes.Contains(left["terraform.tfstate"], []byte(canaryTunnelToken())) {
		t.Error("the state lacks the token")
	}
	for name := range left {
		if strings.Contains(name, "tfstate") {
			delete(left, name)
		}
	}
	expectNowhere(t, left, tunnelCanaries())
}
