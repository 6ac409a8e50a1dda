// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// The products as they name themselves in their application links manifest.
const (
	Jira       = "jira"
	Confluence = "confluence"
	Bitbucket  = "bitbucket"
	Bamboo     = "bamboo"
	Crowd      = "crowd"
)

// informationTimeout bounds what is asked for information only.
const informationTimeout = 10 * time.Second

// isKnown reports whether a name is that of one of these products.
func isKnown(name string) bool {
	return slices.Contains([]string{Jira, Confluence, Bitbucket, Bamboo, Crowd}, name)
}

// Product is what an instance says that it is; a field is empty where it does
// not say.
type Product struct {
	// Name is one of the constants of this package, or what the instance says.
	Name string
	// Version is the version of the product, such as 10.3.12.
	Version string
	// BaseURL is the canonical base URL that the instance is configured with.
	BaseURL string
}

// manifest asks for product and version where every product but Crowd tells
// them, without credentials.
//
// GET /rest/applinks/1.0/manifest.
func (i *Instance) manifest(ctx context.Context) (Product, error) {
	var answer struct {
		TypeID  string       `json:"typeId"`
		Version lenient.Text `json:"version"`
		URL     lenient.Text `json:"url"`
	}
	err := i.inform(ctx, transport.Request{Path: "/rest/applinks/1.0/manifest", Anonymous: true}, &answer)
	if err != nil {
		return Product{}, err
	}
	name := strings.ToLower(answer.TypeID)
	if name == "stash" {
		// Bitbucket Server was called Stash when application links were made.
		name = Bitbucket
	}
	return Product{Name: name, Version: string(answer.Version), BaseURL: string(answer.URL)}, nil
}

// crowdServerInfo asks Crowd, which has no manifest.
//
// GET /rest/admin/1.0/server-info, https://developer.atlassian.com/server/crowd/rest/.
func (i *Instance) crowdServerInfo(ctx context.Context) (Product, error) {
	var answer struct {
		Version lenient.Text `json:"version"`
		BaseURL lenient.Text `json:"baseUrl"`
	}
	err := i.inform(ctx, transport.Request{Path: "/rest/admin/1.0/server-info"}, &answer)
	if err != nil || answer.Version == "" {
		// Without a version something else answers there.
		return Product{}, err
	}
	return Product{Name: Crowd, Version: string(answer.Version), BaseURL: string(answer.BaseURL)}, nil
}

// bambooInfo asks Bamboo, where its manifest does not answer.
//
// GET /rest/api/latest/info, https://developer.atlassian.com/server/bamboo/rest/.
func (i *Instance) bambooInfo(ctx context.Context) (Product, error) {
	var answer struct {
		Version lenient.Text `json:"version"`
	}
	err := i.inform(ctx, transport.Request{Path: "/rest/api/latest/info"}, &answer)
	if err != nil || answer.Version == "" {
		return Product{}, err
	}
	return Product{Name: Bamboo, Version: string(answer.Version)}, nil
}

// inform asks for what is nice to know and soon given up.
func (i *Instance) inform(ctx context.Context, request transport.Request, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, informationTimeout)
	defer cancel()
	request.Method = http.MethodGet
	response, err := i.client.Do(ctx, request)
	if err != nil {
		return err
	}
	return lenient.Decode(response.Body, answer)
}
