// SPDX-License-Identifier: MPL-2.0

package transport

import "slices"

// automaton finds all of many words in one pass over a text, however the words
// overlap: Aho and Corasick, "Efficient String Matching", 1975. Its time is
// linear in the text and its memory in the words, sixteen bytes for each byte.
type automaton struct {
	// nodes are the prefixes of the words, the shortest first, so that the
	// children of one stand side by side.
	nodes []node
	// root leads from the empty prefix on, which most of a text never leaves.
	root [256]int32
	// longest is the length of the longest word.
	longest int
}

// node is a prefix of words.
type node struct {
	// fail is the longest proper suffix of this prefix that is a prefix as well.
	fail int32
	// child is the first of the children, count how many there are.
	child int32
	// length is that of the longest word that ends here; 0 for none.
	length int32
	count  uint16
	label  byte
}

// prefix is what newAutomaton knows of a node that it has yet to unfold: the
// words from and to, which share their first depth bytes.
type prefix struct {
	from, to, depth int
}

// newAutomaton returns what finds the words; nil for none. It sorts them.
func newAutomaton(words []string) *automaton {
	slices.Sort(words)
	words = slices.Compact(words)
	if len(words) == 0 {
		return nil
	}
	most := 1
	for _, word := range words {
		most += len(word)
	}
	a := &automaton{nodes: append(make([]node, 0, most), node{})}
	open := append(make([]prefix, 0, most), prefix{to: len(words)})
	for at := 0; at < len(a.nodes); at++ {
		open = a.unfold(at, words, open)
	}
	return a
}

// unfold adds the children of a node, all of whose shorter prefixes are there.
func (a *automaton) unfold(at int, words []string, open []prefix) []prefix {
	here, self := open[at], a.nodes[at]
	self.length = a.nodes[self.fail].length
	if here.from < here.to && len(words[here.from]) == here.depth {
		self.length = int32(here.depth)
		a.longest = max(a.longest, here.depth)
		here.from++
	}
	self.child = int32(len(a.nodes))
	for from := here.from; from < here.to; {
		child := node{label: words[from][here.depth]}
		to := from + 1
		for to < here.to && words[to][here.depth] == child.label {
			to++
		}
		if at == 0 {
			a.root[child.label] = int32(len(a.nodes))
		} else {
			child.fail = a.step(self.fail, child.label)
		}
		a.nodes = append(a.nodes, child)
		open = append(open, prefix{from: from, to: to, depth: here.depth + 1})
		self.count++
		from = to
	}
	a.nodes[at] = self
	return open
}

// step returns the node for what was read up to and with the next byte.
func (a *automaton) step(at int32, next byte) int32 {
	for at != 0 {
		here := &a.nodes[at]
		for child := here.child; child < here.child+int32(here.count); child++ {
			if a.nodes[child].label == next {
				return child
			}
		}
		at = here.fail
	}
	return a.root[next]
}

// span is a part of a text, from its first byte to the one after its last.
type span struct {
	from, to int
}

// find returns where words stand in the text, in order and joined where they
// touch.
func (a *automaton) find(text []byte) []span {
	var found []span
	at := int32(0)
	for i, next := range text {
		at = a.step(at, next)
		if length := int(a.nodes[at].length); length > 0 {
			found = join(found, span{i + 1 - length, i + 1})
		}
	}
	return found
}

// findDecoded is find for a text that is written in an encoding. It keeps no
// more of what it decodes than where the longest word may have begun.
func (a *automaton) findDecoded(text []byte, written encoding) []span {
	var found []span
	begins := make([]int, a.longest)
	at, count := int32(0), 0
	for next := range written.pieces(text) {
		for index, character := range next.decoded {
			origin := next.origin(index)
			begins[count%a.longest] = origin.from
			count++
			at = a.step(at, character)
			if length := int(a.nodes[at].length); length > 0 {
				found = join(found, span{begins[(count-length)%a.longest], origin.to})
			}
		}
	}
	return found
}

// join adds a span that ends where the last one does or later.
func join(spans []span, added span) []span {
	for len(spans) > 0 && spans[len(spans)-1].to >= added.from {
		added.from = min(added.from, spans[len(spans)-1].from)
		spans = spans[:len(spans)-1]
	}
	return append(spans, added)
}
