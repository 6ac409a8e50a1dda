// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var get = Request{Method: "GET", Path: "/x"}

func TestClient_pausesAllRequestsToHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := play(status(429, ``, "Retry-After", "30"), ok)
		pauses := NewPauses()
		shared := func(config *Config) { config.Pauses = pauses }
		first := newTestClient(t, "https://jira.example.com/a", sent, shared)
		second := newTestClient(t, "https://JIRA.example.com/b", sent, shared)
		elsewhere := newTestClient(t, "https://other.example.com", play(ok), shared)
		started := time.Now()
		var group sync.WaitGroup
		after := func(delay time.Duration, client *Client, want time.Duration) {
			group.Go(func() {
				if err := client.config.Clock.Sleep(t.Context(), delay); err != nil {
					t.Error(err)
				}
				if _, err := client.Do(t.Context(), get); err != nil {
					t.Error(err)
				}
				if got := time.Since(started); got != want {
					t.Errorf("answered after %s, want %s", got, want)
				}
			})
		}
		after(0, first, 30*time.Second)
		after(time.Second, first, 30*time.Second)
		after(2*time.Second, second, 30*time.Second)
		after(3*time.Second, elsewhere, 3*time.Second)
		group.Wait()
		if sent.requests() != 4 {
			t.Errorf("%d requests, want 4", sent.requests())
		}
	})
}

func TestClient_pausesOthersAfterItsLastAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newTestClient(t, exampleURL, play(status(429, ``, "Retry-After", "30"), ok), func(config *Config) { config.MaxRetries = 0 })
		started := time.Now()
		_, err := client.Do(t.Context(), get)
		if failure := failed(t, err); failure.Kind != RateLimited || !failure.RetryAt.Equal(started.Add(30*time.Second)) {
			t.Errorf("error is %v", err)
		}
		if _, err := client.Do(t.Context(), get); err != nil || time.Since(started) != 30*time.Second {
			t.Errorf("answered after %s: %v", time.Since(started), err)
		}
	})
}

func TestClient_looksAgainAfterWaking(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newTestClient(t, exampleURL, play(ok))
		started := time.Now()
		client.config.Pauses.extend(client.host, started.Add(10*time.Second))
		time.AfterFunc(5*time.Second, func() {
			client.config.Pauses.extend(client.host, started.Add(25*time.Second))
			// A shorter one changes nothing.
			client.config.Pauses.extend(client.host, started.Add(20*time.Second))
		})
		if _, err := client.Do(t.Context(), get); err != nil {
			t.Fatal(err)
		}
		if got := time.Since(started); got != 25*time.Second {
			t.Errorf("answered after %s, want 25s", got)
		}
	})
}

func TestClient_doesNotStartWhenPauseIsTooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sent := play(ok)
		client := newTestClient(t, exampleURL, sent)
		until := time.Now().Add(time.Hour)
		client.config.Pauses.extend(client.host, until)
		started := time.Now()
		_, err := client.Do(t.Context(), Request{Method: "POST", Path: "/x"})
		failure := failed(t, err)
		if failure.Kind != RateLimited || failure.Attempts != 0 || !failure.RetryAt.Equal(until) || !failure.Unchanged() {
			t.Errorf("kind %d after %d attempts, RetryAt %s", failure.Kind, failure.Attempts, failure.RetryAt)
		}
		if sent.requests() != 0 || time.Since(started) != 0 {
			t.Errorf("%d requests after %s", sent.requests(), time.Since(started))
		}
	})
}

func TestClient_letsOneWaiterGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newTestClient(t, exampleURL, play(ok))
		started := time.Now()
		client.config.Pauses.extend(client.host, started.Add(10*time.Second))
		leaving, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		var group sync.WaitGroup
		group.Go(func() {
			_, err := client.Do(leaving, get)
			if failure := failed(t, err); failure.Kind != NotSent || time.Since(started) != time.Second {
				t.Errorf("kind %d after %s, want NotSent after 1s", failure.Kind, time.Since(started))
			}
		})
		group.Go(func() {
			if _, err := client.Do(t.Context(), get); err != nil || time.Since(started) != 10*time.Second {
				t.Errorf("answered after %s: %v", time.Since(started), err)
			}
		})
		group.Wait()
	})
}

func TestPauses_zeroValueHoldsNobodyBack(t *testing.T) {
	t.Parallel()
	var pauses Pauses
	if end := pauses.end("jira.example.com"); !end.IsZero() {
		t.Errorf("end is %s, want none", end)
	}
	until := time.Unix(1, 0)
	pauses.extend("jira.example.com", until)
	if end := pauses.end("jira.example.com"); !end.Equal(until) {
		t.Errorf("end is %s, want %s", end, until)
	}
}
