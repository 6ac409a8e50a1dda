// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// RateLimit is Data Center's token bucket of each user:
// https://confluence.atlassian.com/crowd/adjusting-your-code-for-rate-limiting-1319249435.html.
// The zero value blocks all requests, as administrators can.
type RateLimit struct {
	// Capacity is how many requests a user may make at once.
	Capacity int
	// FillRate is how many tokens are added each Interval.
	FillRate int
	// Interval is a whole number of seconds; 0 is one.
	Interval time.Duration
}

// rateLimitExceeded is a 429. Its text is localized and a [guess].
func rateLimitExceeded(*http.Request) reply {
	return jsonReply(http.StatusTooManyRequests, object{"message": "Rate limit exceeded."})
}

// tokenBuckets holds one bucket per user. Real clusters hold one per node as
// well; this one has its clients always reach the same node.
type tokenBuckets struct {
	limit  RateLimit
	byUser map[string]*tokenBucket
}

type tokenBucket struct {
	tokens int
	filled time.Time
}

// newTokenBuckets returns nil, which limits nothing, where there is no limit.
func newTokenBuckets(limit *RateLimit) *tokenBuckets {
	if limit == nil {
		return nil
	}
	buckets := &tokenBuckets{limit: *limit, byUser: map[string]*tokenBucket{}}
	if buckets.limit.Interval == 0 {
		buckets.limit.Interval = time.Second
	}
	return buckets
}

// take uses up a token of the user, where one is left, and returns the headers
// that go with every answer.
func (b *tokenBuckets) take(user string, now time.Time) (http.Header, bool) {
	bucket := b.byUser[user]
	if bucket == nil {
		bucket = &tokenBucket{tokens: b.limit.Capacity, filled: now}
		b.byUser[user] = bucket
	}
	b.fill(bucket, now)
	ok := bucket.tokens > 0
	if ok {
		bucket.tokens--
	}
	return b.header(bucket, now), ok
}

func (b *tokenBuckets) fill(bucket *tokenBucket, now time.Time) {
	intervals := int(now.Sub(bucket.filled) / b.limit.Interval)
	if intervals <= 0 {
		return
	}
	bucket.tokens = min(b.limit.Capacity, bucket.tokens+intervals*b.limit.FillRate)
	bucket.filled = bucket.filled.Add(time.Duration(intervals) * b.limit.Interval)
}

func (b *tokenBuckets) header(bucket *tokenBucket, now time.Time) http.Header {
	header := http.Header{}
	for name, value := range map[string]int{
		"X-RateLimit-Limit":            b.limit.Capacity,
		"X-RateLimit-Remaining":        bucket.tokens,
		"X-RateLimit-Interval-Seconds": int(b.limit.Interval / time.Second),
		"X-RateLimit-FillRate":         b.limit.FillRate,
	} {
		header.Set(name, strconv.Itoa(value))
	}
	header.Set("Retry-After", b.retryAfter(bucket, now))
	return header
}

// retryAfter is 0 while tokens remain, and the largest number there is where
// none will ever come.
func (b *tokenBuckets) retryAfter(bucket *tokenBucket, now time.Time) string {
	switch {
	case bucket.tokens > 0:
		return "0"
	case b.limit.FillRate == 0:
		return strconv.FormatInt(math.MaxInt64, 10)
	default:
		return wholeSeconds(bucket.filled.Add(b.limit.Interval).Sub(now))
	}
}
