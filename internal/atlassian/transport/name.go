package transport

import (
	"encoding/json"
	"errors"
)

// MaxName is how many bytes a name or an ID may have that is compared with
// others. A longer one is refused: cut, it could be taken for another.
const MaxName = 4 << 10

var errLongName = errors.New("a name or an ID in it is too long")

// Name is a name or an ID as servers write it, as a string or as a number; empty
// where it is anything else. Reading one of more than [MaxName] bytes fails.
type Name string

// UnmarshalJSON reads a JSON value.
func (n *Name) UnmarshalJSON(text []byte) error {
	*n = ""
	switch {
	case text[0] == '"':
		var name string
		if err := json.Unmarshal(text, &name); err != nil {
			return err
		}
		*n = Name(name)
	case text[0] == '-' || '0' <= text[0] && text[0] <= '9':
		*n = Name(text)
	}
	if len(*n) > MaxName {
		return errLongName
	}
	return nil
}
