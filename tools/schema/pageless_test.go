// SPDX-License-Identifier: MPL-2.0

package main

import (
	"slices"
	"testing"
	"testing/fstest"
)

func TestPageless_namesEveryTypeWithoutAPage(t *testing.T) {
	t.Parallel()

	pages := []string{
		"index.md",
		"resources/key.md",
		"data-sources/keys.md",
		"ephemeral-resources/session.md",
		"list-resources/key.md",
		"actions/rotate.md",
		"functions/join.md",
	}
	exported, err := export(t.Context(), tinyServer(t))
	if err != nil {
		t.Fatal(err)
	}

	if got := pageless(exported, docs(pages...)); len(got) != 0 {
		t.Errorf("all pages are there: got %q", got)
	}
	for i, page := range pages {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			others := slices.Delete(slices.Clone(pages), i, i+1)
			want := []string{"page " + page + " is missing"}
			if got := pageless(exported, docs(others...)); !slices.Equal(got, want) {
				t.Errorf("without the page: got %q, want %q", got, want)
			}
			empty := docs(others...)
			empty[page] = &fstest.MapFile{}
			if got := pageless(exported, empty); !slices.Equal(got, want) {
				t.Errorf("with an empty page: got %q, want %q", got, want)
			}
		})
	}
}

func docs(pages ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, page := range pages {
		files[page] = &fstest.MapFile{Data: []byte("# Page\n")}
	}
	return files
}
