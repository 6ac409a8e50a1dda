// SPDX-License-Identifier: MPL-2.0

package paging

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pages are read by number: a page of these entries, and the cursor after it.
func pages(next map[string]string, entries ...int) (read func(context.Context, string) (Page[int], error), asked *[]string) {
	asked = new([]string)
	return func(_ context.Context, cursor string) (Page[int], error) {
		*asked = append(*asked, cursor)
		return Page[int]{Entries: entries, Next: next[cursor]}, nil
	}, asked
}

func TestList_readsUntilThereIsNoNextPage(t *testing.T) {
	t.Parallel()
	read, asked := pages(map[string]string{"": "a", "a": "b"}, 1, 2)
	entries, more, err := List[int]{Read: read}.All(t.Context())
	if err != nil || more || !slices.Equal(entries, []int{1, 2, 1, 2, 1, 2}) || !slices.Equal(*asked, []string{"", "a", "b"}) {
		t.Errorf("got %v, more %t, %v after %q", entries, more, err, *asked)
	}
}

func TestList_ofNothingIsEmpty(t *testing.T) {
	t.Parallel()
	read, _ := pages(nil)
	if entries, more, err := (List[int]{Read: read}).All(t.Context()); err != nil || more || entries == nil || len(entries) != 0 {
		t.Errorf("got %v, more %t, %v", entries, more, err)
	}
}

func TestList_stopsAtTheLimit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit, want, asked int
		more               bool
	}{
		"within a page": {limit: 1, want: 1, asked: 1, more: true},
		"after a page":  {limit: 2, want: 2, asked: 2, more: true},
		"all of it":     {limit: 4, want: 4, asked: 2},
		"beyond":        {limit: 9, want: 4, asked: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			read, asked := pages(map[string]string{"": "a"}, 1, 2, 3)
			odd := func(n int) bool { return n != 2 }
			entries, more, err := List[int]{Read: read, Limit: test.limit, Keep: odd}.All(t.Context())
			if err != nil || len(entries) != test.want || more != test.more || len(*asked) != test.asked {
				t.Errorf("got %v, more %t, %v after %d pages", entries, more, err, len(*asked))
			}
		})
	}
}

func TestList_endsWhateverTheServerAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		list  List[int]
		next  func(cursor string) string
		want  Error
		says  string
		asked int
	}{
		"the same page again": {
			next: func(string) string { return "a" },
			want: Error{List: "keys", Reason: Repeats, Pages: 2, Entries: 4},
			says: "page 2 names one as the next that was read before",
		},
		"two pages in turn": {
			next: func(cursor string) string { return map[string]string{"": "a", "a": "b", "b": "a"}[cursor] },
			want: Error{List: "keys", Reason: Repeats, Pages: 3, Entries: 6},
			says: "page 3 names one as the next that was read before",
		},
		"ever new pages": {
			next: func(cursor string) string { return cursor + "x" },
			want: Error{List: "keys", Reason: TooManyPages, Pages: MaxPages, Entries: 2 * MaxPages},
			says: "after 1000 pages with 2000 entries it names another one",
		},
		"ever full pages": {
			list: List[int]{MaxEntries: 5},
			next: func(cursor string) string { return Offset(cursor, 2) },
			want: Error{List: "keys", Reason: TooManyEntries, Pages: 3, Entries: 5},
			says: "it has more than 5 entries",
		},
		"empty pages that move nowhere": {
			list: List[int]{Keep: func(int) bool { return false }},
			next: func(cursor string) string { return Offset(cursor, 0) },
			want: Error{List: "keys", Reason: Repeats, Pages: 2},
			says: "page 2",
		},
		"more pages than asked for": {
			list: List[int]{MaxPages: 2, Limit: 100},
			next: func(cursor string) string { return cursor + "x" },
			want: Error{List: "keys", Reason: TooManyPages, Pages: 2, Entries: 4},
			says: "after 2 pages",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := test.list
			list.Name = "keys"
			list.Read = func(_ context.Context, cursor string) (Page[int], error) {
				return Page[int]{Entries: []int{1, 2}, Next: test.next(cursor)}, nil
			}
			entries, _, err := list.All(t.Context())
			endless, ok := errors.AsType[*Error](err)
			if !ok || *endless != test.want || entries != nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, %v", entries, err)
			}
			if explained := endless.Explain("The instance"); !strings.HasPrefix(explained.Cause, "The instance gave a list of keys") || explained.Remedy == "" {
				t.Errorf("explained as %+v", explained)
			}
		})
	}
}

func TestList_endsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	read := func(_ context.Context, cursor string) (Page[int], error) {
		if cursor == "xx" {
			cancel()
		}
		return Page[int]{Next: cursor + "x"}, nil
	}
	if _, _, err := (List[int]{Read: read}).All(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestList_isNoneWhereAPageFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	read := func(_ context.Context, cursor string) (Page[int], error) {
		if cursor == "x" {
			return Page[int]{}, broken
		}
		return Page[int]{Entries: []int{1}, Next: "x"}, nil
	}
	if entries, _, err := (List[int]{Read: read}).All(t.Context()); !errors.Is(err, broken) || entries != nil {
		t.Errorf("got %v, %v", entries, err)
	}
}

func TestCursor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":             "",
		"bare-cursor=": "bare-cursor=",
		"a/b+c==":      "a/b+c==",
		"5,7":          "5,7",
		"https://api.atlassian.com/admin/v1/orgs/o/events?limit=3&cursor=a%2Bb": "a+b",
		"https://elsewhere.example/?cursor=c":                                   "c",
		"/admin/v1/orgs/o/events?cursor=d":                                      "d",
		"?cursor=e":                                                             "e",
		"%zz":                                                                   "%zz",
	} {
		if got, err := Cursor(text, "cursor"); got != want || err != nil {
			t.Errorf("Cursor(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{
		"https://api.atlassian.com/admin/v1/orgs/o/events?limit=3", "https://x.example/", "https://x.example/%zz", "/x?limit=3", "/x?", "/x?cursor=",
	} {
		if got, err := Cursor(text, "cursor"); !errors.Is(err, ErrNoCursor) || got != "" {
			t.Errorf("Cursor(%q) = %q, %v", text, got, err)
		}
	}
}

func TestOffset_countsWhatCameBefore(t *testing.T) {
	t.Parallel()
	if first, second := Offset("", 50), Offset("50", 50); first != "50" || second != "100" {
		t.Errorf("the pages begin at %s and %s", first, second)
	}
}

// Whatever a text is, it is a cursor or an error, and empty only for the last page.
func FuzzCursor(f *testing.F) {
	for _, text := range []string{"", "a=", "https://elsewhere.example/?cursor=c", "?cursor=b", "://%zz", "%zz", "/x?cursor=&cursor=b", "//host/?cursor=%00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cursor, err := Cursor(text, "cursor")
		if err != nil && cursor != "" {
			t.Errorf("%q with an error", cursor)
		}
		if text != "" && err == nil && cursor == "" {
			t.Errorf("%q is taken for the last page", text)
		}
		before, _ := strconv.Atoi(text)
		if before >= 0 && before < 1<<40 && Offset(text, 1) == text {
			t.Errorf("the page after %q is the same", text)
		}
	})
}
