// Command terraform-provider-atlassian is the Terraform provider that rotates
// the keys of an Atlassian estate.
package main

import (
	"context"
	"flag"
	"log"
	_ "time/tzdata" // rotation_window names zones that the machine may not know

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

// version and commit are set by the release build.
var (
	version = "dev"
	commit  = ""
)

func main() {
	debug := flag.Bool("debug", false, "run so that a debugger can attach")
	flag.Parse()

	name := version
	if commit != "" {
		name += "+" + commit
	}
	err := providerserver.Serve(context.Background(), provider.New(name), providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
