// SPDX-License-Identifier: MPL-2.0

// Command floor is the provider that the benchmark compares with: what the
// template of the framework's providers does, one resource that asks nobody
// anything. Where it is asked to be the wide floor it has two more that do nothing
// either and are as wide as those of the provider. See https://github.com/hashicorp/terraform-provider-scaffolding-framework.
package main

import (
	"context"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/keyrotation/terraform-provider-atlassian/internal/process"
)

// wideVariable adds the wide resources, and has the process log and collect
// garbage as that of the provider does. The template knows nothing of all that.
const wideVariable = "BENCH_FLOOR_WIDE"

func main() {
	wide := os.Getenv(wideVariable) != ""
	if wide {
		if err := process.SilenceLogs(os.LookupEnv, os.Setenv); err != nil {
			log.Fatal(err)
		}
		process.TuneMemory(os.LookupEnv)
	}
	serve := func() provider.Provider { return &floorProvider{wide: wide} }
	if err := providerserver.Serve(context.Background(), serve, providerserver.ServeOpts{Address: "registry.terraform.io/hashicorp/scaffolding"}); err != nil {
		log.Fatal(err)
	}
}
