// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"errors"
	"testing"
	"testing/synctest"
)

var errNotWhatIsDue = errors.New("it is not what is due")

func TestClient_repeatsUntilAnswerPassesCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		request  Request
		requests int
		passes   bool
	}{
		"a read":             {Request{Method: "GET"}, 2, true},
		"a repeatable write": {Request{Method: "PUT", Repeatable: true}, 2, true},
		"another write":      {Request{Method: "PUT"}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := play(status(200, `{"token":""}`), status(200, `{"token":"new"}`))
				test.request.Path = "/x"
				test.request.Check = func(response *Response) error {
					var answer struct{ Token string }
					if err := response.Decode(&answer); err != nil {
						return err
					}
					if answer.Token == "" {
						return errNotWhatIsDue
					}
					return nil
				}
				_, err := newTestClient(t, exampleURL, sent).Do(t.Context(), test.request)
				if test.passes != (err == nil) || sent.requests() != test.requests {
					t.Fatalf("%d requests, error %v", sent.requests(), err)
				}
				if !test.passes && (failed(t, err).Kind != Unreadable || failed(t, err).Unchanged() || !errors.Is(err, errNotWhatIsDue)) {
					t.Errorf("error is %#v", failed(t, err))
				}
			})
		})
	}
}

func TestClient_keepsTheKindOfWhatDecodeFoundInCheck(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := play(status(200, `[`))
		_, err := newTestClient(t, exampleURL, sent).Do(t.Context(), Request{
			Method: "PUT", Path: "/x",
			Check: func(response *Response) error { return response.Decode(&struct{}{}) },
		})
		if failure := failed(t, err); failure.Kind != Unreadable || failure.Status != 200 || failure.Attempts != 1 {
			t.Errorf("error is %#v", failure)
		}
	})
}

func TestClient_returnsListedStatusAsAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := play(status(503, `{"state":"MAINTENANCE"}`))
		client := newTestClient(t, exampleURL, sent)
		response, err := client.Do(t.Context(), Request{Method: "GET", Path: "/status", Answers: []int{503}})
		if err != nil || response.Status != 503 || string(response.Body) != `{"state":"MAINTENANCE"}` || sent.requests() != 1 {
			t.Errorf("response %+v, error %v after %d requests", response, err, sent.requests())
		}
		if _, err = client.Do(t.Context(), Request{Method: "GET", Path: "/status", Answers: []int{500}}); failed(t, err).Kind != ServerFailed {
			t.Errorf("a status that is not listed: error %v", err)
		}
	})
}

func TestClient_takesAnyBodyWhereToldTo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer step
		takes  bool
	}{
		"cut short":             {cut(200), true},
		"no JSON":               {status(200, "ok"), true},
		"nothing":               {status(204, ""), true},
		"a page":                {status(200, "<html>"), false},
		"a failure, cut short":  {cut(500), false},
		"a refusal, cut short":  {cut(403), false},
		"a redirect, cut short": {cut(302), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := play(test.answer)
				_, err := newTestClient(t, exampleURL, sent).Do(t.Context(), Request{Method: "PUT", Path: "/x", AnyBody: true})
				if (err == nil) != test.takes || sent.requests() != 1 {
					t.Errorf("%d requests, error %v", sent.requests(), err)
				}
			})
		})
	}
}
