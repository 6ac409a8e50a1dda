// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"html"
	"iter"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// decoding reads what a text that is written in an encoding begins with: the
// bytes that it stands for and how long it is. A width of 0 says that the first
// byte stands for itself.
type decoding func(text []byte) (decoded []byte, width int)

// encoding is a way to write a text in another one.
type encoding struct {
	// marks are the characters that an escape begins with. The first one tells the
	// encoding from the others.
	marks  string
	decode decoding
}

// encodings returns the ways in which servers write what they were told. A secret
// is sought in what the text stands for, so that it does not matter which of
// its characters are escaped and how: %2f or %2F, &quot; or &#x22;, \/ or \u002f.
func encodings() []encoding {
	return []encoding{
		{"%", decodePercent},
		{"+%", decodeForm},
		{"&", decodeHTML},
		{"\\", decodeBackslash},
		{"\n\r", decodeFold},
	}
}

// tells reports whether the text may be written in the encoding.
func (e encoding) tells(text []byte) bool {
	return bytes.IndexByte(text, e.marks[0]) >= 0
}

// piece is a part of a text and what it stands for: an escape, or a stretch
// without one, every byte of which stands for itself.
type piece struct {
	decoded []byte
	at      span
	plain   bool
}

// origin returns what the byte of the piece with an index is a part of.
func (p piece) origin(index int) span {
	if p.plain {
		return span{p.at.from + index, p.at.from + index + 1}
	}
	return p.at
}

// pieces hands out what the text stands for.
func (e encoding) pieces(text []byte) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		for from := 0; from < len(text); {
			next := e.piece(text, from)
			if !yield(next) {
				return
			}
			from = next.at.to
		}
	}
}

func (e encoding) piece(text []byte, from int) piece {
	if decoded, width := e.decode(text[from:]); width > 0 {
		return piece{decoded: decoded, at: span{from, from + width}}
	}
	to := len(text)
	if width := bytes.IndexAny(text[from+1:], e.marks); width >= 0 {
		to = from + 1 + width
	}
	return piece{decoded: text[from:to], at: span{from, to}, plain: true}
}

// leavesMarks reports whether something that may be escaped is left of the text
// once the encoding is undone.
func (e encoding) leavesMarks(text []byte) bool {
	marks := encodings()
	for next := range e.pieces(text) {
		if slices.ContainsFunc(marks, func(other encoding) bool { return other.tells(next.decoded) }) {
			return true
		}
	}
	return false
}

// undone is a text of which an encoding was undone.
type undone struct {
	text []byte
	// from and to are where each of its bytes stands in the text that it was.
	from, to []int32
}

func (e encoding) undo(text []byte) undone {
	size := len(text)
	plain := undone{make([]byte, 0, size), make([]int32, 0, size), make([]int32, 0, size)}
	for next := range e.pieces(text) {
		plain.text = append(plain.text, next.decoded...)
		for index := range next.decoded {
			at := next.origin(index)
			plain.from, plain.to = append(plain.from, int32(at.from)), append(plain.to, int32(at.to))
		}
	}
	return plain
}

// origin returns where a part of it stands in the text that it was.
func (u undone) origin(part span) span {
	return span{int(u.from[part.from]), int(u.to[part.to-1])}
}

// decodeFold reads a line break in the middle of a word, with the blanks that the
// next line begins with: it stands for nothing.
func decodeFold(text []byte) ([]byte, int) {
	width := 0
	for width < len(text) && (text[width] == '\r' || text[width] == '\n') {
		width++
	}
	if width == 0 {
		return nil, 0
	}
	for width < len(text) && (text[width] == ' ' || text[width] == '\t') {
		width++
	}
	return nil, width
}

// decodePercent reads an escape of a URL.
func decodePercent(text []byte) ([]byte, int) {
	const width = len("%2f")
	if text[0] != '%' {
		return nil, 0
	}
	return decodeHex(text, 1, width)
}

// decodeForm reads the same in a query, where a plus sign is a space.
func decodeForm(text []byte) ([]byte, int) {
	if text[0] == '+' {
		return []byte{' '}, 1
	}
	return decodePercent(text)
}

// decodeHTML reads a character reference.
func decodeHTML(text []byte) ([]byte, int) {
	// The longest name, CounterClockwiseContourIntegral, has 31 letters.
	const longest = 34
	if text[0] != '&' {
		return nil, 0
	}
	end := bytes.IndexByte(text[:min(len(text), longest)], ';')
	if end < 0 || bytes.ContainsFunc(text[1:end], endsReference) {
		return nil, 0
	}
	reference := string(text[:end+1])
	character := html.UnescapeString(reference)
	if character == reference {
		return nil, 0
	}
	return []byte(character), end + 1
}

// endsReference reports whether a character is part of no reference: what follows it
// is one of its own.
func endsReference(character rune) bool {
	return character != '#' && !unicode.IsLetter(character) && !unicode.IsDigit(character)
}

// decodeBackslash reads an escape of JSON, JavaScript, Java or Go.
func decodeBackslash(text []byte) ([]byte, int) {
	if text[0] != '\\' || len(text) < 2 {
		return nil, 0
	}
	switch text[1] {
	case '"', '\\', '/', '\'':
		return text[1:2], 2
	case 'b':
		return []byte{'\b'}, 2
	case 'f':
		return []byte{'\f'}, 2
	case 'n':
		return []byte{'\n'}, 2
	case 'r':
		return []byte{'\r'}, 2
	case 't':
		return []byte{'\t'}, 2
	case 'x':
		return decodeHex(text, len(`\x`), len(`\x2f`))
	case 'u':
		return decodeUTF16(text)
	default:
		return nil, 0
	}
}

// decodeHex reads the byte that the digits between from and to stand for.
func decodeHex(text []byte, from, to int) ([]byte, int) {
	if len(text) < to {
		return nil, 0
	}
	value, err := strconv.ParseUint(string(text[from:to]), 16, 8)
	if err != nil {
		return nil, 0
	}
	return []byte{byte(value)}, to
}

// decodeUTF16 reads \u002f, or two of them that are one character.
func decodeUTF16(text []byte) ([]byte, int) {
	const width = len(`\u002f`)
	first, ok := codeUnit(text)
	if !ok {
		return nil, 0
	}
	if utf16.IsSurrogate(first) {
		if second, ok := codeUnit(text[width:]); ok {
			if character := utf16.DecodeRune(first, second); character != utf8.RuneError {
				return utf8.AppendRune(nil, character), 2 * width
			}
		}
	}
	return utf8.AppendRune(nil, first), width
}

func codeUnit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	value, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(value), err == nil
}
