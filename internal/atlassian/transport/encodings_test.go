// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// spellings returns what servers make of a text that they were told.
func spellings(text string) map[string]string {
	bytewise := func(format string) string {
		var written strings.Builder
		for _, letter := range []byte(text) {
			fmt.Fprintf(&written, format, letter)
		}
		return written.String()
	}
	code := func(format string) string {
		var written strings.Builder
		for _, letter := range text {
			fmt.Fprintf(&written, format, letter)
		}
		return written.String()
	}
	plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")
	quoted, _ := json.Marshal(text)
	escaped := url.QueryEscape(text)
	return map[string]string{
		"as it is":              text,
		"JSON":                  strings.Trim(plain.Replace(string(quoted)), `"`),
		"JSON for HTML":         strings.Trim(string(quoted), `"`),
		"JSON, slashes escaped": strings.ReplaceAll(strings.Trim(string(quoted), `"`), "/", `\/`),
		"Go":                    strings.Trim(strconv.Quote(text), `"`),
		"ASCII of Go":           strings.Trim(strconv.QuoteToASCII(text), `"`),
		"HTML":                  html.EscapeString(text),
		"HTML by name":          strings.NewReplacer("&#34;", "&quot;", "&#39;", "&apos;").Replace(html.EscapeString(text)),
		"HTML by code":          code("&#%d;"),
		"HTML by hexadecimal":   code("&#x%x;"),
		"query":                 escaped,
		"query, lower case":     lowerEscapes(escaped),
		"query, space as %20":   strings.ReplaceAll(escaped, "+", "%20"),
		"path":                  url.PathEscape(text),
		"all percent":           bytewise("%%%02x"),
		"all percent, upper":    bytewise("%%%02X"),
	}
}

// lowerEscapes writes the escapes of a URL in lower case.
func lowerEscapes(escaped string) string {
	parts := strings.Split(escaped, "%")
	for i := 1; i < len(parts); i++ {
		parts[i] = strings.ToLower(parts[i][:2]) + parts[i][2:]
	}
	return strings.Join(parts, "%")
}

func TestRedactor_knowsASecretHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"plain-token", `c4nary "git" <pass>&word/+%41`, `ünï&amp;"'\ /x`, "a+b c%20d", "p4ss"} {
		redactor := NewRedactor(secret)
		for name, written := range spellings(secret) {
			if got := redactor.text("no access with " + written + ", sorry"); got != "no access with ***, sorry" {
				t.Errorf("%s, %s: %s is shown as %s", secret, name, written, got)
			}
		}
	}
}

// A gateway quotes an answer, and a page an address: both escape once more what is
// escaped already.
func TestRedactor_knowsASecretThatIsEscapedTwice(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"plain-token", `c4nary "git" <pass>&word/+%41`, `ünï&amp;"'\ /x`, "a+b c%20d"} {
		redactor := NewRedactor(secret)
		for inner, once := range spellings(secret) {
			for outer, twice := range spellings(once) {
				if outer == "JSON" && strings.Contains(once, `\u`) {
					// What makes plain JSON of Go's would undo the inner escapes.
					continue
				}
				if got := redactor.text("(" + twice + ")"); got != "(***)" {
					t.Errorf("%s, %s in %s: %s is shown as %s", secret, inner, outer, twice, got)
				}
			}
		}
	}
}

func TestRedactor_masksNothingBetweenTwoSecrets(t *testing.T) {
	t.Parallel()
	redactor := NewRedactor(`c4nary"&<>'word`)
	if got := redactor.text(`(c4nary"&<>'word), not (c4nary&quot;&amp;&lt;&gt;&#x27;word)`); got != "(***), not (***)" {
		t.Errorf("shown as %s", got)
	}
}

func TestRedactor_knowsASecretInADumpAndInAnotherCase(t *testing.T) {
	t.Parallel()
	secret := "c4nary/Tok+en=="
	redactor := NewRedactor(secret)
	for _, written := range []string{
		hex.EncodeToString([]byte(secret)), strings.ToUpper(hex.EncodeToString([]byte(secret))), strings.ToLower(secret), strings.ToUpper(secret),
		url.QueryEscape(strings.ToLower(secret)),
	} {
		if got := redactor.text("0x" + written + "."); got != "0x***." {
			t.Errorf("%s is shown as %s", written, got)
		}
	}
}

// Base64 for mail has lines of 76 characters, and a header that is too long goes on
// in the next line.
func TestRedactor_knowsASecretThatIsBrokenIntoLines(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("c4nary+/", 12)
	redactor := NewRedactor(secret)
	whole := base64.StdEncoding.EncodeToString([]byte("admin:" + secret))
	for _, lineBreak := range []string{"\n", "\r\n", "\r\n ", "\n\t\t"} {
		for _, written := range []string{secret, whole} {
			text := written[:76] + lineBreak + written[76:]
			got := redactor.text(text)
			page := (&gate{redactor: redactor}).lines([]byte("<p>\n" + text + "</p>\n"))
			for _, part := range []string{written[20:60], written[76:80]} {
				if strings.Contains(got, part) || strings.Contains(string(page), part) {
					t.Errorf("%q is shown as %q, in a page as %q", text, got, page)
				}
			}
			if !strings.HasPrefix(string(page), "<p>\n") || !strings.HasSuffix(string(page), "</p>\n") {
				t.Errorf("the page lost its lines: %q", page)
			}
		}
	}
}

// Whatever stands before and after it, no more than the edges of a secret show:
// what encodes a part of a neighbour as well.
func TestRedactor_knowsASecretInBase64(t *testing.T) {
	t.Parallel()
	secret := `c4nary "git" <pass>&word/+?>~~~`
	redactor := NewRedactor(secret)
	for _, around := range []string{"", "Bearer ", "admin:", "a:", "ab:", `{"token":"`, "x"} {
		for name, alphabet := range map[string]*base64.Encoding{
			"standard": base64.StdEncoding, "URL": base64.URLEncoding, "standard without padding": base64.RawStdEncoding, "URL without padding": base64.RawURLEncoding,
		} {
			written := alphabet.EncodeToString([]byte(around + secret))
			got := redactor.text("(" + written + ")")
			left := strings.Trim(strings.Replace(strings.Trim(got, "()"), "***", "", 1), "=")
			if !strings.Contains(got, "***") || len(left) > len(alphabet.EncodeToString([]byte(around)))+3 {
				t.Errorf("%q, %s: %s is shown as %s", around, name, written, got)
			}
		}
	}
}

func TestRedactor_knowsTheLinesOfAKey(t *testing.T) {
	t.Parallel()
	line, last := strings.Repeat("MIIEvQIBADANBgkqhkiG9w0BAQ", 2), "dGhlIGxhc3QgbGluZSBvZiBpdA=="
	redactor := NewRedactor("-----BEGIN PRIVATE KEY-----\n" + line + "\r\n" + last + "\n-----END PRIVATE KEY-----\n")
	got := redactor.text("-----BEGIN PRIVATE KEY----- " + line + `\n` + last)
	if want := `-----BEGIN PRIVATE KEY----- ***\n***`; got != want {
		t.Errorf("shown as %s", got)
	}
}

func TestRedactor_masksWhatOverlaps(t *testing.T) {
	t.Parallel()
	redactor := NewRedactor("abcdef", "defghi", "abcd", "bcde", "xyxyxy")
	for text, want := range map[string]string{
		"abcdefghi":   "***",
		"1abcde2":     "1***2",
		"xyxyxyxyxy.": "***.",
		"bcdexyxyxy":  "***",
		"abcxdefgh":   "abcxdefgh",
	} {
		if got := redactor.text(text); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
}

func TestRedactor_masksWholeWhatMasksMakeSecret(t *testing.T) {
	t.Parallel()
	redactor := NewRedactor("a***", "***b***c")
	for text, want := range map[string]string{
		"xa***":                               "x***",
		strings.Repeat("a", 1000) + "a***, b": "***",
		"a***b***c":                           "***",
	} {
		if got := redactor.text(text); got != want {
			t.Errorf("%.20s is shown as %s, want %s", text, got, want)
		}
	}
}

func TestRedactor_learnsWhileOthersMask(t *testing.T) {
	t.Parallel()
	redactor := NewRedactor("the-first-secret")
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 200 {
			redactor.Learn(fmt.Sprintf("secret-number-%d-of-many", i))
		}
	}()
	for range 200 {
		if got := redactor.text("the-first-secret is"); got != "*** is" {
			t.Errorf("shown as %s", got)
		}
	}
	<-done
	if got := redactor.text("secret-number-199-of-many"); got != "***" {
		t.Errorf("shown as %s", got)
	}
}

func TestProxySecrets_areThoseOfTheAddresses(t *testing.T) {
	t.Parallel()
	environment := map[string]string{
		"HTTP_PROXY":  "http://proxyuser:pr0xy%2Fpass@proxy.example.com:3128",
		"https_proxy": "http://a-token-alone@proxy.example.com",
		"HTTPS_PROXY": "proxy.example.com:3128",
		"http_proxy":  "http://bad:canary%zz@proxy.example.com",
		"NO_PROXY":    "x.example.com",
	}
	redactor := NewRedactor(ProxySecrets(func(name string) (string, bool) { value, ok := environment[name]; return value, ok })...)
	for text, want := range map[string]string{
		"407 for proxyuser:pr0xy/pass":                     "407 for proxyuser:***",
		"Basic cHJveHl1c2VyOnByMHh5L3Bhc3M":                "Basic cHJveHl1c2VyO***",
		"a-token-alone":                                    "***",
		`invalid "http://bad:canary%zz@proxy.example.com"`: `invalid "***"`,
	} {
		if got := redactor.text(text); !strings.HasPrefix(got, strings.TrimSuffix(want, "***")) || strings.Contains(got, "pass") {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
}

func FuzzRedactor_spellings(f *testing.F) {
	for _, secret := range []string{"canary", `a"b\c<d>`, "é=&; +%41/", "***abc", "&amp;&lt;", `\u0041\x41`} {
		f.Add(secret, "before", "after")
		f.Add(secret, "%", "+")
	}
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		redactor := NewRedactor(secret)
		for name, written := range spellings(secret) {
			if got := redactor.text(before + written + after); len(secret) >= minSecret && !strings.Contains(secret, "\n") &&
				strings.Contains(got, secret) {
				t.Errorf("%s: %q shows %q", name, got, secret)
			}
		}
	})
}
