// SPDX-License-Identifier: MPL-2.0

// Command floor is the provider that the benchmark compares with: what the
// template of the framework's providers does, one resource that asks nobody
// anything, and two more that do nothing either and are as wide as those of the
// provider. See https://github.com/hashicorp/terraform-provider-scaffolding-framework.
package main

import (
	"context"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/keyrotation/terraform-provider-atlassian/internal/process"
)

// preparedVariable has the process log and collect garbage as that of the
// provider does. The template knows nothing of either.
const preparedVariable = "BENCH_FLOOR_PREPARED"

func main() {
	if os.Getenv(preparedVariable) != "" {
		if err := process.SilenceLogs(os.LookupEnv, os.Setenv); err != nil {
			log.Fatal(err)
		}
		process.TuneMemory(os.LookupEnv)
	}
	if err := providerserver.Serve(context.Background(), newFloorProvider, providerserver.ServeOpts{Address: "registry.terraform.io/hashicorp/scaffolding"}); err != nil {
		log.Fatal(err)
	}
}
