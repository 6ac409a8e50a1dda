package datacenter

import "context"

// The products as they name themselves in their application links manifest.
const (
	Jira       = "jira"
	Confluence = "confluence"
	Bitbucket  = "bitbucket"
	Bamboo     = "bamboo"
	Crowd      = "crowd"
)

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

// Product asks for product and version: the application links manifest, which
// every product but Crowd serves without credentials, then Crowd's and Bamboo's
// own pages. An instance that offers none of them yields a Product with empty
// fields.
//
// GET /rest/applinks/1.0/manifest; GET /rest/admin/1.0/server-info,
// https://developer.atlassian.com/server/crowd/rest/; GET
// /rest/api/latest/info, https://developer.atlassian.com/server/bamboo/rest/.
func (i *Instance) Product(ctx context.Context) (Product, error) {
	for _, ask := range []func(context.Context) (Product, error){i.manifest, i.crowdServerInfo, i.bambooInfo} {
		product, err := ask(ctx)
		if !notOffered(err) {
			return product, err
		}
	}
	return Product{}, nil
}

func (i *Instance) manifest(ctx context.Context) (Product, error) {
	var answer struct {
		TypeID  string `json:"typeId"`
		Version string `json:"version"`
		URL     string `json:"url"`
	}
	if err := i.get(ctx, "/rest/applinks/1.0/manifest", &answer); err != nil {
		return Product{}, err
	}
	name := answer.TypeID
	if name == "stash" {
		// Bitbucket Server was called Stash when application links were made.
		name = Bitbucket
	}
	return Product{Name: name, Version: answer.Version, BaseURL: answer.URL}, nil
}

func (i *Instance) crowdServerInfo(ctx context.Context) (Product, error) {
	var answer struct {
		Version string `json:"version"`
		BaseURL string `json:"baseUrl"`
	}
	if err := i.get(ctx, "/rest/admin/1.0/server-info", &answer); err != nil {
		return Product{}, err
	}
	return Product{Name: Crowd, Version: answer.Version, BaseURL: answer.BaseURL}, nil
}

func (i *Instance) bambooInfo(ctx context.Context) (Product, error) {
	var answer struct {
		Version string `json:"version"`
	}
	if err := i.get(ctx, "/rest/api/latest/info", &answer); err != nil {
		return Product{}, err
	}
	if answer.Version == "" {
		// Something else than Bamboo answers there.
		return Product{}, nil
	}
	return Product{Name: Bamboo, Version: answer.Version}, nil
}
