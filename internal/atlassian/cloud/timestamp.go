package cloud

import (
	"bytes"
	"encoding/json"
	"time"
)

// Timestamp is a time as the APIs of Atlassian Cloud write it: RFC 3339 in UTC.
// The pages call it a string and say no more, so that whatever else comes in its
// place is taken for a time that nobody can read, and is no error.
type Timestamp struct {
	// Time is zero where there is none, and where it cannot be read.
	Time time.Time
	// Given tells whether there is anything, readable or not.
	Given bool
}

// UnmarshalJSON takes null and the empty string for no time at all.
func (t *Timestamp) UnmarshalJSON(data []byte) error {
	*t = Timestamp{}
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	if !bytes.HasPrefix(data, []byte(`"`)) {
		t.Given = true
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	t.Given = text != ""
	if read, err := time.Parse(time.RFC3339Nano, text); err == nil {
		t.Time = read.UTC()
	}
	return nil
}
