// Command atlassian-simulator runs a stand-in for Atlassian Cloud and for four
// Data Center instances on loopback addresses, so that a configuration can be
// tried without touching anything real. It prints the provider configuration
// to use and, when it is interrupted, what happened.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "atlassian-simulator:", err)
		os.Exit(1)
	}
}

// options is what the command line says.
type options struct {
	host  string
	port  int
	delay time.Duration
}

func parseOptions(args []string, output io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("atlassian-simulator", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.StringVar(&o.host, "listen", "127.0.0.1", "loopback address to listen on")
	flags.IntVar(&o.port, "port", 8080,
		"port of Atlassian Cloud; the instances take those behind it, and 0 takes any")
	flags.DurationVar(&o.delay, "delay", 0, "time that every request takes")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, nil
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, output io.Writer) error {
	o, err := parseOptions(args, output)
	if err != nil {
		return err
	}
	world, err := build(o)
	if err != nil {
		return err
	}
	defer world.simulator.Close()
	if err := world.introduce(output); err != nil {
		return err
	}
	<-ctx.Done()
	return world.report(output)
}
