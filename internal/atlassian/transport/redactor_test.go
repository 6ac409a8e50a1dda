// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// canaries are secrets with the characters that every encoding writes
// differently, each of its own kind.
const (
	canaryToken    = `canary1/+<&>"é=\ %`
	canaryPassword = `canary2/+<&>"é=\ %`
	canaryExtra    = `canary3/+<&>"é=\ %`
	canaryBody     = `canary4/+<&>"é=\ %`
	canaryAnswer   = `canary5/+<&>"é=\ %`
)

// journal collects everything that leaves the client for people to read.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) log(_ context.Context, message string, fields map[string]any) {
	encoded, _ := json.Marshal(fields)
	j.add(message, fmt.Sprint(fields), fmt.Sprintf("%#v", fields), string(encoded))
}

func (j *journal) add(lines ...string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, lines...)
}

// addError writes down an error and all that it wraps.
func (j *journal) addError(err error) {
	for ; err != nil; err = errors.Unwrap(err) {
		j.add(err.Error(), fmt.Sprintf("%v %+v %q", err, err, err))
		if failure, ok := err.(*Error); ok {
			j.add(failure.URL, failure.ServerMessage, failure.ServerStatus, failure.RequestID, failure.DeniedReason)
			j.add(failure.AcceptableScopes...)
		}
	}
}

// find returns the lines that hold a canary, or the base64 of a pair with one.
func (j *journal) find() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(j.lines), func(line string) bool {
		return !strings.Contains(line, "canary") && !strings.Contains(line, "YWRtaW46Y2FuYXJ5")
	})
}

// echoes answers with everything that it was sent, wherever an answer has room.
func echoes(code int, contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		said := strings.Join([]string{r.URL.String(), r.Header.Get("Authorization"), r.Header.Get("X-Extra"), string(body), canaryExtra}, " ")
		var sent struct{ Token string }
		_ = json.Unmarshal(body, &sent)
		for _, name := range []string{"X-Echo", "X-Request-Id", "X-Authentication-Denied-Reason", "Set-Cookie", "Location"} {
			w.Header().Set(name, url.PathEscape(sent.Token)+r.Header.Get("X-Extra")+url.QueryEscape(canaryToken))
		}
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(code)
		if contentType != "application/json" {
			_, _ = io.WriteString(w, said)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"message": said, "status": sent.Token, "key": said, "requestId": said, "rawToken": canaryAnswer,
			"context": map[string]any{"message": canaryAnswer, "acceptableScopes": []string{said}},
			"errors":  []any{map[string]any{"code": said, "title": canaryAnswer, "id": said}},
			"nested":  []any{map[string]any{"apiKey": map[string]any{"value": canaryAnswer}, canaryExtra: said}},
		})
	}
}

func TestClient_showsNoSecret(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"success":      echoes(200, "application/json"),
		"refused":      echoes(403, "application/json"),
		"failed":       echoes(500, "application/json"),
		"rate limited": echoes(429, "application/json"),
		"redirected":   echoes(302, "application/json"),
		"plain text":   echoes(403, "text/plain"),
		"login page":   echoes(200, "text/html"),
		"no JSON":      echoes(200, "application/octet-stream"),
		"hangs up":     hangUp,
		"truncates":    truncate,
	} {
		for kind, credentials := range map[string]Credentials{"bearer": Bearer(canaryToken), "basic": Basic("admin", canaryPassword)} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				server, _ := serve(t, handler)
				expose(t, server.URL, newRoundTripper(t, TLS{}), credentials)
			})
		}
	}
}

func TestClient_showsNoSecretWithoutAnswer(t *testing.T) {
	t.Parallel()
	encrypted, _ := serveTLS(t, func(*httptest.Server) {})
	speaking := play(breaks(&url.Error{Op: "Get", URL: "https://" + canaryToken, Err: fmt.Errorf("odd %s %q", canaryPassword, canaryToken)}))
	proxied := newRoundTripper(t, TLS{})
	proxied.Proxy = func(*http.Request) (*url.URL, error) {
		return nil, errors.New(`invalid proxy address "http://user:canary@proxy.example.com"`)
	}
	for name, test := range map[string]struct {
		address string
		sends   http.RoundTripper
	}{
		"untrusted certificate": {encrypted.URL, newRoundTripper(t, TLS{})},
		"refused connection":    {refusingURL, newRoundTripper(t, TLS{})},
		"error with URL":        {exampleURL, speaking},
		"bad proxy":             {exampleURL, proxied},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expose(t, test.address, test.sends, Bearer(canaryToken))
			expose(t, test.address, test.sends, Basic("admin", canaryPassword))
		})
	}
}

// expose sends secrets in every part of a request and searches what is logged
// and reported of it.
func expose(t *testing.T, address string, sends http.RoundTripper, credentials Credentials) {
	t.Helper()
	var seen journal
	client := newTestClient(t, address, sends, withoutWaiting, func(config *Config) {
		config.MaxRetries = 1
		config.Log = seen.log
		config.Credentials = credentials
		config.Secrets = []string{canaryExtra, canaryToken, canaryPassword, "", "é"}
		config.Header = http.Header{"X-Extra": {canaryExtra}, "X-Some-Token": {"canary"}, "Cookie": {"a=canary"}}
	})
	response, err := client.Do(t.Context(), Request{
		Method: "PUT",
		Path:   "/" + url.PathEscape(canaryExtra),
		Query:  url.Values{"q": {canaryExtra}, "access_token": {"canary"}},
		Body:   map[string]any{"token": canaryBody, "nested": []any{map[string]any{"clientSecret": canaryBody + "b"}}, "name": canaryExtra},
	})
	if err == nil {
		err = response.Decode(new([]string))
	}
	seen.addError(err)
	if len(seen.lines) < 10 {
		t.Fatalf("only %d lines were seen", len(seen.lines))
	}
	for _, line := range seen.find() {
		t.Errorf("a secret is shown:\n%s", line)
	}
}

func TestClient_logsRequestAndAnswer(t *testing.T) {
	t.Parallel()
	var lines []map[string]any
	var messages []string
	client := newTestClient(t, exampleURL, play(breaks(errDial), status(200, `{"inactiveKeys":["k1"],"token":"t","id":null,"secret":null}`, "X-Request-Id", "r-1")),
		withoutWaiting, func(config *Config) {
			config.Log = func(_ context.Context, message string, fields map[string]any) {
				messages, lines = append(messages, message), append(lines, fields)
			}
		})
	request := Request{Method: "PUT", Path: "/x", Query: url.Values{"tokenId": {"5"}, "a": {"b"}}, Body: map[string]string{"key": "k", "password": "p"}}
	if _, err := client.Do(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if want := []string{"Sending HTTP request", "Received no HTTP answer", "Sending HTTP request", "Received HTTP answer"}; !slices.Equal(messages, want) {
		t.Fatalf("messages are %q", messages)
	}
	for field, want := range map[string]any{"method": "PUT", "url": exampleURL + "/x?a=b&tokenId=***", "attempt": 1, "body": `{"key":"k","password":"***"}`} {
		if got := lines[0][field]; got != want {
			t.Errorf("%s of the request is %v, want %v", field, got, want)
		}
	}
	if got := lines[1]["error"]; got != "dial tcp: connection refused" {
		t.Errorf("error is %v", got)
	}
	for field, want := range map[string]any{
		"status": 200, "attempt": 2, "request_id": "r-1", "duration_ms": int64(0),
		"body": `{"inactiveKeys":["k1"],"token":"***","id":null,"secret":null}`,
	} {
		if got := lines[3][field]; got != want && field != "duration_ms" {
			t.Errorf("%s of the answer is %v, want %v", field, got, want)
		}
	}
	if _, measured := lines[3]["duration_ms"].(int64); !measured {
		t.Errorf("duration is %v", lines[3]["duration_ms"])
	}
}

func TestRedactor_text(t *testing.T) {
	t.Parallel()
	redactor := NewRedactor("prefix", "prefix-and-more", "abc", "", "long-enough-to-be-a-token<and more", `quote"`)
	for text, want := range map[string]string{
		"nothing to hide": "nothing to hide",
		"prefix-and-more": "***",
		"prefix-and-less": "***-and-less",
		"preprefixfix":    "pre***fix",
		"abc":             "abc",
		"Bearer long-enough-to-be-a-token<and more": "Bearer ***",
		`{"a":"quote\""}`: `{"a":"***"}`,
		base64.StdEncoding.EncodeToString([]byte("prefix")):                          "***",
		"https://user:pass@x.example.com/":                                           "https://***@x.example.com/",
		"https://x.example.com/?mail=a@b":                                            "https://x.example.com/?mail=a@b",
		"/login?os_password=a&b=c&apiKey=d#e":                                        "/login?os_password=***&b=c&apiKey=***#e",
		"Bearer 0123456789abcdefghij":                                                "Bearer ***",
		"Basic Authentication has been disabled on this instance.":                   "Basic Authentication has been disabled on this instance.",
		"key ATCTT3xFfGN0abc_-+/=1A2B3C4D":                                           "key ***",
		"user token ATATT3xFfGF0abc=1A2B3C4D, revoked":                               "user token ***, revoked",
		"no tunnel has " + strings.Repeat("-_", 43) + "==, try another":              "no tunnel has ***, try another",
		"too short: " + strings.Repeat("-_", 42) + "==":                              "too short: " + strings.Repeat("-_", 42) + "==",
		"javax.crypto.spec.SecretKeySpec_1736328000123 is no secret: it names a key": "javax.crypto.spec.SecretKeySpec_1736328000123 is no secret: it names a key",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if got := redactor.text(text); got != want {
				t.Errorf("text is %q, want %q", got, want)
			}
		})
	}
}

func TestRedactor_body(t *testing.T) {
	t.Parallel()
	redactor := NewRedactor()
	for body, want := range map[string]string{
		"": "",
		`{"deletedKeys":["a"],"key":"b","count":12345678901234567890}`: `{"deletedKeys":["a"],"key":"b","count":12345678901234567890}`,
		`{"apiKey":{"a":1},"api_key":[1],"privateKey":1,"TOKEN":""}`:   `{"apiKey":{"a":"***"},"api_key":["***"],"privateKey":"***","TOKEN":"***"}`,
		`42`:               `42`,
		`token=abc`:        `(9 bytes, not JSON)`,
		`{"token":"a"`:     `(12 bytes, not JSON)`,
		"{\"a\":\"\xff\"}": `{"a":"` + "\ufffd" + `"}`,
		`"` + strings.Repeat("x", maxLoggedBody) + `"`: `"` + strings.Repeat("x", maxLoggedBody-1) + `… (32770 bytes)`,
		`"` + strings.Repeat("x", maxMaskedBody) + `"`: `(1048578 bytes)`,
	} {
		t.Run(want[:min(len(want), 20)], func(t *testing.T) {
			t.Parallel()
			if got := redactor.loggedBody([]byte(body), len(body)); got != want {
				t.Errorf("body is %s, want %s", got, want)
			}
		})
	}
}

func FuzzRedactor(f *testing.F) {
	for _, text := range []string{"", "canary", `{"token":"canary"}`, "?a=b", "://a@", "***a", "Bearer x", `{"a":["b",null,1]}`} {
		f.Add(text, "canary")
		f.Add(text, `a"b\c`)
		f.Add(text+"***abc", "***abc")
	}
	f.Fuzz(func(t *testing.T, text, secret string) {
		redactor := NewRedactor(secret)
		encoded, err := json.Marshal(map[string]any{"words": text + secret, "token": secret, secret: text})
		if err != nil {
			t.Fatal(err)
		}
		logged := redactor.loggedBody(encoded, len(encoded))
		if strings.ContainsAny(secret, `"{}:,`) {
			// JSON writes these beside a text that is no secret.
			logged = ""
		}
		for _, output := range []string{
			logged,
			redactor.text(text + secret + text),
			redactor.text(url.QueryEscape(secret)),
			redactor.text(base64.StdEncoding.EncodeToString([]byte(secret))),
			redactor.phrase(text + secret + text),
		} {
			// The mark of a cut is no part of what was said.
			output = strings.Split(output, "…")[0]
			if len(secret) >= minSecret && strings.Contains(output, secret) {
				t.Errorf("%q shows %q", output, secret)
			}
		}
		_ = redactor.loggedBody([]byte(text), len(text))
	})
}
