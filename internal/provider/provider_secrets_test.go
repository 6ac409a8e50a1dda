// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

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

// A token that nothing but the state tells is masked in what servers say later.
func TestProvider_masksTheTokensOfTheState(t *testing.T) {
	t.Parallel()
	const token, newer = "tunnel-token-of-the-state", "access-token-of-the-state"
	estate := acctest.NewEstate(t)
	jira := estate.AddInstance(simulator.InstanceConfig{Product: simulator.Jira, Token: "token-of-jira"})
	jira.Inject(simulator.Fault{Path: inactivePath, Status: http.StatusForbidden, Body: `{"message":"neither ` + token + ` nor ` + newer + `"}`})
	process := estate.StartProcess(t)
	for typeName, held := range map[string]string{"atlassian_tunnel_token": token, "atlassian_dc_personal_access_token": newer} {
		upgraded, err := process.Server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
			TypeName: typeName, Version: process.Schemas.ResourceSchemas[typeName].Version, RawState: &tfprotov6.RawState{JSON: []byte(`{"id":"x","token":"` + held + `"}`)},
		})
		if err != nil {
			t.Fatal(err)
		}
		acctest.Diagnostics(upgraded.Diagnostics).MustNotFail(t)
	}
	const typeName = "atlassian_dc_inactive_keys"
	config := process.Encode(process.Schemas.DataSourceSchemas[typeName], acctest.Object{"instance": "jira"})
	read, err := process.Server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	acctest.Diagnostics(read.Diagnostics).MustFail(t, `neither *** nor ***`)
}

// A secret that has slashes in it is not cut into pieces that nobody would know.
func TestImport_looksAtNoIDThatHoldsASecret(t *testing.T) {
	t.Parallel()
	const secret = "c4nary/Tok+en/of-jira"
	estate := acctest.NewEstate(t)
	jira := estate.Simulator.AddInstance(simulator.InstanceConfig{Product: simulator.Jira, Token: secret})
	cloud := estate.Simulator.Cloud()
	estate.SetProviderBlock(acctest.Object{
		"organization_id": "0c632b13-d717-4d1f-b895-208a5599d2f2", "api_key": "c4nary/key+of/the-cloud", "cloud_url": cloud.URL(),
		"instances": acctest.Object{"jira": acctest.Object{"url": jira.URL(), "token": secret}},
	})
	for typeName := range estate.StartProcess(t).Schemas.ResourceSchemas {
		for _, id := range []string{secret, "jira/" + secret, secret + "/7", "c4nary/key+of/the-cloud"} {
			said := estate.NewManagedResource(typeName).Import(t, id)
			said.MustFail(t, "Secret in an import ID")
			for _, piece := range []string{"c4nary", "Tok+en", "of-jira", "key+of", "the-cloud"} {
				if strings.Contains(strings.Join(said.Errors(), ""), piece) {
					t.Errorf("%s, %s: %q is said in %q", typeName, id, piece, said.Errors())
				}
			}
		}
	}
	if sent := len(jira.Requests()) + len(cloud.Requests()); sent > 0 {
		t.Errorf("%d requests", sent)
	}
}

func TestImport_refusesAnEmptyID(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	for typeName := range estate.StartProcess(t).Schemas.ResourceSchemas {
		said := estate.NewManagedResource(typeName).Import(t, "")
		said.MustFail(t, "Import ID missing")
		if len(said) != 1 {
			t.Errorf("%s says %d things: %q", typeName, len(said), said.Errors())
		}
	}
}

// What may not stand in an address is not sent, and an API key in the place of the
// organization is not shown in lower case either.
func TestProvider_sendsNothingToWhatIsNoOrganization(t *testing.T) {
	t.Parallel()
	const key = "ATCTT3xFfGN0AbCdEf-gHiJkL"
	estate := acctest.NewEstate(t)
	cloud := estate.Simulator.Cloud()
	for _, id := range []string{key, key + "=1A2B3C4D", "../../other", "a/b", "a b", "0c632b13-d717-4d1f-b895-208a5599d2f2?x=y"} {
		for where, block := range map[string]acctest.Object{
			"the provider block": {"organization_id": id, "api_key": key, "cloud_url": cloud.URL()},
			"the data source":    {"api_key": key, "cloud_url": cloud.URL()},
		} {
			estate.SetProviderBlock(block)
			config := acctest.Object{}
			if where == "the data source" {
				config["organization_id"] = id
			}
			for _, typeName := range []string{"atlassian_org_api_keys", "atlassian_service_accounts", "atlassian_org_events"} {
				_, said := estate.Read(t, typeName, config)
				if words := strings.Join(said.Errors(), ""); strings.Contains(strings.ToLower(words), "n0abcdef") || words == "" {
					t.Errorf("%s of %s in %s says %q", typeName, id, where, words)
				}
				if id != key {
					said.MustFail(t, "Not an organization")
				}
			}
		}
	}
	for _, request := range cloud.Requests() {
		if !strings.Contains(request.Path, strings.ToLower(key)) {
			t.Errorf("%s was asked for", request.Path)
		}
	}
}
