// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// makeVisible writes out what steers a terminal or the direction of a text, and
// what cannot be seen at all: ESC as \x1b, a line break as \n, U+202E as \u202e.
// It returns the same slice where there is none. The two joiners stay: words
// of several scripts are spelt with them.
func makeVisible(text []byte) []byte {
	at := firstHidden(text)
	if at < 0 {
		return text
	}
	visible := append(make([]byte, 0, len(text)+16), text[:at]...)
	for at < len(text) {
		character, width := utf8.DecodeRune(text[at:])
		switch {
		case character == utf8.RuneError && width == 1:
			visible = utf8.AppendRune(visible, utf8.RuneError)
		case isHidden(character):
			visible = appendEscaped(visible, character)
		default:
			visible = append(visible, text[at:at+width]...)
		}
		at += width
	}
	return visible
}

// firstHidden returns where the first character stands that has to be written
// out; -1 for none.
func firstHidden(text []byte) int {
	for at := 0; at < len(text); {
		if ' ' <= text[at] && text[at] < 0x7f {
			at++
			continue
		}
		character, width := utf8.DecodeRune(text[at:])
		if isHidden(character) || character == utf8.RuneError && width == 1 {
			return at
		}
		at += width
	}
	return -1
}

func isHidden(character rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	return unicode.IsControl(character) ||
		unicode.In(character, unicode.Cf, unicode.Zl, unicode.Zp) && character != nonJoiner && character != joiner
}

func appendEscaped(text []byte, character rune) []byte {
	switch {
	case character == '\n':
		return append(text, `\n`...)
	case character == '\r':
		return append(text, `\r`...)
	case character == '\t':
		return append(text, `\t`...)
	case character < 0x100:
		return fmt.Appendf(text, `\x%02x`, character)
	case character < 0x10000:
		return fmt.Appendf(text, `\u%04x`, character)
	default:
		return fmt.Appendf(text, `\U%08x`, character)
	}
}
