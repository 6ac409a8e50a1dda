// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestName_takesNumbersAndStrings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`2154`:                       "2154",
		`-1`:                         "-1",
		`12345678901234567`:          "12345678901234567",
		`"node-1"`:                   "node-1",
		`"a\/b \u00e9 \ud83d\ude00"`: "a/b é 😀",
		`""`:                         "",
		`null`:                       "",
		`true`:                       "",
		`{"id":1}`:                   "",
		`[1]`:                        "",
	} {
		name := Name("before")
		if err := json.Unmarshal([]byte(text), &name); err != nil || string(name) != want {
			t.Errorf("%s is read as %q with error %v, want %q", text, name, err, want)
		}
	}
}

// Two names that begin alike must not be taken for one.
func TestName_refusesWhatIsTooLongToBeOne(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`"` + strings.Repeat("a", MaxName+1) + `"`, strings.Repeat("1", MaxName+1)} {
		if err := json.Unmarshal([]byte(text), new(Name)); err == nil {
			t.Errorf("%d bytes are taken for a name", len(text))
		}
	}
	if err := json.Unmarshal([]byte(`"`+strings.Repeat("a", MaxName)+`"`), new(Name)); err != nil {
		t.Error(err)
	}
	if MaxName >= maxText {
		t.Error("a name that the gate cut is not refused")
	}
}
