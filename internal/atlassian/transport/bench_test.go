// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// estateSecrets returns the secrets of a provider block with a hundred instances.
func estateSecrets() []string {
	var secrets []string
	for i := range 100 {
		secrets = append(secrets, fmt.Sprintf("%044d", i*7919), fmt.Sprintf("pass<%d>&word/+%%41", i))
	}
	return secrets
}

// cleanList is a JSON text of 8 MiB with nothing to hide, as a list of events has it.
func cleanList() []byte {
	entry := `{"id":"0f8fad5b-d9cb-469f-a165-70867728950e","action":"user_logged_in","actor":{"name":"Ada Lovelace","email":"ada@example.com"},` +
		`"time":"2026-01-05T08:00:00.000Z","message":"Logged in from 192.0.2.1, and so on."},`
	return []byte("[" + strings.TrimSuffix(strings.Repeat(entry, maxBody/len(entry)), ",") + "]")
}

func BenchmarkRedactor_clean8MiB(b *testing.B) {
	redactor := NewRedactor(estateSecrets()...)
	for name, text := range map[string][]byte{
		"plain":   bytes.Repeat([]byte("the quick brown fox jumps over the lazy dog. "), maxBody/45),
		"escaped": bytes.Repeat([]byte(`the%20quick+brown&amp;fox \"jumps\" over /// `), maxBody/45),
		"hits":    bytes.Repeat([]byte(estateSecrets()[3]+" and more, "), maxBody/40),
		"digits":  bytes.Repeat([]byte("0"), maxBody),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				redactor.clean(text)
			}
		})
	}
}

func BenchmarkGate_8MiB(b *testing.B) {
	of := &call{redactor: NewRedactor(estateSecrets()...)}
	text := cleanList()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		gate := of.newGate(200)
		gate.values = -1 << 40
		if _, err := gate.body(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
}

// What the client adds to a request is told by the difference.
func BenchmarkRequest(b *testing.B) {
	const answer = `{"inactiveKeys":["javax.crypto.spec.SecretKeySpec_1736328000123","javax.crypto.spec.SecretKeySpec_1736328000124"]}`
	server := newBenchServer(b, answer)
	sends, err := NewRoundTripper(TLS{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(sends.CloseIdleConnections)
	b.Run("net/http", func(b *testing.B) {
		b.ReportAllocs()
		client := &http.Client{Transport: sends}
		for b.Loop() {
			request, _ := http.NewRequestWithContext(b.Context(), "GET", server.String()+"/x", nil)
			request.Header.Set("Accept", "application/json")
			request.Header.Set("Authorization", "Bearer canary-bearer")
			response, err := client.Do(request)
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.ReadAll(response.Body)
			_ = response.Body.Close()
		}
	})
	b.Run("transport", func(b *testing.B) {
		b.ReportAllocs()
		client := New(Config{BaseURL: server, Credentials: Bearer("canary-bearer"), RoundTripper: sends, Redactor: NewRedactor(estateSecrets()...), UserAgent: "x"})
		for b.Loop() {
			if _, err := client.Do(b.Context(), get); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func newBenchServer(b *testing.B, answer string) *url.URL {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	}))
	b.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		b.Fatal(err)
	}
	return address
}
