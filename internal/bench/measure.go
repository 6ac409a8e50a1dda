// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/terraform"
)

// bench measures both contestants, run after run.
type bench struct {
	options
	directory   string
	here, floor contestant
	times       samples
	// counts holds requests and connections, which are the same in every run or
	// the largest there was.
	counts   map[string]int
	progress io.Writer
}

// samples holds what was measured under a name: seconds or bytes.
type samples map[string][]float64

func (s samples) add(name string, value float64) {
	s[name] = append(s[name], value)
}

// median returns the middle of what was measured, and whether there is any.
func (s samples) median(name string) (float64, bool) {
	measured := slices.Sorted(slices.Values(s[name]))
	if len(measured) == 0 {
		return 0, false
	}
	return measured[len(measured)/2], true
}

// The operations of a CLI that are measured.
const (
	operationApply   = "apply"
	operationPlan    = "plan"
	operationRefresh = "refresh"
	operationRotate  = "rotate-all"
)

func operations() []string {
	return []string{operationApply, operationPlan, operationRefresh, operationRotate}
}

// family is a kind of resource in numbers.
type family struct {
	name   string
	sizes  []int
	delays []time.Duration
	build  func(size int, delay time.Duration) estate
	// wide builds what is as wide and does nothing; nil where that is not compared.
	wide func(size int) estate
}

func (b *bench) families() []family {
	both := []time.Duration{0, 50 * time.Millisecond}
	return []family{
		{"keys", b.keys, both, newKeyEstate, newWideKeys},
		{"instances", b.instances, both, newInstanceEstate, newWideInstances},
		{"tunnels", b.tunnels, both, newTunnelEstate, nil},
	}
}

// wideSizes are those that are compared with what is as wide.
func (f family) wideSizes() []int {
	if f.wide == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.sizes), func(size int) bool { return size < manySize })
}

// manySize is from where the start of a process counts little.
const manySize = 100

// wide is the floor with its wide resources.
func (b *bench) wide() contestant {
	wide := b.floor
	wide.name = "wide"
	return wide
}

// longRotation is the size and the latency that the length of a rotation is
// told by.
const (
	longSize  = 200
	longDelay = 100 * time.Millisecond
)

// measured names a figure.
func measured(who, operation, family string, size int, delay time.Duration) string {
	return fmt.Sprintf("%s %s of %d %s at %d ms", who, operation, size, family, delay.Milliseconds())
}

func (b *bench) measure(ctx context.Context) error {
	for number := range b.runs {
		fmt.Fprintf(b.progress, "Run %d of %d\n", number+1, b.runs)
		if err := b.measureOnce(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) measureOnce(ctx context.Context) error {
	for _, who := range []contestant{b.floor, b.here} {
		if err := b.measureProcess(ctx, who); err != nil {
			return err
		}
	}
	for _, size := range b.floorSizes() {
		if err := b.measureLife(ctx, b.floor, floorEstate{size}, family{name: "resources"}, size, 0); err != nil {
			return err
		}
	}
	for _, kind := range b.families() {
		for _, size := range kind.wideSizes() {
			if err := b.measureLife(ctx, b.wide(), kind.wide(size), kind, size, 0); err != nil {
				return err
			}
		}
		for _, size := range kind.sizes {
			delays := kind.delays
			if kind.name == "instances" && size == longSize {
				delays = append(delays, longDelay)
			}
			for _, delay := range delays {
				if err := b.measureLife(ctx, b.here, kind.build(size, delay), kind, size, delay); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// floorSizes are those that anything is compared with.
func (b *bench) floorSizes() []int {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat([]int(b.keys), b.instances, b.tunnels))))
}

func (b *bench) measureProcess(ctx context.Context, who contestant) error {
	seen, err := begin(ctx, who.binary)
	if err != nil {
		return fmt.Errorf("%s: %w", who.name, err)
	}
	size, zipped, err := weigh(who.binary)
	if err != nil {
		return err
	}
	for name, value := range map[string]float64{
		"start to handshake": seen.handshake.Seconds(), "GetProviderSchema": seen.schema.Seconds(), "resident at start": seen.resident,
		"binary": size, "zip": zipped,
	} {
		b.times.add(who.name+" "+name, value)
	}
	return nil
}

// measureLife creates, plans, refreshes and rotates everything in an estate.
func (b *bench) measureLife(ctx context.Context, who contestant, e estate, kind family, size int, delay time.Duration) error {
	defer e.close()
	l, err := b.newLife(who, e)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(l.workspace.Dir) }()
	fmt.Fprintf(b.progress, "  %s: %d %s at %v\n", who.name, size, kind.name, delay)
	for _, operation := range operations() {
		took, err := l.run(ctx, operation)
		if err != nil {
			return err
		}
		name := measured(who.name, operation, kind.name, size, delay)
		seen := e.count()
		b.times.add(name, took.Seconds())
		b.counts[name+" requests"] = max(b.counts[name+" requests"], seen.requests)
		b.counts[name+" connections"] = max(b.counts[name+" connections"], seen.connections)
	}
	if delay > 0 {
		return nil
	}
	used, err := l.planMeasured(ctx)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s plan of %d %s", who.name, size, kind.name)
	b.times.add(name+": CPU", used.CPU.Seconds())
	b.times.add(name+": resident", float64(used.Resident))
	return nil
}

// life is the working directory of one estate.
type life struct {
	contestant contestant
	estate     estate
	workspace  *terraform.Workspace
	generation int
}

func (b *bench) newLife(who contestant, e estate) (*life, error) {
	directory, err := os.MkdirTemp(b.directory, "work")
	if err != nil {
		return nil, err
	}
	workspace, err := terraform.NewWorkspaceOf(who.source, directory, b.cli, who.binary)
	if err != nil {
		return nil, err
	}
	workspace.Env = e.environment()
	return &life{contestant: who, estate: e, workspace: workspace}, nil
}

// run carries out an operation and returns how long it took.
func (l *life) run(ctx context.Context, operation string) (time.Duration, error) {
	arguments := []string{"apply", "-auto-approve"}
	switch operation {
	case operationPlan:
		arguments = []string{"plan", "-detailed-exitcode"}
	case operationRefresh:
		arguments = []string{"plan", "-refresh-only", "-detailed-exitcode"}
	case operationRotate:
		l.generation++
		l.estate.renew()
	}
	if arguments[0] == "apply" {
		if err := l.configure(); err != nil {
			return 0, err
		}
	}
	return l.timed(ctx, arguments)
}

func (l *life) configure() error {
	return os.WriteFile(filepath.Join(l.workspace.Dir, "main.tf"), []byte(l.estate.configuration(l.generation)), 0o600)
}

func (l *life) timed(ctx context.Context, arguments []string) (time.Duration, error) {
	start := clock.System{}.Now()
	result, err := l.workspace.Run(ctx, arguments...)
	took := since(start)
	if err == nil && result.ExitCode != 0 {
		err = fmt.Errorf("%s: %q: exit code %d:\n%.4000s%.4000s", l.contestant.name, arguments, result.ExitCode, result.Stdout, result.Stderr)
	}
	return took, err
}

// planMeasured plans once more, with this program between the CLI and the
// provider.
func (l *life) planMeasured(ctx context.Context) (usage, error) {
	self, err := os.Executable()
	if err != nil {
		return usage{}, err
	}
	linked := filepath.Join(l.workspace.Dir, "measured", filepath.Base(l.contestant.binary))
	if err := os.MkdirAll(filepath.Dir(linked), 0o700); err != nil {
		return usage{}, err
	}
	if err := os.Symlink(self, linked); err != nil {
		return usage{}, err
	}
	workspace, err := terraform.NewWorkspaceOf(l.contestant.source, l.workspace.Dir, l.workspace.CLI, linked)
	if err != nil {
		return usage{}, err
	}
	file := filepath.Join(l.workspace.Dir, "usage.jsonl")
	workspace.Env = append(slices.Clone(l.workspace.Env), measuredVariable+"="+l.contestant.binary, usageVariable+"="+file)
	l.workspace = workspace
	if _, err := l.timed(ctx, []string{"plan", "-detailed-exitcode"}); err != nil {
		return usage{}, err
	}
	return readUsage(file)
}
