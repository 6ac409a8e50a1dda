// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

func TestProvider_tellsEveryServerWhichCLIRunsIt(t *testing.T) {
	t.Parallel()
	said := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case said <- r.UserAgent():
		default:
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(server.Close)
	estate := acctest.NewEstate(t)
	estate.Setenv("TF_APPEND_USER_AGENT", "acme/7")
	process := estate.StartProcess(t)

	_, err := process.Server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.3",
		Config: process.Encode(process.Schemas.Provider, acctest.Object{
			"instances": acctest.Object{"jira": acctest.Object{"url": server.URL, "token": "jira-token"}},
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	const keys = "atlassian_dc_inactive_keys"
	_, err = process.Server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
		TypeName: keys,
		Config:   process.Encode(process.Schemas.DataSourceSchemas[keys], acctest.Object{"instance": "jira"}),
	})
	if err != nil {
		t.Fatal(err)
	}

	select {
	case got := <-said:
		if !strings.HasPrefix(got, "terraform-provider-atlassian/") || !strings.HasSuffix(got, " Terraform/1.14.3 acme/7") {
			t.Errorf("unexpected User-Agent %q", got)
		}
	default:
		t.Fatal("no request was sent")
	}
}
