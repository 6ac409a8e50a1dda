package cloud

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestPage_saysWhereTheNextOneBegins(t *testing.T) {
	t.Parallel()
	full := `{"data":[` + strings.Repeat(`{"id":"a"},`, pageSize-1) + `{"id":"a"}]}`
	for name, test := range map[string]struct {
		body string
		next string
		err  error
	}{
		"cursor":              {`{"data":[{"id":"a"}],"links":{"self":"x","next":"kloHX1ZQVasDAkx_P48NYQ"}}`, "kloHX1ZQVasDAkx_P48NYQ", nil},
		"URL":                 {`{"data":[{"id":"a"}],"links":{"next":"https://attacker.example/x?cursor=a%3Db&pageSize=1"}}`, "a=b", nil},
		"last page":           {`{"data":[{"id":"a"}],"links":{"self":"x","next":""}}`, "", nil},
		"null":                {`{"data":[],"links":{"next":null}}`, "", nil},
		"no links":            {`{"data":[{"id":"a"}]}`, "", nil},
		"full page, no links": {full, "", errNoLinks},
		"no data":             {`{"links":{}}`, "", errNoEntries},
		"null data":           {`{"data":null,"links":{}}`, "", errNoEntries},
		"entry without ID":    {`{"data":[{"id":"a"},{"label":"b"}],"links":{}}`, "", errNoEntryID},
		"null entry":          {`{"data":[null],"links":{}}`, "", errNoEntryID},
		"URL without cursor":  {`{"data":[],"links":{"next":"https://api.atlassian.com/next"}}`, "", errNoCursor},
	} {
		var read page[APIKey]
		if err := json.Unmarshal([]byte(test.body), &read); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if next, err := read.check(); next != test.next || !errors.Is(err, test.err) {
			t.Errorf("%s: got %q, %v; want %q, %v", name, next, err, test.next, test.err)
		}
	}
}

// Whatever a server answers, a page is read or refused, and none is taken for
// the last one that says otherwise.
func FuzzPage(f *testing.F) {
	for _, seed := range []string{`{"data":[{"id":"a","expiresAt":7}],"links":{"next":"?cursor=b"}}`, `{"data":[],"links":{"next":"://%zz"}}`, `{"data":{}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var read page[APIKey]
		if json.Unmarshal([]byte(body), &read) != nil {
			return
		}
		next, err := read.check()
		if err == nil && next == "" && read.Links != nil && read.Links.Next != "" {
			t.Errorf("taken for the last page: %s", body)
		}
	})
}
