// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// documentedEventsLimit is how many requests for events may be made a minute:
// https://developer.atlassian.com/cloud/admin/organization/rest/intro/.
const documentedEventsLimit = 10

// CloudRateLimit is the limit that all API keys of an organization share:
// https://developer.atlassian.com/cloud/admin/organization/rest/intro/.
type CloudRateLimit struct {
	// Requests is how many requests a period allows; 0 is a number that no
	// test reaches, because the documentation gives none.
	Requests int
	// Period is how long a period is; 0 is a minute.
	Period time.Duration
	// ResetWithSeconds writes X-RateLimit-Reset in RFC 3339. Otherwise it has
	// the form without seconds that clients have seen.
	ResetWithSeconds bool
	// RetryAfter sends Retry-After with a 429 as well, which is undocumented.
	RetryAfter bool
}

const (
	defaultCloudLimit  = 1000000
	defaultCloudPeriod = time.Minute
)

// periodLimiter counts requests in periods that begin at round times.
type periodLimiter struct {
	limit CloudRateLimit
	begin time.Time
	used  int
}

func newPeriodLimiter(limit CloudRateLimit) *periodLimiter {
	if limit.Requests == 0 {
		limit.Requests = defaultCloudLimit
	}
	if limit.Period == 0 {
		limit.Period = defaultCloudPeriod
	}
	return &periodLimiter{limit: limit}
}

// take counts a request and returns the headers that go with its answer.
func (l *periodLimiter) take(now time.Time) (http.Header, bool) {
	if begin := now.Truncate(l.limit.Period); !begin.Equal(l.begin) {
		l.begin, l.used = begin, 0
	}
	ok := l.used < l.limit.Requests
	if ok {
		l.used++
	}
	return l.header(now, ok), ok
}

func (l *periodLimiter) header(now time.Time, ok bool) http.Header {
	end := l.begin.Add(l.limit.Period).UTC()
	reset := ceilMinute(end).Format(resetMinutesForm)
	if l.limit.ResetWithSeconds {
		reset = end.Format(time.RFC3339)
	}
	header := http.Header{}
	header.Set("X-RateLimit-Limit", strconv.Itoa(l.limit.Requests))
	header.Set("X-RateLimit-Remaining", strconv.Itoa(l.limit.Requests-l.used))
	header.Set("X-RateLimit-Reset", reset)
	if !ok && l.limit.RetryAfter {
		header.Set("Retry-After", wholeSeconds(end.Sub(now)))
	}
	return header
}

// limitRate counts a request of the organization's keys to a path. Requests
// for events have a limit of their own, for each path.
func (o *Organization) limitRate(path string) (http.Header, bool) {
	now := o.cloud.now()
	header, ok := o.limiter.take(now)
	if !ok || o.config.UnlimitedEvents || !strings.HasSuffix(path, "/events") {
		return header, ok
	}
	return o.eventsLimiter.take(now)
}

// refuseCloudRate is a 429, for which the User management API documents no body.
func refuseCloudRate(r *http.Request) reply {
	if apiOf(r.URL.Path) == userManagementAPI {
		return emptyReply(http.StatusTooManyRequests)
	}
	return proxyError(http.StatusTooManyRequests)
}
