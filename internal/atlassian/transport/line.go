// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxLoggedBody is how many bytes of a body are logged, and maxMaskedBody how
// large one may be to be looked at for that.
const (
	maxLoggedBody = 32 << 10
	maxMaskedBody = 1 << 20
)

// line writes the log lines of one attempt.
type line struct {
	ctx     context.Context
	client  *Client
	call    *call
	number  int
	started time.Time
}

// newLine returns the log lines of the attempt that starts now.
func (c *Client) newLine(ctx context.Context, call *call, number int) *line {
	return &line{ctx: ctx, client: c, call: call, number: number, started: c.config.Clock.Now()}
}

// request logs what is about to be sent.
func (l *line) request(request *http.Request) {
	l.write("Sending HTTP request", func(fields map[string]any) {
		fields["headers"] = l.call.redactor.header(request.Header)
		fields["body"] = l.call.redactor.loggedBody(l.call.body, len(l.call.body))
	})
}

// answer logs what came back.
func (l *line) answer(answer *answer) {
	l.write("Received HTTP answer", func(fields map[string]any) {
		fields["duration_ms"] = l.duration()
		fields["status"] = answer.status
		fields["request_id"] = requestID(answer.header)
		fields["headers"] = l.call.redactor.header(answer.header)
		fields["body"] = l.call.redactor.loggedBody(answer.body, answer.size)
	})
}

// failure logs that nothing came back.
func (l *line) failure(failed *failure) {
	l.write("Received no HTTP answer", func(fields map[string]any) {
		fields["duration_ms"] = l.duration()
		fields["error"] = failed.Err.Error()
	})
}

// write hands one line to the log, if there is one. The fields are made only then.
func (l *line) write(message string, fill func(fields map[string]any)) {
	if l.client.config.Log == nil {
		return
	}
	fields := map[string]any{
		"method":  l.call.method,
		"url":     l.call.redactor.text(l.call.url.String()),
		"attempt": l.number,
	}
	fill(fields)
	l.client.config.Log(l.ctx, message, fields)
}

// duration returns the milliseconds since the attempt started.
func (l *line) duration() int64 {
	return l.client.config.Clock.Now().Sub(l.started).Milliseconds()
}

// loggedBody returns a JSON body for a log line, which names nothing that a
// secret name is a part of. Of any other only the size is told: there is no
// knowing what is secret in it. Size is that of the body as it was received.
func (r *Redactor) loggedBody(body []byte, size int) string {
	switch {
	case len(body) == 0:
		return ""
	case len(body) > maxMaskedBody:
		return fmt.Sprintf("(%d bytes)", size)
	case !json.Valid(body):
		return fmt.Sprintf("(%d bytes, not JSON)", size)
	}
	masked, err := rewriteJSON(body, holdsSecretName, func(token jsonToken) ([]byte, error) {
		return r.logged(body[token.from:token.to], token), nil
	})
	var text bytes.Buffer
	if err != nil || json.Compact(&text, masked) != nil {
		return fmt.Sprintf("(%d bytes)", size)
	}
	if text.Len() > maxLoggedBody {
		return strings.ToValidUTF8(string(text.Bytes()[:maxLoggedBody]), "") + fmt.Sprintf("… (%d bytes)", size)
	}
	return text.String()
}

// logged returns what takes the place of a token in a log line; nil where it may
// stay.
func (r *Redactor) logged(written []byte, token jsonToken) []byte {
	switch {
	case token.kind == jsonOther:
		return nil
	case token.secret && token.kind != jsonName:
		return quoteJSON([]byte(mask))
	case token.kind == jsonNumber:
		return nil
	default:
		return quoteJSON(r.clean(unquoteJSON(written)))
	}
}
