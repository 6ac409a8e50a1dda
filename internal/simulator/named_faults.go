// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"strconv"
	"time"
)

// NamedFault is a fault with a name to call it by. It has neither method nor
// path: [Fault.On] gives it those.
type NamedFault struct {
	Name string
	Fault
}

// On returns the fault for one endpoint.
func (f Fault) On(endpoint Endpoint) Fault {
	f.Method, f.Path = endpoint.Method, endpoint.Pattern
	return f
}

// NamedFaults returns every way to go wrong that the simulator knows by name:
// each kind of fault, each with the statuses and forms that matter.
func NamedFaults() []NamedFault {
	faults := []NamedFault{
		{"refuse", Fault{Kind: RefuseConnection}},
		{"reset-before", Fault{Kind: ResetBefore}},
		{"reset-after", Fault{Kind: ResetAfter}},
		{"delay", Fault{Kind: Delay, Delay: time.Minute}},
		{"never", Fault{Kind: Delay}},
		{"504-after", Fault{Status: http.StatusGatewayTimeout, After: true}},
		{"500-after", Fault{Status: http.StatusInternalServerError, After: true}},
		{"504-change-later", Fault{Kind: ChangeLater, Status: http.StatusGatewayTimeout}},
		{"reset-change-later", Fault{Kind: ChangeLater}},
		{"503-maintenance", Fault{Status: http.StatusServiceUnavailable, Body: `{"state":"MAINTENANCE"}`}},
		{"200-empty", Fault{Status: http.StatusOK}},
		{"200-empty-after", Fault{Status: http.StatusOK, After: true}},
		{"200-text", Fault{Status: http.StatusOK, Body: "OK", ContentType: mediaText}},
		{"200-xml", Fault{Status: http.StatusOK, Body: "<status/>", ContentType: mediaXML}},
		{"200-null", Fault{Status: http.StatusOK, Body: "null"}},
		{"200-object", Fault{Status: http.StatusOK, Body: "{}"}},
		{"200-array", Fault{Status: http.StatusOK, Body: "[]"}},
		{"redirect", Fault{Kind: Redirect}},
		{"redirect-after", Fault{Kind: Redirect, After: true}},
		{"truncated", Fault{Kind: TruncatedBody}},
		{"slow", Fault{Kind: SlowBody, Delay: time.Minute}},
		{"huge", Fault{Kind: HugeBody}},
		{"bom", Fault{Kind: ByteOrderMark}},
		{"array", Fault{Kind: WrappedInArray}},
		{"wrong-types", Fault{Kind: WrongTypes}},
		{"broken-json", Fault{Kind: BrokenJSON}},
		{"429-seconds", Fault{Kind: RateLimited, Form: RetryAfterSeconds}},
		{"429-date", Fault{Kind: RateLimited, Form: RetryAfterDate}},
		{"429-reset", Fault{Kind: RateLimited, Form: RateLimitReset}},
		{"429-reset-minutes", Fault{Kind: RateLimited, Form: RateLimitResetMinutes}},
		{"429-nothing", Fault{Kind: RateLimited, Form: NoRateLimitHeader}},
	}
	return append(faults, faultsByStatus()...)
}

// faultsByStatus are plain refusals, those of a rotation in the documented shape
// (an empty 406 is a failed content negotiation), and the pages of gateways that refuse on
// their own account: Cloudflare Access, mod_security and oauth2-proxy do so
// with 401, 403 and 405 and HTML.
func faultsByStatus() []NamedFault {
	var faults []NamedFault
	const refusedRotation = `{"message":"Key rotation is not possible","status":"FAILED"}`
	for _, status := range []int{406, 501} {
		name := strconv.Itoa(status)
		faults = append(faults, NamedFault{name, Fault{Status: status, Body: refusedRotation}}, NamedFault{name + "-empty", Fault{Status: status}})
	}
	for _, status := range []int{400, 401, 403, 404, 405, 409, 415, 500, 502, 503, 504} {
		faults = append(faults, NamedFault{strconv.Itoa(status), Fault{Status: status}})
	}
	for _, status := range []int{200, 401, 403, 404, 405, 500, 502, 503} {
		faults = append(faults, NamedFault{"html-" + strconv.Itoa(status), Fault{Kind: HTML, Status: status}})
	}
	return faults
}

// FaultNamed returns the fault of a name: one of [NamedFaults], or any status.
func FaultNamed(name string) (Fault, bool) {
	for _, fault := range NamedFaults() {
		if fault.Name == name {
			return fault.Fault, true
		}
	}
	status, err := strconv.Atoi(name)
	return Fault{Status: status}, err == nil && status >= 200 && status <= 599
}
