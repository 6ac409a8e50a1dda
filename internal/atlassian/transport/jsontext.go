// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"encoding/json"
	"strings"
)

// maxDepth is how deep the values of an answer may lie in one another. The
// deepest that Atlassian documents has seven levels.
const maxDepth = 64

var errTooDeep = excess("its values are nested too deep")

// excess says that an answer is more than anybody needs. A repetition cannot
// help against it.
type excess string

func (e excess) Error() string {
	return string(e)
}

// jsonToken is a value of a JSON text, or the name of a field.
type jsonToken struct {
	// from and to are where it stands in the text, quotes included.
	from, to int
	kind     jsonKind
	// field is the decoded name of the field that the value stands in; empty in
	// a list. Depth is 1 for the fields of the outermost object.
	field []byte
	depth int
	// secret says that the value stands in a field of a secret name, however
	// deep in it.
	secret bool
}

type jsonKind int

const (
	jsonName jsonKind = iota
	jsonString
	jsonNumber
	// jsonOther is a true, a false, a null, or the bracket that a list or an object
	// begins with.
	jsonOther
)

// scanJSON calls visit for every token of a valid JSON text, in order. It needs
// no memory but for one level after the other; secret tells the names of secret
// fields.
func scanJSON(text []byte, secret func(name []byte) bool, visit func(jsonToken) error) error {
	scan := jsonScan{text: text, secret: secret, visit: visit}
	for at := 0; at < len(text); {
		next, err := scan.token(at)
		if err != nil {
			return err
		}
		at = next
	}
	return nil
}

type jsonScan struct {
	text   []byte
	secret func(name []byte) bool
	visit  func(jsonToken) error

	depth int
	// field is the name that the next value has, and hides whether it is secret.
	field []byte
	hides bool
	// hidden is the depth of the outermost value of a secret field that has not
	// ended yet; 0 for none.
	hidden int
}

// token reads what stands at a place and returns the next one.
func (s *jsonScan) token(at int) (int, error) {
	switch char := s.text[at]; char {
	case '{', '[':
		return at + 1, s.open(at)
	case '}', ']':
		s.close()
		return at + 1, nil
	case '"':
		end := at + stringLength(s.text[at:])
		return end, s.string(at, end)
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		end := at + numberLength(s.text[at:])
		return end, s.value(jsonToken{from: at, to: end, kind: jsonNumber})
	case 't', 'f', 'n':
		end := at + wordLength(s.text[at:])
		return end, s.value(jsonToken{from: at, to: end, kind: jsonOther})
	case ',':
		s.field, s.hides = nil, false
	}
	return at + 1, nil
}

func (s *jsonScan) open(at int) error {
	if err := s.value(jsonToken{from: at, to: at + 1, kind: jsonOther}); err != nil {
		return err
	}
	s.depth++
	if s.hides && s.hidden == 0 {
		s.hidden = s.depth
	}
	s.field, s.hides = nil, false
	if s.depth > maxDepth {
		return errTooDeep
	}
	return nil
}

func (s *jsonScan) close() {
	if s.hidden == s.depth {
		s.hidden = 0
	}
	s.depth--
}

// string reads a string, which is a name where a colon follows.
func (s *jsonScan) string(from, to int) error {
	if next := skipBlanks(s.text, to); next == len(s.text) || s.text[next] != ':' {
		return s.value(jsonToken{from: from, to: to, kind: jsonString})
	}
	name := unquoteJSON(s.text[from:to])
	err := s.visit(jsonToken{from: from, to: to, kind: jsonName, depth: s.depth})
	s.field, s.hides = name, s.secret(name)
	return err
}

func (s *jsonScan) value(token jsonToken) error {
	token.field, token.depth, token.secret = s.field, s.depth, s.hides || s.hidden > 0
	return s.visit(token)
}

// stringLength returns how long the string is that a text begins with.
func stringLength(text []byte) int {
	for at := 1; ; {
		end := bytes.IndexByte(text[at:], '"')
		if end < 0 {
			return len(text)
		}
		end += at
		escapes := 0
		for text[end-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return end + 1
		}
		at = end + 1
	}
}

// numberLength returns how long the number is that a text begins with.
func numberLength(text []byte) int {
	end := 1
	for end < len(text) && strings.IndexByte("+-.eE0123456789", text[end]) >= 0 {
		end++
	}
	return end
}

// wordLength returns how long the true, false or null is that a text begins with.
func wordLength(text []byte) int {
	end := 1
	for end < len(text) && 'a' <= text[end] && text[end] <= 'z' {
		end++
	}
	return end
}

// skipBlanks returns where the next character stands that is no white space.
func skipBlanks(text []byte, at int) int {
	for at < len(text) && strings.IndexByte(" \t\r\n", text[at]) >= 0 {
		at++
	}
	return at
}

// unquoteJSON returns what a JSON string stands for. It shares the bytes of one
// that holds no escape.
func unquoteJSON(quoted []byte) []byte {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return inner
	}
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		return inner
	}
	return []byte(text)
}

// quoteJSON writes a text as JSON.
func quoteJSON(text []byte) []byte {
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(string(text))
	return bytes.TrimSpace(quoted.Bytes())
}

// rewriteJSON returns a valid JSON text with some of its tokens replaced: by what
// replace returns, nil for what stays. It returns the same slice where
// everything stays.
func rewriteJSON(text []byte, secret func(name []byte) bool, replace func(jsonToken) ([]byte, error)) ([]byte, error) {
	var written []byte
	rest := 0
	err := scanJSON(text, secret, func(token jsonToken) error {
		replaced, err := replace(token)
		if replaced != nil {
			written = append(append(written, text[rest:token.from]...), replaced...)
			rest = token.to
		}
		return err
	})
	if err != nil || rest == 0 {
		return text, err
	}
	return append(written, text[rest:]...), nil
}
