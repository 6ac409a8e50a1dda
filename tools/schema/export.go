// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// export asks server for all of its schemas. A schema that the provider itself
// reports as wrong, or that holds a type without a JSON form, is an error.
func export(ctx context.Context, server tfprotov6.ProviderServer) (*tfjson.ProviderSchema, error) {
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	if err := firstError(schemas.Diagnostics); err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	if err := firstError(identities.Diagnostics); err != nil {
		return nil, err
	}
	return &tfjson.ProviderSchema{
		ConfigSchema:             convertSchema(schemas.Provider),
		ResourceSchemas:          mapValues(schemas.ResourceSchemas, convertSchema),
		DataSourceSchemas:        mapValues(schemas.DataSourceSchemas, convertSchema),
		EphemeralResourceSchemas: mapValues(schemas.EphemeralResourceSchemas, convertSchema),
		ListResourceSchemas:      mapValues(schemas.ListResourceSchemas, convertSchema),
		StateStoreSchemas:        mapValues(schemas.StateStoreSchemas, convertSchema),
		ActionSchemas:            mapValues(schemas.ActionSchemas, convertAction),
		Functions:                mapValues(schemas.Functions, convertFunction),
		ResourceIdentitySchemas:  mapValues(identities.IdentitySchemas, convertIdentity),
	}, nil
}

func firstError(diagnostics []*tfprotov6.Diagnostic) error {
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			return fmt.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
	return nil
}

func mapValues[From, To any](from map[string]From, convert func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for name, value := range from {
		to[name] = convert(value)
	}
	return to
}
