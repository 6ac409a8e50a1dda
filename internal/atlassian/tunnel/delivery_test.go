// SPDX-License-Identifier: MPL-2.0

package tunnel

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// atlassianSample is the answer that Atlassian's page prints, which is no JSON.
const atlassianSample = `{
  "name", "tunnel1",
  "cloudOrgName", "Cloud Org Name",
  "cloudPageUrl", "https://admin.atlassian.com/o/0c632b13-d717-4d1f-b895-208a5599d2f2/tunnels",
  "appLinksUrl", "https://example.atlassian.net/plugins/servlet/applinks/listApplicationLinks",
}`

func TestChange_deliversWhateverTheBodyOfA2xx(t *testing.T) {
	t.Parallel()
	for name, said := range map[string]answer{
		"the printed sample":   {status: 200, body: atlassianSample},
		"nothing":              {status: 200},
		"204":                  {status: 204},
		"201":                  {status: 201, body: `{}`},
		"null":                 {status: 200, body: "null"},
		"an array":             {status: 200, body: `[]`},
		"a text":               {status: 200, body: `"ok"`},
		"no JSON":              {status: 200, body: `ok`, contentType: "text/plain"},
		"other types":          {status: 200, body: `{"name":1,"cloudOrgName":{}}`},
		"a byte order mark":    {status: 200, body: "\ufeff{}"},
		"a body that is cut":   {cut: true},
		"half of the sample":   {status: 200, body: atlassianSample, cut: true},
		"fields nobody awaits": {status: 200, body: `{"uuid":"x"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, e *estate) {
				e.script(deliver, said)
				report, err := e.run(t, e.regeneration())
				e.expectConnected(t, report, err)
				e.expectSent(t, regenerate, deliver)
				if (report.End != datacenter.TunnelEnd{}) {
					t.Errorf("read %+v out of it", report.End)
				}
			})
		})
	}
}

// expectUndelivered fails unless the token was made and the delivery failed.
func (e *estate) expectUndelivered(t *testing.T, report Report, err error, open bool) {
	t.Helper()
	if failure := failedStep(t, err, StepDeliver); failure.Unsettled != open {
		t.Errorf("error %v is open: %t, want %t", err, failure.Unsettled, open)
	}
	if !report.Undelivered || !report.DeliveredAt.IsZero() || report.RegeneratedAt.IsZero() || report.Tunnel.Token != "token-2" || !report.AttemptedAt.IsZero() {
		t.Errorf("report %+v", report)
	}
}

func TestChange_failedDeliverySaysWhetherItsOutcomeIsOpen(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers []answer
		always  answer
		open    bool
	}{
		"refused":                     {nil, answer{status: 400, carriedOut: never}, false},
		"not authenticated":           {nil, answer{status: 401, carriedOut: never}, false},
		"no such endpoint":            {nil, answer{status: 404, carriedOut: never}, false},
		"not offered":                 {nil, answer{status: 501, carriedOut: never}, true},
		"fails":                       {nil, answer{status: 500, carriedOut: never}, true},
		"fails after the change":      {nil, answer{status: 500}, true},
		"reset":                       {nil, answer{err: errReset, carriedOut: never}, true},
		"never answered":              {nil, answer{takes: forever}, true},
		"login page":                  {nil, answer{status: 200, body: "<html>log in", contentType: "text/html", carriedOut: never}, true},
		"page that does not say so":   {nil, answer{status: 200, body: " <!DOCTYPE html>", carriedOut: never}, true},
		"redirect":                    {nil, answer{status: 302, carriedOut: never}, true},
		"refused after a lost answer": {[]answer{{status: 500}, {status: 500}}, answer{status: 403, carriedOut: never}, true},
		"limited after a lost answer": {[]answer{{status: 500}}, answer{status: 429, retryAfter: "3600", carriedOut: never}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, e *estate) {
				e.script(deliver, test.answers...)
				e.always(deliver, test.always)
				report, err := e.run(t, e.regeneration())
				e.expectUndelivered(t, report, err, test.open)
			})
		})
	}
}

func TestChange_deliveryIsTriedAgainAsLongAsThereIsTime(t *testing.T) {
	t.Parallel()
	for name, passing := range map[string]answer{
		"500":            {status: 500, carriedOut: never},
		"503":            {status: 503, carriedOut: never},
		"reset":          {err: errReset, carriedOut: never},
		"never answered": {takes: forever, carriedOut: never},
		"limited":        {status: 429, retryAfter: "10", carriedOut: never},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, e *estate) {
				e.script(deliver, slices.Repeat([]answer{passing}, 9)...)
				report, err := e.run(t, e.regeneration())
				e.expectConnected(t, report, err)
				if got := len(e.times(deliver)); got != 10 {
					t.Errorf("%d deliveries, want 10", got)
				}
			})
		})
	}
}

func TestChange_deliveryEndsWithTheTimeThatIsAllowed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.always(deliver, answer{status: 503, carriedOut: never})
		report, err := e.run(t, e.regeneration())
		e.expectUndelivered(t, report, err, true)
		times := e.times(deliver)
		if last, took := times[len(times)-1], (clock.System{}).Now().Sub(e.start); last < allowed-time.Minute || took >= allowed {
			t.Errorf("last delivered after %s and given up after %s of %s", last, took, allowed)
		}
	})
}

// What an instance asks to wait for that long somebody has to look at.
func TestChange_longRateLimitEndsADelivery(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		wait       string
		deliveries int
	}{
		// One request and its repetition by the transport, which has waited by then.
		"31 seconds":     {"31", 2},
		"two minutes":    {"120", 2},
		"an hour":        {"3600", 1},
		"for all times":  {"9223372036854775807", 1},
		"date in a week": {"Sat, 08 Jan 2000 00:00:00 GMT", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, e *estate) {
				e.always(deliver, answer{status: 429, retryAfter: test.wait, carriedOut: never})
				report, err := e.run(t, e.regeneration())
				e.expectUndelivered(t, report, err, false)
				if got := len(e.times(deliver)); got != test.deliveries {
					t.Errorf("%d deliveries, want %d", got, test.deliveries)
				}
			})
		})
	}
}

func TestChange_shortRateLimitDoesNotEndADelivery(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.script(deliver, slices.Repeat([]answer{{status: 429, retryAfter: "30", carriedOut: never}}, 6)...)
		report, err := e.run(t, e.regeneration())
		e.expectConnected(t, report, err)
	})
}

// Without a deadline nobody waits for ever.
func TestChange_deliveryWithoutDeadlineIsNotRepeated(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, e *estate) {
		e.always(deliver, answer{status: 400, carriedOut: never})
		report, err := e.regeneration().Run(context.WithoutCancel(t.Context()))
		e.expectUndelivered(t, report, err, false)
	})
}

// A delivery that nobody saw the end of may bring a former token back.
func TestChange_saysThatADeliveryMayStillBeCarriedOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers []answer
		running bool
	}{
		"504":                        {[]answer{{status: 504, carriedOut: never}}, true},
		"never answered":             {[]answer{{takes: forever, carriedOut: never}}, true},
		"refused after a time-out":   {[]answer{{takes: forever, carriedOut: never}, {status: 403, carriedOut: never}}, true},
		"500":                        {[]answer{{status: 500, carriedOut: never}}, false},
		"refused":                    {[]answer{{status: 403, carriedOut: never}}, false},
		"delivered after a time-out": {[]answer{{takes: forever, carriedOut: never}, {}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, e *estate) {
				e.script(deliver, test.answers[:len(test.answers)-1]...)
				e.always(deliver, test.answers[len(test.answers)-1])
				report, err := e.run(t, e.regeneration())
				if running := !report.AbandonedAt.IsZero(); running != test.running || !report.AttemptedAt.IsZero() {
					t.Errorf("error %v, report %+v", err, report)
				}
			})
		})
	}
}
