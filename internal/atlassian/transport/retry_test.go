// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestClient_repeatsWhatIsSafeAndMayHelp(t *testing.T) {
	t.Parallel()
	const all, once = 5, 1
	tests := map[string]struct {
		step                       step
		kind                       Kind
		reads, repeatables, writes int
		unchanged, mayStillRun     bool
	}{
		"refused connection": {breaks(errDial), NotSent, all, all, all, true, false},
		"unknown host":       {breaks(errLookup), NotSent, all, all, all, true, false},
		"rate limited":       {status(429, `{}`), RateLimited, all, all, all, true, false},
		"reset":              {breaks(errReset), Interrupted, all, all, once, false, false},
		"unknown failure":    {breaks(errors.New("odd")), Interrupted, all, all, once, false, false},
		"hangs":              {hangs, TimedOut, all, all, once, false, true},
		"cut short":          {cut(200), Unreadable, all, all, once, false, false},
		"500":                {status(500, ``), ServerFailed, all, all, once, false, false},
		"500 cut short":      {cut(500), ServerFailed, all, all, once, false, false},
		"502":                {status(502, ``), ServerFailed, all, all, once, false, false},
		"503":                {status(503, ``), ServerFailed, all, all, once, false, false},
		"504":                {status(504, ``), ServerFailed, all, all, once, false, true},
		"501":                {status(501, ``), ServerFailed, once, once, once, false, false},
		"400":                {status(400, ``), Refused, once, once, once, true, false},
		"401":                {status(401, ``), Refused, once, once, once, true, false},
		"403":                {status(403, ``), Refused, once, once, once, true, false},
		"404":                {status(404, ``), Refused, once, once, once, true, false},
		"406 cut short":      {cut(406), Refused, once, once, once, true, false},
		"302":                {status(302, ``), Redirected, once, once, once, false, false},
		"page":               {status(200, `<html>`), Redirected, once, all, once, false, false},
	}
	for name, test := range tests {
		for call, want := range map[*Request]int{
			{Method: "GET"}: test.reads, {Method: "HEAD"}: test.reads, {Method: "PUT", Repeatable: true}: test.repeatables,
			{Method: "POST"}: test.writes, {Method: "PUT"}: test.writes, {Method: "PATCH"}: test.writes, {Method: "DELETE"}: test.writes,
		} {
			request := *call
			request.Path = "/x"
			title := name + " " + request.Method
			if request.Repeatable {
				title += " repeatable"
			}
			t.Run(title, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					sent := play(test.step)
					_, err := newTestClient(t, exampleURL, sent).Do(t.Context(), request)
					failure := failed(t, err)
					if failure.Kind != test.kind {
						t.Errorf("kind is %d, want %d", failure.Kind, test.kind)
					}
					if failure.Attempts != want || sent.requests() != want {
						t.Errorf("%d attempts and %d requests, want %d", failure.Attempts, sent.requests(), want)
					}
					if failure.Unchanged() != test.unchanged || failure.MayStillRun() != test.mayStillRun {
						t.Errorf("Unchanged() = %t, MayStillRun() = %t", failure.Unchanged(), failure.MayStillRun())
					}
				})
			})
		}
	}
}

func TestClient_succeedsAfterRepetition(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := play(breaks(errReset), status(503, ``), cut(200), status(200, `{"a":1}`))
		response, err := newTestClient(t, exampleURL, sent).Do(t.Context(), Request{Method: "GET", Path: "/x"})
		if err != nil {
			t.Fatal(err)
		}
		if string(response.Body) != `{"a":1}` || sent.requests() != 4 {
			t.Errorf("body %q after %d requests", response.Body, sent.requests())
		}
	})
}

func TestClient_remembersAmbiguousAttempt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		steps       []step
		mayStillRun bool
	}{
		"reset, then refused connection": {[]step{breaks(errReset), breaks(errDial)}, false},
		"time-out, then 401":             {[]step{hangs, status(401, ``)}, true},
		"504, then 429":                  {[]step{status(504, ``), status(429, ``, "Retry-After", "9999")}, true},
		"500, then refused, then 403":    {[]step{status(500, ``), breaks(errDial), status(403, ``)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := newTestClient(t, exampleURL, play(test.steps...))
				_, err := client.Do(t.Context(), Request{Method: "PUT", Path: "/x", Repeatable: true})
				failure := failed(t, err)
				if failure.Unchanged() || failure.MayStillRun() != test.mayStillRun {
					t.Errorf("Unchanged() = %t, MayStillRun() = %t: %v", failure.Unchanged(), failure.MayStillRun(), err)
				}
			})
		})
	}
}

func TestClient_waits(t *testing.T) {
	t.Parallel()
	// A bubble's time starts at midnight UTC 2000-01-01.
	for name, test := range map[string]struct {
		code   int
		header []string
		want   time.Duration
	}{
		"seconds":                    {429, []string{"Retry-After", "7"}, 7 * time.Second},
		"date":                       {429, []string{"Retry-After", "Sat, 01 Jan 2000 00:01:00 GMT"}, time.Minute},
		"reset":                      {429, []string{"X-RateLimit-Reset", "2000-01-01T00:00:20Z"}, 20 * time.Second},
		"reset with fractions":       {429, []string{"X-RateLimit-Reset", "2000-01-01T00:00:20.500Z"}, 20500 * time.Millisecond},
		"reset without seconds":      {429, []string{"X-RateLimit-Reset", "2000-01-01T00:02Z"}, 2 * time.Minute},
		"reset in another zone":      {429, []string{"X-RateLimit-Reset", "2000-01-01T02:03+02:00"}, 3 * time.Minute},
		"both":                       {429, []string{"Retry-After", "3", "X-RateLimit-Reset", "2000-01-01T00:02Z"}, 3 * time.Second},
		"zero":                       {429, []string{"Retry-After", "0"}, firstBackoff},
		"zero and reset":             {429, []string{"Retry-After", "0", "X-RateLimit-Reset", "2000-01-01T00:00:20Z"}, 20 * time.Second},
		"negative":                   {429, []string{"Retry-After", "-5"}, firstBackoff},
		"words":                      {429, []string{"Retry-After", "soon"}, firstBackoff},
		"past":                       {429, []string{"X-RateLimit-Reset", "1999-12-31T23:59Z"}, firstBackoff},
		"none":                       {429, nil, firstBackoff},
		"unavailable":                {503, []string{"Retry-After", "7"}, 7 * time.Second},
		"unavailable without header": {503, nil, firstBackoff},
		"other status with header":   {500, []string{"Retry-After", "7"}, firstBackoff},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := newTestClient(t, exampleURL, play(status(test.code, ``, test.header...), ok))
				started := time.Now()
				if _, err := client.Do(t.Context(), Request{Method: "GET", Path: "/x"}); err != nil {
					t.Fatal(err)
				}
				if got := time.Since(started); got != test.want {
					t.Errorf("waited %s, want %s", got, test.want)
				}
			})
		})
	}
}

func TestClient_backsOffExponentially(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		random  float64
		longest time.Duration
		want    []int // Milliseconds.
	}{
		"least":  {0, time.Minute, []int{250, 500, 1000, 2000, 4000, 8000, 15000, 15000}},
		"most":   {1, time.Minute, []int{500, 1000, 2000, 4000, 8000, 16000, 30000, 30000}},
		"capped": {1, 3 * time.Second, []int{500, 1000, 2000, 3000, 3000}},
		"none":   {1, 0, []int{0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := play(breaks(errReset))
				client := newTestClient(t, exampleURL, sent, func(config *Config) {
					config.MaxRetries = len(test.want)
					config.MaxRetryWait = test.longest
				})
				client.random = func() float64 { return test.random }
				_, err := client.Do(t.Context(), Request{Method: "GET", Path: "/x"})
				if failed(t, err).Attempts != len(test.want)+1 {
					t.Fatalf("error is %v", err)
				}
				for i, want := range test.want {
					if got := sent.at[i+1].Sub(sent.at[i]).Milliseconds(); got != int64(want) {
						t.Errorf("wait %d was %d ms, want %d", i+1, got, want)
					}
				}
			})
		})
	}
}

func TestClient_failsAtOnceWhenWaitIsTooLong(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		step     step
		deadline time.Duration
		kind     Kind
		retryAt  time.Duration
	}{
		"longer than permitted": {status(429, ``, "Retry-After", "301"), time.Hour, RateLimited, 301 * time.Second},
		"longer than the call":  {status(429, ``, "Retry-After", "60"), time.Minute, RateLimited, time.Minute},
		"unavailable":           {status(503, ``, "Retry-After", "301"), time.Hour, ServerFailed, 301 * time.Second},
		"back-off":              {breaks(errReset), 100 * time.Millisecond, Interrupted, firstBackoff},
		"for ever":              {status(429, ``, "Retry-After", "9223372036854775807"), time.Hour, RateLimited, maxWait},
		"beyond 64 bits":        {status(429, ``, "Retry-After", "99999999999999999999"), time.Hour, RateLimited, maxWait},
		"far date":              {status(429, ``, "X-RateLimit-Reset", "9999-12-31T00:00Z"), time.Hour, RateLimited, maxWait},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				started := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), test.deadline)
				defer cancel()
				_, err := newTestClient(t, exampleURL, play(test.step)).Do(ctx, Request{Method: "GET", Path: "/x"})
				failure := failed(t, err)
				if failure.Kind != test.kind || failure.Attempts != 1 {
					t.Errorf("kind %d after %d attempts", failure.Kind, failure.Attempts)
				}
				if !failure.RetryAt.Equal(started.Add(test.retryAt)) {
					t.Errorf("RetryAt is %s, want %s", failure.RetryAt, started.Add(test.retryAt))
				}
				if waited := time.Since(started); waited != 0 {
					t.Errorf("waited %s", waited)
				}
			})
		})
	}
}

func TestClient_stopsWhenCallerIsGone(t *testing.T) {
	t.Parallel()
	canceled := func(ctx context.Context, after time.Duration) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(ctx)
		time.AfterFunc(after, cancel)
		return ctx, cancel
	}
	for name, test := range map[string]struct {
		step  step
		leave func(context.Context, time.Duration) (context.Context, context.CancelFunc)
		kind  Kind
		cause error
	}{
		"cancelled during an attempt": {hangs, canceled, Interrupted, context.Canceled},
		"deadline during an attempt":  {hangs, context.WithTimeout, TimedOut, context.DeadlineExceeded},
		"cancelled during a pause":    {status(429, ``, "Retry-After", "60"), canceled, RateLimited, nil},
		"cancelled during a wait":     {status(503, ``, "Retry-After", "60"), canceled, ServerFailed, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				started := time.Now()
				ctx, cancel := test.leave(t.Context(), 10*time.Second)
				defer cancel()
				_, err := newTestClient(t, exampleURL, play(test.step)).Do(ctx, Request{Method: "GET", Path: "/x"})
				failure := failed(t, err)
				if failure.Kind != test.kind || failure.Attempts != 1 {
					t.Errorf("kind %d after %d attempts", failure.Kind, failure.Attempts)
				}
				if test.cause != nil && !errors.Is(err, test.cause) {
					t.Errorf("error %v is not %v", err, test.cause)
				}
				if waited := time.Since(started); waited != 10*time.Second {
					t.Errorf("returned after %s", waited)
				}
			})
		})
	}
}

func TestClient_boundsEachAttempt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		timeout  time.Duration
		deadline time.Duration
		want     time.Duration
	}{
		"client's timeout":  {0, time.Hour, time.Minute},
		"request's timeout": {3 * time.Second, time.Hour, 3 * time.Second},
		"unbounded":         {Unbounded, time.Hour, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				started := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), test.deadline)
				defer cancel()
				_, err := newTestClient(t, exampleURL, play(hangs)).Do(ctx, Request{Method: "POST", Path: "/x", Timeout: test.timeout})
				if failure := failed(t, err); failure.Kind != TimedOut || time.Since(started) != test.want {
					t.Errorf("kind %d after %s, want TimedOut after %s", failure.Kind, time.Since(started), test.want)
				}
			})
		})
	}
}

func TestClient_boundsReadingOfBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := func(request *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: slowBody{request.Context()}}, nil
		}
		_, err := newTestClient(t, exampleURL, play(slow)).Do(t.Context(), Request{Method: "POST", Path: "/x"})
		if failure := failed(t, err); failure.Kind != TimedOut || failure.Status != 200 {
			t.Errorf("kind %d with status %d, want TimedOut with 200", failure.Kind, failure.Status)
		}
	})
}

// slowBody does not end before its attempt.
type slowBody struct{ ctx context.Context }

func (b slowBody) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, b.ctx.Err()
}

func (slowBody) Close() error { return nil }
