// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
)

// maxPlainWords is how many characters of a body without structure are kept.
const maxPlainWords = 200

var errNotJSON = errors.New("not JSON")

// errorBody is what the body of an error says. Atlassian has no one shape:
//
//	{"code", "message"}                               Cloud's gateway, Control
//	{"errors": [{"id","status","code","title","detail"}]}  Organizations
//	{"status", "error", "message", "requestId"}       Organizations, 403
//	{"key", "context"}                                User management
//	{"message", "status"}                             Data Center secrets
//	{"message", "status-code"}                        Data Center REST
//	{"statusCode", "message"}                         Confluence
//	{"errorMessages", "errors": {}}                   Jira
//	{"errors": [{"context","message","exceptionName"}]}  Bitbucket
//
// See https://developer.atlassian.com/cloud/admin/organization/rest/intro/,
// https://developer.atlassian.com/cloud/admin/user-management/rest/intro/ and
// https://developer.atlassian.com/server/bitbucket/rest/.
type errorBody struct {
	status     string
	message    string
	requestID  string
	scopes     []string
	documented bool
	// deniedReason is why the server does not even look at the password.
	deniedReason string
}

// parseErrorBody reads any body that has passed the gate and cuts what it says to
// a length fit to be shown. What it cannot make sense of says nothing; of plain
// text, such as "XSRF check failed", the first line is kept.
func parseErrorBody(body []byte) errorBody {
	value, err := decodeJSON(body)
	if err != nil {
		return errorBody{message: cutWords(plainWords(string(body)), maxPlainWords)}
	}
	object, ok := value.(map[string]any)
	if !ok {
		return errorBody{}
	}
	said := parseErrorObject(object)
	said.cut()
	return said
}

// parseErrorObject reads the fields of all shapes: no two of them contradict.
func parseErrorObject(object map[string]any) errorBody {
	details, errorsDocumented := errorsField(object["errors"])
	messages := compact(append(texts(object["errorMessages"]), details.messages...))
	context := child(object, "context")
	said := errorBody{
		status:    first(details.code, text(object["key"]), scalar(object["status"]), scalar(object["code"]), scalar(object["status-code"]), scalar(object["statusCode"])),
		message:   first(text(object["message"]), strings.Join(messages, "; "), contextMessage(context), text(object["error"])),
		requestID: first(text(object["requestId"]), details.id),
		scopes:    texts(context["acceptableScopes"]),
	}
	if details.captcha {
		said.deniedReason = captchaChallenge
	}
	if said.scopes == nil {
		said.scopes = texts(child(object, "errorDetail")["acceptableScopes"])
	}
	said.documented = errorsDocumented || text(object["message"]) != "" || text(object["key"]) != "" ||
		text(object["status"]) != "" || len(messages) > 0
	return said
}

// cut makes everything fit to be shown.
func (b *errorBody) cut() {
	b.status = cutWords(b.status, maxRequestID)
	b.message = cutWords(b.message, maxWords)
	b.requestID = cutWords(b.requestID, maxRequestID)
	for i := range b.scopes {
		b.scopes[i] = cutWords(b.scopes[i], maxRequestID)
	}
}

// errorDetails is what a list of errors says.
type errorDetails struct {
	code     string
	id       string
	captcha  bool
	messages []string
}

// captchaChallenge is the word of X-Authentication-Denied-Reason for what
// Bitbucket says with the name of an exception.
const captchaChallenge = "CAPTCHA_CHALLENGE"

// errorsField reads the list of errors of the Organizations API and of
// Bitbucket, or Jira's map of fields to messages.
func errorsField(value any) (errorDetails, bool) {
	var details errorDetails
	switch value := value.(type) {
	case []any:
		for _, object := range objects(value) {
			details.add(object)
		}
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(value)) {
			if message := text(value[field]); message != "" {
				details.messages = append(details.messages, field+": "+message)
			}
		}
	}
	return details, details.code != "" || len(details.messages) > 0
}

// add reads one error. The first one's code and id stand for all.
func (d *errorDetails) add(object map[string]any) {
	d.code = first(d.code, text(object["code"]), scalar(object["status"]))
	d.id = first(d.id, text(object["id"]))
	d.captcha = d.captcha || strings.HasSuffix(text(object["exceptionName"]), "CaptchaRequiredAuthenticationException")
	words := compact([]string{text(object["title"]), text(object["detail"]), text(object["message"])})
	if len(words) > 0 {
		d.messages = append(d.messages, strings.Join(words, ": "))
	}
}

// contextMessage reads what User management explains a key with: a message, a
// reason, or which fields it does not accept.
func contextMessage(context map[string]any) string {
	var violations []string
	for _, violation := range objects(context["fieldViolations"]) {
		words := []string{text(violation["field"])}
		for _, kind := range objects(violation["violations"]) {
			words = append(words, text(kind["key"]))
		}
		violations = append(violations, strings.Join(compact(words), " "))
	}
	return first(text(context["message"]), text(child(context, "reason")["key"]), strings.Join(compact(violations), "; "))
}

// plainWords returns the first line of a body that is plain text.
func plainWords(body string) string {
	line := strings.TrimSpace(body)
	if line == "" || strings.ContainsAny(line[:1], `<{["`) {
		return ""
	}
	line, _, _ = strings.Cut(line, "\n")
	return line
}

// text returns value if it is a string.
func text(value any) string {
	s, _ := value.(string)
	return s
}

// scalar returns value if it is a string or a number.
func scalar(value any) string {
	if number, ok := value.(json.Number); ok {
		return number.String()
	}
	return text(value)
}

// texts returns the strings of a list, nil if there are none.
func texts(value any) []string {
	list, _ := value.([]any)
	var found []string
	for _, element := range list {
		if s := text(element); s != "" {
			found = append(found, s)
		}
	}
	return found
}

// objects returns the objects of a list, nil if there are none.
func objects(value any) []map[string]any {
	list, _ := value.([]any)
	var found []map[string]any
	for _, element := range list {
		if object, ok := element.(map[string]any); ok {
			found = append(found, object)
		}
	}
	return found
}

// child returns the object in a field, nil if there is none.
func child(object map[string]any, name string) map[string]any {
	value, _ := object[name].(map[string]any)
	return value
}

// first returns the first string that is not empty.
func first(candidates ...string) string {
	for _, candidate := range candidates {
		if candidate != "" {
			return candidate
		}
	}
	return ""
}

// compact drops empty strings.
func compact(candidates []string) []string {
	return slices.DeleteFunc(candidates, func(s string) bool { return s == "" })
}

// decodeJSON reads one JSON value and keeps its numbers as they are written.
func decodeJSON(body []byte) (any, error) {
	if !json.Valid(body) {
		return nil, errNotJSON
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	err := decoder.Decode(&value)
	return value, err
}
