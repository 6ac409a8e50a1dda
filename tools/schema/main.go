// SPDX-License-Identifier: MPL-2.0

// Command schema writes the provider's schema in the JSON form of
// "terraform providers schema -json" and checks that all of it is documented.
// It asks the provider in process: no Terraform CLI is run, and the kinds that
// an older CLI does not know (identities, list resources, actions) are there.
//
// Usage:
//
//	schema [-out FILE] [-pages DIRECTORY]
//
// -out writes the JSON to FILE. -pages lists everything in the schema that has
// no description, or no page below DIRECTORY, and fails where there is any.
//
// The form is described at
// https://developer.hashicorp.com/terraform/cli/commands/providers/schema.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

// shortName is the provider's name without its registry address. tfplugindocs
// looks a schema up by it and does not find one under the full address.
const shortName = "atlassian"

func main() {
	server := providerserver.NewProtocol6(provider.New("dev")())()
	if err := run(context.Background(), server, os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

// run does what the arguments ask for. Messages about the arguments go to
// stderr.
func run(ctx context.Context, server tfprotov6.ProviderServer, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("schema", flag.ContinueOnError)
	flags.SetOutput(stderr)
	out := flags.String("out", "", "write the schema to this `file`")
	pages := flags.String("pages", "", "check the pages in this `directory`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *out == "" && *pages == "" || flags.NArg() > 0 {
		flags.Usage()
		return errors.New("give -out, -pages or both, and nothing else")
	}

	schema, err := export(ctx, server)
	if err != nil {
		return err
	}
	if *out != "" {
		if err := write(*out, schema); err != nil {
			return err
		}
	}
	if *pages != "" {
		return check(schema, *pages)
	}
	return nil
}

// write puts schema into the file at path, as the only one of its providers.
func write(path string, schema *tfjson.ProviderSchema) error {
	content, err := json.MarshalIndent(tfjson.ProviderSchemas{
		FormatVersion: "1.0",
		Schemas:       map[string]*tfjson.ProviderSchema{shortName: schema},
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

// check returns an error that names everything in schema that lacks a
// description or, below directory, a page.
func check(schema *tfjson.ProviderSchema, directory string) error {
	missing := append(undescribed(schema), pageless(schema, os.DirFS(directory))...)
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("gaps in the documentation:\n  %s", strings.Join(missing, "\n  "))
}
