// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	oneConfig   = tftypes.NewValue(tftypes.String, "one")
	otherConfig = tftypes.NewValue(tftypes.String, "other")
)

// Which of two parts was played first makes no difference.
func TestClaims_contradictions(t *testing.T) {
	t.Parallel()
	var (
		kept        = part{role: keeps, config: oneConfig}
		created     = part{role: creates, config: oneConfig}
		createdBy   = part{role: creates, config: otherConfig}
		createdNew  = part{role: creates}
		ended       = part{role: ends}
		endedForAll = part{role: ends, revokes: true}
		twin        = part{role: creates, twin: oneConfig}
		otherTwin   = part{role: creates, twin: otherConfig}
		made        = part{role: creates, config: otherConfig, made: true}
	)
	for name, test := range map[string]struct {
		one, other part
		want       conflict
	}{
		"kept by two":                              {kept, kept, keptTwice},
		"kept by two of other configurations":      {kept, part{role: keeps, config: otherConfig}, keptTwice},
		"kept and created by one configuration":    {kept, created, noConflict},
		"kept and created by two configurations":   {kept, createdBy, createdTwice},
		"kept and created by a new resource":       {kept, createdNew, createdTwice},
		"kept and ended, which leaves it":          {kept, ended, noConflict},
		"kept and ended, which revokes it":         {kept, endedForAll, endedWhileUsed},
		"created by two":                           {created, created, createdTwice},
		"created by two configurations":            {created, createdBy, createdTwice},
		"created by two new resources":             {createdNew, createdNew, createdTwice},
		"created by two of one configuration":      {twin, twin, perhapsTwice},
		"created by two of other configurations":   {twin, otherTwin, createdTwice},
		"kept and created in the same process":     {kept, made, noConflict},
		"created and ended, which leaves it":       {created, ended, noConflict},
		"created and ended, which revokes it":      {created, endedForAll, endedWhileUsed},
		"created anew and ended, which leaves it":  {createdNew, ended, noConflict},
		"created anew and ended, which revokes it": {createdNew, endedForAll, endedWhileUsed},
		"ended by two":                             {ended, ended, noConflict},
		"ended by two, both of which revoke it":    {endedForAll, endedForAll, noConflict},
		"ended by two, one of which revokes it":    {ended, endedForAll, noConflict},
	} {
		for order, parts := range map[string][2]part{"": {test.one, test.other}, ", the other way round": {test.other, test.one}} {
			t.Run(name+order, func(t *testing.T) {
				t.Parallel()
				claims, of := newClaims("1.14.0"), subject{"thing", "a"}
				if first := claims.take(of, parts[0]); first != noConflict {
					t.Errorf("the first part alone contradicts something: %d", first)
				}
				if elsewhere := claims.take(subject{"thing", "b"}, parts[1]); elsewhere != noConflict {
					t.Errorf("a part for something else contradicts it: %d", elsewhere)
				}
				if got := claims.take(of, parts[1]); got != test.want {
					t.Errorf("got %d, want %d", got, test.want)
				}
			})
		}
	}
}

// A third resource finds out about any of two.
func TestClaims_seesEveryPartBefore(t *testing.T) {
	t.Parallel()
	claims, of := newClaims("1.14.0"), subject{"thing", "a"}
	for i, test := range []struct {
		taken part
		want  conflict
	}{
		{part{role: ends}, noConflict},
		{part{role: creates, config: oneConfig}, noConflict},
		{part{role: ends, revokes: true}, endedWhileUsed},
		{part{role: keeps, config: oneConfig}, endedWhileUsed},
	} {
		if got := claims.take(of, test.taken); got != test.want {
			t.Errorf("%d: got %d, want %d", i, got, test.want)
		}
	}
}

func TestClaims_whatIsNotKnownContradictsNothing(t *testing.T) {
	t.Parallel()
	claims := newClaims("1.14.0")
	for range 2 {
		if got := claims.take(subject{}, part{role: creates}); got != noConflict {
			t.Errorf("got %d", got)
		}
	}
	if claims.plays(subject{}, creates) {
		t.Error("what is not known is taken")
	}
}

func TestClaims_knowsWhoPlaysWhat(t *testing.T) {
	t.Parallel()
	claims, of := newClaims("1.14.0"), subject{"thing", "a"}
	claims.take(of, part{role: creates})
	if !claims.plays(of, creates) || claims.plays(of, keeps) || claims.plays(subject{"thing", "b"}, creates) {
		t.Error("another part is played")
	}
	if claims.applying() {
		t.Error("a plan is taken for an apply")
	}
	if claims.startApplying(); !claims.applying() {
		t.Error("an apply is taken for a plan")
	}
}

func TestClaims_areSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	claims, of := newClaims("1.14.0"), subject{"thing", "a"}
	var (
		group     sync.WaitGroup
		mutex     sync.Mutex
		conflicts = map[conflict]int{}
	)
	for i := range 50 {
		group.Go(func() {
			got := claims.take(of, part{role: creates, config: tftypes.NewValue(tftypes.String, fmt.Sprint(i))})
			claims.plays(of, creates)
			mutex.Lock()
			defer mutex.Unlock()
			conflicts[got]++
		})
	}
	group.Wait()
	if conflicts[noConflict] != 1 || conflicts[createdTwice] != 49 {
		t.Errorf("got %v", conflicts)
	}
}

// Only where a process may plan a creation again, two of one configuration may be
// one.
func TestClaims_creationPlannedTwiceIsOneAtMostWhereTheCLIPlansAgain(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]conflict{
		"1.11.4": createdTwice, "1.13.5": createdTwice, "1.14.0": perhapsTwice, "1.15.0-beta1": perhapsTwice, "2.0.0": perhapsTwice, "": createdTwice, "dev": createdTwice,
	} {
		claims, of, twin := newClaims(version), subject{"thing", "a"}, part{role: creates, twin: oneConfig}
		if got := claims.take(of, twin); got != noConflict {
			t.Errorf("%s: one alone is %d", version, got)
		}
		if got := claims.take(of, twin); got != want {
			t.Errorf("%s: got %d, want %d", version, got, want)
		}
	}
}
