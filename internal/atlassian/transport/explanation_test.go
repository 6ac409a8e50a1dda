// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestExplain_saysWhatIsTheMatterAndWhatToDo(t *testing.T) {
	t.Parallel()
	reset := time.Date(2026, time.January, 5, 8, 30, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		err           error
		cause, remedy string
	}{
		"not sent":      {&Error{Kind: NotSent, Err: errors.New("connection refused")}, "The service could not be reached", "proxy settings"},
		"no path":       {&Error{Kind: NotSent, Err: errBadPath}, "No request can be made of it", "Correct the name"},
		"rate limited":  {&Error{Kind: RateLimited, Status: 429, RetryAt: reset}, "It allows the next one at 2026-01-05T08:30:00Z.", "`max_retry_wait`"},
		"no end given":  {&Error{Kind: RateLimited, Status: 429}, "It does not say until when.", "Wait"},
		"login page":    {&Error{Kind: Redirected, Status: 302}, "a login page or proxy", "context path"},
		"time-out":      {&Error{Kind: TimedOut}, "did not answer in time", "`request_timeout`"},
		"reset":         {&Error{Kind: Interrupted}, "The connection broke", "network"},
		"unreadable":    {&Error{Kind: Unreadable, Status: 200}, "could not be read", "proxy"},
		"500":           {&Error{Kind: ServerFailed, Status: 500, ServerMessage: "boom"}, `failed with 500 Internal Server Error (message "boom").`, "logs"},
		"409":           {&Error{Kind: Refused, Status: 409, ServerStatus: "ADMIN-409-28"}, `refused the request with 409 Conflict (status "ADMIN-409-28").`, "Correct"},
		"deadline":      {fmt.Errorf("waiting: %w", context.DeadlineExceeded), "`timeouts`", "Raise"},
		"interrupt":     {context.Canceled, "interrupted", "Apply again"},
		"early end":     {&Error{Kind: NotSent, Err: context.Canceled}, "interrupted", "Apply again"},
		"anything else": {errors.New("odd"), "odd.", "Apply again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Explain(test.err, "The service")
			if !strings.Contains(got.Cause, test.cause) || !strings.Contains(got.Remedy, test.remedy) {
				t.Errorf("explained as %+v", got)
			}
			if !strings.HasSuffix(got.Cause, ".") || !strings.HasSuffix(got.Remedy, ".") {
				t.Errorf("not whole sentences: %+v", got)
			}
		})
	}
}

func TestError_words(t *testing.T) {
	t.Parallel()
	for want, failure := range map[string]Error{
		"":                             {},
		` (status "FAILED")`:           {ServerStatus: "FAILED"},
		` (message "busy")`:            {ServerMessage: "busy"},
		` (status "A", message "b c")`: {ServerStatus: "A", ServerMessage: "b c"},
	} {
		if got := failure.Words(); got != want {
			t.Errorf("Words() = %q, want %q", got, want)
		}
	}
}

func TestError_mayPass(t *testing.T) {
	t.Parallel()
	for failure, want := range map[*Error]bool{
		{Kind: NotSent}:                   true,
		{Kind: TimedOut}:                  true,
		{Kind: Interrupted}:               true,
		{Kind: Unreadable}:                true,
		{Kind: ServerFailed, Status: 503}: true,
		{Kind: ServerFailed, Status: 501}: false,
		{Kind: Refused, Status: 401}:      false,
		{Kind: RateLimited, Status: 429}:  false,
		{Kind: Redirected, Status: 302}:   false,
	} {
		if got := failure.MayPass(); got != want {
			t.Errorf("%v: MayPass() = %t, want %t", failure, got, want)
		}
	}
}
