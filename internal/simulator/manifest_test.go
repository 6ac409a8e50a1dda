// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/xml"
	"net/http"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

type manifest struct {
	ID      string `json:"id" xml:"id"`
	TypeID  string `json:"typeId" xml:"typeId"`
	Version string `json:"version" xml:"version"`
	URL     string `json:"url" xml:"url"`
}

func TestManifest_introducesTheProductToAnyone(t *testing.T) {
	t.Parallel()
	for product, typeID := range map[simulator.Product]string{
		simulator.Jira: "jira", simulator.Confluence: "confluence",
		simulator.Bitbucket: "stash", simulator.Bamboo: "bamboo",
	} {
		instance, _ := newInstance(t, product, func(c *simulator.InstanceConfig) {
			c.Name, c.Version, c.ContextPath = "x", "9.8.7", "/ctx"
		})
		for _, revision := range []string{"1.0", "latest"} {
			got := decode[manifest](t, ask(http.MethodGet, instance.URL()+"/rest/applinks/"+revision+"/manifest").
				send(t).wantStatus(t, http.StatusOK))
			wantEqual(t, "manifest", got, manifest{
				ID: "8f2b8d0e-0000-4000-8000-800000000000", TypeID: typeID, Version: "9.8.7",
				URL: "https://x.internal.example/ctx",
			})
		}
	}
}

func TestManifest_isXMLUnlessJSONIsAskedForByName(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	request := ask(http.MethodGet, jira.URL()+"/rest/applinks/1.0/manifest")
	for _, accept := range []string{"*/*", "application/xml"} {
		var got manifest
		if err := xml.Unmarshal([]byte(request.with("Accept", accept).send(t).body), &got); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "type", got.TypeID, "jira")
	}
	request.with("Accept", "image/png").send(t).wantStatus(t, http.StatusNotAcceptable)
}

func TestManifest_bitbucketsTypeIsSwitchable(t *testing.T) {
	t.Parallel()
	bitbucket, _ := newInstance(t, simulator.Bitbucket, func(c *simulator.InstanceConfig) {
		c.Guesses.BitbucketTypeID = "bitbucket"
	})
	got := decode[manifest](t, ask(http.MethodGet, bitbucket.URL()+"/rest/applinks/latest/manifest").send(t))
	wantEqual(t, "type", got.TypeID, "bitbucket")
}

func TestManifest_crowdHasNone(t *testing.T) {
	t.Parallel()
	crowd, _ := newInstance(t, simulator.Crowd)
	ask(http.MethodGet, crowd.URL()+"/rest/applinks/1.0/manifest").send(t).wantStatus(t, http.StatusNotFound)
}
