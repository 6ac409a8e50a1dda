// SPDX-License-Identifier: MPL-2.0

package lenient

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Decode reads JSON into v, a pointer. A field of another type than v wants
// stays as it was, and costs neither the other fields nor an error; what is no
// JSON does.
func Decode(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if _, odd := errors.AsType[*json.UnmarshalTypeError](err); odd {
		// encoding/json has read everything else.
		return nil
	}
	return err
}

// Entries is a list of objects as the server sent it. It is nil where there is
// no list; a list that is empty is not.
type Entries []json.RawMessage

// UnmarshalJSON never fails: what is no list is none, and an entry that is no
// object is left out.
func (e *Entries) UnmarshalJSON(data []byte) error {
	*e = nil
	var entries []json.RawMessage
	_ = json.Unmarshal(data, &entries)
	if entries == nil {
		return nil
	}
	*e = make(Entries, 0, len(entries))
	for _, entry := range entries {
		if bytes.HasPrefix(bytes.TrimSpace(entry), []byte("{")) {
			*e = append(*e, entry)
		}
	}
	return nil
}

// Text is a text, or a number or truth value as it is written: IDs come as
// either. Whatever else comes in its place is no text.
type Text string

// UnmarshalJSON never fails.
func (t *Text) UnmarshalJSON(data []byte) error {
	*t = ""
	var text string
	switch {
	case json.Unmarshal(data, &text) == nil:
		*t = Text(text)
	case !bytes.ContainsAny(data[:1], "{["):
		*t = Text(data)
	}
	return nil
}
