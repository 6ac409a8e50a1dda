package rotation

import (
	"slices"
	"strings"
	"testing"
)

func TestJudge_comparesTwoLooks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before, after []string
		want          Verdict
		happened      bool
	}{
		"nothing before, nothing after":     {nil, nil, NotSeen, false},
		"nil and empty":                     {nil, []string{}, NotSeen, false},
		"the same":                          {[]string{"a", "b"}, []string{"a", "b"}, NotSeen, false},
		"another order":                     {[]string{"a", "b"}, []string{"b", "a"}, NotSeen, false},
		"listed twice":                      {[]string{"a"}, []string{"a", "a"}, NotSeen, false},
		"first key":                         {nil, []string{"a"}, Rotated, true},
		"joined at the end":                 {[]string{"a", "b"}, []string{"a", "b", "c"}, Rotated, true},
		"joined in front":                   {[]string{"a", "b"}, []string{"c", "a", "b"}, Rotated, true},
		"joined, listed twice":              {[]string{"a"}, []string{"b", "a", "b"}, Rotated, true},
		"joined, while others were deleted": {[]string{"a", "b"}, []string{"c"}, Rotated, true},
		"two joined":                        {[]string{"a"}, []string{"a", "b", "c"}, RotatedRepeatedly, true},
		"two joined, others deleted":        {[]string{"a"}, []string{"b", "c"}, RotatedRepeatedly, true},
		"one left":                          {[]string{"a", "b"}, []string{"b"}, Undecidable, false},
		"all left":                          {[]string{"a", "b"}, nil, Undecidable, false},
		"another case is another key":       {[]string{"a"}, []string{"A", "a"}, Rotated, true},
		"an empty name is a name":           {[]string{"a"}, []string{"a", ""}, Rotated, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Judge(test.before, test.after)
			if got != test.want || got.Happened() != test.happened {
				t.Errorf("verdict %d, happened %t, want %d", got, got.Happened(), test.want)
			}
		})
	}
}

func TestVerdict_unknownOneHasNotHappened(t *testing.T) {
	t.Parallel()
	for _, verdict := range []Verdict{-1, Undecidable + 1} {
		if verdict.Happened() {
			t.Errorf("verdict %d happened", verdict)
		}
	}
}

func TestJoined_listsNewsOnceInTheirOrder(t *testing.T) {
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
			if got := Joined(test.before, test.after); !slices.Equal(got, test.want) {
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

func FuzzJudge(f *testing.F) {
	addNameSeeds(f)
	f.Fuzz(func(t *testing.T, first, second string) {
		before, after := strings.Fields(first), strings.Fields(second)
		if got := Judge(before, before); got != NotSeen {
			t.Errorf("verdict %d of %q without a change", got, before)
		}
		if Judge(before, after) != Judge(reversed(before), reversed(after)) {
			t.Errorf("the order of %q and %q changes the verdict", before, after)
		}
		for place := range len(before) + 1 {
			// No field holds a space, so this name is new.
			rotated := slices.Insert(slices.Clone(before), place, "the former key")
			if got := Judge(before, rotated); got != Rotated {
				t.Errorf("verdict %d from %q to %q", got, before, rotated)
			}
		}
		if Judge(before, after).Happened() != (len(Joined(before, after)) > 0) {
			t.Errorf("verdict %d from %q to %q", Judge(before, after), before, after)
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
		if news := Joined(known, fresh); !slices.Equal(got[len(stayed):], news) {
			t.Errorf("%q do not follow in %q", news, got)
		}
		if again := OldestFirst(got, fresh); !slices.Equal(again, got) {
			t.Errorf("merging once more turns %q into %q", got, again)
		}
	})
}

func reversed(names []string) []string {
	names = slices.Clone(names)
	slices.Reverse(names)
	return names
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
