package main

import "strings"

// phrases tell a license, by its name at https://spdx.org/licenses. All of
// these allow redistribution in binary form with their text. The first one
// that fits counts: what is longer stands before what is part of it.
var phrases = []struct{ license, phrase string }{
	{"MPL-2.0", "mozilla public license, version 2.0"},
	{"MPL-2.0", "mozilla public license version 2.0"},
	{"Apache-2.0", "apache license version 2.0"},
	{"BSD-3-Clause", "may be used to endorse or promote products derived from this software"},
	{"BSD-2-Clause", "redistributions in binary form must reproduce the above copyright notice"},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose"},
}

// recognize returns the name of the license that text is, or nothing.
func recognize(text string) string {
	words := strings.Join(strings.Fields(strings.ToLower(text)), " ")
	for _, known := range phrases {
		if strings.Contains(words, known.phrase) {
			return known.license
		}
	}
	return ""
}
