// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"errors"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
)

// MaxName is how many bytes a name or an ID may have that is compared with
// others. A longer one is refused: cut, it could be taken for another.
const MaxName = 4 << 10

var errLongName = errors.New("a name or an ID in it is too long")

// Name is a [lenient.Text] that is compared with others: a name, an ID or a
// cursor, none of which is a truth value. Reading one of more than [MaxName] bytes
// fails.
type Name string

// UnmarshalJSON reads a JSON value.
func (n *Name) UnmarshalJSON(value []byte) error {
	var text lenient.Text
	if value[0] != 't' && value[0] != 'f' {
		if err := text.UnmarshalJSON(value); err != nil {
			return err
		}
	}
	if len(text) > MaxName {
		return errLongName
	}
	*n = Name(text)
	return nil
}
