// SPDX-License-Identifier: MPL-2.0

// Command atlassian-simulator runs a stand-in for Atlassian Cloud and for Data
// Center instances on loopback addresses, so that a configuration can be tried
// without touching anything real, in fair weather and in foul. It prints what to
// set in the environment and, when it is interrupted, what happened. With ctl as
// its first argument it is the client that tells a running one what to do.
package main

import (
	"context"
	crand "crypto/rand"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const usage = `Usage: atlassian-simulator [flags]
       atlassian-simulator ctl [-control address] command [argument ...]

Everything is SIMULATED. "atlassian-simulator ctl help" lists the commands.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := dispatch(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "atlassian-simulator:", err)
		os.Exit(1)
	}
}

func dispatch(ctx context.Context, args []string, output io.Writer) error {
	if len(args) > 0 && args[0] == "ctl" {
		return runClient(ctx, args[1:], os.Getenv(controlVariable), output)
	}
	return run(ctx, args, output)
}

// options is what the command line says.
type options struct {
	host    string
	port    int
	control string
	delay   time.Duration
	world   string
	seed    string
	lenient bool
}

func parseOptions(args []string, output io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("atlassian-simulator", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.Usage = func() {
		fmt.Fprint(output, usage, "\nFlags:\n")
		flags.PrintDefaults()
	}
	flags.StringVar(&o.host, "listen", "127.0.0.1", "loopback address to listen on")
	flags.IntVar(&o.port, "port", 8080,
		"port of Atlassian Cloud; the instances take those behind it, and 0 takes any")
	flags.StringVar(&o.control, "control", "", "loopback address and port of the control API; the port before Cloud's if empty")
	flags.DurationVar(&o.delay, "delay", 0, "time that every request takes")
	flags.StringVar(&o.world, "world", "", "JSON file of what to simulate; an organization and four instances if empty")
	flags.StringVar(&o.seed, "seed", "", "text that makes secrets and IDs the same each time; random ones if empty")
	flags.BoolVar(&o.lenient, "lenient", false, "lift the refusals that rest on a guess alone")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if o.control == "" {
		o.control = o.address(-1)
	}
	return o, nil
}

// random returns the source of one kind of bytes.
func (o options) random(purpose string) io.Reader {
	if o.seed == "" {
		return crand.Reader
	}
	return rand.NewChaCha8(sha256.Sum256([]byte(purpose + "\x00" + o.seed)))
}

func (o options) guesses() simulator.Guesses {
	if o.lenient {
		return simulator.Guesses{}.Lenient()
	}
	return simulator.Guesses{}
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, output io.Writer) error {
	o, err := parseOptions(args, output)
	if err != nil {
		return err
	}
	description := defaultWorld()
	if o.world != "" {
		if description, err = readWorld(o.world); err != nil {
			return err
		}
	}
	world, err := build(o, description)
	if err != nil {
		return err
	}
	defer world.simulator.Close()
	control, err := startControl(world, o.control)
	if err != nil {
		return err
	}
	defer control.stop()
	if err := world.introduce(output, control.address); err != nil {
		return err
	}
	<-ctx.Done()
	return world.report(output)
}
