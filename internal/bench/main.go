// SPDX-License-Identifier: MPL-2.0

// Command bench measures the provider as it is released beside the provider of
// the framework's template, in one run and against a simulator on loopback, and
// prints one table. It fails where requests or connections are not as many as
// they have to be: times depend on the machine, counts do not.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

func main() {
	if standsIn() {
		os.Exit(runMeasured())
	}
	var o options
	flag.StringVar(&o.cli, "cli", "", "path of terraform or tofu; empty finds one on PATH")
	flag.IntVar(&o.runs, "runs", 5, "how often everything is measured; the table holds medians")
	flag.Var(&o.keys, "keys", "numbers of API keys, separated by commas")
	flag.Var(&o.instances, "instances", "numbers of instances")
	flag.Var(&o.tunnels, "tunnels", "numbers of tunnels")
	flag.Parse()
	o.fill()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options is what the command line says.
type options struct {
	cli                      string
	runs                     int
	keys, instances, tunnels sizes
}

// fill completes what the command line leaves out.
func (o *options) fill() {
	for _, s := range []struct {
		given     *sizes
		otherwise sizes
	}{
		{&o.keys, sizes{1, 100, 200, 500, 1000}},
		{&o.instances, sizes{1, 50, 200, 500}},
		{&o.tunnels, sizes{50}},
	} {
		if *s.given == nil {
			*s.given = s.otherwise
		}
	}
}

// sizes is a list of numbers on the command line; none is "0".
type sizes []int

func (s *sizes) String() string {
	return fmt.Sprint([]int(*s))
}

// Set reads a list such as "1,100".
func (s *sizes) Set(text string) error {
	*s = sizes{}
	for field := range strings.SplitSeq(text, ",") {
		size, err := strconv.Atoi(field)
		if err != nil {
			return err
		}
		if size > 0 {
			*s = append(*s, size)
		}
	}
	return nil
}

func run(ctx context.Context, o options) error {
	directory, err := os.MkdirTemp("", "atlassian-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(directory) }()
	if o.cli == "" {
		if o.cli, err = terraform.FindCLI(); err != nil {
			return err
		}
	}
	here, floor, err := buildBoth(ctx, directory)
	if err != nil {
		return err
	}
	b := &bench{
		options: o, directory: directory, here: here, floor: floor,
		times: samples{}, counts: map[string]int{}, progress: os.Stderr,
	}
	if err := b.measure(ctx); err != nil {
		return err
	}
	return b.table().print(os.Stdout, o.runs)
}

// buildBoth builds the provider as a release does, and the floor likewise.
func buildBoth(ctx context.Context, directory string) (here, floor contestant, err error) {
	here = contestant{name: "here", source: atlassianSource(), binary: filepath.Join(directory, "here", "terraform-provider-atlassian"), tags: "grpcnotrace"}
	floor = contestant{name: "floor", source: floorSource, binary: filepath.Join(directory, "floor", "terraform-provider-scaffolding")}
	if err = here.build(ctx, "github.com/keyrotation/terraform-provider-atlassian"); err == nil {
		err = floor.build(ctx, "github.com/keyrotation/terraform-provider-atlassian/internal/bench/floor")
	}
	return here, floor, err
}
