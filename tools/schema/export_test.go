// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

func TestExport_convertsEveryKind(t *testing.T) {
	t.Parallel()

	exported, err := export(t.Context(), tinyServer(t))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(exported)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/tiny.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(decode(t, want), decode(t, got)); diff != "" {
		t.Errorf("schema differs from testdata/tiny.json (-want +got):\n%s", diff)
	}
}

func decode(t *testing.T, content []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(content, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestExport_failsWithTheProvider(t *testing.T) {
	t.Parallel()

	wrong := []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "Harmless"},
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Invalid Schema", Detail: "Two attributes clash."},
	}
	tests := map[string]struct {
		server brokenServer
		want   string
	}{
		"no schema":        {brokenServer{schemaError: errors.New("unplugged")}, "unplugged"},
		"invalid schema":   {brokenServer{schema: wrong}, "Invalid Schema: Two attributes clash."},
		"no identities":    {brokenServer{identityError: errors.New("nameless")}, "nameless"},
		"invalid identity": {brokenServer{identity: wrong}, "Invalid Schema: Two attributes clash."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := export(t.Context(), test.server)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one that says %q", err, test.want)
			}
		})
	}
}

// brokenServer answers requests for schemas with what it holds.
type brokenServer struct {
	tfprotov6.ProviderServer
	schema, identity           []*tfprotov6.Diagnostic
	schemaError, identityError error
}

func (s brokenServer) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{Diagnostics: s.schema}, s.schemaError
}

func (s brokenServer) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{Diagnostics: s.identity}, s.identityError
}
