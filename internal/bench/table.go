// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

var errCounts = errors.New("requests or connections are not as many as they have to be")

// row is a line of the table.
type row struct {
	figure, here, floor, ratio, limit string
	// wide is what does nothing and is as wide, and wideRatio compares with it.
	wide, wideRatio string
	// wrong marks a count that is not what it has to be.
	wrong bool
}

// table is what bench prints.
type table []row

// print writes the table as Markdown, and returns an error where a count is
// wrong.
func (t table) print(out io.Writer, runs int) error {
	fmt.Fprintf(out, "Medians of %d runs. The floor is the resource of the framework's template. The wide floor does nothing either, has as many attributes as what is measured, and neither logs nor hurries to collect garbage: the framework's own part.\n\n", runs)
	writer := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintln(writer, "| figure\t| here\t| floor\t| ratio\t| limit\t| wide floor\t| ratio\t|")
	fmt.Fprintln(writer, "|---\t|---\t|---\t|---\t|---\t|---\t|---\t|")
	var err error
	for _, r := range t {
		fmt.Fprintf(writer, "| %s\t| %s\t| %s\t| %s\t| %s\t| %s\t| %s\t|\n", r.figure, r.here, r.floor, r.ratio, r.limit, r.wide, r.wideRatio)
		if r.wrong {
			err = errCounts
		}
	}
	return errors.Join(writer.Flush(), err)
}

func (b *bench) table() table {
	t := b.processRows()
	for _, kind := range b.families() {
		for _, size := range kind.sizes {
			for _, operation := range operations() {
				for _, delay := range kind.delays {
					t = append(t, b.timeRow(kind.name, operation, size, delay))
				}
			}
			t = append(t, b.cpuRow(kind.name, size))
		}
	}
	t = append(t, b.longRows()...)
	for _, kind := range b.families() {
		for _, size := range kind.sizes {
			t = append(t, b.countRows(kind, size)...)
		}
	}
	return t
}

// bound is a limit of a ratio.
type bound float64

func (b bound) String() string {
	if b == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", float64(b))
}

// judge writes a limit, and whether it is kept.
func (b bound) judge(ratio float64) string {
	if b != 0 && ratio > float64(b) {
		return b.String() + " (over)"
	}
	return b.String()
}

// compare makes a row of two medians.
func (b *bench) compare(figure, here, floor string, write func(float64) string, limit bound) row {
	h, ok := b.times.median(here)
	f, floorOK := b.times.median(floor)
	if !ok {
		return row{figure: figure, here: "not measured"}
	}
	r := row{figure: figure, here: write(h), limit: limit.String()}
	if floorOK && f > 0 {
		r.floor, r.ratio, r.limit = write(f), fmt.Sprintf("%.2f", h/f), limit.judge(h/f)
	}
	return r
}

// compareWide adds a third median to a row.
func (b *bench) compareWide(r row, here, wide string, write func(float64) string) row {
	h, _ := b.times.median(here)
	if w, ok := b.times.median(wide); ok && w > 0 {
		r.wide, r.wideRatio = write(w), fmt.Sprintf("%.2f", h/w)
	}
	return r
}

const processLimit = bound(1.1)

func (b *bench) processRows() table {
	var t table
	for _, r := range []struct {
		name  string
		write func(float64) string
	}{
		{"start to handshake", milliseconds}, {"GetProviderSchema", milliseconds}, {"resident at start", megabytes},
		{"binary", megabytes}, {"zip", megabytes},
	} {
		t = append(t, b.compare(r.name, "here "+r.name, "floor "+r.name, r.write, processLimit))
	}
	for _, kind := range b.families() {
		for _, size := range kind.sizes {
			if size == 500 {
				t = append(t, b.compare(fmt.Sprintf("resident after a plan of %d %s", size, kind.name),
					fmt.Sprintf("here plan of %d %s: resident", size, kind.name), fmt.Sprintf("floor plan of %d resources: resident", size), megabytes, processLimit))
			}
		}
	}
	return t
}

func (b *bench) timeRow(kind, operation string, size int, delay time.Duration) row {
	figure := fmt.Sprintf("%s of %d %s, %d ms", operation, size, kind, delay.Milliseconds())
	here := measured("here", operation, kind, size, delay)
	r := b.compare(figure, here, measured("floor", operation, "resources", size, 0), seconds, planLimit(kind, operation, size, delay))
	return b.compareWide(r, here, measured("wide", operation, kind, size, 0), seconds)
}

// planLimit bounds the plans of two hundred.
func planLimit(kind, operation string, size int, delay time.Duration) bound {
	switch {
	case operation != operationPlan || size != 200 || delay > 0:
		return 0
	case kind == "keys":
		return 1.30
	default:
		return 1.45
	}
}

// cpuRow compares what one more resource costs the provider in a plan.
func (b *bench) cpuRow(kind string, size int) row {
	figure := fmt.Sprintf("provider CPU for each of %d %s in a plan", size, kind)
	name := func(who, kind string) string { return fmt.Sprintf("%s plan of %d %s: CPU", who, size, kind) }
	each := func(seconds float64) string { return milliseconds(seconds / float64(size)) }
	limit := bound(0)
	if size >= manySize {
		limit = 1.8
	}
	r := b.compare(figure, name("here", kind), name("floor", "resources"), each, limit)
	return b.compareWide(r, name("here", kind), name("wide", kind), each)
}

// longRows compare what waits for the network with what has to.
func (b *bench) longRows() table {
	var t table
	const parallelism = 10
	if floor, ok := b.times.median(measured("floor", operationRotate, "resources", longSize, 0)); ok {
		if here, ok := b.times.median(measured("here", operationRotate, "instances", longSize, longDelay)); ok {
			// One answer of the refresh before it, and four of the rotation.
			least := floor + 5*longDelay.Seconds()*longSize/parallelism
			t = append(t, row{
				figure: fmt.Sprintf("rotate-all of %d instances, %d ms; floor plus 5 answers each, %d at a time", longSize, longDelay.Milliseconds(), parallelism),
				here:   seconds(here), floor: seconds(least), ratio: fmt.Sprintf("%.2f", here/least), limit: bound(1.2).judge(here / least),
			})
		}
	}
	const many, latency = 1000, 50 * time.Millisecond
	if floor, ok := b.times.median(measured("floor", operationPlan, "resources", many, 0)); ok {
		if here, ok := b.times.median(measured("here", operationPlan, "keys", many, latency)); ok {
			t = append(t, row{
				figure: fmt.Sprintf("plan of %d keys, %d ms, without half a second", many, latency.Milliseconds()),
				here:   seconds(here - 0.5), floor: seconds(floor), ratio: fmt.Sprintf("%.2f", (here-0.5)/floor), limit: bound(1.3).judge((here - 0.5) / floor),
			})
		}
	}
	return t
}

// countRows are those that bench fails for.
func (b *bench) countRows(kind family, size int) table {
	var t table
	for _, operation := range operations() {
		requests, connections := must(kind.name, operation, size)
		for _, delay := range kind.delays {
			name := measured("here", operation, kind.name, size, delay)
			figure := fmt.Sprintf("%s of %d %s, %d ms", operation, size, kind.name, delay.Milliseconds())
			t = append(t,
				countRow("requests: "+figure, b.counts[name+" requests"], requests, true),
				countRow("connections: "+figure, b.counts[name+" connections"], connections, false))
		}
	}
	return t
}

// must returns how many requests an operation takes, and how many connections
// at most: one for each host and whatever is asked beside each other, in each
// process of the CLI.
func must(kind, operation string, size int) (requests, connections int) {
	switch kind {
	case "keys":
		return keyRequests(operation, size), map[string]int{operationApply: 4, operationPlan: 2, operationRefresh: 2, operationRotate: 24}[operation]
	case "instances":
		return size * map[string]int{operationApply: 9, operationPlan: 1, operationRefresh: 1, operationRotate: 8}[operation],
			size * map[string]int{operationApply: 4, operationPlan: 1, operationRefresh: 1, operationRotate: 4}[operation]
	default:
		return size * map[string]int{operationApply: 5, operationRotate: 4}[operation],
			map[string]int{operationApply: 3*size + 10, operationRotate: 2*size + 10}[operation]
	}
}

// keyRequests are the pages of the list, once for each process, and the
// revocations.
func keyRequests(operation string, size int) int {
	pages := func(keys int) int { return (keys + 99) / 100 }
	switch operation {
	case operationApply:
		return 2 * pages(size)
	case operationRotate:
		if size == 1 {
			// There is only the provider's own key, which stays.
			return 1
		}
		return 2*pages(2*size-1) + size - 1
	default:
		return pages(size)
	}
}

// countRow is exact, or an upper bound.
func countRow(figure string, seen, want int, exact bool) row {
	r := row{figure: figure, here: fmt.Sprint(seen), limit: fmt.Sprint(want)}
	if !exact {
		r.limit = "<= " + r.limit
	}
	r.wrong = seen > want || exact && seen != want
	if r.wrong {
		r.limit += " (WRONG)"
	}
	return r
}

func seconds(value float64) string {
	return fmt.Sprintf("%.2f s", value)
}

func milliseconds(value float64) string {
	return fmt.Sprintf("%.1f ms", value*1e3)
}

func megabytes(value float64) string {
	return strings.TrimSpace(fmt.Sprintf("%.1f MB", value/1e6))
}
