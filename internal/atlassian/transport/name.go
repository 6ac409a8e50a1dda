package transport

import (
	"bytes"
	"encoding/json"
	"errors"
)

// MaxName is how many bytes a name or an ID may have that is compared with
// others. A longer one is refused: cut, it could be taken for another.
const MaxName = 4 << 10

var (
	errLongName = errors.New("a name or an ID in it is too long")
	errNoName   = errors.New("a name or an ID in it is neither a string nor a number")
)

// Name is a name or an ID as servers write it, as a string or as a number; empty
// where it is null or missing. Reading one of more than [MaxName] bytes fails.
type Name string

// UnmarshalJSON reads a string, a number or null.
func (n *Name) UnmarshalJSON(text []byte) error {
	switch {
	case bytes.Equal(text, []byte("null")):
		*n = ""
		return nil
	case text[0] == '"':
		var name string
		if err := json.Unmarshal(text, &name); err != nil {
			return err
		}
		*n = Name(name)
	case text[0] == '-' || '0' <= text[0] && text[0] <= '9':
		*n = Name(text)
	default:
		return errNoName
	}
	if len(*n) > MaxName {
		return errLongName
	}
	return nil
}
