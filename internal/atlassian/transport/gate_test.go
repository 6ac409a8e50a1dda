// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// passGate lets a body through the gate of a call whose redactor knows secrets.
func passGate(t testing.TB, body, wanted string, secrets ...string) (passed, secret string, err error) {
	t.Helper()
	gate := (&call{redactor: NewRedactor(secrets...), secretField: wanted}).newGate(200)
	text, err := gate.body(t.Context(), []byte(body))
	return string(text), gate.secret, err
}

func TestGate_masksAndMakesVisible(t *testing.T) {
	t.Parallel()
	const secret = `c4nary "x" <y>&z/+%41`
	for body, want := range map[string]string{
		`{"a":"b"}`:                                                               `{"a":"b"}`,
		` { "a" : [ 1 , null , true , "" ] } `:                                    ` { "a" : [ 1 , null , true , "" ] } `,
		`"\u0063\u0034nary \"x\" <y>&z/+%41"`:                                     `"***"`,
		`{"c4nary \"x\" <y>&z\/+%41":1}`:                                          `{"***":1}`,
		`{"m":"c4nary &quot;x&quot; &lt;y&gt;&amp;z/+%41!"}`:                      `{"m":"***!"}`,
		`{"m":"c4nary%20%22x%22%20%3cy%3e%26z%2f%2B%2541"}`:                       `{"m":"***"}`,
		`{"m":"c4nary+%22x%22+%3Cy%3E%26z%2F%2B%2541"}`:                           `{"m":"***"}`,
		`{"m":"\u001b[2J\u202egpj\u0007\r\nError: forged"}`:                       `{"m":"\\x1b[2J\\u202egpj\\x07\\r\\nError: forged"}`,
		"{\"m\":\"\u202ex\u00a0\u2028\ufeff\U000e0001\"}":                         "{\"m\":\"\\\\u202ex\u00a0\\\\u2028\\\\ufeff\\\\U000e0001\"}",
		"{\"m\":\"می\u200cخواهم 👩\u200d💻 é\"}":                                    "{\"m\":\"می\u200cخواهم 👩\u200d💻 é\"}",
		"{\"m\":\"a\xffb\"}":                                                      "{\"m\":\"a\ufffdb\"}",
		`{"\u001b]0;x\u0007":{"\n":[]}}`:                                          `{"\\x1b]0;x\\x07":{"\\n":[]}}`,
		`{"m":"tab\tand \"quotes\" \\ and \u00e9"}`:                               `{"m":"tab\\tand \"quotes\" \\ and é"}`,
		`{"m":"quotes \" and \\ and \u00e9 stay"}`:                                `{"m":"quotes \" and \\ and \u00e9 stay"}`,
		`{"token":"abcdef","message":"abcdef is wrong","list":[{"x":"abcdefg"}]}`: `{"token":"***","message":"*** is wrong","list":[{"x":"***g"}]}`,
		`{"message":"abcdef is wrong","apiKey":{"a":["abcdef",7],"b":{"c":"d"}}}`: `{"message":"*** is wrong","apiKey":{"a":["***",7],"b":{"c":"***"}}}`,
		`{"tokenId":"abcdef","tokenLabel":"ci","inactiveKeys":["k"],"key":"x"}`:   `{"tokenId":"abcdef","tokenLabel":"ci","inactiveKeys":["k"],"key":"x"}`,
		`{"token":"","secret":null,"password":true}`:                              `{"token":"","secret":null,"password":true}`,
		`not JSON: c4nary "x" <y>&z/+%41`:                                         `not JSON: ***`,
		"two\r\nlines \x1b[1m":                                                    "two\nlines \\x1b[1m",
		"{\"m\":\"\\u001b[1m\r\"}":                                                `{"m":"\\x1b[1m\\r"}`,
		``:                                                                        ``,
	} {
		t.Run(want[:min(len(want), 30)], func(t *testing.T) {
			t.Parallel()
			if got, _, err := passGate(t, body, "", secret); got != want || err != nil {
				t.Errorf("%s passes as\n%s, %v, want\n%s", body, got, err, want)
			}
		})
	}
}

func TestGate_masksANumberThatIsASecretAndNoOther(t *testing.T) {
	t.Parallel()
	got, _, err := passGate(t, `{"a":12345678,"b":123456789,"c":-12345678.5}`, "", "12345678")
	if want := `{"a":"***","b":123456789,"c":-12345678.5}`; got != want || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestGate_handsOutTheSecretThatIsAskedFor(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, want, secret string }{
		"the field":      {`{"token":"new-token","message":"here is new-token"}`, `{"token":"***","message":"here is ***"}`, "new-token"},
		"in other case":  {`{"TOKEN":"new-token"}`, `{"TOKEN":"***"}`, "new-token"},
		"escaped":        {`{"tok\u0065n":"new\u002dtoken"}`, `{"tok\u0065n":"***"}`, "new-token"},
		"only on top":    {`{"data":{"token":"new-token"},"list":[{"token":"other-token"}]}`, `{"data":{"token":"***"},"list":[{"token":"***"}]}`, ""},
		"only that one":  {`{"rawToken":"new-token"}`, `{"rawToken":"***"}`, ""},
		"not of a list":  {`[{"token":"new-token"}]`, `[{"token":"***"}]`, ""},
		"no string":      {`{"token":{"token":"new-token"}}`, `{"token":{"token":"***"}}`, ""},
		"empty":          {`{"token":""}`, `{"token":""}`, ""},
		"null":           {`{"token":null}`, `{"token":null}`, ""},
		"with a control": {`{"token":"new\u001btoken"}`, `{"token":"***"}`, "new\x1btoken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, secret, err := passGate(t, test.body, "token")
			if got != test.want || secret != test.secret || err != nil {
				t.Errorf("got %s with %q, %v, want %s with %q", got, secret, err, test.want, test.secret)
			}
		})
	}
}

func TestGate_refusesWhatNobodyNeeds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		want error
	}{
		"a million names":    {"[" + strings.Repeat(`"a",`, 1_000_000) + `"a"]`, errTooManyValues},
		"a million objects":  {"[" + strings.Repeat(`{},`, 1_000_000) + `{}]`, errTooManyValues},
		"a million nulls":    {"[" + strings.Repeat(`null,`, 1_000_000) + `null]`, errTooManyValues},
		"deep lists":         {strings.Repeat("[", 1000) + strings.Repeat("]", 1000), errTooDeep},
		"deep objects":       {strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000), errTooDeep},
		"a text of 2 MiB":    {`"` + strings.Repeat("a", 2<<20) + `"`, errTooLong},
		"a name of 2 MiB":    {`{"` + strings.Repeat("a", 2<<20) + `":1}`, errTooLong},
		"a secret of 64 KiB": {`{"secret":"` + strings.Repeat("a", 64<<10+1) + `"}`, errTooManySecrets},
		"a token of 8 KiB":   {`{"token":"` + strings.Repeat("a", 8<<10) + `"}`, errTooLong},
		"350,000 tokens":     {`[` + strings.Repeat(`{"token":"abcdefgh"},`, 350_000) + `{}]`, errTooManySecrets},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			passed, secret, err := passGate(t, test.body, "token")
			if !errors.Is(err, test.want) || passed != "" || secret != "" {
				t.Errorf("%d bytes pass, %v, want %v", len(passed), err, test.want)
			}
		})
	}
}

func TestGate_cutsALongTextAfterMaskingIt(t *testing.T) {
	t.Parallel()
	const secret = "canary-secret"
	long := strings.Repeat("é", maxText/2-3) + secret + strings.Repeat("x", 1000)
	passed, _, err := passGate(t, `{"m":"`+long+`"}`, "", secret)
	var read struct{ M string }
	if err != nil || json.Unmarshal([]byte(passed), &read) != nil {
		t.Fatal(err)
	}
	if strings.Contains(read.M, "can") || len(read.M) > maxText+50 || !strings.HasSuffix(read.M, "bytes)") || !strings.Contains(read.M, "***") {
		t.Errorf("%d bytes that end in %q", len(read.M), read.M[len(read.M)-50:])
	}
}

func TestGate_stopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	gate := (&call{redactor: NewRedactor()}).newGate(200)
	if passed, err := gate.body(ctx, []byte(`{"a":"b"}`)); !errors.Is(err, context.Canceled) || passed != nil {
		t.Errorf("%s passes, %v", passed, err)
	}
}

// What a server says is masked in successes as in failures, in what is handed out
// as in what is reported.
func TestClient_masksWhatAnswersSay(t *testing.T) {
	t.Parallel()
	const other = "c4nary-of-another"
	shared := NewRedactor()
	New(Config{Redactor: shared, Credentials: Basic("admin", other)})
	said := `{"message":"Bearer canary-bearer, \u001b[31m` + other + `\r\nError: forged","status":"RUNNING"}`
	for _, code := range []int{200, 403, 500, 503} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			t.Parallel()
			client := newTestClient(t, exampleURL, play(status(code, said, "X-Request-Id", other, "X-Echo", other)), func(config *Config) {
				config.Redactor = shared
				config.MaxRetries = 0
			})
			response, err := client.Do(t.Context(), Request{Method: "GET", Path: "/x", Answers: []int{503}})
			words := fmt.Sprint(err)
			if err == nil {
				words = string(response.Body) + fmt.Sprint(response.Header)
			}
			for _, hidden := range []string{other, "canary-bearer", "\n", "\r", "\x1b"} {
				if strings.Contains(words, hidden) {
					t.Errorf("%q is in %q", hidden, words)
				}
			}
			if !strings.Contains(words, "***") || !strings.Contains(words, "Error: forged") {
				t.Errorf("nothing is said: %q", words)
			}
		})
	}
}

// A secret that is asked for is masked from then on, in what others say as well.
func TestClient_remembersTheSecretThatItAskedFor(t *testing.T) {
	t.Parallel()
	shared := NewRedactor()
	sharing := func(config *Config) { config.Redactor = shared }
	cloud := newTestClient(t, exampleURL, play(status(200, `{"token":"brand-new-token","name":"t"}`)), sharing)
	response, err := cloud.Do(t.Context(), Request{Method: "PUT", Path: "/x", SecretField: "token"})
	if err != nil || response.Secret != "brand-new-token" || string(response.Body) != `{"token":"***","name":"t"}` {
		t.Fatalf("response %+v, error %v", response, err)
	}
	instance := newTestClient(t, exampleURL, play(status(200, `{"name":"brand-new-token"}`)), sharing)
	response, err = instance.Do(t.Context(), get)
	if err != nil || string(response.Body) != `{"name":"***"}` {
		t.Errorf("response %s, error %v", response.Body, err)
	}
}

// One that was not asked for is masked in its own answer, and no word of it is
// taken for a secret for good: a server could hide what others say.
func TestClient_forgetsTheSecretsThatAnswersTellOf(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, exampleURL, play(status(200, `{"token":"RUNNING","state":"RUNNING"}`), status(200, `{"state":"RUNNING"}`)))
	for _, want := range []string{`{"token":"***","state":"***"}`, `{"state":"RUNNING"}`} {
		response, err := client.Do(t.Context(), get)
		if err != nil || string(response.Body) != want {
			t.Errorf("response %+v, error %v", response, err)
		}
	}
}

// The time for it grows with the text and not with its square, and so does the
// memory.
func TestGate_isLinear(t *testing.T) {
	t.Parallel()
	body := func(letters int) string {
		return `{"token":"a***","message":"` + strings.Repeat("a", letters) + `a***"}`
	}
	passed, _, err := passGate(t, body(200_000), "")
	if err != nil || passed != `{"token":"***","message":"***"}` {
		t.Errorf("passes as %.100s, %v", passed, err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	short, long := fastestPass(t, body(25_000)), fastestPass(t, body(200_000))
	runtime.ReadMemStats(&after)
	// Eight times the length takes eight times as long, and with the square 64 times.
	if long > 30*short {
		t.Errorf("200 kB took %s, and 25 kB %s", long, short)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 200<<20 {
		t.Errorf("2 MB took %d MiB", used>>20)
	}
}

// fastestPass returns the least time that a body takes of several times: the
// machine may have other things to do.
func fastestPass(t *testing.T, body string) time.Duration {
	t.Helper()
	fastest := time.Duration(math.MaxInt64)
	for range 8 {
		start := time.Now()
		if _, _, err := passGate(t, body, ""); err != nil {
			t.Fatal(err)
		}
		fastest = min(fastest, time.Since(start))
	}
	return fastest
}

func FuzzGate(f *testing.F) {
	for _, body := range []string{
		`{"a":"b"}`, `{"token":"abcd","m":"abcd"}`, `["c4nary",{"c4nary":null}]`, `{"m":"\u0063\u0034nary"}`, "{\"m\":\"\u202e\"}", "c4nary\x1b", `{"":1e9,"a":-0}`,
		`{"token":"a***","message":"aaaaaaaa***"}`, `"\ud800"`, `{"secret":["c4nary",{"x":{}}],"y":"c4nary"}`, `{"a":"c4\u200bnary"}`, `"%634nary&#x63;4nary"`,
	} {
		f.Add([]byte(body), "c4nary", "X-Echo", body)
	}
	f.Fuzz(func(t *testing.T, body []byte, secret, name, value string) {
		gate := (&call{redactor: NewRedactor(secret), secretField: "token"}).newGate(200)
		received := &answer{body: body, header: http.Header{name: {value}}}
		valid := json.Valid(body)
		gate.pass(t.Context(), received)
		if received.readErr != nil {
			return
		}
		if valid && !json.Valid(received.body) {
			t.Fatalf("%q passes as %q", body, received.body)
		}
		checkVisible(t, secret, string(received.body), received.header)
		again, err := gate.body(t.Context(), received.body)
		if err != nil || valid && string(again) != string(received.body) {
			t.Errorf("%q passes as %q and that as %q, %v", body, received.body, again, err)
		}
	})
}

// checkVisible looks for a secret and for control characters in all texts.
func checkVisible(t *testing.T, secret, body string, header http.Header) {
	t.Helper()
	texts := strings.Split(body, "\n")
	if json.Valid([]byte(body)) {
		texts = nil
		_ = scanJSON([]byte(body), isSecretName, func(token jsonToken) error {
			if token.kind == jsonString || token.kind == jsonName {
				texts = append(texts, string(unquoteJSON([]byte(body[token.from:token.to]))))
			}
			return nil
		})
	}
	for name, values := range header {
		texts = append(append(texts, name), values...)
	}
	for _, text := range texts {
		text, _, _ = strings.Cut(text, "…")
		if len(secret) >= minSecret && !strings.Contains(secret, "\n") && strings.Contains(text, secret) {
			t.Errorf("%q shows %q", text, secret)
		}
		if firstHidden([]byte(text)) >= 0 {
			t.Errorf("%q steers a terminal", text)
		}
	}
}
