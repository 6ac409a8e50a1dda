package transport

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// mask stands where a secret was.
	mask = "***"
	// minSecret is the length below which a secret is too common a string to
	// mask. It exceeds that of mask, so that masking always shortens.
	minSecret = 4
	// maxWords is how many characters of somebody else's words are passed on.
	maxWords = 500
	// maxRequestID is the same for an id or a code.
	maxRequestID = 128
	// maxLoggedBody is how many bytes of a body are logged, and maxMaskedBody
	// how large one may be to be looked at for that.
	maxLoggedBody = 32 << 10
	maxMaskedBody = 1 << 20
)

// secretNames are what names of secret things hold, without separators: headers, query parameters
// and JSON fields such as token, rawToken, api_key. The fields inactiveKeys,
// deletedKeys and key hold names, not keys.
var secretNames = []string{
	"token", "secret", "passw", "passphrase", "credential", "authorization", "cookie",
	"apikey", "privatekey", "accesskey", "keymaterial",
}

// secretShapes are secrets that can be told by what stands around them. A text
// without the marker is not searched: most have none, and bodies are large.
var secretShapes = []struct {
	marker  string
	pattern *regexp.Regexp
	masked  string
}{
	{"://", regexp.MustCompile(`://[^/\s"'@]+@`), "://" + mask + "@"},
	{"earer", regexp.MustCompile(`(?i)\b(bearer)\s+[a-z0-9+/._~=-]{20,}`), "${1} " + mask},
	{"asic", regexp.MustCompile(`(?i)\b(basic)\s+[a-z0-9+/._~=-]{20,}`), "${1} " + mask},
	// Keys and tokens of Atlassian Cloud start with ATCTT3xFfG, ATATT3xFfG and so on.
	{"T3xFfG", regexp.MustCompile(`\bAT[A-Z]TT3xFfG[A-Za-z0-9+/_=-]+`), mask},
	// The security key of a tunnel is 64 bytes in URL-safe base64.
	{"==", regexp.MustCompile(`[A-Za-z0-9_-]{86}==`), mask},
}

// secretParameter is a query parameter with such a name, anywhere in a text.
// Around "key" the names may have a separator.
var secretParameter = regexp.MustCompile(`(?i)([?&;][^=&;?\s"]*(?:` +
	strings.ReplaceAll(strings.Join(secretNames, "|"), "key", "[-_]?key[-_]?") +
	`)[^=&;\s"]*=)[^&;\s"#]*`)

var nameSeparators = strings.NewReplacer("-", "", "_", "")

// isSecretName reports whether the name is that of a secret thing.
func isSecretName(name string) bool {
	name = nameSeparators.Replace(strings.ToLower(name))
	return slices.ContainsFunc(secretNames, func(word string) bool { return strings.Contains(name, word) })
}

// redactor masks secrets in everything that is logged or reported.
type redactor struct {
	secrets  []string
	replacer *strings.Replacer
}

// newRedactor returns a redactor that knows the secrets, in every form that
// they take in headers, URLs, JSON and Go's quoted strings.
func newRedactor(secrets []string) *redactor {
	var forms []string
	for _, secret := range secrets {
		if len(secret) >= minSecret {
			forms = append(forms, formsOf(secret)...)
		}
	}
	// The longest first, so that no part of one is left when another is its prefix.
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	pairs := make([]string, 0, 2*len(forms))
	for _, form := range slices.Compact(forms) {
		pairs = append(pairs, form, mask)
	}
	return &redactor{secrets: secrets, replacer: strings.NewReplacer(pairs...)}
}

// formsOf returns a secret as it is and as others would write it.
func formsOf(secret string) []string {
	var plainJSON bytes.Buffer
	encoder := json.NewEncoder(&plainJSON)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(secret)
	escapedJSON, _ := json.Marshal(secret)
	forms := []string{
		secret,
		url.QueryEscape(secret),
		url.PathEscape(secret),
		base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.URLEncoding.EncodeToString([]byte(secret)),
		withoutQuotes(strconv.Quote(secret)),
		withoutQuotes(strings.TrimSpace(plainJSON.String())),
		withoutQuotes(string(escapedJSON)),
		printable(secret),
	}
	return slices.DeleteFunc(forms, func(form string) bool { return len(form) < minSecret })
}

// withoutQuotes returns what a quoted string has between its quotes.
func withoutQuotes(quoted string) string {
	return quoted[1 : len(quoted)-1]
}

// learn returns a redactor that also knows the secrets in a JSON body, which
// the other side may echo.
func (r *redactor) learn(body []byte) *redactor {
	value, err := decodeJSON(body)
	if err != nil {
		return r
	}
	found := secretsIn(value, nil)
	if len(found) == 0 {
		return r
	}
	return newRedactor(append(found, r.secrets...))
}

// text masks the secrets in s. The known ones come first, as a shape may match
// only half of one, and last, as what is left around a mask may be one.
func (r *redactor) text(s string) string {
	s = r.known(s)
	for _, shape := range secretShapes {
		if strings.Contains(s, shape.marker) {
			s = shape.pattern.ReplaceAllString(s, shape.masked)
		}
	}
	if strings.Contains(s, "=") {
		s = secretParameter.ReplaceAllString(s, "${1}"+mask)
	}
	return r.known(s)
}

// known masks the secrets that the redactor was told.
func (r *redactor) known(s string) string {
	for {
		masked := r.replacer.Replace(s)
		if masked == s {
			return s
		}
		s = masked
	}
}

// words makes somebody else's words fit to be shown: masked, on one line,
// without control characters and at most limit characters long.
func (r *redactor) words(s string, limit int) string {
	s = r.text(printable(r.text(s)))
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}

// header returns the headers for a log line.
func (r *redactor) header(header http.Header) map[string]string {
	masked := make(map[string]string, len(header))
	for name, values := range header {
		if isSecretName(name) {
			masked[name] = mask
			continue
		}
		masked[name] = r.text(strings.Join(values, ", "))
	}
	return masked
}

// body returns a JSON body for a log line. Of any other only the size is told:
// there is no knowing what is secret in it.
func (r *redactor) body(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	if len(body) > maxMaskedBody {
		return fmt.Sprintf("(%d bytes)", len(body))
	}
	value, err := decodeJSON(body)
	if err != nil {
		return fmt.Sprintf("(%d bytes, not JSON)", len(body))
	}
	var masked bytes.Buffer
	encoder := json.NewEncoder(&masked)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r.value(value)); err != nil {
		return fmt.Sprintf("(%d bytes)", len(body))
	}
	text := r.known(strings.TrimSpace(masked.String()))
	if len(text) > maxLoggedBody {
		return strings.ToValidUTF8(text[:maxLoggedBody], "") + fmt.Sprintf("… (%d bytes)", len(body))
	}
	return text
}

// value masks a decoded JSON value in depth.
func (r *redactor) value(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, field := range value {
			if field != nil && isSecretName(name) {
				value[name] = mask
				continue
			}
			value[name] = r.value(field)
		}
		return value
	case []any:
		for i := range value {
			value[i] = r.value(value[i])
		}
		return value
	case string:
		return r.text(value)
	default:
		return value
	}
}

// secretsIn appends the texts that stand in secret fields of a JSON value.
func secretsIn(value any, found []string) []string {
	switch value := value.(type) {
	case map[string]any:
		for name, field := range value {
			if isSecretName(name) {
				found = textsIn(field, found)
				continue
			}
			found = secretsIn(field, found)
		}
	case []any:
		for _, element := range value {
			found = secretsIn(element, found)
		}
	}
	return found
}

// textsIn appends all texts of a JSON value.
func textsIn(value any, found []string) []string {
	switch value := value.(type) {
	case string:
		found = append(found, value)
	case map[string]any:
		for _, field := range value {
			found = textsIn(field, found)
		}
	case []any:
		for _, element := range value {
			found = textsIn(element, found)
		}
	}
	return found
}

// decodeJSON reads one JSON value and keeps its numbers as they are written.
func decodeJSON(body []byte) (any, error) {
	if !json.Valid(body) {
		return nil, errNotJSON
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}

// printable puts s on one line and drops what cannot be seen or steers a terminal.
func printable(s string) string {
	visible := func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		default:
			return r
		}
	}
	return strings.Join(strings.Fields(strings.Map(visible, s)), " ")
}
