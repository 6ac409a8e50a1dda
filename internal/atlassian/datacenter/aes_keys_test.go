// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestInactiveKeys_readsTheAnswer(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		`{"inactiveKeys":[]}`:                          {},
		`{"inactiveKeys":["a"]}`:                       {"a"},
		`{"inactiveKeys":["b","a"]}`:                   {"b", "a"},
		`{"inactiveKeys":["a","a"]}`:                   {"a", "a"},
		`{"inactiveKeys":["ключ \"1\""]}`:              {`ключ "1"`},
		`{"inactiveKeys":["a"],"total":1,"next":null}`: {"a"},
		" {\"inactiveKeys\": [\n\"a\" ] } ":            {"a"},
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(simulator.Fault{Path: inactivePath, Status: 200, Body: body})
				got, err := at.client.InactiveKeys(t.Context())
				if err != nil || got == nil || !slices.Equal(got, want) {
					t.Errorf("got %#v and error %v, want %q", got, err, want)
				}
			})
		})
	}
}

func TestInactiveKeys_refusesWhatIsNoList(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"", "null", "[]", `"inactiveKeys"`, "5", "{", "{}",
		`{"inactiveKeys":null}`, `{"inactiveKeys":"a"}`, `{"inactiveKeys":{}}`, `{"inactiveKeys":{"0":"a"}}`,
		`{"inactiveKeys":[1]}`, `{"inactiveKeys":["a",null,{}]}`, `{"inactiveKeys":["a"]`,
		`{"keys":["a"]}`, `{"deletedKeys":["a"]}`, `{"InactiveKeys":["a"]}`, `{"inactivekeys":["a"]}`,
		`{"inactiveKeys":["a"]}{"inactiveKeys":["b"]}`, "inactiveKeys: [a]",
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(simulator.Fault{Path: inactivePath, Status: 200, Body: body})
				got, err := at.client.InactiveKeys(t.Context())
				failure, ok := errors.AsType[*transport.Error](err)
				if !ok || failure.Kind != transport.Unreadable || got != nil {
					t.Errorf("got %q and error %v", got, err)
				}
			})
		})
	}
}

func TestInactiveKeys_isNeverAnsweredFromMemory(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		for range 3 {
			news := at.Rotate()
			names, err := at.client.InactiveKeys(t.Context())
			if err != nil || names[len(names)-1] != news {
				t.Errorf("got %q and error %v, want %q in it", names, err, news)
			}
			// What the caller does to the names is its own business.
			names[0] = "scribbled over"
		}
		if got := at.Count(http.MethodGet, inactivePath); got != 3 {
			t.Errorf("sent %d requests, want 3", got)
		}
		if shared, err := at.client.SharedInactiveKeys(t.Context()); err != nil || shared[0] != "old-key" {
			t.Errorf("got %q and error %v", shared, err)
		}
	})
}

func TestSharedInactiveKeys_asksOnceForAll(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.wire.delay(http.MethodGet, inactivePath, 0, time.Second)
		ask := func() {
			names, err := at.client.SharedInactiveKeys(t.Context())
			if err != nil || !slices.Equal(names, []string{"old-key"}) {
				t.Errorf("got %q and error %v", names, err)
				return
			}
			names[0] = "scribbled over"
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(ask)
		}
		all.Wait()
		ask()
		if got := at.Count("", ""); got != 1 {
			t.Errorf("sent %d requests, want 1", got)
		}
	})
}

func TestSharedInactiveKeys_keepsNoFailure(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		at.Inject(simulator.Fault{Path: inactivePath, Times: 1, Status: 401})
		if names, err := at.client.SharedInactiveKeys(t.Context()); err == nil || names != nil {
			t.Errorf("got %q and error %v", names, err)
		}
		if names, err := at.client.SharedInactiveKeys(t.Context()); err != nil || len(names) != 1 {
			t.Errorf("got %q and error %v", names, err)
		}
	})
}

func TestSharedInactiveKeys_knowsWhatAChangeSaw(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change AESKeyChange
		fault  simulator.Fault
		// asks is how many requests the first caller after the change makes.
		asks int
	}{
		"rotation":                       {AESKeyChange{Rotate: true}, simulator.Fault{Path: "/none"}, 0},
		"deletion":                       {deleteApprovedKeys(), simulator.Fault{Path: "/none"}, 0},
		"both":                           {AESKeyChange{Rotate: true, DeleteAfter: true, DeleteAny: true}, simulator.Fault{Path: "/none"}, 0},
		"rotation, but nobody looked":    {AESKeyChange{Rotate: true}, simulator.Fault{Method: http.MethodGet, Skip: 1, Status: 401}, 1},
		"refused rotation":               {AESKeyChange{Rotate: true}, simulator.Fault{Method: http.MethodPost, Status: 406}, 1},
		"deletion of an unknown outcome": {deleteApprovedKeys(), simulator.Fault{Method: http.MethodDelete, After: true}, 0},
		"deletion, but nobody looked":    {deleteApprovedKeys(), simulator.Fault{Skip: 1, After: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				if _, err := at.client.SharedInactiveKeys(t.Context()); err != nil {
					t.Fatal(err)
				}
				at.Inject(test.fault)
				_, _ = at.change(t, test.change)
				at.ClearFaults()
				at.ResetLog()
				names, err := at.client.SharedInactiveKeys(t.Context())
				if err != nil || !slices.Equal(names, at.InactiveKeys()) {
					t.Errorf("got %q and error %v, want %q", names, err, at.InactiveKeys())
				}
				if got := at.Count("", ""); got != test.asks {
					t.Errorf("sent %d requests, want %d", got, test.asks)
				}
			})
		})
	}
}

func FuzzKeyNames(f *testing.F) {
	for _, seed := range []string{`{"inactiveKeys":["a","b"]}`, `{"inactiveKeys":null}`, `{}`, `[]`, `null`, `{"inactiveKeys":[null]}`, `{"inactiveKeys":[1]}`, "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := keyNames{field: "inactiveKeys"}
		err := json.Unmarshal(body, &answer)
		if string(body) == "null" || err != nil {
			return
		}
		if answer.names == nil {
			t.Fatalf("%q is taken for a list", body)
		}
		again, err := json.Marshal(map[string][]string{"inactiveKeys": answer.names})
		if err != nil {
			t.Fatal(err)
		}
		repeated := keyNames{field: "inactiveKeys"}
		if err := json.Unmarshal(again, &repeated); err != nil || !slices.Equal(repeated.names, answer.names) {
			t.Errorf("%q is %q, written %s, which is %q (%v)", body, answer.names, again, repeated.names, err)
		}
	})
}

func TestKeyNames_errorNamesTheFieldAndShowsNoBody(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"deletedKeys":"canary"}`, `{"other":"canary"}`, `{"deletedKeys":[{"canary":1}]}`, `["canary"]`} {
		answer := keyNames{field: "deletedKeys"}
		err := json.Unmarshal([]byte(body), &answer)
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: error %v", body, err)
		}
	}
}
