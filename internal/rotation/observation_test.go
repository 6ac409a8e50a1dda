// SPDX-License-Identifier: MPL-2.0

package rotation

import (
	"slices"
	"strings"
	"testing"
)

func TestObserve_judgesByEveryNameEverKnown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		known, last, fresh, joined, vanished []string
		deleted                              bool
	}{
		"nothing before, nothing after":        {},
		"nil and empty":                        {fresh: []string{}},
		"the same":                             {last: []string{"a", "b"}, fresh: []string{"a", "b"}},
		"another order":                        {last: []string{"a", "b"}, fresh: []string{"b", "a"}},
		"listed twice":                         {last: []string{"a"}, fresh: []string{"a", "a"}},
		"first key":                            {fresh: []string{"a"}, joined: []string{"a"}},
		"joined at the end":                    {last: []string{"a", "b"}, fresh: []string{"a", "b", "c"}, joined: []string{"c"}},
		"joined in front, listed twice":        {last: []string{"a"}, fresh: []string{"b", "a", "b"}, joined: []string{"b"}},
		"joined, while the others went":        {last: []string{"a", "b"}, fresh: []string{"c"}, joined: []string{"c"}, vanished: []string{"a", "b"}, deleted: true},
		"two joined":                           {last: []string{"a"}, fresh: []string{"a", "b", "c"}, joined: []string{"b", "c"}},
		"one of two went":                      {last: []string{"a", "b"}, fresh: []string{"b"}, vanished: []string{"a"}},
		"all went":                             {last: []string{"a", "b"}, vanished: []string{"a", "b"}, deleted: true},
		"all went, recorded twice":             {last: []string{"a", "a"}, vanished: []string{"a"}, deleted: true},
		"one comes back":                       {known: []string{"a", "b"}, last: []string{"b"}, fresh: []string{"a", "b"}},
		"one comes back after a deletion":      {known: []string{"a", "b"}, fresh: []string{"a"}},
		"one comes back beside a new one":      {known: []string{"a", "b"}, last: []string{"b"}, fresh: []string{"a", "b", "c"}, joined: []string{"c"}},
		"another case is another key":          {last: []string{"a"}, fresh: []string{"A", "a"}, joined: []string{"A"}},
		"an empty name is a name":              {last: []string{"a"}, fresh: []string{"a", ""}, joined: []string{""}},
		"known twice, and in the last list":    {known: []string{"a", "a"}, last: []string{"a"}, fresh: []string{"a"}},
		"a node that lags shows an older list": {known: []string{"a", "b", "c"}, last: []string{"a", "b", "c"}, fresh: []string{"a"}, vanished: []string{"b", "c"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Observe(test.known, test.last, test.fresh)
			if !slices.Equal(got.Joined, test.joined) || !slices.Equal(got.Vanished, test.vanished) || got.Deleted != test.deleted {
				t.Errorf("observed %+v", got)
			}
			if got.Rotated() != (len(test.joined) > 0) {
				t.Errorf("rotated %t with %q joined", got.Rotated(), got.Joined)
			}
		})
	}
}

func TestMissing_listsNewsOnceInTheirOrder(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before, after, want []string
	}{
		"nothing":                 {nil, nil, nil},
		"no news":                 {[]string{"a"}, []string{"a"}, nil},
		"all news":                {nil, []string{"b", "a"}, []string{"b", "a"}},
		"between those known":     {[]string{"a", "b"}, []string{"a", "d", "b", "c"}, []string{"d", "c"}},
		"listed twice":            {[]string{"a"}, []string{"c", "b", "c", "a", "b"}, []string{"c", "b"}},
		"those gone do not count": {[]string{"a", "b"}, []string{"b"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Missing(test.before, test.after); !slices.Equal(got, test.want) {
				t.Errorf("joined %q, want %q", got, test.want)
			}
		})
	}
}

func TestOldestFirst_keepsWhatIsKnownAndAppendsNews(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		known, fresh, want []string
	}{
		"nothing":                {nil, nil, nil},
		"first list":             {nil, []string{"b", "a"}, []string{"b", "a"}},
		"server sorts otherwise": {[]string{"b", "a"}, []string{"a", "b"}, []string{"b", "a"}},
		"one joined":             {[]string{"b", "a"}, []string{"c", "a", "b"}, []string{"b", "a", "c"}},
		"one left":               {[]string{"b", "a", "c"}, []string{"c", "b"}, []string{"b", "c"}},
		"all left":               {[]string{"b", "a"}, nil, nil},
		"all replaced":           {[]string{"b", "a"}, []string{"d", "c"}, []string{"d", "c"}},
		"listed twice":           {[]string{"b"}, []string{"a", "b", "a", "b"}, []string{"b", "a"}},
		"known twice":            {[]string{"b", "a", "b"}, []string{"a", "b"}, []string{"b", "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			known, fresh := slices.Clone(test.known), slices.Clone(test.fresh)
			if got := OldestFirst(known, fresh); !slices.Equal(got, test.want) {
				t.Errorf("merged %q, want %q", got, test.want)
			}
			if !slices.Equal(known, test.known) || !slices.Equal(fresh, test.fresh) {
				t.Errorf("the lists became %q and %q", known, fresh)
			}
		})
	}
}

// addNameSeeds gives a fuzz test lists of names to start from.
func addNameSeeds(f *testing.F) {
	for _, seed := range [][2]string{{"", ""}, {"a b", "b a"}, {"a b c", "c d b"}, {"a a b", "b b a"}, {"x", ""}} {
		f.Add(seed[0], seed[1])
	}
}

func FuzzObserve(f *testing.F) {
	addNameSeeds(f)
	f.Fuzz(func(t *testing.T, first, second string) {
		last, fresh := strings.Fields(first), strings.Fields(second)
		if got := Observe(nil, last, last); got.Rotated() || len(got.Vanished) > 0 || got.Deleted {
			t.Errorf("observed %+v of %q without a change", got, last)
		}
		if got := Observe(Union(last, fresh), last, fresh); got.Rotated() {
			t.Errorf("%q are news although known", got.Joined)
		}
		if got := Observe(nil, last, fresh); got.Deleted && (len(last) == 0 || len(Missing(fresh, last)) != len(distinct(last))) {
			t.Errorf("%q counts as the deletion of %q", fresh, last)
		}
		for place := range len(last) + 1 {
			// No field holds a space, so this name is new.
			rotated := slices.Insert(slices.Clone(last), place, "the former key")
			if got := Observe(nil, last, rotated); len(got.Joined) != 1 {
				t.Errorf("observed %+v from %q to %q", got, last, rotated)
			}
		}
	})
}

func FuzzOldestFirst(f *testing.F) {
	addNameSeeds(f)
	f.Fuzz(func(t *testing.T, first, second string) {
		known, fresh := strings.Fields(first), strings.Fields(second)
		got := OldestFirst(known, fresh)
		if want := distinct(fresh); !slices.Equal(sorted(got), sorted(want)) {
			t.Fatalf("merging %q into %q yields %q", fresh, known, got)
		}
		listed := func(names []string) func(string) bool {
			return func(name string) bool { return slices.Contains(names, name) }
		}
		stayed := kept(distinct(known), listed(fresh))
		if !slices.Equal(got[:len(stayed)], stayed) {
			t.Errorf("%q do not keep their order in %q", stayed, got)
		}
		if news := Missing(known, fresh); !slices.Equal(got[len(stayed):], news) {
			t.Errorf("%q do not follow in %q", news, got)
		}
		if again := OldestFirst(got, fresh); !slices.Equal(again, got) {
			t.Errorf("merging once more turns %q into %q", got, again)
		}
	})
}

func sorted(names []string) []string {
	return slices.Sorted(slices.Values(names))
}

// distinct returns names, each once, in the order of their first place.
func distinct(names []string) []string {
	seen := map[string]bool{}
	return kept(names, func(name string) bool {
		defer func() { seen[name] = true }()
		return !seen[name]
	})
}

// kept returns those of names that keep is true for.
func kept(names []string, keep func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !keep(name) })
}
