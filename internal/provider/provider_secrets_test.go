// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// What one service was told in confidence is masked in what another one says, in
// a success as in a failure.
func TestProvider_masksTheSecretsOfOthersInWhatAnInstanceSays(t *testing.T) {
	t.Parallel()
	secrets := []string{"token-of-the-wiki", "password-of-git", "key-of-the-cloud", "password-of-the-proxy", "secret-of-the-gate"}
	for name, answer := range map[string]simulator.Fault{
		"a refusal": {Status: http.StatusForbidden, Body: `{"message":"no access for ` + strings.Join(secrets, " ") + `"}`},
		"a list":    {Status: http.StatusOK, Body: `{"inactiveKeys":["` + strings.Join(secrets, `","`) + `","\u001b[2J\r\nError: forged"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := acctest.NewEstate(t)
			jira := estate.Simulator.AddInstance(simulator.InstanceConfig{Product: simulator.Jira, Token: "token-of-jira"})
			answer.Path = inactivePath
			jira.Inject(answer)
			estate.Setenv("HTTPS_PROXY", "http://proxyuser:password-of-the-proxy@proxy.example.com")
			estate.Setenv("ATLASSIAN_API_KEY", "key-of-the-cloud")
			estate.SetProviderBlock(acctest.Object{"instances": acctest.Object{
				"jira": acctest.Object{"url": jira.URL(), "token": "token-of-jira"},
				"wiki": acctest.Object{"url": "https://wiki.example.com", "token": "token-of-the-wiki"},
				"git":  acctest.Object{"url": "https://git.example.com", "username": "admin", "password": "password-of-git", "headers": acctest.Object{"X-Gate": "secret-of-the-gate"}},
			}})
			read, said := estate.Read(t, "atlassian_dc_inactive_keys", acctest.Object{"instance": "jira"})
			words := strings.Join(said.Errors(), "")
			for _, value := range read {
				words += value.String()
			}
			if !strings.Contains(words, "***") {
				t.Errorf("nothing is masked: %s", words)
			}
			for _, hidden := range append(secrets, "\x1b", "\r") {
				if strings.Contains(words, hidden) {
					t.Errorf("%q is in %q", hidden, words)
				}
			}
		})
	}
}
