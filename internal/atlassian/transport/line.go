package transport

import (
	"context"
	"net/http"
	"time"
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
		fields["body"] = l.call.redactor.body(l.call.body)
	})
}

// answer logs what came back.
func (l *line) answer(answer *answer) {
	l.write("Received HTTP answer", func(fields map[string]any) {
		redactor := l.call.redactor.learn(answer.body)
		fields["duration_ms"] = l.duration()
		fields["status"] = answer.status
		fields["request_id"] = redactor.words(requestID(answer.header), maxRequestID)
		fields["headers"] = redactor.header(answer.header)
		fields["body"] = redactor.body(answer.body)
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
