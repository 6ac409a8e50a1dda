// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/paging"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func keysAnswer(body string) simulator.Fault {
	return simulator.Fault{Path: "/api-keys", Status: http.StatusOK, Body: body}
}

func TestOrganization_APIKeys_readsAPageOrRefusesIt(t *testing.T) {
	t.Parallel()
	full := `{"data":[` + strings.Repeat(`{"id":"a"},`, pageSize-1) + `{"id":"a"}]}`
	for name, test := range map[string]struct {
		body string
		keys int
		// next is the cursor of the next page that is asked for.
		next  string
		fails bool
	}{
		"cursor":              {body: `{"data":[{"id":"a"}],"links":{"self":"x","next":"kloHX1ZQVasDAkx_P48NYQ"}}`, keys: 1, next: "kloHX1ZQVasDAkx_P48NYQ"},
		"URL":                 {body: `{"data":[{"id":"a"}],"links":{"next":"https://attacker.example/x?cursor=a%3Db&pageSize=1"}}`, keys: 1, next: "a=b"},
		"last page":           {body: `{"data":[{"id":"a"}],"links":{"self":"x","next":""}}`, keys: 1},
		"null":                {body: `{"data":[],"links":{"next":null}}`},
		"no links":            {body: `{"data":[{"id":"a"}]}`, keys: 1},
		"null entry":          {body: `{"data":[null,{"id":"a"},null],"links":{}}`, keys: 1},
		"ids that are number": {body: `{"data":[{"id":7,"createdBy":{"id":8}},{"id":"b"}],"links":{}}`, keys: 2},
		"links before data":   {body: `{"links":{"next":"n"},"data":[{"id":"a"}]}`, keys: 1, next: "n"},
		"data twice":          {body: `{"data":[{"id":"a"}],"data":[{"id":"b"}],"links":{}}`, keys: 1},
		"full page, no links": {body: full, fails: true},
		"no data":             {body: `{"links":{}}`, fails: true},
		"null data":           {body: `{"data":null,"links":{}}`, fails: true},
		"data is an object":   {body: `{"data":{},"links":{}}`, fails: true},
		"a bare list":         {body: `[{"id":"a"}]`, fails: true},
		"entry without ID":    {body: `{"data":[{"id":"a"},{"label":"b"}],"links":{}}`, fails: true},
		"entry with long ID":  {body: `{"data":[{"id":"` + strings.Repeat("a", transport.MaxName+1) + `"}],"links":{}}`, fails: true},
		"URL without cursor":  {body: `{"data":[],"links":{"next":"https://api.atlassian.com/next"}}`, fails: true},
		"next is an object":   {body: `{"data":[],"links":{"next":{"href":"https://api.atlassian.com/?cursor=b"}}}`, fails: true},
		"next is a list":      {body: `{"data":[],"links":{"next":["b"]}}`, fails: true},
		"next is true":        {body: `{"data":[],"links":{"next":true}}`, fails: true},
		"next is false":       {body: `{"data":[],"links":{"next":false}}`},
		"next is a number":    {body: `{"data":[{"id":"a"}],"links":{"next":2}}`, keys: 1, next: "2"},
		"cut short":           {body: `{"data":[{"id":"a"}`, fails: true},
		"more after the end":  {body: `{"data":[],"links":{}} {}`, fails: true},
		"empty":               {body: ``, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			organization := newKeyring(t, 1)
			first, second := keysAnswer(test.body), keysAnswer(`{"data":[],"links":{}}`)
			first.Times = 1
			if test.fails {
				first.Times = 0
			}
			organization.cloud.Inject(first)
			organization.cloud.Inject(second)
			keys, err := organization.client.APIKeys(t.Context())
			if test.fails {
				if failure, ok := errors.AsType[*transport.Error](err); !ok || failure.Kind != transport.Unreadable {
					t.Errorf("got %+v, %v, want an unreadable answer", keys, err)
				}
				return
			}
			if err != nil || len(keys) != test.keys {
				t.Errorf("got %+v, %v", keys, err)
			}
			requests := organization.cloud.Requests()
			if got := requests[len(requests)-1].Query.Get("cursor"); got != test.next || (test.next != "") != (len(requests) == 2) {
				t.Errorf("asked %d times, the last for %q", len(requests), got)
			}
		})
	}
}

func TestOrganization_APIKeys_endsAListWithoutAnEnd(t *testing.T) {
	t.Parallel()
	organization := newKeyring(t, 1)
	for _, next := range []string{"a", "b", "a"} {
		page := keysAnswer(`{"data":[],"links":{"next":"` + next + `"}}`)
		page.Times = 1
		organization.cloud.Inject(page)
	}
	_, err := organization.client.APIKeys(t.Context())
	if endless, ok := errors.AsType[*paging.Error](err); !ok || endless.Reason != paging.Repeats || endless.Pages != 3 {
		t.Errorf("got %v", err)
	}
	if explained := Explain(err); explained.Cause != "Atlassian Cloud gave a list of API keys that has no end: page 3 names one as the next that was read before." {
		t.Errorf("explained as %+v", explained)
	}
	if requests := len(organization.cloud.Requests()); requests != 3 {
		t.Errorf("%d requests", requests)
	}
}
