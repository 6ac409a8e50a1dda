// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseErrorBody(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		want errorBody
	}{
		"gateway": {
			`{"code":401,"message":"Unauthorized"}`,
			errorBody{status: "401", message: "Unauthorized", documented: true},
		},
		"Organizations": {
			`{"errors":[{"id":"i-1","status":"404","code":"ADMIN-404-2","title":"Not found","detail":"No such org"},{"title":"Second"}]}`,
			errorBody{status: "ADMIN-404-2", message: "Not found: No such org; Second", requestID: "i-1", documented: true},
		},
		"Organizations 403": {
			`{"timestamp":"2025-06-06T06:03:27.122+00:00","path":"/api/x","status":403,"error":"Forbidden","message":"User has no permission.","requestId":"b4-2"}`,
			errorBody{status: "403", message: "User has no permission.", requestID: "b4-2", documented: true},
		},
		"User management": {
			`{"key":"unauthorized"}`,
			errorBody{status: "unauthorized", documented: true},
		},
		"User management, reason": {
			`{"key":"forbidden.action","context":{"allowed":false,"reason":{"key":"managedAccount"}}}`,
			errorBody{status: "forbidden.action", message: "managedAccount", documented: true},
		},
		"User management, fields": {
			`{"key":"fieldConstraintsViolated","context":{"fieldViolations":[{"field":"name","violations":[{"key":"maxLength"},{"key":"b"}]},{"field":"c"}]}}`,
			errorBody{status: "fieldConstraintsViolated", message: "name maxLength b; c", documented: true},
		},
		"User management, scope": {
			`{"key":"forbidden.insufficientScope","context":{"message":"Insufficient scope","acceptableScopes":["manage:org","b"]},"errorKey":"x","errorDetail":{"acceptableScopes":["other"]}}`,
			errorBody{status: "forbidden.insufficientScope", message: "Insufficient scope", scopes: []string{"manage:org", "b"}, documented: true},
		},
		"User management, scope in detail": {
			`{"key":"k","errorDetail":{"acceptableScopes":["manage:org",5]}}`,
			errorBody{status: "k", scopes: []string{"manage:org"}, documented: true},
		},
		"Data Center secrets": {
			`{"message":"a rotation is running","status":"FAILED"}`,
			errorBody{status: "FAILED", message: "a rotation is running", documented: true},
		},
		"Data Center secrets, status only": {
			`{"status":"FAILED"}`,
			errorBody{status: "FAILED", documented: true},
		},
		"Data Center REST": {
			`{"message":"This resource requires WebSudo.","status-code":401}`,
			errorBody{status: "401", message: "This resource requires WebSudo.", documented: true},
		},
		"Confluence": {
			`{"statusCode":403,"message":"no"}`,
			errorBody{status: "403", message: "no", documented: true},
		},
		"Jira": {
			`{"errorMessages":["first","second"],"errors":{"b":"is wrong","a":"is missing"}}`,
			errorBody{message: "first; second; a: is missing; b: is wrong", documented: true},
		},
		"Bitbucket": {
			`{"errors":[{"context":null,"message":"You are not permitted","exceptionName":"com.atlassian.X"}]}`,
			errorBody{message: "You are not permitted", documented: true},
		},
		"rate limit":              {`{"message":"Rate limit exceeded."}`, errorBody{message: "Rate limit exceeded.", documented: true}},
		"servlet container":       {`{"timestamp":1,"status":406,"error":"Not Acceptable","path":"/x"}`, errorBody{status: "406", message: "Not Acceptable"}},
		"other types":             {`{"message":{"a":1},"errors":"x","errorMessages":{"a":1},"key":5,"context":[],"status":[1]}`, errorBody{}},
		"odd lists":               {`{"errors":[1,null,"x",{}],"errorMessages":[1,null,""],"context":{"fieldViolations":[null]}}`, errorBody{}},
		"no object":               {`["message"]`, errorBody{}},
		"empty object":            {`{}`, errorBody{}},
		"empty":                   {``, errorBody{}},
		"plain":                   {"XSRF check failed\nsecond line", errorBody{message: "XSRF check failed"}},
		"page":                    {"\n<html><body>Log in</body></html>", errorBody{}},
		"JSON cut short":          {`{"message":"a`, errorBody{}},
		"binary":                  {"a\x00b", errorBody{message: "(3 bytes)"}},
		"plain, with colour":      {"\x1b[31mred\x1b[0m", errorBody{message: `\x1b[31mred\x1b[0m`}},
		"plain, longer than read": {strings.Repeat("a", maxPlainText+1), errorBody{message: "(65537 bytes)"}},
		"plain, longer than kept": {strings.Repeat("é", 300), errorBody{message: strings.Repeat("é", maxPlainWords-1) + "…"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := readErrorBody(t, test.body); !reflect.DeepEqual(got, test.want) {
				t.Errorf("read\n%+v, want\n%+v", got, test.want)
			}
		})
	}
}

// readErrorBody reads a body as it is read behind the gate.
func readErrorBody(t *testing.T, body string) errorBody {
	t.Helper()
	gate := (&call{redactor: NewRedactor()}).newGate(200)
	passed, err := gate.body(t.Context(), []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return parseErrorBody(passed)
}

func FuzzErrorBody(f *testing.F) {
	const secret = "canary<secret>&9"
	for _, body := range []string{
		`{"code":401,"message":"Unauthorized"}`,
		`{"errors":[{"id":"i","status":"404","code":"ADMIN-404-2","title":"canary<secret>&9","detail":"d"}]}`,
		`{"key":"k","context":{"message":"canary\u003csecret\u003e\u00269","acceptableScopes":["canary<secret>&9"],"fieldViolations":[{}]}}`,
		`{"errorMessages":["canary<secret>&9"],"errors":{"canary<secret>&9":"b"},"requestId":"canary<secret>&9"}`,
		"canary<secret>&9", "canary\x01<secret>&9", "<html>", "", "null", "[]", "canary<canary<secret>&9secret>&9",
		`{"message":"abcdef is wrong","token":"abcdef"}`,
	} {
		f.Add([]byte(body), body)
	}
	client := New(Config{Secrets: []string{secret}})
	f.Fuzz(func(t *testing.T, body []byte, header string) {
		of := &call{method: "GET", redactor: client.redactor}
		received := &answer{status: 400, body: body, header: http.Header{
			"X-Request-Id": {header}, "X-Authentication-Denied-Reason": {header},
		}}
		of.newGate(400).pass(t.Context(), received)
		failure := of.answered(Refused, received)
		said := append([]string{failure.ServerStatus, failure.ServerMessage, failure.RequestID, failure.DeniedReason}, failure.AcceptableScopes...)
		for _, words := range append(said, failure.Error.Error()) {
			if strings.Contains(words, secret) || strings.ContainsAny(words, "\n\r\x1b\x00") {
				t.Errorf("words are not fit to be shown: %q", words)
			}
		}
		for _, words := range said {
			if utf8.RuneCountInString(words) > maxWords {
				t.Errorf("%d characters of words", utf8.RuneCountInString(words))
			}
		}
	})
}
