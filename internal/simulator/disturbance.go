// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	hugeBodySize = 16 << 20
	loginPage    = "<!DOCTYPE html><html><head><title>Log in</title></head>" +
		"<body><form action=\"/login\" method=\"post\"></form></body></html>"
	loginPath        = "/login.jsp?permissionViolation=true"
	resetMinutesForm = "2006-01-02T15:04Z07:00"
)

// disturbance is one fault striking one request.
type disturbance struct {
	server  *server
	fault   Fault
	request *http.Request
}

// answer gives the disturbed answer, or none.
func (d disturbance) answer(w http.ResponseWriter) {
	switch d.fault.Kind {
	case ResetBefore:
		d.drop()
	case ResetAfter:
		d.perform()
		d.drop()
	case TruncatedBody:
		d.truncate(w)
	case Delay:
		d.answerLate(w)
	case ChangeLater:
		d.changeLater(w)
	case SlowBody:
		d.dribble(w)
	case RefuseConnection:
		d.server.refuse()
		d.perform().with("Connection", "close").writeTo(w)
	case ByteOrderMark, WrappedInArray, WrongTypes, BrokenJSON:
		d.misshape().writeTo(w)
	default:
		if d.fault.After {
			d.perform()
		}
		d.substitute().writeTo(w)
	}
}

// perform does what the request asks.
func (d disturbance) perform() reply {
	return d.decorate(d.server.carryOut(d.request))
}

func (d disturbance) decorate(answer reply) reply {
	for name, values := range d.fault.Header {
		for _, value := range values {
			answer = answer.with(name, value)
		}
	}
	return answer
}

// substitute is what is answered instead of the truth.
func (d disturbance) substitute() reply {
	var answer reply
	switch d.fault.Kind {
	case HugeBody:
		answer = emptyReply(d.status(http.StatusOK)).with("Content-Type", mediaJSON)
		answer.body = d.padding()
	case HTML:
		answer = mediaReply(d.status(http.StatusOK), mediaHTML, loginPage)
	case Redirect:
		answer = emptyReply(d.status(http.StatusFound)).with("Location", loginPath)
	case RateLimited:
		answer = d.limitRate()
	default:
		answer = d.plain()
	}
	return d.decorate(answer)
}

func (d disturbance) plain() reply {
	status := d.status(http.StatusInternalServerError)
	if d.fault.Body == "" {
		return emptyReply(status)
	}
	contentType := d.fault.ContentType
	if contentType == "" {
		contentType = mediaJSON
	}
	return mediaReply(status, contentType, d.fault.Body)
}

// padding returns a JSON object of the fault's size.
func (d disturbance) padding() []byte {
	if d.fault.Size == 0 {
		return hugeBody()
	}
	return paddedObject(d.fault.Size)
}

// hugeBody is the same for all, because it is larger than all else of a simulator.
var hugeBody = sync.OnceValue(func() []byte { return paddedObject(hugeBodySize) })

func paddedObject(padding int) []byte {
	const before, after = `{"padding":"`, `"}`
	text := bytes.Repeat([]byte("x"), len(before)+padding+len(after))
	copy(text, before)
	copy(text[len(before)+padding:], after)
	return text
}

func (d disturbance) status(fallback int) int {
	if d.fault.Status == 0 {
		return fallback
	}
	return d.fault.Status
}

func (d disturbance) limitRate() reply {
	wait := d.fault.Wait
	if wait == 0 {
		wait = time.Second
	}
	answer, until := d.server.refuseRate(d.request), d.server.now().Add(wait).UTC()
	switch d.fault.Form {
	case RetryAfterSeconds:
		return answer.with("Retry-After", wholeSeconds(wait))
	case RetryAfterDate:
		return answer.with("Retry-After", until.Format(http.TimeFormat))
	case RateLimitReset:
		return answer.with("X-RateLimit-Reset", until.Format(time.RFC3339))
	case RateLimitResetMinutes:
		return answer.with("X-RateLimit-Reset", ceilMinute(until).Format(resetMinutesForm))
	default:
		return answer
	}
}

// wholeSeconds rounds up, so that nobody comes back too early.
func wholeSeconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

func ceilMinute(t time.Time) time.Time {
	return t.Add(time.Minute - 1).Truncate(time.Minute)
}

// drop resets the TCP connection. A linger of zero makes it a reset even where
// everything that was received has been read.
func (d disturbance) drop() {
	conn := connectionOf(d.request).Conn
	if layered, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = layered.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
		_ = tcp.Close()
	}
	panic(http.ErrAbortHandler)
}

// truncate sends half of what it announces. The connection is closed in
// order, so that the half reaches the client.
func (d disturbance) truncate(w http.ResponseWriter) {
	answer := d.perform()
	announced := max(len(answer.body), 2)
	answer.announce(w, announced)
	_, _ = w.Write(answer.body[:len(answer.body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// dribble sends the answer in two halves, with the delay between them.
func (d disturbance) dribble(w http.ResponseWriter) {
	answer := d.perform()
	half := len(answer.body) / 2
	answer.announce(w, len(answer.body))
	_, _ = w.Write(answer.body[:half])
	_ = http.NewResponseController(w).Flush()
	if d.wait() != nil {
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(answer.body[half:])
}

func (d disturbance) answerLate(w http.ResponseWriter) {
	var answer reply
	if !d.fault.LateChange {
		answer = d.perform()
	}
	err := d.wait()
	if d.fault.LateChange {
		answer = d.perform()
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if d.fault.Status != 0 {
		answer = d.substitute()
	}
	answer.writeTo(w)
}

func (d disturbance) changeLater(w http.ResponseWriter) {
	// The connection will be gone by then, and its context with it.
	kept := d.request.WithContext(context.WithoutCancel(d.request.Context()))
	change := &pendingChange{
		fault: d.fault, requests: d.fault.CompleteAfterRequests,
		perform: func() { d.server.handle(kept) },
	}
	if d.fault.CompleteAfter > 0 {
		change.due = d.server.now().Add(d.fault.CompleteAfter)
	}
	d.server.postpone(change)
	if d.fault.Delay > 0 && d.wait() != nil {
		panic(http.ErrAbortHandler)
	}
	if d.fault.Status == 0 {
		d.drop()
	}
	d.substitute().writeTo(w)
}

// wait returns nil after the fault's delay, or an error as soon as the client
// has gone.
func (d disturbance) wait() error {
	ctx := d.request.Context()
	if d.fault.Delay == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	return d.server.sleep(ctx, d.fault.Delay)
}
