// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Listed is one result of a list resource.
type Listed struct {
	DisplayName string
	// Identity and Resource are the attributes of the result by their names;
	// Resource is nil where it was not asked for.
	Identity, Resource map[string]tftypes.Value
}

// List validates and runs a list resource the way a CLI of a version that has
// queries does it, with the resources included, and returns what it found and
// said. No limit is 0.
func (e *Estate) List(t T, typeName string, limit int64, config Object) ([]Listed, Diagnostics) {
	t.Helper()
	process := e.StartProcess(t)
	encoded := process.Encode(process.Schemas.ListResourceSchemas[typeName], config)
	server := process.lists()
	validated := call(t.Context(), process, server.ValidateListResourceConfig, &tfprotov6.ValidateListResourceConfigRequest{TypeName: typeName, Config: encoded})
	diagnostics := Diagnostics(validated.Diagnostics)
	if len(diagnostics.Errors()) > 0 {
		return nil, diagnostics
	}
	stream := call(t.Context(), process, server.ListResource, &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: encoded, IncludeResource: true, Limit: limit,
	})
	var results []Listed
	for result := range stream.Results {
		process.recording.keep(result)
		diagnostics = append(diagnostics, result.Diagnostics...)
		if result.Identity != nil {
			results = append(results, process.listed(typeName, result))
		}
	}
	return results, diagnostics
}

func (p *Process) lists() tfprotov6.ListResourceServer {
	p.t.Helper()
	server, ok := p.Server.(tfprotov6.ListResourceServer)
	if !ok {
		p.t.Fatal("the provider offers no list resources")
	}
	return server
}

func (p *Process) listed(typeName string, result tfprotov6.ListResourceResult) Listed {
	p.t.Helper()
	identities := call(p.t.Context(), p, p.Server.GetResourceIdentitySchemas, &tfprotov6.GetResourceIdentitySchemasRequest{})
	identity, err := result.Identity.IdentityData.Unmarshal(identities.IdentitySchemas[typeName].ValueType())
	if err != nil {
		p.t.Fatal(err)
	}
	listed := Listed{DisplayName: result.DisplayName, Identity: attributesOf(p.t, identity)}
	if result.Resource != nil {
		listed.Resource = attributesOf(p.t, p.value(p.Schemas.ResourceSchemas[typeName], result.Resource))
	}
	return listed
}
