// SPDX-License-Identifier: MPL-2.0

package trials

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// phase is when a fault begins.
type phase int

const (
	planning phase = iota
	inApply
)

// strike is how a fault strikes.
type strike struct {
	name  string
	from  phase
	times int
	// blind makes the looks after the request fail as well.
	blind bool
	// late has what a server keeps for later carried out three minutes later,
	// otherwise as soon as the operation is over.
	late bool
}

// cell is one cell of the matrix.
type cell struct {
	endpoint endpoint
	fault    simulator.NamedFault
	strike   strike
	// looks are the reads that a blind strike disturbs.
	looks []look
}

// look is a read with how many of it come before the first write.
type look struct {
	endpoint endpoint
	before   int
}

// hangs reports whether the fault takes time that no clock of a test can pass.
func (c cell) hangs() bool {
	return c.fault.Kind == simulator.Delay && c.fault.Delay == 0 && c.fault.Name != ""
}

// lies reports whether the fault answers that a change was made which was not, or
// that there are no tokens. No client can tell, so that less is expected.
func (c cell) lies() bool {
	if c.endpoint.Method == http.MethodGet && strings.HasPrefix(c.endpoint.Pattern, "/rest/pat/") {
		return c.fault.Body == "[]"
	}
	told := c.fault.Kind == simulator.HugeBody || c.fault.Kind == simulator.Status && c.fault.Status == http.StatusOK
	return c.endpoint.Method != http.MethodGet && told && !c.fault.After
}

// comesLate reports whether a request is carried out although its connection was
// reset before: the provider takes what is reset for ended, and looks for its
// outcome no longer than for any other.
func (c cell) comesLate() bool {
	return c.fault.Kind == simulator.ChangeLater && c.fault.Status == 0
}

func (c cell) String() string {
	return fmt.Sprintf("%s, %s, %s", c.endpoint, c.fault.Name, c.strike.name)
}

// sampled is how many cells a run tries at least that does not soak.
const sampled = 600

// soaks reports whether a run has the time to try much.
func soaks() bool {
	return os.Getenv("SOAK") != ""
}

// chosenFamily is what the families of operations have in their names that are
// tried; empty for all.
func chosenFamily() string {
	return os.Getenv("TRIALS_FAMILY")
}

// attempt is a cell of an operation.
type attempt struct {
	operation operation
	cell      cell
}

func (a attempt) String() string {
	return fmt.Sprintf("%s: %s: %s", a.operation.family, a.operation.name, a.cell)
}

// tallies counts trials by what they are about.
type tallies struct {
	mutex                sync.Mutex
	byOperation, byFault map[string]int
	tried, held          int
}

func (t *tallies) count(of attempt, wrong []string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.tried++
	t.byOperation[of.operation.family+", "+of.operation.name]++
	t.byFault[of.cell.fault.Name]++
	if len(wrong) == 0 {
		t.held++
	}
}

// Whatever goes wrong with whichever request of whichever operation: what comes
// of it is told as it is, and the next apply makes it good.
func TestFaultMatrix_everyFaultAtEveryRequestIsMadeGood(t *testing.T) {
	t.Parallel()
	all := everyAttempt(t)
	chosen := sample(t, all)
	counted := &tallies{byOperation: map[string]int{}, byFault: map[string]int{}}
	attempts := make(chan attempt)
	var group sync.WaitGroup
	for range 4 * runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for next := range attempts {
				wrong := watch(t.Context(), func(w *witness) { newTrial(w, next.operation, next.cell).run() })
				counted.count(next, wrong)
				if len(wrong) > 0 {
					t.Errorf("%s:\n  %s", next, strings.Join(wrong, "\n  "))
				}
			}
		})
	}
	for _, next := range chosen {
		attempts <- next
	}
	close(attempts)
	group.Wait()
	report(t, counted, len(all))
}

func report(t *testing.T, counted *tallies, all int) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(counted.byOperation)) {
		t.Logf("%5d cells: %s", counted.byOperation[name], name)
	}
	for _, name := range slices.Sorted(maps.Keys(counted.byFault)) {
		t.Logf("%5d cells: fault %s", counted.byFault[name], name)
	}
	t.Logf("%d of %d cells tried, %d held", counted.tried, all, counted.held)
	if counted.tried < 600 && chosenFamily() == "" {
		t.Errorf("only %d cells were tried", counted.tried)
	}
}

// sample returns a part of the attempts that is the same in every run, spread
// over all of them.
func sample(t *testing.T, all []attempt) []attempt {
	t.Helper()
	part := len(all) / sampled
	if soaks() {
		var err error
		if part, err = strconv.Atoi(os.Getenv("SOAK")); err != nil {
			t.Fatal(err)
		}
	}
	// Formatted once: no comparison has to do it again.
	places, order := make([]uint32, len(all)), make([]int, len(all))
	for i, of := range all {
		places[i], order[i] = scattered(of), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(places[a], places[b]) })
	chosen := make([]attempt, len(all)/max(part, 1))
	for i := range chosen {
		chosen[i] = all[order[i]]
	}
	return chosen
}

func scattered(a attempt) uint32 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(a.String()))
	return hash.Sum32()
}

// everyAttempt performs each operation without a fault first, which must hold,
// and crosses the requests that it makes with all faults.
func everyAttempt(t *testing.T) []attempt {
	t.Helper()
	var all []attempt
	for _, of := range operations() {
		if !strings.Contains(of.family, chosenFamily()) {
			continue
		}
		var tr *trial
		wrong := watch(t.Context(), func(w *witness) {
			tr = newTrial(w, of, cell{})
			tr.run()
		})
		if len(wrong) > 0 {
			t.Errorf("%s: %s: without any fault:\n  %s", of.family, of.name, strings.Join(wrong, "\n  "))
			continue
		}
		cells := tr.cells()
		if len(cells) == 0 {
			t.Logf("skipped: %s, %s sends no request", of.family, of.name)
		}
		for _, in := range cells {
			all = append(all, attempt{of, in})
		}
	}
	return all
}

// cells crosses the requests of the operation with all faults and strikes.
func (tr *trial) cells() []cell {
	var cells []cell
	for _, strike := range strikes() {
		for _, at := range tr.endpoints(strike) {
			for _, fault := range simulator.NamedFaults() {
				if strike.late && fault.Kind != simulator.ChangeLater || tr.leavesStray(at, fault, strike) {
					continue
				}
				cells = append(cells, cell{endpoint: at, fault: fault, strike: strike, looks: tr.looks(strike)})
			}
		}
	}
	return cells
}

func strikes() []strike {
	return []strike{
		{name: "once", from: planning, times: 1},
		{name: "all along", from: planning},
		{name: "once in apply", from: inApply, times: 1},
		{name: "all through apply", from: inApply},
		{name: "once in apply, and no look after it", from: inApply, times: 1, blind: true},
		{name: "once in apply, carried out later", from: inApply, times: 1, late: true},
		{name: "once in apply, carried out later, and no look after it", from: inApply, times: 1, blind: true, late: true},
	}
}

// endpoints returns what a strike can hit.
func (tr *trial) endpoints(by strike) []endpoint {
	requests := tr.applied
	if by.from == planning {
		requests = append(slices.Clone(tr.planned), tr.applied...)
	} else if tr.planned == nil {
		return nil
	}
	var hit []endpoint
	for _, at := range requests {
		isRead := at.Method == http.MethodGet
		if slices.Contains(hit, at) || isRead && (by.blind || by.late) {
			continue
		}
		hit = append(hit, at)
	}
	return hit
}

// looks counts, for each read of the apply, how often it comes before the first
// write.
func (tr *trial) looks(by strike) []look {
	if !by.blind {
		return nil
	}
	before := map[endpoint]int{}
	var seen []endpoint
	for n, at := range tr.applied {
		if at.Method != http.MethodGet {
			continue
		}
		if !slices.Contains(seen, at) {
			seen = append(seen, at)
		}
		if !slices.ContainsFunc(tr.applied[:n], func(earlier endpoint) bool { return earlier.Method != http.MethodGet }) {
			before[at]++
		}
	}
	var looks []look
	for _, at := range seen {
		looks = append(looks, look{at, before[at]})
	}
	return looks
}
