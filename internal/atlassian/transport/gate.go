// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

const (
	// maxText is how many bytes of one text of an answer are passed on. It is more
	// than [MaxName], so that no name is cut that is not refused.
	maxText = 16 << 10
	// maxReadText is how long one may be to be looked at.
	maxReadText = 1 << 20
	// maxPlainText is the same for an answer that is no JSON.
	maxPlainText = 64 << 10
	// maxValues is how many values an answer may hold, or an entry of a list.
	maxValues = 100_000
	// maxNewSecrets and maxNewSecretBytes bound the secrets that an answer may
	// tell of: each has to be sought in all of it.
	maxNewSecrets     = 64
	maxNewSecretBytes = 64 << 10
)

const (
	errTooLong        = excess("one of its texts is too long")
	errTooManyValues  = excess("it holds too many values")
	errTooManySecrets = excess("it holds too many fields that look secret")
)

// gate is what every answer passes before anybody reads it. It masks what is
// secret, makes visible what steers a terminal, and cuts what is too long to be
// anything. One field may be exempt: that of the secret that was asked for, which is
// taken out and kept.
type gate struct {
	// redactor learns the secrets that the answer tells of, for the time of it.
	redactor *Redactor
	// wanted is the name of the exempt field; empty for none.
	wanted string
	// secret is what stood in it.
	secret string

	values, secrets, secretBytes int
}

// newGate returns the gate for one answer of the call. A failure holds no secret
// that was asked for.
func (c *call) newGate(status int) *gate {
	made := &gate{redactor: c.redactor.specific()}
	if c.accepts(status) {
		made.wanted = c.secretField
	}
	return made
}

// pass lets the head and the body of an answer through. The body is the same
// slice where there is nothing to change.
func (g *gate) pass(ctx context.Context, answer *answer) {
	answer.header = g.header(answer.header)
	if answer.readErr != nil {
		// What is cut short may end in half a secret, which nothing would recognize.
		answer.body = nil
		return
	}
	answer.body, answer.readErr = g.body(ctx, answer.body)
}

func (g *gate) header(header http.Header) http.Header {
	passed := make(http.Header, len(header))
	for name, values := range header {
		name = g.redactor.text(name)
		for _, value := range values {
			if isSecretName([]byte(name)) {
				value = mask
			}
			passed[name] = append(passed[name], string(cutText([]byte(g.redactor.text(value)))))
		}
	}
	return passed
}

// body lets a body through: JSON text by text, of anything else what is not too
// long to say something.
func (g *gate) body(ctx context.Context, body []byte) ([]byte, error) {
	if json.Valid(body) {
		return g.json(ctx, body)
	}
	if len(body) > maxPlainText || bytes.IndexByte(body, 0) >= 0 {
		return fmt.Appendf(nil, "(%d bytes)", len(body)), nil
	}
	passed := g.lines(body)
	if json.Valid(passed) {
		// A line break written out can be all that it took.
		return g.json(ctx, passed)
	}
	return passed, nil
}

// lines lets a text for people through and leaves it its lines, but for those that
// a secret is broken into.
func (g *gate) lines(text []byte) []byte {
	lines := bytes.Split(g.redactor.known(text), []byte("\n"))
	for i, line := range lines {
		lines[i] = g.redactor.clean(bytes.TrimSuffix(line, []byte("\r")))
	}
	return bytes.Join(lines, []byte("\n"))
}

// json lets a valid JSON text through.
func (g *gate) json(ctx context.Context, text []byte) ([]byte, error) {
	if err := g.survey(text); err != nil {
		return nil, err
	}
	passed, err := rewriteJSON(text, isSecretName, func(token jsonToken) ([]byte, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return g.rewrite(text[token.from:token.to], token), nil
	})
	if err != nil {
		return nil, err
	}
	return passed, nil
}

// survey refuses what is too much and learns what must be masked, before
// anything is.
func (g *gate) survey(text []byte) error {
	return scanJSON(text, isSecretName, func(token jsonToken) error {
		if token.to-token.from > maxReadText {
			return errTooLong
		}
		if token.kind != jsonName {
			g.values++
		}
		if g.values > maxValues {
			return errTooManyValues
		}
		if token.kind == jsonString && token.secret {
			return g.learn(string(unquoteJSON(text[token.from:token.to])), token)
		}
		return nil
	})
}

// learn keeps a secret that the answer tells of.
func (g *gate) learn(secret string, token jsonToken) error {
	g.secrets++
	g.secretBytes += len(secret)
	if g.secrets > maxNewSecrets || g.secretBytes > maxNewSecretBytes {
		return errTooManySecrets
	}
	if g.wanted != "" && token.depth == 1 && strings.EqualFold(g.wanted, string(token.field)) {
		if len(secret) > MaxName {
			return errTooLong
		}
		g.secret = secret
		g.redactor.general.Learn(secret)
		return nil
	}
	g.redactor.Learn(secret)
	return nil
}

// rewrite returns what takes the place of a token; nil where it may stay.
func (g *gate) rewrite(written []byte, token jsonToken) []byte {
	switch token.kind {
	case jsonOther:
		return nil
	case jsonNumber:
		return g.rewriteNumber(written)
	}
	text := unquoteJSON(written)
	if token.secret && token.kind == jsonString && len(text) > 0 {
		return quoteJSON([]byte(mask))
	}
	passed := cutText(g.redactor.clean(text))
	if len(passed) == len(text) && bytes.Equal(passed, text) {
		return nil
	}
	return quoteJSON(passed)
}

// rewriteNumber masks a number that is a secret, and not one that has the digits
// of one in it.
func (g *gate) rewriteNumber(written []byte) []byte {
	if string(g.redactor.known(written)) != mask {
		return nil
	}
	return quoteJSON([]byte(mask))
}

// cutText cuts a text that is too long, and says so in it.
func cutText(text []byte) []byte {
	if len(text) <= maxText {
		return text
	}
	end := maxText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Appendf(bytes.Clone(text[:end]), "… (%d bytes)", len(text))
}
