// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

const (
	// mask stands where a secret was.
	mask = "***"
	// minSecret is the length below which a secret is too common a string to
	// mask. It exceeds that of mask, so that masking always shortens.
	minSecret = 4
	// minSecretLine is the same for a line of a secret of several, and
	// minSecretName for one in another case.
	minSecretLine = 16
	minSecretName = 8
	// maxPasses is how often a text is masked until it is given up.
	maxPasses = 3
	// maxWords is how many characters of somebody else's words are passed on.
	maxWords = 500
	// maxRequestID is the same for an id or a code.
	maxRequestID = 128
)

// secretNames are what names of secret things hold, without separators: headers, query parameters
// and JSON fields such as token, rawToken, api_key. The fields inactiveKeys,
// deletedKeys and key hold names, not keys.
var secretNames = []string{
	"token", "secret", "passw", "passphrase", "credential", "authorization", "cookie",
	"apikey", "privatekey", "accesskey", "keymaterial",
}

// secretEndings are what the names of secrets themselves end with.
var secretEndings = []string{
	"token", "secret", "password", "passwd", "passphrase", "credential", "credentials", "authorization", "cookie",
	"apikey", "privatekey", "accesskey", "keymaterial",
}

var nameSeparators = strings.NewReplacer("-", "", "_", "")

// secretShapes are secrets that can be told by what stands around them. A text
// without the marker is not searched: most have none, and bodies are large.
var secretShapes = []struct {
	marker  []byte
	pattern *regexp.Regexp
	masked  []byte
}{
	{[]byte("://"), regexp.MustCompile(`://[^/\s"'@]+@`), []byte("://" + mask + "@")},
	{[]byte("earer"), regexp.MustCompile(`(?i)\b(bearer)\s+[a-z0-9+/._~=-]{20,}`), []byte("${1} " + mask)},
	{[]byte("asic"), regexp.MustCompile(`(?i)\b(basic)\s+[a-z0-9+/._~=-]{20,}`), []byte("${1} " + mask)},
	// Keys and tokens of Atlassian Cloud start with ATCTT3xFfG, ATATT3xFfG and so on.
	{[]byte("T3xFfG"), regexp.MustCompile(`\bAT[A-Z]TT3xFfG[A-Za-z0-9+/_=-]+`), []byte(mask)},
	// The security key of a tunnel is 64 bytes in URL-safe base64.
	{[]byte("=="), regexp.MustCompile(`[A-Za-z0-9_-]{86}==`), []byte(mask)},
	// A query parameter with such a name, anywhere in a text. Around "key" the
	// names may have a separator.
	{[]byte("="), regexp.MustCompile(`(?i)([?&;][^=&;?\s"]*(?:` +
		strings.ReplaceAll(strings.Join(secretNames, "|"), "key", "[-_]?key[-_]?") +
		`)[^=&;\s"]*=)[^&;\s"#]*`), []byte("${1}" + mask)},
}

// Redactor masks secrets in everything that is logged, reported or kept. A
// provider makes one and hands it to all of its clients: what one service was
// told may be said by another. It finds a secret as it is, in lower or upper case,
// in hexadecimal, and in base64 wherever it begins in what is encoded; each broken
// into lines, escaped for JSON, HTML or URLs in any way, or both, or escaped twice.
// Its work is linear in the text. It is safe for concurrent use; its zero value
// knows no secret.
type Redactor struct {
	// general knows what this redactor knows besides.
	general *Redactor

	mu sync.Mutex
	// secrets says of each whether it is whole, and not a line of one.
	secrets map[string]bool
	// words finds the secrets; nil while it has to be made again.
	words atomic.Pointer[automaton]
}

// NewRedactor returns a redactor that knows the secrets. One shorter than four
// bytes is too common to mask.
func NewRedactor(secrets ...string) *Redactor {
	redactor := &Redactor{}
	redactor.Learn(secrets...)
	return redactor
}

// Learn adds secrets for good. Of a secret of several lines, such as a PEM key,
// every line is one.
func (r *Redactor) Learn(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range secrets {
		for _, line := range secretLines(secret) {
			r.learn(line, line == secret)
		}
	}
}

func (r *Redactor) learn(secret string, whole bool) {
	if _, known := r.secrets[secret]; known || len(secret) < minSecret {
		return
	}
	if r.secrets == nil {
		r.secrets = map[string]bool{}
	}
	r.secrets[secret] = whole
	r.words.Store(nil)
}

// LearnFrom adds the texts that stand in secret fields of a JSON text, such as token.
func (r *Redactor) LearnFrom(text []byte) error {
	return scanJSON(text, isSecretName, func(token jsonToken) error {
		if token.kind == jsonString && token.secret {
			r.Learn(string(unquoteJSON(text[token.from:token.to])))
		}
		return nil
	})
}

// secretLines returns the lines of a secret that tell something.
func secretLines(secret string) []string {
	if !strings.Contains(secret, "\n") {
		return []string{secret}
	}
	var lines []string
	for line := range strings.Lines(secret) {
		line = strings.TrimSpace(line)
		if len(line) >= minSecretLine && !strings.HasPrefix(line, "-----") {
			lines = append(lines, line)
		}
	}
	return lines
}

// specific returns a redactor that knows what r knows, now and later, and may
// learn more without telling r.
func (r *Redactor) specific() *Redactor {
	return &Redactor{general: r}
}

// automaton returns what finds the redactor's own secrets; nil where it has none.
func (r *Redactor) automaton() *automaton {
	if made := r.words.Load(); made != nil {
		return made
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.secrets) == 0 {
		return nil
	}
	var forms []string
	for secret, whole := range r.secrets {
		forms = append(forms, formsOf(secret)...)
		if whole {
			forms = append(forms, rareFormsOf(secret)...)
		}
	}
	made := newAutomaton(forms)
	r.words.Store(made)
	return made
}

// formsOf returns a secret as it is and as it shows in base64 of something that
// holds it, wherever it begins there: what its neighbours change is left out.
func formsOf(secret string) []string {
	forms := []string{secret}
	for before := range 3 {
		whole := append(make([]byte, before), secret...)
		from, to := (before*8+5)/6, len(whole)*8/6
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if form := alphabet.EncodeToString(whole)[from:to]; len(form) >= minSecret {
				forms = append(forms, form)
			}
		}
	}
	return forms
}

// rareFormsOf returns how a secret shows in a dump, and where somebody takes it
// for a name whose case does not count. A line of a key is not worth the memory.
func rareFormsOf(secret string) []string {
	digits := hex.EncodeToString([]byte(secret))
	forms := []string{digits, strings.ToUpper(digits)}
	if len(secret) >= minSecretName {
		forms = append(forms, strings.ToLower(secret), strings.ToUpper(secret))
	}
	return forms
}

// Mask masks the secrets in a text of the provider's own, and leaves it its lines.
// What others said has passed the gate before.
func (r *Redactor) Mask(text string) string {
	masked := r.known(maskShapes(r.known([]byte(text))))
	return strings.ToValidUTF8(string(masked), string(utf8.RuneError))
}

// Spans reports whether the text holds a secret that the separator is a part of:
// what it is cut into would show the secret piece by piece.
func (r *Redactor) Spans(text, separator string) bool {
	parts := strings.Split(text, separator)
	for i, part := range parts {
		parts[i] = r.Mask(part)
	}
	return strings.Join(parts, separator) != r.Mask(text)
}

// text masks the secrets in s and makes visible what steers a terminal or a CI system.
func (r *Redactor) text(s string) string {
	return string(r.clean([]byte(s)))
}

// clean is text for bytes. It returns the same slice where there is nothing to
// hide. The secrets that are known come first, as a shape may match only half of
// one, and last, as what is left around a mask may be one.
func (r *Redactor) clean(text []byte) []byte {
	masked := r.known(text)
	shaped := maskShapes(masked)
	visible := disarm(makeVisible(shaped))
	if len(visible) == len(masked) && len(shaped) == len(masked) && bytes.Equal(visible, masked) {
		return masked
	}
	// A secret that is no text may end within a character.
	return bytes.ToValidUTF8(r.known(visible), []byte(string(utf8.RuneError)))
}

// maskShapes masks what looks like a secret.
func maskShapes(text []byte) []byte {
	for _, shape := range secretShapes {
		if bytes.Contains(text, shape.marker) {
			text = shape.pattern.ReplaceAll(text, shape.masked)
		}
	}
	return text
}

// known masks the secrets that the redactor was told. A mask may make a secret
// of its neighbours, and again: what does not come to rest is masked whole.
func (r *Redactor) known(text []byte) []byte {
	for range maxPasses {
		found := r.find(text)
		if len(found) == 0 {
			return text
		}
		text = replace(text, found)
	}
	if len(r.find(text)) == 0 {
		return text
	}
	return []byte(mask)
}

// find returns where secrets stand in the text. What quotes an answer in an answer
// escapes twice: what is left when one escaping is undone is looked at as well.
func (r *Redactor) find(text []byte) []span {
	var found []span
	for knows := r; knows != nil; knows = knows.general {
		if words := knows.automaton(); words != nil {
			found = append(found, words.find(text)...)
		}
	}
	found = append(found, r.findEscaped(text)...)
	for _, encoding := range encodings() {
		if !encoding.tells(text) || !encoding.leavesMarks(text) {
			continue
		}
		plain := encoding.undo(text)
		for _, hidden := range r.findEscaped(plain.text) {
			found = append(found, plain.origin(hidden))
		}
	}
	return merge(found)
}

// findEscaped returns where secrets stand in the text escaped once.
func (r *Redactor) findEscaped(text []byte) []span {
	var found []span
	for knows := r; knows != nil; knows = knows.general {
		words := knows.automaton()
		if words == nil {
			continue
		}
		for _, encoding := range encodings() {
			if encoding.tells(text) {
				found = append(found, words.findDecoded(text, encoding)...)
			}
		}
	}
	return found
}

// merge puts spans in order and joins those that touch.
func merge(spans []span) []span {
	if len(spans) < 2 {
		return spans
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.to, b.to) })
	merged := spans[:0:0]
	for _, next := range spans {
		merged = join(merged, next)
	}
	return merged
}

// replace returns the text with a mask in place of every span.
func replace(text []byte, spans []span) []byte {
	masked := make([]byte, 0, len(text))
	rest := 0
	for _, hidden := range spans {
		masked = append(append(masked, text[rest:hidden.from]...), mask...)
		rest = hidden.to
	}
	return append(masked, text[rest:]...)
}

// phrase returns the words of an error fit to be shown in a sentence.
func (r *Redactor) phrase(s string) string {
	return cutWords(r.text(s), maxWords)
}

// Words cuts what a server said to a length fit to be shown or kept, at most 500
// characters.
func Words(said string) string {
	return cutWords(said, maxWords)
}

// cutWords cuts words to a number of characters, and shows that it did.
func cutWords(s string, limit int) string {
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit-1]) + "…"
}

// header returns the headers for a log line.
func (r *Redactor) header(header http.Header) map[string]string {
	masked := make(map[string]string, len(header))
	for name, values := range header {
		if holdsSecretName([]byte(name)) {
			masked[r.text(name)] = mask
			continue
		}
		masked[r.text(name)] = r.text(strings.Join(values, ", "))
	}
	return masked
}

// maxSecretName is how much of a name is looked at, its end.
const maxSecretName = 128

// holdsSecretName reports whether the name is that of a secret thing, or of
// something about one: for logs, which can do without either.
func holdsSecretName(name []byte) bool {
	plain := plainName(name)
	return slices.ContainsFunc(secretNames, func(word string) bool { return strings.Contains(plain, word) })
}

// isSecretName reports whether the name is that of a secret thing itself: token
// and rawToken, but neither tokenId nor tokenLabel.
func isSecretName(name []byte) bool {
	plain := plainName(name)
	return slices.ContainsFunc(secretEndings, func(word string) bool { return strings.HasSuffix(plain, word) })
}

// plainName returns the name in lower case and without separators.
func plainName(name []byte) string {
	name = name[max(0, len(name)-maxSecretName):]
	return nameSeparators.Replace(strings.ToLower(string(name)))
}
