// SPDX-License-Identifier: MPL-2.0

package lenient_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
)

func TestDecode_losesAnOddFieldAndNoOther(t *testing.T) {
	t.Parallel()
	type person struct {
		Name  string       `json:"name"`
		ID    lenient.Text `json:"id"`
		Since lenient.Time `json:"since"`
		Roles []string     `json:"roles"`
	}
	for text, want := range map[string]person{
		`{"name":"ada","id":7,"since":null,"roles":["x",1,"y"]}`: {Name: "ada", ID: "7", Roles: []string{"x", "", "y"}},
		`{"name":[],"id":"7","since":{},"roles":{}}`:             {ID: "7", Since: lenient.Time{Given: true}},
		`{"id":{"a":1},"name":"ada"}`:                            {Name: "ada"},
		`{"id":null}`:                                            {},
		`{"id":true}`:                                            {ID: "true"},
		`[]`:                                                     {},
		`"ada"`:                                                  {},
	} {
		var got person
		err := lenient.Decode([]byte(text), &got)
		if err != nil || got.Name != want.Name || got.ID != want.ID || got.Since != want.Since || !slices.Equal(got.Roles, want.Roles) {
			t.Errorf("%s: got %+v, %v; want %+v", text, got, err, want)
		}
	}
	if err := lenient.Decode([]byte(`{"name":`), &person{}); err == nil {
		t.Error("half an object is read")
	}
}

func TestEntries_leavesOutWhatIsNoObject(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`{"list":[{"a":1},null,7,"x",[],{}]}`: 2,
		`{"list":[]}`:                         0,
		`{"list":null}`:                       -1,
		`{"list":{}}`:                         -1,
		`{"list":"none"}`:                     -1,
		`{}`:                                  -1,
	} {
		got := struct {
			List lenient.Entries `json:"list"`
		}{}
		err := json.Unmarshal([]byte(text), &got)
		if length := len(got.List); err != nil || (got.List == nil) != (want < 0) || got.List != nil && length != want {
			t.Errorf("%s: got %d entries, nil %t, %v; want %d", text, length, got.List == nil, err, want)
		}
	}
}
