// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"errors"
	"testing"
	"time"
)

func TestError_saysWhatHappenedInOneLine(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	refused := errors.New("connection refused")
	for want, failure := range map[string]*Error{
		"the request was not sent: connection refused (tried 5 times)":               {Kind: NotSent, Err: refused, Attempts: 5},
		"the request was not sent":                                                   {Kind: NotSent},
		"the request was sent, but no whole answer came in time":                     {Kind: TimedOut},
		"the connection broke after the request was sent: connection refused":        {Kind: Interrupted, Err: refused},
		"the answer (200 OK) could not be read: connection refused":                  {Kind: Unreadable, Status: 200, Err: refused},
		"answered by a login page or proxy (302)":                                    {Kind: Redirected, Status: 302},
		"403 Forbidden: no permission":                                               {Kind: Refused, Status: 403, ServerStatus: "403", ServerMessage: "no permission"},
		"406 Not Acceptable: FAILED: rotating":                                       {Kind: Refused, Status: 406, ServerStatus: "FAILED", ServerMessage: "rotating"},
		"401 Unauthorized (CAPTCHA_CHALLENGE)":                                       {Kind: Refused, Status: 401, DeniedReason: "CAPTCHA_CHALLENGE", Attempts: 1},
		"499":                                                                        {Kind: Refused, Status: 499},
		"429 Too Many Requests; the next request is allowed at 2026-01-02T03:04:05Z": {Kind: RateLimited, Status: 429, RetryAt: at},
		"not sent, because an earlier rate limit holds until 2026-01-02T03:04:05Z":   {Kind: RateLimited, RetryAt: at},
		"500 Internal Server Error: ADMIN-500-1":                                     {Kind: ServerFailed, Status: 500, ServerStatus: "ADMIN-500-1"},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			failure.Method, failure.URL = "PUT", "https://x.example.com/y"
			if got, want := failure.Error(), "PUT https://x.example.com/y: "+want; got != want {
				t.Errorf("error is\n%s, want\n%s", got, want)
			}
		})
	}
}

func TestError_carriesWhatTheServerSays(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"X-Request-Id", "X-AREQUESTID", "Atl-Traceid", "X-Trace-Id"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newTestClient(t, exampleURL+"?q=canary", play(status(401, `{"message":"no","requestId":"b"}`,
				name, "r-1", "X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=https://x/login?a=b")))
			_, err := client.Do(t.Context(), get)
			failure := failed(t, err)
			if failure.RequestID != "r-1" || failure.DeniedReason != "CAPTCHA_CHALLENGE" || failure.URL != exampleURL+"/x" {
				t.Errorf("error is %+v", failure)
			}
		})
	}
	client := newTestClient(t, exampleURL, play(status(403, `{"message":"no","requestId":"b"}`)))
	_, err := client.Do(t.Context(), get)
	if failure := failed(t, err); failure.RequestID != "b" {
		t.Errorf("request id is %q, want that of the body", failure.RequestID)
	}
}
