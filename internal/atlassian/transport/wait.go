// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxWait is the longest wait that a duration can hold.
const maxWait = time.Duration(math.MaxInt64)

// resetLayout is the form of X-RateLimit-Reset in which the admin APIs leave
// out the seconds.
//
// See https://developer.atlassian.com/cloud/admin/organization/rest/intro/.
const resetLayout = "2006-01-02T15:04Z07:00"

// requestedWait returns how long the server asks to wait: Retry-After, else
// X-RateLimit-Reset. A wait of zero is no answer: Data Center sends
// "Retry-After: 0" with every response as long as the limit is not reached.
//
// See https://confluence.atlassian.com/crowd/adjusting-your-code-for-rate-limiting-1319249435.html.
func requestedWait(header http.Header, now time.Time) (time.Duration, bool) {
	if wait, ok := parseWait(header.Get("Retry-After"), now); ok {
		return wait, true
	}
	return parseTimeWait(header.Get("X-RateLimit-Reset"), now)
}

// parseWait reads a number of seconds or a time.
func parseWait(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	seconds, err := strconv.ParseInt(value, 10, 64)
	// A number out of range comes back as the nearest one in range.
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return clampSeconds(seconds), seconds > 0
	}
	return parseTimeWait(value, now)
}

// clampSeconds turns seconds into a duration that does not overflow: blocked
// users of Data Center are told to wait 9223372036854775807 seconds.
func clampSeconds(seconds int64) time.Duration {
	if seconds <= 0 {
		return 0
	}
	if seconds > int64(maxWait/time.Second) {
		return maxWait
	}
	return time.Duration(seconds) * time.Second
}

// parseTimeWait reads an HTTP date, an RFC 3339 time or one without seconds.
// A time that has come is no wait.
func parseTimeWait(value string, now time.Time) (time.Duration, bool) {
	value = strings.TrimSpace(value)
	at, err := http.ParseTime(value)
	for _, layout := range []string{time.RFC3339, resetLayout} {
		if err == nil {
			break
		}
		at, err = time.Parse(layout, value)
	}
	if err != nil {
		return 0, false
	}
	wait := at.Sub(now)
	return max(wait, 0), wait > 0
}
