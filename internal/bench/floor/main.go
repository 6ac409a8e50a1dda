// SPDX-License-Identifier: MPL-2.0

// Command floor is the provider that the benchmark compares with: what the
// template of the framework's providers does, one resource that asks nobody
// anything. See https://github.com/hashicorp/terraform-provider-scaffolding-framework.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
)

func main() {
	if err := providerserver.Serve(context.Background(), newFloorProvider, providerserver.ServeOpts{Address: "registry.terraform.io/hashicorp/scaffolding"}); err != nil {
		log.Fatal(err)
	}
}
