// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"strings"
	"testing"
)

func TestResponse_Decode(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, exampleURL, play(status(200, ` {"inactiveKeys":["a"],"later":{"unknown":1}}`)))
	response, err := client.Do(t.Context(), get)
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		InactiveKeys []string `json:"inactiveKeys"`
	}
	if err := response.Decode(&list); err != nil || len(list.InactiveKeys) != 1 || list.InactiveKeys[0] != "a" {
		t.Errorf("list is %v, error %v", list, err)
	}
	count, err := newTestClient(t, exampleURL, play(status(200, "42\n"))).Do(t.Context(), get)
	if err != nil {
		t.Fatal(err)
	}
	var number int
	if err := count.Decode(&number); err != nil || number != 42 {
		t.Errorf("number is %d, error %v", number, err)
	}
}

func TestResponse_refusesToDecode(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"empty":      "",
		"blank":      " \n",
		"null":       "null",
		"words":      "canary-bearer",
		"other type": `{"status": 5}`,
		"other kind": `["canary-bearer"]`,
		"cut short":  `{"status": "a"`,
		"two values": `{} {}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newTestClient(t, exampleURL, play(status(201, body, "X-Request-Id", "r-1")))
			response, err := client.Do(t.Context(), Request{Method: "POST", Path: "/x"})
			if err != nil {
				t.Fatal(err)
			}
			var into struct{ Status string }
			failure := failed(t, response.Decode(&into))
			if failure.Kind != Unreadable || failure.Status != 201 || failure.Unchanged() {
				t.Errorf("kind %d with status %d", failure.Kind, failure.Status)
			}
			if failure.Method != "POST" || failure.URL != exampleURL+"/x" || failure.RequestID != "r-1" {
				t.Errorf("error does not say of which request: %+v", failure)
			}
			if strings.Contains(failure.Error(), "canary") {
				t.Errorf("error shows the body: %v", failure)
			}
		})
	}
}

func TestResponse_decodesWithoutClient(t *testing.T) {
	t.Parallel()
	response := &Response{Status: 200, Body: []byte("x")}
	if failure := failed(t, response.Decode(new(string))); failure.Kind != Unreadable {
		t.Errorf("kind is %d, want Unreadable", failure.Kind)
	}
}
