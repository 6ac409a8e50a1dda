// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-atlassian is the Terraform provider that rotates
// the keys of an Atlassian estate.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"runtime/debug"
	_ "time/tzdata" // rotation_window names zones that the machine may not know

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/keyrotation/terraform-provider-atlassian/internal/process"
	"github.com/keyrotation/terraform-provider-atlassian/internal/provider"
)

// version and commit are set by the release build.
var (
	version = ""
	commit  = ""
)

func main() {
	attachable := flag.Bool("debug", false, "run so that a debugger can attach")
	printed := flag.Bool("version", false, "print the version and end")
	flag.Parse()

	if *printed {
		fmt.Println(fullVersion())
		return
	}
	process.SilenceStandardLog(log.Default())
	if err := process.SilenceLogs(os.LookupEnv, os.Setenv); err != nil {
		fail(err)
	}
	process.TuneMemory(os.LookupEnv)
	var options []tf6server.ServeOpt
	if *attachable {
		options = append(options, tf6server.WithManagedDebug())
	}
	if err := tf6server.Serve(provider.Address, provider.NewServer(fullVersion()), options...); err != nil {
		fail(err)
	}
}

// fail ends the process with a word to whoever started it.
func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// fullVersion is the released version with its commit, or what Go knows of a
// build that no release made.
func fullVersion() string {
	switch {
	case version != "" && commit != "":
		return version + "+" + commit
	case version != "":
		return version
	}
	if build, ok := debug.ReadBuildInfo(); ok && build.Main.Version != "" && build.Main.Version != "(devel)" {
		return build.Main.Version
	}
	return "dev"
}
