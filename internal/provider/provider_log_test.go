// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// Terraform throws away what nobody asked for: what the process writes is told
// by its standard error. The two lines with which go-plugin starts a process
// come from no module.
func TestAccProvider_writesNoLogLineUnlessAsked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		variables []string
		want      []string
	}{
		"nothing is set":    {nil, nil},
		"off":               {[]string{"TF_LOG=off"}, nil},
		"TF_LOG":            {[]string{"TF_LOG=TRACE"}, []string{"Sending HTTP request", "Received HTTP answer", "Received request", "Calling provider defined"}},
		"of providers":      {[]string{"TF_LOG_PROVIDER=DEBUG"}, []string{"Sending HTTP request", "Received request"}},
		"of the SDK":        {[]string{"TF_LOG_SDK=TRACE"}, []string{"Received request"}},
		"of Terraform only": {[]string{"TF_LOG_CORE=TRACE"}, []string{"Received request"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := acctest.NewEstate(t)
			estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token"})
			workspace := estate.NewWorkspace(t)
			written := filepath.Join(t.TempDir(), "stderr")
			workspace.MustDivertLog(written)
			workspace.Env = append(workspace.Env, test.variables...)
			workspace.MustConfigure(estate.ProviderBlock() + "data \"atlassian_dc_inactive_keys\" \"test\" {\n  instance = \"jira\"\n}\n")
			workspace.MustRun(0, "plan")
			content, err := os.ReadFile(written)
			if err != nil {
				t.Fatal(err)
			}
			if test.want == nil && strings.Contains(string(content), "@module") {
				t.Errorf("it wrote:\n%s", content)
			}
			for _, line := range test.want {
				if !strings.Contains(string(content), line) {
					t.Errorf("it did not write %q, but:\n%s", line, content)
				}
			}
		})
	}
}
